"""A task that a thread does again and again, whatever happens to it."""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections.abc import Callable

log = logging.getLogger(__name__)

STUCK_SECONDS = 300.0
"""A run that takes longer is told as a fault, unless the task may take its time."""


class RepeatedTask:
    """Runs a method now and then, until it is stopped or the object of the method is forgotten.

    No exception ends it, not even a panic of the engine, which is no Exception: it is written down, told by
    `fault`, and the next run comes when it would have come.
    """

    def __init__(
        self, name: str, method: Callable[[], None], seconds: float, *, patient: bool = False
    ) -> None:
        """Start; the first run is after `seconds`. A `patient` task may take as long as it needs."""
        self._method = weakref.WeakMethod(method)
        self.name, self._seconds, self._patient = name, seconds, patient
        self._error, self._failures = "", 0
        self._started_at: float | None = None
        self._wake, self._stopped = threading.Event(), False
        self._thread = threading.Thread(
            target=_repeat, args=(weakref.ref(self), self._wake), name=name, daemon=True
        )
        self._thread.start()

    @property
    def fault(self) -> str:
        """Return what is wrong with the task, nothing when its last run went well."""
        if not self._thread.is_alive() and not self._stopped:
            return f"the thread {self.name} has ended"
        if self._error:
            return f"the thread {self.name} failed {self._failures} times, last with {self._error}"
        began = self._started_at
        if began is not None and not self._patient and (took := time.monotonic() - began) > STUCK_SECONDS:
            return f"the thread {self.name} has been at work for {took:.0f} seconds"
        return ""

    def wake(self) -> None:
        """Let the next run come at once."""
        self._wake.set()

    def stop(self) -> None:
        """End the task after its present run, and wait for that unless it is the task that asks."""
        self._stopped = True
        self._wake.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def run_once(self) -> bool:
        """Run the method and take note of how that went; return whether there is to be another run."""
        method = self._method()
        if method is None or self._stopped:
            return False
        self._started_at = time.monotonic()
        try:
            method()
        except BaseException as exc:
            self._failures += 1
            self._error = f"{type(exc).__name__}: {exc}"
            log.exception("the thread %s goes on after a failure", self.name)
        else:
            self._failures, self._error = 0, ""
        finally:
            self._started_at = None
        return True

    @property
    def seconds(self) -> float:
        """Return how long the task rests between two runs."""
        return self._seconds


def _repeat(reference: weakref.ref[RepeatedTask], wake: threading.Event) -> None:
    """Run a task until it is stopped or forgotten; nothing here holds it while it rests."""
    while True:
        task = reference()
        if task is None:
            return
        seconds = task.seconds
        del task
        wake.wait(seconds)
        wake.clear()
        task = reference()
        if task is None or not task.run_once():
            return
        del task

"""What a release has ready before its first reader: a thread asks one thing after the other, for a while."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

log = logging.getLogger(__name__)

IsOver = Callable[[], bool]
"""Tells who asks that the time is over, or that nobody wants the answers any more."""
Step = Callable[[IsOver], None]
"""Asks one thing, so that its answer is kept in memory."""


class Preparation:
    """Takes the steps in their order until all are done, `seconds` are over, or it is stopped.

    A step that fails is written down and left out: who asks for the same will be told.
    """

    def __init__(self, name: str, steps: Sequence[Step], seconds: float, ended: Callable[[], None]) -> None:
        """Begin at once; `ended` is called by the thread when it ends, however it does."""
        self.name, self._steps, self._ended = name, steps, ended
        self.done = 0
        self._began, self._seconds = time.monotonic(), seconds
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kembar-prepare", daemon=True)
        self._thread.start()

    @property
    def at_work(self) -> bool:
        """Return whether steps are still being taken."""
        return self._thread.is_alive()

    @property
    def report(self) -> str:
        """Return how far it is, for people; nothing once all steps are done."""
        if self.done == len(self._steps):
            return ""
        progress = f"{self.done} of {len(self._steps)} answers"
        if self.at_work:
            return f"release {self.name} is being prepared: {progress}"
        return f"release {self.name} was prepared in part: {progress} in {self._seconds:g} s"

    def stop(self) -> None:
        """End, without waiting for what is being asked but to be given up."""
        self._stopped.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _is_over(self) -> bool:
        return self._stopped.is_set() or time.monotonic() - self._began > self._seconds

    def _run(self) -> None:
        try:
            for step in self._steps:
                if self._is_over():
                    return
                self._take(step)
            took = time.monotonic() - self._began
            log.info("release %s has %d answers ready after %.1f s", self.name, self.done, took)
        finally:
            self._ended()

    def _take(self, step: Step) -> None:
        try:
            step(self._is_over)
        except Exception:
            if self._is_over():
                return
            log.exception("release %s: an answer could not be prepared", self.name)
        self.done += 1

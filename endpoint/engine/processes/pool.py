"""Worker processes in lanes: started by one keeper thread, killed without mercy, replaced from a warm spare.

Only the keeper starts processes, because a worker dies with the *thread* that started it
(graph.processes.end_with_parent) and the threads of a server come and go.
A pool belongs to the process that made it: make it after a fork.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Mapping

from endpoint.engine.observer import Lane, Observer, StopReason
from endpoint.engine.processes.wire import (
    Deadline,
    Reply,
    Request,
    Settings,
    Status,
    receive,
    send_object,
    set_check_interval,
)
from endpoint.engine.processes.worker_queue import WorkerQueue
from graph.errors import EngineFailed

log = logging.getLogger(__name__)

START_SECONDS = 30.0
RETRY_SECONDS = 1.0


class WorkerDied(Exception):
    """The process ended before it answered; ``code`` as in subprocess, negative for a signal."""

    def __init__(self, code: int) -> None:
        """Carry the return code."""
        self.code = code
        super().__init__(f"the worker ended with {code}")


class WorkerGone(Exception):
    """The process ended while it had nothing to do: it was asked nothing, and another one can be."""


class WorkerProcess:
    """One process of the module ``worker`` and our end of its socket. Used by one thread at a time."""

    def __init__(self, settings: Settings) -> None:
        """Start the process; it is not ready before ``wait_ready``."""
        self._sock, worker_end = socket.socketpair()
        set_check_interval(self._sock)
        command = [sys.executable, "-P", "-m", "endpoint.engine.processes.worker", str(worker_end.fileno())]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, no text of a user
                command,
                pass_fds=(worker_end.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                process_group=0,
            )
        except OSError:
            self._sock.close()
            raise
        finally:
            worker_end.close()
        with contextlib.suppress(OSError):
            send_object(self._sock, settings)

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Return whether the process still runs."""
        return self._process.poll() is None

    def wait_ready(self) -> None:
        """Wait until the store is open and the limits are set. Raises EngineFailed with the reason."""
        try:
            reply = receive(self._sock, Deadline(time.monotonic() + START_SECONDS))
        except (OSError, EOFError) as exc:
            raise EngineFailed(f"a worker did not start (code {self._process.poll()})") from exc
        if reply.status is not Status.READY:
            raise EngineFailed(reply.payload.decode())

    def ask(self, request: Request, check_abandoned: Callable[[], None] = lambda: None) -> Reply:
        """Return the reply to one request; ``check_abandoned`` is called every CHECK_SECONDS.

        Raises TimeoutError when it did not come within the request's seconds, WorkerGone, WorkerDied, and
        what the check raises; after any of them, and after ``Status.FAULT``, the worker is of no use and must
        be stopped.
        """
        deadline = Deadline(time.monotonic() + request.seconds, check_abandoned)
        try:
            send_object(self._sock, request, deadline)
        except TimeoutError:
            raise
        except OSError as exc:
            raise WorkerGone from exc
        try:
            return receive(self._sock, deadline)
        except TimeoutError:
            raise
        except (OSError, EOFError) as exc:
            raise WorkerDied(self.stop(grace_seconds=1.0)) from exc

    def kill(self) -> None:
        """Kill the process, and do not wait for its end."""
        self._process.kill()

    def stop(self, grace_seconds: float = 0.0) -> int:
        """Return the return code of the process, killed if it has not ended within ``grace_seconds``."""
        if grace_seconds:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(grace_seconds)
        self._process.kill()
        code = self._process.wait()
        self._sock.close()
        return code


class Pool:
    """A fixed number of ready workers for each lane and one warm spare for all. Safe for many threads."""

    def __init__(
        self,
        settings: Settings,
        sizes: Mapping[Lane, int],
        queue: int,
        queue_seconds: float,
        observer: Observer,
    ) -> None:
        """Start the workers and return when all are ready; ``queue`` is how many may wait in one lane.

        Raises EngineFailed, with nothing left behind, when they do not start.
        """
        self._settings, self._observer = settings, observer
        self._queues: dict[Lane, WorkerQueue[WorkerProcess]] = {
            lane: WorkerQueue(size, queue, queue_seconds) for lane, size in sizes.items()
        }
        self._missing = deque(lane for lane, size in sizes.items() for _ in range(size))
        self._spare: WorkerProcess | None = None
        self._alive: set[WorkerProcess] = set()
        self._changed = threading.Condition()
        self._fault: EngineFailed | None = None
        self._closing = False
        self._owner = os.getpid()
        self._keeper = threading.Thread(target=self._start_missing, name="kembar-keeper", daemon=True)
        self._keeper.start()
        with self._changed:
            self._changed.wait_for(lambda: self._fault or not self._count_missing())
        if self._fault:
            self.close()
            raise self._fault

    def pids(self) -> set[int]:
        """Return the process ids of all workers, the spare with them."""
        with self._changed:
            return {worker.pid for worker in self._alive}

    def count_alive(self) -> int:
        """Return how many workers live, which finds those that ended idle and were not yet missed."""
        with self._changed:
            return sum(worker.is_alive() for worker in self._alive)

    def waiting(self) -> dict[Lane, int]:
        """Return how many wait for a worker in each lane."""
        return {lane: len(queue) for lane, queue in self._queues.items()}

    @property
    def memory_bytes(self) -> int:
        """Return what one query may take on top of what an idle worker has."""
        return self._settings.memory_bytes

    @property
    def closing(self) -> bool:
        """Return whether the pool is closed, or about to be."""
        return self._closing

    def take(
        self,
        lane: Lane,
        check_abandoned: Callable[[], None] = lambda: None,
        client: Hashable = None,
        *,
        is_long: bool = False,
    ) -> WorkerProcess:
        """Return a worker of the lane when it is the turn of ``client``; give it back or discard it.

        A query that is known to be long waits until it may keep the worker.
        It was ready; whether it still lives is seen when it is asked. What ``check_abandoned`` raises, called
        every CHECK_SECONDS, ends the wait.
        Raises EngineOverloaded when too many wait or none is free in time, EngineFailed when closed.
        """
        if os.getpid() != self._owner:
            raise EngineFailed("the engine was made before a fork; make it in the process that uses it")
        return self._queues[lane].take(check_abandoned, client, is_long=is_long)

    def may_go_on(self, lane: Lane, worker: WorkerProcess) -> bool:
        """Return whether a query that takes long may keep its worker; else it is discarded for others.

        It always may with an engine elsewhere, which would go on with a query that is given up here.
        """
        return bool(self._settings.engine) or self._queues[lane].may_go_on(worker)

    def give_back(self, lane: Lane, worker: WorkerProcess) -> None:
        """Make a worker free for the next request."""
        self._queues[lane].put(worker)

    def discard(self, lane: Lane, worker: WorkerProcess, reason: StopReason = StopReason.FAULT) -> int:
        """Kill a worker, let the spare take its place at once, and return its return code."""
        worker.kill()
        self._queues[lane].forget(worker)
        with self._changed:
            if self._spare:
                self._queues[lane].put(self._spare)
                self._spare = None
            else:
                self._missing.append(lane)
            self._changed.notify_all()
        code = worker.stop()
        with self._changed:
            was_started = worker in self._alive
            self._alive.discard(worker)
        if was_started:
            self._observer.worker_stopped(reason)
        return code

    def close(self) -> None:
        """End all workers and wait for their end; who waits for one gets EngineFailed. Safe to repeat."""
        if os.getpid() != self._owner:
            return
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        for queue in self._queues.values():
            queue.close()
        if threading.current_thread() is not self._keeper:
            self._keeper.join()
        with self._changed:
            left, self._alive = self._alive, set()
        for worker in left:
            worker.kill()
        for worker in left:
            worker.stop()
            self._observer.worker_stopped(StopReason.CLOSED)

    def _count_missing(self) -> int:
        return len(self._missing) + (self._spare is None)

    def _start_missing(self) -> None:
        """Start workers whenever some are missing, until the pool is closed: what the keeper thread does."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closing or self._count_missing())
                if self._closing:
                    return
                missing = self._count_missing()
            try:
                workers = self._start(missing)
            except Exception as exc:  # noqa: BLE001 - whatever it is, workers are missing: try again
                self._note_failure(exc)
                continue
            with self._changed:
                if not self._closing:
                    self._assign(workers)
                    continue
            for worker in workers:
                worker.stop()

    def _start(self, count: int) -> list[WorkerProcess]:
        """Return ready workers, started side by side; on any failure none is left."""
        workers: list[WorkerProcess] = []
        try:
            for _ in range(count):
                workers.append(WorkerProcess(self._settings))
            for worker in workers:
                worker.wait_ready()
        except Exception:
            for worker in workers:
                worker.stop()
            raise
        return workers

    def _assign(self, workers: list[WorkerProcess]) -> None:
        """Let new workers take the places of those that are missing, the last one that of the spare."""
        self._alive.update(workers)
        self._fault = None
        for worker in workers:
            if self._missing:
                self._queues[self._missing.popleft()].put(worker)
            else:
                self._spare = worker
            self._observer.worker_started()
        self._changed.notify_all()

    @property
    def ill(self) -> str:
        """Return what keeps workers from being started, nothing when all goes well."""
        if self._closing:
            return ""
        if not self._keeper.is_alive():
            return f"the thread {self._keeper.name} has ended"
        return f"no query process could be started: {self._fault}" if self._fault else ""

    def _note_failure(self, exc: Exception) -> None:
        log.warning("no worker could be started: %s", exc)
        with self._changed:
            self._fault = EngineFailed(str(exc))
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._closing, timeout=RETRY_SECONDS)

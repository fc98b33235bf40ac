"""The queue for the workers of a lane: first come, first served, and nobody waits for ever."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from endpoint.engine.wire import CHECK_SECONDS
from graph.errors import EngineFailed, EngineOverloaded

Worker = TypeVar("Worker")


class _Waiter(Generic[Worker]):
    """One request that waits; ``served`` is set when a worker was handed over, or the queue closed."""

    def __init__(self) -> None:
        self.served = threading.Event()
        self.worker: Worker | None = None


class WorkerQueue(Generic[Worker]):
    """Free workers, or the requests that wait for one (never both). Safe for many threads."""

    def __init__(self, max_waiting: int, seconds: float) -> None:
        """Start empty; at most ``max_waiting`` requests wait, each at most so many seconds."""
        self._max_waiting, self._seconds = max_waiting, seconds
        self._free: deque[Worker] = deque()
        self._waiters: deque[_Waiter[Worker]] = deque()
        self._closed = False
        self._lock = threading.RLock()  # a collected engine may close its queues from within one of them

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._waiters)

    def put(self, worker: Worker) -> None:
        """Give a free worker to the request that waits longest, or keep it for the next one."""
        with self._lock:
            if self._waiters:
                waiter = self._waiters.popleft()
                waiter.worker = worker
                waiter.served.set()
            else:
                self._free.append(worker)

    def take(self, check_abandoned: Callable[[], None]) -> Worker:
        """Return a worker; what ``check_abandoned`` raises, called every CHECK_SECONDS, ends the wait.

        Raises EngineOverloaded when too many wait or the time is over, EngineFailed when closed.
        """
        with self._lock:
            if self._closed:
                raise EngineFailed("the engine is closed")
            if self._free:
                return self._free.popleft()
            if len(self._waiters) >= self._max_waiting:
                raise EngineOverloaded(math.ceil(self._seconds))
            waiter = _Waiter[Worker]()
            self._waiters.append(waiter)
        try:
            self._wait(waiter, check_abandoned)
        except BaseException:
            self._remove(waiter)
            raise
        if waiter.worker is None:
            raise EngineFailed("the engine is closed")
        return waiter.worker

    def close(self) -> None:
        """Send everybody away, now and later."""
        with self._lock:
            self._closed = True
            while self._waiters:
                self._waiters.popleft().served.set()

    def _wait(self, waiter: _Waiter[Worker], check_abandoned: Callable[[], None]) -> None:
        end = time.monotonic() + self._seconds
        while not waiter.served.wait(min(max(end - time.monotonic(), 0), CHECK_SECONDS)):
            if time.monotonic() >= end:
                raise EngineOverloaded(math.ceil(self._seconds))
            check_abandoned()

    def _remove(self, waiter: _Waiter[Worker]) -> None:
        """Take one out of the queue; a worker that was handed over meanwhile goes to the next."""
        with self._lock:
            if waiter in self._waiters:
                self._waiters.remove(waiter)
                return
        if waiter.worker is not None:
            self.put(waiter.worker)

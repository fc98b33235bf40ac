"""The queue for the workers of a lane: clients have their turns, and nobody waits for ever."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
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
    """Free workers, or the requests that wait for one (never both). Safe for many threads.

    Clients that wait are served in turn, each its oldest request first: one with many requests delays
    another by one of them at most.
    """

    def __init__(self, max_waiting: int, seconds: float) -> None:
        """Start empty; at most ``max_waiting`` requests wait, each at most so many seconds."""
        self._max_waiting, self._seconds = max_waiting, seconds
        self._free: deque[Worker] = deque()
        self._waiters: OrderedDict[Hashable, deque[_Waiter[Worker]]] = OrderedDict()
        self._closed = False
        self._lock = threading.RLock()  # a collected engine may close its queues from within one of them

    def __len__(self) -> int:
        """Return how many wait."""
        with self._lock:
            return sum(map(len, self._waiters.values()))

    def put(self, worker: Worker) -> None:
        """Give a free worker to the client whose turn it is, or keep it for the next one."""
        with self._lock:
            if self._waiters:
                waiter = self._next()
                waiter.worker = worker
                waiter.served.set()
            else:
                self._free.append(worker)

    def take(self, check_abandoned: Callable[[], None], client: Hashable = None) -> Worker:
        """Return a worker for a client.

        What ``check_abandoned`` raises, called every CHECK_SECONDS, ends the wait.

        Raises EngineOverloaded when too many wait or the time is over, EngineFailed when closed.
        """
        with self._lock:
            if self._closed:
                raise EngineFailed("the engine is closed")
            if self._free:
                return self._free.popleft()
            if len(self) >= self._max_waiting:
                raise EngineOverloaded(math.ceil(self._seconds))
            waiter = _Waiter[Worker]()
            self._waiters.setdefault(client, deque()).append(waiter)
        try:
            self._wait(waiter, check_abandoned)
        except BaseException:
            self._remove(client, waiter)
            raise
        if waiter.worker is None:
            raise EngineFailed("the engine is closed")
        return waiter.worker

    def close(self) -> None:
        """Send everybody away, now and later."""
        with self._lock:
            self._closed = True
            while self._waiters:
                self._next().served.set()

    def _next(self) -> _Waiter[Worker]:
        """Take the oldest request of the client whose turn it is out of the queue; others come next."""
        client, waiters = self._waiters.popitem(last=False)
        waiter = waiters.popleft()
        if waiters:
            self._waiters[client] = waiters
        return waiter

    def _wait(self, waiter: _Waiter[Worker], check_abandoned: Callable[[], None]) -> None:
        end = time.monotonic() + self._seconds
        while not waiter.served.wait(min(max(end - time.monotonic(), 0), CHECK_SECONDS)):
            if time.monotonic() >= end:
                raise EngineOverloaded(math.ceil(self._seconds))
            check_abandoned()

    def _remove(self, client: Hashable, waiter: _Waiter[Worker]) -> None:
        """Take one out of the queue; a worker that was handed over meanwhile goes to the next."""
        with self._lock:
            waiters = self._waiters.get(client, deque())
            if waiter in waiters:
                waiters.remove(waiter)
                if not waiters:
                    del self._waiters[client]
                return
        if waiter.worker is not None:
            self.put(waiter.worker)

"""The queue for the workers of a lane: clients have their turns, and nobody waits for ever."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from endpoint.engine.processes.wire import CHECK_SECONDS
from graph.errors import EngineFailed, EngineOverloaded

Worker = TypeVar("Worker", bound=Hashable)
_NOBODY = object()


class _Waiter(Generic[Worker]):
    """One request that waits; ``served`` is set when a worker was handed over, or the queue closed."""

    def __init__(self, is_long: bool) -> None:
        self.served, self.is_long = threading.Event(), is_long
        self.worker: Worker | None = None


class WorkerQueue(Generic[Worker]):
    """Free workers, and the requests that wait for one. Safe for many threads.

    Clients that wait are served in turn, each its oldest request first: one with many requests delays
    another by one of them at most. A client holds all workers but one, which is left for others, unless there
    is only one: long queries of one client never stop another's. Nor do those of several: they keep all
    workers but one, and the last one only as long as nobody waits for it. Of free workers, the one that
    worked last is handed over: what it needs is still in the caches of its processor.
    """

    def __init__(self, size: int, max_waiting: int, seconds: float) -> None:
        """Start empty, for so many workers; at most ``max_waiting`` wait, each at most so many seconds."""
        self._most_held = self._most_long = max(1, size - 1)
        self._max_waiting, self._seconds = max_waiting, seconds
        self._free: deque[Worker] = deque()
        self._waiters: OrderedDict[Hashable, deque[_Waiter[Worker]]] = OrderedDict()
        self._holders: dict[Worker, Hashable] = {}
        self._held: Counter[Hashable] = Counter()
        self._long: set[Worker] = set()
        self._closed = False
        self._lock = threading.RLock()  # a collected engine may close its queues from within one of them

    def __len__(self) -> int:
        """Return how many wait."""
        with self._lock:
            return sum(map(len, self._waiters.values()))

    def put(self, worker: Worker) -> None:
        """Give a free worker to the client whose turn it is, or keep it for the next one."""
        with self._lock:
            self._release(worker)
            self._free.append(worker)
            self._serve()

    def forget(self, worker: Worker) -> None:
        """Take note that a worker that was handed over never comes back."""
        with self._lock:
            self._release(worker)
            self._serve()

    def take(
        self, check_abandoned: Callable[[], None], client: Hashable = None, *, is_long: bool = False
    ) -> Worker:
        """Return a worker for a client; put it back, or let it be forgotten.

        ``is_long``: it is known that the query takes long, so it waits until it may keep a worker.
        What ``check_abandoned`` raises, called every CHECK_SECONDS, ends the wait.

        Raises EngineOverloaded when too many wait or the time is over, EngineFailed when closed.
        """
        with self._lock:
            if self._closed:
                raise EngineFailed("the engine is closed")
            if self._free and self._may_hold(client) and self._may_run(is_long):
                return self._hand_over(client, is_long)
            if len(self) >= self._max_waiting:
                raise EngineOverloaded(math.ceil(self._seconds))
            waiter = _Waiter[Worker](is_long)
            self._waiters.setdefault(client, deque()).append(waiter)
        try:
            self._wait(waiter, check_abandoned)
        except BaseException:
            self._remove(client, waiter)
            raise
        if waiter.worker is None:
            raise EngineFailed("the engine is closed")
        return waiter.worker

    def may_go_on(self, worker: Worker) -> bool:
        """Return whether a query may keep its worker, although it takes long: else others wait for it."""
        with self._lock:
            if worker not in self._long and self._may_run(is_long=True):
                self._long.add(worker)
            return worker in self._long or not any(map(self._is_next, self._waiters))

    def close(self) -> None:
        """Send everybody away, now and later."""
        with self._lock:
            self._closed = True
            for waiters in self._waiters.values():
                for waiter in waiters:
                    waiter.served.set()
            self._waiters.clear()

    def _may_hold(self, client: Hashable) -> bool:
        """Return whether a client may have one worker more; who has no name is not counted."""
        return client is None or self._held[client] < self._most_held

    def _may_run(self, is_long: bool) -> bool:
        return not is_long or len(self._long) < self._most_long

    def _is_next(self, client: Hashable) -> bool:
        """Return whether the oldest request of a client that waits may have the next free worker."""
        return self._may_hold(client) and self._may_run(self._waiters[client][0].is_long)

    def _hand_over(self, client: Hashable, is_long: bool) -> Worker:
        worker = self._free.pop()
        self._holders[worker] = client
        if is_long:
            self._long.add(worker)
        self._held[client] += 1
        return worker

    def _release(self, worker: Worker) -> None:
        self._long.discard(worker)
        if worker in self._holders:
            client = self._holders.pop(worker)
            self._held[client] -= 1
            if not self._held[client]:
                del self._held[client]

    def _serve(self) -> None:
        """Hand free workers to those whose turn it is; who was served comes last the next time."""
        while self._free:
            client = next(filter(self._is_next, self._waiters), _NOBODY)
            if client is _NOBODY:
                return
            waiters = self._waiters.pop(client)
            waiter = waiters.popleft()
            if waiters:
                self._waiters[client] = waiters
            waiter.worker = self._hand_over(client, waiter.is_long)
            waiter.served.set()

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

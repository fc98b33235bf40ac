"""The threads that run the application: clients have their turns, and none takes all of them."""

from __future__ import annotations

import logging
import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Hashable
from queue import SimpleQueue
from typing import Any, Protocol

log = logging.getLogger(__name__)


class Task(Protocol):
    """What a thread does: answer the next request of a connection."""

    def service(self) -> None:
        """Do it."""


class FairThreads:
    """Threads, started as they are needed; a client may hold as many of them as are left for others.

    One client alone gets half of them, each of two a third, and there is always one left for the next.
    Among those who wait, clients have their turns, each with its oldest task first.
    """

    def __init__(self, count: int, client_of: Callable[[Any], Hashable], name: str) -> None:
        """Start none yet; at most ``count``."""
        self._count, self._client_of, self._name = count, client_of, name
        self._waiting: OrderedDict[Hashable, deque[Task]] = OrderedDict()
        self._running: Counter[Hashable] = Counter()
        self._threads = self._idle = 0
        self._lock = threading.Lock()
        self._calls: SimpleQueue[None] = SimpleQueue()

    def add_task(self, task: Task) -> None:
        """Let a thread do a task as soon as it is the turn of its client."""
        client = self._client_of(task)
        with self._lock:
            self._waiting.setdefault(client, deque()).append(task)
            self._call_thread()

    def _call_thread(self) -> None:
        """Wake a thread that does nothing, or start one; call it with the lock."""
        if self._idle:
            self._idle -= 1
            self._calls.put(None)
        elif self._threads < self._count:
            self._threads += 1
            threading.Thread(target=self._work, name=f"{self._name}-{self._threads}", daemon=True).start()

    def _work(self) -> None:
        client: Hashable = None
        while True:
            with self._lock:
                if client is not None:
                    self._end_turn(client)
                turn = self._next()
                if turn is None:
                    self._idle += 1
                elif self._waiting and self._idle:
                    self._call_thread()
            if turn is None:
                client = self._calls.get()
                continue
            client, task = turn
            try:
                task.service()
            except Exception:
                log.exception("a request broke its connection")

    def _end_turn(self, client: Hashable) -> None:
        self._running[client] -= 1
        if not self._running[client]:
            del self._running[client]

    def _next(self) -> tuple[Hashable, Task] | None:
        """Return the next task and its client, None when there is none that may begin."""
        free = self._count - self._running.total()
        client = next((client for client in self._waiting if self._running[client] < free), None)
        if client is None:
            return None
        tasks = self._waiting.pop(client)
        task = tasks.popleft()
        if tasks:
            self._waiting[client] = tasks
        self._running[client] += 1
        return client, task

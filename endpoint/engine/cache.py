"""Answers that need no evaluation: kept ones, and those of the same query under way for another request.

Both hold for one release only, so they live and die with its engine. Only whole answers of stable queries
come here: the same release, query, format and dataset give the same bytes.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from endpoint.engine.processes.wire import CHECK_SECONDS
from graph.errors import EngineOverloaded, QueryAbandoned, QueryError

Key = tuple[str | tuple[str, ...], ...]
"""Query, media type, default graphs, named graphs."""
IsAbandoned = Callable[[], bool]
"""Tells whether nobody waits for an answer any more."""

Evaluate = Callable[[IsAbandoned], bytes]

ENTRY_BYTES = 512
"""What an entry takes besides its texts and its body."""
LARGEST_SHARE = 4
"""A body over this part of the cache is not kept: it would push out too many others."""


@dataclass(frozen=True)
class CacheState:
    """How many answers the cache holds, and how many bytes they are counted as."""

    entries: int
    bytes: int


class AnswerCache:
    """Whole answers up to a number of bytes; the one not used for longest goes first. For many threads."""

    def __init__(self, max_bytes: int) -> None:
        """Start empty."""
        self._max_bytes = max_bytes
        self._bodies: OrderedDict[Key, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def find(self, key: Key) -> bytes | None:
        """Return the kept answer, which is then the last to go."""
        with self._lock:
            if (body := self._bodies.get(key)) is not None:
                self._bodies.move_to_end(key)
            return body

    def keep(self, key: Key, body: bytes) -> None:
        """Keep a whole answer, unless it is too large to be worth the others."""
        size = _size(key, body)
        if size > self._max_bytes // LARGEST_SHARE:
            return
        with self._lock:
            if (old := self._bodies.pop(key, None)) is not None:
                self._bytes -= _size(key, old)
            self._bodies[key] = body
            self._bytes += size
            while self._bytes > self._max_bytes:
                self._bytes -= _size(*self._bodies.popitem(last=False))

    def state(self) -> CacheState:
        """Return the numbers."""
        with self._lock:
            return CacheState(len(self._bodies), self._bytes)


def _size(key: Key, body: bytes) -> int:
    """Return the bytes an entry takes; a text is counted as if each character took four."""
    texts = (part if isinstance(part, tuple) else (part,) for part in key)
    return len(body) + 4 * sum(len(text) for part in texts for text in part) + ENTRY_BYTES


@dataclass
class _Evaluation:
    """One evaluation under way for the request that began it, its leader; ``followers`` wait for it too.

    Most have none, so it is the first follower that brings what is set when it is ``done``.
    """

    lane: Hashable
    done: threading.Event | None = None
    followers: int = 0
    body: bytes | None = None
    error: QueryError | None = None


class RequestCoalescing:
    """Lets queries that are the same and arrive together be evaluated once. Safe for many threads."""

    def __init__(self, max_followers: int, retry_seconds: int) -> None:
        """Start with none; ``max_followers`` is how many may wait in one lane for what others began."""
        self._max_followers, self._retry_seconds = max_followers, retry_seconds
        self._running: dict[Hashable, _Evaluation] = {}
        self._followers: Counter[Hashable] = Counter()
        self._lock = threading.Lock()

    def run(
        self, lane: Hashable, key: Hashable, evaluate: Evaluate, is_abandoned: IsAbandoned
    ) -> tuple[bytes, bool]:
        """Return the answer and whether it was evaluated for this caller, the leader, not for another one.

        ``evaluate`` is given what tells whether the leader and all followers have gone. An error is shared
        with all of them. ``key`` must hold all that changes the answer or the error: the limits too.
        Raises what ``evaluate`` raises, EngineOverloaded, and QueryAbandoned when this caller is gone.
        """
        done: threading.Event | None = None
        with self._lock:
            evaluation = self._running.get((lane, key))
            if evaluation is None:
                evaluation = self._running[lane, key] = _Evaluation(lane)
            elif self._followers[lane] >= self._max_followers:
                raise EngineOverloaded(self._retry_seconds)
            else:
                done = evaluation.done = evaluation.done or threading.Event()
                evaluation.followers += 1
                self._followers[lane] += 1
        if done is None:
            return self._lead((lane, key), evaluation, evaluate, is_abandoned), True
        body = self._follow(evaluation, done, is_abandoned)
        return self.run(lane, key, evaluate, is_abandoned) if body is None else (body, False)

    def _lead(
        self, key: Hashable, evaluation: _Evaluation, evaluate: Evaluate, is_abandoned: IsAbandoned
    ) -> bytes:
        try:
            evaluation.body = evaluate(lambda: is_abandoned() and self._close(key, evaluation))
            return evaluation.body
        except QueryError as error:
            evaluation.error = error
            raise
        finally:
            with self._lock:
                self._remove(key, evaluation)
            if evaluation.done:
                evaluation.done.set()

    def _close(self, key: Hashable, evaluation: _Evaluation) -> bool:
        """Return whether there is no follower; if so, nobody can become one any more."""
        with self._lock:
            if evaluation.followers:
                return False
            self._remove(key, evaluation)
            return True

    def _remove(self, key: Hashable, evaluation: _Evaluation) -> None:
        if self._running.get(key) is evaluation:
            del self._running[key]

    def _follow(
        self, evaluation: _Evaluation, done: threading.Event, is_abandoned: IsAbandoned
    ) -> bytes | None:
        """Return the answer; None when the leader ended without an answer or a QueryError: then repeat."""
        try:
            while not done.wait(CHECK_SECONDS):
                if is_abandoned():
                    raise QueryAbandoned
        finally:
            with self._lock:
                evaluation.followers -= 1
                self._followers[evaluation.lane] -= 1
        if evaluation.error is not None:
            raise evaluation.error.with_traceback(None)
        return evaluation.body

"""Answers that need no evaluation: kept ones, and those that another request is just waiting for.

Both hold for one release only, so they live and die with its engine. Only whole answers of stable queries
come here: the same release, query, format and dataset give the same bytes.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from endpoint.engine.wire import PULSE_SECONDS
from graph.errors import EngineOverloaded, QueryAbandoned, QueryError

Key = tuple[str | tuple[str, ...], ...]
"""Query, media type, default graphs, named graphs; or another name of bytes that a release determines."""
Gone = Callable[[], bool]
"""Tells whether the one who asked has gone away."""

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

    def __init__(self, most_bytes: int) -> None:
        """Start empty."""
        self._most = most_bytes
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
        if size > self._most // LARGEST_SHARE:
            return
        with self._lock:
            if (old := self._bodies.pop(key, None)) is not None:
                self._bytes -= _size(key, old)
            self._bodies[key] = body
            self._bytes += size
            while self._bytes > self._most:
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
class _Flight:
    """One evaluation under way, and how many wait for it without having begun it."""

    lane: Hashable
    done: threading.Event = field(default_factory=threading.Event)
    followers: int = 0
    body: bytes | None = None
    error: QueryError | None = None


class Flights:
    """Lets queries that are the same and arrive together be evaluated once. Safe for many threads."""

    def __init__(self, most_followers: int, retry_seconds: int) -> None:
        """Start with none; ``most_followers`` is how many may wait in one lane for what others began."""
        self._most, self._retry_seconds = most_followers, retry_seconds
        self._flights: dict[Hashable, _Flight] = {}
        self._followers: Counter[Hashable] = Counter()
        self._lock = threading.Lock()

    def run(
        self, lane: Hashable, key: Hashable, evaluate: Callable[[Gone], bytes], gone: Gone
    ) -> tuple[bytes, bool]:
        """Return the answer and whether it was evaluated for this caller, not for another one.

        ``evaluate`` gets a function that tells whether everybody who waits has gone. Errors are shared with
        all who wait. ``key`` must hold all that changes the answer or the error: the limits too.
        Raises what ``evaluate`` raises, EngineOverloaded, and QueryAbandoned when the caller is ``gone``.
        """
        with self._lock:
            flight = self._flights.get((lane, key))
            leads = flight is None
            if flight is None:
                flight = self._flights[lane, key] = _Flight(lane)
            elif self._followers[lane] >= self._most:
                raise EngineOverloaded(self._retry_seconds)
            else:
                flight.followers += 1
                self._followers[lane] += 1
        if leads:
            return self._lead((lane, key), flight, evaluate, gone), True
        body = self._follow(flight, gone)
        return self.run(lane, key, evaluate, gone) if body is None else (body, False)

    def _lead(self, key: Hashable, flight: _Flight, evaluate: Callable[[Gone], bytes], gone: Gone) -> bytes:
        try:
            flight.body = evaluate(lambda: gone() and self._leave(key, flight))
            return flight.body
        except QueryError as error:
            flight.error = error
            raise
        finally:
            with self._lock:
                self._drop(key, flight)
            flight.done.set()

    def _leave(self, key: Hashable, flight: _Flight) -> bool:
        """Return whether nobody else waits; from then on nobody can begin to."""
        with self._lock:
            if flight.followers:
                return False
            self._drop(key, flight)
            return True

    def _drop(self, key: Hashable, flight: _Flight) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]

    def _follow(self, flight: _Flight, gone: Gone) -> bytes | None:
        """Return the answer of a flight; None when it fell without a word and must be repeated."""
        try:
            while not flight.done.wait(PULSE_SECONDS):
                if gone():
                    raise QueryAbandoned
        finally:
            with self._lock:
                flight.followers -= 1
                self._followers[flight.lane] -= 1
        if flight.error is not None:
            raise flight.error.with_traceback(None)
        return flight.body

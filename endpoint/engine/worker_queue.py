"""A line of those who wait for a worker: first come, first served, and nobody waits for ever."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from endpoint.engine.wire import PULSE_SECONDS
from graph.errors import EngineFailed, EngineOverloaded

Thing = TypeVar("Thing")


class _Place(Generic[Thing]):
    """The place of one who waits; ``served`` is set when a thing was handed over, or the line closed."""

    def __init__(self) -> None:
        self.served = threading.Event()
        self.thing: Thing | None = None


class Line(Generic[Thing]):
    """Free things, or those who wait for one (never both). Safe for many threads."""

    def __init__(self, most: int, seconds: float) -> None:
        """Start empty; at most ``most`` wait, each at most so many seconds."""
        self._most, self._seconds = most, seconds
        self._free: deque[Thing] = deque()
        self._places: deque[_Place[Thing]] = deque()
        self._closed = False
        self._lock = threading.RLock()  # a collected engine may close its lines from within one of them

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._places)

    def put(self, thing: Thing) -> None:
        """Give a thing to the one who waits longest, or keep it for the next who comes."""
        with self._lock:
            if self._places:
                place = self._places.popleft()
                place.thing = thing
                place.served.set()
            else:
                self._free.append(thing)

    def take(self, pulse: Callable[[], None]) -> Thing:
        """Return a thing; ``pulse`` is called every PULSE_SECONDS of the wait, and what it raises ends it.

        Raises EngineOverloaded when too many wait or the time is over, EngineFailed when closed.
        """
        with self._lock:
            if self._closed:
                raise EngineFailed("the engine is closed")
            if self._free:
                return self._free.popleft()
            if len(self._places) >= self._most:
                raise EngineOverloaded(math.ceil(self._seconds))
            place = _Place[Thing]()
            self._places.append(place)
        try:
            self._wait(place, pulse)
        except BaseException:
            self._leave(place)
            raise
        if place.thing is None:
            raise EngineFailed("the engine is closed")
        return place.thing

    def close(self) -> None:
        """Send everybody away, now and later."""
        with self._lock:
            self._closed = True
            while self._places:
                self._places.popleft().served.set()

    def _wait(self, place: _Place[Thing], pulse: Callable[[], None]) -> None:
        end = time.monotonic() + self._seconds
        while not place.served.wait(min(max(end - time.monotonic(), 0), PULSE_SECONDS)):
            if time.monotonic() >= end:
                raise EngineOverloaded(math.ceil(self._seconds))
            pulse()

    def _leave(self, place: _Place[Thing]) -> None:
        """Give up a place; a thing that was handed over meanwhile goes to the next."""
        with self._lock:
            if place in self._places:
                self._places.remove(place)
                return
        if place.thing is not None:
            self.put(place.thing)

"""What is made once for each release, and kept as long as its engine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from endpoint.engine.release_engine import ReleaseEngine

Made = TypeVar("Made")


class Kept(Generic[Made]):
    """Keeps what is made for an engine; who asks for the same while it is made waits, nobody else does.

    Safe for many threads.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._made: WeakKeyDictionary[ReleaseEngine, dict[Hashable, Future[Made]]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def get(self, engine: ReleaseEngine, key: Hashable, make: Callable[[ReleaseEngine], Made]) -> Made:
        """Return what is kept under a key of its own, made now when nobody asked before.

        What ``make`` raises is raised for all who wait for it, and nothing is kept.
        """
        with self._lock:
            made = self._made.setdefault(engine, {})
            promise = made.get(key)
            is_ours = promise is None
            if promise is None:
                promise = made[key] = Future[Made]()
        if is_ours:
            try:
                promise.set_result(make(engine))
            except BaseException as exc:  # noqa: BLE001 - it is raised below
                del made[key]
                promise.set_exception(exc)
        try:
            return promise.result()
        finally:
            del promise  # what it raises has this frame in its traceback: a cycle would keep the engine

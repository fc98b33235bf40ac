"""What requests are answered from, held from their start to their end, and what is asked of its keeper."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from endpoint.config import Config
from endpoint.engine.release_engine import ReleaseEngine
from graph.errors import KembarError
from graph.store.releases import Release
from queries import CannedQuery


@dataclass(frozen=True)
class Service:
    """What a request needs: the settings, the release it is answered from, its questions and its engine."""

    config: Config
    release: Release
    engine: ReleaseEngine
    questions: Mapping[str, CannedQuery]

    @property
    def home(self) -> Path:
        """Return the folder that holds the releases."""
        return self.config.home


Held = TypeVar("Held", bound=Service)


@dataclass(eq=False)
class Lease(Generic[Held]):
    """A service and how many requests use it; ``close`` ends it, once it is retired and nobody does."""

    service: Held
    close: Callable[[], None]
    users: int = 0
    retired: bool = False


class Leases(ABC, Generic[Held]):
    """The service for new requests, and the older ones that requests still use. Safe for many threads."""

    def __init__(self, lease: Lease[Held]) -> None:
        """Let new requests have this one."""
        self._lease, self._retired = lease, list[Lease[Held]]()
        self._lock = threading.Lock()

    @property
    def service(self) -> Held:
        """Return the service that new requests get now."""
        return self._lease.service

    def is_current(self, lease: Lease[Held]) -> bool:
        """Return whether it is the one that new requests get."""
        return lease is self._lease

    def take(self) -> Lease[Held]:
        """Return the current service for one request; give it back."""
        with self._lock:
            self._lease.users += 1
            return self._lease

    def give_back(self, lease: Lease[Held]) -> None:
        """Take note that a request has ended; the last one of an older service lets it be closed."""
        with self._lock:
            lease.users -= 1
            is_unused = lease.retired and not lease.users
        if is_unused:
            self._wake()

    @abstractmethod
    def _wake(self) -> None:
        """Let ``_close_unused`` be called soon, by another thread than that of a request."""

    def _let_in(self, lease: Lease[Held]) -> None:
        """Let new requests have another service; call it with the lock."""
        old, self._lease = self._lease, lease
        old.retired = True
        self._retired.append(old)

    def _close_unused(self) -> None:
        with self._lock:
            unused = [lease for lease in self._retired if not lease.users]
        for lease in unused:
            lease.close()
        with self._lock:
            self._retired = [lease for lease in self._retired if lease not in unused]


class ReleaseVerifier(Protocol):
    """Tells whether releases are sound."""

    def check(self, release: Release) -> None:
        """Raise DamagedRelease unless all files of the release are as they were published."""

    def faults(self) -> dict[str, str]:
        """Return why releases are damaged, by id."""


class ReleaseSwitch(Protocol):
    """What an application asks of its ``Switch``, or of that of another process."""

    housekeeping: list[Callable[[], None]]
    """What is to be done now and then besides."""

    @property
    def config(self) -> Config:
        """Return the settings."""

    @property
    def verifier(self) -> ReleaseVerifier:
        """Return what tells whether releases are sound."""

    @property
    def refusal(self) -> KembarError | None:
        """Return why no request may be answered now, if so."""

    @property
    def preparation(self) -> str:
        """Return which release is being prepared or was in part, and how far, for people; else nothing."""

    @property
    def service(self) -> Service:
        """Return the service that new requests get now."""

    def take(self) -> Lease[Any]:
        """Return the current service for one request; give it back."""

    def give_back(self, lease: Lease[Any]) -> None:
        """Take note that a request has ended."""

    def faults(self) -> list[str]:
        """Return what is wrong with the releases and with the tasks that look after them, for people."""

    def close(self) -> None:
        """End all. Safe to repeat."""

"""The release that is served, and the change to another one while requests go on.

A request takes the service at its start and gives it back at its end, so all of its answer comes from one
release. A thread looks where ``current`` points; a new release is opened beside the old one, then new
requests get it, and the old one is closed when its last request has ended. One that cannot be opened is
told in the log, and tried again at growing intervals; the old one stays.
"""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from endpoint.config import Config
from endpoint.engine.engine import Engine
from endpoint.engine.observer import Observer
from endpoint.serving.connection import client_is_gone
from graph.errors import KembarError
from graph.store.releases import CURRENT, Release, read_release
from queries import CannedQuery, catalogue

log = logging.getLogger(__name__)

CHECK_SECONDS = 1.0
"""How often the thread looks where ``current`` points."""
RETRY_SECONDS, MOST_RETRY_SECONDS = 1.0, 64.0
"""How soon a release that could not be opened is tried again: at first, and at last."""


@dataclass(frozen=True)
class Service:
    """What a request needs: the settings, the release it is answered from, its questions and its engine."""

    config: Config
    release: Release
    engine: Engine
    questions: Mapping[str, CannedQuery]

    @property
    def home(self) -> Path:
        """Return the folder that holds the releases."""
        return self.config.home


def open_service(
    config: Config,
    release: Release,
    observer: Observer,
    questions: Mapping[str, CannedQuery] | None = None,
) -> Service:
    """Return a service over a release with its workers started; its questions are those of the running code.

    Raises EngineFailed when the workers do not start.
    """
    engine = Engine(config, release.store_path, observer, client_is_gone)
    return Service(config, release, engine, catalogue() if questions is None else questions)


@dataclass(eq=False)
class Lease:
    """A service and how many requests use it; give it back with ``Switch.give_back``."""

    service: Service
    users: int = 0
    retired: bool = False


@dataclass
class _Failure:
    """A release that could not be opened, and when to try again."""

    path: Path
    retry_at: float
    retry_seconds: float


class Switch:
    """The service for new requests, and the older ones that requests still use. Safe for many threads."""

    def __init__(self, config: Config, release: Release, observer: Observer) -> None:
        """Open the release and begin to look for newer ones. Raises EngineFailed."""
        self.config, self._observer = config, observer
        self.housekeeping: list[Callable[[], None]] = []
        self._lease = Lease(open_service(config, release, observer))
        self._retired: list[Lease] = []
        self._failure: _Failure | None = None
        self._closed = False
        self._lock = threading.Lock()
        self._updating = threading.Lock()
        self._wake = threading.Event()
        args = (weakref.ref(self), self._wake)
        self._thread = threading.Thread(target=_keep_current, args=args, name="kembar-switch", daemon=True)
        self._thread.start()

    @property
    def service(self) -> Service:
        """Return the service that new requests get now."""
        return self._lease.service

    def services(self) -> list[Service]:
        """Return all services with processes: the current one first, then those not yet closed."""
        with self._lock:
            return [lease.service for lease in (self._lease, *self._retired)]

    def take(self) -> Lease:
        """Return the current service for one request; give it back."""
        with self._lock:
            self._lease.users += 1
            return self._lease

    def give_back(self, lease: Lease) -> None:
        """Take note that a request has ended; the last one of an older service lets it be closed."""
        with self._lock:
            lease.users -= 1
            is_unused = lease.retired and not lease.users
        if is_unused:
            self._wake.set()

    def update(self) -> None:
        """Close what nobody uses any more, and switch when ``current`` points elsewhere."""
        with self._updating:
            self._close_unused()
            path = self._target()
            if path != self.service.release.path.resolve() and self._may_try(path):
                self._switch_to(path)
            for task in self.housekeeping:
                task()

    def close(self) -> None:
        """End the thread and all services, also those in use. Safe to repeat."""
        self._closed = True
        self._wake.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()
        for service in self.services():
            service.engine.close()

    @property
    def closed(self) -> bool:
        """Return whether this was closed."""
        return self._closed

    def _target(self) -> Path:
        """Return the folder that ``current`` points to; the link itself when it leads round in circles."""
        link = self.config.home / CURRENT
        try:
            return link.resolve()
        except (OSError, RuntimeError):
            return link

    def _may_try(self, path: Path) -> bool:
        failure = self._failure
        return failure is None or failure.path != path or time.monotonic() >= failure.retry_at

    def _switch_to(self, path: Path) -> None:
        try:
            service = open_service(self.config, read_release(path), self._observer)
        except (KembarError, OSError) as exc:
            last = self._failure
            repeated = last is not None and last.path == path
            seconds = min(2 * last.retry_seconds, MOST_RETRY_SECONDS) if last and repeated else RETRY_SECONDS
            self._failure = _Failure(path, time.monotonic() + seconds, seconds)
            log.warning("release %s stays, %s cannot be opened: %s", self.service.release.id, path.name, exc)
            return
        self._failure = None
        with self._lock:
            old, self._lease = self._lease, Lease(service)
            old.retired = True
            self._retired.append(old)
        log.info("release %s follows %s", service.release.id, old.service.release.id)
        self._close_unused()

    def _close_unused(self) -> None:
        with self._lock:
            unused = [lease for lease in self._retired if not lease.users]
        for lease in unused:
            lease.service.engine.close()
        with self._lock:
            self._retired = [lease for lease in self._retired if lease not in unused]


def _keep_current(reference: weakref.ref[Switch], wake: threading.Event) -> None:
    """Update the switch every CHECK_SECONDS, or when woken, until it is closed or forgotten."""
    while True:
        wake.wait(CHECK_SECONDS)
        wake.clear()
        switch = reference()
        if switch is None or switch.closed:
            return
        switch.update()
        del switch

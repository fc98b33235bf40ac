"""Citable answers: ``/release/<id>/sparql`` and its questions answer from that release as long as it is kept.

A release keeps its own questions, so an answer stays the same, byte for byte, whatever comes after it. So it
always comes from the embedded store: an engine elsewhere may give rows in another order each time.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol

from flask import current_app, g, request

from endpoint.config import Config
from endpoint.engine.observer import Observer
from endpoint.errors import Gone, NotFound
from endpoint.serving.clients import request_address
from endpoint.serving.connection import client_is_gone
from endpoint.serving.current import service, switch
from endpoint.serving.releases.service import Service
from endpoint.serving.releases.switch import OpenService, open_service
from endpoint.serving.releases.verifier import Verifier, is_kept
from graph.errors import DamagedRelease, EngineOverloaded, QueryAbandoned
from graph.store.history import read_history
from graph.store.releases import Release, id_of, list_kept, list_releases

MOST_OPEN = 2
"""Engines over older releases that stay open; each has its own processes."""
MOST_IN_USE = 4
"""How many are open while all of them are in use: long queries over two releases keep nobody from a third."""
IDLE_SECONDS = 300.0
"""An older release that nobody asked for so long is closed."""
CACHE_SHARE = 8
"""An older release gets this part of the memory that the current one has for its answers."""
_RETRY_SECONDS = 5
_ALL_IN_USE = "other clients ask as many older releases as can be open at a time"
_IN_THE_WAY = "another query of yours is asking another older release, and one of them is asked at a time"
_LOOK_SECONDS = 0.1
"""How often one who waits for a place looks whether its client is still there."""


def pinned_config(config: Config) -> Config:
    """Return the settings with which an older release is open."""
    return replace(config, workers=1, services="", cache_bytes=config.cache_bytes // CACHE_SHARE, engine="")


@dataclass(eq=False)
class _OpenRelease:
    """One older release that can be asked, or soon can (`service` is None), and who is using it now."""

    service: OpenService | None = None
    users: Counter[str] = field(default_factory=Counter)
    last_used: float = field(default_factory=time.monotonic)


class OlderReleases(Protocol):
    """What an application asks of its ``PinnedReleases``, or of those of another process."""

    def use(
        self, release: Release, client: str, is_abandoned: Callable[[], bool]
    ) -> AbstractContextManager[Service]:
        """Yield what answers from a release."""

    def close(self) -> None:
        """End all engines."""


class PinnedReleases:
    """The older releases that are being asked; the one not used for longest gives way to another.

    One is opened while others answer. A client uses one at a time, so that nobody takes all places; who finds
    none waits as long as for a query process.
    """

    def __init__(self, config: Config, observer: Observer, verifier: Verifier) -> None:
        """Start with none open."""
        self.config, self._observer, self._verifier = config, observer, verifier
        self._small_config = pinned_config(config)
        self._opened: OrderedDict[str, _OpenRelease] = OrderedDict()
        self._changed = threading.Condition()

    @contextmanager
    def use(
        self, release: Release, client: str = "", is_abandoned: Callable[[], bool] = lambda: False
    ) -> Iterator[Service]:
        """Yield what answers from a release.

        Raises EngineOverloaded when no place becomes free in time, QueryAbandoned; as `open_service` does.
        """
        opened = self._take(release, client, is_abandoned)
        try:
            yield opened.service or self._open(release, opened)
        finally:
            with self._changed:
                opened.users[client] -= 1
                opened.users += Counter()  # drops those who have left
                opened.last_used = time.monotonic()
                if len(self._opened) > MOST_OPEN:
                    self._close_idle_one()
                self._changed.notify_all()

    def services(self) -> list[OpenService]:
        """Return all that are open."""
        with self._changed:
            return [opened.service for opened in self._opened.values() if opened.service]

    def close_idle(self) -> None:
        """End the engines that nobody has used for IDLE_SECONDS, and those of releases gone or damaged."""
        before = time.monotonic() - IDLE_SECONDS
        with self._changed:
            ready = [opened for opened in self._opened.values() if opened.service]
        for opened in ready:
            if opened.service and self._is_damaged(opened.service.release):
                self._drop(opened)
            elif not opened.users and (opened.last_used < before or not self._is_kept(opened)):
                self._drop(opened, unused=True)

    def close(self) -> None:
        """End all engines."""
        with self._changed:
            ready = list(self._opened.values())
        for opened in ready:
            self._drop(opened)

    def _take(self, release: Release, client: str, is_abandoned: Callable[[], bool]) -> _OpenRelease:
        """Return an entry for the release, of which the caller is a user; the first one has to open it."""
        until = time.monotonic() + self.config.queue_seconds
        with self._changed:
            while True:
                opened = self._opened.get(release.id)
                is_elsewhere = any(
                    client in other.users for name, other in self._opened.items() if name != release.id
                )
                if opened is not None and opened.service and not is_elsewhere:
                    break
                if opened is None and not is_elsewhere and self._has_room():
                    opened = self._opened[release.id] = _OpenRelease()
                    break
                if time.monotonic() >= until:
                    raise EngineOverloaded(_RETRY_SECONDS, _IN_THE_WAY if is_elsewhere else _ALL_IN_USE)
                if is_abandoned():
                    raise QueryAbandoned
                self._changed.wait(_LOOK_SECONDS)
            self._opened.move_to_end(release.id)
            opened.users[client] += 1
            return opened

    def _has_room(self) -> bool:
        """Return whether one more may be opened; the one that nobody used for longest makes room."""
        return len(self._opened) < MOST_OPEN or self._close_idle_one() or len(self._opened) < MOST_IN_USE

    def _close_idle_one(self) -> bool:
        """Return whether there was one that nobody uses; the one not used for longest is closed then."""
        idle = next((name for name, one in self._opened.items() if one.service and not one.users), None)
        if idle is None:
            return False
        closing = self._opened.pop(idle).service
        if closing:
            threading.Thread(target=closing.engine.close, name="kembar-close", daemon=True).start()
        return True

    def _open(self, release: Release, opened: _OpenRelease) -> OpenService:
        try:
            service = open_service(self._small_config, release, self._observer, self._verifier)
        except BaseException:
            self._drop(opened)
            raise
        with self._changed:
            opened.service = service
            self._changed.notify_all()
        return service

    def _drop(self, opened: _OpenRelease, *, unused: bool = False) -> None:
        with self._changed:
            if unused and opened.users:
                return
            for name in [name for name, one in self._opened.items() if one is opened]:
                del self._opened[name]
            self._changed.notify_all()
        if opened.service:
            opened.service.engine.close()

    def _is_kept(self, opened: _OpenRelease) -> bool:
        return opened.service is not None and is_kept(opened.service.release)

    def _is_damaged(self, release: Release) -> bool:
        """Return whether a release that is still there is damaged."""
        try:
            self._verifier.check(release)
        except DamagedRelease:
            return release.path.is_dir()
        return False


def find_kept(release_id: str) -> Release:
    """Return a kept release by its whole id; all its files are as they were published.

    Raises DamagedRelease when one is not, Gone when the release was kept once, else NotFound.
    """
    home = service().home
    for found in list_kept(home):
        if id_of(found) == release_id:
            if isinstance(found, DamagedRelease):
                raise found
            switch().verifier.check(found)
            return found
    if release_id in read_history(home).ids:
        raise Gone(f"the release {release_id} is not kept any more; /data/ lists those that are")
    raise NotFound(f"there is no release {release_id}; /data/ lists those that are kept")


def list_sound() -> list[Release]:
    """Return the releases that are kept, the newest first, without those that are known to be damaged."""
    damaged = list_damaged()
    return [release for release in list_releases(service().home) if release.id not in damaged]


def list_damaged() -> dict[str, str]:
    """Return why kept releases are damaged, by their ids."""
    return switch().verifier.faults()


@contextmanager
def pin(release_id: str) -> Iterator[None]:
    """Let the current request be answered from a kept release."""
    release = find_kept(release_id)
    if release.id == service().release.id and service().engine.gives_same_bytes:
        yield
        return
    pinned: OlderReleases = current_app.extensions["kembar.pinned"]
    client = request_address(request, service().config.trusted_proxies)
    with pinned.use(release, client, client_is_gone) as g.service:
        yield

"""Citable answers: ``/release/<id>/sparql`` and its questions answer from that release as long as it is kept.

A release keeps its own questions, so an answer stays the same, byte for byte, whatever comes after it.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property

from flask import Flask, current_app, g

from endpoint.config import Config
from endpoint.engine.observer import Observer
from endpoint.errors import Gone, NotFound
from endpoint.serving.current import service
from endpoint.serving.switch import Service, open_service
from graph.errors import EngineOverloaded
from graph.store.releases import Release, list_releases, read_history
from queries import read_catalogue

MOST_OPEN = 2
"""Engines over older releases that are open at a time; each has its own processes."""
IDLE_SECONDS = 300.0
"""An older release that nobody asked for so long is closed."""
CACHE_SHARE = 8
"""An older release gets this part of the memory that the current one has for its answers."""
_RETRY_SECONDS = 5


@dataclass
class _OpenRelease:
    """One older release that can be asked, and how many requests are using it now."""

    service: Service
    users: int = 0
    last_used: float = 0.0


@dataclass
class PinnedReleases:
    """The older releases that are being asked; the one not used for longest gives way to another."""

    config: Config
    observer: Observer = field(default_factory=Observer)
    _opened: OrderedDict[str, _OpenRelease] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def _small_config(self) -> Config:
        return replace(
            self.config, workers=1, services="", cache_bytes=self.config.cache_bytes // CACHE_SHARE
        )

    @contextmanager
    def use(self, release: Release) -> Iterator[Service]:
        """Yield what answers from a release; raises EngineOverloaded when too many others are in use."""
        with self._lock:
            opened = self._opened.get(release.id) or self._open(release)
            self._opened.move_to_end(release.id)
            opened.users += 1
        try:
            yield opened.service
        finally:
            with self._lock:
                opened.users -= 1
                opened.last_used = time.monotonic()

    def _open(self, release: Release) -> _OpenRelease:
        if len(self._opened) >= MOST_OPEN:
            idle = next((name for name, opened in self._opened.items() if not opened.users), None)
            if idle is None:
                raise EngineOverloaded(_RETRY_SECONDS)
            self._opened.pop(idle).service.engine.close()
        questions = read_catalogue(release.queries_path)
        opened = _OpenRelease(open_service(self._small_config, release, self.observer, questions))
        self._opened[release.id] = opened
        return opened

    def services(self) -> list[Service]:
        """Return all that are open."""
        with self._lock:
            return [opened.service for opened in self._opened.values()]

    def close_idle(self) -> None:
        """End the engines that nobody has used for IDLE_SECONDS."""
        before = time.monotonic() - IDLE_SECONDS
        with self._lock:
            for name, opened in list(self._opened.items()):
                if not opened.users and opened.last_used < before:
                    self._opened.pop(name).service.engine.close()

    def close(self) -> None:
        """End all engines."""
        with self._lock:
            while self._opened:
                self._opened.popitem()[1].service.engine.close()


def install(app: Flask, config: Config, observer: Observer) -> PinnedReleases:
    """Give an application the means to answer from older releases, and return them."""
    pinned = app.extensions["kembar.pinned"] = PinnedReleases(config, observer)
    return pinned


def find_kept(release_id: str) -> Release:
    """Return a kept release by its whole id; raises Gone when it was kept once, else NotFound."""
    home = service().home
    for release in list_releases(home):
        if release.id == release_id:
            return release
    if release_id in read_history(home):
        raise Gone(f"the release {release_id} is not kept any more; /data/ lists those that are")
    raise NotFound(f"there is no release {release_id}; /data/ lists those that are kept")


@contextmanager
def pin(release_id: str) -> Iterator[None]:
    """Let the current request be answered from a kept release."""
    release = find_kept(release_id)
    if release.id == service().release.id:
        yield
        return
    pinned: PinnedReleases = current_app.extensions["kembar.pinned"]
    with pinned.use(release) as g.service:
        yield

"""The engine elsewhere that holds the release which is served, where the settings name one.

A release is read back from it, graph by graph, before anything is answered from there, again within the time
that the settings give, and at once when the engine was away: it may come back with another store. Each second
it is looked whether its mark is still there: who removes a generation takes that first, and an engine without
the data answers as if there were none.
"""

from __future__ import annotations

import logging
import threading
from contextlib import suppress

from endpoint.config import Config
from endpoint.serving.releases.task import RepeatedTask
from graph.engines.credentials import Credentials
from graph.engines.generations.opening import check_mark, find_damage, is_there, open_generation
from graph.engines.remote import Generation
from graph.engines.target import Addresses, reach
from graph.errors import DamagedRelease, QueryError
from graph.store.releases import Release

log = logging.getLogger(__name__)

MARK_SECONDS = 2.0
"""How long the engine may take to say whether it has a generation."""
_GONE = "it was removed from the engine"
_MEND = "Publish it anew (kembar publish --engine)"


def open_elsewhere(config: Config, release: Release) -> Generation | None:
    """Return a release as the engine of the settings holds it; None without such an engine.

    Raises ReleaseError when it is not there, DamagedRelease when it is another one than here, and the
    QueryError tree.
    """
    if not config.engine:
        return None
    generation = open_generation(release, config.engine, _credentials(config), config.result_rows)
    log.info("release %s was read back from the engine and is the one here", release.id)
    return generation


def check_elsewhere(config: Config, release: Release) -> None:
    """Raise ReleaseError or the QueryError tree when the engine of the settings cannot answer for it.

    It is only asked for the mark, so that who starts the service is told at once.
    """
    if config.engine:
        with reach(Addresses(config.engine), _credentials(config)) as target:
            check_mark(target, release.id)


def _credentials(config: Config) -> Credentials:
    return Credentials(config.engine_user, config.engine_password, config.engine_token)


class EngineWatch:
    """Whether the engine elsewhere still holds what it was proven to hold. Safe for many threads."""

    def __init__(self, seconds: float) -> None:
        """Begin to read the release again that is watched, every so many seconds."""
        self._watched: tuple[Release, Generation] | None = None
        self._fault: DamagedRelease | None = None
        self._was_away = False  # since it was read last
        self._lock = threading.Lock()
        self.task = RepeatedTask("kembar-engine", self.read_again, seconds, patient=True)

    def watch(self, release: Release, generation: Generation | None) -> None:
        """Watch another release from now on, or none."""
        with self._lock:
            self._watched, self._fault = (release, generation) if generation else None, None
            self._was_away = False

    def check(self) -> None:
        """Raise DamagedRelease when the release that is watched was removed, or found to be another one.

        An engine that does not answer is no reason: queries say so themselves. It is read again once it does.
        """
        with self._lock:
            watched, fault = self._watched, self._fault
        if fault:
            raise fault
        if watched is None:
            return
        release, generation = watched
        try:
            there = is_there(generation, release.id, MARK_SECONDS)
        except QueryError:
            self._was_away = True
            return
        if not there:
            raise DamagedRelease(release.id, [_GONE], _MEND)
        if self._was_away:
            self._was_away = False
            self.task.wake()

    def read_again(self) -> None:
        """Read all graphs of the release back, and keep what is wrong with them for ``check``."""
        with self._lock:
            watched = self._watched
        if watched is None:
            return
        with suppress(QueryError):
            if faults := find_damage(*watched):
                self._note(watched, DamagedRelease(watched[0].id, faults, _MEND))

    def close(self) -> None:
        """End the thread."""
        self.task.stop()

    def _note(self, watched: tuple[Release, Generation], fault: DamagedRelease) -> None:
        with self._lock:
            if self._watched is watched:
                self._fault = fault
        log.error("%s", fault)

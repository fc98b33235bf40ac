"""The engine of a front: asks the engine process, in which the queries of all fronts meet."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import request

from endpoint.config import Config
from endpoint.engine.cache import IsAbandoned
from endpoint.engine.language.guard import Reading
from endpoint.engine.observer import Lane, Observer, Outcome, QueryEnd
from endpoint.engine.release_engine import Answer
from endpoint.serving.clients import current_client, request_address
from endpoint.serving.connection import client_is_gone
from endpoint.serving.fronts.calls import Caller, Failure
from endpoint.serving.pinned import MOST_OPEN, pinned_config
from endpoint.serving.records.access_log import RecordObserver
from endpoint.serving.releases.service import Service
from graph.store.releases import Release
from queries import read_catalogue

if TYPE_CHECKING:
    from graph.engines.remote import Generation


@dataclass(frozen=True)
class Query:
    """What ``Engine.run`` is given, over which release, and by whom."""

    release: str
    reading: Reading
    media_type: str
    lane: Lane
    seconds: float | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    cached: bool
    client: bytes
    pinned_by: str | None
    """The address of the client that pinned the release; None for one that is current, or was."""


@dataclass(frozen=True)
class QueryAnswer:
    """What came of a query, how long it took and how long a query process worked for it, in seconds."""

    body: bytes | Failure
    seconds: float
    worked: float
    from_memory: bool


class FrontEngine:
    """Stands for the engine over one release that the engine process has open."""

    def __init__(
        self, config: Config, caller: Caller, release: str, elsewhere: Generation | None, *, pinned: bool
    ) -> None:
        """Ask about the release with this id."""
        self._config, self._caller = config, caller
        self._release, self.elsewhere, self._is_pinned = release, elsewhere, pinned
        self._observer = RecordObserver(Observer())  # the engine process counts queries

    @property
    def gives_same_bytes(self) -> bool:
        """Return whether a stable query has the same bytes whenever it is evaluated over this release."""
        return self.elsewhere is None

    def run(
        self,
        reading: Reading,
        media_type: str,
        *,
        lane: Lane = Lane.FREE,
        seconds: float | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        is_abandoned: IsAbandoned | None = None,
        cached: bool = True,
    ) -> Answer:
        """Return the whole answer to one query, as ``Engine.run`` does. Raises EngineProcessGone besides."""
        query = Query(
            self._release,
            replace(reading, tokens=()),  # they take longer than all else, and only mistakes need them
            media_type,
            lane,
            seconds,
            tuple(default_graphs),
            tuple(named_graphs),
            cached,
            current_client(),
            request_address(request, self._config.trusted_proxies) if self._is_pinned else None,
        )
        found: QueryAnswer = self._caller.ask("run", query, is_abandoned=is_abandoned or client_is_gone)
        outcome = Outcome.CACHED if found.from_memory else Outcome.EVALUATED
        self._observer.query_ended(QueryEnd(lane, outcome, found.seconds, reading.text, found.worked))
        if isinstance(found.body, Failure):
            raise found.body.error()
        return Answer(found.body, media_type)


class FrontPinned:
    """Stands for the older releases that the engine process opens when they are asked for."""

    def __init__(self, config: Config, caller: Caller) -> None:
        """Begin with none."""
        self._config, self._caller = pinned_config(config), caller
        self._services: OrderedDict[str, Service] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def use(self, release: Release, client: str, is_abandoned: IsAbandoned) -> Iterator[Service]:
        """Yield what asks a release; the engine process opens it, and waits for its turn, at each query."""
        with self._lock:
            service = self._services.get(release.id)
            if service is None:
                engine = FrontEngine(self._config, self._caller, release.id, None, pinned=True)
                service = Service(self._config, release, engine, read_catalogue(release.queries_path))
                self._services[release.id] = service
            self._services.move_to_end(release.id)
            while len(self._services) > MOST_OPEN:
                self._services.popitem(last=False)
        yield service

    def close(self) -> None:
        """Do nothing: nothing is open here."""

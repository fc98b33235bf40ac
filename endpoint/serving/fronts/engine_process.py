"""What fronts may ask of the engine process, and what it holds for each of them as long as they are there."""

from __future__ import annotations

import logging
import socket
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, g

from endpoint.engine.processes.wire import set_check_interval
from endpoint.engine.release_engine import EngineState
from endpoint.serving.fronts.calls import CANCEL, Failure, is_spoken_to, receive_value, send_value
from endpoint.serving.fronts.engine import Query, QueryAnswer
from endpoint.serving.pinned import PinnedReleases
from endpoint.serving.quota import Quota
from endpoint.serving.records.access_log import RequestRecord
from endpoint.serving.releases.service import Service
from endpoint.serving.releases.switch import Switch
from graph.errors import EngineFailed, EngineUnreachable, KembarError, QueryError
from graph.store.releases import Release, list_releases

if TYPE_CHECKING:
    from graph.engines.remote import Generation

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class News:
    """The release that a front holds, whether new requests are to have it, and why they are refused."""

    path: Path
    elsewhere: Generation | None
    is_current: bool
    refusal: Failure | None


@dataclass(frozen=True)
class Condition:
    """What is told of a service that answers, for people and for Prometheus."""

    faults: Sequence[str] = ()
    preparation: str = ""
    states: Sequence[tuple[str, EngineState]] = ()


class EngineProcess:
    """The parts of an application that has no port, for the connections of all fronts. For many threads."""

    def __init__(self, app: Flask) -> None:
        """Serve with the parts of an application."""
        self.app = app
        self.switch: Switch = app.extensions["kembar"]
        self.pinned: PinnedReleases = app.extensions["kembar.pinned"]
        self.quota: Quota = app.extensions["kembar.quota"]
        self.connections: set[socket.socket] = set()
        """Those of all fronts: as long as there is one, somebody may wait for an answer."""

    def serve(self, sock: socket.socket) -> None:
        """Answer the calls that come over a connection, until it ends."""
        self.connections.add(sock)
        with sock:
            connection = _Connection(self, sock)
            try:
                connection.serve()
            except (OSError, EOFError):
                pass  # the front has ended, or this thread of it
            finally:
                connection.let_go()
                self.connections.discard(sock)

    def find_service(self, release_id: str) -> Service:
        """Return what answers from a release that is current or was. Raises EngineUnreachable."""
        for service in self.switch.services():
            if service.release.id == release_id:
                return service
        raise EngineUnreachable(f"the release {release_id} is not open any more. Ask again")

    def find_kept(self, release_id: str) -> Release:
        """Return a kept release. Raises EngineUnreachable."""
        for release in list_releases(self.switch.config.home):
            if release.id == release_id:
                return release
        raise EngineUnreachable(f"the release {release_id} is not kept any more. Ask again")

    def condition(self) -> Condition:
        """Return what is told of this service."""
        services = (*self.switch.services(), *self.pinned.services())
        states = [(service.release.id, service.engine.state()) for service in services]
        return Condition(self.switch.faults(), self.switch.preparation, states)


class _Connection:
    """The calls of one thread of a front, and the queries that it has begun and not ended."""

    def __init__(self, process: EngineProcess, sock: socket.socket) -> None:
        self._process, self._sock = process, sock
        self._begun: Counter[bytes] = Counter()
        self._calls: Mapping[str, Callable[..., Any]] = {
            "greet": lambda: None,
            "run": self._run,
            "begin_request": self._begin_request,
            "condition": process.condition,
            "damaged": process.switch.verifier.faults,
            "check": lambda release_id: process.switch.verifier.check(process.find_kept(release_id)),
        }

    def serve(self) -> None:
        """Answer until the connection ends. Raises OSError and EOFError then."""
        while True:
            name, values = receive_value(self._sock)
            if name == "hold":
                self._hold()
                return
            if name == "end_request":
                self._end_request(*values)
            elif name != CANCEL:
                send_value(self._sock, self._answer(name, values))

    def let_go(self) -> None:
        """End what the front has not."""
        for client, queries in self._begun.items():
            for _ in range(queries):
                self._process.quota.end_request(client, 0.0, failed=False, is_query=True)

    def _answer(self, name: str, values: tuple[Any, ...]) -> Any:
        try:
            return self._calls[name](*values)
        except KembarError as error:
            return Failure.of(error)
        except Exception:
            log.exception("a call of a front failed: %s", name)
            return Failure.of(EngineFailed("the fault is ours and is written down"))

    def _run(self, query: Query) -> QueryAnswer:
        record = RequestRecord("", "", "")
        with self._process.app.app_context():
            g.client, g.record = query.client, record
            try:
                body: bytes | Failure = self._evaluate(query)
            except QueryError as error:
                body = Failure.of(error)
        return QueryAnswer(body, record.query_seconds, record.worked_seconds, bool(record.from_memory))

    def _evaluate(self, query: Query) -> bytes:
        is_abandoned = partial(is_spoken_to, self._sock)
        with self._open(query, is_abandoned) as service:
            return service.engine.run(
                query.reading,
                query.media_type,
                lane=query.lane,
                seconds=query.seconds,
                default_graphs=query.default_graphs,
                named_graphs=query.named_graphs,
                is_abandoned=is_abandoned,
                cached=query.cached,
            ).body

    def _open(self, query: Query, is_abandoned: Callable[[], bool]) -> AbstractContextManager[Service]:
        if query.pinned_by is None:
            return nullcontext(self._process.find_service(query.release))
        release = self._process.find_kept(query.release)
        return self._process.pinned.use(release, query.pinned_by, is_abandoned)

    def _begin_request(self, client: bytes, is_query: bool) -> None:
        self._process.quota.begin_request(client, is_query)
        self._begun[client] += is_query

    def _end_request(self, client: bytes, seconds: float, failed: bool, is_query: bool) -> None:
        was_begun = is_query and self._begun[client] > 0
        self._begun[client] -= was_begun
        self._begun += Counter()  # drops those who have none
        self._process.quota.end_request(client, seconds, failed, is_query=was_begun)

    def _hold(self) -> None:
        """Hold the current release as long as the front wants it, and tell it what becomes of that.

        Raises OSError when the front has ended.
        """
        set_check_interval(self._sock)
        switch, told = self._process.switch, None
        lease = switch.take()
        try:
            while not self._is_left():
                service, refusal = lease.service, switch.refusal
                news = News(
                    service.release.path,
                    service.engine.elsewhere,
                    switch.is_current(lease),
                    Failure.of(refusal) if refusal else None,
                )
                if news != told:
                    send_value(self._sock, news)
                    told = news
        finally:
            switch.give_back(lease)

    def _is_left(self) -> bool:
        """Wait for CHECK_SECONDS, or until the front has let go, and return whether it has."""
        try:
            return not self._sock.recv(1)
        except BlockingIOError:
            return False

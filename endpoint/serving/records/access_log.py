"""The access log: one JSON object a line, without client addresses, or with them hashed.

The salt of the hash is random and dies with the process, so that the same client can be recognised for a
while but never be found again. A query text is cut; parameters of questions are kept, they are what is asked.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
import logging
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import islice
from logging.handlers import WatchedFileHandler

from flask import g, has_app_context, has_request_context, request

from endpoint.config import Config
from endpoint.engine.observer import Lane, Observer, Outcome, QueryEnd, StopReason

log = logging.getLogger(__name__)

QUERY_CHARACTERS = 300
"""How much of a query or of another value of a request is written at most."""
MOST_PARAMETERS = 20
STDERR = "-"
_BODILESS = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}
_METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
_FROM_MEMORY = {Outcome.CACHED, Outcome.SHARED}


@dataclass
class RequestRecord:
    """One request from its start to its end; ``seconds`` and what follows are set at the end.

    ``query_seconds`` is how long it waited for its queries, ``worked_seconds`` what they took in their
    processes.
    """

    route: str
    method: str
    path: str
    start: float = field(default_factory=time.perf_counter)
    queries: int = 0
    from_memory: int = 0
    query_seconds: float = 0.0
    worked_seconds: float = 0.0
    query: str = ""
    seconds: float = 0.0
    status: int = 0
    bytes: int | None = None
    problem: str = ""
    release: str = ""

    def add_query(self, end: QueryEnd) -> None:
        """Take note of a query; the text is kept only of what the client wrote itself."""
        self.queries += 1
        self.from_memory += end.outcome in _FROM_MEMORY
        self.query_seconds += end.seconds
        self.worked_seconds += end.worked
        if end.lane in (Lane.FREE, Lane.SERVICES):
            self.query = end.query

    def end(self, status: int, size: int | None, release: str, problem: str) -> None:
        """Take note of the answer; ``size`` is that of its body in bytes, sent or not."""
        self.seconds = time.perf_counter() - self.start
        self.status = status
        self.bytes = 0 if self.method == "HEAD" or status in _BODILESS else size
        self.release, self.problem = release, problem


def current_record() -> RequestRecord:
    """Return the record of the current request, begun when it was not yet."""
    record: RequestRecord | None = g.get("record")
    if record is None:
        route = request.url_rule.rule if request.url_rule else "none"
        method = request.method if request.method in _METHODS else "other"
        record = g.record = RequestRecord(route, method, request.path)
    return record


class RecordObserver(Observer):
    """Adds queries to the record of the request that asks them, and passes all on to another observer."""

    def __init__(self, next_observer: Observer) -> None:
        """Pass all on to ``next_observer``."""
        self._next = next_observer

    def query_ended(self, end: QueryEnd) -> None:
        """Add the query to the record, if there is one."""
        if has_request_context() or (has_app_context() and "record" in g):
            current_record().add_query(end)
        self._next.query_ended(end)

    def worker_started(self) -> None:
        """Pass it on."""
        self._next.worker_started()

    def worker_stopped(self, reason: StopReason) -> None:
        """Pass it on."""
        self._next.worker_stopped(reason)


class AccessLog:
    """Writes records to a file (which may be moved away and is then made anew), to stderr, or nowhere."""

    def __init__(self, config: Config, salt: bytes = b"") -> None:
        """Open the log that the settings name. Raises OSError when the file cannot be written."""
        self._salt = (salt or os.urandom(16)) if config.log_clients == "hashed" else None
        self._handler = _handler(config.access_log)

    @property
    def is_open(self) -> bool:
        """Return whether anything is written at all."""
        return self._handler is not None

    def write(self, record: RequestRecord, client: str, parameters: Mapping[str, str]) -> None:
        """Write one line; the client's address only as a hash, or not at all."""
        if self._handler is None:
            return
        line = json.dumps(self._describe(record, client, parameters))
        self._handler.handle(logging.LogRecord(__name__, logging.INFO, "", 0, line, None, None))

    def close(self) -> None:
        """Close the file."""
        if self._handler is not None:
            self._handler.close()

    def _describe(
        self, record: RequestRecord, client: str, parameters: Mapping[str, str]
    ) -> dict[str, object]:
        line: dict[str, object] = {
            "time": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
            "method": record.method,
            "path": _cut(record.path),
            "route": record.route,
            "status": record.status,
            "seconds": round(record.seconds, 6),
            "bytes": record.bytes,
            "release": record.release,
        }
        given = islice(parameters.items(), MOST_PARAMETERS)
        values = {_cut(name): _cut(value) for name, value in given if name != "query"}
        more = {
            "problem": record.problem,
            "parameters": values,
            "queries": record.queries,
            "known": record.from_memory,
            "query_seconds": round(record.query_seconds, 6),
            "query": _cut(record.query),
            "client": self._hash(client),
        }
        return line | {name: value for name, value in more.items() if value}

    def _hash(self, client: str) -> str:
        return hmac.digest(self._salt, client.encode(), "sha256").hex()[:16] if self._salt else ""


class LogFile(WatchedFileHandler):
    """A file of which it is said once that it cannot be written, not for each line; requests go on."""

    _failed = _is_failing = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, if that can be done now."""
        self._failed = False
        try:
            super().emit(record)
        except OSError:  # of opening it anew
            self.handleError(record)
        self._is_failing = self._failed

    def handleError(self, record: logging.LogRecord) -> None:
        """Say why, the first time."""
        self._failed = True
        if not self._is_failing:
            log.warning("the access log cannot be written: %s", sys.exc_info()[1])


def _handler(target: str) -> logging.Handler | None:
    if not target:
        return None
    if target == STDERR:
        return logging.StreamHandler(sys.stderr)
    return LogFile(target, encoding="utf-8")


def _cut(text: str) -> str:
    return text if len(text) <= QUERY_CHARACTERS else text[:QUERY_CHARACTERS] + "…"

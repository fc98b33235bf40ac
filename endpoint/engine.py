"""Queries to answers: each one runs in a worker process with limits, and comes back whole or as an error."""

from __future__ import annotations

import logging
import os
import signal
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from endpoint import guard
from endpoint.config import MIB, Config
from endpoint.diagnosis import explain
from endpoint.pool import Lane, Pool, WorkerDied
from endpoint.wire import Reply, Request, Settings, Status
from graph.errors import EngineFailed, QueryError, QueryRefused, QueryTimeout, ResultTooLarge
from ontology import PREFIXES

__all__ = ["Answer", "Engine", "Lane"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """A whole result as bytes of the media type that was asked for."""

    body: bytes
    media_type: str


class Engine:
    """The worker processes over one release. Safe for many threads; make it after a fork, never before.

    Use it as a context manager or call ``close``; what is left open is closed when the interpreter ends.
    """

    def __init__(self, config: Config, store_path: Path) -> None:
        """Start the workers over the store at ``store_path``. Raises EngineFailed when they do not start."""
        self._config = config
        for_pages = max(1, config.workers // 4)
        sizes = {Lane.FREE: config.workers - for_pages, Lane.PAGES: for_pages}
        settings = Settings(str(store_path.resolve()), config.memory_bytes, os.getpid(), PREFIXES)
        self._pool = Pool(settings, sizes, config.queue, config.queue_seconds)
        self._finalizer = weakref.finalize(self, self._pool.close)

    def __enter__(self) -> Engine:
        """Return the engine."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the engine."""
        self.close()

    def close(self) -> None:
        """End every worker; queries that run get EngineFailed. Safe to repeat."""
        self._finalizer()

    def pids(self) -> set[int]:
        """Return the process ids of the workers, the warm spare with them."""
        return self._pool.pids()

    def run(
        self,
        query: str,
        media_type: str,
        *,
        lane: Lane = Lane.FREE,
        seconds: float | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> Answer:
        """Return the whole answer to one query, serialized as ``media_type``.

        ``seconds`` is cut to the configured most. The graphs, when any is given, are the whole dataset in
        place of the query's own; without either, the default graph is the union of all graphs.
        Raises the QueryError tree; a media type that cannot hold the result is QueryRefused.
        """
        reading = guard.read(query, self._config.query_bytes)
        request = Request(
            query,
            media_type,
            self._config.result_bytes,
            min(seconds or self._config.query_seconds, self._config.max_query_seconds),
            reading.own_dataset,
            tuple(default_graphs),
            tuple(named_graphs),
        )
        reply = self._ask(lane, request)
        if reply.status is Status.ANSWER:
            return Answer(reply.payload, media_type)
        raise self._error(request, reply)

    def _ask(self, lane: Lane, request: Request) -> Reply:
        """Return the reply of one worker, and see to it that only a sound worker is used again."""
        worker = self._pool.take(lane)
        sound = False
        try:
            reply = worker.ask(request)
            sound = reply.status is not Status.FAULT and reply.resident < self._config.memory_bytes // 2
            return reply
        except TimeoutError as exc:
            raise QueryTimeout(request.seconds) from exc
        except WorkerDied as exc:
            log.warning("a worker ended with %s on: %.200s", exc.code, request.query)
            raise self._obituary(exc.code, request) from exc
        finally:
            if sound:
                self._pool.give_back(lane, worker)
            else:
                self._pool.discard(lane, worker)

    def _obituary(self, code: int, request: Request) -> QueryError:
        if code == -signal.SIGXCPU:
            return QueryTimeout(request.seconds)
        if code == -signal.SIGSEGV:
            return EngineFailed(
                "the query is nested too deeply. Flatten it: fewer brackets, functions or paths"
            )
        return self._out_of_memory()

    def _out_of_memory(self) -> EngineFailed:
        return EngineFailed(
            f"the query needs more than the {self._config.memory_bytes // MIB} MB of memory it may use. "
            "Narrow it: fewer rows before ORDER BY, GROUP BY or DISTINCT, no patterns that share no variable"
        )

    def _error(self, request: Request, reply: Reply) -> QueryError:
        text = reply.payload.decode()
        if reply.status is Status.SYNTAX:
            return explain(request.query, text)
        if reply.status is Status.REFUSED:
            return QueryRefused(text, "Use the functions of SPARQL 1.1; there are no others here")
        if reply.status is Status.TOO_LARGE:
            return ResultTooLarge(request.limit)
        if reply.status is Status.OUT_OF_MEMORY:
            return self._out_of_memory()
        if reply.status is Status.FORMAT:
            return QueryRefused(text, "Ask for another format")
        log.warning("the engine reported %s on: %.200s", text, request.query)
        return EngineFailed(f"the engine could not answer: {text}")

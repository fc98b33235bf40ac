"""Queries to answers: each one runs in a worker process with limits, and comes back whole or as an error."""

from __future__ import annotations

import logging
import math
import os
import time
import weakref
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from endpoint.config import Config
from endpoint.engine.asking import Task, Work, ask
from endpoint.engine.cache import AnswerCache, IsAbandoned, Key, RequestCoalescing
from endpoint.engine.failures import explain_reply
from endpoint.engine.language.guard import Reading
from endpoint.engine.observer import Lane, Observer, Outcome, QueryEnd, outcome_of
from endpoint.engine.processes.pool import Pool
from endpoint.engine.processes.wire import Request, Settings, Status
from endpoint.engine.release_engine import Answer, EngineState
from graph.errors import QueryError
from ontology import BASE, PREFIXES

if TYPE_CHECKING:  # with an HTTP client, which only who asks elsewhere needs
    from graph.engines.remote import Generation

__all__ = ["Engine", "Lane"]

log = logging.getLogger(__name__)

FACTOR = 8
"""An answer of an engine elsewhere may be so many times as long as a result: its format is the longest."""

_OURS = (Lane.QUESTIONS, Lane.PAGES)
"""Where texts of this service are asked, which must have an answer whatever an engine elsewhere takes."""

NICE = {Lane.FREE: 10, Lane.QUESTIONS: 5, Lane.PAGES: 0, Lane.HEALTH: 0, Lane.SERVICES: 10}
"""How far the queries of each lane step back behind other work: pages come before strangers' queries."""


def _close_all(pools: Mapping[Lane, Pool]) -> None:
    for pool in set(pools.values()):
        pool.close()


class Engine:
    """The worker processes over one release. Safe for many threads; make it after a fork, never before.

    Use it as a context manager or call ``close``; what is left open is closed when the interpreter ends.
    """

    def __init__(
        self,
        config: Config,
        store_path: Path,
        observer: Observer | None = None,
        is_abandoned: IsAbandoned = lambda: False,
        client_of_request: Callable[[], Hashable] = lambda: None,
        elsewhere: Generation | None = None,
        lanes: Collection[Lane] = tuple(Lane),
    ) -> None:
        """Start the workers over the store at ``store_path``. Raises EngineFailed when they do not start.

        They ask the engine that holds the release ``elsewhere``, where one is given, in place of the store.

        ``observer`` is told of every query and worker; ``is_abandoned`` tells, in the thread of a request
        that waits, whether its client has gone away: then the query is stopped. ``client_of_request`` tells
        whose request it is: clients that wait have their turns. Other lanes than
        ``lanes`` have no workers: nothing can be asked there.
        """
        self._config, self._is_abandoned, self._client = config, is_abandoned, client_of_request
        self._observer = observer or Observer()
        self.elsewhere = elsewhere
        sizes = {
            Lane.FREE: config.free_workers,
            Lane.QUESTIONS: config.page_workers,
            Lane.PAGES: config.page_workers,
            Lane.HEALTH: 1,
        }
        sizes = {lane: size for lane, size in sizes.items() if lane in lanes}
        settings = Settings(str(store_path.resolve()), config.memory_bytes, os.getpid(), PREFIXES)
        if elsewhere:
            settings = settings._replace(network=True, engine=self._describe(elsewhere))
        self._cache = AnswerCache(config.cache_bytes)
        self._coalescing = RequestCoalescing(config.queue, math.ceil(config.queue_seconds))
        self._pool = Pool(settings, sizes, config.queue, config.queue_seconds, self._observer)
        self._pools = dict.fromkeys(sizes, self._pool)
        self._finalizer = weakref.finalize(self, _close_all, self._pools)
        if config.allowed_services and Lane.SERVICES in lanes:
            # workers with a way out never take the place of others
            settings, sizes = settings._replace(network=True), {Lane.SERVICES: 1}
            outside = Pool(settings, sizes, config.queue, config.queue_seconds, self._observer)
            self._pools[Lane.SERVICES] = outside

    def __enter__(self) -> Engine:
        """Return the engine."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the engine."""
        self.close()

    def close(self) -> None:
        """End every worker; queries that run get EngineFailed. Safe to repeat."""
        self._finalizer()

    @property
    def gives_same_bytes(self) -> bool:
        """Return whether a stable query has the same bytes whenever it is evaluated over this release."""
        return self.elsewhere is None

    def _describe(self, elsewhere: Generation) -> dict[str, Any]:
        """Return what a worker needs to know of an engine elsewhere."""
        seconds = self._config.max_query_seconds
        return {**asdict(elsewhere), "seconds": seconds, "most_bytes": FACTOR * self._config.result_bytes}

    def faults(self) -> list[str]:
        """Return what keeps the engine from having all its workers."""
        return [pool.ill for pool in set(self._pools.values()) if pool.ill]

    def pids(self) -> set[int]:
        """Return the process ids of the workers, the warm spare with them."""
        return {pid for pool in set(self._pools.values()) for pid in pool.pids()}

    def state(self) -> EngineState:
        """Return the numbers of this moment."""
        pools = set(self._pools.values())
        waiting = {lane: count for pool in pools for lane, count in pool.waiting().items()}
        return EngineState(sum(pool.count_alive() for pool in pools), waiting, self._cache.state())

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
        """Return the whole answer to one query, serialized as ``media_type``.

        ``seconds`` is cut to the configured most. The graphs, when any is given, are the whole dataset in
        place of the query's own; without either, the default graph is the union of all graphs.
        A query that asks other endpoints goes to a lane of its own. A stable query is answered from memory
        when that knows the answer, and together with the same query of others who wait for it, unless
        ``cached`` is false. The query is stopped once ``is_abandoned`` (else that of the engine) says that
        nobody waits any more; it is called ten times a second.
        Raises the QueryError tree; a media type that cannot hold the result is FormatTooNarrow.
        """
        lane = Lane.SERVICES if reading.calls_out else lane
        request = self._make_request(
            reading, media_type, lane, seconds, tuple(default_graphs), tuple(named_graphs)
        )
        task = Task(reading, request, lane, is_abandoned or self._is_abandoned, Work())
        start, outcome = time.monotonic(), Outcome.FAILED
        try:
            if cached and reading.stable:
                body, outcome = self._find_or_evaluate(task)
            else:
                body, outcome = self._evaluate(task), Outcome.EVALUATED
            return Answer(body, media_type)
        except QueryError as error:
            outcome = outcome_of(error)
            raise
        finally:
            took, worked = time.monotonic() - start, task.work.seconds
            self._observer.query_ended(QueryEnd(lane, outcome, took, reading.text, worked))

    def _make_request(
        self,
        reading: Reading,
        media_type: str,
        lane: Lane,
        seconds: float | None,
        default_graphs: tuple[str, ...],
        named_graphs: tuple[str, ...],
    ) -> Request:
        """Return what a worker is asked, with the limits of the configuration."""
        request = Request(
            reading.text,
            media_type,
            self._config.result_bytes,
            min(seconds or self._config.query_seconds, self._config.max_query_seconds),
            reading.has_dataset,
            default_graphs,
            named_graphs,
            NICE[lane],
            BASE,
            reading.kind.value,
            lane in _OURS,
        )
        if (rewriting := reading.rewriting) is None:
            return request
        return request._replace(
            instead=rewriting.text,
            condition=rewriting.condition,
            otherwise=rewriting.otherwise,
            refusal=rewriting.refusal,
        )

    def _find_or_evaluate(self, task: Task) -> tuple[bytes, Outcome]:
        """Return the answer: kept in memory, evaluated now, or being evaluated for another request."""
        request = task.request
        key = (request.query, request.media_type, request.default_graphs, request.named_graphs)
        if (kept := self._cache.find(key)) is not None:
            return kept, Outcome.CACHED
        evaluate = partial(self._evaluate_and_keep, key, task)
        body, evaluated = self._coalescing.run(
            task.lane, (*key, request.seconds), evaluate, task.is_abandoned
        )
        return body, Outcome.EVALUATED if evaluated else Outcome.SHARED

    def _evaluate_and_keep(self, key: Key, task: Task, is_abandoned: IsAbandoned) -> bytes:
        body = self._evaluate(task._replace(is_abandoned=is_abandoned))
        self._cache.keep(key, body)
        return body

    def _evaluate(self, task: Task) -> bytes:
        reply = ask(self._pools[task.lane], task, self._client())
        if reply.status is Status.ANSWER:
            return reply.payload
        raise explain_reply(reply, task.reading, task.request, self._config.memory_bytes)

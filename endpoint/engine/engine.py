"""Queries to answers: each one runs in a worker process with limits, and comes back whole or as an error."""

from __future__ import annotations

import logging
import math
import os
import signal
import time
import weakref
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from endpoint.config import MIB, Config
from endpoint.engine.cache import AnswerCache, CacheState, IsAbandoned, Key, RequestCoalescing
from endpoint.engine.language.diagnosis import explain
from endpoint.engine.language.guard import QueryKind, Reading
from endpoint.engine.observer import Lane, Observer, Outcome, QueryEnd, StopReason, outcome_of
from endpoint.engine.pool import Pool, WorkerDied, WorkerGone
from endpoint.engine.wire import Reply, Request, Settings, Status
from graph.errors import (
    EngineFailed,
    EngineOverloaded,
    EngineUnreachable,
    FormatTooNarrow,
    QueryAbandoned,
    QueryError,
    QueryRefused,
    QueryTimeout,
    ResultCut,
    ResultTooLarge,
)
from ontology import BASE, PREFIXES

if TYPE_CHECKING:  # with an HTTP client, which only who asks elsewhere needs
    from graph.engines.remote import Generation

__all__ = ["Answer", "Engine", "EngineState", "Lane", "ReleaseEngine"]

log = logging.getLogger(__name__)

_SAY_OTHERWISE = "/limits tells where the engine differs from it"

_TABLE_FORMATS = ("application/sparql-results+json",)
_GRAPH_FORMATS = ("text/turtle", "application/n-triples", "application/ld+json")
"""What holds any result without triples as terms."""

FACTOR = 8
"""An answer of an engine elsewhere may be so many times as long as a result: its format is the longest."""

_FAILURES_ELSEWHERE: Mapping[Status, Callable[[str], QueryError]] = {
    Status.CUT: lambda rows: ResultCut(int(rows)),
    Status.BUSY: lambda seconds: EngineOverloaded(int(seconds)),
    Status.UNREACHABLE: EngineUnreachable,
    Status.ENGINE_FAILED: EngineFailed,
}
"""What a worker tells of an engine elsewhere, as errors of ours."""

_OURS = (Lane.QUESTIONS, Lane.PAGES)
"""Where texts of this service are asked, which must have an answer whatever an engine elsewhere takes."""

NICE = {Lane.FREE: 10, Lane.QUESTIONS: 5, Lane.PAGES: 0, Lane.HEALTH: 0, Lane.SERVICES: 10}
"""How far the queries of each lane step back behind other work: pages come before strangers' queries."""


@dataclass(frozen=True)
class Answer:
    """A whole result as bytes of the media type that was asked for."""

    body: bytes
    media_type: str


@dataclass(frozen=True)
class EngineState:
    """An engine in numbers: its worker processes, how many requests wait in each lane, and its cache."""

    workers: int
    waiting: dict[Lane, int]
    cache: CacheState


class ReleaseEngine(Protocol):
    """What answers queries over one release: an ``Engine``, or one that another process has."""

    @property
    def elsewhere(self) -> Generation | None:
        """Return the release as an engine elsewhere holds it, which answers; None when that is the store."""

    @property
    def gives_same_bytes(self) -> bool:
        """Return whether a stable query has the same bytes whenever it is evaluated over this release."""

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
        """Return the whole answer to one query, as ``Engine.run`` does."""


@dataclass
class _Work:
    """What a query process did for a task, in seconds."""

    seconds: float = 0.0


class _Task(NamedTuple):
    """A query on its way to a worker of a lane."""

    reading: Reading
    request: Request
    lane: Lane
    is_abandoned: IsAbandoned
    work: _Work

    def check_abandoned(self) -> None:
        """Raise QueryAbandoned when nobody waits for the answer any more."""
        if self.is_abandoned():
            raise QueryAbandoned


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
    ) -> None:
        """Start the workers over the store at ``store_path``. Raises EngineFailed when they do not start.

        They ask the engine that holds the release ``elsewhere``, where one is given, in place of the store.

        ``observer`` is told of every query and worker; ``is_abandoned`` tells, in the thread of a request
        that waits, whether its client has gone away: then the query is stopped. ``client_of_request`` tells
        whose request it is: clients that wait have their turns.
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
        settings = Settings(str(store_path.resolve()), config.memory_bytes, os.getpid(), PREFIXES)
        if elsewhere:
            settings = settings._replace(network=True, engine=self._describe(elsewhere))
        self._cache = AnswerCache(config.cache_bytes)
        self._coalescing = RequestCoalescing(config.queue, math.ceil(config.queue_seconds))
        self._pool = Pool(settings, sizes, config.queue, config.queue_seconds, self._observer)
        self._pools = dict.fromkeys(sizes, self._pool)
        self._finalizer = weakref.finalize(self, _close_all, self._pools)
        if config.allowed_services:  # workers with a way out never take the place of others
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
        request = Request(
            reading.text,
            media_type,
            self._config.result_bytes,
            min(seconds or self._config.query_seconds, self._config.max_query_seconds),
            reading.has_dataset,
            tuple(default_graphs),
            tuple(named_graphs),
            NICE[lane],
            BASE,
            reading.kind.value,
            lane in _OURS,
        )
        if (rewriting := reading.rewriting) is not None:
            request = request._replace(
                instead=rewriting.text,
                condition=rewriting.condition,
                otherwise=rewriting.otherwise,
                refusal=rewriting.refusal,
            )
        task = _Task(reading, request, lane, is_abandoned or self._is_abandoned, _Work())
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

    def _find_or_evaluate(self, task: _Task) -> tuple[bytes, Outcome]:
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

    def _evaluate_and_keep(self, key: Key, task: _Task, is_abandoned: IsAbandoned) -> bytes:
        body = self._evaluate(task._replace(is_abandoned=is_abandoned))
        self._cache.keep(key, body)
        return body

    def _evaluate(self, task: _Task) -> bytes:
        reply = self._ask(task)
        if reply.status is Status.ANSWER:
            return reply.payload
        raise self._explain_reply(task, reply)

    def _ask(self, task: _Task) -> Reply:
        """Return the reply of one worker; those that ended idle are replaced."""
        while True:
            try:
                return self._ask_one(task)
            except WorkerGone:
                log.warning("an idle worker had ended; the query goes to another one")

    def _ask_one(self, task: _Task) -> Reply:
        """Return the reply of the next worker, and give it back only when it may be used again."""
        pool = self._pools[task.lane]
        worker = pool.take(task.lane, task.check_abandoned, self._client())
        stop_reason: StopReason | None = StopReason.FAULT
        start = time.monotonic()
        try:
            reply = worker.ask(task.request, task.check_abandoned)
            stop_reason = self._classify_worker(reply)
            return reply
        except TimeoutError as exc:
            stop_reason = StopReason.TIMEOUT
            raise QueryTimeout(task.request.seconds) from exc
        except QueryAbandoned:
            stop_reason = StopReason.ABANDONED
            raise
        except WorkerGone:
            stop_reason = StopReason.DIED
            raise
        except WorkerDied as exc:
            stop_reason = StopReason.DIED
            raise self._explain_exit(exc.code, task.request) from exc
        finally:
            task.work.seconds += time.monotonic() - start
            if stop_reason is None:
                pool.give_back(task.lane, worker)
            else:
                pool.discard(task.lane, worker, stop_reason)

    def _classify_worker(self, reply: Reply) -> StopReason | None:
        """Return why the worker of this reply must not be used again, None when it may."""
        if reply.status is Status.FAULT:
            return StopReason.FAULT
        return StopReason.WORN if reply.resident >= self._config.memory_bytes // 2 else None

    def _explain_exit(self, code: int, request: Request) -> QueryError:
        """Return the error that tells why a worker ended with this return code."""
        if self._pool.closing:
            return EngineFailed("the engine was closed before it had an answer. Ask again")
        log.warning("a worker ended with %s on: %.200s", code, request.query)
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

    def _explain_reply(self, task: _Task, reply: Reply) -> QueryError:
        """Return the error that a reply without an answer tells of."""
        text = reply.payload.decode()
        if reply.status is Status.SYNTAX:
            return explain(task.reading, text)
        if reply.status is Status.REFUSED:
            return QueryRefused(text, "Use the functions of SPARQL 1.1; there are no others here")
        if reply.status is Status.UNWRITTEN:
            return QueryRefused(
                f"the engine would not answer this as SPARQL 1.1 says: {text}", _SAY_OTHERWISE
            )
        if reply.status is Status.TOO_LARGE:
            return ResultTooLarge(task.request.limit)
        if reply.status is Status.OUT_OF_MEMORY:
            return self._out_of_memory()
        if reply.status is Status.SERVICE_FAILED:
            return EngineFailed(f"the query asks another endpoint, and that failed: {text:.500}")
        if reply.status is Status.TIMEOUT:
            return QueryTimeout(task.request.seconds)
        if (failure := _FAILURES_ELSEWHERE.get(reply.status)) is not None:
            return failure(text)
        if reply.status is Status.FORMAT:
            is_graph = task.reading.kind is QueryKind.GRAPH
            return FormatTooNarrow(text, _GRAPH_FORMATS if is_graph else _TABLE_FORMATS)
        log.warning("the engine reported %s on: %.200s", text, task.reading.text)
        return EngineFailed(f"the engine could not answer: {text}")

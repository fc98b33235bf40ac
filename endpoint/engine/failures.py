"""What a query process tells of a query that has no answer, as errors of ours."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Mapping

from endpoint.config import MIB
from endpoint.engine.language.diagnosis import explain
from endpoint.engine.language.guard import QueryKind, Reading
from endpoint.engine.processes.wire import Reply, Request, Status
from graph.errors import (
    EngineFailed,
    EngineOverloaded,
    EngineTimeout,
    EngineUnreachable,
    FormatTooNarrow,
    QueryError,
    QueryRefused,
    QueryTimeout,
    ResultCut,
    ResultTooLarge,
)

log = logging.getLogger(__name__)

_SAY_OTHERWISE = "/limits tells where the engine differs from it"

_TABLE_FORMATS = ("application/sparql-results+json",)
_GRAPH_FORMATS = ("text/turtle", "application/n-triples", "application/ld+json")
"""What holds any result without triples as terms."""

_FAILURES_ELSEWHERE: Mapping[Status, Callable[[str], QueryError]] = {
    Status.CUT: lambda rows: ResultCut(int(rows)),
    Status.BUSY: lambda seconds: EngineOverloaded(int(seconds)),
    Status.ENGINE_TIMEOUT: lambda _: EngineTimeout(),
    Status.UNREACHABLE: EngineUnreachable,
    Status.ENGINE_FAILED: EngineFailed,
}
"""What a worker tells of an engine elsewhere, as errors of ours."""


def explain_exit(code: int, request: Request, memory_bytes: int) -> QueryError:
    """Return the error that tells why a worker, which may use so much memory, ended with this return code."""
    log.warning("a worker ended with %s on: %.200s", code, request.query)
    if code == -signal.SIGXCPU:
        return QueryTimeout(request.seconds)
    if code == -signal.SIGSEGV:
        return EngineFailed("the query is nested too deeply. Flatten it: fewer brackets, functions or paths")
    return _out_of_memory(memory_bytes)


def explain_reply(reply: Reply, reading: Reading, request: Request, memory_bytes: int) -> QueryError:
    """Return the error that a reply without an answer tells of."""
    text = reply.payload.decode()
    match reply.status:
        case Status.SYNTAX:
            return explain(reading, text)
        case Status.REFUSED:
            return QueryRefused(text, "Use the functions of SPARQL 1.1; there are no others here")
        case Status.UNWRITTEN:
            return QueryRefused(
                f"the engine would not answer this as SPARQL 1.1 says: {text}", _SAY_OTHERWISE
            )
        case Status.TOO_LARGE:
            return ResultTooLarge(request.limit)
        case Status.OUT_OF_MEMORY:
            return _out_of_memory(memory_bytes)
        case Status.SERVICE_FAILED:
            return EngineFailed(f"the query asks another endpoint, and that failed: {text:.500}")
        case Status.TIMEOUT:
            return QueryTimeout(request.seconds)
        case Status.FORMAT:
            is_graph = reading.kind is QueryKind.GRAPH
            return FormatTooNarrow(text, _GRAPH_FORMATS if is_graph else _TABLE_FORMATS)
    if (failure := _FAILURES_ELSEWHERE.get(reply.status)) is not None:
        return failure(text)
    log.warning("the engine reported %s on: %.200s", text, reading.text)
    return EngineFailed(f"the engine could not answer: {text}")


def _out_of_memory(memory_bytes: int) -> EngineFailed:
    return EngineFailed(
        f"the query needs more than the {memory_bytes // MIB} MB of memory it may use. "
        "Narrow it: fewer rows before ORDER BY, GROUP BY or DISTINCT, no patterns that share no variable"
    )

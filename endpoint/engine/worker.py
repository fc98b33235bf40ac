"""One query process: ``python -m endpoint.engine.worker <file descriptor of a socket>``.

The engine cannot be interrupted, a small query can take all memory, and a deep one ends its process; so
every query runs in a process like this, which the pool may kill at any moment. It opens the release
read-only, takes a deep stack, gives up all it does not need (memory, new files and sockets, core dumps) and
answers one request at a time. It imports nothing of the web framework, so that a new one is ready in 40 ms.
Where another engine is asked in place of the store, the end of this process closes the connection to it.
"""

from __future__ import annotations

import json
import math
import os
import re
import resource
import socket
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, cast

import pyoxigraph
from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
)

from endpoint.engine.wire import Request, Settings, Status, receive, send
from graph import errors
from graph.engines.embedded import EmbeddedStore
from graph.engines.triple_store import Dataset, Form, Query, Result, TripleStore
from graph.processes import end_with_parent

STACK_BYTES = 512 << 20
CPU_GRACE_SECONDS = 2
MOST_SOCKETS = 64
"""How many files and sockets a worker may have open that asks other endpoints."""
# prctl(2)
_PR_SET_NO_NEW_PRIVS = 38
# https://www.w3.org/TR/xml-names/#NT-NCName, the ASCII and word part of it, at the end of an IRI
_ENDS_IN_NAME = re.compile(r"[^\W\d][\w.\-]*\Z")

# https://www.w3.org/TR/rdf-syntax-grammar/#section-Namespace, the names of its own that are no properties
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RESERVED_IN_XML = frozenset(
    _RDF + name
    for name in (
        "RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description", "li",
        "aboutEach", "aboutEachPrefix", "bagID",
    )
)  # fmt: skip

# https://www.w3.org/TR/xml/#NT-Char, what is not among them, in UTF-8
_NOT_IN_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")


class ResultOverflow(Exception):
    """The result passed its size limit."""


class UnfitFormat(Exception):
    """The format cannot hold the result; the message says what."""


class Unwritten(Exception):
    """The engine cannot be asked so that it gives what SPARQL says; the message says why."""


class Sink:
    """A file for the serializer that holds at most ``limit`` bytes."""

    def __init__(self, limit: int) -> None:
        """Start empty."""
        self.limit, self.body = limit, bytearray()

    def write(self, chunk: bytes) -> int:
        """Keep the chunk, or raise ResultOverflow, which stops the evaluation at once."""
        if len(self.body) + len(chunk) > self.limit:
            raise ResultOverflow
        self.body += chunk
        return len(chunk)

    def flush(self) -> None:
        """Do nothing; the serializer asks for it."""


def evaluate(store: TripleStore, request: Request, prefixes: Mapping[str, str]) -> bytearray:
    """Return the whole serialized result.

    Raises SyntaxError, ResultOverflow, UnfitFormat, Unwritten, or what the engine raises.
    """
    try:
        result = find(store, request)
    except errors.QueryUntaken:
        if store.fallback is None or not request.is_ours:
            raise
        result = find(store.fallback, request)
    try:
        return write(result, request, prefixes)
    except SyntaxError as exc:  # the query was read already
        raise errors.EngineFailed(f"the answer of the engine is no result ({exc})") from exc


def find(store: TripleStore, request: Request) -> Result:
    """Return the result of a request. Raises what the store raises, and Unwritten."""
    if request.instead and store.is_like_embedded:
        return ask_instead(store, request)
    return ask(store, request, request.query, request.form)


def write(result: Result, request: Request, prefixes: Mapping[str, str]) -> bytearray:
    """Return a result in the format of a request. Raises what ``evaluate`` raises but for Unwritten."""
    sink = Sink(request.limit)
    output = cast("IO[bytes]", sink)
    if not isinstance(result, QuerySolutions | QueryBoolean):
        graph_format = RdfFormat.from_media_type(request.media_type)
        if graph_format is None:
            raise UnfitFormat(f"{request.media_type} does not hold a graph")
        triples = distinct(result, graph_format == RdfFormat.RDF_XML)
        pyoxigraph.serialize(triples, output=output, format=graph_format, prefixes=dict(prefixes))
        if graph_format == RdfFormat.TURTLE:
            return keep_used_prefixes(sink.body, prefixes)
        is_xml = graph_format == RdfFormat.RDF_XML
    else:
        result_format = QueryResultsFormat.from_media_type(request.media_type)
        if result_format is None:
            raise UnfitFormat(f"{request.media_type} does not hold a table or a boolean")
        result.serialize(output=output, format=result_format)
        is_xml = result_format == QueryResultsFormat.XML
    return as_xml(sink) if is_xml else sink.body


def ask(store: TripleStore, request: Request, query: str, form: Form) -> Result:
    """Return the result of a query over the dataset of a request. Raises what the engine raises."""
    dataset = Dataset(tuple(request.default_graphs), tuple(request.named_graphs), request.has_dataset)
    return store.ask(Query(query, form, dataset, request.base))


def ask_instead(store: TripleStore, request: Request) -> Result:
    """Return the result of what is to be asked in place of a query.

    What is wrong with that query is said of its own text; Unwritten is raised when only its replacement is.
    """
    try:
        if request.refusal:
            raise Unwritten(request.refusal)
        holds = not request.condition or ask(store, request, request.condition, "ask")
        return ask(store, request, request.instead if holds else request.otherwise, request.form)
    except (SyntaxError, Unwritten) as exc:
        ask(EmbeddedStore.empty(), request, request.query, request.form)
        raise exc if isinstance(exc, Unwritten) else Unwritten(f"it was rewritten, and then {exc}") from exc


def as_xml(sink: Sink) -> bytearray:
    """Return a body that XML parsers read as it was meant: they take a carriage return for a line feed.

    Raises ResultOverflow, and UnfitFormat for characters that XML 1.0 does not have.
    """
    if found := _NOT_IN_XML.search(sink.body):
        raise UnfitFormat(
            f"XML cannot hold the character U+{ord(found[0].decode()):04X}, which is in the result"
        )
    body = sink.body.replace(b"\r", b"&#13;")
    if len(body) > sink.limit:
        raise ResultOverflow
    return body


def distinct(triples: Iterable[Triple], as_xml: bool) -> Iterator[Triple]:
    """Yield each triple once: DESCRIBE over the union of graphs repeats what two graphs hold.

    Raises UnfitFormat when it is for RDF/XML and a property has no name that XML can write.
    """
    seen: set[Triple] = set()
    named: set[NamedNode] = set()
    for triple in triples:
        if triple in seen:
            continue
        if as_xml and triple.predicate not in named:
            name = triple.predicate.value
            if name in _RESERVED_IN_XML or not _ENDS_IN_NAME.search(name):
                raise UnfitFormat(f"RDF/XML cannot write the property {triple.predicate}")
            named.add(triple.predicate)
        seen.add(triple)
        yield triple


def keep_used_prefixes(turtle: bytearray, prefixes: Mapping[str, str]) -> bytearray:
    """Return the Turtle with only the @prefix lines that it may need, in the order of ``prefixes``."""
    start = 0
    while turtle.startswith(b"@prefix ", start):
        start = turtle.index(b"\n", start) + 1
    used = [name for name in prefixes if turtle.find(f"{name}:".encode(), start) >= 0]
    head = "".join(f"@prefix {name}: <{prefixes[name]}> .\n" for name in used)
    turtle[:start] = head.encode()
    return turtle


def answer(
    store: TripleStore, request: Request, prefixes: Mapping[str, str]
) -> tuple[Status, bytes | bytearray]:
    """Return the status and payload for one request; a fault of the engine is a status, not an exception."""
    try:
        return Status.ANSWER, evaluate(store, request, prefixes)
    except errors.QueryError as exc:
        return _classify_failure(exc)
    except SyntaxError as exc:
        return Status.SYNTAX, str(exc).encode()
    except ResultOverflow:
        return Status.TOO_LARGE, b""
    except MemoryError:
        return Status.OUT_OF_MEMORY, b""
    except UnfitFormat as exc:
        return Status.FORMAT, str(exc).encode()
    except Unwritten as exc:
        return Status.UNWRITTEN, str(exc).encode()
    except (OSError, RuntimeError, ValueError) as exc:
        return _classify_error(str(exc)), str(exc).encode()


def _classify_failure(error: errors.QueryError) -> tuple[Status, bytes]:
    """Return the status for an error of an engine elsewhere; its payload is its text, or its number."""
    match error:
        case errors.QueryRefused():
            return Status.REFUSED, error.what.encode()
        case errors.QueryTimeout():
            return Status.TIMEOUT, b""
        case errors.ResultCut():
            return Status.CUT, str(error.limit).encode()
        case errors.ResultTooLarge():
            return Status.TOO_LARGE, b""
        case errors.EngineOverloaded():
            return Status.BUSY, str(error.retry_after).encode()
        case errors.EngineUnreachable():
            return Status.UNREACHABLE, str(error).encode()
    return Status.ENGINE_FAILED, str(error).encode()


def _classify_error(message: str) -> Status:
    """Return the status for an error of the engine, which is known by its words alone."""
    if "custom function" in message:
        return Status.REFUSED
    return Status.FORMAT if "does not support RDF 1.2" in message else Status.FAULT


def serve(sock: socket.socket, store: TripleStore, settings: Settings) -> None:
    """Limit what this process may use, then answer requests until the other side is gone."""
    statm = os.open("/proc/self/statm", os.O_RDONLY) if sys.platform == "linux" else None
    limit_resources(settings.memory_bytes, _memory(statm)[0], settings.network)
    send(sock, Status.READY, b"", _memory(statm)[1])
    nice = most_cpu = 0
    while True:
        try:
            request = Request(*json.loads(receive(sock).payload))
        except EOFError:
            return
        nice = _lower_priority(nice, request.nice)
        most_cpu = _limit_cpu(most_cpu, request.seconds)
        status, payload = answer(store, request, settings.prefixes)
        if settings.network and not settings.engine and status is Status.FAULT:
            status = Status.SERVICE_FAILED
        send(sock, status, payload, _memory(statm)[1])


def _lower_priority(now: int, wanted: int) -> int:
    """Return how nice this thread is after making it nicer, if need be; it cannot be made less so."""
    if wanted > now:
        os.nice(wanted - now)
    return max(now, wanted)


def _memory(statm: int | None) -> tuple[int, int]:
    """Return the bytes of address space and of resident memory (0, 0 where there is no /proc)."""
    if statm is None:
        return 0, 0
    pages = os.pread(statm, 100, 0).split()
    return int(pages[0]) * resource.getpagesize(), int(pages[1]) * resource.getpagesize()


def limit_resources(memory_bytes: int, now: int, network: bool = False) -> None:
    """Take away what a query may not have: memory over the limit, core dumps, and every new file or socket.

    The last one is what keeps SERVICE from the network, whatever the guard overlooked; a worker that is to
    ask other endpoints keeps files and sockets, a few at a time.
    """
    if now:
        resource.setrlimit(resource.RLIMIT_AS, (now + memory_bytes, now + memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 2)
    os.close(devnull)
    files = MOST_SOCKETS if network else 0
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))


def _limit_cpu(now: int, seconds: float) -> int:
    """Return the processor seconds after which the system ends this process when the pool did not: SIGXCPU.

    They are those until now, those of the query, and a grace; most short queries have the limit of the last.
    """
    soft = math.ceil(time.process_time() + seconds) + CPU_GRACE_SECONDS
    if soft != now:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    return soft


def gain_no_privileges() -> None:
    """Let no program that this process might start be more than it is (Linux; elsewhere nothing happens)."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def main(descriptor: int) -> None:
    """Read the settings from the socket, open the store, and serve in a thread with a deep stack."""
    with socket.socket(fileno=descriptor) as sock:
        settings = Settings(*json.loads(receive(sock).payload))
        end_with_parent(settings.parent)
        gain_no_privileges()
        try:
            store = open_store(settings)
        except (OSError, RuntimeError) as exc:
            send(sock, Status.FAULT, f"no store could be opened at {settings.store}: {exc}".encode())
            return
        threading.stack_size(STACK_BYTES)
        thread = threading.Thread(target=_serve_or_report, args=(sock, store, settings))
        thread.start()
        thread.join()


def open_store(settings: Settings) -> TripleStore:
    """Return what answers queries: the store at the path, or the engine elsewhere that the settings name.

    Raises OSError and RuntimeError.
    """
    store = EmbeddedStore(Store.read_only(settings.store))
    if not settings.engine:
        return store
    # An HTTP client takes its time to import, and only these workers need one.
    from endpoint.engine.language.translation.store import open_remote

    return open_remote(settings.engine, store)


def _serve_or_report(sock: socket.socket, store: TripleStore, settings: Settings) -> None:
    try:
        serve(sock, store, settings)
    except BaseException as exc:
        send(sock, Status.FAULT, f"{type(exc).__name__}: {exc}".encode())
        raise


if __name__ == "__main__":
    main(int(sys.argv[1]))

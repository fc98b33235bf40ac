"""One query, in a query process: asked as the request says, and its result written whole, or an error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, cast

import pyoxigraph
from pyoxigraph import NamedNode, QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Triple

from endpoint.engine.processes.wire import Request
from graph import errors
from graph.engines.embedded import EmbeddedStore
from graph.engines.triple_store import Dataset, Form, Query, Result, TripleStore

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

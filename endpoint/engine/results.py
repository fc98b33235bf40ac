"""Results as tables of terms, and how many rows a result has, counted without reading it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

import pyoxigraph

from endpoint.engine.engine import Lane
from endpoint.engine.language.guard import QueryKind, Reading, trust
from endpoint.engine.release_engine import ReleaseEngine
from graph.errors import ResultTooLarge

XSD = "http://www.w3.org/2001/XMLSchema#"

JSON = "application/sparql-results+json"
NTRIPLES = "application/n-triples"

_BINDINGS = b'"bindings":['
_STRING_OR_EMPTY_ROW = re.compile(rb'"(?:[^"\\]++|\\.)*+"|,\{\}', re.DOTALL)
_QUOTED_OR_LINE_END = re.compile(rb'"[^"]*+"|\r\n')
_FIRST_BYTES = 1 << 20

Kind = Literal["iri", "literal", "bnode", "triple"]
_KINDS: dict[str, Kind] = {"uri": "iri", "literal": "literal", "typed-literal": "literal", "bnode": "bnode"}


class TooManyRows(ResultTooLarge):
    """The result has more rows than a table may have here; no part of it is given."""

    limited = "result-rows"

    def __init__(self, limit: int) -> None:
        """Carry the limit in rows."""
        super().__init__(limit)
        self.args = (f"the result has more than {limit} rows",)


@dataclass(frozen=True)
class Cell:
    """One term; ``language`` and ``datatype`` only for literals, ``datatype`` not for plain strings."""

    kind: Kind
    value: str
    language: str | None = None
    datatype: str | None = None


@dataclass(frozen=True)
class Table:
    """Columns in the order of the query, and rows; an unbound variable is a key that is absent.

    ``unread`` is how many more rows the result has.
    """

    columns: tuple[str, ...]
    rows: list[dict[str, Cell]]
    unread: int = 0


def select_rows(engine: ReleaseEngine, query: str, lane: Lane = Lane.PAGES) -> Table:
    """Return the table of a SELECT of our own. Raises the QueryError tree."""
    return read_table(engine.run(trust(query, QueryKind.SELECT), JSON, lane=lane).body)


def simple_rows(engine: ReleaseEngine, query: str) -> list[dict[str, str]]:
    """Return the rows of such a SELECT with the plain value of each term. Raises the QueryError tree."""
    return [{name: cell.value for name, cell in row.items()} for row in select_rows(engine, query).rows]


def tabulate(
    engine: ReleaseEngine,
    reading: Reading,
    *,
    seconds: float | None = None,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
    most_rows: int | None = None,
    shown_rows: int | None = None,
) -> Table:
    """Return any query's result as a table, to be looked at; of a long one only the first ``shown_rows``.

    ASK gives one column ``answer`` with one boolean; CONSTRUCT and DESCRIBE give subject, predicate, object.
    Raises TooManyRows for a table of more than ``most_rows``, and the QueryError tree.
    """
    is_graph = reading.kind is QueryKind.GRAPH
    answer = engine.run(
        reading,
        NTRIPLES if is_graph else JSON,
        seconds=seconds,
        default_graphs=default_graphs,
        named_graphs=named_graphs,
    )
    if most_rows is not None and has_more_rows(answer.body, answer.media_type, most_rows):
        raise TooManyRows(most_rows)
    return (_read_triples if is_graph else read_table)(answer.body, shown_rows)


def read_table(body: bytes, shown_rows: int | None = None) -> Table:
    """Return the table of a body in the SPARQL JSON format, or its first rows, without reading the others."""
    if shown_rows is not None and has_more_rows(body, JSON, shown_rows):
        return _read_first_rows(body, shown_rows)
    result = json.loads(body)
    if "boolean" in result:
        yes = Cell("literal", str(result["boolean"]).lower(), datatype=XSD + "boolean")
        return Table(("answer",), [{"answer": yes}])
    rows = [_row(row) for row in result["results"]["bindings"]]
    return Table(tuple(result["head"]["vars"]), rows)


def _read_first_rows(body: bytes, count: int) -> Table:
    """Return the first rows of a body that has more, from as much of its beginning as holds them."""
    start = body.index(_BINDINGS)
    head = json.loads(body[:start] + b'"bindings":[]}}')["head"]
    size = _FIRST_BYTES
    while True:
        text = body[start + len(_BINDINGS) : start + size].decode(errors="ignore")
        try:
            rows = list(islice(_read_rows(text), count))
        except json.JSONDecodeError:  # the text ends within a row
            size *= 4
        else:
            return Table(tuple(head["vars"]), rows, _count_json(body) - count)


def _read_rows(text: str) -> Iterator[dict[str, Cell]]:
    """Yield the rows of a text that begins with one and has others after it, a comma between them."""
    decoder, position = json.JSONDecoder(), 0
    while True:
        row, position = decoder.raw_decode(text, position)
        yield _row(row)
        position += 1


def _row(row: dict[str, Any]) -> dict[str, Cell]:
    return {name: _cell(term) for name, term in row.items()}


def _cell(term: dict[str, Any]) -> Cell:
    if term["type"] not in _KINDS:
        return Cell("triple", json.dumps(term["value"]))
    return Cell(_KINDS[term["type"]], term["value"], term.get("xml:lang"), term.get("datatype"))


def _read_triples(body: bytes, shown_rows: int | None = None) -> Table:
    rows = [
        {"subject": _term(quad.subject), "predicate": _term(quad.predicate), "object": _term(quad.object)}
        for quad in islice(pyoxigraph.parse(body, format=pyoxigraph.RdfFormat.N_TRIPLES), shown_rows)
    ]
    return Table(("subject", "predicate", "object"), rows, body.count(b"\n") - len(rows))


def _term(term: object) -> Cell:
    if isinstance(term, pyoxigraph.NamedNode):
        return Cell("iri", term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return Cell("bnode", term.value)
    if isinstance(term, pyoxigraph.Literal):
        plain = term.language is not None or term.datatype.value == XSD + "string"
        return Cell("literal", term.value, term.language, None if plain else term.datatype.value)
    return Cell("triple", str(term))


def _count_json(body: bytes) -> int:
    """Count where one row ends and the next begins; in a string, a quotation mark has a backslash before."""
    start = body.find(_BINDINGS) + len(_BINDINGS)
    if body[start : start + 1] != b"{":
        return 0
    empty = 0
    if body.find(b",{}", start) >= 0:  # it may stand in a string too
        empty = sum(found[0] == b",{}" for found in _STRING_OR_EMPTY_ROW.finditer(body, start))
    return 1 + body.count(b'},{"', start) + empty


def _bound_json(body: bytes) -> int:
    """Count as if no string held what looks like an empty row."""
    return 1 + body.count(b'},{"') + body.count(b",{}")


def _count_xml(body: bytes) -> int:
    return body.count(b"<result>")


def _count_csv(body: bytes) -> int:
    """Count line ends, but those inside quotation marks."""
    return sum(found[0] == b"\r\n" for found in _QUOTED_OR_LINE_END.finditer(body)) - 1


def _bound_csv(body: bytes) -> int:
    """Count as if no quotation marks held line ends."""
    return body.count(b"\r\n") - 1


def _count_tsv(body: bytes) -> int:
    return body.count(b"\n") - 1


_COUNTERS: dict[str, Callable[[bytes], int]] = {
    JSON: _count_json,
    "application/sparql-results+xml": _count_xml,
    "text/csv": _count_csv,
    "text/tab-separated-values": _count_tsv,
}
_BOUNDS: dict[str, Callable[[bytes], int]] = {JSON: _bound_json, "text/csv": _bound_csv}
"""What is quicker to tell, and never less: of most results it is enough."""
_LEAST_BYTES = {
    JSON: 3,
    "application/sparql-results+xml": 17,
    "text/csv": 2,
    "text/tab-separated-values": 1,
}
"""What a row takes at least: ``{},``, ``<result></result>``, and the ends of empty lines."""


def has_more_rows(body: bytes, media_type: str, limit: int) -> bool:
    """Return whether a result holds more rows than ``limit``; a graph or another format never does."""
    if media_type not in _COUNTERS or len(body) <= limit * _LEAST_BYTES[media_type]:
        return False
    bound = _BOUNDS.get(media_type)
    return (bound is None or bound(body) > limit) and _COUNTERS[media_type](body) > limit

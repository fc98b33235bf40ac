"""Results as values: what pages, the command line and the resolver of names read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pyoxigraph

from endpoint.engine.engine import Engine, Lane
from endpoint.engine.language.guard import QueryKind, Reading, trust
from endpoint.engine.rows import TooManyRows, has_more_rows

XSD = "http://www.w3.org/2001/XMLSchema#"

JSON = "application/sparql-results+json"
NTRIPLES = "application/n-triples"

Kind = Literal["iri", "literal", "bnode", "triple"]
_KINDS: dict[str, Kind] = {"uri": "iri", "literal": "literal", "typed-literal": "literal", "bnode": "bnode"}


@dataclass(frozen=True)
class Cell:
    """One term; ``language`` and ``datatype`` only for literals, ``datatype`` not for plain strings."""

    kind: Kind
    value: str
    language: str | None = None
    datatype: str | None = None


@dataclass(frozen=True)
class Table:
    """Columns in the order of the query, and rows; an unbound variable is a key that is absent."""

    columns: tuple[str, ...]
    rows: list[dict[str, Cell]]


def select_rows(engine: Engine, query: str) -> Table:
    """Return the table of a SELECT of our own, asked over the lane of pages. Raises the QueryError tree."""
    return read_table(engine.run(trust(query, QueryKind.SELECT), JSON, lane=Lane.PAGES).body)


def simple_rows(engine: Engine, query: str) -> list[dict[str, str]]:
    """Return the rows of such a SELECT with the plain value of each term. Raises the QueryError tree."""
    return [{name: cell.value for name, cell in row.items()} for row in select_rows(engine, query).rows]


def table(
    engine: Engine,
    reading: Reading,
    *,
    lane: Lane = Lane.FREE,
    seconds: float | None = None,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
    most_rows: int | None = None,
) -> Table:
    """Return any query's result as a table, to be looked at.

    ASK gives one column ``answer`` with one boolean; CONSTRUCT and DESCRIBE give subject, predicate, object.
    Raises TooManyRows for a table of more than ``most_rows``, and the QueryError tree.
    """
    is_graph = reading.kind is QueryKind.GRAPH
    answer = engine.run(
        reading,
        NTRIPLES if is_graph else JSON,
        lane=lane,
        seconds=seconds,
        default_graphs=default_graphs,
        named_graphs=named_graphs,
    )
    if most_rows is not None and has_more_rows(answer.body, answer.media_type, most_rows):
        raise TooManyRows(most_rows)
    return _read_triples(answer.body) if is_graph else read_table(answer.body)


def read_table(body: bytes) -> Table:
    """Return the table of a body in the SPARQL JSON format."""
    result = json.loads(body)
    if "boolean" in result:
        yes = Cell("literal", str(result["boolean"]).lower(), datatype=XSD + "boolean")
        return Table(("answer",), [{"answer": yes}])
    rows = [{name: _cell(term) for name, term in row.items()} for row in result["results"]["bindings"]]
    return Table(tuple(result["head"]["vars"]), rows)


def _cell(term: dict[str, Any]) -> Cell:
    if term["type"] not in _KINDS:
        return Cell("triple", json.dumps(term["value"]))
    return Cell(_KINDS[term["type"]], term["value"], term.get("xml:lang"), term.get("datatype"))


def _read_triples(body: bytes) -> Table:
    rows = [
        {"subject": _term(quad.subject), "predicate": _term(quad.predicate), "object": _term(quad.object)}
        for quad in pyoxigraph.parse(body, format=pyoxigraph.RdfFormat.N_TRIPLES)
    ]
    return Table(("subject", "predicate", "object"), rows)


def _term(term: object) -> Cell:
    if isinstance(term, pyoxigraph.NamedNode):
        return Cell("iri", term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return Cell("bnode", term.value)
    if isinstance(term, pyoxigraph.Literal):
        plain = term.language is not None or term.datatype.value == XSD + "string"
        return Cell("literal", term.value, term.language, None if plain else term.datatype.value)
    return Cell("triple", str(term))

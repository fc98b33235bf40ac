"""What agents read: a question with its numbers, and a thing of the graph with the rows that tell of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request

from endpoint.engine.engine import Lane
from endpoint.engine.language.guard import QueryKind, trust
from endpoint.engine.results import JSON, Cell, Table, read_table
from endpoint.errors import NotFound
from endpoint.questions.rows.numbers import count
from endpoint.serving.current import service
from endpoint.show.lookup import ask, find_labels, group_rows
from endpoint.show.names import fill_in
from endpoint.show.values import compact
from endpoint.site.files.tools.agents.evidence import THING
from endpoint.things.identity import find_presence
from graph.errors import ParameterError
from graph.model.iris import is_qid
from graph.model.terms import is_iri
from ontology import BASE, PREFIXES
from queries.canned import LIMIT, PAGE
from queries.terms import iri_term

MOST_VALUES = 10
"""A property with more values than this is only counted among the facts of a thing."""
_PARTIES = "SELECT ?party WHERE {{ {thing} kk:party ?party }} ORDER BY ?party"
_FACTS = "SELECT ?property ?value WHERE {{ {thing} ?property ?value }} ORDER BY ?property ?value"


@dataclass(frozen=True)
class Answered:
    """A question and its answer: the first rows that were asked for, and what is counted `beside` them."""

    asks: str
    sparql: str
    table: Table
    beside: Mapping[str, int]


def ask_question(slug: str, values: Mapping[str, str], shown_rows: int) -> Answered:
    """Return the answer to a question. Raises NotFound, ParameterError, the QueryError tree."""
    query = service().questions.get(slug)
    if query is None:
        raise NotFound(f"there is no question {slug[:80]!r}; list_questions() lists all")
    for name in {LIMIT, PAGE} & {*values}:
        raise ParameterError(name, values[name], "is not given here: an answer says itself where it goes on")
    filled = fill_in(query, values)
    body = service().engine.run(trust(filled.text, QueryKind.SELECT), JSON, lane=Lane.QUESTIONS).body
    beside = {counted.label["en"]: count(text) for counted, text in filled.counts}
    return Answered(query.summary["en"], filled.text, read_table(body, shown_rows), beside)


def find_iri(thing: str) -> str:
    """Return the IRI that a text says: an IRI, an address or path of this service, a short name, a QID.

    One that has replaced it is returned in its place. Raises NotFound for a text that is none of these, or
    an IRI of which the release says nothing.
    """
    text = thing.strip().removeprefix(request.url_root).removeprefix("/").removesuffix(".html")
    prefix, colon, local = text.partition(":")
    if colon and prefix in PREFIXES:
        text = PREFIXES[prefix] + local
    elif is_qid(text):
        text = f"{BASE}place/{text}"
    elif "/" in text and not is_iri(text):
        text = BASE + text
    if not is_iri(text):
        raise NotFound(f"{thing[:80]!r} is no IRI, path or id; find(text=…) finds what a name means")
    presence = find_presence(ask, text)
    if presence.moved_to is not None:
        return presence.moved_to
    if not presence.exists:
        raise NotFound(f"the release says nothing of {text[:200]}; find(text=…) finds what a name means")
    return text


def address_of(iri: str) -> str:
    """Return the address of the page about one of our things on this host, else the IRI."""
    return request.url_root + iri.removeprefix(BASE) if iri.startswith(BASE) else iri


def read_thing(iri: str, shown_rows: int) -> tuple[Mapping[str, object], Mapping[str, int], Table]:
    """Return facts of a thing, the numbers beside its rows, and these: partners, claims or properties."""
    found = ask(_FACTS.format(thing=iri_term(iri)))
    iris = {cell.value for row in found.rows for cell in row.values() if cell.kind == "iri"}
    labels = find_labels(ask, iris, "en")
    facts = {
        compact(name): [_describe(row["value"], labels) for row in rows]
        if len(rows) <= MOST_VALUES
        else f"{len(rows)} values, none of them listed here: run_query() gives them"
        for name, rows in group_rows(found.rows, "property").items()
    }
    kind = iri.removeprefix(BASE).partition("/")[0]
    parties = [row["party"].value for row in ask(_PARTIES.format(thing=iri_term(iri))).rows]
    if kind == "place":
        answered = ask_question("partners-of-a-city", {"city": iri}, shown_rows)
    elif kind == "partnership" and len(parties) == 2:
        pair = dict(zip(("city", "partner"), parties, strict=True))
        answered = ask_question("evidence-for-a-pair", pair, shown_rows)
    else:
        return {}, {}, _as_table(iri, found, labels)
    return facts, answered.beside, answered.table


def _describe(cell: Cell, labels: Mapping[str, str]) -> str:
    if cell.kind != "iri":
        return f"{cell.value}@{cell.language}" if cell.language else cell.value
    label = labels.get(cell.value)
    return f"{label} <{cell.value}>" if label else cell.value


def _as_table(iri: str, found: Table, labels: Mapping[str, str]) -> Table:
    """Return properties and values with the labels of both, for a thing that no question is about."""
    rows = []
    for row in found.rows:
        named = {name: labels.get(cell.value) for name, cell in row.items() if cell.kind == "iri"}
        words = {f"{name}Label": Cell("literal", label) for name, label in named.items() if label}
        rows.append({THING: Cell("iri", iri), **row, **words})
    return Table((THING, "property", "propertyLabel", "value", "valueLabel"), rows)

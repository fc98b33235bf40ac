"""How far a pair has come: the five stages of a partnership with what is recorded of each, and when.

The stages are those of the vocabulary (vocab/stage). A meeting or a visit alone says nothing of a stage.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import URIRef
from rdflib.namespace import SKOS

from endpoint.engine.results import Cell
from endpoint.show.lookup import Row, Select, concept_label, group_rows, text_of
from endpoint.show.values import FormattedValue, format_value
from graph.model.iris import concept_iri
from ontology import vocabulary
from queries.terms import iri_term

_STAGES = ("identification", "exploration", "negotiation-signing", "implementation", "monitoring-evaluation")
_SIGNING = "negotiation-signing"
_OF_EVENTS = {
    "request": "exploration",
    "exploration": "exploration",
    "plan": _SIGNING,
    "approval": _SIGNING,
    "signing": _SIGNING,
    "launch": "implementation",
    "programme": "implementation",
    "evaluation": "monitoring-evaluation",
}
"""The stage that an event of each type belongs to; other types belong to none."""
_RECORDS = """SELECT DISTINCT ?record ?type ?stage ?date WHERE {{
  {{ {pair} kk:event ?record . ?record kk:eventType ?type . OPTIONAL {{ ?record kk:happenedOn ?date }} }}
  UNION {{ {pair} kk:agreement ?record . OPTIONAL {{ ?record kk:signedOn ?date }} }}
  UNION {{ ?record kk:about {pair} ; kk:stage ?stage . OPTIONAL {{ ?record kk:happenedOn ?date }} }}
}}"""


@dataclass(frozen=True)
class Stage:
    """One stage: how many agreements, events and claims are recorded of it, the first and the last date.

    Dates are lexical forms of any precision, empty when none is known.
    """

    name: FormattedValue
    records: int
    first: str
    last: str


def read_stages(select: Select, pair: str, language: str) -> tuple[Stage, ...]:
    """Return the five stages of a pair in their order; none where nothing is recorded of any."""
    rows = select(_RECORDS.format(pair=iri_term(pair))).rows
    placed = [{**row, "stage": Cell("iri", stage)} for row in rows for stage in _stages_of(row)]
    found = group_rows(placed, "stage")
    if not found:
        return ()
    return tuple(_stage(iri, found.get(iri, []), language) for iri in _stage_iris())


def _stage_iris() -> list[str]:
    return [concept_iri("stage", slug) for slug in _STAGES]


def _stages_of(row: Row) -> Iterator[str]:
    """Yield the stage that a record belongs to: an agreement, an event by its type, a claim by its stage."""
    if "stage" in row:
        yield _top_of(row["stage"].value)
    elif "type" not in row:
        yield concept_iri("stage", _SIGNING)
    elif slug := _OF_EVENTS.get(row["type"].value.rsplit("/", 1)[1]):
        yield concept_iri("stage", slug)


def _top_of(concept: str) -> str:
    """Return the stage that a step is a part of, or the stage itself."""
    return next((str(broader) for broader in vocabulary().objects(URIRef(concept), SKOS.broader)), concept)


def _stage(iri: str, records: list[Row], language: str) -> Stage:
    dates = sorted(date for row in records if (date := text_of(row, "date")))
    name = format_value(Cell("iri", iri), language, {iri: concept_label(iri, language)})
    count = len({row["record"].value for row in records})
    return Stage(name, count, *(dates[:1] or [""]), *(dates[-1:] or [""]))

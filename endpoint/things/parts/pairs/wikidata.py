"""What Wikidata has of a pair: which of the two items states it, where the release knows Wikidata at all."""

from __future__ import annotations

from dataclasses import dataclass

from endpoint.show.lookup import Select, text_of
from endpoint.show.values import FormattedValue, format_value
from endpoint.things.parts.labels import label_cells
from ontology import PREFIXES
from queries.terms import iri_term

_SNAPSHOT = "SELECT ?snapshot WHERE { ?snapshot dcterms:isPartOf wd:Q2013 } LIMIT 1"
_SIDES = """SELECT ?party ?item ?has WHERE {{
  {pair} kk:party ?party . OPTIONAL {{ ?party kk:wikidataId ?item }}
  BIND(EXISTS {{ {pair} kk:listedInWikidataBy ?party }} AS ?has) }} ORDER BY ?party"""


@dataclass(frozen=True)
class Side:
    """A place of a pair, its item (None: none is known), and whether that states the other as its partner."""

    place: FormattedValue
    item: FormattedValue | None
    has: bool


def read_wikidata_sides(select: Select, pair: str, language: str) -> tuple[Side, ...]:
    """Return both sides of a pair; nothing where the release holds no snapshot of Wikidata to say it from."""
    if not select(_SNAPSHOT).rows:
        return ()
    rows = select(_SIDES.format(pair=iri_term(pair))).rows
    labels = label_cells(select, (row["party"] for row in rows), language)
    return tuple(
        Side(
            format_value(row["party"], language, labels),
            _item(text_of(row, "item")),
            text_of(row, "has") == "true",
        )
        for row in rows
    )


def _item(qid: str) -> FormattedValue | None:
    return FormattedValue(qid, href=PREFIXES["wd"] + qid, external=True) if qid else None

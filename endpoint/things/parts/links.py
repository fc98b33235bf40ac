"""What links to a thing from elsewhere in the graph, by property and kind of thing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from rdflib import URIRef
from rdflib.namespace import RDFS

from endpoint.show.lookup import Select, with_prefixes
from endpoint.show.texts import term, translate
from endpoint.show.values import FormattedValue, compact, property_label
from endpoint.things.parts.facts import are_short, capitalise, format_sorted
from endpoint.things.parts.labels import label_cells
from ontology import BASE, KK, ontology
from queries.terms import iri_term

LINKS_SHOWN = 100
"""A page shows no more links of one kind from elsewhere than this, and leads to SPARQL for all."""
PLACES_SHOWN = 1000
"""The same for the places of a country, whose names are short."""
LINKS_SORTED = 5000
"""Of more links of one kind those are shown that the store finds first; to sort IRIs takes it long."""

_FIRST = (
    "kk:party",
    "kk:contractingParty",
    "kk:agreement",
    "kk:place",
    "kk:event",
    "kk:partOf",
    "kk:country",
)
_KINDS_FIRST = ("place", "partnership", "agreement", "event", "source", "claim")
_OF_PLACES = {"kk:country", "kk:partOf"}
# partnerOf runs both ways; a value's basis says no more than basedOn, its superproperty; claims and
# assessments have tables of their own.
_HIDDEN = {"kk:partnerOf", "skos:hasTopConcept", "kk:assesses"}
_IN_TABLES = ("kk:about", "kk:source")
_REPLACED = "dcterms:isReplacedBy"
_FORMER = "former"
"""The kind of an IRI that a thing had before: all that is said of it is by what it is replaced."""
_KIND = (
    f'IF(?property = {_REPLACED} && NOT EXISTS {{ ?subject a ?class }}, "{_FORMER}", '
    f'REPLACE(SUBSTR(STR(?subject), {len(BASE) + 1}), "[/#].*$", ""))'
)
"""The first segment of the path of one of our IRIs, or that it is a former one."""


@dataclass(frozen=True)
class Links:
    """The things of one kind that point here by one property: the first of them and how many.

    `note` says by which property, where the label does not; `sparql` asks for all of them.
    """

    label: str
    note: str
    values: tuple[FormattedValue, ...]
    count: int
    sparql: str

    @property
    def short(self) -> bool:
        """Return whether the labels are short enough for columns."""
        return are_short(self.values)


def read_links(select: Select, iri: str, language: str, hidden: Collection[str] = ()) -> list[Links]:
    """Return what points to a thing, by property and kind, without the `hidden` properties (``kk:party``)."""
    bases = {iri_term(str(name)) for name in ontology().subjects(RDFS.subPropertyOf, URIRef(KK.basedOn))}
    left_out = ", ".join(sorted({*_HIDDEN, *hidden, *bases}))
    table = select(
        "SELECT ?property ?kind (COUNT(*) AS ?count) WHERE {\n"
        f"  ?subject ?property {iri_term(iri)} .\n  FILTER(?property NOT IN ({left_out}))\n"
        f"  BIND({_KIND} AS ?kind)\n"
        f"  FILTER(!(?property IN ({', '.join(_IN_TABLES)}) && ?kind IN ('claim', 'assessment')))\n"
        "} GROUP BY ?property ?kind"
    )
    counts = {(row["property"].value, row["kind"].value): int(row["count"].value) for row in table.rows}
    return [
        _read_kind(select, iri, name, kind, counts[name, kind], language)
        for name, kind in sorted(counts, key=_reading_order)
    ]


def _read_kind(select: Select, iri: str, name: str, kind: str, count: int, language: str) -> Links:
    query = (
        f"SELECT ?subject WHERE {{ ?subject {iri_term(name)} {iri_term(iri)} .\n  {_filter(name, kind)} }}"
    )
    most = PLACES_SHOWN if compact(name) in _OF_PLACES else LINKS_SHOWN
    rows = select(query if count <= LINKS_SORTED else f"{query} LIMIT {most}").rows
    cells = sorted((row["subject"] for row in rows), key=lambda cell: cell.value)[:most]
    values = format_sorted(cells, language, label_cells(select, cells, language))
    label, note = _name_links(name, kind, language)
    return Links(label, note, values, count, with_prefixes(query))


def _filter(name: str, kind: str) -> str:
    """Return the SPARQL that keeps the links of one kind, as `_KIND` tells them apart."""
    if kind == _FORMER:
        return "FILTER NOT EXISTS { ?subject a ?class }"
    of_kind = f'FILTER(STRSTARTS(STR(?subject), "{BASE}{kind}"))'
    return f"?subject a ?class . {of_kind}" if compact(name) == _REPLACED else of_kind


def _name_links(name: str, kind: str, language: str) -> tuple[str, str]:
    """Return the heading for links by one property from one kind of thing, and a note beside it."""
    if kind == _FORMER:
        return translate("entity.former", language), ""
    by_property, by_kind = term(f"^{compact(name)}", language), term(f"^{kind}", language)
    as_property = translate("entity.as", language, property=property_label(name, language))
    if by_property:
        return by_property, ""
    if by_kind:
        return by_kind, as_property[:1].lower() + as_property[1:]
    return capitalise(as_property), ""


def _reading_order(key: tuple[str, str]) -> tuple[int, int, str, str]:
    name, kind = key
    short = compact(name)
    by_name = _FIRST.index(short) if short in _FIRST else len(_FIRST)
    by_kind = _KINDS_FIRST.index(kind) if kind in _KINDS_FIRST else len(_KINDS_FIRST)
    return by_name, by_kind, short, kind

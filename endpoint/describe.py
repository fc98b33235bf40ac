"""What the graph says of one thing: its facts, the claims about it, and what links to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from endpoint.labels import LABEL_PROPERTIES, Select, best_text, find_labels, iri_term, ontology_label
from endpoint.present import Shown, compact, local_path, property_label, show
from endpoint.results import Cell
from endpoint.texts import term, translate
from ontology import BASE, KK, PREFIXES

Values = dict[str, list[Cell]]
"""The values of one thing by property IRI."""

LINKS_SHOWN = 100
"""A page shows no more links of one property from elsewhere than this, and leads to SPARQL for all."""

NAMES = LABEL_PROPERTIES[:3]
"""The properties whose value is a name rather than a sentence."""

_FIRST = (
    "rdf:type",
    "kk:about",
    "dcterms:description",
    "kk:recordedAs",
    "kk:source",
    "kk:party",
    "kk:contractingParty",
    "kk:nativeName",
    "kk:country",
    "kk:level",
    "kk:partOf",
)
_LINKS_FIRST = (
    "kk:party",
    "kk:contractingParty",
    "kk:agreement",
    "kk:place",
    "kk:event",
    "kk:partOf",
    "kk:country",
)
_LAST = ("kk:claimCount", "kk:sourceCount", "owl:sameAs", "skos:editorialNote")
_GEOMETRY = PREFIXES["geo"] + "hasGeometry"
_SHORT = 48
# The one basis whose value has another name than what precedes "BasedOn".
_BASIS = {str(KK.relationBasedOn): str(KK.relationType)}


@dataclass(frozen=True)
class Fact:
    """One property of a thing with its values; `basis` are the claims that the values rest on."""

    label: str
    values: tuple[Shown, ...]
    basis: tuple[Shown, ...] = ()

    @property
    def short(self) -> bool:
        """Return whether the values are short enough to stand in a line."""
        return _are_short(self.values)


@dataclass(frozen=True)
class Links:
    """The things that point here by one property: the first of them, how many, and the query for all."""

    label: str
    values: tuple[Shown, ...]
    count: int
    sparql: str

    @property
    def short(self) -> bool:
        """Return whether the names are short enough for columns."""
        return _are_short(self.values)


def describe_query(iri: str) -> str:
    """Return the CONSTRUCT of all triples that a thing stands in, its geometry with it."""
    thing = iri_term(iri)
    return (
        "CONSTRUCT { ?subject ?property ?value } WHERE {\n"
        f"  {{ VALUES ?subject {{ {thing} }} ?subject ?property ?value }}\n"
        f"  UNION {{ VALUES ?value {{ {thing} }} ?subject ?property ?value }}\n"
        f"  UNION {{ {thing} <{_GEOMETRY}> ?subject . ?subject ?property ?value }}\n}}"
    )


def outgoing_values(select: Select, iri: str) -> Values:
    """Return the values of a thing by property, with its coordinates; empty when there is no such thing."""
    try:
        thing = iri_term(iri)
    except ValueError:
        return {}
    found: Values = {}
    table = select(
        f"SELECT ?property ?value WHERE {{ {{ {thing} ?property ?value }} UNION "
        f"{{ {thing} geo:hasGeometry/geo:asWKT ?value BIND(geo:asWKT AS ?property) }} }}"
    )
    for row in table.rows:
        found.setdefault(row["property"].value, []).append(row["value"])
    return found


def heading(values: Values, language: str) -> str:
    """Return the name of the thing with these values, empty when it has none."""
    return best_text(next((values[name] for name in NAMES if name in values), []), language)


def facts(
    select: Select, values: Values, language: str, title: str, shown_apart: Collection[str]
) -> list[Fact]:
    """Return the facts of a thing in reading order.

    Left out are names that only repeat `title`, years beside their dates, and properties that the page shows
    in a table of its own (`shown_apart`, as ``kk:basedOn``).
    """
    bases = {name: target for name in values if (target := _basis_of(name)) in values}
    hidden = {_GEOMETRY, *bases, *_repeated(values, title)} | {
        name for name in values if compact(name) in shown_apart
    }
    names = _names_of(select, (cell for cells in values.values() for cell in cells), language)
    sources = _sources_of(select, {cell.value for name in bases for cell in values[name]})
    found = []
    for name in sorted(values.keys() - hidden, key=lambda name: _reading_order(name, language)):
        basis = [cell for source, target in bases.items() if target == name for cell in values[source]]
        shown = _in_order(values[name], language, names)
        found.append(
            Fact(_capital(property_label(name, language)), shown, _in_order(basis, language, sources))
        )
    return found


def links_from(select: Select, iri: str, language: str) -> list[Links]:
    """Return what points to a thing, by property, without what its page shows anyway (partners, claims)."""
    counts = select(
        "SELECT ?property (COUNT(DISTINCT ?subject) AS ?count) WHERE {\n"
        f"  ?subject ?property {iri_term(iri)} .\n  {_NOT_SHOWN}\n}} GROUP BY ?property"
    )
    found = {row["property"].value: int(row["count"].value) for row in counts.rows}
    ordered = sorted(found, key=_links_order)
    return [_links(select, iri, name, found[name], language) for name in ordered]


# partnerOf runs both ways; a value's basis says no more than basedOn, its superproperty; claims and
# assessments have tables of their own.
_NOT_SHOWN = """FILTER(?property NOT IN (kk:partnerOf, skos:hasTopConcept, kk:assesses))
  FILTER(!STRENDS(STR(?property), "BasedOn"))
  FILTER(!(?property IN (kk:about, kk:source) &&
    EXISTS { VALUES ?kind { kk:Claim kk:Assessment } ?subject a ?kind }))"""


def _links(select: Select, iri: str, name: str, count: int, language: str) -> Links:
    query = (
        f"SELECT DISTINCT ?subject WHERE {{ ?subject ?property {iri_term(iri)} . "
        f"VALUES ?property {{ {iri_term(name)} }} {_NOT_SHOWN} }} ORDER BY ?subject"
    )
    cells = [row["subject"] for row in select(f"{query} LIMIT {LINKS_SHOWN}").rows]
    names = _names_of(select, cells, language)
    values = _in_order(cells, language, names)
    as_property = translate("entity.as", language, property=property_label(name, language))
    return Links(term(f"^{compact(name)}", language) or as_property, values, count, query)


def _basis_of(name: str) -> str:
    """Return the property whose value a ...BasedOn property gives the claims of, empty for others."""
    return _BASIS.get(name) or (name.removesuffix("BasedOn") if name.endswith("BasedOn") else "")


def _repeated(values: Values, title: str) -> set[str]:
    dates = {name.removesuffix("On") for name in values}
    years = {name for name in values if name.endswith("Year") and name.removesuffix("Year") in dates}
    return years | {name for name in NAMES if {cell.value for cell in values.get(name, ())} == {title}}


def _names_of(select: Select, cells: Iterable[Cell], language: str) -> dict[str, str]:
    iris = {cell.value for cell in cells if cell.kind == "iri" and local_path(cell.value) is not None}
    terms = {iri: label for iri in iris if (label := ontology_label(iri, language))}
    return terms | find_labels(select, iris, language) | _signatures(select, iris, language)


def _signatures(select: Select, iris: set[str], language: str) -> dict[str, str]:
    """Return names for the signatures among `iris`: who signed for whom."""
    things = " ".join(iri_term(iri) for iri in sorted(iris) if iri.startswith(f"{BASE}signature/"))
    if not things:
        return {}
    table = select(
        f"SELECT ?signature ?person ?party WHERE {{ VALUES ?signature {{ {things} }}\n"
        f'  ?signature kk:onBehalfOf/rdfs:label ?party . FILTER(LANG(?party) = "{language}")\n'
        "  OPTIONAL { ?signature kk:signedBy/rdfs:label ?person } }"
    )
    return {
        row["signature"].value: translate(
            "entity.signature",
            language,
            person=row["person"].value if "person" in row else translate("entity.office", language),
            party=row["party"].value,
        )
        for row in table.rows
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sources_of(select: Select, claims: set[str]) -> dict[str, str]:
    """Return who published the sources of claims (their titles where nobody is named), by claim."""
    things = " ".join(iri_term(claim) for claim in sorted(claims))
    table = select(
        f"SELECT ?claim ?name WHERE {{ VALUES ?claim {{ {things} }} ?claim kk:source ?source . "
        "?source dcterms:title ?title . OPTIONAL { ?source dcterms:publisher ?publisher } "
        "BIND(COALESCE(?publisher, ?title) AS ?name) }"
    )
    return {row["claim"].value: row["name"].value for row in table.rows}


def _reading_order(name: str, language: str) -> tuple[int, str]:
    short = compact(name)
    if short in _FIRST:
        return _FIRST.index(short), ""
    place = len(_FIRST) + (1 + _LAST.index(short) if short in _LAST else 0)
    return place, property_label(name, language)


def _links_order(name: str) -> tuple[int, str]:
    short = compact(name)
    return (_LINKS_FIRST.index(short) if short in _LINKS_FIRST else len(_LINKS_FIRST)), short


def _in_order(cells: Iterable[Cell], language: str, names: Mapping[str, str]) -> tuple[Shown, ...]:
    shown = (show(cell, language, names) for cell in cells)
    return tuple(sorted(shown, key=lambda value: value.text.casefold()))


def _are_short(values: Sequence[Shown]) -> bool:
    return all(len(value.text) <= _SHORT for value in values)

"""What the graph says of one thing: its facts, and what links to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rdflib import URIRef
from rdflib.namespace import RDFS

from endpoint.engine.results import Cell
from endpoint.show.labels import LABEL_PROPERTIES, Select, best_text, find_labels, ontology_label
from endpoint.show.lookup import with_prefixes
from endpoint.show.present import Shown, compact, local_path, property_label, show
from endpoint.show.texts import term, translate
from ontology import BASE, KK, PREFIXES, ontology
from queries.terms import iri_term

Values = dict[str, list[Cell]]
"""The values of one thing by property IRI."""

LINKS_SHOWN = 100
"""A page shows no more links of one kind from elsewhere than this, and leads to SPARQL for all."""

PLACES_SHOWN = 1000
"""The same for the places of a country, whose names are short."""

LINKS_SORTED = 5000
"""Of more links of one kind those are shown that the store finds first; to sort IRIs takes it long."""

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
    "kk:relationType",
    "kk:since",
    "kk:until",
    "kk:status",
    "kk:statusAsOf",
    "kk:documentType",
    "kk:signedOn",
    "kk:nativeName",
    "kk:country",
    "kk:level",
    "kk:partOf",
    "kk:population",
    "kk:statedName",
    "kk:statedCountry",
    "kk:matchedPlace",
    "kk:decision",
    "kk:score",
    "kk:matchReason",
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
_KINDS_FIRST = ("place", "partnership", "agreement", "event", "source", "claim")
_LAST = ("kk:isBridge", "kk:claimCount", "kk:sourceCount", "owl:sameAs", "skos:editorialNote")
_TYPE = PREFIXES["rdf"] + "type"
_GEOMETRY = PREFIXES["geo"] + "hasGeometry"
_SAME_AS = PREFIXES["owl"] + "sameAs"
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
    """The things of one kind that point here by one property: the first of them and how many.

    `note` says by which property, where the label does not; `sparql` asks for all of them.
    """

    label: str
    note: str
    values: tuple[Shown, ...]
    count: int
    sparql: str

    @property
    def short(self) -> bool:
        """Return whether the names are short enough for columns."""
        return _are_short(self.values)


def outgoing_values(select: Select, iri: str) -> Values:
    """Return the values of a thing by property, with its coordinates; empty when there is no such thing."""
    thing = iri_term(iri)
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


def names_of(select: Select, cells: Iterable[Cell], language: str) -> dict[str, str]:
    """Return the names of our things among the cells, by IRI: terms, things with labels, and signatures."""
    iris = {cell.value for cell in cells if cell.kind == "iri" and local_path(cell.value) is not None}
    terms = {iri: label for iri in iris if (label := ontology_label(iri, language))}
    named = find_labels(select, iris - terms.keys(), language)
    return terms | named | _signatures(select, iris, language) | _matches(select, iris, language)


def special_types(values: Values) -> list[Cell]:
    """Return the classes of a thing without those that another of its classes implies."""
    cells = values.get(_TYPE, [])
    implied = {
        str(above)
        for cell in cells
        for above in ontology().transitive_objects(URIRef(cell.value), RDFS.subClassOf)
        if str(above) != cell.value
    }
    return [cell for cell in cells if cell.value not in implied]


def facts(
    select: Select, values: Values, names: Mapping[str, str], language: str, shown_apart: Collection[str]
) -> list[Fact]:
    """Return the facts of a thing in reading order; `names` are those of what it names.

    Left out are a name that is the same in both languages, years beside their dates, classes that others
    imply, and properties that the page shows in another way (`shown_apart`, as ``kk:basedOn``).
    """
    values = values | {_TYPE: special_types(values)}
    bases = {name: target for name in values if (target := _basis_of(name)) in values}
    hidden = {_GEOMETRY, *bases, *_repeated(values)} | {
        name for name in values if compact(name) in shown_apart or not values[name]
    }
    sources = _sources_of(select, {cell.value for name in bases for cell in values[name]})
    found = []
    for name in sorted(values.keys() - hidden, key=lambda name: _reading_order(name, language)):
        basis = [cell for source, target in bases.items() if target == name for cell in values[source]]
        shown = _in_order(values[name], language, names)
        label = _capital(property_label(name, language))
        found.append(Fact(label, shown, _in_order(basis, language, sources)))
    return found


def links_from(select: Select, iri: str, language: str, shown_apart: Collection[str] = ()) -> list[Links]:
    """Return what points to a thing, by property and kind, without what its page shows in another way."""
    bases = {iri_term(str(name)) for name in ontology().subjects(RDFS.subPropertyOf, URIRef(KK.basedOn))}
    apart = ", ".join(sorted({*_NOT_SHOWN, *shown_apart, *bases}))
    table = select(
        "SELECT ?property ?kind (COUNT(*) AS ?count) WHERE {\n"
        f"  ?subject ?property {iri_term(iri)} .\n  FILTER(?property NOT IN ({apart}))\n"
        f"  BIND({_KIND} AS ?kind)\n"
        f"  FILTER(!(?property IN ({', '.join(_IN_TABLES)}) && ?kind IN ('claim', 'assessment')))\n"
        "} GROUP BY ?property ?kind"
    )
    found = {(row["property"].value, row["kind"].value): int(row["count"].value) for row in table.rows}
    return [_links(select, iri, *key, found[key], language) for key in sorted(found, key=_links_order)]


# partnerOf runs both ways; a value's basis says no more than basedOn, its superproperty; claims and
# assessments have tables of their own.
_NOT_SHOWN = {"kk:partnerOf", "skos:hasTopConcept", "kk:assesses"}
_IN_TABLES = ("kk:about", "kk:source")
_KIND = f'REPLACE(SUBSTR(STR(?subject), {len(BASE) + 1}), "[/#].*$", "")'
"""The first segment of the path of one of our IRIs."""


def _links(select: Select, iri: str, name: str, kind: str, count: int, language: str) -> Links:
    query = (
        f"SELECT ?subject WHERE {{ ?subject {iri_term(name)} {iri_term(iri)} .\n"
        f'  FILTER(STRSTARTS(STR(?subject), "{BASE}{kind}")) }}'
    )
    most = PLACES_SHOWN if compact(name) in {"kk:country", "kk:partOf"} else LINKS_SHOWN
    rows = select(query if count <= LINKS_SORTED else f"{query} LIMIT {most}").rows
    cells = sorted((row["subject"] for row in rows), key=lambda cell: cell.value)[:most]
    values = _in_order(cells, language, names_of(select, cells, language))
    own = term(f"^{compact(name)}", language)
    by_kind = term(f"^{kind}", language)
    as_property = translate("entity.as", language, property=property_label(name, language))
    note = "" if own or not by_kind else as_property[:1].lower() + as_property[1:]
    return Links(own or by_kind or _capital(as_property), note, values, count, with_prefixes(query))


def _basis_of(name: str) -> str:
    """Return the property whose value a ...BasedOn property gives the claims of, empty for others."""
    return _BASIS.get(name) or (name.removesuffix("BasedOn") if name.endswith("BasedOn") else "")


def _repeated(values: Values) -> set[str]:
    dates = {name.removesuffix("On") for name in values}
    years = {name for name in values if name.endswith("Year") and name.removesuffix("Year") in dates}
    ids = {str(KK.wikidataId)} if _SAME_AS in values else set()
    levels = {cell.value for cell in values.get(str(KK.level), [])}
    same_level = {str(KK.comparableLevel)} if _texts(values, str(KK.comparableLevel)) == levels else set()
    return years | ids | same_level | {name for name in NAMES if len(_texts(values, name)) == 1}


def _texts(values: Values, name: str) -> set[str]:
    return {cell.value for cell in values.get(name, ())}


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


def _matches(select: Select, iris: set[str], language: str) -> dict[str, str]:
    """Return names for the matches among `iris`: what a list writes, with the country where it has one."""
    things = " ".join(iri_term(iri) for iri in sorted(iris) if iri.startswith(f"{BASE}match/"))
    if not things:
        return {}
    table = select(
        f"SELECT ?match ?name ?country WHERE {{ VALUES ?match {{ {things} }}\n"
        "  ?match kk:statedName ?name . OPTIONAL { ?match kk:statedCountry ?country } }"
    )
    return {
        row["match"].value: translate(
            "match.name", language, name=row["name"].value, country=row["country"].value
        )
        if "country" in row
        else row["name"].value
        for row in table.rows
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sources_of(select: Select, claims: set[str]) -> dict[str, str]:
    """Return who published the sources of claims (their titles where nobody is named), by claim."""
    if not claims:
        return {}
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


def _links_order(key: tuple[str, str]) -> tuple[int, int, str, str]:
    name, kind = key
    short = compact(name)
    by_name = _LINKS_FIRST.index(short) if short in _LINKS_FIRST else len(_LINKS_FIRST)
    by_kind = _KINDS_FIRST.index(kind) if kind in _KINDS_FIRST else len(_KINDS_FIRST)
    return by_name, by_kind, short, kind


def _are_short(values: Sequence[Shown]) -> bool:
    return all(len(value.text) <= _SHORT for value in values)


def _in_order(cells: Iterable[Cell], language: str, names: Mapping[str, str]) -> tuple[Shown, ...]:
    shown = (show(cell, language, names) for cell in cells)
    return tuple(sorted(shown, key=lambda value: (value.language, value.text.casefold(), value.href)))

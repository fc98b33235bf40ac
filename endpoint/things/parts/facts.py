"""The facts of a thing: its properties with their values, in reading order, and the claims they rest on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from rdflib import URIRef
from rdflib.namespace import RDFS

from endpoint.engine.results import Cell
from endpoint.show.lookup import LABEL_PROPERTIES, Select
from endpoint.show.texts import language_name
from endpoint.show.values import FormattedValue, compact, format_value, property_label
from endpoint.things.thing import Thing, Values
from ontology import KK, PREFIXES, ontology
from queries.terms import iri_term

_FIRST = (
    "rdf:type",
    "kk:about",
    "dcterms:description",
    "kk:recordedAs",
    "kk:source",
    "dcterms:publisher",
    "schema:url",
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
_LAST = ("kk:isBridge", "kk:claimCount", "kk:sourceCount", "owl:sameAs", "skos:editorialNote")
_TYPE = PREFIXES["rdf"] + "type"
_GEOMETRY = PREFIXES["geo"] + "hasGeometry"
_LANGUAGE = PREFIXES["dcterms"] + "language"
_SAME_AS = PREFIXES["owl"] + "sameAs"
_SHORT = 48
VALUES_SHOWN, VALUES_FIRST = 12, 8
"""More values than the first number are folded away after the second."""
# The one basis whose value has another name than what precedes "BasedOn".
_BASIS = {str(KK.relationBasedOn): str(KK.relationType)}


@dataclass(frozen=True)
class Fact:
    """One property of a thing with its values; `basis` are the claims that the values rest on."""

    label: str
    values: tuple[FormattedValue, ...]
    basis: tuple[FormattedValue, ...] = ()

    @property
    def short(self) -> bool:
        """Return whether the values are short enough to stand in a line."""
        return are_short(self.values)

    @property
    def shown(self) -> int:
        """Return how many values are shown at once; a name in eighty languages would fill the page."""
        return len(self.values) if len(self.values) <= VALUES_SHOWN else VALUES_FIRST


def list_facts(select: Select, thing: Thing, hidden: Collection[str]) -> list[Fact]:
    """Return the facts of a thing in reading order, without the `hidden` properties (``kk:basedOn``).

    Left out too are a label that is the same in both languages, a native name that is a label, years beside
    their dates, and classes that others imply. A basis goes by who published the sources of its claims.
    """
    language, values = thing.language, {**thing.values, _TYPE: specific_types(thing.values)}
    bases = {name: value for name in values if (value := basis_of(name)) in values}
    left_out = {_GEOMETRY, *bases, *_find_repeated(values)} | {
        name for name in values if compact(name) in hidden or not values[name]
    }
    publishers = _label_by_publisher(select, {cell.value for name in bases for cell in values[name]})
    facts = []
    for name in sorted(values.keys() - left_out, key=lambda name: _reading_order(name, language)):
        basis = [cell for source, value in bases.items() if value == name for cell in values[source]]
        formatted = (
            tuple(FormattedValue(language_name(cell.value, language)) for cell in values[name])
            if name == _LANGUAGE
            else format_sorted(values[name], language, thing.labels)
        )
        label = capitalise(property_label(name, language))
        facts.append(Fact(label, formatted, format_sorted(basis, language, publishers)))
    return facts


def specific_types(values: Values) -> list[Cell]:
    """Return the classes of a thing without those that another of its classes implies."""
    cells = values.get(_TYPE, ())
    implied = {
        str(superclass)
        for cell in cells
        for superclass in ontology().transitive_objects(URIRef(cell.value), RDFS.subClassOf)
        if str(superclass) != cell.value
    }
    return [cell for cell in cells if cell.value not in implied]


def basis_of(name: str) -> str:
    """Return the property whose value a ...BasedOn property gives the claims of, empty for others."""
    return _BASIS.get(name) or (name.removesuffix("BasedOn") if name.endswith("BasedOn") else "")


def _find_repeated(values: Values) -> set[str]:
    """Return the properties that say again, or with less precision, what another one says."""
    dates = {name.removesuffix("On") for name in values}
    years = {name for name in values if name.endswith("Year") and name.removesuffix("Year") in dates}
    ids = {str(KK.wikidataId)} if _SAME_AS in values else set()
    level, comparable = (_texts(values, str(name)) for name in (KK.level, KK.comparableLevel))
    same_level = {str(KK.comparableLevel)} if level == comparable else set()
    native, labels = _texts(values, str(KK.nativeName)), _texts(values, str(RDFS.label))
    same_name = {str(KK.nativeName)} if native <= labels else set()
    return (
        years
        | ids
        | same_level
        | same_name
        | {name for name in LABEL_PROPERTIES if len(_texts(values, name)) == 1}
    )


def _texts(values: Values, name: str) -> set[str]:
    return {cell.value for cell in values.get(name, ())}


def _label_by_publisher(select: Select, claims: set[str]) -> dict[str, str]:
    """Return who published the sources of claims (their titles where nobody is named), by claim."""
    if not claims:
        return {}
    terms = " ".join(iri_term(claim) for claim in sorted(claims))
    table = select(
        f"SELECT ?claim ?name WHERE {{ VALUES ?claim {{ {terms} }} ?claim kk:source ?source . "
        "?source dcterms:title|kk:describedAs ?title . OPTIONAL { ?source dcterms:publisher ?publisher } "
        "BIND(COALESCE(?publisher, ?title) AS ?name) }"
    )
    return {row["claim"].value: row["name"].value for row in table.rows}


def _reading_order(name: str, language: str) -> tuple[int, str]:
    short = compact(name)
    if short in _FIRST:
        return _FIRST.index(short), ""
    place = len(_FIRST) + (1 + _LAST.index(short) if short in _LAST else 0)
    return place, property_label(name, language)


def are_short(values: Collection[FormattedValue]) -> bool:
    """Return whether each of the values is short enough to share its line with others."""
    return all(len(value.text) <= _SHORT for value in values)


def format_sorted(
    cells: Iterable[Cell], language: str, labels: Mapping[str, str]
) -> tuple[FormattedValue, ...]:
    """Return the cells for people: texts of the page's own language first, then by text and address."""
    values = (format_value(cell, language, labels) for cell in cells)
    return tuple(sorted(values, key=lambda value: (value.language, value.text.casefold(), value.href)))


def capitalise(text: str) -> str:
    """Return the text with its first letter in upper case, the others as they are."""
    return text[:1].upper() + text[1:]

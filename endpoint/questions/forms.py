"""The form of a question: one field for each parameter, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from rdflib import URIRef
from rdflib.namespace import SKOS

from endpoint.engine.results import Cell
from endpoint.questions.faults import Fault
from endpoint.show.lookup import Select, best_text, concept_label, concept_labels
from endpoint.show.names import names
from endpoint.show.texts import translate
from graph.names.index.address import read_place_id
from graph.names.meaning import find_meaning
from ontology import concepts, vocabulary
from queries.canned import CONCEPT_SCHEMES, LANG, CannedQuery, Parameter

MOST_SUGGESTIONS = 1500
"""Names of places that a field offers; where there are more, it offers none."""
_NUMBERS = {"integer", "count", "year"}
_INDENT = "\u2003"

_COUNTRIES = """SELECT ?country ?code ?label WHERE {
  ?country kk:isoCode ?code ; rdfs:label ?label . FILTER EXISTS { ?place kk:country ?country } }"""
_PLACES = f"""SELECT ?place ?label WHERE {{
  {{ SELECT DISTINCT ?place WHERE {{ ?place kk:partnerOf ?partner }} LIMIT {MOST_SUGGESTIONS + 1} }}
  ?place rdfs:label ?label }}"""
"""Prefixes are put before these by the caller's `select`."""


@dataclass(frozen=True)
class Option:
    """One line of a select; `aliases` are other words for its value, in small letters."""

    value: str
    text: str
    aliases: frozenset[str] = frozenset()

    def means(self, word: str) -> bool:
        """Return whether a word is its value, text or alias, in any case."""
        folded = word.casefold()
        return folded in {self.value.casefold(), self.text.strip().casefold()} | self.aliases


@dataclass(frozen=True)
class Field:
    """One field of a form; `kind` is select or the type of an input."""

    name: str
    label: str
    kind: str
    value: str
    required: bool
    options: tuple[Option, ...] = ()
    suggestions: tuple[str, ...] = ()
    hint: str = ""
    error: Fault | None = None


def form_fields(
    query: CannedQuery,
    values: Mapping[str, str],
    language: str,
    select: Select,
    fault: Fault | None = None,
) -> tuple[Field, ...]:
    """Return the fields of the query's form, filled with `values` or else the defaults.

    The language has no field: the page sets it. `fault` is said at the field of its parameter. `select`
    answers a SELECT; our prefixes are put before it. Raises the QueryError tree.
    """
    name = fault.parameter if fault else ""
    return tuple(
        parameter_field(parameter, values, language, select, fault if parameter.name == name else None)
        for parameter in query.parameters
        if parameter != LANG
    )


def parameter_field(
    parameter: Parameter, values: Mapping[str, str], language: str, select: Select, error: Fault | None = None
) -> Field:
    """Return the field of one parameter: a select, a number, a text, or a text with suggestions of places."""
    optional = parameter.is_optional
    value = values.get(parameter.name, parameter.default or "").strip()
    if not value and not optional:
        value = parameter.default or ""
    label = parameter.label.get(language) or parameter.label.get("en") or parameter.name
    field = Field(parameter.name, label, "text", value, not optional, error=error)
    if options := _options(parameter, language, select):
        return _with_options(field, options)
    if parameter.kind == "place":
        return _with_places(field, language, select)
    return replace(field, kind="number") if parameter.kind in _NUMBERS and _is_number(value) else field


def _with_options(field: Field, options: tuple[Option, ...]) -> Field:
    """Return the field as a select, with an option more for a value that none of them means."""
    chosen = next((option.value for option in options if option.means(field.value)), None)
    if chosen is None and field.value:
        options += (Option(field.value, field.value),)
    return replace(field, kind="select", value=field.value if chosen is None else chosen, options=options)


def _with_places(field: Field, language: str, select: Select) -> Field:
    """Return the field with suggestions, and the name of the place in place of its id."""
    return replace(
        field,
        value=_readable(field.value, language),
        suggestions=_suggestions(language, select),
        hint=translate("question.example", language),
    )


def _options(parameter: Parameter, language: str, select: Select) -> tuple[Option, ...]:
    """Return what may be chosen, empty for a free field."""
    if parameter.kind == "country":
        return _countries(language, select)
    if parameter.kind not in CONCEPT_SCHEMES:
        return tuple(Option(choice, choice) for choice in parameter.choices)
    found = _concepts(CONCEPT_SCHEMES[parameter.kind], language)
    return tuple(option for option in found if not parameter.choices or option.value in parameter.choices)


def _countries(language: str, select: Select) -> tuple[Option, ...]:
    """Return the countries by name; all their labels, their IRIs and ids are aliases of their codes."""
    labels: dict[tuple[str, str], list[Cell]] = {}
    for row in select(_COUNTRIES).rows:
        labels.setdefault((row["country"].value, row["code"].value), []).append(row["label"])
    options = []
    for (iri, code), cells in labels.items():
        aliases = {cell.value.casefold() for cell in cells} | {iri.casefold(), _local(iri).casefold()}
        options.append(Option(code, best_text(cells, language), frozenset(aliases)))
    return tuple(sorted(options, key=lambda option: option.text.casefold()))


@cache
def _concepts(scheme: str, language: str) -> tuple[Option, ...]:
    """Return the concepts of a scheme in the order of its tree, narrower ones indented below the broader."""
    iris = set(concepts(scheme).values())
    children: dict[str, list[str]] = {}
    for iri in iris:
        broader = str(vocabulary().value(URIRef(iri), SKOS.broader) or "")
        children.setdefault(broader if broader in iris else "", []).append(iri)
    return tuple(_branch("", children, language))


def _branch(
    parent: str, children: Mapping[str, list[str]], language: str, depth: int = 0
) -> Iterator[Option]:
    for iri in sorted(children.get(parent, ()), key=lambda iri: concept_label(iri, language).casefold()):
        labels = (label.casefold() for label in concept_labels(iri).values())
        text = _INDENT * depth + concept_label(iri, language)
        yield Option(_local(iri), text, frozenset({iri.casefold(), *labels}))
        yield from _branch(iri, children, language, depth + 1)


def _local(iri: str) -> str:
    return iri.rsplit("/", 1)[1]


def _suggestions(language: str, select: Select) -> tuple[str, ...]:
    """Return the names of all places with a partner, none when they are too many to offer."""
    labels: dict[str, list[Cell]] = {}
    for row in select(_PLACES).rows:
        labels.setdefault(row["place"].value, []).append(row["label"])
    if len(labels) > MOST_SUGGESTIONS:
        return ()
    return tuple(sorted({best_text(cells, language) for cells in labels.values()}))


def _readable(value: str, language: str) -> str:
    """Return the name of the place with this id or address, if it alone has it; else the value itself."""
    index = names()
    place = index.find(value) if read_place_id(value) else None
    if place is None:
        return value
    label = place.label(language)
    return label if find_meaning(label, index).places == (place,) else place.id


def _is_number(value: str) -> bool:
    return not value or value.removeprefix("-").isdecimal()

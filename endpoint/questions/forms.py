"""The form of a question: one field for each parameter, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from rdflib import URIRef
from rdflib.namespace import SKOS

from endpoint.engine.results import Cell
from endpoint.show.labels import Select, best_text, concept_label, concept_labels
from endpoint.show.texts import translate
from ontology import PREFIXES, concepts, vocabulary
from queries.header import CONCEPT_SCHEMES, LANG, CannedQuery, Parameter
from queries.terms import iri_term

_NUMBERS = {"integer", "year"}
_MOST_SUGGESTIONS = 1500
_INDENT = "\u2003"
_PLACE_ID = re.compile(r"(Q[1-9][0-9]*|x-[a-z0-9-]+)")

_COUNTRIES = """SELECT ?country ?code ?label WHERE {
  ?country kk:isoCode ?code ; rdfs:label ?label . FILTER EXISTS { ?place kk:country ?country } }"""
_PLACES = f"""SELECT ?place ?label WHERE {{
  {{ SELECT DISTINCT ?place WHERE {{ ?place kk:partnerOf ?partner }} LIMIT {_MOST_SUGGESTIONS + 1} }}
  ?place rdfs:label ?label }}"""
_NAMESAKES = """SELECT DISTINCT ?place ?name WHERE {{
  {place} rdfs:label ?name . FILTER(LANG(?name) = "{language}")
  ?place rdfs:label ?name ; kk:partnerOf ?partner }}"""
"""Prefixes are put before these by the caller's `select`."""


@dataclass(frozen=True)
class Option:
    """One line of a select."""

    value: str
    text: str


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
    error: str = ""


def form_fields(
    query: CannedQuery,
    values: Mapping[str, str],
    language: str,
    select: Select,
    problem: tuple[str, str] | None = None,
) -> tuple[Field, ...]:
    """Return the fields of the query's form, filled with `values` or else the defaults.

    The language has no field: the page sets it.

    `problem` is a parameter's name and what is wrong with its value.
    """
    name, message = problem or ("", "")
    return tuple(
        parameter_field(parameter, values, language, select, message if parameter.name == name else "")
        for parameter in query.parameters
        if parameter != LANG
    )


def parameter_field(
    parameter: Parameter, values: Mapping[str, str], language: str, select: Select, error: str = ""
) -> Field:
    """Return the field of one parameter."""
    optional = parameter.variable.startswith("__")
    value = values.get(parameter.name, parameter.default or "").strip()
    if not value and not optional:
        value = parameter.default or ""
    label = parameter.label.get(language) or parameter.label.get("en") or parameter.name
    options = _options(parameter, language, select)
    if options:
        chosen = _choose(options, value)
        shown = tuple(option for option, _ in options)
        if chosen == value and value and value not in {option.value for option in shown}:
            shown += (Option(value, value),)
        return Field(parameter.name, label, "select", chosen, not optional, shown, error=error)
    kind = "number" if parameter.kind in _NUMBERS and _is_number(value) else "text"
    if parameter.kind != "place":
        return Field(parameter.name, label, kind, value, not optional, error=error)
    hint, readable = translate("question.example", language), _readable(value, language, select)
    suggestions = _suggestions(language, select)
    return Field(parameter.name, label, kind, readable, not optional, (), suggestions, hint, error)


_Aliases = frozenset[str]


def _options(parameter: Parameter, language: str, select: Select) -> list[tuple[Option, _Aliases]]:
    """Return what may be chosen, each with the other words that mean it; empty for a free field."""
    if parameter.kind == "country":
        return _countries(language, select)
    if parameter.kind not in CONCEPT_SCHEMES:
        return [(Option(choice, choice), frozenset()) for choice in parameter.choices]
    found = _concepts(CONCEPT_SCHEMES[parameter.kind], language)
    return [pair for pair in found if not parameter.choices or pair[0].value in parameter.choices]


def _choose(options: list[tuple[Option, _Aliases]], value: str) -> str:
    """Return the option that `value` means, by value, text or alias in any case; else `value` itself."""
    wanted = value.casefold()
    for option, aliases in options:
        if wanted in {option.value.casefold(), option.text.strip().casefold()} or wanted in aliases:
            return option.value
    return value


def _countries(language: str, select: Select) -> list[tuple[Option, _Aliases]]:
    labels: dict[tuple[str, str], list[Cell]] = {}
    for row in select(_COUNTRIES).rows:
        labels.setdefault((row["country"].value, row["code"].value), []).append(row["label"])
    options = []
    for (iri, code), cells in labels.items():
        aliases = frozenset(cell.value.casefold() for cell in cells)
        names = aliases | {iri.casefold(), iri.rsplit("/", 1)[1].casefold()}
        options.append((Option(code, best_text(cells, language)), names))
    return sorted(options, key=lambda pair: pair[0].text.casefold())


@cache
def _concepts(scheme: str, language: str) -> tuple[tuple[Option, _Aliases], ...]:
    """Return the concepts of a scheme in the order of its tree, narrower ones indented below the broader."""
    iris = set(concepts(scheme).values())
    children: dict[str, list[str]] = {}
    for iri in iris:
        broader = str(vocabulary().value(URIRef(iri), SKOS.broader) or "")
        children.setdefault(broader if broader in iris else "", []).append(iri)
    return tuple(_branch("", children, language))


def _branch(
    parent: str, children: Mapping[str, list[str]], language: str, depth: int = 0
) -> Iterator[tuple[Option, _Aliases]]:
    for iri in sorted(children.get(parent, ()), key=lambda iri: concept_label(iri, language).casefold()):
        labels = (label.casefold() for label in concept_labels(iri).values())
        text = _INDENT * depth + concept_label(iri, language)
        yield Option(iri.rsplit("/", 1)[1], text), frozenset({iri.casefold(), *labels})
        yield from _branch(iri, children, language, depth + 1)


def _suggestions(language: str, select: Select) -> tuple[str, ...]:
    """Return the names of all places with a partner, none when they are too many to offer."""
    labels: dict[str, list[Cell]] = {}
    for row in select(_PLACES).rows:
        labels.setdefault(row["place"].value, []).append(row["label"])
    if len(labels) > _MOST_SUGGESTIONS:
        return ()
    return tuple(sorted({best_text(cells, language) for cells in labels.values()}))


def _readable(value: str, language: str, select: Select) -> str:
    """Return the name for a place's id, as far as no other place has that name, else the value itself."""
    if not _PLACE_ID.fullmatch(value):
        return value
    rows = select(_NAMESAKES.format(place=iri_term(PREFIXES["place"] + value), language=language)).rows
    return rows[0]["name"].value if len(rows) == 1 else value


def _is_number(value: str) -> bool:
    return not value or value.removeprefix("-").isdecimal()

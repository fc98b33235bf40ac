"""What the nodes of Wikidata's RDF say: a statement, a reference, a time, the triples of an item.

The form is that of https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from graph.model.iris import is_qid
from loaders.wikidata.item import ALL_LANGUAGES, LANGUAGES
from loaders.wikidata.model import (
    END,
    POINT_IN_TIME,
    REFERENCE_URL,
    RETRIEVED,
    START,
    STATED_IN,
    Moment,
    Reference,
    Value,
)
from loaders.wikidata.rdf.triples import Triple
from loaders.wikidata.twinning import read_day

_BASE = "http://www.wikidata.org/"
ENTITY, STATEMENT = f"{_BASE}entity/", f"{_BASE}entity/statement/"
DIRECT, LINK, VALUE = f"{_BASE}prop/direct/", f"{_BASE}prop/", f"{_BASE}prop/statement/"
QUALIFIER, QUALIFIER_VALUE = f"{_BASE}prop/qualifier/", f"{_BASE}prop/qualifier/value/"
REFERENCE, NO_VALUE = f"{_BASE}prop/reference/", f"{_BASE}prop/novalue/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
ALIAS = "http://www.w3.org/2004/02/skos/core#altLabel"
SAME_AS = "http://www.w3.org/2002/07/owl#sameAs"
DERIVED_FROM = "http://www.w3.org/ns/prov#wasDerivedFrom"
_WIKIBASE = "http://wikiba.se/ontology#"
RANK = f"{_WIKIBASE}rank"
_TIME, _PRECISION = f"{_WIKIBASE}timeValue", f"{_WIKIBASE}timePrecision"
_CALENDAR, _JULIAN = f"{_WIKIBASE}timeCalendarModel", f"{ENTITY}Q1985786"

TIMES = (START, END, POINT_IN_TIME)
"""The qualifiers of a twinning that are times."""

_UNKNOWN = ("_:", f"{_BASE}.well-known/genid/")
"""How an unknown value (`somevalue`) starts: a blank node, or what stands for one."""
_SUBJECT = re.compile(re.escape(ENTITY) + r"(?:statement/)?([Qq]\d+)(?:-.*)?")

Node = dict[str, list[Triple]]
"""Triples of one subject by predicate."""


def add_triple(node: Node, triple: Triple) -> None:
    """Add a triple to the node that it is about."""
    node.setdefault(triple.predicate, []).append(triple)


def find_item(subject: str) -> str:
    """Return the item that a subject is, or is a statement of; empty for any other subject."""
    match = _SUBJECT.fullmatch(subject)
    return match[1].upper() if match else ""


def values(node: Node, predicate: str) -> list[str]:
    """Return the values of a predicate, each once, in the order of the file."""
    return list(dict.fromkeys(triple.value for triple in node.get(predicate, ())))


def has_none(node: Node, name: str) -> bool:
    """Return whether a statement or an item says that there is no value of a property."""
    return NO_VALUE + name in values(node, TYPE)


def is_unknown(value: str) -> bool:
    """Return whether a value only says that there is one (`somevalue`)."""
    return value.startswith(_UNKNOWN)


def qid(value: str) -> str:
    """Return the id of the item that an IRI names; empty for what is no item."""
    local = value.removeprefix(ENTITY)
    return local if local != value and is_qid(local) else ""


def read_target(value: str = "") -> tuple[str, str]:
    """Return the item that a twinning lists and no kind, or no item and the kind of what is there instead.

    Without a value, or with `NO_VALUE`, there is none. Raises ValueError for what is no item.
    """
    if value in ("", NO_VALUE):
        return "", "novalue"
    if is_unknown(value):
        return "", "somevalue"
    if not qid(value):
        raise ValueError(f"{value} is no item")
    return qid(value), ""


def needed_nodes(statement: Node) -> list[str]:
    """Return the nodes that hold the times and references of a statement."""
    names = [*(QUALIFIER_VALUE + name for name in TIMES), DERIVED_FROM]
    return [value for name in names for value in values(statement, name)]


def rank(statement: Node) -> str:
    """Return the rank of a statement, "normal" where none is told; raises ValueError for several."""
    stated = values(statement, RANK) or [f"{_WIKIBASE}NormalRank"]
    if len(stated) > 1:
        raise ValueError(f"it has {len(stated)} ranks")
    return stated[0].removeprefix(_WIKIBASE).removesuffix("Rank").lower()


def further_qualifiers(statement: Node) -> list[str]:
    """Return the properties of the qualifiers that are no times of a twinning."""
    names = {name.rsplit("/", 1)[1] for name in statement if name.startswith(QUALIFIER)}
    return sorted(names - {*TIMES})


def read_reference(node: Node) -> Reference:
    """Return what a reference cites; of several values of a property the first."""
    urls, works, days = (values(node, REFERENCE + name) for name in (REFERENCE_URL, STATED_IN, RETRIEVED))
    return Reference(
        url=next((url for url in urls if not is_unknown(url)), ""),
        stated_in=next(filter(None, map(qid, works)), ""),
        retrieved=read_day(days[0]) if days else None,
    )


def read_moment(node: Node) -> Moment:
    """Return a time with its precision; Wikidata writes Julian days of its data as Gregorian ones in RDF."""
    precision = next(iter(values(node, _PRECISION)), "0")
    time = next(iter(values(node, _TIME)), "")
    return Moment(time, int(precision), _JULIAN in values(node, _CALENDAR))


def read_labels(node: Node) -> dict[str, str]:
    """Return the names of an item by language."""
    return {triple.language: triple.value for triple in node.get(LABEL, ())}


def read_aliases(node: Node) -> list[str]:
    """Return the further names of an item in the languages that are kept."""
    kept = {*LANGUAGES, ALL_LANGUAGES}
    return [triple.value for triple in node.get(ALIAS, ()) if triple.language in kept]


def stated_values(statements: Iterable[Node], name: str) -> list[Value]:
    """Return the values that statements give a property, with rank and qualifiers."""
    return [
        _value(triple, rank(node), bool(values(node, QUALIFIER + END)), _time(node))
        for node in statements
        for triple in node.get(VALUE + name, ())
        if not is_unknown(triple.value)
    ]


def direct_values(node: Node, name: str) -> list[Value]:
    """Return the values of a property by an item's own triples: those of the best rank (truthy)."""
    return [_value(triple) for triple in node.get(DIRECT + name, ()) if not is_unknown(triple.value)]


def _value(triple: Triple, rank: str = "normal", ended: bool = False, time: str = "") -> Value:
    return Value(qid(triple.value) or triple.value, rank, triple.language, ended, time)


def _time(statement: Node) -> str:
    times = values(statement, QUALIFIER + POINT_IN_TIME)
    return max((time for time in times if not is_unknown(time)), default="")

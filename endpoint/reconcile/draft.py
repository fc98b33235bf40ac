"""Version 1.0 of the Reconciliation Service API, as its draft stands: conditions in, answers in order.

https://reconciliation-api.github.io/specs/draft/. What decides is the same as for version 0.2. Conditions may
have the short names of earlier drafts too (pid, v). A condition that is required leaves out the places that
do not agree with it, of a name those that are not written so; a quantifier ``none`` and qualifiers are not
offered, and refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from msgspec import Meta, Struct

from endpoint.reconcile.answer import Json, Turn, answer_extension, describe_candidate
from endpoint.reconcile.properties import PROPERTIES_BY_ID, Value
from endpoint.reconcile.request import (
    LONGEST_TEXT,
    MOST_LIMIT,
    MOST_QUERIES,
    MOST_VALUES,
    EntityObject,
    Extension,
    Position,
    Scalar,
    Text,
    read_condition,
    read_json,
    read_named_type,
    value_text,
)
from endpoint.show.texts import translate
from graph.errors import ParameterError
from graph.names.index.ask import NameIndex
from graph.names.match import DEFAULT_LIMIT, Candidate, Condition, Query, find_candidates

VERSION = "1.0-draft"
FEATURES = ("name", "exactName", "type", "where")
"""The matching features that are no properties; each has a text ``reconcile.feature.<id>``."""


class _ConditionObject(Struct, forbid_unknown_fields=True):
    matchType: Literal["name", "property"]
    propertyId: Text | None = None
    pid: Text | None = None
    propertyValue: Scalar | EntityObject | list[Scalar | EntityObject] = None
    v: Scalar | EntityObject | list[Scalar | EntityObject] = None
    required: bool = False
    matchQuantifier: Literal["any", "all", "none"] = "any"
    matchQualifier: Text | None = None
    lang: Text | None = None
    dir: Literal["ltr", "rtl", "auto"] | None = None


class _QueryObject(Struct, forbid_unknown_fields=True):
    conditions: Annotated[list[_ConditionObject], Meta(min_length=1)]
    type: Text | None = None
    limit: Annotated[int, Meta(ge=1)] | None = None
    lang: Text | None = None
    dir: Literal["ltr", "rtl", "auto"] | None = None


class _BatchObject(Struct):
    queries: list[object]


@dataclass(frozen=True)
class DraftQuery:
    """A query of the draft as one that is understood, and the properties that a candidate must agree in."""

    query: Query
    required: frozenset[str] = frozenset()


@dataclass(frozen=True)
class DraftBatch:
    """The queries of a batch in order, None for one that nothing can answer; and what is wrong in it."""

    queries: tuple[DraftQuery | None, ...]
    problems: tuple[ParameterError, ...] = ()


def read_draft_batch(text: str) -> DraftBatch:
    """Return the queries of a batch; one that is wrong keeps no other from its answer.

    Raises ParameterError when there is none that is right.
    """
    position = Position("queries")
    given = position.convert(read_json(text, position), _BatchObject).queries
    if len(given) > MOST_QUERIES:
        position.refuse(len(given), f"queries are too many; send at most {MOST_QUERIES} at a time")
    queries: list[DraftQuery | None] = []
    problems: list[ParameterError] = []
    for number, query in enumerate(given):
        try:
            queries.append(_read_query(query, position.at(str(number))))
        except ParameterError as problem:
            queries.append(None)
            problems.append(problem)
    if problems and len(problems) == len(given):
        raise problems[0]
    return DraftBatch(tuple(queries), tuple(problems))


def _read_query(value: object, position: Position) -> DraftQuery | None:
    """Return a query, None for a cell that no place can have as its name: a blank one, one too long."""
    given = position.convert(value, _QueryObject)
    text, conditions, required = "", list[Condition](), set[str]()
    for number, stated in enumerate(given.conditions):
        where = position.at("conditions", str(number))
        _check_offered(stated, where)
        if stated.matchType == "name":
            text = _read_name(stated, where, text)
            required |= {"exactName"} if stated.required else set()
            continue
        found = _read_property(stated, where)
        conditions += found
        required |= {condition.id for condition in found if stated.required}
    if sum(len(condition.values) for condition in conditions) > MOST_VALUES:
        position.refuse(len(conditions), f"has too many values; state at most {MOST_VALUES}")
    types = (read_named_type(given.type, position.at("type")),) if given.type else ()
    if len(text) > LONGEST_TEXT or not (text or conditions):
        return None
    limit = min(given.limit or DEFAULT_LIMIT, MOST_LIMIT)
    return DraftQuery(Query(text, types, limit=limit, conditions=tuple(conditions)), frozenset(required))


def _check_offered(stated: _ConditionObject, position: Position) -> None:
    if stated.matchQualifier is not None:
        position.at("matchQualifier").refuse(stated.matchQualifier, "is no qualifier here; there is none")
    if stated.matchQuantifier == "none":
        position.at("matchQuantifier").refuse("none", "is not offered here; there is: any, all")


def _values_of(stated: _ConditionObject) -> list[Scalar | EntityObject]:
    given = stated.v if stated.propertyValue is None else stated.propertyValue
    return given if isinstance(given, list) else [given]


def _read_name(stated: _ConditionObject, position: Position, before: str) -> str:
    """Return the one name of a query; a second one is refused."""
    names = [text for value in _values_of(stated) if (text := value_text(value))]
    if len(names) + bool(before) > 1:
        position.refuse(names[-1], "is another name; a query has one, so ask for each by itself")
    return names[0] if names else before


def _read_property(stated: _ConditionObject, position: Position) -> list[Condition]:
    """Return the conditions on a property: one, or for ``all`` one for each value."""
    condition = read_condition(
        stated.propertyId or stated.pid or "", _values_of(stated), position, "propertyId"
    )
    if not condition.values:
        return []
    if stated.matchQuantifier == "any" or len(condition.values) == 1:
        return [condition]
    return position.refuse(
        condition.id, "cannot have all of several values; a place has one of each property"
    )


def answer_draft_batch(batch: DraftBatch, index: NameIndex, language: str, turn: Turn) -> Json:
    """Return a result batch: the candidates of each query, in its order, in a turn each."""
    return {"results": [{"candidates": _answer(query, index, language, turn)} for query in batch.queries]}


def _answer(query: DraftQuery | None, index: NameIndex, language: str, turn: Turn) -> list[Json]:
    if query is None:
        return []
    asked = query.query
    with turn():
        found = find_candidates(replace(asked, limit=MOST_LIMIT) if query.required else asked, index)
    kept = [candidate for candidate in found if _agrees(candidate, query.required)]
    return [_describe(candidate, index, language) for candidate in kept[: asked.limit]]


def _agrees(candidate: Candidate, required: frozenset[str]) -> bool:
    """Return whether a place has what is required: what is not known of it is not had."""
    features = dict(candidate.features)
    return all(features.get(name) is True for name in required)


def _describe(candidate: Candidate, index: NameIndex, language: str) -> Json:
    described = describe_candidate(candidate, index, language)
    described["features"] = [
        {**feature, "name": _name_feature(feature["id"], language)} for feature in described["features"]
    ]
    return described


def _name_feature(feature: str, language: str) -> str:
    property_ = PROPERTIES_BY_ID.get(feature)
    return property_.name(language) if property_ else translate(f"reconcile.feature.{feature}", language)


def answer_draft_extension(extension: Extension, index: NameIndex, language: str, turn: Turn) -> Json:
    """Return the properties of places, row by row in the order of the ids."""
    answered = answer_extension(extension, index, language, turn)
    rows: Mapping[str, Mapping[str, list[Value]]] = answered["rows"]
    return {
        "meta": answered["meta"],
        "rows": [
            {"id": id_, "properties": [{"id": name, "values": values} for name, values in row.items()]}
            for id_, row in rows.items()
        ],
    }

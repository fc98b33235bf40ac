"""What a request asks, read by schema: reconciliation queries and data extension queries.

https://reconciliation-api.github.io/specs/0.2/#structure-of-a-reconciliation-query and
https://reconciliation-api.github.io/specs/0.2/#data-extension-query-requests

The schemas also take what clients send beyond the letter of the protocol: null for a field that is left out,
a type as an object with an id, the limit of a property as text, an empty array for no settings.
"""

from __future__ import annotations

import json
import math
import re
import reprlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn, TypeVar

import msgspec
from msgspec import Meta, Struct

from endpoint.reconcile.properties import PROPERTIES, PROPERTIES_BY_ID, Property, read_type
from graph.errors import ParameterError
from graph.names.index.entry import TYPES
from graph.names.match import ALL, ANY, DEFAULT_LIMIT, SHOULD, Condition, Query

MOST_QUERIES = 1000
MOST_LIMIT = 100
"""Candidates for a query."""
MOST_VALUES = 50
"""Values of all properties of a query."""
LONGEST_TEXT = 200
"""Characters of a name, a value or an id."""
_SHOWN = 60
_COMPARABLE = [property_.id for property_ in PROPERTIES if property_.comparison]

Text = Annotated[str, Meta(max_length=LONGEST_TEXT)]
Scalar = str | int | float | bool | None
_Schema = TypeVar("_Schema")


class EntityObject(Struct):
    """A value that is a place: its id, its name, or both."""

    id: Scalar = None
    name: Scalar = None


class _TypeObject(Struct):
    id: Text


class _PropertyObject(Struct):
    pid: Text
    v: Scalar | EntityObject | list[Scalar | EntityObject] = None


class _QueryObject(Struct, forbid_unknown_fields=True):
    query: Scalar = None
    type: Text | _TypeObject | list[Text | _TypeObject] | None = None
    type_strict: Text | None = None
    limit: Annotated[int, Meta(ge=1)] | None = None
    properties: list[_PropertyObject] | None = None


class _SettingsObject(Struct, forbid_unknown_fields=True):
    limit: Annotated[int, Meta(ge=0)] | Annotated[Text, Meta(pattern="^[0-9]*$")] | None = None


class _ExtendedObject(Struct):
    id: Text
    settings: _SettingsObject | Annotated[list[Any], Meta(max_length=0)] | None = None


class _ExtensionObject(Struct):
    ids: Annotated[list[Text], Meta(max_length=MOST_QUERIES)]
    properties: list[_ExtendedObject]


@dataclass(frozen=True)
class ExtendedProperty:
    """A property that a data extension asks for; `limit` is how many of its values, 0 for all."""

    property: Property
    limit: int = 0


@dataclass(frozen=True)
class Batch:
    """The queries of a batch by their keys, None for one that nothing can answer; and what is wrong in it."""

    queries: Mapping[str, Query | None]
    problems: tuple[ParameterError, ...] = ()


@dataclass(frozen=True)
class Extension:
    """A data extension query: properties, each once, of the places with these ids."""

    ids: tuple[str, ...]
    properties: tuple[ExtendedProperty, ...]


@dataclass(frozen=True)
class Position:
    """A place in the JSON of a parameter, for errors: `path` has the keys and numbers that lead to it."""

    parameter: str
    path: tuple[str, ...] = ()

    def at(self, *steps: str) -> Position:
        """Return the place that these steps lead to from here."""
        return Position(self.parameter, (*self.path, *steps))

    def convert(self, value: object, schema: type[_Schema]) -> _Schema:
        """Return the value as an instance of the schema; raises ParameterError where it does not fit."""
        try:
            return msgspec.convert(value, schema)
        except (msgspec.ValidationError, UnicodeEncodeError) as exc:  # the latter of half a surrogate pair
            what, _, path = str(exc).partition(" - at `$")
            steps = re.findall(r"\w+", path)
            self.at(*steps).refuse(_follow(value, steps), f"does not fit: {what}")

    def refuse(self, value: object, what: str) -> NoReturn:
        """Raise ParameterError that says where a value stands and what is wrong with it."""
        shown = value if isinstance(value, str) else reprlib.repr(value)
        where = f"at {'.'.join(self.path)} " if self.path else ""
        raise ParameterError(self.parameter, _printable(shown[:_SHOWN]), _printable(where + what))


def _follow(value: object, steps: Iterable[str]) -> object:
    """Return what keys and numbers lead to in JSON, as far as they lead."""
    for step in steps:
        if isinstance(value, list):
            value = {str(number): item for number, item in enumerate(value)}
        if not isinstance(value, dict) or step not in value:
            return value
        value = value[step]
    return value


def _printable(text: str) -> str:
    """Return a text that any page can hold: JSON may have half of a surrogate pair."""
    return text.encode("utf-8", "backslashreplace").decode()


def read_batch(text: str) -> Batch:
    """Return the queries of a batch by their keys.

    One that is wrong keeps no other from its answer. Raises ParameterError when there is none that is right.
    """
    position = Position("queries")
    given = position.convert(read_json(text, position), dict[str, Any])
    if len(given) > MOST_QUERIES:
        position.refuse(len(given), f"queries are too many; send at most {MOST_QUERIES} at a time")
    queries: dict[str, Query | None] = {}
    problems: list[ParameterError] = []
    for key, query in given.items():
        try:
            queries[key] = _read_query_object(query, position.at(key[:_SHOWN]))
        except ParameterError as problem:
            queries[key] = None
            problems.append(problem)
    if problems and len(problems) == len(given):
        raise problems[0]
    return Batch(queries, tuple(problems))


def read_query(text: str) -> Query | None:
    """Return the query of version 0.1: a text, or an object as in a batch. Raises ParameterError."""
    position = Position("query")
    is_object = text.lstrip().startswith("{")
    return _read_query_object(read_json(text, position) if is_object else {"query": text}, position)


def read_extension(text: str) -> Extension:
    """Return a data extension query, of any version. Raises ParameterError."""
    position = Position("extend")
    given = position.convert(read_json(text, position), _ExtensionObject)
    properties = [
        _read_extended(extended, position.at("properties", str(number)))
        for number, extended in enumerate(given.properties)
    ]
    names = [extended.property.id for extended in properties]
    if len(set(names)) < len(names):
        position.at("properties").refuse(names, "names a property twice")
    return Extension(tuple(text.strip() for text in given.ids), tuple(properties))


def read_json(text: str, position: Position) -> object:
    """Return JSON as it is read here: no key twice, numbers of double precision. Raises ParameterError."""
    try:
        return json.loads(
            text,
            object_pairs_hook=_unique_keys,
            parse_int=_finite_number,
            parse_float=_finite_number,
            parse_constant=_finite_number,
        )
    except json.JSONDecodeError as exc:
        position.refuse(text, f"is not JSON: {exc.msg} (line {exc.lineno}, column {exc.colno})")
    except RecursionError:
        position.refuse(text, "is nested too deeply")
    except ValueError as exc:
        position.refuse(text, f"cannot be read: {exc}")


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _finite_number(text: str) -> int | float | str:
    """Return a number as JSON has it, of double precision: 5.0 is 5 (RFC 8259, section 6).

    One that double precision does not hold (1e400, NaN, 5,000 digits) stays the text that it is.
    """
    number = float(text)
    if not math.isfinite(number):
        return text
    return int(number) if number.is_integer() else number


def _read_query_object(value: object, position: Position) -> Query | None:
    """Return a query, None for a cell that no place can have as its name: a blank one, one too long."""
    given = position.convert(value, _QueryObject)
    text = value_text(given.query)
    conditions = _read_conditions(given.properties or [], position.at("properties"))
    if given.type_strict not in (None, ANY, ALL, SHOULD):
        position.at("type_strict").refuse(given.type_strict, "must be any, all or should")
    kinds = given.type if isinstance(given.type, list) else [given.type] if given.type else []
    types = tuple(read_named_type(kind, position.at("type")) for kind in kinds)
    if len(text) > LONGEST_TEXT or not (text or conditions):
        return None
    return Query(
        text,
        types,
        given.type_strict or SHOULD,
        min(given.limit or DEFAULT_LIMIT, MOST_LIMIT),
        conditions,
    )


def read_named_type(given: str | _TypeObject, position: Position) -> str:
    """Return the class that a type means. Raises ParameterError."""
    text = given if isinstance(given, str) else given.id
    known = ", ".join(TYPES)
    return read_type(text) or position.refuse(text, f"is no type of this service; there is: {known}")


def _read_conditions(given: Sequence[_PropertyObject], position: Position) -> tuple[Condition, ...]:
    conditions = [
        read_condition(
            stated.pid, stated.v if isinstance(stated.v, list) else [stated.v], position.at(str(number))
        )
        for number, stated in enumerate(given)
    ]
    count = sum(len(condition.values) for condition in conditions)
    if count > MOST_VALUES:
        position.refuse(count, f"values are too many; state at most {MOST_VALUES} in a query")
    return tuple(condition for condition in conditions if condition.values)


def read_condition(
    name: str, values: Sequence[Scalar | EntityObject], position: Position, key: str = "pid"
) -> Condition:
    """Return what is stated of a place by a property; raises ParameterError for one that cannot be stated."""
    found = PROPERTIES_BY_ID.get(name.strip())
    if found is None or found.comparison is None:
        known = ", ".join(_COMPARABLE)
        position.at(key).refuse(name, f"cannot be stated of a place; there is: {known}")
    return Condition(
        found.id,
        found.comparison,
        tuple(text[: LONGEST_TEXT + 1] for value in values if (text := value_text(value))),
    )


def value_text(value: Scalar | EntityObject) -> str:
    """Return a value as text, an entity by its id, else its name; empty for null, true and false."""
    if isinstance(value, EntityObject):
        return value_text(value.id or value.name)
    return "" if value is None or isinstance(value, bool) else str(value).strip()


def _read_extended(given: _ExtendedObject, position: Position) -> ExtendedProperty:
    found = PROPERTIES_BY_ID.get(given.id.strip())
    if found is None:
        known = ", ".join(PROPERTIES_BY_ID)
        position.at("id").refuse(given.id, f"is no property of this service; there is: {known}")
    limit = given.settings.limit if isinstance(given.settings, _SettingsObject) else None
    return ExtendedProperty(found, int(limit or 0))

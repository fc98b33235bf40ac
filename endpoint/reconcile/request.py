"""What a request asks, read by schema: reconciliation queries and data extension queries.

https://reconciliation-api.github.io/specs/0.2/#structure-of-a-reconciliation-query and
https://reconciliation-api.github.io/specs/0.2/#data-extension-query-requests

The schemas also take what clients send beyond the letter of the protocol: null for a field that is left out,
a type as an object with an id, the limit of a property as text.
"""

from __future__ import annotations

import json
import math
import re
import reprlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn, TypeVar

import msgspec
from msgspec import Meta, Struct

from endpoint.reconcile.index import TYPES
from endpoint.reconcile.match import DEFAULT_LIMIT, SHOULD, Query, Stated
from endpoint.reconcile.properties import BY_ID, PROPERTIES, Property, read_type
from graph.errors import ParameterError

MOST_QUERIES = 1000
MOST_LIMIT = 100
MOST_VALUES = 50
"""Property values of one query."""
LONGEST_TEXT = 200
_SHOWN = 60
_CONSTRAINTS = [one.id for one in PROPERTIES if one.constraint]

_Text = Annotated[str, Meta(max_length=LONGEST_TEXT)]
_Scalar = _Text | int | float | bool | None
_Schema = TypeVar("_Schema")


class _EntityObject(Struct):
    id: _Scalar = None
    name: _Scalar = None


class _TypeObject(Struct):
    id: _Text


class _PropertyObject(Struct):
    pid: _Text
    v: _Scalar | _EntityObject | list[_Scalar | _EntityObject] = None


class _QueryObject(Struct, forbid_unknown_fields=True):
    query: _Text | None = None
    type: _Text | _TypeObject | list[_Text | _TypeObject] | None = None
    type_strict: Annotated[str, Meta(pattern="^(any|all|should)$")] | None = None
    limit: Annotated[int, Meta(ge=1)] | None = None
    properties: list[_PropertyObject] | None = None


class _SettingsObject(Struct, forbid_unknown_fields=True):
    limit: Annotated[int, Meta(ge=0)] | Annotated[str, Meta(pattern="^[0-9]{0,9}$")] | None = None


class _ExtendedObject(Struct):
    id: _Text
    settings: _SettingsObject | None = None


class _ExtensionObject(Struct):
    ids: Annotated[list[_Text], Meta(max_length=MOST_QUERIES)]
    properties: list[_ExtendedObject]


@dataclass(frozen=True)
class Wanted:
    """A property to be fetched; `most` is how many of its values, 0 for all."""

    property: Property
    most: int = 0


@dataclass(frozen=True)
class Extension:
    """Which properties of which places are wanted."""

    ids: tuple[str, ...]
    wanted: tuple[Wanted, ...]


@dataclass(frozen=True)
class _Position:
    """A place in the JSON of a parameter, for errors: `path` has the keys and numbers that lead to it."""

    parameter: str
    path: tuple[str, ...] = ()

    def at(self, *steps: str) -> _Position:
        return _Position(self.parameter, (*self.path, *steps))

    def convert(self, value: object, schema: type[_Schema]) -> _Schema:
        """Return the value as an instance of the schema; raises ParameterError where it does not fit."""
        try:
            return msgspec.convert(value, schema)
        except (msgspec.ValidationError, UnicodeEncodeError) as exc:  # the latter of half a surrogate pair
            what, _, path = str(exc).partition(" - at `$")
            self.at(*re.findall(r"\w+", path)).refuse(value, f"does not fit: {what}")

    def refuse(self, value: object, what: str) -> NoReturn:
        shown = value if isinstance(value, str) else reprlib.repr(value)
        where = f"at {'.'.join(self.path)} " if self.path else ""
        raise ParameterError(self.parameter, _printable(shown[:_SHOWN]), _printable(where + what))


def _printable(text: str) -> str:
    """Return a text that any page can hold: JSON may have half of a surrogate pair."""
    return text.encode("utf-8", "backslashreplace").decode()


def read_batch(text: str) -> dict[str, Query]:
    """Return the queries of a batch by their keys. Raises ParameterError."""
    position = _Position("queries")
    batch = position.convert(_read_json(text, position), dict[str, Any])
    if len(batch) > MOST_QUERIES:
        position.refuse(len(batch), f"queries are too many; send at most {MOST_QUERIES} at a time")
    return {key: _read_query(query, position.at(key[:_SHOWN])) for key, query in batch.items()}


def read_single(text: str) -> Query:
    """Return one query, as version 0.1 allows: a text, or an object as in a batch. Raises ParameterError."""
    position = _Position("query")
    is_object = text.lstrip().startswith("{")
    return _read_query(_read_json(text, position) if is_object else {"query": text}, position)


def read_extension(text: str) -> Extension:
    """Return what a data extension query asks for. Raises ParameterError."""
    position = _Position("extend")
    given = position.convert(_read_json(text, position), _ExtensionObject)
    wanted = [
        _read_wanted(one, position.at("properties", str(number)))
        for number, one in enumerate(given.properties)
    ]
    names = [one.property.id for one in wanted]
    if len(set(names)) < len(names):
        position.at("properties").refuse(names, "names a property twice")
    return Extension(tuple(text.strip() for text in given.ids), tuple(wanted))


def _read_json(text: str, position: _Position) -> object:
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


def _finite_number(text: str) -> int | float:
    """Return a number as JSON has it, of double precision: 5.0 is 5 (RFC 8259, section 6)."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:_SHOWN]} is no finite number")
    return int(number) if number.is_integer() else number


def _read_query(value: object, position: _Position) -> Query:
    given = position.convert(value, _QueryObject)
    text = (given.query or "").strip()
    stated = _read_stated(given.properties or [], position)
    if not text and not stated:
        position.refuse(value, "needs a query that is not empty, or properties with values")
    types = given.type if isinstance(given.type, list) else [given.type] if given.type else []
    return Query(
        text,
        tuple(_read_type(one, position.at("type")) for one in types),
        given.type_strict or SHOULD,
        min(given.limit or DEFAULT_LIMIT, MOST_LIMIT),
        stated,
    )


def _read_type(given: str | _TypeObject, position: _Position) -> str:
    text = given if isinstance(given, str) else given.id
    return read_type(text) or position.refuse(
        text, f"is no type of this service; there is: {', '.join(TYPES)}"
    )


def _read_stated(given: Sequence[_PropertyObject], position: _Position) -> tuple[Stated, ...]:
    read = [_read_one_stated(one, position.at("properties", str(number))) for number, one in enumerate(given)]
    count = sum(len(one.values) for one in read)
    if count > MOST_VALUES:
        position.at("properties").refuse(
            count, f"values are too many; state at most {MOST_VALUES} in a query"
        )
    return tuple(one for one in read if one.values)


def _read_one_stated(given: _PropertyObject, position: _Position) -> Stated:
    found = BY_ID.get(given.pid.strip())
    if found is None or found.constraint is None:
        position.at("pid").refuse(
            given.pid, f"cannot be stated of a place; there is: {', '.join(_CONSTRAINTS)}"
        )
    values = given.v if isinstance(given.v, list) else [given.v]
    return Stated(found, tuple(text for value in values if (text := _value_text(value))))


def _value_text(value: _Scalar | _EntityObject) -> str:
    """Return a value as text, an entity by its id, else its name; empty for null, true and false."""
    if isinstance(value, _EntityObject):
        return _value_text(value.id or value.name)
    return "" if value is None or isinstance(value, bool) else str(value).strip()


def _read_wanted(given: _ExtendedObject, position: _Position) -> Wanted:
    found = BY_ID.get(given.id.strip())
    if found is None:
        position.at("id").refuse(given.id, f"is no property of this service; there is: {', '.join(BY_ID)}")
    limit = given.settings.limit if given.settings else None
    return Wanted(found, int(limit or 0))

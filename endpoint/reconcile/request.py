"""What a request of the protocol says, read strictly: what cannot be meant is refused, with its place.

https://reconciliation-api.github.io/specs/0.2/#structure-of-a-reconciliation-query and
https://reconciliation-api.github.io/specs/0.2/#data-extension-query-requests
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from endpoint.reconcile.index import TYPES
from endpoint.reconcile.match import ALL, ANY, DEFAULT_LIMIT, SHOULD, Query, Stated
from endpoint.reconcile.properties import BY_ID, PROPERTIES, Property, read_type
from graph.errors import ParameterError

MOST_QUERIES = 1000
MOST_LIMIT = 100
MOST_VALUES = 50
"""Property values of one query."""
LONGEST_TEXT = 200
_SHOWN = 60
_QUERY_FIELDS = frozenset({"query", "type", "limit", "properties", "type_strict"})
_CONSTRAINTS = [one.id for one in PROPERTIES if one.constraint]


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
class _Spot:
    """A place in what was sent, for the words of an error: parameter and path."""

    parameter: str
    path: str = ""

    def at(self, step: str) -> _Spot:
        return _Spot(self.parameter, f"{self.path}.{step}".lstrip("."))

    def refuse(self, value: object, what: str) -> NoReturn:
        text = value if isinstance(value, str) else ascii(value)
        shown = text[:_SHOWN].encode("utf-8", "backslashreplace").decode()
        raise ParameterError(self.parameter, shown, f"{f'at {self.path} ' if self.path else ''}{what}")


def read_batch(text: str) -> dict[str, Query]:
    """Return the queries of a batch by their keys. Raises ParameterError."""
    spot = _Spot("queries")
    batch = _object(_read_json(text, spot), spot)
    if len(batch) > MOST_QUERIES:
        spot.refuse(len(batch), f"queries are too many; send at most {MOST_QUERIES} at a time")
    return {key: _read_query(value, spot.at(key[:_SHOWN])) for key, value in batch.items()}


def read_single(text: str) -> Query:
    """Return one query, as version 0.1 allows: a text, or an object as in a batch. Raises ParameterError."""
    spot = _Spot("query")
    if text.lstrip().startswith("{"):
        return _read_query(_read_json(text, spot), spot)
    return _read_query({"query": text}, spot)


def read_extension(text: str) -> Extension:
    """Return what a data extension query asks for. Raises ParameterError."""
    spot = _Spot("extend")
    asked = _object(_read_json(text, spot), spot)
    ids = [_text(one, spot.at(f"ids.{n}")) for n, one in enumerate(_array(asked, "ids", spot))]
    if len(ids) > MOST_QUERIES:
        spot.refuse(len(ids), f"ids are too many; send at most {MOST_QUERIES} at a time")
    properties = _array(asked, "properties", spot)
    wanted = tuple(_read_wanted(one, spot.at(f"properties.{n}")) for n, one in enumerate(properties))
    if len({one.property.id for one in wanted}) < len(wanted):
        spot.at("properties").refuse([one.property.id for one in wanted], "names a property twice")
    return Extension(tuple(ids), wanted)


def _read_json(text: str, spot: _Spot) -> object:
    try:
        return json.loads(text, object_pairs_hook=_each_once, parse_constant=_no_constant)
    except json.JSONDecodeError as exc:
        where = f"line {exc.lineno}, column {exc.colno}"
        raise ParameterError(spot.parameter, text[:_SHOWN], f"is not JSON: {exc.msg} ({where})") from exc
    except RecursionError as exc:
        raise ParameterError(spot.parameter, text[:_SHOWN], "is nested too deeply") from exc
    except ValueError as exc:
        raise ParameterError(spot.parameter, text[:_SHOWN], f"cannot be read: {exc}") from exc


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _read_query(value: object, spot: _Spot) -> Query:
    given = _object(value, spot)
    if unknown := sorted(given.keys() - _QUERY_FIELDS):
        spot.refuse(unknown[0], f"is no field of a query; there is: {', '.join(sorted(_QUERY_FIELDS))}")
    text = _text(given["query"], spot.at("query")) if given.get("query") is not None else ""
    stated = _read_stated(given.get("properties"), spot.at("properties"))
    if not text and not stated:
        spot.refuse(given, "needs a query that is not empty, or properties with values")
    return Query(
        text,
        _read_types(given.get("type"), spot.at("type")),
        _read_strictness(given.get("type_strict"), spot.at("type_strict")),
        _read_limit(given.get("limit"), spot.at("limit")),
        stated,
    )


def _read_types(value: object, spot: _Spot) -> tuple[str, ...]:
    given = value if isinstance(value, list) else [value] if value else []
    return tuple(_read_type(one, spot) for one in given)


def _read_type(value: object, spot: _Spot) -> str:
    name = read_type(_text(value.get("id") if isinstance(value, dict) else value, spot))
    return name or spot.refuse(value, f"is no type of this service; there is: {', '.join(TYPES)}")


def _read_strictness(value: object, spot: _Spot) -> str:
    if value is None:
        return SHOULD
    return str(value) if value in (ANY, ALL, SHOULD) else spot.refuse(value, "must be any, all or should")


def _read_limit(value: object, spot: _Spot) -> int:
    if value is None:
        return DEFAULT_LIMIT
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value) or value < 1:
        spot.refuse(value, "must be a whole number over 0")
    return min(int(value), MOST_LIMIT)


def _read_stated(value: object, spot: _Spot) -> tuple[Stated, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        spot.refuse(value, "must be an array")
    read = [_read_one_stated(one, spot.at(str(number))) for number, one in enumerate(value)]
    if sum(len(one.values) for one in read) > MOST_VALUES:
        spot.refuse(len(read), f"values are too many; state at most {MOST_VALUES} in a query")
    return tuple(one for one in read if one.values)


def _read_one_stated(value: object, spot: _Spot) -> Stated:
    given = _object(value, spot)
    name = _text(given.get("pid"), spot.at("pid"))
    found = BY_ID.get(name)
    if found is None or found.constraint is None:
        spot.at("pid").refuse(name, f"cannot be stated of a place; there is: {', '.join(_CONSTRAINTS)}")
    values = given.get("v")
    texts = [_property_value(one, spot.at("v")) for one in (values if isinstance(values, list) else [values])]
    return Stated(found, tuple(text for text in texts if text))


def _property_value(value: object, spot: _Spot) -> str:
    """Return a value as text; an entity by its id, no value as an empty text."""
    if isinstance(value, dict):
        value = value.get("id") or value.get("name")
    if value is None or isinstance(value, bool):
        return ""
    return _text(str(value) if isinstance(value, int | float) else value, spot)


def _read_wanted(value: object, spot: _Spot) -> Wanted:
    given = _object(value, spot)
    name = _text(given.get("id"), spot.at("id"))
    if name not in BY_ID:
        spot.at("id").refuse(name, f"is no property of this service; there is: {', '.join(BY_ID)}")
    settings = _object(given.get("settings") or {}, spot.at("settings"))
    if unknown := sorted(settings.keys() - {"limit"}):
        spot.at("settings").refuse(unknown[0], "is no setting of this service; there is: limit")
    return Wanted(BY_ID[name], _read_most(settings.get("limit"), spot.at("settings.limit")))


def _read_most(value: object, spot: _Spot) -> int:
    """Return how many values are wanted; clients send what stands in a form, a text, too."""
    text = "0" if value in (None, "") else str(value)
    return int(text) if text.isascii() and text.isdecimal() else spot.refuse(value, "must be 0 or more")


def _object(value: object, spot: _Spot) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else spot.refuse(value, "must be an object")


def _array(given: Mapping[str, Any], name: str, spot: _Spot) -> list[Any]:
    value = given.get(name)
    return value if isinstance(value, list) else spot.at(name).refuse(value, "must be an array")


def _text(value: object, spot: _Spot) -> str:
    if not isinstance(value, str):
        spot.refuse(value, "must be a text")
    if len(value) > LONGEST_TEXT:
        spot.refuse(value, f"is longer than {LONGEST_TEXT} characters")
    return value.strip()

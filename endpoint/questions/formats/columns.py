"""The columns of an answer with their types, for formats that have types: a column has one, or is text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from endpoint.engine.results import Cell, Table
from ontology import PREFIXES

Value = str | int | float | dt.date | bool | None
_XSD = PREFIXES["xsd"]
_MOST_EXACT = 2**53
"""Up to here every whole number is one that a double can be, which spreadsheets compute with."""


class Kind(StrEnum):
    """What the values of a column are."""

    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    ADDRESS = "address"
    TEXT = "text"


@dataclass(frozen=True)
class TypedColumn:
    """One column: its variable, its type, and a value of that type for each row; None where none is bound.

    A column of dates of unequal precision is text (2018, 2018-03, 2018-03-19), which sorts by itself.
    """

    name: str
    kind: Kind
    values: list[Value]


def type_columns(table: Table) -> list[TypedColumn]:
    """Return the columns of a table in their order, no value changed by its type: else the column is text."""
    return [_type_column(name, [row.get(name) for row in table.rows]) for name in table.columns]


def _type_column(name: str, cells: Sequence[Cell | None]) -> TypedColumn:
    present = [cell for cell in cells if cell is not None]
    if present and all(cell.kind == "iri" for cell in present):
        return TypedColumn(name, Kind.ADDRESS, [cell.value if cell else None for cell in cells])
    for kind, (datatypes, read) in _READERS.items():
        if present and all(cell.datatype in datatypes for cell in present):
            try:
                return TypedColumn(name, kind, [read(cell.value) if cell else None for cell in cells])
            except (ValueError, InvalidOperation):
                continue
    return TypedColumn(name, Kind.TEXT, [cell.value if cell else None for cell in cells])


def _read_integer(lexical: str) -> int:
    number = int(lexical)
    if abs(number) > _MOST_EXACT:
        raise ValueError(lexical)
    return number


def _read_number(lexical: str) -> float:
    """Return the double that is written so, and raise ValueError when there is none as exact."""
    number = float(lexical)
    if not Decimal(lexical).is_finite() or Decimal(repr(number)) != Decimal(lexical):
        raise ValueError(lexical)
    return number


def _read_boolean(lexical: str) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}[lexical]


_INTEGERS = {_XSD + name for name in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger")}
_NUMBERS = {_XSD + name for name in ("decimal", "double", "float")}
_READERS: Mapping[Kind, tuple[set[str], Callable[[str], Value]]] = {
    Kind.INTEGER: (_INTEGERS, _read_integer),
    Kind.NUMBER: (_INTEGERS | _NUMBERS, _read_number),
    Kind.DATE: ({_XSD + "date"}, dt.date.fromisoformat),
    Kind.BOOLEAN: ({_XSD + "boolean"}, _read_boolean),
}
"""The types besides addresses and texts: the datatypes that become each, and how a value is read."""

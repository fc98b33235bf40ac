"""What a column of a table holds, told once: files, packages and documentation are made of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PLACES, PARTNERSHIPS, AGREEMENTS, CLAIMS = "places", "partnerships", "agreements", "claims"
NODES = "network-nodes"
"""Names of the tables whose ids other columns hold."""
DATE_PARTS = ("precision", "earliest", "latest")
"""What Parquet tells of a date of `Kind.DATE`, in columns of their own."""


class Kind(StrEnum):
    """What the cells of a column are. An empty cell is "not known" or "does not apply"."""

    TEXT = "text"
    IRI = "IRI"
    LIST = "list"
    """Several texts joined by a semicolon; none is an empty list."""
    INTEGER = "integer"
    NUMBER = "number"
    YES_NO = "yes or no"
    DAY = "day"
    DATE = "date"
    """A day, a month or a year, as precise as it is known."""


@dataclass(frozen=True)
class Column:
    """One column: `what` it holds, an `example` as CSV writes it, and the table `of` whose ids it has."""

    name: str
    kind: Kind
    what: str
    example: str
    of: str = ""


@dataclass(frozen=True)
class Table:
    """One table: the stem of its files, what its rows are, its columns, and which is unique (or none)."""

    name: str
    what: str
    columns: tuple[Column, ...]
    key: str = "id"

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the columns of the CSV, in order."""
        return tuple(column.name for column in self.columns)


def text(name: str, what: str, example: str, of: str = "") -> Column:
    """Return a column of texts."""
    return Column(name, Kind.TEXT, what, example, of)


def several(name: str, what: str, example: str, of: str = "") -> Column:
    """Return a column of lists."""
    return Column(name, Kind.LIST, what, example, of)


def integer(name: str, what: str, example: str) -> Column:
    """Return a column of whole numbers."""
    return Column(name, Kind.INTEGER, what, example)


def number(name: str, what: str, example: str) -> Column:
    """Return a column of decimal numbers."""
    return Column(name, Kind.NUMBER, what, example)


def date(name: str, what: str, example: str) -> Column:
    """Return a column of dates as precise as they are known."""
    return Column(name, Kind.DATE, what, example)


def year(name: str, of: str, example: str) -> Column:
    """Return a column with the year of the date in the column `of`."""
    return integer(name, f"the year of `{of}`", example)

"""How the files of a list are written, and what is read out of them: rows of text cells with their lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from loaders.lists.words.dates import FIRST_DAY


@dataclass(frozen=True, slots=True)
class Layout:
    """How the files of a list are written; what is empty is told by the file itself.

    `encodings` are tried in turn, unless a byte order mark tells; `skip_rows` lines are before the header.
    `columns` is the largest number of a column that is spoken of by number: it is one without a name, too.
    """

    format: str = ""
    encodings: tuple[str, ...] = ("utf-8",)
    delimiter: str = ""
    quote: str = '"'
    sheet: str = ""
    header: bool = True
    skip_rows: int = 0
    columns: int = 0


@dataclass(frozen=True, slots=True)
class CellRow:
    """One row that is not blank: its line in the file (from 1), its cells, or why it cannot be read.

    `first_day` is the one from which numbers that are days are counted.
    """

    line: int
    cells: Sequence[str]
    fault: str = ""
    first_day: dt.date = FIRST_DAY


@dataclass(frozen=True)
class CellTable:
    """One file: the names of its columns (empty texts when it has no header), and its rows."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[CellRow]


Rows = Iterator[CellRow]
"""The rows of a file that are not blank, the header first."""


def count_columns(first: Sequence[str], layout: Layout) -> int:
    """Return how many columns the first row tells: those a header names, else as many as it has cells."""
    named = len(without_end(first)) if layout.header else len(first)
    return max(named, min(layout.columns, len(first)))


def find_miscount(cells: Sequence[str], width: int) -> str:
    """Return what is wrong with the number of cells of a row, nothing for a blank row."""
    if any(cells) and (len(cells) < width or any(cells[width:])):
        count = len(cells) if len(cells) < width else len(without_end(cells))
        return f"it has {count} cells under {width} columns"
    return ""


def without_end(cells: Sequence[str]) -> Sequence[str]:
    """Return the cells without empty ones at the end."""
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]

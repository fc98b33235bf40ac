"""CSV tables, read strictly: every column by name, nothing left over, every fault with its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from graph.errors import TableError
from graph.model.iris import is_name
from graph.model.terms import find_control, is_language
from graph.reading import read_text
from graph.store.files import write_whole
from ontology import concepts

V = TypeVar("V")
E = TypeVar("E", bound=StrEnum)
_MOST_DIGITS = 9


@dataclass(frozen=True)
class Row:
    """One row of a table, with where it stands."""

    file: str
    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """Return a cell without surrounding space; empty when the table has no such optional column."""
        return self.values.get(column, "")

    def fault(self, what: str, mend: str) -> TableError:
        """Return an error that names this row."""
        return TableError(self.file, self.line, what, mend)

    def items(self, column: str) -> tuple[str, ...]:
        """Return the items of a ``;``-separated cell, in order, without empty ones."""
        return tuple(item.strip() for item in self[column].split(";") if item.strip())

    def needed(self, column: str) -> str:
        """Return a cell that must not be empty; raises TableError when it is."""
        if not self[column]:
            raise self.fault(f"column {column} is empty", "Fill it in.")
        return self[column]

    def read(self, column: str, parse: Callable[[str], V]) -> V | None:
        """Return a parsed cell, None when it is empty; raises TableError when `parse` raises ValueError."""
        if not self[column]:
            return None
        try:
            return parse(self[column])
        except ValueError as exc:
            raise self.fault(f"column {column}: {exc}", "Mend the cell.") from exc

    def name(self, column: str) -> str:
        """Return a cell that becomes the end of an IRI; raises TableError when it cannot, or is empty."""
        self._check_names(column, (self.needed(column),))
        return self[column]

    def names(self, column: str) -> tuple[str, ...]:
        """Return the items of a ``;``-separated cell that end IRIs; raises TableError for one that cannot."""
        names = self.items(column)
        self._check_names(column, names)
        return names

    def paths(self, column: str) -> tuple[str, ...]:
        """Return the items of a cell that are names with slashes between, as in indonesia/F001."""
        paths = self.items(column)
        for path in paths:
            if "/" not in path or not all(map(is_name, path.split("/"))):
                raise self.fault(
                    f"column {column}: {path[:60]!r} is no path", "Write it as in indonesia/F001."
                )
        return paths

    def _check_names(self, column: str, names: Iterable[str]) -> None:
        for name in names:
            if not is_name(name):
                what = f"column {column}: {name[:60]!r} cannot be a part of an address"
                raise self.fault(what, "Write letters and digits, and within them - . _ ~ : only.")

    def language(self, column: str) -> str:
        """Return a language tag (BCP 47); raises TableError for what is none, or empty."""
        if not is_language(self.needed(column)):
            what = f"column {column} is {self[column]!r}, no code of a language"
            raise self.fault(what, 'Write one such as "id" or "zh-Hant".')
        return self[column]

    def number(self, column: str, least: int = 0) -> int | None:
        """Return a whole number, None when the cell is empty; raises TableError for anything else."""
        cell = self[column]
        if not cell:
            return None
        if not (cell.isascii() and cell.isdigit() and len(cell) <= _MOST_DIGITS) or int(cell) < least:
            raise self.fault(
                f"column {column} is {cell!r}", f"Write a whole number from {least} up, in digits."
            )
        return int(cell)

    def choice(self, column: str, words: type[E]) -> E | None:
        """Return one of a few words, None when the cell is empty; raises TableError for any other."""
        if self[column] and self[column] not in {*words}:
            raise self.fault(f"column {column} is {self[column]!r}", f"Write one of {', '.join(words)}.")
        return words(self[column]) if self[column] else None

    def yes(self, column: str) -> bool:
        """Return whether a cell says yes; raises TableError when it says neither yes nor no."""
        if self[column] not in {"yes", "no", ""}:
            raise self.fault(f"column {column} is {self[column]!r}", "Write yes or no.")
        return self[column] == "yes"

    def concept(self, column: str, scheme: str) -> str:
        """Return a slug of a scheme, or an empty text; a slug that is not in it raises TableError."""
        self._check(scheme, (self[column],) if self[column] else ())
        return self[column]

    def concepts(self, column: str, scheme: str) -> tuple[str, ...]:
        """Return the slugs of a ``;``-separated cell; an unknown slug raises TableError."""
        slugs = self.items(column)
        self._check(scheme, slugs)
        return slugs

    def _check(self, scheme: str, slugs: Iterable[str]) -> None:
        for slug in slugs:
            if slug not in concepts(scheme):
                raise self.fault(
                    f"{slug!r} is no concept of the scheme {scheme}", "See ontology/vocabulary.ttl."
                )


def read_table(path: Path, required: Collection[str], optional: Collection[str] = ()) -> list[Row]:
    """Return the rows of a UTF-8 CSV file with a header, also as spreadsheets of many countries save it.

    Raises TableError when the file is missing, a required column is missing, a column is unknown,
    or a row has more or fewer cells than the header.
    """
    name = f"{path.parent.name}/{path.name}"
    try:
        text = read_text(path)
    except (OSError, UnicodeDecodeError) as exc:
        raise TableError(name, None, f"cannot be read ({exc})", "Save it as UTF-8.") from exc
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=_delimiter(text))
    try:
        header = next(reader, [])
        _check_header(name, header, required, optional)
        return [_row(name, reader.line_num, header, cells) for cells in reader if cells]
    except csv.Error as exc:
        mend = "Look for a stray quotation mark."
        raise TableError(name, reader.line_num, f"it is not well-formed ({exc})", mend) from exc


def _delimiter(text: str) -> str:
    """Return what stands between the columns of the header: no name of a column holds any of them."""
    header = text.partition("\n")[0]
    return next((mark for mark in (",", ";", "\t") if mark in header), ",")


def _row(file: str, line: int, header: list[str], cells: list[str]) -> Row:
    if len(cells) != len(header):
        what = f"{len(cells)} cells under {len(header)} columns"
        raise TableError(file, line, what, "Put cells with commas in double quotes.")
    if any("\n" in cell for cell in cells):
        what = "a cell goes on over the end of the line"
        raise TableError(file, line, what, "Look for a stray quotation mark.")
    if control := find_control("".join(cells)):
        raise TableError(file, line, f"a cell has the control character {control}", "Take it out.")
    return Row(file, line, {name: cell.strip() for name, cell in zip(header, cells, strict=True)})


def _check_header(file: str, header: list[str], required: Collection[str], optional: Collection[str]) -> None:
    missing = [name for name in required if name not in header]
    unknown = [name for name in header if name not in {*required, *optional}]
    twice = sorted({name for name in header if header.count(name) > 1})
    if missing:
        raise TableError(file, 1, f"columns are missing: {', '.join(missing)}", "Add them.")
    if unknown or twice:
        names = ", ".join([*unknown, *twice])
        raise TableError(file, 1, f"columns are unknown or twice there: {names}", "Rename or remove them.")


def read_map(
    path: Path, key: str, required: Collection[str], optional: Collection[str] = ()
) -> dict[str, Row]:
    """Return a table as a map from one column to the row; raises TableError when a key is there twice."""
    rows: dict[str, Row] = {}
    for row in read_table(path, required, optional):
        if row[key] in rows:
            raise row.fault(
                f"{row[key]!r} is there twice, first in line {rows[row[key]].line}", "Remove one."
            )
        rows[row[key]] = row
    return rows


def render_table(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Return a table as it is written, a cell that a row does not have empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Write a table anew; the file is whole at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, render_table(columns, rows))

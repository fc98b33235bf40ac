"""Reads rows of text cells out of CSV, TSV and XLSX files; a row that cannot be read is told, never lost."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from graph.errors import TableError
from loaders.lists.spreadsheet import read_sheet

DELIMITERS = (",", ";", "\t", "|")

_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Layout:
    """How the files of a list are written; what is empty is told by the file itself.

    `encodings` are tried in turn, unless a byte order mark tells; `skip_rows` lines are before the header.
    """

    format: str = ""
    encodings: tuple[str, ...] = ("utf-8",)
    delimiter: str = ""
    quote: str = '"'
    sheet: str = ""
    header: bool = True
    skip_rows: int = 0


@dataclass(frozen=True, slots=True)
class CellRow:
    """One row that is not blank: its line in the file (from 1), its cells, or why it cannot be read."""

    line: int
    cells: Sequence[str]
    fault: str = ""


@dataclass(frozen=True)
class CellTable:
    """One file: the names of its columns (empty texts when it has no header), and its rows."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[CellRow]


def read_cells(path: Path, layout: Layout) -> CellTable:
    """Return one file as text cells without space around them; blank rows are no rows.

    Raises TableError when the file as a whole cannot be read: it is missing, empty, in another encoding,
    or its header is broken.
    """
    name = f"{path.parent.name}/{path.name}"
    form = layout.format or path.suffix.lower().removeprefix(".")
    if form not in FORMATS:
        mend = f"Say in [table] which format it has: {', '.join(FORMATS)}."
        raise TableError(name, None, f"the format {form!r} is unknown", mend)
    rows = FORMATS[form](path, name, layout)
    first = next(rows, None)
    if first is None or first.fault:
        what, line = (first.fault, first.line) if first else ("the file is empty", None)
        raise TableError(name, line, what, "The first row must be whole: it tells the columns.")
    if not layout.header:
        return CellTable(name, ("",) * len(first.cells), [first, *rows])
    return CellTable(name, tuple(_without_end(first.cells)), list(rows))


def _read_comma(path: Path, name: str, layout: Layout) -> Iterator[CellRow]:
    return _read_delimited(path, name, layout, layout.delimiter)


def _read_tab(path: Path, name: str, layout: Layout) -> Iterator[CellRow]:
    return _read_delimited(path, name, layout, layout.delimiter or "\t")


def _read_xlsx(path: Path, name: str, layout: Layout) -> Iterator[CellRow]:
    width = 0
    for line, cells, fault in read_sheet(path, name, layout.sheet, layout.skip_rows):
        if any(cells):
            width = width or _width(cells, layout)
            padded = [*cells, *[""] * (width - len(cells))]
            yield CellRow(line, padded[:width], fault or _overlong(padded, width))


def _width(first: Sequence[str], layout: Layout) -> int:
    """Return how many columns the first row tells: those a header names, else as many as it has cells."""
    return len(_without_end(first)) if layout.header else len(first)


FORMATS: dict[str, Callable[[Path, str, Layout], Iterator[CellRow]]] = {
    "csv": _read_comma,
    "txt": _read_comma,
    "tsv": _read_tab,
    "tab": _read_tab,
    "xlsx": _read_xlsx,
    "xlsm": _read_xlsx,
}
"""How a file is read, by the suffix of its name."""


def _read_delimited(path: Path, name: str, layout: Layout, delimiter: str) -> Iterator[CellRow]:
    lines = list(io.StringIO(_decode(path, name, layout.encodings), newline=""))
    header = next((line for line in lines[layout.skip_rows :] if line.strip()), "")
    width = 0
    for line, cells, fault in _split(lines, layout, delimiter or max(DELIMITERS, key=header.count)):
        if fault or any(cells):
            yield CellRow(line, cells[: width or None], fault)
            width = width or _width(cells, layout)


def _split(lines: list[str], layout: Layout, delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """Yield line, cells and fault of each row, blank ones too.

    After a row that cannot be read, reading goes on with the next line: a quotation mark that is never
    closed costs its own line, not the rest of the file.
    """
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if layout.quote else csv.QUOTE_NONE
    start, width = layout.skip_rows, 0
    while start < len(lines):
        rest = (lines[at] for at in range(start, len(lines)))
        quote = layout.quote or None
        reader = csv.reader(rest, delimiter=delimiter, quotechar=quote, quoting=quoting, strict=True)
        offset, first, start = start, start, len(lines)
        try:
            for written in reader:
                cells = [cell.strip() for cell in written]
                fault = _miscount(cells, width) if width else ""
                yield first + 1, cells, fault
                width = width or (_width(cells, layout) if any(cells) else 0)
                after = offset + reader.line_num
                if fault and after > first + 1:
                    start = first + 1
                    break
                first = after
        except csv.Error as exc:
            yield first + 1, [], f"it is not well-formed ({exc}): look for a stray quotation mark"
            start = first + 1


def _miscount(cells: Sequence[str], width: int) -> str:
    """Return what is wrong with the number of cells of a row that is not blank."""
    if any(cells) and len(cells) < width:
        return f"it has {len(cells)} cells under {width} columns"
    return _overlong(cells, width)


def _overlong(cells: Sequence[str], width: int) -> str:
    return f"it has {len(_without_end(cells))} cells under {width} columns" if any(cells[width:]) else ""


def _without_end(cells: Sequence[str]) -> Sequence[str]:
    """Return the cells without empty ones at the end."""
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _decode(path: Path, name: str, encodings: Sequence[str]) -> str:
    """Return the text of a file without its byte order mark; raises TableError with the first bad line."""
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise TableError(name, None, f"cannot be read ({exc.strerror})", "Mend [table] file.") from exc
    mark = next((bom for bom in _BOMS if data.startswith(bom)), b"")
    tried = (_BOMS[mark],) if mark else tuple(encodings)
    for encoding in tried:
        try:
            text = data[len(mark) :].decode(encoding)
        except UnicodeDecodeError as exc:
            fault = exc
            continue
        if "\0" not in text:
            return text
        fault = UnicodeDecodeError(encoding, data, text.index("\0"), text.index("\0") + 1, "a null character")
    line = data[: fault.start].count(b"\n") + 1
    what = f"it is not {' or '.join(tried)}: {fault.reason}"
    raise TableError(name, line, what, 'Say in [table] which it has, for example encoding = "windows-1252".')

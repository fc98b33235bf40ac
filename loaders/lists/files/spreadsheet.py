"""Sheets of XLSX workbooks as text: what a person sees in them, dates no finer than they show."""

from __future__ import annotations

import datetime as dt
import logging
import re
import warnings
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from graph.errors import TableError
from loaders.lists.files.layout import CellRow, Layout, Rows, count_columns, find_miscount
from loaders.lists.words.cells import NO_RESULT

log = logging.getLogger(__name__)

_DECORATION = re.compile(r'\[[^]]*]|"[^"]*"|\\.')
"""What stands in a number format beside the codes for the parts of a date."""
_STRICT = b"http://purl.oclc.org/ooxml/"
_MOST_ROWS = 1_048_576
"""A sheet has no more rows (https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3)."""
_MOST_BYTES = 1 << 30
"""A workbook that says it unpacks to more is not opened."""
_MEND = "Open it in a spreadsheet program and save it as an Excel workbook (.xlsx)."


def read_spreadsheet(path: Path, name: str, layout: Layout) -> Rows:
    """Yield the rows of a sheet, by default the first, that are not blank, the header first.

    Formulas give their last result. Raises TableError when the file is no workbook, has no such sheet, or is
    damaged.
    """
    rows, first_day = _read_sheet(path, name, layout)
    width, widest = 0, max((len(cells) for _, cells in rows), default=0)
    for line, cells in rows:
        if any(cells):
            padded = [*cells, *[""] * (max(width, min(layout.columns, widest)) - len(cells))]
            width = width or count_columns(padded, layout)
            yield CellRow(line, padded[:width], find_miscount(padded, width), first_day)


def _read_sheet(path: Path, name: str, layout: Layout) -> tuple[list[tuple[int, list[str]]], dt.date]:
    """Return line and cells of each row, and the workbook's first day (ECMA-376 part 1, 18.17.4.1).

    Whatever goes wrong in the reader is told as damage.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _check_archive(path, name)
            with closing(load_workbook(path, read_only=True, data_only=True)) as book:
                rows = _read_rows(book, _find_sheet(book, name, layout.sheet), name)
                return [(line, cells) for line, cells in rows if line > layout.skip_rows], book.epoch.date()
    except TableError:
        raise
    except Exception as exc:
        reason = " ".join(str(exc).split()) or type(exc).__name__
        raise TableError(name, None, f"it is no workbook, or a damaged one ({reason})", _MEND) from exc


def _check_archive(path: Path, name: str) -> None:
    """Raise TableError for a workbook that the reader takes for empty, or that would fill the memory."""
    with zipfile.ZipFile(path) as archive:
        if sum(part.file_size for part in archive.infolist()) > _MOST_BYTES:
            raise TableError(name, None, "it unpacks to more than a gigabyte", "Save the sheet as CSV.")
        books = [part for part in archive.namelist() if part.endswith("/workbook.xml")]
        if any(_STRICT in archive.read(part) for part in books):
            raise TableError(name, None, "it is a Strict Open XML workbook", _MEND)


def _find_sheet(book: Workbook, name: str, sheet: str) -> Any:
    """Return the sheet of that name, else the first that shows; a sheet with a chart alone is none."""
    names = [one.title for one in sorted(book.worksheets, key=lambda one: one.sheet_state != "visible")]
    if not names:
        raise TableError(name, None, "it has no sheet with cells", _MEND)
    if sheet and sheet not in names:
        what = "is a chart" if sheet in book.sheetnames else "is not there"
        raise TableError(name, None, f"the sheet {sheet!r} {what}", f"Choose one of {', '.join(names)}.")
    shown = [one.title for one in book.worksheets if one.sheet_state == "visible" and one.title != names[0]]
    if shown and not sheet:
        log.warning(
            "%s: only the sheet %r is read, not %s; sheet says which", name, names[0], ", ".join(shown)
        )
    return book[sheet or names[0]]


def _read_rows(book: Any, sheet: Any, name: str) -> list[tuple[int, list[str]]]:
    """Return all rows that are stored, whatever the sheet says of its size.

    openpyxl's own loop over rows drops one whose number or last column is not where it expects it.
    """
    found: dict[int, list[str]] = {}
    with sheet._get_source() as source:
        formats = {"date_formats": book._date_formats, "timedelta_formats": book._timedelta_formats}
        parser = _Parser(source, sheet._shared_strings, data_only=True, epoch=book.epoch, **formats)
        for line, stored in parser.parse():
            if not 0 < line <= _MOST_ROWS or line in found:
                what = "twice there" if line in found else f"beyond the {_MOST_ROWS} of a sheet"
                raise TableError(name, line, f"the row is {what}", _MEND)
            cells = {cell["column"]: ReadOnlyCell(sheet, **cell) for cell in stored}
            if len(cells) < len(stored):
                raise TableError(name, line, "a cell is twice there", _MEND)
            width = max(cells, default=0)
            texts = {column: _text(cell.value, cell.number_format) for column, cell in cells.items()}
            found[line] = [texts.get(column, "") for column in range(1, width + 1)]
    return sorted(found.items())


class _Parser(WorkSheetParser):
    """Reads the cells of a sheet, with a mark for a formula whose result no program has stored."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """Return one cell; the result of a formula may be an empty text, but no number is empty."""
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["value"] is None and element.get("t", "n") == "n" and element.find(FORMULA_TAG) is not None:
            cell |= {"value": NO_RESULT, "data_type": "s"}
        return cell


def _text(value: object, number_format: str) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return _date_text(value, number_format)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def _date_text(value: dt.date, number_format: str) -> str:
    """Return a date cell as YYYY-MM-DD, or YYYY-MM or YYYY when its format shows no day or no month.

    One that is stored as a date (t="d") needs no format, and is seen whole.
    """
    codes = _DECORATION.sub("", number_format).lower()
    parts = 3 if "d" in codes or codes == "general" else 2 if "m" in codes else 1
    return "-".join(value.isoformat()[:10].split("-")[:parts])

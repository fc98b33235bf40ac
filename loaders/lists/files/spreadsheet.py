"""Reads a sheet of an XLSX workbook as text: what a person sees in it, dates no finer than they show."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from graph.errors import TableError

_NOT_READABLE = (OSError, zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, ParseError)
_DECORATION = re.compile(r'\[[^]]*]|"[^"]*"|\\.')
"""What stands in a number format beside the codes for the parts of a date."""


def read_sheet(path: Path, name: str, sheet: str, skip_rows: int) -> Iterator[tuple[int, list[str], str]]:
    """Yield line, cells and fault ("" when there is none) of each row of a sheet, by default the first.

    Formulas give their last result. Raises TableError when the file is no workbook or has no such sheet.
    """
    with closing(_open(path, name)) as book:
        if sheet and sheet not in book.sheetnames:
            mend = f"Choose one of {', '.join(book.sheetnames)}."
            raise TableError(name, None, f"there is no sheet {sheet!r}", mend)
        rows = book[sheet or book.sheetnames[0]].iter_rows(min_row=skip_rows + 1)
        for line, row in enumerate(rows, start=skip_rows + 1):
            broken = [cell.value for cell in row if cell.data_type == "e"]
            fault = f"a cell holds the error {broken[0]}" if broken else ""
            yield line, [_text(cell.value, cell.number_format) for cell in row], fault


def _open(path: Path, name: str) -> Workbook:
    try:
        return load_workbook(path, read_only=True, data_only=True)
    except _NOT_READABLE as exc:
        raise TableError(name, None, f"it is no workbook ({exc})", "Save it as XLSX.") from exc


def _text(value: object, number_format: str) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return _date_text(value, number_format)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _date_text(value: dt.date, number_format: str) -> str:
    """Return a date cell as YYYY-MM-DD, or YYYY-MM or YYYY when its format shows no day or no month."""
    codes = _DECORATION.sub("", number_format).lower()
    parts = 3 if "d" in codes else 2 if "m" in codes else 1
    return "-".join(value.strftime("%Y-%m-%d").split("-")[:parts])

"""An answer as a workbook of Excel (XLSX): a sheet of rows with types and links, a sheet about the answer.

No text becomes a formula, and the same answer gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from endpoint.questions.formats.columns import Kind, TypedColumn, Value
from graph.errors import FormatTooNarrow

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# https://support.microsoft.com/en-us/office/excel-specifications-and-limits
MOST_ROWS, MOST_LETTERS, MOST_LINKS, LONGEST_LINK = 1_048_575, 32_767, 65_530, 2_079
_FIRST_DAY = dt.date(1900, 3, 1)
"""Before it, spreadsheets count a day that never was; a column with such days is text."""
_MADE = dt.datetime(1980, 1, 1)
"""A workbook must have a time of its making; that of the answer would make each a different file."""
_NOT_IN_XML = re.compile("[\ufffe\uffff]")
_OTHERS = ("text/csv", "application/sparql-results+json")
_WIDTHS = {Kind.TEXT: 28, Kind.ADDRESS: 44}
_WIDTH = 14
_Write = Callable[[int, int, Value], object]


def write_workbook(
    columns: Sequence[TypedColumn], about: Sequence[tuple[str, str]], titles: tuple[str, str]
) -> bytes:
    """Return a workbook of two sheets with these titles: rows below the names of columns, and `about`.

    Raises FormatTooNarrow for what a sheet cannot hold whole.
    """
    output = io.BytesIO()
    with Workbook(output, {"constant_memory": True}) as book:
        book.set_properties({"created": _MADE, "author": "Kota Kembar"})
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = _Sheet(book.add_worksheet(titles[0]), bold, day)
        sheet.write_answer(columns)
        facts = _Sheet(book.add_worksheet(titles[1]), bold, day)
        facts.write_facts(about)
    return output.getvalue()


class _Sheet:
    """One sheet being written, row by row; it has as many links as a sheet may have."""

    def __init__(self, sheet: Worksheet, bold: object, day: object) -> None:
        self._sheet, self._bold, self._day = sheet, bold, day
        self._links: Iterator[int] = iter(range(MOST_LINKS))

    def write_answer(self, columns: Sequence[TypedColumn]) -> None:
        """Write the names of the columns, and below them the rows."""
        count = len(columns[0].values) if columns else 0
        if count > MOST_ROWS:
            raise FormatTooNarrow(f"a sheet holds {MOST_ROWS} rows, and the answer has {count}", _OTHERS)
        self._sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            self._sheet.set_column(place, place, _WIDTHS.get(column.kind, _WIDTH))
            self._sheet.write_string(0, place, column.name, self._bold)
        writers = [self._writer_of(column) for column in columns]
        for number, row in enumerate(zip(*(column.values for column in columns), strict=True), start=1):
            for place, (write, value) in enumerate(zip(writers, row, strict=True)):
                if value is not None:
                    write(number, place, value)

    def write_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Write names and texts, a line each."""
        self._sheet.set_column(0, 0, 24)
        self._sheet.set_column(1, 1, 100)
        for number, (name, text) in enumerate(facts):
            self._sheet.write_string(number, 0, _checked(name), self._bold)
            self._write_link(number, 1, text)

    def _writer_of(self, column: TypedColumn) -> _Write:
        days = [value for value in column.values if isinstance(value, dt.date)]
        if days and min(days) < _FIRST_DAY:
            return self._write_text
        writers: Mapping[Kind, _Write] = {
            Kind.INTEGER: self._sheet.write_number,
            Kind.NUMBER: self._sheet.write_number,
            Kind.BOOLEAN: self._sheet.write_boolean,
            Kind.DATE: lambda row, place, value: self._sheet.write_datetime(row, place, value, self._day),
            Kind.ADDRESS: self._write_link,
            Kind.TEXT: self._write_text,
        }
        return writers[column.kind]

    def _write_text(self, row: int, place: int, value: Value) -> None:
        self._sheet.write_string(row, place, _checked(str(value)))

    def _write_link(self, row: int, place: int, value: Value) -> None:
        """Write a text that leads where it says; beyond what a sheet may have of links, the text alone."""
        text = _checked(str(value))
        is_address = text.startswith(("http://", "https://")) and len(text) <= LONGEST_LINK
        if is_address and next(self._links, None) is not None:
            self._sheet.write_url(row, place, text)
        else:
            self._sheet.write_string(row, place, text)


def _checked(text: str) -> str:
    """Return a text that a cell holds whole; raises FormatTooNarrow for one that it would cut or refuse."""
    if len(text) > MOST_LETTERS:
        raise FormatTooNarrow(f"a cell holds {MOST_LETTERS} letters, and a value has {len(text)}", _OTHERS)
    if found := _NOT_IN_XML.search(text):
        raise FormatTooNarrow(f"a cell cannot hold the character U+{ord(found[0]):04X}", _OTHERS)
    return text

"""CSV, TSV and their like: rows of cells that a character sets apart, however carelessly they are written."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from loaders.lists.files.layout import CellRow, Layout, Rows, count_columns, find_miscount
from loaders.lists.files.text import NULL, read_text

DELIMITERS = (",", ";", "\t", "|")
_TABBED = {"tsv", "tab"}
_SAMPLE = 50
"""How many rows tell which delimiter a file has."""
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
"""The line that Excel reads, and writes, above a header."""


def read_delimited(path: Path, name: str, layout: Layout) -> Rows:
    """Yield the rows of a file that are not blank, the header first.

    The delimiter is the one that is stated, that a line "sep=;" tells, a tab in a TSV, else the one that sets
    the most rows apart as it does the header. Raises TableError for what is no text.
    """
    lines = list(io.StringIO(read_text(path, name, layout.encodings), newline=""))
    start = layout.skip_rows
    told = _SEPARATOR_LINE.fullmatch(lines[start]) if start < len(lines) else None
    start += bool(told)
    usual = "\t" if (layout.format or path.suffix.lower()[1:]) in _TABBED else ""
    delimiter = layout.delimiter or (told[1] if told else usual) or _sniff(lines[start:], layout)
    width = 0
    for line, cells, fault in _split(lines, start, layout, delimiter):
        if fault or any(cells):
            yield CellRow(line, cells[: width or None], fault)
            width = width or count_columns(cells, layout)


def _sniff(lines: Sequence[str], layout: Layout) -> str:
    return max(DELIMITERS, key=lambda delimiter: _fit(lines, layout, delimiter))


def _fit(lines: Sequence[str], layout: Layout, delimiter: str) -> tuple[int, int]:
    """Return how well a delimiter fits: in how many rows, and how many columns it makes; 0 where one."""
    sample: list[list[str]] = []
    with suppress(csv.Error):
        for cells in csv.reader(lines, strict=True, **_dialect(layout, delimiter)):
            if any(map(str.strip, cells)):
                sample.append(cells)
            if len(sample) == _SAMPLE:
                break
    width = len(sample[0]) if sample else 0
    return (sum(len(cells) == width for cells in sample), width) if width > 1 else (0, 0)


def _dialect(layout: Layout, delimiter: str) -> dict[str, Any]:
    quoting = csv.QUOTE_MINIMAL if layout.quote else csv.QUOTE_NONE
    return {"delimiter": delimiter, "quotechar": layout.quote or None, "quoting": quoting}


def _split(
    lines: Sequence[str], start: int, layout: Layout, delimiter: str
) -> Iterator[tuple[int, list[str], str]]:
    """Yield line, cells and fault of each row, blank ones too.

    After a row that cannot be read, reading goes on with the next line: a quotation mark that is never
    closed costs its own line, not the rest of the file.
    """
    dialect, width = _dialect(layout, delimiter), 0
    while start < len(lines):
        rest = (lines[at] for at in range(start, len(lines)))
        reader = csv.reader(rest, strict=True, **dialect)
        offset, first, start = start, start, len(lines)
        try:
            for written in reader:
                cells = [cell.strip() for cell in written]
                fault = _find_fault(cells, width, delimiter)
                yield first + 1, cells + [""] * (width - len(cells)), fault
                width = width or (count_columns(cells, layout) if any(cells) else 0)
                after = offset + reader.line_num
                if fault and after > first + 1:
                    start = first + 1
                    break
                first = after
        except csv.Error as exc:
            yield first + 1, [], f"it is not well-formed ({exc}): look for a stray quotation mark"
            start = first + 1


def _find_fault(cells: Sequence[str], width: int, delimiter: str) -> str:
    """Return why a row cannot be read; a tab at the end, which editors cut off, may be missing."""
    if any(NULL in cell for cell in cells):
        return "it holds a null character: the file is damaged here"
    if not width or (delimiter == "\t" and len(cells) < width):
        return ""
    return find_miscount(cells, width)

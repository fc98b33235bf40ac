"""Reads rows of text cells out of a file of any format; a row that cannot be read is told, never lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from graph.errors import TableError
from loaders.lists.files.delimited import read_delimited
from loaders.lists.files.json_rows import read_json
from loaders.lists.files.layout import CellTable, Layout, Rows, count_columns
from loaders.lists.files.spreadsheet import read_spreadsheet

FORMATS: dict[str, Callable[[Path, str, Layout], Rows]] = {
    "csv": read_delimited,
    "txt": read_delimited,
    "tsv": read_delimited,
    "tab": read_delimited,
    "json": read_json,
    "ndjson": read_json,
    "jsonl": read_json,
    "xlsx": read_spreadsheet,
    "xlsm": read_spreadsheet,
}
"""How a file is read, by the suffix of its name."""
_SAVED_OTHERWISE = {
    "xls",
    "xlsb",
    "ods",
    "fods",
    "numbers",
    "htm",
    "html",
    "xml",
    "pdf",
    "doc",
    "docx",
    "gz",
    "zip",
    "rar",
    "7z",
}
"""What tables are kept in too, and a program that opens it can save as one of these formats."""
_WITH_NAMES = {"json", "ndjson", "jsonl"}
"""The formats whose rows name their cells, so that they always have a header."""


def read_cells(path: Path, layout: Layout) -> CellTable:
    """Return one file as text cells without space around them; blank rows are no rows.

    Raises TableError when the file as a whole cannot be read: it is missing, empty, damaged, in another
    encoding, or its header is broken.
    """
    name = f"{path.parent.name}/{path.name}"
    form = layout.format or path.suffix.lower().removeprefix(".")
    if form not in FORMATS:
        if form in _SAVED_OTHERWISE:
            mend = "Unpack it, or open it in a spreadsheet program, and save it as .xlsx or .csv."
            raise TableError(name, None, f"the format {form!r} is not read", mend)
        mend = f"Say in [table] which format it has: {', '.join(FORMATS)}."
        raise TableError(name, None, f"the format {form!r} is unknown", mend)
    if path.exists() and not path.is_file():
        raise TableError(name, None, "it is no file", "Mend [table] file.")
    rows = FORMATS[form](path, name, layout)
    first = next(rows, None)
    if first is None or first.fault:
        what, line = (first.fault, first.line) if first else ("the file is empty", None)
        raise TableError(name, line, what, "The first row must be whole: it tells the columns.")
    if not layout.header and form not in _WITH_NAMES:
        return CellTable(name, ("",) * len(first.cells), [first, *rows])
    return CellTable(name, tuple(first.cells[: count_columns(first.cells, layout)]), list(rows))

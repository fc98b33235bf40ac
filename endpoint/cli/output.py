"""How commands write: data to stdout, words about it to stderr."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table as RichTable

from endpoint.engine.results import Cell, Table
from endpoint.show.present import compact
from endpoint.show.tables import column_heading, pair_columns
from endpoint.show.texts.texts import format_date
from ontology import BASE, PREFIXES
from queries import CannedQuery

_PLAIN_WIDTH = 160
_DATES = {PREFIXES["xsd"] + name for name in ("date", "gYearMonth", "gYear")}
_NUMBERS = {PREFIXES["xsd"] + name for name in ("integer", "decimal", "double")}


def allow_any_letter() -> None:
    """Let stdout and stderr show what their encoding has no letter for as an escape, and not fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def is_terminal() -> bool:
    """Return whether stdout is a terminal, so that a person reads it."""
    return sys.stdout.isatty()


def log_console() -> Console:
    """Return the console for progress and messages, which is stderr."""
    return Console(stderr=True, highlight=False)


def print_table(
    headings: Sequence[str], rows: Iterable[Sequence[object]], title: str = "", numbers: Sequence[str] = ()
) -> None:
    """Write a table for people to stdout; the columns named in `numbers` are set to the right."""
    table = RichTable(
        title=title or None,
        box=box.SIMPLE_HEAD,
        title_justify="left",
        title_style="bold",
        pad_edge=False,
        show_edge=False,
    )
    for heading in headings:
        right = heading in numbers
        table.add_column(heading, justify="right" if right else "left", no_wrap=right)
    for row in rows:
        table.add_row(*(str(value) for value in row))
    width = None if is_terminal() else _PLAIN_WIDTH
    Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False).print(table)


def print_csv(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write rows as CSV (RFC 4180, but line feeds alone) to stdout."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([headings, *rows])
    print_bytes(text.getvalue().encode())


def print_bytes(body: bytes) -> None:
    """Write an answer to stdout as it came; a terminal gets a line end after it."""
    sys.stdout.flush()
    sys.stdout.buffer.write(body)
    if is_terminal() and not body.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()


def print_result(table: Table, language: str, query: CannedQuery | None = None) -> None:
    """Write a result as a table for people, without the addresses whose names stand beside them."""
    headings = query.column_labels if query else {}
    hidden = {*pair_columns(table, headings).values(), *([query.display.get("map", "")] if query else [])}
    kept = [name for name in table.columns if name not in hidden]
    words = {name: column_heading(name, headings, language) if query else name for name in kept}
    numbers = [words[name] for name in kept if _all_numbers(table.rows, name)]
    rows = [[_plain(row.get(name), language) for name in kept] for row in table.rows]
    print_table(list(words.values()), rows, numbers=numbers)
    count = len(table.rows)
    log_console().print(f"{count} row{'' if count == 1 else 's'}", style="dim")


def _all_numbers(rows: Sequence[Mapping[str, Cell]], name: str) -> bool:
    cells = [row[name] for row in rows if name in row]
    return bool(cells) and all(cell.datatype in _NUMBERS for cell in cells)


def _plain(cell: Cell | None, language: str) -> str:
    if cell is None:
        return ""
    if cell.kind == "iri":
        short = compact(cell.value)
        return short if short != cell.value else cell.value.removeprefix(BASE)
    return format_date(cell.value, language) if cell.datatype in _DATES else cell.value

"""How commands write: data to stdout, words about it to stderr."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.status import Status
from rich.table import Table as RichTable

_PLAIN_WIDTH = 160


def is_terminal() -> bool:
    """Return whether stdout is a terminal, so that a person reads it."""
    return sys.stdout.isatty()


def log_console() -> Console:
    """Return the console for progress and messages, which is stderr."""
    return Console(stderr=True, highlight=False)


def show_step(console: Console, status: Status, step: str) -> None:
    """Show which step a long command has come to: beside the spinner of a terminal, else as a line."""
    if console.is_terminal:
        status.update(step)
    else:
        console.print(step, markup=False)


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

"""How commands read seconds and paths, and how they write: data to stdout, words about it to stderr."""

from __future__ import annotations

import csv
import io
import logging
import math
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.status import Status
from rich.table import Table as RichTable

from graph.store.files import write_whole

_PLAIN_WIDTH = 160


_CONTROLS = {
    number: f"\\x{number:02x}" for number in (*range(32), *range(127, 160)) if chr(number) not in "\n\t"
}
_ONE_LINE = _CONTROLS | {ord("\n"): "\\n", ord("\t"): "\\t", 0x2028: "\\u2028", 0x2029: "\\u2029"}


class Seconds(click.FloatRange):
    """A time in seconds: of a range, and a number, which NaN and infinity are not."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return it as a number; any other is a wrong usage."""
        seconds: float = super().convert(value, param, ctx)
        if not math.isfinite(seconds):
            self.fail(f"{value!r} is no number of seconds.", param, ctx)
        return seconds


class NamedPath(click.Path):
    """A path; the empty text, as of a variable that is not set, does not mean the folder one is in."""

    def __init__(self, **kinds: bool) -> None:
        """Take what click.Path takes: which kinds there may be."""
        super().__init__(**kinds, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return it as a path; the empty text is a wrong usage."""
        if value == "":
            self.fail("it is empty; name a path", param, ctx)
        return super().convert(value, param, ctx)


def plain(text: str) -> str:
    """Return a text that steers no terminal, whoever wrote parts of it: control characters as escapes."""
    return text.translate(_CONTROLS)


class LineFormatter(logging.Formatter):
    """Each message on one line, so that no text of a client can be taken for a line of the log."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return super().formatMessage(record).translate(_ONE_LINE)

    def formatException(self, ei: Any) -> str:
        """Return the traceback, on lines of its own."""
        return plain(super().formatException(ei))


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
        table.add_row(*(plain(str(value)) for value in row))
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


def write_output(path: Path, body: bytes) -> None:
    """Write a file whole or not at all, a pipe or a device as it goes; raises click.FileError."""
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(body)
        else:
            write_whole(path.resolve(), body)
    except OSError as exc:
        raise click.FileError(str(path), exc.strerror) from exc

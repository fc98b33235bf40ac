"""Asking the current release in a command: its engine, the formats, and results as tables for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import click
from werkzeug.datastructures import MIMEAccept

from endpoint.cli.output import log_console, print_table
from endpoint.config import Config
from endpoint.engine.engine import Engine, Lane
from endpoint.engine.language.guard import QueryKind
from endpoint.engine.results import Cell, Table
from endpoint.errors import NotAcceptable
from endpoint.show.tables import column_heading, doubled_columns, pair_columns
from endpoint.show.texts import format_date
from endpoint.show.values import compact
from endpoint.sparql.negotiation import choose
from graph.store.releases import Release, current_release
from graph.store.verify import verify_release
from ontology import BASE, PREFIXES
from queries import CannedQuery

_DATES = {PREFIXES["xsd"] + name for name in ("date", "gYearMonth", "gYear")}
_NUMBERS = {PREFIXES["xsd"] + name for name in ("integer", "decimal", "double")}


def sound_release(config: Config) -> Release:
    """Return the current release, all of whose files are as published; raises ReleaseError.

    Reading them all takes a second for a million triples; an engine over a damaged store counts wrong.
    """
    release = current_release(config.home)
    verify_release(release)
    return release


def open_engine(config: Config, release: Release, *lanes: Lane) -> Engine:
    """Return an engine over a release, to be closed, with the few processes that one who asks needs."""
    return Engine(replace(config, workers=1), release.store_path, lanes=lanes)


def media_type(kind: QueryKind, format_name: str) -> str:
    """Return the media type of a format for this kind of query; another name is a wrong usage."""
    try:
        return choose(kind, MIMEAccept(), format_name).media_type
    except NotAcceptable as exc:
        raise click.BadParameter(str(exc), param_hint="--format") from exc


def print_result(
    table: Table, language: str, query: CannedQuery | None = None, total: int | None = None
) -> None:
    """Write a result as a table for people, without the addresses whose names stand beside them.

    `total` is how many rows there are in all, when these may be only some of them.
    """
    headings = query.column_labels if query else {}
    hidden = {*pair_columns(table, headings).values(), *([query.display.get("map", "")] if query else [])}
    hidden |= doubled_columns(table.columns)
    kept = [name for name in table.columns if name not in hidden]
    headed = {name: column_heading(name, headings, language) if query else name for name in kept}
    numbers = [headed[name] for name in kept if _all_numbers(table.rows, name)]
    rows = [[_plain(row.get(name), language) for name in kept] for row in table.rows]
    print_table(list(headed.values()), rows, numbers=numbers)
    count = len(table.rows)
    words = f"{count} row{'' if count == 1 else 's'}"
    if total is not None and total != count:
        words += f" of {total}; --limit and --page show others, --format csv writes all"
    log_console().print(words, style="dim")


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

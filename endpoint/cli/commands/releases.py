"""``kembar releases``: the releases that are kept, the newest first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click
from rich.filesize import decimal

from endpoint.cli.output import is_terminal, print_csv, print_table
from endpoint.config import Config
from graph.store.releases import Release, current_release, list_releases

COLUMNS = (
    "id", "current", "compiled", "accepted", "intent", "claimed", "agreements", "claims", "triples",
    "files", "bytes",
)  # fmt: skip
"""The columns: accepted, intent and claimed are partnerships; `bytes` is the size of all `files` together."""

_NUMBERS = COLUMNS[3:]


@click.command(name="releases", short_help="List the releases.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["table", "csv", "json"]),
    help="A table on a terminal, else csv.",
)
@click.pass_obj
def releases_command(config: Config, format_name: str | None) -> None:
    """List the releases that are kept, the newest first, with their counts and which is current.

    Example: kembar releases --format json
    """
    current = current_release(config.home).id
    rows = [describe_release(release, current) for release in list_releases(config.home)]
    name = format_name or ("table" if is_terminal() else "csv")
    if name == "json":
        click.echo(json.dumps(rows, indent=1))
    elif name == "csv":
        print_csv(COLUMNS, [[_in_csv(row[column]) for column in COLUMNS] for row in rows])
    else:
        print_table(COLUMNS, [list(_in_table(row).values()) for row in rows], numbers=_NUMBERS)


def describe_release(release: Release, current: str) -> dict[str, Any]:
    """Return one release by the names of `COLUMNS`, from its manifest alone."""
    counts: Mapping[str, Any] = release.manifest["counts"]
    files = release.files
    return {
        "id": release.id,
        "current": release.id == current,
        "compiled": release.manifest["compiled"],
        **{outcome: counts["partnerships"][outcome] for outcome in ("accepted", "intent", "claimed")},
        **{name: counts[name] for name in ("agreements", "claims", "triples")},
        "files": len(files),
        "bytes": sum(file.bytes for file in files),
    }


def _in_csv(value: object) -> object:
    return ("yes" if value else "no") if isinstance(value, bool) else value


def _in_table(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row for people: a star for the current release, the size in decimal units."""
    return {**row, "current": "*" if row["current"] else "", "bytes": decimal(row["bytes"])}

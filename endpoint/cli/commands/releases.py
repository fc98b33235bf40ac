"""``kembar releases``, ``check`` and ``deposit``: which releases are kept, whether one is sound, its copy."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.filesize import decimal

from endpoint.cli.breaches import print_breaches
from endpoint.cli.output import NamedPath, is_terminal, log_console, print_csv, print_table
from endpoint.config import Config
from graph.downloads.describe.deposit import describe_for_datacite, describe_for_zenodo
from graph.downloads.describe.publication import publication_of, write_description
from graph.errors import DamagedRelease
from graph.store.manifest import SUMS, list_sums, stated_files
from graph.store.releases import Release, current_id, current_release, find_release, list_kept
from graph.store.store import open_store
from graph.store.validation import find_breaches
from graph.store.verify import check_release
from ontology import Breach, rules

COLUMNS = (
    "id", "current", "compiled", "accepted", "intent", "claimed", "agreements", "claims", "triples",
    "files", "bytes",
)  # fmt: skip
"""The columns: accepted, intent and claimed are partnerships; `bytes` is the size of all `files` together."""

_NUMBERS = COLUMNS[3:]


@click.command(name="releases")
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
    current, kept = current_id(config.home), list_kept(config.home)
    if not kept:
        current_release(config.home)  # which says what to do
    rows = [describe_release(found, current) for found in kept if isinstance(found, Release)]
    for found in kept:
        if isinstance(found, DamagedRelease):
            log_console().print(str(found), markup=False, soft_wrap=True)
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


@click.command(name="check")
@click.argument("release_name", metavar="[RELEASE]", default="current")
@click.pass_obj
def check_command(config: Config, release_name: str) -> None:
    """Verify every checksum of a release, open its store, and run the rules over it.

    RELEASE is an id, the beginning of one, current (the default) or previous. Exit code 1 when a file is
    missing or changed, or a rule that must hold does not.

    Example: kembar check previous
    """
    release = find_release(config.home, release_name)
    if faults := check_release(release):
        for fault in faults:
            log_console().print(fault, markup=False, soft_wrap=True)
        raise DamagedRelease(release.id, faults)
    broken = {breach.rule.name: breach for breach in find_breaches(open_store(release.store_path))}
    rows = [
        (rule.name, "must" if rule.fatal else "should", _state(broken.get(rule.name))) for rule in rules()
    ]
    print_table(["rule", "holds", "state"], rows, title=f"Release {release.id}")
    log_console().print(f"{len(stated_files(release.manifest))} files have their checksums", markup=False)
    print_breaches(list(broken.values()))
    if any(breach.rule.fatal for breach in broken.values()):
        raise click.ClickException("rules that must hold are broken")


@click.command(name="deposit")
@click.argument("release_name", metavar="[RELEASE]", default="current")
@click.option(
    "--to",
    "folder",
    required=True,
    type=NamedPath(file_okay=False),
    help="The folder to write; it must be new or empty.",
)
@click.pass_obj
def deposit_command(config: Config, release_name: str, folder: Path) -> None:
    """Write a folder that can be deposited in a repository: the files of a release, and metadata.

    RELEASE is an id, the beginning of one, current (the default) or previous. Beside the files there are
    SHA256SUMS, datacite.json and zenodo.json, with the DOI of KEMBAR_DOI when there is one. Nothing is
    uploaded.

    Example: kembar deposit --to kota-kembar-deposit
    """
    release = find_release(config.home, release_name)
    if faults := check_release(release):
        raise DamagedRelease(release.id, faults)
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _write_deposit(config, release, folder)
    except OSError:
        for path in folder.iterdir():
            path.unlink()  # a part would be taken for the whole
        raise
    log_console().print(f"{len(release.files)} files of release {release.id} are in {folder}", markup=False)


def _write_deposit(config: Config, release: Release, folder: Path) -> None:
    for file in release.files:
        shutil.copyfile(release.files_path / file.name, folder / file.name)
    (folder / SUMS).write_text(list_sums(release.files), encoding="utf-8")
    publication, doi = publication_of(release.manifest, release.files), config.doi_of(release.id)
    for name, describe in (("datacite", describe_for_datacite), ("zenodo", describe_for_zenodo)):
        (folder / f"{name}.json").write_bytes(write_description(describe(publication, doi)))


def _state(breach: Breach | None) -> str:
    return "ok" if breach is None else f"broken by {len(breach.things)}"

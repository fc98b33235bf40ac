"""``kembar releases``, ``check`` and ``pull``: which releases are kept, if one is sound, those of others."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import click
from rich.filesize import decimal

from endpoint.cli.breaches import print_breaches
from endpoint.cli.commands.fetch import contact_option
from endpoint.cli.output import is_terminal, log_console, print_csv, print_table
from endpoint.config import Config
from graph.errors import DamagedRelease, FetchError, ReleaseError
from graph.store.manifest import stated_files
from graph.store.releases import Release, current_id, current_release, find_release, list_kept
from graph.store.store import open_store
from graph.store.validation import find_breaches
from graph.store.verify import check_release
from ontology import Breach, rules

if TYPE_CHECKING:
    from loaders.replica.follow import Replica

COLUMNS = (
    "id", "current", "compiled", "accepted", "intent", "claimed", "agreements", "claims", "triples",
    "files", "bytes",
)  # fmt: skip
"""The columns: accepted, intent and claimed are partnerships; `bytes` is the size of all `files` together."""

_NUMBERS = COLUMNS[3:]
MOST_PAUSE_SECONDS = 3600.0
"""A service that fails, or whose releases are refused, is looked at no more seldom than this."""


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


def _state(breach: Breach | None) -> str:
    return "ok" if breach is None else f"broken by {len(breach.things)}"


@click.command(name="pull")
@click.argument("address")
@click.option(
    "--every", "seconds", metavar="SECONDS", type=click.FloatRange(min=1), help="Look again and again."
)
@contact_option
@click.pass_obj
def pull_command(config: Config, address: str, seconds: float | None, contact: str) -> None:
    """Take over the releases of another service, and let `current` be the one that it serves.

    ADDRESS is that of the service. Every file is compared with its checksum and all of them with the id, and
    the store is made from them; nothing is served before. A pull that was stopped goes on where it was.

    Example: kembar pull https://kota-kembar.example --every 60
    """
    from loaders.replica.download import Upstream
    from loaders.replica.follow import Replica

    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs the address of each request
    console = log_console()
    write = partial(console.print, markup=False, soft_wrap=True)
    with Upstream(address, contact, on_wait=write) as upstream:
        replica = Replica(config.home, upstream, config.keep_releases, write)
        if seconds is None:
            click.echo(replica.pull().current)
        else:
            follow(replica, seconds, write)


def follow(
    replica: Replica,
    seconds: float,
    write: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
) -> NoReturn:
    """Look again and again, `seconds` after the last look, twice as long after each failure."""
    pause, current = seconds, ""
    while True:
        try:
            pulled = replica.pull(at_once=False)
        except (FetchError, ReleaseError, OSError) as exc:
            pause = max(min(2 * pause, MOST_PAUSE_SECONDS), seconds)
            write(f"{exc} The next look is in {pause:.0f} s.")
        else:
            pause = seconds
            if pulled.current != current:
                write(f"release {pulled.current} is current")
            current = pulled.current
        sleep(pause)

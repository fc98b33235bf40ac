"""The one command, ``kembar``: build a release, serve it, ask it, check it.

Data go to stdout, words about progress to stderr. Exit codes: 0 it worked, 1 it failed, 2 wrong usage.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.status import Status

from endpoint.cli.commands.diff import diff_command
from endpoint.cli.commands.fetch import fetch_group
from endpoint.cli.commands.measures import measures_command
from endpoint.cli.commands.network import network_command
from endpoint.cli.commands.places import places_group
from endpoint.cli.commands.query import query_group
from endpoint.cli.commands.releases import releases_command
from endpoint.cli.commands.sparql import sparql_command
from endpoint.cli.output import allow_any_letter, is_terminal, log_console, print_csv, print_table
from endpoint.config import Config
from graph.errors import KembarError, RefusedRelease
from graph.model.claims import LoadedCollection
from graph.pipeline.build import BuildReport, build
from graph.store.releases import check_release, current_release, find_release
from graph.store.store import open_store
from graph.store.validation import SHOWN, find_breaches
from loaders.workspace import Workspace
from ontology import Breach, rules
from queries import query_texts

_COLLECTION_COLUMNS = ("collection", "licence", "compiled", "rows", "claims", "issues")
_ISSUE_COLUMNS = ("collection", "row", "line", "kind", "reason")


class Commands(click.Group):
    """The group of all commands; an error of ours becomes one sentence on stderr and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; RefusedRelease tells each broken rule, other errors their sentence."""
        try:
            return super().invoke(ctx)
        except RefusedRelease as exc:
            print_breaches(log_console(), exc.breaches)
            raise click.ClickException("the release is refused; `current` is as it was") from exc
        except KembarError as exc:
            raise click.ClickException(str(exc)) from exc
        except OSError as exc:
            raise click.ClickException(f"{exc}; nothing was replaced") from exc


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where releases are kept; else KEMBAR_HOME, else the user's data folder.",
)
@click.version_option(package_name="kota-kembar", message="%(version)s")
@click.pass_context
def main(ctx: click.Context, home: Path | None) -> None:
    """Kota Kembar: an open, dated, sourced knowledge graph of sister-city cooperation.

    Example: kembar build && kembar serve
    """
    allow_any_letter()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    config = Config.from_environ()
    ctx.obj = replace(config, home=home.resolve()) if home else config


main.add_command(diff_command)
main.add_command(fetch_group)
main.add_command(measures_command)
main.add_command(network_command)
main.add_command(places_group)
main.add_command(query_group)
main.add_command(releases_command)
main.add_command(sparql_command)


_collections_option = click.option(
    "--collections",
    "more",
    metavar="DIR",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A collection, or a folder of collections, besides the bundled and the fetched ones; repeatable.",
)


@main.command(name="build", short_help="Make a release of all collections.")
@click.option("--force", is_flag=True, help="Build also when nothing has changed.")
@_collections_option
@click.pass_obj
def build_command(config: Config, force: bool, more: tuple[Path, ...]) -> None:
    """Make a release of all collections and let it be the current one.

    Example: kembar build
    """
    console = log_console()
    workspace = Workspace.of(config.home, more)
    with console.status("building") as status:
        report = build(
            workspace.load,
            config.home,
            force=force,
            keep=config.keep_releases,
            questions=query_texts(),
            inputs=workspace.inputs,
            progress=lambda step: _tell(console, status, step),
        )
    workspace.keep_ids()
    print_report(report)


@main.command(name="serve", short_help="Serve the current release.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
@click.pass_obj
def serve_command(config: Config, host: str, port: int) -> None:
    """Serve the current release: pages, questions and the SPARQL endpoint.

    Example: kembar serve --port 8000
    """
    from endpoint.cli.wsgi import serve

    serve(config, current_release(config.home), host, port)


@main.command(name="check", short_help="Verify a release: its files, its store, the rules.")
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
        raise click.ClickException(f"release {release.id} is damaged: {'; '.join(faults)}")
    broken = {breach.rule.name: breach for breach in find_breaches(open_store(release.store_path))}
    rows = [
        (rule.name, "must" if rule.fatal else "should", _state(broken.get(rule.name))) for rule in rules()
    ]
    print_table(["rule", "holds", "state"], rows, title=f"Release {release.id}")
    log_console().print(f"{len(release.files)} files have their checksums", markup=False)
    print_breaches(log_console(), list(broken.values()))
    if any(breach.rule.fatal for breach in broken.values()):
        raise click.ClickException("rules that must hold are broken")


@main.command(name="collections", short_help="List the collections.")
@click.option(
    "--format", "format_name", type=click.Choice(["table", "csv"]), help="A table on a terminal, else csv."
)
@click.option(
    "--issues", is_flag=True, help="List the rows that are no claim, or not whole, with the reason."
)
@click.option("--freeze", is_flag=True, help="Write all ids that were minted to the registers, for ever.")
@_collections_option
@click.pass_obj
def collections_command(
    config: Config, format_name: str | None, issues: bool, freeze: bool, more: tuple[Path, ...]
) -> None:
    """List the collections with their licence, date, and what was read from them.

    Example: kembar collections --issues --format csv
    """
    workspace = Workspace.of(config.home, more)
    if freeze:
        for name, count in workspace.freeze().items():
            log_console().print(f"{name}: {count} new in its register", markup=False)
    columns = _ISSUE_COLUMNS if issues else _COLLECTION_COLUMNS
    read = _issue_rows if issues else _collection_rows
    rows = [row for collection in workspace.load() for row in read(collection)]
    if (format_name or ("table" if is_terminal() else "csv")) == "table":
        print_table(columns, rows, numbers=("rows", "claims", "issues", "line"))
    else:
        print_csv(columns, rows)


def print_report(report: BuildReport) -> None:
    """Write what a build did: the tally of each collection, the counts of the release, the warnings."""
    manifest = report.release.manifest
    collections: Sequence[Mapping[str, Any]] = manifest["collections"]
    states = list(dict.fromkeys(state for one in collections for state in one["tally"]))
    print_table(
        ["collection", "rows", *states],
        [
            [one["name"], one["rows"], *(one["tally"].get(state, 0) for state in states)]
            for one in collections
        ],
        title="What became of each row",
        numbers=["rows", *states],
    )
    print_table(["count", "number"], _flatten(manifest["counts"]), title="In the release", numbers=["number"])
    print_breaches(log_console(), report.warnings)
    log_console().print("nothing has changed since the last build" if report.unchanged else "a new release")
    click.echo(report.release.id)


def print_breaches(console: Console, breaches: Sequence[Breach]) -> None:
    """Write for each broken rule its name, the first things that break it, and the mend."""
    for breach in breaches:
        weight = "broken" if breach.rule.fatal else "warning"
        console.print(f"{weight}: {breach.rule.name}: {breach.rule.title}", style="bold", markup=False)
        for row in breach.rows[:SHOWN]:
            words = [*row.values(), _told_rows(breach.claims.get(row.get("thing", ""), ()))]
            console.print("  " + "  ".join(filter(None, words)), markup=False, soft_wrap=True)
        if (more := len(breach.rows) - SHOWN) > 0:
            console.print(f"  and {more} more", markup=False)
        console.print(f"  mend: {breach.rule.mend}", markup=False, soft_wrap=True)


def _told_rows(claims: Sequence[str]) -> str:
    """Return the rows of the tables that a thing rests on, the first three and how many more."""
    if not claims:
        return ""
    more = f" and {len(claims) - 3} more" if len(claims) > 3 else ""
    return f"(rows {', '.join(claims[:3])}{more})"


def _tell(console: Console, status: Status, step: str) -> None:
    if console.is_terminal:
        status.update(step)
    else:
        console.print(step, markup=False)


def _state(breach: Breach | None) -> str:
    return "ok" if breach is None else f"broken by {len(breach.things)}"


def _collection_rows(collection: LoadedCollection) -> list[tuple[object, ...]]:
    info = collection.info
    rows = sum(collection.tally.values())
    counts = rows, len(collection.claims), len(collection.issues)
    return [(info.name, info.licence, info.compiled, *counts)]


def _issue_rows(collection: LoadedCollection) -> list[tuple[object, ...]]:
    return [(one.collection, one.row, one.line, one.kind, one.reason) for one in collection.issues]


def _flatten(counts: Mapping[str, Any], before: str = "") -> list[tuple[str, object]]:
    """Return (words, number) of counts, those of nested maps under the words of the map."""
    found: list[tuple[str, object]] = []
    for name, value in counts.items():
        words = f"{before} {name}".strip().replace("_", " ")
        found += _flatten(value, words) if isinstance(value, Mapping) else [(words, value)]
    return found


if __name__ == "__main__":
    main()

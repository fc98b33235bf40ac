"""``kembar collections`` and ``kembar places``: what collections hold, and which places they mean."""

from __future__ import annotations

from pathlib import Path

import click

from endpoint.cli.output import NamedPath, is_terminal, log_console, print_csv, print_table
from endpoint.config import Config
from graph.model.claims import LoadedCollection
from graph.pipeline.summary import describe_rows
from loaders.tables.places import load_countries
from loaders.tables.reviews import REVIEWS, write_review
from loaders.workspace import Workspace

_SHARES = ("decided", "minted", "undecided", "repeated", "with_issue")
_COLUMNS = ("collection", "licence", "compiled", "rows", "claims", "issues", *_SHARES)
_ISSUE_COLUMNS = ("collection", "row", "line", "kind", "reason")

collections_option = click.option(
    "--collections",
    "folders",
    metavar="DIR",
    multiple=True,
    type=NamedPath(exists=True, file_okay=False),
    help="A collection, or a folder of collections, besides the bundled and the fetched ones; repeatable.",
)


@click.command(name="collections")
@click.option(
    "--format", "format_name", type=click.Choice(["table", "csv"]), help="A table on a terminal, else csv."
)
@click.option("--issues", is_flag=True, help="List the rows that are no claim or not whole, with the reason.")
@click.option("--freeze", is_flag=True, help="Write all ids that were minted to the registers, for ever.")
@collections_option
@click.pass_obj
def collections_command(
    config: Config, format_name: str | None, issues: bool, freeze: bool, folders: tuple[Path, ...]
) -> None:
    """List the collections with their licence, date, what was read from them, and what became of the rows.

    Example: kembar collections --issues --format csv
    """
    workspace = Workspace.of(config.home, folders)
    if freeze:
        for name, count in workspace.freeze().items():
            log_console().print(f"{name}: {count} new in its register", markup=False)
    columns = _ISSUE_COLUMNS if issues else _COLUMNS
    read = _issue_rows if issues else _collection_rows
    rows = [row for collection in workspace.load() for row in read(collection)]
    if (format_name or ("table" if is_terminal() else "csv")) == "table":
        print_table(columns, rows, numbers=("rows", "claims", "issues", *_SHARES, "line"))
    else:
        print_csv(columns, rows)


def _collection_rows(collection: LoadedCollection) -> list[tuple[object, ...]]:
    info = collection.info
    rows = sum(collection.tally.values())
    counts = rows, len(collection.claims), len(collection.issues)
    shares = describe_rows(collection)["shares"]
    return [(info.name, info.licence, info.compiled, *counts, *(f"{shares[name]:.1%}" for name in _SHARES))]


def _issue_rows(collection: LoadedCollection) -> list[tuple[object, ...]]:
    return [
        (issue.collection, issue.row, issue.line, issue.kind, issue.reason) for issue in collection.issues
    ]


@click.group(name="places")
def places_command() -> None:
    """See and decide which places the parties of lists mean.

    Example: kembar places review
    """


@places_command.command(name="review", short_help="Write the undecided mentions for a person to fill in.")
@collections_option
@click.option("--all", "everything", is_flag=True, help="Also those that were matched or minted.")
@click.option("--to", "file", type=NamedPath(dir_okay=False), help="Where to write it.")
@click.pass_obj
def review_command(config: Config, folders: tuple[Path, ...], everything: bool, file: Path | None) -> None:
    """Write the mentions of lists that nobody decided into a table, with the places that they may be.

    What decides most records comes first. Fill in its column `place`: the id that a candidate begins with
    (Wikidata, GeoNames or minted), `new` for a place that none of them is, or `none` for what is no local
    government. The next build reads it; what is filled in stays when you write it again.

    Example: kembar places review --collections my-lists
    """
    workspace = Workspace.of(config.home, folders)
    resolution = workspace.resolve()
    places = {place.id: place for place in load_countries().values()}
    places |= {place.id: place for collection in resolution.collections for place in collection.places}
    path = file or config.home / REVIEWS
    with workspace.gazetteer() as gazetteer:
        count = write_review(resolution.matches, places, gazetteer, path, all_matches=everything)
    click.echo(f"{count} mentions to decide: {path}")

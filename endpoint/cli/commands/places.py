"""``kembar places``: which places the parties of lists mean, and what nobody could decide."""

from __future__ import annotations

from pathlib import Path

import click

from endpoint.config import Config


@click.group(name="places", short_help="See and decide which places lists mean.")
def places_group() -> None:
    """See and decide which places the parties of lists mean.

    Example: kembar places review
    """


@places_group.command(name="review", short_help="Write the undecided mentions for a person to fill in.")
@click.option(
    "--collections",
    "folders",
    metavar="DIR",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A collection, or a folder of collections, besides the bundled and fetched ones; repeatable.",
)
@click.option("--all", "everything", is_flag=True, help="Also those that were matched or minted.")
@click.option("--to", "file", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it.")
@click.pass_obj
def review_command(config: Config, folders: tuple[Path, ...], everything: bool, file: Path | None) -> None:
    """Write the mentions of lists that nobody decided into a table, with the places that they may be.

    Fill in its column `place`: a Wikidata id, a minted id, `new` for a place that none of them is, or `none`
    for what is no local government. The next build reads it; what is filled in stays when you write it again.

    Example: kembar places review --collections my-lists
    """
    from loaders.tables.places import load_countries
    from loaders.tables.reviews import REVIEWS, write_review
    from loaders.workspace import Workspace

    resolution = Workspace.of(config.home, folders).resolve()
    places = {place.id: place for place in load_countries().values()}
    places |= {place.id: place for one in resolution.collections for place in one.places}
    path = file or config.home / REVIEWS
    count = write_review(resolution.matches, places, path, all_matches=everything)
    click.echo(f"{count} mentions to decide: {path}")

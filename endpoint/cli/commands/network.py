"""``kembar network``: the network of the current release as a file, whole or as of a date."""

from __future__ import annotations

from pathlib import Path

import click

from endpoint.cli.output import log_console, print_bytes
from endpoint.config import Config
from graph.model.dates import PartialDate, parse_date
from graph.network.files import FORMATS, serialize
from graph.network.network import Network
from graph.network.read import read_network
from graph.store.releases import current_release
from graph.store.store import open_store


def _read_date(ctx: click.Context, parameter: click.Parameter, value: str | None) -> PartialDate | None:
    """Return the date of an option; another form is a wrong usage."""
    try:
        return None if value is None else parse_date(value)
    except ValueError as exc:
        raise click.BadParameter(str(exc), ctx=ctx, param=parameter) from exc


@click.command(name="network", short_help="Write the network for other programs.")
@click.option(
    "--as-of",
    "as_of",
    metavar="DATE",
    callback=_read_date,
    help="Only partnerships that existed then (YYYY, YYYY-MM or YYYY-MM-DD); else all there ever were.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(tuple(FORMATS)),
    default="graphml",
    show_default=True,
    help="nodes and edges are CSV tables.",
)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file, not to stdout."
)
@click.pass_obj
def network_command(config: Config, as_of: PartialDate | None, format_name: str, output: Path | None) -> None:
    """Write the network of accepted partnerships of the current release, for Gephi, Pajek, networkx or R.

    A date known to the year counts from the first to the last day of that year. Partnerships whose start is
    not known are left out of a network as of a date, and counted.

    Example: kembar network --as-of 1990 --format gexf --output partners-1990.gexf
    """
    network = read_network(open_store(current_release(config.home).store_path), as_of)
    body = serialize(network, format_name)
    log_console().print(describe_network(network), style="dim", markup=False, soft_wrap=True)
    if output is None:
        print_bytes(body)
        return
    try:
        output.write_bytes(body)
    except OSError as exc:
        raise click.FileError(str(output), exc.strerror) from exc


def describe_network(network: Network) -> str:
    """Return a sentence that counts the network, and what its date leaves out or cannot tell."""
    told = f"{len(network.nodes)} places, {len(network.edges)} partnerships"
    if network.as_of is None:
        return told
    told += f" as of {network.as_of}; {network.undated} without a known start left out"
    return f"{told}, {network.unended} over without a known end kept" if network.unended else told

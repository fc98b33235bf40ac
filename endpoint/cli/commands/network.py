"""``kembar network`` and ``kembar measures``: the network as a file, and the measures of any network."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, fields
from functools import partial
from pathlib import Path

import click

from endpoint.cli.output import (
    NamedPath,
    is_terminal,
    log_console,
    print_bytes,
    print_csv,
    print_table,
    show_step,
    write_output,
)
from endpoint.cli.query_engine import sound_release
from endpoint.config import Config
from graph.model.dates import PartialDate, parse_date
from graph.model.terms import decimal_text
from graph.network.betweenness import count_pivots, start_betweenness
from graph.network.edges import EdgeList, read_edges
from graph.network.files import FORMATS, serialize
from graph.network.measures import Measures, PlaceMeasures, measure
from graph.network.network import Network
from graph.network.read import read_network
from graph.store.store import open_store

MEASURE_FORMATS = ("table", "csv", "json")
"""What `--format` of the measures takes."""

_FIGURE_COLUMNS = ("measure", "value")
_OF_PLACES = frozenset(
    {"country_assortativity", "international", "domestic", "with_distance", "median_distance_km"}
)
"""Figures that need countries and coordinates, which an edge list has not."""
_MANY_LINKS = 100_000
"""From so many links on it is told beforehand what measuring them costs."""
_SECONDS_A_LINK, _BYTES_A_LINK = 0.0008, 1400
"""What a link costs: 13 minutes and 1.4 GB were measured for a million."""


def _read_date(ctx: click.Context, parameter: click.Parameter, value: str | None) -> PartialDate | None:
    """Return the date of an option; another form is a wrong usage."""
    try:
        return None if value is None else parse_date(value)
    except ValueError as exc:
        raise click.BadParameter(str(exc), ctx=ctx, param=parameter) from exc


@click.command(name="network")
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
@click.option("--output", type=NamedPath(dir_okay=False), help="Write to a file, not to stdout.")
@click.pass_obj
def network_command(config: Config, as_of: PartialDate | None, format_name: str, output: Path | None) -> None:
    """Write the network of accepted partnerships of the current release, for Gephi, Pajek, networkx or R.

    A date known to the year counts from the first to the last day of that year. Partnerships whose start is
    not known are left out of a network as of a date, and counted.

    Example: kembar network --as-of 1990 --format gexf --output partners-1990.gexf
    """
    network = read_network(open_store(sound_release(config).store_path), as_of)
    body = serialize(network, format_name)
    log_console().print(describe_network(network), style="dim", markup=False, soft_wrap=True)
    if output is None:
        print_bytes(body)
        return
    write_output(output, body)


def describe_network(network: Network) -> str:
    """Return a sentence that counts the network, and what its date leaves out or cannot tell."""
    sentence = f"{len(network.nodes)} places, {len(network.edges)} partnerships"
    if network.as_of is None:
        return sentence
    sentence += f" as of {network.as_of}; {network.undated} without a known start left out"
    return f"{sentence}, {network.unended} over without a known end kept" if network.unended else sentence


@click.command(name="measures")
@click.argument("file", type=NamedPath(exists=True, dir_okay=False))
@click.option("--nodes", "of_nodes", is_flag=True, help="A row for each node, not for the whole network.")
@click.option(
    "--header/--no-header", default=None, help="Whether the first line names the columns; else guessed."
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(MEASURE_FORMATS),
    help="How to write them; a table on a terminal, else csv.",
)
def measures_command(file: Path, of_nodes: bool, header: bool | None, format_name: str | None) -> None:
    """Measure the network in FILE: two columns (by tabs, commas or spaces), or columns source and target.

    Links have no direction; one that stands there again counts once, one from a node to itself not at all.

    Example: kembar measures network-edges.csv --format json
    """
    console = log_console()
    edges = read_edges(file, header)
    console.print(_describe_reading(edges), style="dim", markup=False, soft_wrap=True)
    if cost := describe_cost(len(edges.network.edges)):
        console.print(cost, markup=False, soft_wrap=True)
    with console.status("measuring") as status, start_betweenness(edges.network) as betweenness:
        measures = measure(edges.network, betweenness, partial(show_step, console, status))
    name = format_name or ("table" if is_terminal() else "csv")
    if name == "json":
        click.echo(json.dumps(_as_json(measures, of_nodes), ensure_ascii=False, indent=1))
        return
    columns, rows = _node_rows(measures) if of_nodes else (_FIGURE_COLUMNS, _figure_rows(measures))
    if name == "table":
        print_table(columns, rows, numbers=[column for column in columns if column not in ("measure", "id")])
    else:
        print_csv(columns, rows)


def _describe_reading(edges: EdgeList) -> str:
    """Return what became of the lines of the file, and whether betweenness will be sampled, in a sentence."""
    header = f"the header {', '.join(edges.header)}; " if edges.header else ""
    rows = f"{edges.rows} rows, {edges.loops} loops and {edges.repeated} repetitions left out"
    nodes, links = len(edges.network.nodes), len(edges.network.edges)
    pivots = count_pivots(nodes, links)
    sampled = f"; betweenness is sampled, from {pivots} of {nodes} nodes" if pivots < nodes else ""
    return f"{header}{rows}{sampled}"


def describe_cost(links: int) -> str:
    """Return roughly what it costs to measure so many links, in a sentence; nothing for few links."""
    if links < _MANY_LINKS:
        return ""
    minutes, gigabytes = math.ceil(links * _SECONDS_A_LINK / 60), links * _BYTES_A_LINK / 1e9
    return (
        f"{links} links: some {minutes} min of processor time and {gigabytes:.1f} GB of memory; Ctrl-C stops"
    )


def _as_json(measures: Measures, of_nodes: bool) -> object:
    return [asdict(place) for place in measures.places] if of_nodes else _figures(measures)


def _figures(measures: Measures) -> dict[str, float | int | None]:
    return {name: value for name, value in asdict(measures.network).items() if name not in _OF_PLACES}


def _figure_rows(measures: Measures) -> list[tuple[str, str]]:
    return [(name, _plain(value)) for name, value in _figures(measures).items()]


def _node_rows(measures: Measures) -> tuple[tuple[str, ...], list[Sequence[str]]]:
    columns = tuple(field.name for field in fields(PlaceMeasures))
    return columns, [[_plain(getattr(place, column)) for column in columns] for place in measures.places]


def _plain(value: object) -> str:
    if isinstance(value, float):
        return decimal_text(value)
    return "" if value is None else str(value)

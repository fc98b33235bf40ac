"""``kembar sparql``: any query over the current release."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from endpoint.cli.output import NamedPath, Seconds, is_terminal, print_bytes
from endpoint.cli.query_engine import media_type, open_engine, print_result, sound_release
from endpoint.config import Config
from endpoint.engine.engine import Lane
from endpoint.engine.language.guard import QueryKind, read
from endpoint.engine.results import tabulate

TABLE = "table"


@click.command(name="sparql")
@click.argument("query", required=False)
@click.option(
    "--file",
    "file",
    type=NamedPath(exists=True, dir_okay=False),
    help="Read it from a file.",
)
@click.option(
    "--format",
    "format_name",
    help="table, csv, tsv, json or xml; for CONSTRUCT and DESCRIBE turtle, ntriples, jsonld or rdfxml. "
    "A table or Turtle on a terminal, else csv or N-Triples.",
)
@click.option("--timeout", type=Seconds(min=0.1), metavar="SECONDS", help="Give up after so long.")
@click.pass_obj
def sparql_command(
    config: Config, query: str | None, file: Path | None, format_name: str | None, timeout: float | None
) -> None:
    """Answer a SPARQL query given as an argument, from a file, or from stdin with -

    Example: kembar sparql 'SELECT * WHERE { ?s ?p ?o } LIMIT 3'
    """
    reading = read(_read_query(query, file), config)
    name = format_name or _usual_format(reading.kind)
    with open_engine(config, sound_release(config), Lane.FREE, Lane.SERVICES) as engine:
        if name == TABLE:
            print_result(tabulate(engine, reading, seconds=timeout), "en")
        else:
            print_bytes(engine.run(reading, media_type(reading.kind, name), seconds=timeout).body)


def _read_query(query: str | None, file: Path | None) -> str:
    if (query is None) == (file is None):
        raise click.UsageError("give one query: as an argument, with --file, or - for stdin")
    if file is not None:
        return _decode(file.read_bytes(), file.name)
    return _decode(sys.stdin.buffer.read(), "stdin") if query == "-" else str(query)


def _decode(data: bytes, name: str) -> str:
    """Return the text of a query without a byte order mark; another encoding than UTF-8 is a wrong usage."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = data[: exc.start].count(b"\n") + 1
        told = f"{name}, line {line}: it is not UTF-8 ({exc.reason}); save it as UTF-8"
        raise click.UsageError(told) from exc


def _usual_format(kind: QueryKind) -> str:
    if kind is QueryKind.GRAPH:
        return "turtle" if is_terminal() else "ntriples"
    if kind is QueryKind.ASK:
        return "json"
    return TABLE if is_terminal() else "csv"

"""Starts our service and its peers on loopback, loads the same data, asks the same queries, prints tables.

    .venv/bin/python benchmarks/compare.py
    .venv/bin/python benchmarks/compare.py --servers kembar,oxigraph --data bundled --seconds 1

Progress goes to stderr, Markdown to stdout. Everything that was started is ended, also on Ctrl-C.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.data import Dataset, prepare
from benchmarks.peers.measure import Bench, print_progress
from benchmarks.peers.processes import Unavailable
from benchmarks.peers.report import Memory, Results, report
from benchmarks.peers.servers import STARTERS, Server, running
from benchmarks.questions import MEDIA_TYPES, questions

MOST_FOR_RDFLIB = 300_000
"""Triples that rdflib-endpoint is given at most: it holds them as Python objects."""


@dataclass(frozen=True)
class Options:
    """What to measure; ``seconds`` is how long each single measurement may take, ``rounds`` how often."""

    servers: tuple[str, ...]
    data: tuple[str, ...]
    names: tuple[str, ...]
    formats: tuple[str, ...]
    seconds: float
    rounds: int
    places: int
    folder: Path | None


def read_options(arguments: Sequence[str]) -> Options:
    """Return the options of the command line; leaves with a usage line when they are wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    usual = [name for name in STARTERS if name != "kembar-granian"]
    parser.add_argument("--servers", default=",".join(usual), help=f"of {', '.join(STARTERS)}")
    parser.add_argument("--data", default="bundled,generated", help="bundled, generated")
    parser.add_argument("--queries", default="", help="parts of names of queries; all when not given")
    parser.add_argument("--formats", default=",".join(MEDIA_TYPES), help="json, csv, turtle")
    parser.add_argument("--seconds", type=float, default=1.0, help="for each measurement (default 1)")
    parser.add_argument("--rounds", type=int, default=1, help="of eight at a time; the middle one counts")
    parser.add_argument(
        "--places", type=int, default=5_000, help="generated places (5000: a million triples)"
    )
    parser.add_argument("--folder", type=Path, help="keeps the data and environments for the next run")
    given = parser.parse_args(arguments)
    for name in given.servers.split(","):
        if name not in STARTERS:
            parser.error(f"no server {name!r}; there are {', '.join(STARTERS)}")
    return Options(
        tuple(given.servers.split(",")),
        tuple(given.data.split(",")),
        tuple(part for part in given.queries.split(",") if part),
        tuple(given.formats.split(",")),
        given.seconds,
        given.rounds,
        given.places,
        given.folder.resolve() if given.folder else None,
    )


def compare(options: Options, dataset: Dataset, folder: Path) -> Results:
    """Return the measurements over one set of data, all servers running at once and asked in turn."""
    results = Results(dataset.name, dataset.triples)
    asked = [
        question
        for question in questions(dataset)
        if not options.names or any(part in question.name for part in options.names)
    ]
    results.canned = {question.name for question in asked if question.canned}
    with ExitStack() as stack:
        servers = start_all(options, dataset, folder, stack)
        results.servers = [server.name for server in servers]
        results.memory = {server.name: Memory(server.seconds, server.resident()) for server in servers}
        bench = Bench(dataset, folder, servers, options.seconds, options.rounds, results)
        for question in asked:
            for form in question.formats:
                if form in options.formats:
                    bench.ask_all(question, form)
        for server in servers:
            results.memory[server.name].after = server.resident()
            results.memory[server.name].processes = server.processes()
    return results


def start_all(options: Options, dataset: Dataset, folder: Path, stack: ExitStack) -> list[Server]:
    """Return the servers that could be started; prints why the others could not."""
    servers = []
    for name in options.servers:
        if name == "rdflib-endpoint" and dataset.triples > MOST_FOR_RDFLIB:
            print_progress(f"{name}: left out, the data have over {MOST_FOR_RDFLIB:,} triples")
            continue
        print_progress(f"{name}: loading {dataset.name} ({dataset.triples:,} triples)")
        try:
            servers.append(stack.enter_context(running(name, dataset, folder)))
        except Unavailable as exc:
            print_progress(f"{name}: left out, {exc}")
    return servers


def main() -> None:
    """Measure everything that was asked for and print it."""
    options = read_options(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="kembar-bench-") as scratch:
        folder = options.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for name in options.data:
            print_progress(f"{name}: making the data")
            results = compare(options, prepare(name, folder, options.places), folder)
            for line in report(results):
                print(line, flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)

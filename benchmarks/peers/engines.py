"""The same queries to the embedded engine and to engines elsewhere that hold the release, in one run.

Each engine is asked as the service asks it, through a query process: what is told is the time to the whole
answer, and whether the rows are those of the embedded engine, their order aside.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from pyoxigraph import QueryResultsFormat, parse_query_results

from endpoint.config import MIB, Config
from endpoint.engine.engine import Engine
from endpoint.engine.language.guard import Reading, read
from graph.engines.credentials import Credentials
from graph.engines.generations.opening import open_generation
from graph.errors import ParameterError, QueryError
from graph.names.index.open import open_names
from graph.store.releases import Release, current_release
from graph.store.store import open_store, select
from queries import catalogue
from queries.bind import bind
from queries.resolve import Resolver

_JSON = "application/sparql-results+json"
_KK = "PREFIX kk: <https://w3id.org/kota-kembar/ontology#> "
LARGE: Mapping[str, str] = {
    "a tiny ASK": "ASK { <place/Q11462> a ?class }",
    "all partners": _KK + "SELECT ?a ?b { ?a kk:partnerOf ?b }",
    "DISTINCT ?p": "SELECT DISTINCT ?p { ?s ?p ?o }",
    "country pairs": _KK
    + "SELECT ?c ?d (COUNT(*) AS ?n) { ?a kk:partnerOf ?b ; kk:country ?c . ?b kk:country ?d } "
    "GROUP BY ?c ?d",
    "triads": _KK
    + "SELECT (COUNT(*) AS ?n) { ?a kk:partnerOf ?b . ?b kk:partnerOf ?c . ?c kk:partnerOf ?a }",
    "NOT EXISTS over all edges": _KK
    + "SELECT (COUNT(*) AS ?n) { ?a kk:partnerOf ?b FILTER NOT EXISTS { ?p kk:party ?a, ?b } }",
}
"""What asks much of an engine, besides the questions."""


def main() -> None:
    """Print a row for each query."""
    given = _read_arguments()
    release = current_release(given.home)
    config = Config(
        given.home,
        query_seconds=given.seconds,
        max_query_seconds=given.seconds,
        workers=1,
        result_bytes=256 * MIB,
    )
    credentials = Credentials(
        os.environ.get("KEMBAR_ENGINE_USER", ""), os.environ.get("KEMBAR_ENGINE_PASSWORD", "")
    )
    with ExitStack() as stack:
        engines = {"embedded": stack.enter_context(Engine(config, release.store_path))}
        for address in given.engine:
            generation = open_generation(release, address, credentials, config.result_rows)
            engine = Engine(config, release.store_path, elsewhere=generation)
            engines[generation.product or address] = stack.enter_context(engine)
        print(f"| query | rows | {' | '.join(engines)} |\n| --- | --- |{' --- |' * len(engines)}")
        for name, reading in _readings(release, config):
            print(_row(name, reading, engines, given.runs), flush=True)


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="the home whose current release is asked")
    parser.add_argument("--engine", action="append", default=[], help="an engine that holds it, repeatable")
    parser.add_argument("--seconds", type=float, default=60.0, help="after so long a query is given up")
    parser.add_argument("--runs", type=int, default=3, help="how often each is asked")
    return parser.parse_args()


def _readings(release: Release, config: Config) -> Iterator[tuple[str, Reading]]:
    store = open_store(release.store_path)
    resolver = Resolver(open_names(release, lambda: partial(select, store)))
    for name, text in LARGE.items():
        yield name, read(text, config)
    for slug, query in catalogue().items():
        try:
            text = bind(query, query.examples, resolver)
        except ParameterError:  # the example is of a larger release
            continue
        yield slug, read(text, replace(config, query_bytes=MIB))


def _row(name: str, reading: Reading, engines: Mapping[str, Engine], runs: int) -> str:
    """Return the line of one query: medians in milliseconds, or why there is no answer."""
    expected: Counter[tuple[str, ...]] | None = None
    cells = []
    for engine in engines.values():
        try:
            body, seconds = _ask(engine, reading, runs)
        except QueryError as error:
            cells.append(type(error).__name__)
            continue
        found = _rows(body)
        expected = found if expected is None else expected
        cells.append(f"{seconds * 1000:,.1f}" + ("" if found == expected else " (other rows)"))
    return f"| {name} | {expected.total() if expected is not None else ''} | {' | '.join(cells)} |"


def _ask(engine: Engine, reading: Reading, runs: int) -> tuple[bytes, float]:
    spent: Sequence[float] = []
    for _ in range(runs):
        started = time.perf_counter()
        body = engine.run(reading, _JSON, cached=False).body
        spent = [*spent, time.perf_counter() - started]
    return body, statistics.median(spent)


def _rows(body: bytes) -> Counter[tuple[str, ...]]:
    """Return the rows and how often each comes; the parts of a GROUP_CONCAT may stand in any order."""
    found = parse_query_results(body, QueryResultsFormat.JSON)
    if not hasattr(found, "variables"):
        return Counter([(str(bool(found)),)])
    names = [variable.value for variable in found.variables]
    return Counter(tuple("; ".join(sorted(_text(row[name]).split("; "))) for name in names) for row in found)


def _text(term: object) -> str:
    return "" if term is None else str(term).strip('"')


if __name__ == "__main__":
    main()

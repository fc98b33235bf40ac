"""The vote: random queries and pairs of queries over slices of a release, until time or queries are spent.

Exit code 1 when our engine stands alone in what the list of deviations does not have, or a pair fails.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from pyoxigraph import NamedNode, QuerySolutions

from benchmarks.vote.engines import Abstains, Ours, Rdflib, Sparq, TooMuch
from benchmarks.vote.faults import FAULTS
from benchmarks.vote.generate import Generator
from benchmarks.vote.judge import NOBODY, TOO_LARGE, Difference, Engine, shrink_difference, vote
from benchmarks.vote.pairs import LAWS
from benchmarks.vote.slices import cut, open_release
from benchmarks.vote.trees import Tree
from graph.pipeline.build import build
from graph.store.releases import Release, current_release
from loaders.collection import load_bundled
from ontology import KK

QUERIES_OF_A_SLICE = 40
QUADS_OF_A_SLICE = 90
MOST_SHRUNK = 200
"""How many differences in which our engine does not stand alone are shrunk."""
MOST_LATE_SECONDS = 60.0
"""How long after its time the vote waits for an engine, none of which can be stopped."""
SHOWN = 3
"""How many differences of one kind are shrunk and shown."""
_PLACES = f"SELECT DISTINCT ?place {{ ?place <{KK['partnerOf']}> ?other }} ORDER BY ?place"


@dataclass
class Tally:
    """What came of the queries so far."""

    queries: int = 0
    by_three: int = 0
    pairs: int = 0
    empty: int = 0
    too_large: int = 0
    abstained: Counter[str] = field(default_factory=Counter)
    alone: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    unlisted: int = 0
    asked: Tree | None = None

    def ours_alone(self) -> bool:
        """Return whether our engine was found alone in what is not listed."""
        return self.unlisted > 0


def run(
    release: Release, seed: int, *, seconds: float, queries: int, fault: str = "", rdflib_share: float = 1.0
) -> Iterator[Tally]:
    """Yield the tally after each query; the same seed and share make the same queries.

    ``rdflib_share`` of the queries are asked of rdflib too, and all in which the other two differ: it takes
    ten times as long as both.
    """
    dice, tally = random.Random(seed), Tally()
    store, end = open_release(release.store_path), time.monotonic() + seconds
    rows = cast("QuerySolutions", store.query(_PLACES, use_default_graph_as_union=True))
    places = [row["place"] for row in rows]
    while tally.queries < queries and time.monotonic() < end:
        data = cut(store, [place for place in places if isinstance(place, NamedNode)], dice, QUADS_OF_A_SLICE)
        generator = Generator(data, dice)
        engines = (Ours(data, FAULTS.get(fault)), Sparq(data), Rdflib(data))
        for _ in range(QUERIES_OF_A_SLICE):
            query = tally.asked = generator.make_query()
            _count(tally, engines[: 2 + (dice.random() < rdflib_share)], engines, query)
            if not fault:
                _check_pairs(tally, engines[0], query, generator, dice)
            yield tally
            if tally.queries >= queries or time.monotonic() >= end:
                break


def _count(tally: Tally, asked: Sequence[Engine], engines: Sequence[Engine], query: Tree) -> None:
    alone, answers = vote(asked, query)
    if alone not in (NOBODY, TOO_LARGE) and len(asked) < len(engines):
        asked = engines
        alone, answers = vote(asked, query)
    if alone == TOO_LARGE:
        tally.too_large += 1
        return
    tally.queries += 1
    tally.by_three += len(answers) == len(engines)
    tally.empty += not any(answers.values())
    tally.abstained.update(engine.name for engine in asked if engine.name not in answers)
    if alone == NOBODY:
        return
    tally.alone[alone] += 1
    if alone != "ours" and tally.alone[alone] > MOST_SHRUNK:
        return
    difference = shrink_difference(engines, query, alone)
    tally.kinds[alone, difference.kind] += 1
    tally.unlisted += alone == "ours" and not difference.deviation
    if tally.kinds[alone, difference.kind] <= SHOWN:
        tally.differences.append(difference)


def _check_pairs(tally: Tally, ours: Ours, query: Tree, generator: Generator, dice: random.Random) -> None:
    name, law = dice.choice(list(LAWS.items()))
    tally.pairs += 1
    try:
        if not law(query, ours.ask, generator, dice):
            tally.broken.append(f"{name}: {query}")
    except TooMuch:
        tally.pairs -= 1
    except Abstains:
        tally.abstained["ours, in a pair"] += 1


def report(tally: Tally, seed: int, seconds: float) -> Iterator[str]:
    """Yield the lines of the tables."""
    yield f"{tally.queries:,} queries ({tally.by_three:,} answered by all three) and {tally.pairs:,} pairs"
    yield f"in {seconds:.0f} s with seed {seed}; {tally.empty:,} queries without a row"
    yield f"not answered: {dict(tally.abstained)}; not counted, for their size: {tally.too_large:,}"
    yield "\n| alone | made of | listed as | times |\n| --- | --- | --- | --- |"
    listed = {(one.alone, one.kind): one.deviation for one in tally.differences}
    for key, times in tally.kinds.most_common():
        yield f"| {key[0]} | {key[1]} | {listed.get(key, '')} | {times} |"
    yield ""
    yield from map(str, sorted(tally.differences, key=lambda difference: (difference.alone, difference.kind)))
    yield f"\npairs that do not agree: {len(tally.broken)}"
    yield from tally.broken[:20]


@contextmanager
def open_home(home: Path | None) -> Iterator[Release]:
    """Yield the current release of a home, or one of the bundled collections that is made now."""
    if home is not None:
        yield current_release(home)
        return
    with tempfile.TemporaryDirectory() as folder:
        yield build(load_bundled, Path(folder)).release


def main(arguments: Sequence[str] | None = None) -> int:
    """Vote and print the tables; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.vote", description=__doc__)
    parser.add_argument("--home", type=Path, help="home of a release; else the bundled one is made")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--queries", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=None, help="else one is thrown, and printed")
    parser.add_argument("--rdflib", type=float, default=1.0, help="share of the queries that it is asked")
    parser.add_argument("--fault", choices=FAULTS, default="", help="plant this fault into our engine")
    options = parser.parse_args(arguments)
    seed = random.SystemRandom().randrange(1 << 32) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    start, tally = time.monotonic(), Tally()

    def give_up() -> None:
        """Print what came of all queries but the last, and end the process with what an engine still does."""
        print(*report(tally, seed, time.monotonic() - start), sep="\n")
        print(f"\nnot counted, for it did not end: {tally.asked}", flush=True)
        os._exit(_code_of(tally))

    watch = threading.Timer(options.seconds + MOST_LATE_SECONDS, give_up)
    watch.daemon = True
    watch.start()
    with open_home(options.home) as release:
        limits = {"seconds": options.seconds, "queries": options.queries, "rdflib_share": options.rdflib}
        for tally in run(release, seed, fault=options.fault, **limits):
            if options.fault and tally.ours_alone():
                break
    watch.cancel()
    print(*report(tally, seed, time.monotonic() - start), sep="\n")
    return _code_of(tally)


def _code_of(tally: Tally) -> int:
    return int(tally.ours_alone() or bool(tally.broken))


if __name__ == "__main__":
    sys.exit(main())

"""The vote: random queries and pairs of queries over slices of a release, until time or queries are spent.

Who interrupts or terminates it gets the tables of the rounds that are over. Exit code 1 when our engine
stands alone in what the list of deviations does not have, or a pair fails.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.vote.causes import CAUSES
from benchmarks.vote.faults import FAULTS
from benchmarks.vote.processes import Rounds
from benchmarks.vote.rounds import Plan, Tally
from graph.pipeline.build import build
from graph.store.releases import Release, current_release
from loaders.collection import load_bundled

MOST_SHOWN = 20
"""How many pairs that fail are printed."""
SECONDS = 30.0
"""How long it asks, unless it is told how long or how much."""


def report(tally: Tally, seed: int, seconds: float) -> Iterator[str]:
    """Yield the lines of the tables."""
    yield f"{tally.queries:,} queries ({tally.by_three:,} answered by all three) and {tally.pairs:,} pairs"
    yield f"in {seconds:.0f} s with seed {seed}; {tally.empty:,} queries without a row"
    yield f"not answered: {dict(tally.abstained)}; not counted, for their size: {tally.too_large:,}"
    yield "\n| alone | because | times |\n| --- | --- | --- |"
    told = {cause.slug: cause.text for cause in CAUSES}
    for (alone, cause), times in tally.kinds.most_common():
        yield f"| {alone} | {told.get(cause, f'not explained: {cause}')} | {times:,} |"
    yield ""
    for one in sorted(tally.differences, key=lambda difference: difference.key):
        if not one.cause:
            yield str(one)
    yield f"\npairs that do not agree: {len(tally.broken)}"
    yield from tally.broken[:MOST_SHOWN]
    yield from (f"not counted, {query}" for query in tally.lost)


@contextmanager
def open_home(home: Path | None) -> Iterator[Release]:
    """Yield the current release of a home, or one of the bundled collections that is made now."""
    if home is not None:
        yield current_release(home)
        return
    with tempfile.TemporaryDirectory() as folder:
        yield build(load_bundled, Path(folder)).release


@contextmanager
def _stopped_by_signals(rounds: Rounds) -> Iterator[None]:
    """Begin no further round after Ctrl-C or SIGTERM; a second signal does what it does elsewhere."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def stop(number: int, _: object) -> None:
        rounds.stop()
        signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def main(arguments: Sequence[str] | None = None) -> int:
    """Vote and print the tables; returns the exit code."""
    options = _parse(arguments)
    seed = random.SystemRandom().randrange(1 << 32) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    tally = Tally()
    with open_home(options.home) as release:
        start = time.monotonic()
        often = tuple(options.often.split(",")) if options.often else ()
        plan = Plan(release.store_path, seed, options.fault, options.rdflib, often)
        seconds = options.seconds or (math.inf if options.queries else SECONDS)
        rounds = Rounds(
            plan, options.processes, seconds=seconds, queries=options.queries, first=options.round
        )
        with _stopped_by_signals(rounds):
            for found in rounds:
                tally.add(found)
                if options.fault and tally.ours_alone():
                    break
        print(*report(tally, seed, time.monotonic() - start), sep="\n")
    return int(tally.ours_alone() or bool(tally.broken))


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.vote", description=__doc__)
    parser.add_argument("--home", type=Path, help="home of a release; else the bundled one is made")
    parser.add_argument("--seconds", type=float, help=f"until these are over ({SECONDS:g} without --queries)")
    parser.add_argument("--queries", type=int, default=0, help="until so many are asked, in rounds of forty")
    parser.add_argument("--seed", type=int, default=None, help="else one is thrown, and printed")
    parser.add_argument("--round", type=int, default=0, help="the first one")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rdflib", type=float, default=1.0, help="share of the queries that it is asked")
    parser.add_argument("--often", default="", help="elements that come often: graph,subselect,exists ...")
    parser.add_argument("--fault", choices=FAULTS, default="", help="plant this fault into our engine")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

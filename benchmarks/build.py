"""Builds releases in fresh processes and prints, step by step, their processor time and peak memory.

Processor time, since others may be at work on the machine; the seconds that passed stand below. That of a
process beside the build counts where it ends. Memory is the most that the build itself has held up to the end
of the step. For made-up data, reading them is making them up.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path

from benchmarks.data import generate
from benchmarks.world_data import PAIRS, generate_world, revise_world
from graph.model.claims import LoadedCollection
from graph.pipeline.build import build
from graph.store.releases import Release
from loaders.collection import load_bundled

Collections = list[LoadedCollection]
DATA: dict[str, Callable[[int], Collections]] = {
    "bundled": lambda size: load_bundled(),
    "generated": lambda size: [generate(size)],
    "world": lambda size: [*load_bundled(), generate_world(size)],
}
SIZES = {"bundled": (0,), "generated": (5_000,), "world": (PAIRS,)}
"""What is built when no size is given: places of the generated data, pairs of the world."""


@dataclass(frozen=True)
class Step:
    """What one step took: `seconds` of processor time, `megabytes` at most up to its end."""

    name: str
    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Run:
    """One build in a process of its own; `passed` in seconds, `store` and `files` in megabytes on disk."""

    size: int
    steps: list[Step]
    passed: float
    quads: int
    store: float
    files: float

    @property
    def seconds(self) -> float:
        """Return the processor time of the whole build."""
        return sum(step.seconds for step in self.steps)


def measure(data: str, size: int, again: bool) -> Run:
    """Build in this process and return what it took.

    With `again` it is the second of two releases, which differ in a hundredth of the claims of the world.
    """

    def load() -> Collections:
        *bundled, world = DATA[data](size)
        return [*bundled, revise_world(world) if again else world]

    with tempfile.TemporaryDirectory() as home:
        if again:
            build(lambda: DATA[data](size), Path(home))
        marks: list[tuple[str, float, float]] = []
        started = time.perf_counter()
        report = build(load, Path(home), force=True, progress=lambda step: _mark(step, marks))
        _mark("", marks)
        return Run(size, _steps(marks), time.perf_counter() - started, *_sizes(report.release))


def _mark(step: str, marks: list[tuple[str, float, float]]) -> None:
    usage, of_ended = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    seconds = usage.ru_utime + usage.ru_stime + of_ended.ru_utime + of_ended.ru_stime
    marks.append((step, seconds, usage.ru_maxrss / 1024))


def _steps(marks: Sequence[tuple[str, float, float]]) -> list[Step]:
    return [Step(name, after - at, peak) for (name, at, _), (_, after, peak) in pairwise(marks)]


def _sizes(release: Release) -> tuple[int, float, float]:
    folders = (release.store_path, release.files_path)
    store, files = (sum(one.stat().st_size for one in folder.iterdir()) / 1e6 for folder in folders)
    return release.manifest["counts"]["triples"], store, files


def run_apart(data: str, size: int, again: bool) -> Run:
    """Measure in a new process, whose memory holds nothing else."""
    options = ["--data", data, "--sizes", str(size), "--once", *(["--again"] if again else [])]
    command = [sys.executable, __file__, *options]
    run = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return Run(**(run | {"steps": [Step(**step) for step in run["steps"]]}))


def take_medians(runs: Sequence[Run]) -> Run:
    """Return a run of the medians of several runs of one size."""
    steps = [
        Step(
            step.name,
            statistics.median(run.steps[n].seconds for run in runs),
            statistics.median(run.steps[n].megabytes for run in runs),
        )
        for n, step in enumerate(runs[0].steps)
    ]
    return replace(runs[0], steps=steps, passed=statistics.median(run.passed for run in runs))


def report(runs: Sequence[Run]) -> Iterator[str]:
    """Yield a table in Markdown: a row a step, a column a size, and how the figures grow with the quads."""
    yield _row("step", *(f"{run.size:,}" if run.size else "bundled" for run in runs), "growth")
    yield _row("---", *("---:" for _ in runs), "---:")
    for n, step in enumerate(runs[0].steps):
        cells = [f"{run.steps[n].seconds:.1f} s, {run.steps[n].megabytes:,.0f} MB" for run in runs]
        yield _row(step.name, *cells, _growth(runs, lambda run, n=n: run.steps[n].seconds))
    figures: tuple[tuple[str, str, Callable[[Run], float]], ...] = (
        ("in all, processor", " s", lambda run: run.seconds),
        ("in all, passed", " s", lambda run: run.passed),
        ("peak memory", " MB", lambda run: run.steps[-1].megabytes),
        ("quads", "", lambda run: run.quads),
        ("store on disk", " MB", lambda run: run.store),
        ("files on disk", " MB", lambda run: run.files),
    )
    for name, unit, figure in figures:
        yield _row(name, *(f"{figure(run):,.0f}{unit}" for run in runs), _growth(runs, figure))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _growth(runs: Sequence[Run], figure: Callable[[Run], float]) -> str:
    """Return the power of the number of quads that a figure grows with, first run to last: 1 is linear."""
    first, last = figure(runs[0]), figure(runs[-1])
    if runs[0].quads == runs[-1].quads or min(first, last) <= 0:
        return ""
    return f"{math.log(last / first) / math.log(runs[-1].quads / runs[0].quads):.2f}"


def main() -> None:
    """Measure what the options say and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", choices=DATA, default="bundled")
    parser.add_argument("--sizes", type=lambda text: tuple(map(int, text.split(","))), help="36000,72000")
    parser.add_argument("--runs", type=int, default=1, help="of each size; medians are printed")
    parser.add_argument("--again", action="store_true", help="the second of two builds (world only)")
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    sizes = chosen.sizes or SIZES[chosen.data]
    if chosen.again and chosen.data != "world":
        parser.error("--again needs --data world")
    if chosen.once:
        print(json.dumps(asdict(measure(chosen.data, sizes[0], chosen.again))))
        return
    found = []
    for size in sizes:
        runs = [run_apart(chosen.data, size, chosen.again) for _ in range(chosen.runs)]
        found.append(take_medians(runs))
    print("\n".join(report(found)))


if __name__ == "__main__":
    main()

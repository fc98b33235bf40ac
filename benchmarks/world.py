"""Builds the merged release of bundled collections and the lists of ../shared/data, and prints its numbers.

Build time, processor time and memory by step (of this process and all that it starts; what they share is
counted in each), what became of each row, places with two partners or more in each collection and in all
together, and the median time of every question. With ``--rows 10`` the lists have ten times their rows
(``lists/larger_world.py`` says how).
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import psutil

from graph.model.claims import LoadedCollection
from graph.model.conclusions import Outcome
from graph.names.index.open import open_names
from graph.pipeline.build import build
from graph.pipeline.inputs import Register
from graph.reconcile.reconcile import reconcile
from graph.store.releases import Release
from graph.store.store import open_store, select
from loaders.workspace import Workspace
from queries import catalogue, query_texts
from queries.bind import bind
from queries.resolve import Resolver

HERE = Path(__file__).parent
SHARED = HERE.parent.parent / "shared" / "data"
FOLDERS = {
    "wdqs-three-countries": "wdqs-tsv",
    "wikidata-p190-2016": "wikidata-p190-2016",
    "wikipedia-lists-2026": "wikipedia-lists-2026",
}
"""Each collection of benchmarks/world, and the folder of the shared data that holds its tables."""


def lay_out(shared: Path, folder: Path) -> Path:
    """Put each collection.toml beside copies of its tables, and return the folder of the collections."""
    for name, data in FOLDERS.items():
        collection = folder / name
        collection.mkdir(parents=True)
        (collection / "collection.toml").write_bytes((HERE / "world" / name / "collection.toml").read_bytes())
        for path in (shared / data).iterdir():
            shutil.copyfile(path, collection / path.name)
    return folder


def count_partners(pairs: Sequence[tuple[str, str]]) -> Counter[str]:
    """Return how many partners each place has."""
    found: dict[str, set[str]] = defaultdict(set)
    for a, b in pairs:
        found[a].add(b)
        found[b].add(a)
    return Counter({place: len(partners) for place, partners in found.items()})


def count_places(collections: Sequence[LoadedCollection]) -> Iterator[str]:
    """Yield a row for each collection and one for all: pairs, places, those with two or more partners."""
    model = reconcile(collections)
    accepted = {pair.parties for pair in model.pairs if pair.outcome is Outcome.ACCEPTED}
    for collection in collections:
        stated = {tuple(sorted(claim.parties)) for claim in collection.claims if len(claim.parties) == 2}
        yield _row(collection.info.name, [pair for pair in accepted if tuple(sorted(pair)) in stated])
    yield _row("all, merged", sorted(accepted))


def _row(name: str, pairs: Sequence[tuple[str, str]]) -> str:
    counts = count_partners(pairs)
    many = sum(count > 1 for count in counts.values())
    return f"| {name} | {len(pairs):,} | {len(counts):,} | {many:,} |"


def time_questions(release: Release, times: int) -> Iterator[str]:
    """Yield a table row for each question with its default values: rows and median milliseconds."""
    store = open_store(release.store_path)
    resolver = Resolver(open_names(release, lambda: partial(select, store)))
    for slug, query in sorted(catalogue().items()):
        text, passed, rows = bind(query, query.examples, resolver), [], 0
        for _ in range(times):
            started = time.perf_counter()
            rows = len(select(store, text))
            passed.append(1000 * (time.perf_counter() - started))
        yield f"| {slug} | {rows:,} | {statistics.median(passed):.1f} |"


def main() -> None:
    """Build, and print the tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=SHARED, help="the folder of the shared data")
    parser.add_argument("--home", type=Path, help="keep the release here; else it is removed")
    parser.add_argument("--rows", type=int, default=1, help="how many times as many rows the lists have")
    parser.add_argument("--times", type=int, default=5, help="how often each question is asked")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        lists = lay_out(chosen.shared, Path(scratch) / "lists")
        subprocess.run(
            [sys.executable, HERE / "lists" / "larger_world.py", lists, str(chosen.rows)], check=True
        )
        home = chosen.home or Path(scratch) / "home"
        home.mkdir(parents=True, exist_ok=True)
        workspace = Workspace.of(home, [lists])
        started, steps, memory = time.perf_counter(), [], Memory()
        report = build(
            workspace.load,
            home,
            force=True,
            questions=query_texts(),
            register=Register(workspace.register, workspace.render_register),
            apart=workspace.is_large,
            progress=lambda step: steps.append(_mark(step, started, memory)),
        )
        steps.append(_mark("done", started, memory))
        print("| step | begins at, s | processor, s | peak MB |\n| --- | ---: | ---: | ---: |")
        print("\n".join(steps))
        manifest = report.release.manifest
        print(f"\n{manifest['counts']}\n{manifest['warnings']}\n")
        print(
            "\n".join(f"{one['name']}: {one['rows']} rows, {one['tally']}" for one in manifest["collections"])
        )
        print("\n| collection | pairs | places | with two or more |\n| --- | ---: | ---: | ---: |")
        print("\n".join(count_places(workspace.load())))
        print("\n| question | rows | ms |\n| --- | ---: | ---: |")
        print("\n".join(time_questions(report.release, chosen.times)))


class Memory:
    """Looks four times a second at the memory of this process and all that it started."""

    def __init__(self) -> None:
        """Begin to look."""
        self.peak = 0
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        own, pause = psutil.Process(), threading.Event()
        while not pause.wait(0.25):
            self.peak = max(self.peak, sum(map(_resident, [own, *own.children(recursive=True)])))


def _resident(process: psutil.Process) -> int:
    try:
        resident: int = process.memory_info().rss
    except psutil.Error:
        return 0
    return resident


def _mark(step: str, started: float, memory: Memory) -> str:
    """Return a table row: a step, and what had passed and been used before it by this and ended processes."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    processor = sum(usage.ru_utime + usage.ru_stime for usage in used)
    peak = memory.peak / 1e6
    return f"| {step} | {time.perf_counter() - started:.1f} | {processor:.1f} | {peak:,.0f} |"


if __name__ == "__main__":
    main()

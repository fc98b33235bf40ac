"""Reads made-up dumps of Wikidata in fresh processes and prints speed and peak memory by form and size.

The entities are those of the tests, each under an id of its own; one in a hundred keeps its P190 statements.
A dump is written to a temporary file, read and removed. Megabytes are those of the JSON before compression.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import zstandard

from loaders.settings import read_settings
from loaders.wikidata.collection import load_wikidata
from loaders.wikidata.entity_json import read_entities
from loaders.wikidata.model import TWINNED

ENTITIES = Path(__file__).parents[2] / "tests" / "data" / "entities" / "answer.json"
FORMS: Mapping[str, Callable[..., Any]] = {
    "json": partial(open, mode="wb"),
    "json.gz": partial(gzip.open, mode="wb", compresslevel=1),
    "json.bz2": partial(bz2.open, mode="wb", compresslevel=1),
    "json.zst": partial(zstandard.open, mode="wb"),
}
_FIRST = 200_000_000
"""The number of the first item: Wikidata has none of them."""
_TWINNED_EVERY = 100
_SETTINGS = """\
title = "Made up"
creator = "Nobody"
compiled = 2026-11-21
licence = "https://creativecommons.org/publicdomain/zero/1.0/"
[wikidata]
files = ["dump.*"]
"""


@dataclass(frozen=True)
class Run:
    """One reading: `read` and `loaded` seconds and peak megabytes of a stream and of the whole collection."""

    entities: int
    megabytes: float
    twinnings: int
    records: int
    read: tuple[float, float]
    loaded: tuple[float, float]


def generate(count: int) -> Iterator[bytes]:
    """Yield the lines of a dump of so many entities, as Wikidata writes them."""
    twinned = list(json.loads(ENTITIES.read_text(encoding="utf-8"))["entities"].values())
    twinned = [entity for entity in twinned if TWINNED in (entity.get("claims") or ())]
    others = [entity | {"claims": _without_twins(entity["claims"])} for entity in twinned]
    yield b"[\n"
    for number, (with_twins, other) in enumerate(islice(zip(cycle(twinned), cycle(others)), count)):
        entity = other if number % _TWINNED_EVERY else with_twins
        text = json.dumps(entity, ensure_ascii=False, separators=(",", ":"))
        qid = f"Q{_FIRST + number}"
        yield text.replace(entity["id"], qid).encode() + (b",\n" if number < count - 1 else b"\n")
    yield b"]\n"


def _without_twins(claims: Mapping[str, Any]) -> dict[str, Any]:
    return {name: statements for name, statements in claims.items() if name != TWINNED}


def write_dump(path: Path, form: str, count: int) -> int:
    """Write a dump and return its bytes before compression."""
    size = 0
    with closing(FORMS[form](path)) as file:
        for line in generate(count):
            size += file.write(line)
    return size


def measure(folder: Path, only_with: str, count: int, size: int) -> Run:
    """Read the dump of a folder in this process, first as a stream, then as a collection."""
    (path,) = folder.glob("dump.*")
    found: Counter[str] = Counter()
    started = time.perf_counter()
    found.update(type(one).__name__ for one in read_entities(path, only_with))
    read = (time.perf_counter() - started, _peak())
    settings = read_settings(folder)
    started = time.perf_counter()
    listed = load_wikidata(folder, settings.info, settings.stated)
    loaded = (time.perf_counter() - started, _peak())
    return Run(count, size / 1e6, found["Twinning"], len(listed.records), read, loaded)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_apart(form: str, count: int, only_with: str) -> Run:
    """Write a dump, measure it in a new process, and remove it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "made-up"
        folder.mkdir()
        only = f'only_with = "{only_with}"\n' if only_with else ""
        (folder / "collection.toml").write_text(_SETTINGS + only, encoding="utf-8")
        size = write_dump(folder / f"dump.{form}", form, count)
        command = [sys.executable, "-m", "benchmarks.lists.wikidata_dump", "--once", name, str(size)]
        command += ["--sizes", str(count), *([] if only_with else ["--all"])]
        return Run(**json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))


def report(form: str, run: Run) -> str:
    """Return a row in Markdown."""
    (read, read_peak), (loaded, loaded_peak) = run.read, run.loaded
    cells = (
        form,
        f"{run.entities:,}",
        f"{run.megabytes:,.0f} MB",
        f"{run.megabytes / read:.0f} MB/s, {read_peak:.0f} MB",
        f"{run.megabytes / loaded:.0f} MB/s, {loaded_peak:.0f} MB",
        f"{run.twinnings:,}",
    )
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Measure what the options say and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forms", type=lambda text: text.split(","), default=list(FORMS))
    parser.add_argument("--sizes", type=lambda text: [*map(int, text.split(","))], default=[10_000, 100_000])
    parser.add_argument("--all", action="store_true", help="read all items, also those without P190")
    parser.add_argument("--once", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    only_with = "" if chosen.all else TWINNED
    if chosen.once:
        folder, size = chosen.once
        print(json.dumps(asdict(measure(Path(folder) / "made-up", only_with, chosen.sizes[0], int(size)))))
        return
    print("| form | entities | JSON | as a stream: speed, peak | as a collection: speed, peak | statements |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for form in chosen.forms:
        for count in chosen.sizes:
            print(report(form, run_apart(form, count, only_with)), flush=True)


if __name__ == "__main__":
    main()

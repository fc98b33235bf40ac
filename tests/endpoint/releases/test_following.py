"""The patches between releases: the program of docs/following.md keeps a copy that equals the dump."""

import gzip
import random
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
import rdflib

from graph.downloads.changes import PATCH
from graph.pipeline.build import build
from graph.store.releases import Release
from loaders.collection import load_collections
from tests.kit.graph.collections import FILES, write_collection
from tests.kit.http.server import UNMETERED, running_server
from tests.kit.paths import ROOT
from tests.kit.processes import wait_until

pytestmark = pytest.mark.slow

COUNT = 20
PAGE = (ROOT / "docs/following.md").read_text("utf-8")
PROGRAM, WITH_RDFLIB = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def build_release(home: Path, folder: Path, number: int, dice: random.Random) -> Release:
    """Make a release of the tiny collection with other dates, words and pairs than before."""
    event = dice.choice(["MoU", "exploration"])
    other = dice.choice(["Kitakyushu,JP", "Liverpool,GB"])
    rows = FILES["statements.csv"].replace("2018-03-19", f"20{dice.randrange(10, 20)}-03-19")
    rows = rows.replace("Kitakyushu,JP,exploration,2020", f"{other},{event},{dice.randrange(2001, 2020)}")
    rows = rows.replace("Visited", f"Visited {dice.random()}")
    toml = FILES["collection.toml"].replace("2026-01-31", f"2026-02-{number + 1:02}")
    written = write_collection(folder, statements=rows, collection=toml)
    return build(lambda: load_collections([written]), home, force=True, keep=COUNT + 1).release


def sorted_dump(release: Release) -> bytes:
    """The dump as sorted N-Quads, read without any of the code that wrote it."""
    lines = gzip.decompress(release.read("kota-kembar.nq.gz")).splitlines(keepends=True)
    return b"".join(sorted(lines))


@contextmanager
def following(address: str, copy: Path):
    """Yield the program at work."""
    command = [sys.executable, "-c", PROGRAM, address, str(copy)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process


def follow(address: str, copy: Path) -> Path:
    """Let the program run to its end, and return the copy."""
    with following(address, copy) as process:
        newest = process.stdout.read().strip()
        assert process.wait() == 0
    (file,) = copy.glob("*.nq")
    assert file.stem == newest
    return file


def test_after_twenty_releases_a_copy_equals_the_dump_also_when_it_was_killed(tmp_path):
    home, copy, late = tmp_path / "home", tmp_path / "copy", tmp_path / "late"
    home.mkdir()
    dice = random.Random(16)
    first = build_release(home, tmp_path / "tiny", 0, dice)
    with running_server(home, keep_releases=COUNT + 1, **UNMETERED) as server:
        assert follow(server.address, copy).read_bytes() == sorted_dump(first)
        follow(server.address, late)
        for number in range(1, COUNT + 1):
            release = build_release(home, tmp_path / "tiny", number, dice)
            assert PATCH in {file.name for file in release.files}
            wait_until(lambda newest=release.id: server.get("/data/patches.json").json()["newest"] == newest)
            if number % 5 == 0:
                assert follow(server.address, copy).read_bytes() == sorted_dump(release)
            elif number % 5 == 3:
                with following(server.address, copy) as process:
                    process.send_signal(signal.SIGKILL)
        assert len(server.get("/data/patches.json").json()["patches"]) == COUNT
        assert follow(server.address, copy).read_bytes() == sorted_dump(release)
        assert follow(server.address, late).read_bytes() == sorted_dump(release)
        (late / f"{release.id}.nq").rename(late / "2020-01-01-00000000.nq")
        assert follow(server.address, late).read_bytes() == sorted_dump(release)


def quads_of(dataset):
    """The quads of a dataset, each with the IRI of its graph."""
    return {(s, p, o, graph) for s, p, o, graph in dataset.quads()}


@pytest.mark.filterwarnings("ignore")
def test_rdflib_reads_a_patch_as_the_program_does(tmp_path, monkeypatch):
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    dice = random.Random(16)
    before = build_release(tmp_path / "home", tmp_path / "tiny", 0, dice)
    after = build_release(tmp_path / "home", tmp_path / "tiny", 1, dice)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    Path("kota-kembar.nq.gz").write_bytes(before.read("kota-kembar.nq.gz"))
    Path(PATCH).write_bytes(after.read(PATCH))
    values = {}
    exec(WITH_RDFLIB, values)
    dump = gzip.decompress(after.read("kota-kembar.nq.gz"))
    expected = rdflib.Dataset().parse(data=dump, format="nquads")
    assert quads_of(values["copy"]) == quads_of(expected)
    assert len(quads_of(expected)) == len(dump.splitlines())

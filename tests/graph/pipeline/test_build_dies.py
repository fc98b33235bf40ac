"""A build that dies at any moment, or finds the disk full, leaves the current release served and valid."""

import random
import resource
import signal
import subprocess
import sys
import time

import pytest

from graph.pipeline.build import build
from graph.store.releases import check_release, current_release
from loaders.collection import load_collections
from tests.kit.graph.collections import edited, write_collection
from tests.kit.processes import PATIENCE

pytestmark = pytest.mark.slow

BUILD = """
import sys
from pathlib import Path
from graph.pipeline.build import build
from loaders.collection import load_collections
print("start", flush=True)
build(lambda: load_collections([Path(sys.argv[1])]), Path(sys.argv[2]), force=True)
print("end", flush=True)
"""
MOMENTS = 20


@pytest.fixture
def published(tmp_path):
    """A home with a release, and a changed collection that waits to be built."""
    folder, home = write_collection(tmp_path / "tiny"), tmp_path / "home"
    before = build(lambda: load_collections([folder]), home).release
    write_collection(folder, statements=edited("statements.csv", "2018-03-19", "2018-03-20"))
    return folder, home, before


def start(folder, home, **options):
    command = [sys.executable, "-c", BUILD, str(folder), str(home)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def seconds_of_a_build(folder, home):
    with start(folder, home) as process:
        assert process.stdout.readline() == "start\n"
        started = time.perf_counter()
        assert process.stdout.readline() == "end\n"
        return time.perf_counter() - started


def names(home):
    return sorted(path.name for path in (home / "releases").iterdir())


def test_killed_at_random_moments(published, tmp_path):
    folder, home, before = published
    whole = seconds_of_a_build(folder, tmp_path / "other")
    moments = random.Random(20)
    survived = set()
    for _ in range(MOMENTS):
        with start(folder, home) as process:
            process.stdout.readline()
            time.sleep(moments.uniform(0, whole * 1.1))
            process.send_signal(signal.SIGKILL)
        current = current_release(home)
        assert check_release(current) == []
        survived.add(current.id)
    after = build(lambda: load_collections([folder]), home, force=True).release
    assert survived <= {before.id, after.id}
    assert check_release(after) == []
    assert names(home) == sorted({before.id, after.id})
    assert not any(path.name.startswith(".") for path in home.iterdir())


@pytest.mark.parametrize("room", [0, 3_000, 30_000, 60_000])
def test_a_full_disk(published, room):
    """No file may grow over `room` bytes, as when the disk is full at that moment."""
    folder, home, before = published

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    with start(folder, home, preexec_fn=limit) as process:
        told = process.stderr.read()
    assert process.returncode == 1, told
    assert any(error in told for error in ("OSError", "FileNotFoundError", "ReleaseError")), told
    current = current_release(home)
    assert (current.id, check_release(current)) == (before.id, [])
    after = build(lambda: load_collections([folder]), home, force=True).release
    assert check_release(after) == []
    assert names(home) == sorted({before.id, after.id})


def test_two_builds_at_once_do_not_meet(published):
    folder, home, _ = published
    with start(folder, home) as first, start(folder, home) as second:
        codes = sorted((first.wait(PATIENCE), second.wait(PATIENCE)))
        told = first.stderr.read() + second.stderr.read()
    assert codes in ([0, 0], [0, 1])
    assert codes == [0, 0] or "another build is at work" in told
    assert check_release(current_release(home)) == []

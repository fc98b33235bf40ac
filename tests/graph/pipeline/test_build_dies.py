"""A build that dies at any moment, or finds the disk full, leaves the current release served and valid."""

import resource
import shutil
import signal
import subprocess
import sys

import pytest

from graph.pipeline.build import build
from graph.store.releases import current_release
from graph.store.verify import check_release
from loaders.collection import load_collections
from tests.kit.graph.collections import edited, write_collection
from tests.kit.processes import PATIENCE

pytestmark = pytest.mark.slow

BUILD = """
import os, signal, sys
from pathlib import Path
from graph.pipeline.build import build
from graph.store.verify import check_release
from loaders.collection import load_collections

left = int(sys.argv[3])

def die_in_time(event, arguments):
    global left
    opened = event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    if opened or event in ("os.rename", "os.symlink", "os.mkdir"):
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(die_in_time)
build(lambda: load_collections([Path(sys.argv[1])]), Path(sys.argv[2]), force=True)
print(-left)
"""
"""Builds, and dies by itself before it writes, makes or moves the file of that number; 0 lets it live."""
MOMENTS = 12


@pytest.fixture
def published(tmp_path):
    """A home with a release, and a changed collection that waits to be built."""
    folder, home = write_collection(tmp_path / "tiny"), tmp_path / "home"
    before = build(lambda: load_collections([folder]), home).release
    write_collection(folder, statements=edited("statements.csv", "2018-03-19", "2018-03-20"))
    return folder, home, before


def start(folder, home, moment=0, **options):
    command = [sys.executable, "-c", BUILD, str(folder), str(home), str(moment)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def count_moments(folder, home):
    with start(folder, home) as process:
        return int(process.stdout.read())


def names(home):
    return sorted(path.name for path in (home / "releases").iterdir())


def test_killed_at_any_moment(published, tmp_path):
    folder, home, before = published
    whole = count_moments(folder, shutil.copytree(home, tmp_path / "other", symlinks=True))
    assert whole > 2 * MOMENTS
    evenly = [1 + whole * number // MOMENTS for number in range(MOMENTS)]
    killed, survived = 0, set()
    for moment in [*evenly, *range(whole - 5, whole + 1)]:
        with start(folder, home, moment) as process:
            told = process.stderr.read()
        assert process.returncode in (-signal.SIGKILL, 0), told
        killed += process.returncode != 0
        current = current_release(home)
        assert check_release(current) == []
        survived.add(current.id)
    assert killed >= MOMENTS
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
    assert codes == [0, 0] or "another build or pull is at work" in told
    assert check_release(current_release(home)) == []

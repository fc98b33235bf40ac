"""Steps side by side: results and errors come back, and no process outlives the build that started it."""

import logging
import os
import pickle
import re
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import spawn
from unittest.mock import Mock

import psutil
import pytest

from graph import errors
from graph.errors import QuerySyntaxError, ReleaseError, TableError
from graph.network.betweenness import start_betweenness
from graph.network.network import Edge, Node, make_network
from graph.pipeline.build import build
from graph.pipeline.workers import LARGE, Workers, count_processes, run_apart, start_workers
from graph.store.files import hash_file
from graph.store.manifest import STORE
from graph.store.releases import current_release
from graph.store.verify import check_release
from loaders.collection import load_bundled, load_collections
from tests.kit.graph.collections import edited, write_collection
from tests.kit.processes import PATIENCE, wait_until

KINDS = [0, pytest.param(2, marks=pytest.mark.slow)]


def raise_error(error, told=None):
    raise error


def children():
    """Return the processes that were spawned by this one."""
    return [child for child in psutil.Process().children() if "spawn_main" in str(child.cmdline())]


def wait_for_ever(note):
    note.write_text(str(os.getpid()))
    threading.Event().wait()


@pytest.mark.parametrize("processes", KINDS)
def test_results_and_errors_come_back_as_they_were(processes):
    with start_workers(processes) as workers:
        results = [workers.start(divmod, number, 3) for number in range(5)]
        failed = workers.start(raise_error, TableError("places.csv", 7, "it is odd", "Mend it"))
        assert [result() for result in results] == [divmod(number, 3) for number in range(5)]
        with pytest.raises(TableError, match=re.escape("places.csv, line 7: it is odd. Mend it")) as told:
            failed()
    assert (told.value.file, told.value.line, told.value.mend) == ("places.csv", 7, "Mend it")


@pytest.mark.slow
def test_a_killed_process_is_an_error_that_says_so():
    with pytest.raises(ReleaseError, match=r"was killed.*nothing was replaced"), start_workers(2) as workers:
        workers.start(os.kill, os.getpid(), 0)()
        workers.start(signal.raise_signal, signal.SIGKILL)()


@pytest.mark.parametrize(
    ("then", "told"),
    [([BrokenProcessPool("gone")], pytest.raises(ReleaseError, match="was killed")),
     ([Future()], pytest.raises(OSError, match="handle is closed"))],
)  # fmt: skip
def test_a_process_that_is_killed_while_the_next_one_starts_is_no_other_fault(then, told):
    executor = Mock(submit=Mock(side_effect=[OSError("handle is closed"), *then]))
    with told:
        Workers(executor).start(divmod, 7, 3)


def test_errors_of_all_kinds_travel():
    for error in (QuerySyntaxError("no", 3, 4), ReleaseError("gone"), errors.MeasureError("degree", -9, "")):
        copy = pickle.loads(pickle.dumps(error))
        assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))


def tell_twice(number, told):
    told("one")
    told("two")
    return os.getpid(), number


def log_and_fail(told):
    log = logging.getLogger("loaders.lists")
    log.warning("the sheet %r is not read", "a\x1b[2J")
    log.debug("nobody wants to know")
    raise ZeroDivisionError("odd")


def tell_and_wait(told):
    told("waiting")
    threading.Event().wait()


@pytest.mark.slow
def test_a_step_apart_tells_its_progress_its_result_and_its_error_and_is_gone():
    told = []
    pid, number = run_apart(tell_twice, 7, progress=told.append)
    assert (told, number, psutil.pid_exists(pid)) == (["one", "two"], 7, False)
    with pytest.raises(TableError, match="it is odd"):
        run_apart(raise_error, TableError("a.csv", 1, "it is odd", "Mend"), progress=told.append)
    with pytest.raises(ZeroDivisionError):
        run_apart(tell_and_wait, progress=lambda step: 1 / 0)
    assert children() == []


@pytest.mark.slow
def test_what_a_step_apart_logs_is_logged_here_and_its_fault_says_where_it_was(caplog):
    caplog.set_level(logging.INFO)
    with pytest.raises(ZeroDivisionError, match="odd") as fault:
        run_apart(log_and_fail, progress=print)
    (record,) = caplog.records
    expected = ("loaders.lists", "WARNING", "the sheet 'a\\x1b[2J' is not read")
    assert (record.name, record.levelname, record.getMessage()) == expected
    assert "in log_and_fail" in "".join(fault.value.__notes__)


@pytest.mark.slow
def test_a_process_that_dies_before_it_reads_what_to_do_is_an_error_that_says_so(monkeypatch):
    monkeypatch.setattr(spawn, "get_command_line", lambda **kwargs: [sys.executable, "-c", "pass"])
    with pytest.raises(ReleaseError, match=r"was killed.*nothing was replaced"):
        run_apart(tell_twice, "more than a pipe holds" * 10_000, progress=print)


@pytest.mark.slow
def test_a_killed_step_apart_is_an_error_that_says_so():
    with pytest.raises(ReleaseError, match=r"was killed.*nothing was replaced"):
        run_apart(tell_and_wait, progress=lambda step: children()[0].kill())


def test_a_small_release_needs_no_process():
    assert count_processes(LARGE - 1) == 0
    assert count_processes(LARGE) == (0 if os.cpu_count() == 1 else min(os.cpu_count(), 4))


HEEDING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
"""
"""Heeds Ctrl-C, which what a shell runs in the background ignores."""
ENDLESS = """
import sys
from pathlib import Path
from graph.pipeline.workers import start_workers
from tests.graph.pipeline.test_workers import wait_for_ever
if __name__ == "__main__":
    with start_workers(2) as workers:
        steps = [workers.start(wait_for_ever, Path(sys.argv[1], name)) for name in "ab"]
        print("started", flush=True)
        steps[0]()
"""
APART = """
import sys
from pathlib import Path
from graph.pipeline.workers import run_apart
from tests.graph.pipeline.test_workers import measure_for_ever
if __name__ == "__main__":
    run_apart(measure_for_ever, Path(sys.argv[1]), progress=lambda step: print("started", flush=True))
"""


ENDLESS_LIBRARY = """
import threading
class PyGraph:
    add_nodes_from = extend_from_edge_list = list
def betweenness_centrality(graph, parallel_threshold):
    threading.Event().wait()
"""


def measure_for_ever(folder, told):
    """Find a betweenness that never ends, in a process that this one starts."""
    (folder / "rustworkx.py").write_text(ENDLESS_LIBRARY)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
    with start_betweenness(make_network([Node("a"), Node("b")], [Edge("a", "b", "a-b")])) as wait:
        told("started")
        wait()


@pytest.mark.slow
@pytest.mark.parametrize("script", [ENDLESS, APART])
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_one_that_started_it(script, sent, tmp_path):
    command = [sys.executable, "-c", HEEDING + script, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as parent:
        assert parent.stdout.readline() == b"started\n"
        children = psutil.Process(parent.pid).children(recursive=True)
        parent.send_signal(sent)
        parent.wait(PATIENCE)
    _, alive = psutil.wait_procs(children, PATIENCE)
    assert alive == []


def published(load, home, processes, **options):
    """Build, and return the id with the SHA-256 of every file but the store, whose bytes differ anyway."""
    asked = {"a.rq": "ASK {}"}
    release = build(load, home, force=True, questions=asked, processes=processes, **options).release
    assert check_release(release) == []
    files = [path for path in release.path.rglob("*") if path.is_file()]
    kept = [path for path in files if STORE not in path.relative_to(release.path).parts]
    content = {str(path.relative_to(release.path)): hash_file(path) for path in kept}
    return release.id, content, {**release.manifest, "store": None}


@pytest.mark.slow
def test_processes_and_threads_write_the_same_bytes(tmp_path):
    alone = published(load_bundled, tmp_path / "alone", 0)
    together = published(load_bundled, tmp_path / "together", 3, apart=True)
    seal = {"manifest.json", "manifest.sha256", "SHA256SUMS"}
    assert alone[1].keys() == together[1].keys() > seal
    differ = {name for name, digest in alone[1].items() if together[1][name] != digest}
    assert differ <= seal
    assert (alone[0], alone[2]) == (together[0], together[2])


def load_for_ever():
    threading.Event().wait()


WRITING = "loading the store and checking the rules"
"""The step in which processes begin to write."""


@pytest.mark.slow
def test_a_refused_release_and_a_killed_process_replace_nothing(tmp_path):
    folder, home = write_collection(tmp_path / "tiny"), tmp_path / "home"
    load = partial(load_collections, [folder])
    before = build(load, home, processes=2).release.id
    write_collection(folder, statements=edited("statements.csv", "2018-03-19", "2018-03-20"))

    def kill_at(moment, step):
        if step == moment:
            threading.Thread(target=lambda: wait_until(children)[0].kill()).start()

    for moment, read in [("reading the collections", load_for_ever), (WRITING, load)]:
        with pytest.raises(ReleaseError, match="was killed"):
            build(read, home, force=True, processes=2, apart=read != load, progress=partial(kill_at, moment))
    assert [path.name for path in (home / "releases").iterdir()] == [before]
    assert current_release(home).id == before
    assert build(load, home, force=True, processes=2).release.id != before


@pytest.mark.slow
def test_builds_one_after_the_other_write_what_builds_from_nothing_write(tmp_path):
    folder, home = write_collection(tmp_path / "tiny"), tmp_path / "home"
    load = partial(load_collections, [folder])
    for number, (before, after) in enumerate(
        [
            ("2018-03-19", "2018-03-20"),
            ("Kitakyushu,JP,exploration", "Kitakyushu,JP,MoU"),
            ("Signed", "Concluded"),
        ]
    ):
        write_collection(folder, statements=edited("statements.csv", before, after))
        again, anew = published(load, home, 0), published(load, tmp_path / f"anew-{number}", 0)
        names = again[1].keys() - {"manifest.json", "manifest.sha256", "SHA256SUMS"}
        told = {name for name in names if "changes" not in name}
        assert {name: again[1][name] for name in told} == {name: anew[1][name] for name in told}
        assert again[0] == anew[0]

"""Query processes as the engine keeps them: closed in, worn, killed, forgotten, and gone with it."""

import itertools
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from endpoint.config import MIB
from endpoint.engine.engine import Engine, Lane
from endpoint.engine.observer import StopReason
from endpoint.engine.processes import pool as pool_module
from endpoint.engine.processes.pool import WorkerProcess
from endpoint.engine.processes.wire import Request, Settings, send_object
from graph.errors import EngineFailed
from tests.kit.http.engine import JSON, RUNAWAY, StopReasons, make_store, run_query, small_config
from tests.kit.paths import ROOT
from tests.kit.processes import PATIENCE, living, wait_until, wait_until_at_work

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return make_store(tmp_path_factory.mktemp("world") / "store")


@pytest.fixture(scope="module")
def engine(store):
    """An engine that remembers no answer."""
    with Engine(small_config(store.parent, cache_bytes=1), store) as engine:
        yield engine


def test_strangers_queries_step_back_behind_pages(store):
    with Engine(small_config(store.parent), store) as engine:
        ours = os.getpriority(os.PRIO_PROCESS, 0)
        assert nices(engine.pids()) == [ours] * 6
        run_query(engine, "ASK {}", JSON, lane=Lane.PAGES, cached=False)
        assert nices(engine.pids()) == [ours] * 6
        for lane in (Lane.FREE, Lane.QUESTIONS):
            run_query(engine, "ASK {}", JSON, cached=False, lane=lane)
        assert nices(engine.pids()) == [ours] * 4 + [min(ours + 5, 19), min(ours + 10, 19)]


def nices(pids):
    """Return how nice the nicest thread of each process is."""
    tasks = [[task.id for task in psutil.Process(pid).threads()] for pid in pids]
    return sorted(max(os.getpriority(os.PRIO_PROCESS, task) for task in ids) for ids in tasks)


def test_a_worker_can_open_no_file(engine):
    worker = engine._pool.take(Lane.FREE)
    limits = Path(f"/proc/{worker.pid}/limits").read_text()
    status = Path(f"/proc/{worker.pid}/status").read_text()
    engine._pool.give_back(Lane.FREE, worker)
    assert [line.split()[3:5] for line in limits.splitlines() if line.startswith("Max open files")] == [
        ["0", "0"]
    ]
    assert "NoNewPrivs:\t1" in status


@pytest.mark.parametrize(("mebibytes", "reasons"), [(24, [StopReason.WORN] * 2), (512, [])])
def test_a_worker_that_holds_half_of_its_memory_is_not_used_again(store, mebibytes, reasons):
    """A worker takes some 25 MB when it is idle."""
    observer = StopReasons()
    with Engine(small_config(store.parent, memory_bytes=mebibytes * MIB), store, observer) as engine:
        for _ in range(2):
            run_query(engine, "ASK {}", JSON, cached=False)
        assert observer.reasons == reasons


def kill_all(pids):
    """Kill, and wait for the end of every thread without reaping: a zombie leader may still have some."""
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    for pid in pids:
        with suppress(ChildProcessError):
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def test_workers_that_were_killed_idle_are_replaced_unnoticed(store):
    with Engine(small_config(store.parent), store) as engine:
        kill_all(engine.pids())
        assert run_query(engine, "ASK {}", JSON).body == b'{"head":{},"boolean":true}'


def test_a_worker_that_was_killed_at_work_is_an_error_and_replaced(store):
    with Engine(small_config(store.parent), store) as engine:
        looks = itertools.count()
        with pytest.raises(EngineFailed):
            run_query(
                engine, RUNAWAY, JSON, is_abandoned=lambda: next(looks) == 1 and kill_all(engine.pids())
            )
        assert run_query(engine, "ASK {}", JSON).body == b'{"head":{},"boolean":true}'


def test_close_leaves_no_process_and_ends_what_runs(store):
    engine = Engine(small_config(store.parent), store)
    pids, asked, outcomes = engine.pids(), threading.Event(), []

    def run():
        try:
            run_query(engine, RUNAWAY, JSON, is_abandoned=asked.set)
        except EngineFailed as error:
            outcomes.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    assert asked.wait(PATIENCE)
    engine.close()
    engine.close()
    thread.join()
    assert outcomes == ["the engine was closed before it had an answer. Ask again"]
    assert living(pids) == set()
    with pytest.raises(EngineFailed, match="closed"):
        run_query(engine, "ASK {}", JSON)


SCRIPT = """
import sys
from pathlib import Path
from endpoint.config import Config
from endpoint.engine.engine import Engine
from tests.kit.http.engine import RUNAWAY, run_query
engine = Engine(Config(home=Path(sys.argv[1]), max_query_seconds=3600), Path(sys.argv[1]))
print(*engine.pids(), flush=True)
if sys.argv[2] == "stay":
    run_query(engine, RUNAWAY, "text/csv", seconds=3600)
"""


@pytest.mark.parametrize("how", ["leave", "stay"])
def test_nothing_outlives_the_process_however_it_ends(store, how):
    command = [sys.executable, "-c", SCRIPT, str(store), how]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        pids = {int(pid) for pid in process.stdout.readline().split()}
        if how == "stay":
            wait_until_at_work(pids)
            process.kill()
        process.wait(PATIENCE)
    assert len(pids) >= 3
    wait_until(lambda: not living(pids))


def test_a_query_process_that_everybody_has_forgotten_ends_itself(store):
    worker = WorkerProcess(Settings(str(store), 160 * MIB, os.getpid(), {}))
    worker.wait_ready()
    send_object(worker._sock, Request(RUNAWAY, JSON, MIB, seconds=0.1))
    wait_until(lambda: not living({worker.pid}))
    assert worker.stop() == -signal.SIGXCPU


def test_a_missing_store_is_told_at_once(tmp_path):
    with pytest.raises(EngineFailed, match="no store could be opened at"):
        Engine(small_config(tmp_path), tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_store_that_is_not_one_is_told_at_once(tmp_path):
    (tmp_path / "store").mkdir()
    with pytest.raises(EngineFailed, match="no store could be opened at"):
        Engine(small_config(tmp_path), tmp_path / "store")


def test_an_engine_made_before_a_fork_says_so(engine, monkeypatch):
    monkeypatch.setattr(pool_module.os, "getpid", lambda: -1)
    with pytest.raises(EngineFailed, match="before a fork"):
        run_query(engine, "ASK {}", JSON)
    engine._pool.close()
    monkeypatch.undo()
    assert run_query(engine, "ASK {}", JSON).body == b'{"head":{},"boolean":true}'

"""A thread that nothing ends but its owner, and that says when it is ill."""

import gc
import threading
from types import SimpleNamespace

import pytest

from endpoint.serving.releases import task as task_module
from endpoint.serving.releases.task import RepeatedTask
from tests.kit.processes import PATIENCE, wait_until


class Panic(BaseException):
    """As the engine raises them: no Exception."""


class Worker:
    def __init__(self):
        self.runs, self.errors, self.hold = 0, [], None

    def run(self):
        self.runs += 1
        if self.hold:
            self.hold.wait(PATIENCE)
        if self.errors:
            raise self.errors.pop()


@pytest.fixture
def worker():
    return Worker()


@pytest.fixture
def task(worker):
    made = RepeatedTask("kembar-test", worker.run, 3600.0)
    yield made
    made.stop()


def run_again(task, worker):
    before = worker.runs
    task.wake()
    wait_until(lambda: worker.runs > before and task._started_at is None)


@pytest.mark.parametrize(
    "error", [ValueError("x"), MemoryError(), Panic("panicked"), SystemExit(1), KeyError("k")]
)
def test_nothing_that_is_raised_ends_it_and_the_next_good_run_makes_it_well(task, worker, error, caplog):
    worker.errors = [error, error]
    run_again(task, worker)
    assert task.fault == f"the thread kembar-test failed 1 times, last with {type(error).__name__}: {error}"
    run_again(task, worker)
    assert "failed 2 times" in task.fault
    run_again(task, worker)
    assert (task.fault, worker.runs) == ("", 3)
    assert "goes on after a failure" in caplog.text


def test_it_runs_by_itself(worker):
    task = RepeatedTask("kembar-test", worker.run, 0.01)
    wait_until(lambda: worker.runs > 3)
    task.stop()
    runs = worker.runs
    assert not task._thread.is_alive()
    assert (worker.runs, task.fault) == (runs, "")


@pytest.mark.parametrize("patient", [False, True])
def test_one_that_hangs_is_told_unless_it_may_take_its_time(worker, monkeypatch, patient):
    clock = SimpleNamespace(monotonic=lambda: clock.now, now=0.0)
    monkeypatch.setattr(task_module, "time", clock)
    worker.hold = threading.Event()
    task = RepeatedTask("kembar-test", worker.run, 3600.0, patient=patient)
    task.wake()
    wait_until(lambda: worker.runs == 1)
    assert task.fault == ""
    clock.now = 301.0
    assert task.fault == ("" if patient else "the thread kembar-test has been at work for 301 seconds")
    worker.hold.set()
    task.stop()


def test_a_thread_that_has_ended_all_the_same_is_told(task, monkeypatch):
    monkeypatch.setattr(RepeatedTask, "run_once", lambda self: False)
    task.wake()
    task._thread.join(PATIENCE)
    assert task.fault == "the thread kembar-test has ended"


@pytest.mark.slow
def test_it_ends_when_who_works_is_forgotten():
    task = RepeatedTask("kembar-test", Worker().run, 0.01)
    gc.collect()
    task._thread.join(PATIENCE)
    assert not task._thread.is_alive()

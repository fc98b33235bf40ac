"""Those who wait for a worker are served in their order, in time, or sent away."""

import threading
import time

import pytest

from endpoint.engine.worker_queue import Line
from graph.errors import EngineFailed, EngineOverloaded


def wait_in(line, outcomes, pulse=lambda: None):
    """Start one who waits, and return once the line has noticed."""

    def take():
        try:
            outcomes.append(line.take(pulse))
        except (EngineFailed, EngineOverloaded, KeyError) as error:
            outcomes.append(type(error))

    before = len(line)
    thread = threading.Thread(target=take)
    thread.start()
    while len(line) == before and thread.is_alive():
        time.sleep(0.001)
    return thread


def test_first_come_first_served_also_over_many_pulses():
    line, served = Line(20, 10), []
    threads = []
    for name in range(10):
        threads.append(wait_in(line, []))
        threads[-1].name = str(name)
    time.sleep(0.25)
    for name in range(10):
        line.put(name)
        threads[name].join(1)
        served.append(not threads[name].is_alive())
        assert len(line) == 9 - name
    assert served == [True] * 10


def test_what_is_free_is_taken_at_once():
    line = Line(1, 10)
    line.put("a")
    line.put("b")
    assert [line.take(lambda: None), line.take(lambda: None)] == ["a", "b"]


def test_the_wait_has_an_end():
    line, start = Line(1, 0.25), time.monotonic()
    with pytest.raises(EngineOverloaded) as error:
        line.take(lambda: None)
    assert 0.25 <= time.monotonic() - start < 0.6
    assert error.value.retry_after == 1
    assert len(line) == 0


def test_too_many_are_sent_away_at_once():
    line, outcomes = Line(1, 5), []
    thread = wait_in(line, outcomes)
    start = time.monotonic()
    with pytest.raises(EngineOverloaded):
        line.take(lambda: None)
    assert time.monotonic() - start < 0.1
    line.put("a")
    thread.join()
    assert outcomes == ["a"]


def test_who_leaves_makes_room_and_takes_nothing_along():
    line, outcomes = Line(2, 5), []
    leave = threading.Event()

    def pulse():
        if leave.is_set():
            raise KeyError

    leaving, staying = wait_in(line, outcomes, pulse), wait_in(line, outcomes)
    leave.set()
    leaving.join()
    line.put("a")
    staying.join()
    assert outcomes == [KeyError, "a"]


def test_what_was_handed_to_one_who_leaves_goes_to_the_next():
    line, outcomes = Line(2, 5), []

    def pulse():
        line.put("a")
        raise KeyError

    threads = [wait_in(line, outcomes, pulse), wait_in(line, outcomes)]
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [KeyError, "a"]


def test_a_closed_line_sends_all_away():
    line, outcomes = Line(5, 5), []
    threads = [wait_in(line, outcomes) for _ in range(3)]
    line.close()
    for thread in threads:
        thread.join(1)
    assert outcomes == [EngineFailed] * 3
    with pytest.raises(EngineFailed, match="closed"):
        line.take(lambda: None)

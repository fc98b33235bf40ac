"""Those who wait for a worker are served in their order, in time, or sent away."""

import threading
from collections import Counter

import pytest

from endpoint.engine.line import Line
from endpoint.engine.wire import PULSE_SECONDS
from graph.errors import EngineFailed, EngineOverloaded
from tests.kit.processes import PATIENCE, wait_until


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
    wait_until(lambda: len(line) != before or not thread.is_alive())
    return thread


def never():
    """Stand for a pulse where nobody may have to wait."""
    raise AssertionError("this one waits")


def test_first_come_first_served_also_over_many_pulses():
    line, pulses = Line(20, PATIENCE), Counter()
    threads = [wait_in(line, [], lambda name=name: pulses.update([name])) for name in range(10)]
    wait_until(lambda: len(pulses) == 10 and min(pulses.values()) > 1)
    for name in range(10):
        line.put(name)
        threads[name].join(PATIENCE)
        assert [thread.is_alive() for thread in threads] == [False] * (name + 1) + [True] * (9 - name)
        assert len(line) == 9 - name


def test_what_is_free_is_taken_at_once():
    line = Line(1, PATIENCE)
    line.put("a")
    line.put("b")
    assert [line.take(never), line.take(never)] == ["a", "b"]


def test_the_wait_has_an_end():
    line, pulses = Line(1, 2.5 * PULSE_SECONDS), []
    with pytest.raises(EngineOverloaded) as error:
        line.take(lambda: pulses.append(1))
    assert len(pulses) <= 3
    assert error.value.retry_after == 1
    assert len(line) == 0


def test_too_many_are_sent_away_at_once():
    line, outcomes = Line(1, PATIENCE), []
    thread = wait_in(line, outcomes)
    with pytest.raises(EngineOverloaded):
        line.take(never)
    line.put("a")
    thread.join()
    assert outcomes == ["a"]


def test_who_leaves_makes_room_and_takes_nothing_along():
    line, outcomes = Line(2, PATIENCE), []
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
    line, outcomes = Line(2, PATIENCE), []

    def pulse():
        line.put("a")
        raise KeyError

    threads = [wait_in(line, outcomes, pulse), wait_in(line, outcomes)]
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [KeyError, "a"]


def test_a_closed_line_sends_all_away():
    line, outcomes = Line(5, PATIENCE), []
    threads = [wait_in(line, outcomes) for _ in range(3)]
    line.close()
    for thread in threads:
        thread.join(PATIENCE)
    assert outcomes == [EngineFailed] * 3
    with pytest.raises(EngineFailed, match="closed"):
        line.take(never)

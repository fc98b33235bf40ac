"""Those who wait for a worker are served in their order, in time, or sent away."""

import threading
import time

import pytest

from endpoint.engine.worker_queue import WorkerQueue
from graph.errors import EngineFailed, EngineOverloaded


def wait_in(queue, outcomes, check_abandoned=lambda: None):
    """Start one who waits, and return once the queue has noticed."""

    def take():
        try:
            outcomes.append(queue.take(check_abandoned))
        except (EngineFailed, EngineOverloaded, KeyError) as error:
            outcomes.append(type(error))

    before = len(queue)
    thread = threading.Thread(target=take)
    thread.start()
    while len(queue) == before and thread.is_alive():
        time.sleep(0.001)
    return thread


def test_first_come_first_served_also_over_many_pulses():
    queue, served = WorkerQueue(20, 10), []
    threads = []
    for name in range(10):
        threads.append(wait_in(queue, []))
        threads[-1].name = str(name)
    time.sleep(0.25)
    for name in range(10):
        queue.put(name)
        threads[name].join(1)
        served.append(not threads[name].is_alive())
        assert len(queue) == 9 - name
    assert served == [True] * 10


def test_what_is_free_is_taken_at_once():
    queue = WorkerQueue(1, 10)
    queue.put("a")
    queue.put("b")
    assert [queue.take(lambda: None), queue.take(lambda: None)] == ["a", "b"]


def test_the_wait_has_an_end():
    queue, start = WorkerQueue(1, 0.25), time.monotonic()
    with pytest.raises(EngineOverloaded) as error:
        queue.take(lambda: None)
    assert 0.25 <= time.monotonic() - start < 0.6
    assert error.value.retry_after == 1
    assert len(queue) == 0


def test_too_many_are_sent_away_at_once():
    queue, outcomes = WorkerQueue(1, 5), []
    thread = wait_in(queue, outcomes)
    start = time.monotonic()
    with pytest.raises(EngineOverloaded):
        queue.take(lambda: None)
    assert time.monotonic() - start < 0.1
    queue.put("a")
    thread.join()
    assert outcomes == ["a"]


def test_who_leaves_makes_room_and_takes_nothing_along():
    queue, outcomes = WorkerQueue(2, 5), []
    leave = threading.Event()

    def check_abandoned():
        if leave.is_set():
            raise KeyError

    leaving, staying = wait_in(queue, outcomes, check_abandoned), wait_in(queue, outcomes)
    leave.set()
    leaving.join()
    queue.put("a")
    staying.join()
    assert outcomes == [KeyError, "a"]


def test_what_was_handed_to_one_who_leaves_goes_to_the_next():
    queue, outcomes = WorkerQueue(2, 5), []

    def check_abandoned():
        queue.put("a")
        raise KeyError

    threads = [wait_in(queue, outcomes, check_abandoned), wait_in(queue, outcomes)]
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [KeyError, "a"]


def test_a_closed_line_sends_all_away():
    queue, outcomes = WorkerQueue(5, 5), []
    threads = [wait_in(queue, outcomes) for _ in range(3)]
    queue.close()
    for thread in threads:
        thread.join(1)
    assert outcomes == [EngineFailed] * 3
    with pytest.raises(EngineFailed, match="closed"):
        queue.take(lambda: None)

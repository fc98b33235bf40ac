"""Those who wait for a worker are served in their order, in time, or sent away."""

import threading
from collections import Counter

import pytest

from endpoint.engine.processes.wire import CHECK_SECONDS
from endpoint.engine.processes.worker_queue import WorkerQueue
from graph.errors import EngineFailed, EngineOverloaded
from tests.kit.processes import PATIENCE, wait_until


def wait_in(queue, outcomes, check_abandoned=lambda: None, **known):
    """Start one who waits, and return once the queue has noticed."""

    def take():
        try:
            outcomes.append(queue.take(check_abandoned, **known))
        except (EngineFailed, EngineOverloaded, KeyError) as error:
            outcomes.append(type(error))

    before = len(queue)
    thread = threading.Thread(target=take)
    thread.start()
    wait_until(lambda: len(queue) != before or not thread.is_alive())
    return thread


def never():
    """Stand for a pulse where nobody may have to wait."""
    raise AssertionError("this one waits")


def test_first_come_first_served_also_over_many_pulses():
    queue, pulses = WorkerQueue(1, 20, PATIENCE), Counter()
    threads = [wait_in(queue, [], lambda name=name: pulses.update([name])) for name in range(10)]
    wait_until(lambda: len(pulses) == 10 and min(pulses.values()) > 1)
    for name in range(10):
        queue.put(name)
        threads[name].join(PATIENCE)
        assert [thread.is_alive() for thread in threads] == [False] * (name + 1) + [True] * (9 - name)
        assert len(queue) == 9 - name


def test_what_is_free_is_taken_at_once():
    queue = WorkerQueue(1, 1, PATIENCE)
    queue.put("a")
    queue.put("b")
    assert [queue.take(never), queue.take(never)] == ["b", "a"], "the one that worked last"


def test_the_wait_has_an_end():
    queue, pulses = WorkerQueue(1, 1, 2.5 * CHECK_SECONDS), []
    with pytest.raises(EngineOverloaded) as error:
        queue.take(lambda: pulses.append(1))
    assert len(pulses) <= 3
    assert error.value.retry_after == 1
    assert len(queue) == 0


def test_too_many_are_sent_away_at_once():
    queue, outcomes = WorkerQueue(1, 1, PATIENCE), []
    thread = wait_in(queue, outcomes)
    with pytest.raises(EngineOverloaded):
        queue.take(never)
    queue.put("a")
    thread.join()
    assert outcomes == ["a"]


def test_who_leaves_makes_room_and_takes_nothing_along():
    queue, outcomes = WorkerQueue(1, 2, PATIENCE), []
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
    queue, outcomes = WorkerQueue(1, 2, PATIENCE), []

    def check_abandoned():
        queue.put("a")
        raise KeyError

    threads = [wait_in(queue, outcomes, check_abandoned), wait_in(queue, outcomes)]
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [KeyError, "a"]


def test_a_closed_line_sends_all_away():
    queue, outcomes = WorkerQueue(1, 5, PATIENCE), []
    threads = [wait_in(queue, outcomes) for _ in range(3)]
    queue.close()
    for thread in threads:
        thread.join(PATIENCE)
    assert outcomes == [EngineFailed] * 3
    with pytest.raises(EngineFailed, match="closed"):
        queue.take(never)


def test_clients_that_wait_have_their_turns_each_its_oldest_request_first():
    queue, served = WorkerQueue(1, 50, PATIENCE), []
    threads = []

    def take(client, number):
        worker = queue.take(lambda: None, client)
        served.append((client, number))
        queue.put(worker)

    for waiting, (client, number) in enumerate(
        [("a", 1), ("a", 2), ("a", 3), ("b", 1), ("c", 1), ("b", 2)], 1
    ):
        threads.append(threading.Thread(target=take, args=(client, number)))
        threads[-1].start()
        wait_until(lambda waiting=waiting: len(queue) == waiting)
    queue.put("worker")
    for thread in threads:
        thread.join(PATIENCE)
    assert served == [("a", 1), ("b", 1), ("c", 1), ("a", 2), ("b", 2), ("a", 3)]
    assert len(queue) == 0


def test_a_client_holds_all_workers_but_one_which_is_left_for_another():
    queue, outcomes = WorkerQueue(3, 5, PATIENCE), []
    for worker in "abc":
        queue.put(worker)
    held = [queue.take(never, "greedy") for _ in range(2)]
    third = threading.Thread(target=lambda: outcomes.append(queue.take(lambda: None, "greedy")))
    third.start()
    wait_until(lambda: len(queue) == 1)
    assert held == ["c", "b"]
    assert queue.take(never, "another") == "a"
    queue.put("a")
    assert (outcomes, len(queue)) == ([], 1), "it is free, and not for who holds two"
    queue.put(held[0])
    third.join(PATIENCE)
    assert len(outcomes) == 1, "who gives one back gets the next"


def test_a_worker_that_was_killed_is_held_by_nobody():
    queue = WorkerQueue(2, 5, PATIENCE)
    queue.put("a")
    queue.put("b")
    queue.forget(queue.take(never, "greedy"))
    assert queue.take(never, "greedy") == "a"


def test_the_only_worker_is_for_everybody_and_who_has_no_name_is_not_counted():
    queue = WorkerQueue(1, 5, PATIENCE)
    queue.put("a")
    assert queue.take(never, "one") == "a"
    several = WorkerQueue(2, 5, PATIENCE)
    several.put("a")
    several.put("b")
    assert {several.take(never), several.take(never)} == {"a", "b"}


def hold_long(queue, clients):
    """Let clients hold the workers of a queue with queries that take long, and return who may go on."""
    workers = {client: queue.take(never, client) for client in clients}
    return workers, {client: queue.may_go_on(worker) for client, worker in workers.items()}


def test_long_queries_of_several_clients_leave_a_worker_to_who_waits():
    queue, outcomes = WorkerQueue(3, 5, PATIENCE), []
    for worker in "abc":
        queue.put(worker)
    workers, may = hold_long(queue, ["one", "two", "three"])
    assert may == dict.fromkeys(workers, True), "nobody waits"
    thread = wait_in(queue, outcomes)
    assert [queue.may_go_on(worker) for worker in workers.values()] == [True, True, False]
    queue.forget(workers["three"])
    queue.put("spare")
    thread.join(PATIENCE)
    assert outcomes == ["spare"]


def test_a_query_known_to_be_long_waits_until_it_may_keep_a_worker():
    queue, outcomes = WorkerQueue(2, 5, PATIENCE), []
    for worker in "ab":
        queue.put(worker)
    held = queue.take(never, "one", is_long=True)
    thread = wait_in(queue, outcomes, is_long=True)
    assert queue.take(never, "two") == "a", "it is left to a short one, and nobody is before it"
    assert queue.may_go_on("a"), "who waits could not have it either"
    queue.put("a")
    assert not outcomes
    queue.put(held)
    thread.join(PATIENCE)
    assert outcomes == ["b"]


def test_the_only_worker_of_a_lane_is_kept():
    queue, outcomes = WorkerQueue(1, 5, PATIENCE), []
    queue.put("a")
    held = queue.take(never)
    thread = wait_in(queue, outcomes)
    assert queue.may_go_on(held)
    queue.put(held)
    thread.join(PATIENCE)
    assert outcomes == ["a"]

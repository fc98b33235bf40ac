"""What is asked by many at once is evaluated once, and goes on as long as anybody waits for it."""

import threading

import pytest

from endpoint.engine.cache import Flights
from graph.errors import EngineOverloaded, QueryAbandoned, QueryError, ResultTooLarge
from tests.kit.processes import PATIENCE, wait_until


class Work:
    """An evaluation that begins when asked, ends when let go, and counts."""

    def __init__(self, result=b"answer"):
        self.result, self.times = result, 0
        self.begun, self.may_end = threading.Event(), threading.Event()

    def __call__(self, all_gone):
        self.times += 1
        self.begun.set()
        while not self.may_end.wait(0.01):
            if all_gone():
                raise QueryAbandoned
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


class Askers:
    """Threads that ask for the same; the outcomes in `results`, exceptions too."""

    def __init__(self, flights, work, count, gone=lambda: False):
        self.results = []
        self.threads = [threading.Thread(target=self._ask, args=(flights, work, gone)) for _ in range(count)]
        for thread in self.threads:
            thread.start()

    def _ask(self, flights, work, gone):
        try:
            self.results.append(flights.run("lane", "key", work, gone))
        except (QueryError, RuntimeError) as error:
            self.results.append(error)

    def join(self):
        for thread in self.threads:
            thread.join(PATIENCE)
        return self.results


def waiting(flights, count):
    wait_until(lambda: flights._followers["lane"] >= count)


def test_what_is_asked_together_is_evaluated_once():
    flights, work = Flights(10, 1), Work()
    askers = Askers(flights, work, 8)
    waiting(flights, 7)
    work.may_end.set()
    assert sorted(askers.join()) == [(b"answer", False)] * 7 + [(b"answer", True)]
    assert work.times == 1
    assert flights._flights == {}


def test_an_error_is_shared():
    flights, work = Flights(10, 1), Work(ResultTooLarge(5))
    askers = Askers(flights, work, 3)
    waiting(flights, 2)
    work.may_end.set()
    assert askers.join() == [work.result] * 3


def test_another_lane_does_not_wait():
    flights, work = Flights(10, 1), Work()
    askers = Askers(flights, work, 1)
    assert work.begun.wait(PATIENCE)
    assert flights.run("pages", "key", lambda _: b"other", lambda: False) == (b"other", True)
    work.may_end.set()
    askers.join()


def test_too_many_who_wait_are_turned_away():
    flights, work = Flights(2, 7), Work()
    askers = Askers(flights, work, 3)
    waiting(flights, 2)
    with pytest.raises(EngineOverloaded) as error:
        flights.run("lane", "key", work, lambda: False)
    assert error.value.retry_after == 7
    work.may_end.set()
    assert len(askers.join()) == 3


def test_it_goes_on_while_anybody_waits_and_stops_with_the_last():
    flights, work, left, looks = Flights(10, 1), Work(), threading.Event(), []
    first = Askers(flights, work, 1, gone=lambda: True)
    assert isinstance(first.join()[0], QueryAbandoned), "alone, it stops at once"
    work.begun.clear()
    gone_leader = Askers(flights, work, 1, gone=lambda: looks.append(left.is_set()) or left.is_set())
    assert work.begun.wait(PATIENCE)
    follower = Askers(flights, work, 1)
    waiting(flights, 1)
    left.set()
    wait_until(lambda: looks.count(True) > 1)
    assert gone_leader.results == []
    work.may_end.set()
    assert follower.join() == [(b"answer", False)]
    assert gone_leader.join() == [(b"answer", True)]


def test_one_who_waits_for_another_may_leave():
    flights, work, left = Flights(10, 1), Work(), threading.Event()
    leader = Askers(flights, work, 1)
    assert work.begun.wait(PATIENCE)
    follower = Askers(flights, work, 1, gone=left.is_set)
    waiting(flights, 1)
    left.set()
    assert isinstance(follower.join()[0], QueryAbandoned)
    work.may_end.set()
    assert leader.join() == [(b"answer", True)]


def test_who_waits_for_one_that_falls_evaluates_for_himself():
    flights, work = Flights(10, 1), Work(RuntimeError("a fault"))
    leader = Askers(flights, work, 1)
    assert work.begun.wait(PATIENCE)
    follower = Askers(flights, lambda _: b"mine", 1)
    waiting(flights, 1)
    work.may_end.set()
    assert follower.join() == [(b"mine", True)]
    assert leader.join() == [work.result]

"""What is asked by many at once is evaluated once, and goes on as long as anybody waits for it."""

import threading

import pytest

from endpoint.engine.cache import RequestCoalescing
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

    def __init__(self, coalescing, work, count, is_abandoned=lambda: False):
        self.results = []
        self.threads = [
            threading.Thread(target=self._ask, args=(coalescing, work, is_abandoned), daemon=True)
            for _ in range(count)
        ]
        for thread in self.threads:
            thread.start()

    def _ask(self, coalescing, work, is_abandoned):
        try:
            self.results.append(coalescing.run("lane", "key", work, is_abandoned))
        except (QueryError, RuntimeError) as error:
            self.results.append(error)

    def join(self):
        for thread in self.threads:
            thread.join(PATIENCE)
        return self.results


def waiting(coalescing, count):
    wait_until(lambda: coalescing._followers["lane"] >= count)


def test_what_is_asked_together_is_evaluated_once():
    coalescing, work = RequestCoalescing(10, 1), Work()
    askers = Askers(coalescing, work, 8)
    waiting(coalescing, 7)
    work.may_end.set()
    assert sorted(askers.join()) == [(b"answer", False)] * 7 + [(b"answer", True)]
    assert work.times == 1
    assert coalescing._running == {}


def test_an_error_is_shared():
    coalescing, work = RequestCoalescing(10, 1), Work(ResultTooLarge(5))
    askers = Askers(coalescing, work, 3)
    waiting(coalescing, 2)
    work.may_end.set()
    assert askers.join() == [work.result] * 3


def test_another_lane_does_not_wait():
    coalescing, work = RequestCoalescing(10, 1), Work()
    askers = Askers(coalescing, work, 1)
    assert work.begun.wait(PATIENCE)
    assert coalescing.run("pages", "key", lambda _: b"other", lambda: False) == (b"other", True)
    work.may_end.set()
    askers.join()


def test_too_many_who_wait_are_turned_away():
    coalescing, work = RequestCoalescing(2, 7), Work()
    askers = Askers(coalescing, work, 3)
    waiting(coalescing, 2)
    with pytest.raises(EngineOverloaded) as error:
        coalescing.run("lane", "key", work, lambda: pytest.fail("it waits"))
    assert error.value.retry_after == 7
    work.may_end.set()
    assert len(askers.join()) == 3


def test_it_goes_on_while_anybody_waits_and_stops_with_the_last():
    coalescing, work, left, looks = RequestCoalescing(10, 1), Work(), threading.Event(), []
    first = Askers(coalescing, work, 1, is_abandoned=lambda: True)
    assert isinstance(first.join()[0], QueryAbandoned), "alone, it stops at once"
    work.begun.clear()
    gone_leader = Askers(
        coalescing, work, 1, is_abandoned=lambda: looks.append(left.is_set()) or left.is_set()
    )
    assert work.begun.wait(PATIENCE)
    follower = Askers(coalescing, work, 1)
    waiting(coalescing, 1)
    left.set()
    wait_until(lambda: looks.count(True) > 1)
    assert gone_leader.results == []
    work.may_end.set()
    assert follower.join() == [(b"answer", False)]
    assert gone_leader.join() == [(b"answer", True)]


def test_one_who_waits_for_another_may_leave():
    coalescing, work, left = RequestCoalescing(10, 1), Work(), threading.Event()
    leader = Askers(coalescing, work, 1)
    assert work.begun.wait(PATIENCE)
    follower = Askers(coalescing, work, 1, is_abandoned=left.is_set)
    waiting(coalescing, 1)
    left.set()
    assert isinstance(follower.join()[0], QueryAbandoned)
    work.may_end.set()
    assert leader.join() == [(b"answer", True)]


def test_who_waits_for_one_that_falls_evaluates_for_himself():
    coalescing, work = RequestCoalescing(10, 1), Work(RuntimeError("a fault"))
    leader = Askers(coalescing, work, 1)
    assert work.begun.wait(PATIENCE)
    follower = Askers(coalescing, lambda _: b"mine", 1)
    waiting(coalescing, 1)
    work.may_end.set()
    assert follower.join() == [(b"mine", True)]
    assert leader.join() == [work.result]

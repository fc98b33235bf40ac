"""Answers from memory: bounded, whole, of one release; and queries that nobody waits for are stopped."""

import itertools
import random
import threading

import pytest

from endpoint.engine.cache import ENTRY_BYTES, AnswerCache, CacheState
from endpoint.engine.engine import Engine, Lane
from endpoint.engine.observer import Observer, Outcome
from graph.errors import QueryAbandoned, QueryTimeout, ResultTooLarge
from tests.kit.http.engine import JSON, RUNAWAY, busy, make_store, run_query, small_config
from tests.kit.processes import living

pytestmark = pytest.mark.slow

ROWS = "SELECT * { ?s ?p ?o } LIMIT 50"


def key(name):
    return (name, JSON, (), ())


def size(name, body):
    return len(body) + 4 * len(name) + 4 * len(JSON) + ENTRY_BYTES


def test_the_least_recently_used_goes_first():
    cache = AnswerCache(4 * size("a", b"x" * 100))
    for name in "abcd":
        cache.keep(key(name), b"x" * 100)
    assert cache.find(key("a")) == b"x" * 100
    cache.keep(key("e"), b"y" * 100)
    assert [name for name in "abcde" if cache.find(key(name)) is None] == ["b"]
    assert cache.state() == CacheState(4, 4 * size("a", b"x" * 100))


def test_an_answer_that_would_push_out_many_is_not_kept():
    cache = AnswerCache(4000)
    cache.keep(key("a"), b"x" * (1000 - size("a", b"")))
    cache.keep(key("b"), b"x" * (1001 - size("b", b"")))
    assert cache.find(key("a")) is not None
    assert cache.find(key("b")) is None
    assert cache.state() == CacheState(1, 1000)


def test_the_same_key_again_is_counted_once():
    cache = AnswerCache(40_000)
    cache.keep(key("a"), b"x" * 100)
    cache.keep(key("a"), b"xyz")
    assert cache.state() == CacheState(1, size("a", b"xyz"))


def test_its_bytes_are_the_sum_of_what_it_holds_and_never_over_the_most():
    chance, cache, kept = random.Random(4), AnswerCache(20_000), {}
    for _ in range(5000):
        name = str(chance.randrange(60))
        if chance.random() < 0.5:
            kept[name] = bytes(chance.randrange(6000))
            cache.keep(key(name), kept[name])
        found = {name: body for name in kept if (body := cache.find(key(name))) is not None}
        assert cache.state() == CacheState(len(found), sum(size(*pair) for pair in found.items()))
        assert cache.state().bytes <= 20_000


class Notes(Observer):
    def __init__(self):
        self.ends = []

    def query_ended(self, end):
        self.ends.append(end)

    def take(self):
        ends, self.ends = self.ends, []
        return [end.outcome for end in ends]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return make_store(tmp_path_factory.mktemp("world") / "store")


@pytest.fixture(scope="module")
def notes():
    return Notes()


@pytest.fixture(scope="module")
def engine(store, notes):
    with Engine(small_config(store.parent, queue=20), store, notes) as engine:
        yield engine


def test_a_stable_query_is_evaluated_once_in_each_format_and_dataset(engine, notes):
    for options in ({}, {"default_graphs": ["a:g"]}, {"named_graphs": ["a:g"]}):
        first = run_query(engine, ROWS, JSON, **options)
        assert run_query(engine, ROWS, JSON, lane=Lane.PAGES, **options) == first
        assert run_query(engine, ROWS, "text/csv", **options).body != first.body
        assert notes.take() == [Outcome.EVALUATED, Outcome.CACHED, Outcome.EVALUATED]


@pytest.mark.parametrize("query", ["SELECT (RAND() AS ?x) {}", "SELECT (NOW() AS ?x) {}"])
def test_what_changes_by_itself_is_never_kept(engine, notes, query):
    assert run_query(engine, query, JSON) != run_query(engine, query, JSON)
    assert notes.take() == [Outcome.EVALUATED] * 2


def test_one_can_ask_for_an_evaluation(engine, notes):
    for _ in range(2):
        run_query(engine, "ASK {}", JSON, cached=False)
    assert notes.take() == [Outcome.EVALUATED] * 2


def test_an_error_is_never_kept(engine, notes):
    for _ in range(2):
        with pytest.raises(ResultTooLarge):
            run_query(engine, "SELECT * { ?a ?b ?c . ?d ?e ?f }", JSON)
        with pytest.raises(QueryTimeout):
            run_query(engine, RUNAWAY, JSON, seconds=0.2)
    assert notes.take() == [Outcome.TOO_LARGE, Outcome.TIMEOUT] * 2


def test_the_memory_for_answers_is_bounded(store):
    with Engine(small_config(store.parent, cache_bytes=200_000), store) as engine:
        for offset in range(100):
            run_query(engine, f"SELECT * {{ ?s ?p ?o }} LIMIT 100 OFFSET {offset}", JSON)
        state = engine.state().cache
        assert 5 < state.entries < 20
        assert 150_000 < state.bytes <= 200_000


def test_many_who_ask_the_same_cost_one_evaluation(engine, notes):
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d a ?f }"
    answers = []

    def ask():
        answers.append(run_query(engine, query, JSON, seconds=30))

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outcomes = notes.take()
    assert len(answers) == 12 and len(set(answers)) == 1
    assert outcomes.count(Outcome.EVALUATED) == 1
    assert set(outcomes) <= {Outcome.EVALUATED, Outcome.SHARED, Outcome.CACHED}


@pytest.fixture
def fresh(store):
    """An engine with all its workers free, and the notes about it."""
    notes = Notes()
    with Engine(small_config(store.parent, workers=2), store, notes) as engine:
        yield engine, notes


def test_a_query_that_nobody_waits_for_is_stopped_and_its_worker_leaves(fresh):
    (engine, notes), looks = fresh, itertools.count()
    before = engine.pids()
    with pytest.raises(QueryAbandoned):
        run_query(engine, RUNAWAY, JSON, is_abandoned=lambda: next(looks) == 2)
    assert next(looks) == 3, "it is stopped at the first look that finds nobody"
    assert len(before - engine.pids()) == 1
    assert living(before - engine.pids()) == set()
    assert notes.take() == [Outcome.ABANDONED]


def test_who_waits_in_the_queue_may_leave(fresh):
    (engine, _), waiting = fresh, []

    def look():
        waiting.append(engine.state().waiting[Lane.FREE])
        return len(waiting) == 3

    with busy(engine) as runaway, busy(engine, RUNAWAY + " # another"), busy(engine, RUNAWAY + " # a third"):
        with pytest.raises(QueryAbandoned):
            run_query(engine, "ASK { ?s ?p 1 }", JSON, is_abandoned=look)
        assert waiting == [1, 1, 1]
        assert runaway.is_alive()


def test_who_has_less_time_does_not_wait_for_the_same_query_with_more(fresh):
    engine, _ = fresh
    with busy(engine, seconds=2):
        with pytest.raises(QueryTimeout) as error:
            run_query(engine, RUNAWAY, JSON, seconds=0.2)
        assert error.value.limit == 0.2

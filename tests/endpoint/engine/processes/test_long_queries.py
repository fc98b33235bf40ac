"""Long queries of several clients, and a short one of another: it gets a process, and nothing is lost."""

import threading
from contextlib import ExitStack

import pytest

from endpoint.engine import asking
from endpoint.engine.engine import Engine, Lane
from endpoint.engine.observer import StopReason
from tests.kit.http.engine import JSON, RUNAWAY, StopReasons, busy, make_store, run_query, small_config
from tests.kit.processes import wait_until

pytestmark = pytest.mark.slow

OTHER = RUNAWAY.replace("?n)", "?other)")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return make_store(tmp_path_factory.mktemp("world") / "store")


@pytest.fixture
def observer():
    return StopReasons()


@pytest.fixture
def engine(store, observer, monkeypatch):
    """An engine with two free processes, to which every thread is a client and every query long."""
    monkeypatch.setattr(asking, "LONG_SECONDS", 0.0)
    config = small_config(store.parent)
    with Engine(config, store, observer, client_of_request=threading.get_ident) as made:
        yield made


def test_long_queries_of_two_clients_leave_a_process_to_a_third(engine, observer):
    with ExitStack() as stack:
        with busy(engine) as kept:
            given_up = stack.enter_context(busy(engine, OTHER))
            assert observer.reasons == [], "nobody waits for the second process"
            assert run_query(engine, "ASK {}", JSON, cached=False).body == b'{"head":{},"boolean":true}'
            wait_until(lambda: engine.state().waiting[Lane.FREE] == 1)
            assert observer.reasons == [StopReason.YIELDED]
            assert run_query(engine, "ASK { ?s ?p ?o }", JSON, cached=False).body.endswith(b"true}")
            assert kept.is_alive()
        wait_until(lambda: engine.state().waiting[Lane.FREE] == 0)
        assert given_up.is_alive(), "it begins again"
        assert observer.reasons == [StopReason.YIELDED, StopReason.ABANDONED]


def test_a_query_that_gave_up_its_process_is_stopped_at_its_time_all_the_same(engine, observer):
    with ExitStack() as stack:
        with busy(engine):
            late = stack.enter_context(busy(engine, OTHER, seconds=5.0))
            assert run_query(engine, "ASK {}", JSON, cached=False).body == b'{"head":{},"boolean":true}'
            wait_until(lambda: engine.state().waiting[Lane.FREE] == 1)
        wait_until(lambda: not late.is_alive())
        assert observer.reasons == [StopReason.YIELDED, StopReason.ABANDONED, StopReason.TIMEOUT]

"""Calls between processes: values and errors arrive as they were, who waits can be told of, and be gone."""

import socket
import threading
from functools import partial
from queue import SimpleQueue

import pytest

from endpoint.engine.processes.wire import Deadline, set_check_interval
from endpoint.errors import RateLimited, problem_of
from endpoint.serving.fronts.calls import (
    CANCEL,
    Caller,
    CallServer,
    EngineProcessGone,
    Failure,
    is_spoken_to,
    receive_value,
    send_value,
)
from graph import errors
from tests.kit.processes import PATIENCE

ERRORS = [
    RateLimited("client-seconds", 30.0, 7),
    errors.QueryTimeout(2.5),
    errors.ResultTooLarge(1000),
    errors.EngineOverloaded(5),
    errors.QueryRefused("it is closed", "Ask otherwise"),
    errors.FormatTooNarrow("CSV has no graphs", ("text/turtle",)),
    errors.DamagedRelease("2026-01-01-00000000", ["a file is missing"]),
    errors.ParameterError("KEMBAR_QUEUE", "x", "must be a number"),
    EngineProcessGone(),
]


@pytest.fixture
def address(tmp_path):
    return tmp_path / "s"


@pytest.fixture
def calls(address):
    """What was called, with the connection that waits for the answer, which the test gives."""
    got = SimpleQueue()

    def serve(sock):
        with sock:
            send_value(sock, receive_value(sock) and None)
            while True:
                try:
                    got.put((sock, receive_value(sock)))
                except (EOFError, OSError):
                    return

    server, over = CallServer(address, serve), threading.Event()
    thread = threading.Thread(target=lambda: [server.run_once(0.05) for _ in iter(over.is_set, True)])
    thread.start()
    yield got
    over.set()
    thread.join()
    server.close()


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_arrives_as_it_was(error):
    arrived = Failure.of(error).error()
    assert type(arrived) is type(error) and problem_of(arrived) == problem_of(error)


def in_thread(call):
    """Return what a call returns or raises, later, and the thread that waits for it."""
    found = SimpleQueue()

    def run():
        try:
            found.put(call())
        except errors.KembarError as error:
            found.put(error)

    thread = threading.Thread(target=run)
    thread.start()
    return found


def test_who_waits_no_more_says_so_once_and_gets_the_answer_that_comes(address, calls):
    caller, left = Caller(address), threading.Event()
    found = in_thread(partial(caller.ask, "run", 1, is_abandoned=left.is_set))
    sock, call = calls.get(timeout=PATIENCE)
    assert call == ("run", (1,)) and not is_spoken_to(sock)
    left.set()
    assert calls.get(timeout=PATIENCE)[1] == (CANCEL, ())
    send_value(sock, Failure.of(errors.QueryAbandoned()))
    assert isinstance(found.get(timeout=PATIENCE), errors.QueryAbandoned)
    assert calls.empty()


def test_who_is_gone_can_be_seen(address, calls):
    caller = Caller(address)
    sock, _ = caller.open("hold")
    send_value(sock, ("run", ()))
    other, _ = calls.get(timeout=PATIENCE)
    assert not is_spoken_to(other)
    sock.close()
    assert is_spoken_to(other)


def test_an_end_of_the_other_process_is_an_error_and_its_successor_is_called(address, calls):
    caller, found = Caller(address), SimpleQueue()

    def ask_twice():
        for number in (1, 2):
            try:
                found.put(caller.ask("run", number))
            except EngineProcessGone as error:
                found.put(error)

    threading.Thread(target=ask_twice).start()
    sock, _ = calls.get(timeout=PATIENCE)
    sock.shutdown(2)
    assert isinstance(found.get(timeout=PATIENCE), EngineProcessGone)
    sock, call = calls.get(timeout=PATIENCE)
    assert call == ("run", (2,))
    send_value(sock, "answer")
    assert found.get(timeout=PATIENCE) == "answer"


def test_who_stops_ends_what_it_waits_for(address, calls):
    caller = Caller(address)
    found = in_thread(partial(caller.ask, "run"))
    sock, _ = calls.get(timeout=PATIENCE)
    caller.close()
    assert calls.get(timeout=PATIENCE)[1] == (CANCEL, ())
    send_value(sock, Failure.of(errors.QueryAbandoned()))
    assert str(found.get(timeout=PATIENCE)) == "the service was stopped before it had an answer. Ask again"


def test_calls_that_come_together_are_each_taken():
    front, engine = socket.socketpair()
    set_check_interval(engine)
    with front, engine:
        for size in (0, 40_000, 3):
            send_value(front, ("end_request", (b"x" * size,)))
            send_value(front, ("begin_request", (b"y" * size,)))
            for name, letter in (("end_request", b"x"), ("begin_request", b"y")):
                assert receive_value(engine, Deadline(0)) == (name, (letter * size,))


def test_nobody_there_is_an_error(address):
    with pytest.raises(EngineProcessGone):
        Caller(address).ask("run")
    Caller(address).tell("run")

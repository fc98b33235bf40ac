"""What is kept for each release: made once, without anybody else waiting for it."""

import gc
import threading
import weakref

import pytest

from endpoint.serving.releases.kept import Kept
from tests.kit.processes import PATIENCE


class Engine:
    """Something that can be a key, and goes when nobody holds it."""


def test_it_is_made_once_for_each_engine_and_key():
    kept, one, other, made = Kept(), Engine(), Engine(), []

    def make(engine):
        made.append(engine)
        return len(made)

    asked = [(one, "a"), (one, "a"), (one, "b"), (other, "a"), (one, "b")]
    assert [kept.get(engine, key, make) for engine, key in asked] == [1, 1, 2, 3, 2]
    assert made == [one, one, other]


def test_who_asks_for_the_same_waits_and_who_asks_for_something_else_does_not():
    kept, engine, begun, go_on, got = Kept(), Engine(), threading.Event(), threading.Event(), []

    def make_slowly(_):
        begun.set()
        assert go_on.wait(PATIENCE)
        return "slow"

    threads = [
        threading.Thread(target=lambda: got.append(kept.get(engine, "slow", make_slowly))) for _ in range(2)
    ]
    threads[0].start()
    assert begun.wait(PATIENCE)
    threads[1].start()
    assert kept.get(engine, "quick", lambda _: "quick") == "quick"
    assert got == []
    go_on.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert got == ["slow", "slow"]


def test_what_fails_is_not_kept():
    kept, engine = Kept(), Engine()
    with pytest.raises(ZeroDivisionError):
        kept.get(engine, "a", lambda _: 1 / 0)
    assert kept.get(engine, "a", lambda _: "made") == "made"


def test_what_fails_does_not_keep_the_engine():
    kept, engine = Kept(), Engine()
    gone = weakref.ref(engine)
    gc.disable()
    try:
        with pytest.raises(ZeroDivisionError) as raised:
            kept.get(engine, "a", lambda _: 1 / 0)
        del engine, raised
        assert gone() is None
    finally:
        gc.enable()

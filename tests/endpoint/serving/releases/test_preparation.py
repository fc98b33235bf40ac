"""A new release has its answers ready before its first reader: for a bounded time, which health tells."""

import threading
from contextlib import contextmanager

import pytest

from endpoint.app import close_app, create_app
from endpoint.engine.observer import Observer
from endpoint.serving.releases import switch as switch_module
from endpoint.serving.releases.preparation import Preparation
from endpoint.serving.releases.switch import Switch
from endpoint.site.preparation import list_paths
from graph.store.releases import current_release, switch_current
from loaders.collection import load_collections
from tests.kit.graph.collections import write_collection
from tests.kit.graph.releases import flip, write_two_releases
from tests.kit.http.engine import small_config
from tests.kit.http.site import HTML
from tests.kit.processes import PATIENCE, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home with two releases, the older one current; a switch over it looks only when told to."""
    monkeypatch.setattr(switch_module, "CHECK_SECONDS", 3600.0)
    folder, home = tmp_path / "tiny", tmp_path / "home"
    write_collection(folder)
    _, older = write_two_releases(home, load_collections([folder]))
    switch_current(home, older.id)
    return home


@contextmanager
def preparing(home, steps, seconds=PATIENCE):
    """Yield a switch that was told to go from the first release to the second one."""
    switch = Switch(small_config(home, prepare_seconds=seconds), current_release(home), Observer())
    try:
        switch.prepare_with(lambda service: steps(service))
        wait_until(lambda: not switch.preparation)
        yield switch
    finally:
        switch.close()


def test_the_steps_are_taken_in_their_order_and_one_that_fails_is_left_out(caplog):
    taken, ended = [], threading.Event()

    def fail(_):
        raise ValueError("no such thing")

    steps = [lambda _: taken.append(1), fail, lambda _: taken.append(3)]
    preparation = Preparation("r", steps, PATIENCE, ended.set)
    assert ended.wait(PATIENCE)
    assert (taken, preparation.report) == ([1, 3], "")
    assert "could not be prepared" in caplog.text


def test_the_time_is_bounded_and_what_was_left_is_told():
    ended = threading.Event()

    def dawdle(is_over):
        wait_until(is_over)
        raise TimeoutError

    preparation = Preparation("r", [lambda _: None, dawdle, dawdle], 0.05, ended.set)
    assert ended.wait(PATIENCE)
    wait_until(lambda: not preparation.at_work)
    assert preparation.report == "release r was prepared in part: 1 of 3 answers in 0.05 s"


def test_the_older_release_answers_until_the_new_one_is_prepared(home):
    first = current_release(home).id
    second = next(path.name for path in (home / "releases").iterdir() if path.name != first)
    begun, go_on = threading.Event(), threading.Event()

    def wait_in_the_second(service):
        def step(_):
            if service.release.id == second:
                begun.set()
                assert go_on.wait(PATIENCE)

        return [step]

    with preparing(home, wait_in_the_second) as switch:
        switch_current(home, second)
        switch.update()
        assert begun.wait(PATIENCE)
        switch.update()
        assert switch.service.release.id == first
        assert switch.preparation == f"release {second} is being prepared: 0 of 1 answers"
        assert [one.release.id for one in switch.services()] == [first, second]
        go_on.set()
        wait_until(lambda: not switch.preparation)
        wait_until(lambda: switch.update() or switch.service.release.id == second)


def test_a_release_that_is_no_longer_wanted_is_dropped_and_its_processes_end(home):
    first = current_release(home).id
    second = next(path.name for path in (home / "releases").iterdir() if path.name != first)

    def wait_for_ever(service):
        return [wait_until] if service.release.id == second else [lambda _: None]

    with preparing(home, wait_for_ever) as switch:
        switch_current(home, second)
        switch.update()
        coming = switch.services()[1]
        switch_current(home, first)
        switch.update()
        assert [one.release.id for one in switch.services()] == [first]
        assert coming.engine.state().workers == 0


def test_the_first_reader_of_a_new_release_is_answered_from_memory(home):
    app = create_app(small_config(home, prepare_seconds=PATIENCE, queue=8), current_release(home))
    try:
        switch, client = app.extensions["kembar"], app.test_client()
        wait_until(lambda: not switch.preparation)
        second = next(
            path.name for path in (home / "releases").iterdir() if path.name != current_release(home).id
        )
        switch_current(home, second)
        wait_until(lambda: switch.update() or switch.service.release.id == second)
        kept = switch.service.engine.state().cache
        for path in list_paths(switch.service):
            client.get(path, headers=HTML)
        assert switch.service.engine.state().cache == kept
        assert client.get("/health").json == {"status": "ok", "release": second}
    finally:
        close_app(app)


def test_a_release_that_is_found_damaged_is_prepared_no_more(home, caplog, monkeypatch):
    begun, taken, at_work, open_sound = threading.Event(), [], [], Switch._open_sound

    def note_and_open(switch, damaged):
        at_work.append(switch._preparation.at_work)
        return open_sound(switch, damaged)

    monkeypatch.setattr(Switch, "_open_sound", note_and_open)

    def wait_in_the_damaged(service):
        def wait(is_over):
            taken.append(service.release.id)
            begun.set()
            wait_until(is_over)

        return [wait, wait] if service.release.id == damaged.id else [lambda _: None]

    newer = next(path for path in (home / "releases").iterdir() if path.name != current_release(home).id)
    switch_current(home, newer.name)
    damaged = current_release(home)
    switch = Switch(small_config(home, prepare_seconds=PATIENCE), damaged, Observer())
    try:
        switch.prepare_with(wait_in_the_damaged)
        assert begun.wait(PATIENCE)
        flip(damaged.files_path / damaged.files[0].name)
        switch.update()
        assert (switch.service.release.id != damaged.id, taken) == (True, [damaged.id])
        assert at_work == [False], "while the older release is opened"
        assert "could not be prepared" not in caplog.text
    finally:
        switch.close()

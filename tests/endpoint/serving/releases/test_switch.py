"""Another release takes over while requests go on: none fails, each is of one release, nothing is left."""

import shutil
from types import SimpleNamespace

import pytest

from endpoint.app import close_app, create_app
from endpoint.engine.observer import Observer
from endpoint.serving.current import service
from endpoint.serving.releases import switch as switch_module
from endpoint.serving.releases.switch import Switch
from graph.errors import DamagedRelease, EngineFailed
from graph.store.releases import current_release, list_releases, switch_current
from tests.kit.graph.releases import flip
from tests.kit.http.engine import run_query, small_config
from tests.kit.http.two_days import CSV, DAYS, HTML, PAGE, SINCE, build_two_days, copy_home, ids_of
from tests.kit.processes import PATIENCE, living, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A home with two releases that differ in one day."""
    return build_two_days(tmp_path_factory)


@pytest.fixture
def home(built, tmp_path):
    """A copy of that home, the older release current."""
    return copy_home(built, tmp_path)


@pytest.fixture
def switch(home, monkeypatch):
    """A switch that looks only when told to."""
    monkeypatch.setattr(switch_module, "CHECK_SECONDS", 3600.0)
    switch = Switch(small_config(home), current_release(home), Observer())
    yield switch
    switch.close()


@pytest.fixture
def app(home, monkeypatch):
    monkeypatch.setattr(switch_module, "CHECK_SECONDS", 3600.0)
    made = create_app(small_config(home, queue=8), current_release(home))
    yield made
    close_app(made)


def since(service):
    return run_query(service.engine, SINCE, "text/csv").body.split()[1].decode()


def test_new_requests_get_the_new_release_and_older_ones_finish_on_theirs(switch, home):
    first, second = ids_of(home)
    held = switch.take()
    old_pids = held.service.engine.pids()
    switch_current(home, second)
    switch.update()
    assert (switch.service.release.id, held.service.release.id) == (second, first)
    assert (since(switch.service), since(held.service)) == ("2018-03-20", "2018-03-19")
    switch.update()
    assert [one.release.id for one in switch.services()] == [second, first]
    switch.give_back(held)
    switch.update()
    assert [one.release.id for one in switch.services()] == [second]
    assert living(old_pids) == set()


def test_what_nobody_uses_is_closed_at_once_and_the_last_user_wakes_the_thread(switch, home):
    pids = switch.service.engine.pids()
    switch_current(home, ids_of(home)[1])
    switch.update()
    assert living(pids) == set()
    held, pids = switch.take(), switch.service.engine.pids()
    switch_current(home, ids_of(home)[0])
    switch.update()
    assert living(pids) == pids
    switch.give_back(held)
    wait_until(lambda: not living(pids))


def test_nothing_happens_while_current_stays(switch):
    before = switch.service
    for _ in range(3):
        switch.update()
    assert switch.service is before


@pytest.mark.parametrize("how", ["no store", "no manifest", "nowhere", "nothing"])
def test_what_cannot_be_opened_is_told_and_the_old_release_stays(switch, home, how, caplog):
    first, second = ids_of(home)
    broken = home / "releases" / second
    if how == "no store":
        shutil.rmtree(broken / "store")
    elif how == "no manifest":
        (broken / "manifest.json").unlink()
    switch_current(home, "2020-01-01-00000000" if how == "nowhere" else second)
    if how == "nothing":
        (home / "current").unlink()
    pids = switch.service.engine.pids()
    for _ in range(3):
        switch.update()
    assert switch.service.release.id == first
    assert since(switch.service) == "2018-03-19"
    assert switch.service.engine.pids() == pids
    told = [record for record in caplog.records if record.name == "endpoint.serving.releases.switch"]
    assert len(told) == 1, "told once, and tried again later"
    assert f"release {first} stays" in told[0].getMessage()


def test_what_was_wrong_with_current_is_forgotten_when_it_points_to_the_served_release_again(switch, home):
    first, _ = ids_of(home)
    switch_current(home, "2020-01-01-00000000")
    switch.update()
    assert "2020-01-01-00000000, which is not there" in switch.faults()[0]
    switch_current(home, first)
    switch.update()
    assert switch.faults() == []


def largest(release):
    return max(release.store_path.glob("*.sst"), key=lambda path: path.stat().st_size)


def test_a_damaged_release_is_not_switched_to_until_it_is_repaired(switch, home, monkeypatch):
    first, second = list_releases(home)[::-1]
    clock = SimpleNamespace(monotonic=lambda: clock.now, now=0.0)
    monkeypatch.setattr(switch_module, "time", clock)
    flip(largest(second))
    switch_current(home, second.id)
    switch.update()
    assert (switch.service.release.id, since(switch.service)) == (first.id, "2018-03-19")
    assert [f"release {second.id} is damaged" in fault for fault in switch.faults()] == [True]
    flip(largest(second))
    clock.now = switch_module.RETRY_SECONDS
    switch.update()
    assert (switch.service.release.id, switch.faults()) == (second.id, [])


def test_a_release_that_becomes_damaged_while_it_answers_gives_way_to_the_older_one(app, home, monkeypatch):
    first, second = list_releases(home)[::-1]
    switch = app.extensions["kembar"]
    switch_current(home, second.id)
    switch.update()
    clock = SimpleNamespace(monotonic=lambda: clock.now, now=0.0)
    monkeypatch.setattr(switch_module, "time", clock)
    held = switch.take()
    flip(largest(second))
    switch.update()
    with pytest.raises(EngineFailed):
        since(held.service)
    answer = app.test_client().get("/sparql", query_string={"query": SINCE}, headers=CSV)
    assert (answer.text.split(), answer.headers["X-Kembar-Release"]) == (["since", "2018-03-19"], first.id)
    told = app.test_client().get("/health").json
    assert (told["status"], told["release"]) == ("degraded", first.id)
    assert second.id in told["faults"][0]
    switch.give_back(held)
    flip(largest(second))
    clock.now = switch_module.RETRY_SECONDS
    switch.update()
    assert app.test_client().get("/health").json == {"status": "ok", "release": second.id}


def test_without_a_sound_release_requests_are_refused_and_health_says_why(app, home):
    for release in list_releases(home):
        flip(largest(release))
    switch = app.extensions["kembar"]
    for _ in range(2):
        switch.update()
    client = app.test_client()
    for path in ("/", PAGE, "/sparql?query=ASK{}", "/queries/", "/data/", "/nowhere"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert answer.json["type"].endswith("/problem/damaged")
    assert client.get(PAGE, headers=HTML).status_code == 503
    told = client.get("/health")
    assert (told.status_code, told.json["status"]) == (503, "failing")
    assert "is damaged" in told.json["detail"]
    assert client.get("/health/live").status_code == client.get("/metrics").status_code == 200
    flip(largest(list_releases(home)[1]))
    switch._failure = None
    switch.update()
    assert client.get("/sparql", query_string={"query": SINCE}, headers=CSV).status_code == 200


def test_a_service_starts_with_the_older_release_when_the_current_one_is_damaged(home):
    first, second = list_releases(home)[::-1]
    switch_current(home, second.id)
    flip(largest(second))
    switch = Switch(small_config(home), current_release(home), Observer())
    try:
        assert switch.service.release.id == first.id
        assert switch.faults()
    finally:
        switch.close()
    flip(largest(first))
    with pytest.raises(DamagedRelease, match=f"release {second.id} is damaged"):
        Switch(small_config(home), current_release(home), Observer())


def test_a_release_that_is_pruned_while_it_answers_is_not_damaged(switch, home):
    first, second = list_releases(home)[::-1]
    pids = switch.service.engine.pids()
    shutil.rmtree(first.path)
    switch_current(home, second.id)
    held = switch.take()
    switch.update()
    assert living(pids) == pids
    assert switch.service.release.id == second.id
    switch.give_back(held)


def test_no_exception_ends_the_thread_that_follows_releases(home, monkeypatch):
    monkeypatch.setattr(switch_module, "CHECK_SECONDS", 0.05)
    switch = Switch(small_config(home), current_release(home), Observer())
    try:
        with monkeypatch.context() as patch:
            patch.setattr(Switch, "_target", lambda self: 1 / 0)
            wait_until(lambda: switch.faults() != [])
            assert "the thread kembar-switch failed" in switch.faults()[0]
            assert "ZeroDivisionError" in switch.faults()[0]
        switch_current(home, ids_of(home)[1])
        wait_until(lambda: switch.service.release.id == ids_of(home)[1])
        wait_until(lambda: switch.faults() == [])
    finally:
        switch.close()


def test_it_is_tried_again_ever_more_rarely_and_taken_once_it_can_be_opened(
    switch, home, monkeypatch, tmp_path
):
    first, second = ids_of(home)
    clock = SimpleNamespace(monotonic=lambda: clock.now, now=0.0)
    monkeypatch.setattr(switch_module, "time", clock)
    tried, really = [], switch._open
    monkeypatch.setattr(switch, "_open", lambda release: tried.append(release.id) or really(release))
    store = home / "releases" / second / "store"
    away = store.rename(tmp_path / "away")
    switch_current(home, second)
    for now, attempts in ((0.0, 1), (0.9, 1), (1.0, 2), (2.9, 2), (3.0, 3)):
        clock.now = now
        switch.update()
        assert len(tried) == attempts, now
    away.rename(store)
    for now, release in ((6.9, first), (7.0, second)):
        clock.now = now
        switch.update()
        assert switch.service.release.id == release


def test_the_thread_looks_by_itself(home, monkeypatch):
    monkeypatch.setattr(switch_module, "CHECK_SECONDS", 0.05)
    switch = Switch(small_config(home), current_release(home), Observer())
    try:
        switch_current(home, ids_of(home)[1])
        wait_until(lambda: switch.service.release.id == ids_of(home)[1])
        wait_until(lambda: len(switch.services()) == 1)
    finally:
        switch.close()
    assert living(switch.service.engine.pids()) == set()


def test_a_forgotten_switch_lets_its_thread_end(home, monkeypatch):
    monkeypatch.setattr(switch_module, "CHECK_SECONDS", 0.05)
    switch = Switch(small_config(home), current_release(home), Observer())
    thread = switch.task._thread
    switch.service.engine.close()
    del switch
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_a_request_keeps_its_release_from_start_to_end(app, home):
    first, second = ids_of(home)
    switch, seen = app.extensions["kembar"], []

    @app.get("/test-switch")
    def change_in_the_middle():
        seen.append(service().release.id)
        switch_current(home, second)
        switch.update()
        seen.append(service().release.id)
        seen.append(since(service()))
        return "ok"

    answer = app.test_client().get("/test-switch")
    assert seen == [first, first, "2018-03-19"]
    assert answer.headers["X-Kembar-Release"] == first
    assert app.test_client().get("/health").json["release"] == second
    switch.update()
    assert [one.release.id for one in switch.services()] == [second]


def test_nothing_remembered_of_one_release_shows_in_the_next(app, home):
    client = app.test_client()
    paths = (PAGE, "/queries/agreements-timeline?city=Surabaya", "/")
    before = [client.get(path, headers=HTML) for path in paths]
    rows = client.get("/sparql", query_string={"query": SINCE}, headers=CSV)
    switch_current(home, ids_of(home)[1])
    app.extensions["kembar"].update()
    for path, old in zip(paths, before, strict=True):
        new = client.get(path, headers={**HTML, "If-None-Match": old.headers["ETag"]})
        assert new.status_code == 200
        assert ids_of(home)[0] not in new.text
        assert "2018-03-19" not in new.text
    again = client.get(
        "/sparql", query_string={"query": SINCE}, headers={**CSV, "If-None-Match": rows.headers["ETag"]}
    )
    assert again.text.split() == ["since", "2018-03-20"]


def test_a_release_pinned_in_an_address_stays_whatever_is_current(app, home):
    client, (first, second) = app.test_client(), ids_of(home)
    for current in (first, second, first):
        switch_current(home, current)
        app.extensions["kembar"].update()
        for name, day in zip((first, second), DAYS, strict=True):
            answer = client.get(
                f"/release/{name}/sparql", query_string={"query": SINCE}, headers={"Accept": "text/csv"}
            )
            assert answer.headers["X-Kembar-Release"] == name
            assert answer.text.split() == ["since", day]

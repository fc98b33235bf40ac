"""Answers of an older release stay the same while newer ones come and go."""

import shutil
import threading
from dataclasses import replace

import pytest

from endpoint.app import close_app, create_app
from endpoint.engine.observer import Observer
from endpoint.serving import pinned as pinned_module
from endpoint.serving.pinned import CACHE_SHARE, MOST_OPEN, PinnedReleases
from endpoint.serving.releases.verifier import Verifier
from graph.errors import EngineFailed, EngineOverloaded, QueryAbandoned
from graph.pipeline.build import build
from graph.store.manifest import write_manifest
from graph.store.releases import current_release, list_releases, switch_current
from loaders.collection import load_collections
from queries import query_texts
from tests.kit.graph.collections import edited, write_collection
from tests.kit.graph.releases import flip
from tests.kit.http.engine import run_query, small_config
from tests.kit.processes import PATIENCE, living

pytestmark = pytest.mark.slow

SINCE = (
    "SELECT ?since { <https://w3id.org/kota-kembar/partnership/Q11462-Q24826>"
    " <https://w3id.org/kota-kembar/ontology#since> ?since }"
)
DAYS = ("19", "20", "21", "22")
YEARS = "growth-by-year.rq"


def older_questions():
    """Return today's questions, but one that counted otherwise, one not yet there, one given up since."""
    texts = query_texts()
    counted = texts[YEARS].replace("(COUNT(?partnership) AS", "(COUNT(?partnership) + 100 AS")
    assert counted != texts[YEARS]
    del texts["sources-ranked.rq"]
    return texts | {YEARS: counted, "given-up.rq": texts[YEARS]}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Four releases that differ in one day, the last one current, the first one with questions of its own."""
    folder, home = tmp_path_factory.mktemp("tiny"), tmp_path_factory.mktemp("home")
    for day in DAYS:
        write_collection(folder, statements=edited("statements.csv", "2018-03-19", f"2018-03-{day}"))
        questions = older_questions() if day == DAYS[0] else query_texts()
        build(lambda: load_collections([folder]), home, force=True, questions=questions)
    return home


@pytest.fixture(scope="module")
def app(home):
    made = create_app(small_config(home), current_release(home))
    yield made
    close_app(made)


def ask(client, path, **values):
    return client.get(path, query_string={"query": SINCE, **values}, headers={"Accept": "text/csv"})


def test_each_release_gives_its_own_answer(client, home):
    newest_first = [release.id for release in list_releases(home)]
    answers = [ask(client, f"/release/{name}/sparql").text.split() for name in newest_first]
    assert answers == [["since", f"2018-03-{day}"] for day in reversed(DAYS)]
    assert ask(client, "/sparql").text.split() == ["since", "2018-03-22"]


def test_the_answer_names_its_release_and_has_its_own_tag(client, home):
    first, last = list_releases(home)[-1], list_releases(home)[0]
    old, new = (ask(client, f"/release/{one.id}/sparql") for one in (first, last))
    assert old.headers["X-Kembar-Release"] == first.id
    assert old.headers["ETag"] != new.headers["ETag"]
    again = client.get(
        f"/release/{first.id}/sparql",
        query_string={"query": SINCE},
        headers={"Accept": "text/csv", "If-None-Match": old.headers["ETag"]},
    )
    assert again.status_code == 304


def test_an_older_release_answers_its_own_questions_and_no_newer_ones(home, tmp_path):
    copy = shutil.copytree(home, tmp_path / "home", symlinks=True)
    oldest = list_releases(copy)[-1]
    (oldest.queries_path / "agreements-timeline.rq").rename(oldest.queries_path / "signings.rq")
    write_manifest(oldest.path, oldest.manifest)
    app = create_app(small_config(copy), current_release(copy))
    client, then = app.test_client(), f"/release/{oldest.id}"
    try:
        assert "2018-03-19" in client.get(f"{then}/queries/signings.csv?city=Surabaya").text
        assert client.get(f"{then}/queries/agreements-timeline.csv?city=Surabaya").status_code == 404
        assert "2018-03-22" in client.get("/queries/agreements-timeline.csv?city=Surabaya").text
        assert client.get("/queries/signings.csv?city=Surabaya").status_code == 404
    finally:
        close_app(app)


def test_what_is_cited_while_a_release_is_current_stays_the_same_bytes_after_it(home, tmp_path):
    copy = shutil.copytree(home, tmp_path / "home", symlinks=True)
    oldest, newest = list_releases(copy)[-1], list_releases(copy)[0]
    switch_current(copy, oldest.id)
    app = create_app(small_config(copy), current_release(copy))
    client, cited = app.test_client(), f"/release/{oldest.id}/queries/growth-by-year.csv"
    try:
        while_current = client.get(cited).data
        assert while_current == client.get("/queries/growth-by-year.csv").data
        assert client.get("/queries/given-up.csv").status_code == 200
        assert client.get("/queries/sources-ranked.csv").status_code == 404
        switch_current(copy, newest.id)
        app.extensions["kembar"].update()
        assert client.get(cited).data == while_current != client.get("/queries/growth-by-year.csv").data
        assert client.get("/queries/given-up.csv").status_code == 404
    finally:
        close_app(app)


def test_a_damaged_older_release_answers_nothing_and_the_others_do(home, tmp_path):
    copy = shutil.copytree(home, tmp_path / "home", symlinks=True)
    newest, other, damaged = list_releases(copy)[:3]
    app = create_app(small_config(copy), current_release(copy))
    client = app.test_client()
    try:
        assert ask(client, f"/release/{damaged.id}/sparql").status_code == 200
        flip(max(damaged.store_path.glob("*.sst"), key=lambda path: path.stat().st_size))
        app.extensions["kembar"].update()
        assert app.extensions["kembar.pinned"].services() == []
        for path in (f"/release/{damaged.id}/sparql", f"/data/{damaged.id}/core.ttl", f"/data/{damaged.id}/"):
            answer = ask(client, path)
            assert answer.status_code == 503
            assert answer.json["type"].endswith("/problem/damaged")
        assert ask(client, f"/release/{other.id}/sparql").text.split() == ["since", "2018-03-21"]
        listed = client.get("/data.json").json
        assert [one["id"] for one in listed["damaged"]] == [damaged.id]
        assert damaged.id not in [one["id"] for one in listed["releases"]]
        assert f"/data/{damaged.id}/" not in client.get("/data/changes.atom").text
        assert damaged.id in client.get("/data/", headers={"Accept": "text/html"}).text
        told = client.get("/health").json
        assert (told["status"], told["release"]) == ("degraded", newest.id)
        assert damaged.id in told["faults"][0]
    finally:
        close_app(app)


# ---- places for older releases


@pytest.fixture
def pinned(home):
    config = small_config(home, queue_seconds=0.3)
    verifier = Verifier(home, 3600.0)
    made = PinnedReleases(config, Observer(), verifier)
    yield made
    made.close()
    verifier.close()


def test_a_client_has_one_older_release_at_a_time_so_that_others_find_a_place(pinned, home, monkeypatch):
    monkeypatch.setattr(pinned_module, "MOST_IN_USE", MOST_OPEN)
    _, first, second, third = list_releases(home)
    with pinned.use(first, "one"), pinned.use(first, "one"):
        with pytest.raises(EngineOverloaded, match="another query of yours"), pinned.use(second, "one"):
            pass
        with pinned.use(second, "another") as service:
            assert service.release.id == second.id
            with pytest.raises(EngineOverloaded, match="other clients ask"), pinned.use(third, "a third"):
                pass
        with pinned.use(third, "a third") as service:
            assert service.release.id == third.id
    with pinned.use(second, "one"):
        pass


def test_two_releases_in_use_keep_nobody_from_a_third_which_is_closed_after_it(pinned, home):
    _, first, second, third = list_releases(home)
    with pinned.use(first, "one"), pinned.use(second, "another"):
        with pinned.use(third, "a third") as service:
            assert run_query(service.engine, SINCE, "text/csv").body.split() == [b"since", b"2018-03-19"]
            assert len(pinned.services()) == MOST_OPEN + 1
        assert [one.release.id for one in pinned.services()] == [first.id, second.id]
    assert [one.release.id for one in pinned.services()] == [first.id, second.id]


def test_who_waits_for_a_place_gets_it_when_it_becomes_free(home, pinned):
    pinned.config = replace(pinned.config, queue_seconds=PATIENCE)
    _, first, second, _ = list_releases(home)
    waiting, found = threading.Event(), []

    def wait():
        def look():
            waiting.set()
            return False

        with pinned.use(second, "one", look) as service:
            found.append(service.release.id)

    with pinned.use(first, "one"):
        thread = threading.Thread(target=wait)
        thread.start()
        assert waiting.wait(PATIENCE)
        assert found == []
    thread.join(PATIENCE)
    assert found == [second.id]


def test_who_left_waits_no_more(home, pinned):
    pinned.config = replace(pinned.config, queue_seconds=PATIENCE)
    _, first, second, _ = list_releases(home)
    with pinned.use(first, "one"), pytest.raises(QueryAbandoned), pinned.use(second, "one", lambda: True):
        pass


def test_others_answer_while_one_is_opened(pinned, home, monkeypatch):
    _, first, second, _ = list_releases(home)
    with pinned.use(first, "one"):
        pass
    began, go_on, really = threading.Event(), threading.Event(), pinned_module.open_service

    def open_slowly(*arguments):
        began.set()
        assert go_on.wait(PATIENCE)
        return really(*arguments)

    monkeypatch.setattr(pinned_module, "open_service", open_slowly)
    opened = []

    def use():
        with pinned.use(second, "another") as service:
            opened.append(service.release.id)

    thread = threading.Thread(target=use)
    thread.start()
    assert began.wait(PATIENCE)
    with pinned.use(first, "one") as service:
        assert service.release.id == first.id
    assert [one.release.id for one in pinned.services()] == [first.id]
    go_on.set()
    thread.join(PATIENCE)
    assert opened == [second.id]


def test_one_that_cannot_be_opened_leaves_its_place(pinned, home, monkeypatch):
    _, first, second, third = list_releases(home)
    with monkeypatch.context() as patch:
        patch.setattr(pinned_module, "open_service", raise_failed)
        for release in (first, second, third):
            with pytest.raises(EngineFailed), pinned.use(release, "one"):
                pass
    with pinned.use(third, "one") as service:
        assert service.release.id == third.id


def raise_failed(*_):
    raise EngineFailed("no worker")


def test_no_more_than_a_few_older_engines_are_open(client, app, home):
    for release in list_releases(home)[1:]:
        assert ask(client, f"/release/{release.id}/sparql").status_code == 200
    assert len(app.extensions["kembar.pinned"]._opened) == MOST_OPEN


def test_an_older_engine_in_use_gives_way_to_no_other(pinned, home, monkeypatch):
    monkeypatch.setattr(pinned_module, "MOST_IN_USE", MOST_OPEN)
    _, third, second, first = list_releases(home)
    with pinned.use(first, "one") as one:
        with pinned.use(second, "two"), pytest.raises(EngineOverloaded), pinned.use(third, "three"):
            pass
        with pinned.use(third, "three"):
            assert [service.release.id for service in pinned.services()] == [first.id, third.id]
        assert run_query(one.engine, SINCE, "text/csv").body.split() == [b"since", b"2018-03-19"]


def test_an_older_engine_takes_less_and_is_closed_when_nobody_uses_it(client, app, home, monkeypatch):
    pinned, older = app.extensions["kembar.pinned"], list_releases(home)[-MOST_OPEN:]
    for release in older:
        assert ask(client, f"/release/{release.id}/sparql").status_code == 200
    oldest = older[-1]
    opened = next(one for one in pinned.services() if one.release.id == oldest.id)
    assert opened.config.cache_bytes == app.extensions["kembar"].config.cache_bytes // CACHE_SHARE
    pids = opened.engine.pids()
    pinned.close_idle()
    assert len(pinned.services()) == MOST_OPEN
    monkeypatch.setattr("endpoint.serving.pinned.IDLE_SECONDS", 0.0)
    with pinned.use(oldest):
        pinned.close_idle()
        assert [one.release.id for one in pinned.services()] == [oldest.id], "somebody uses this one"
    app.extensions["kembar"].update()
    assert pinned.services() == []
    assert living(pids) == set()
    assert ask(client, f"/release/{oldest.id}/sparql").status_code == 200


def test_a_release_that_never_was_or_is_not_kept(client, home, tmp_path):
    assert ask(client, "/release/2020-01-01-00000000/sparql").status_code == 404
    assert ask(client, "/release/../sparql").status_code == 404
    oldest = list_releases(home)[-1]
    moved = oldest.path.rename(tmp_path / "away")
    try:
        assert ask(client, f"/release/{oldest.id}/sparql").status_code == 410
    finally:
        moved.rename(oldest.path)


def test_updates_are_refused_there_too(client, home):
    first = list_releases(home)[-1]
    assert client.post(f"/release/{first.id}/sparql", data={"update": "CLEAR ALL"}).status_code == 400
    assert client.get(f"/release/{first.id}/sparql").status_code == 400

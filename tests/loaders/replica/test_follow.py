"""A home that follows a real service on loopback: whole, in order, going on after a kill, and never half."""

import os
import shutil
import signal
import subprocess
import sys
import threading

import pytest

from graph.errors import FetchError, ReleaseError
from graph.store.history import read_history
from graph.store.manifest import read_manifest, write_manifest
from graph.store.quads import sort_quads
from graph.store.releases import (
    current_id,
    current_release,
    list_releases,
    lock_home,
    read_release,
    switch_current,
)
from graph.store.store import load_store, open_store
from graph.store.verify import check_release, find_damage
from loaders.manners import user_agent
from loaders.replica.download import Upstream
from loaders.replica.follow import Pulled, Replica
from tests.kit.graph.releases import flip
from tests.kit.http.elsewhere.upstream import Given, bent_service
from tests.kit.processes import PATIENCE, wait_until

pytestmark = pytest.mark.slow


def dump_path(home):
    return f"/data/{current_id(home)}/kota-kembar.nq.gz"


def quads_digest(release, folder):
    return sort_quads(iter(open_store(release.store_path)), folder / f"{release.id}.nq").sha256


def test_a_fresh_home_has_the_same_releases_with_the_same_content(follow, published, tmp_path):
    pulled = follow.pull()
    theirs, ours = list_releases(published), list_releases(tmp_path / "home")
    assert pulled.current == current_id(published) == current_id(tmp_path / "home")
    assert pulled.fetched == tuple(release.id for release in reversed(theirs))
    assert [release.id for release in ours] == [release.id for release in theirs]
    assert read_history(tmp_path / "home") == read_history(published)
    for one, other in zip(ours, theirs, strict=True):
        assert check_release(one) == []
        assert one.manifest["sha256"] == other.manifest["sha256"]
        for folder in ("files", "queries", "names"):
            assert one.manifest[folder] == other.manifest[folder]
            assert quads_digest(one, tmp_path / "ours") == quads_digest(other, tmp_path / "theirs")


def test_it_says_who_asks_and_asks_once_for_what_it_has(follow, service):
    follow.pull()
    (first,) = service.headers_of("/data.json")
    assert first["User-Agent"] == user_agent("me@example.org")
    assert first["Accept-Encoding"] == "identity"
    assert len(service.paths()) == len(set(service.paths()))
    before = len(service.asked)
    assert follow.pull().fetched == ()
    ((path, headers),) = service.asked[before:]
    assert path == "/data.json"
    assert headers["If-None-Match"].startswith('"')


def test_a_release_is_there_at_one_look_and_current_at_the_next(service, time, published, tmp_path):
    newest, oldest = list_releases(published)
    home = tmp_path / "home"
    with Upstream(service.address, clock=time.clock) as upstream:
        Replica(home, upstream, keep=5).pull()
        switch_current(home, oldest.id)
        (home / "releases" / newest.id).rename(tmp_path / "away")
        replica = Replica(home, upstream, keep=5)
        assert replica.pull(at_once=False).fetched == (newest.id,)
        assert (current_id(home), len(list_releases(home))) == (oldest.id, 2)
        assert replica.pull(at_once=False).fetched == ()
        assert current_id(home) == newest.id


def test_no_more_are_kept_than_wanted_and_the_others_are_remembered(service, time, published, tmp_path):
    newest, oldest = list_releases(published)
    with Upstream(service.address, clock=time.clock) as upstream:
        assert Replica(tmp_path, upstream, keep=1).pull().fetched == (newest.id,)
    assert read_history(tmp_path).ids == (oldest.id, newest.id)


def test_it_goes_back_when_the_service_does(follow, changing, tmp_path):
    newest, oldest = list_releases(changing)
    assert follow.pull().current == newest.id
    switch_current(changing, oldest.id)
    with bent_service(changing) as back, Upstream(back.address) as upstream:
        assert Replica(tmp_path / "home", upstream, keep=5).pull() == Pulled(oldest.id, ())
    assert current_id(tmp_path / "home") == oldest.id


def test_a_release_that_is_damaged_there_only_stays_current_here(follow, changing, tmp_path):
    newest, oldest = list_releases(changing)
    follow.pull()
    flip(newest.files_path / "places.csv")
    with bent_service(changing) as ill, Upstream(ill.address) as upstream:
        assert f'"current":"{oldest.id}"'.encode() in upstream.read("/data.json").body
        assert Replica(tmp_path / "home", upstream, keep=5).pull() == Pulled(newest.id, ())
    assert [release.id for release in list_releases(tmp_path / "home")] == [newest.id, oldest.id]


def test_what_is_damaged_here_is_fetched_again(follow, published, tmp_path, service, time):
    follow.pull()
    release = current_release(tmp_path / "home")
    flip(max(release.store_path.glob("*.sst"), key=lambda path: path.stat().st_size))
    assert find_damage(release) != []
    with Upstream(service.address, clock=time.clock) as upstream:
        assert Replica(tmp_path / "home", upstream, keep=5).pull().fetched == (release.id,)
    assert check_release(read_release(release.path)) == []


def test_the_store_is_made_of_the_dump_whatever_the_store_of_the_service_holds(
    changing, published, tmp_path, time
):
    """The seal of the service fits its store, and the id does not cover it."""
    lying, manifest = current_release(changing), read_manifest((changing / "current").resolve())
    quads = [quad for quad in open_store(lying.store_path) if "2018-03-20" not in str(quad)]
    shutil.rmtree(lying.store_path)
    load_store(quads, lying.store_path)
    write_manifest(lying.path, manifest)
    with bent_service(changing) as service, Upstream(service.address, clock=time.clock) as upstream:
        Replica(tmp_path / "home", upstream, keep=1).pull()
    ours, theirs = current_release(tmp_path / "home"), current_release(published)
    assert len(open_store(ours.store_path)) > len(quads)
    assert quads_digest(ours, tmp_path / "ours") == quads_digest(theirs, tmp_path / "whole")


def test_a_pull_that_is_killed_goes_on_where_it_was(service, published, tmp_path, time):
    path, home, release = dump_path(published), tmp_path / "home", current_id(published)
    held = threading.Event()

    def hold(given):
        half = len(given.body) // 2

        def pieces():
            yield given.body[:half]
            held.wait(PATIENCE)

        return Given(given.status, given.headers, given.body, pieces())

    service.once[path] = [hold]
    half = current_release(published).file("kota-kembar.nq.gz").stat().st_size // 2
    part = home / "releases" / f".pull-{release}" / "files" / ".kota-kembar.nq.gz.part"
    command = [sys.executable, "-m", "endpoint.cli.main", "--home", str(home), "pull", service.address]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env=os.environ) as process:
        wait_until(lambda: part.exists() and part.stat().st_size == half)
        process.send_signal(signal.SIGKILL)
        assert process.wait(PATIENCE) == -signal.SIGKILL
    held.set()
    assert not (home / "releases" / release).exists()
    assert not (home / "current").exists()
    fetched = service.paths()
    with Upstream(service.address, clock=time.clock) as upstream:
        assert Replica(home, upstream, keep=5).pull().current == release
    assert service.headers_of(path)[-1]["Range"] == f"bytes={half}-"
    whole = [one for one in service.paths()[len(fetched) :] if one in fetched and one != path]
    assert {one.rsplit("/")[-1] for one in whole} == {"data.json", "manifest.json"}
    assert not list((home / "releases").glob(".pull-*"))


def test_a_broken_answer_is_waited_for_and_gone_on_with(follow, service, time, published):
    path = dump_path(published)

    def cut(given):
        def pieces():
            yield given.body[:1000]
            raise ConnectionError

        return Given(given.status, given.headers, given.body, pieces())

    def busy(given):
        return Given("503 Service Unavailable", {"Retry-After": "7", "Content-Length": "0"}, b"")

    service.once[path] = [cut, busy, busy]
    assert follow.pull().current == current_id(published)
    assert time.sleeps == [2.0, 7.0, 7.0]
    assert [headers.get("Range") for headers in service.headers_of(path)] == [None, *["bytes=1000-"] * 3]


def test_a_service_that_ends_its_answers_early_is_given_up_and_gone_on_with(follow, service, time, published):
    path = dump_path(published)

    def end_early(given):
        headers = {name: value for name, value in given.headers.items() if name != "Content-Length"}
        return Given(given.status, headers | {"Connection": "close"}, b"", [given.body[:10]])

    service.bends[path] = end_early
    with pytest.raises(FetchError, match=r"the answer is cut off \(asked 6 times\)"):
        follow.pull()
    assert len(time.sleeps) == 5
    service.bends.clear()
    assert follow.pull().current == current_id(published)


def test_only_one_is_at_work_in_a_home(follow, tmp_path):
    with lock_home(tmp_path / "home"), pytest.raises(ReleaseError, match="another build or pull is at work"):
        follow.pull()

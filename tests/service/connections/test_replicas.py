"""Three replicas that follow a builder, behind the example of HAProxy: they die, and nobody notices."""

import hashlib
import shutil

import pytest

from benchmarks.neighbours.fleet import fetch, running_fleet
from benchmarks.neighbours.replicas import CLIENTS, Run, compare_homes, list_requests, put_home
from graph.store.releases import current_release
from tests.kit.graph.collections import build_days
from tests.kit.graph.releases import flip
from tests.kit.processes import wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.peer,
    pytest.mark.xdist_group("replicas"),
    pytest.mark.skipif(not shutil.which("haproxy"), reason="there is no haproxy"),
]
TURNS = 3 * CLIENTS
"""Answers between one event and the next, so that every client has some."""


@pytest.fixture(scope="module")
def releases(tmp_path_factory):
    """The folders of two releases that differ in a date, a table and their counts."""
    folder, home = tmp_path_factory.mktemp("tables") / "tiny", tmp_path_factory.mktemp("made")
    return [release.path for release in build_days(folder, home, ("2018-03-19", "2018-03-20"))]


@pytest.fixture(scope="module")
def fleet(releases, tmp_path_factory):
    folder = tmp_path_factory.mktemp("fleet")
    with running_fleet(folder, put_home(folder / "builder", releases[0])) as running:
        yield running


@pytest.fixture(scope="module")
def found(fleet, releases):
    """What sixteen clients found while replicas were killed and stopped, and a release was published."""
    run = Run(fleet)
    run.begin(releases[0].name)
    run.go_on(TURNS)
    run.replace(0)
    run.go_on(TURNS)
    run.publish(releases[1])
    run.go_on(TURNS)
    run.replace(1)
    run.go_on(TURNS)
    run.replace(2, kill=False)
    run.go_on(TURNS)
    return run.end()


def test_no_request_fails_whatever_dies_or_stops(found, releases):
    assert found.failures == []
    assert set(found.releases) == {folder.name for folder in releases}
    assert found.count > 4 * TURNS


def test_no_answer_mixes_releases_and_pinned_ones_are_always_the_same_bytes(found, releases):
    assert found.mixed() == []
    old, new = (list_requests(folder.name) for folder in releases)
    asked = {request for request, _ in found.answers}
    assert {*old, *new} <= asked
    changed = [
        one
        for one in old[:4]
        if found.answers[one, one.pinned] != found.answers[new[old.index(one)], new[0].pinned]
    ]
    assert changed, "the releases give other answers, so that a mixture would be seen"


def test_the_builder_gives_the_same_pinned_answers(found, fleet, releases):
    for request in [one for folder in releases for one in list_requests(folder.name) if one.pinned]:
        status, headers, body = fetch(fleet.builder.port, request.path)
        assert (status, headers["X-Kembar-Release"]) == (200, request.pinned)
        assert found.answers[request, request.pinned] == {hashlib.sha256(body).hexdigest()}


def test_the_homes_are_equal_by_digest(found, fleet):
    assert compare_homes(fleet)


def test_a_replica_with_a_tampered_file_never_answers(found, fleet, releases):
    """It falls back to the older release, says so, and HAProxy sends it nothing."""
    replica, balanced = fleet.replicas[2], Run(fleet)
    replica.kill()
    flip(max(current_release(replica.home).store_path.glob("*.sst"), key=lambda path: path.stat().st_size))
    replica.start()
    wait_until(lambda: b'"status":"degraded"' in replica.report()[1])
    balanced.begin(releases[1].name)
    balanced.go_on(TURNS)
    after = balanced.end()
    assert after.failures == []
    assert set(after.releases) == {releases[1].name}
    assert replica.count_answers() == 0

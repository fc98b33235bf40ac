"""A service with two releases, which tests bend, and a replica that follows it in a home of its own."""

import shutil
from functools import partial

import pytest

from graph.pipeline.build import build
from loaders.collection import load_collections
from loaders.replica.download import Upstream
from loaders.replica.follow import Replica
from queries import query_texts
from tests.kit.graph.collections import edited, write_collection
from tests.kit.http.elsewhere.upstream import bent_service
from tests.kit.http.elsewhere.wikidata_endpoint import FakeClock


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A home with two releases."""
    questions = {name: query_texts()[name] for name in ("partners-of-a-city.rq", "hubs-and-bridges.rq")}
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("tables") / "tiny"
    for text in ("2018-03-19", "2018-03-20"):
        changed = edited("statements.csv", "2018-03-19", text)
        load = partial(load_collections, [write_collection(folder, statements=changed)])
        build(load, home, force=True, questions=questions)
    return home


@pytest.fixture
def changing(published, tmp_path):
    """A copy of the home, whose releases a test may spoil."""
    return shutil.copytree(published, tmp_path / "theirs", symlinks=True)


@pytest.fixture(scope="module")
def running(published):
    """The service over its newest release."""
    with bent_service(published) as bent:
        yield bent


@pytest.fixture
def service(running):
    """The service, which tells the truth unless the test says otherwise."""
    for told in (running.bends, running.once, running.asked):
        told.clear()
    return running


@pytest.fixture
def time():
    """A clock that stands still, so that nothing is waited for."""
    return FakeClock()


@pytest.fixture
def follow(service, time, tmp_path):
    """A replica in a home of its own."""
    with Upstream(service.address, "me@example.org", clock=time.clock) as upstream:
        yield Replica(tmp_path / "home", upstream, keep=5)

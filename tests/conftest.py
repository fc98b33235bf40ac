"""Fixtures that several modules share: the world as a site, and the bundled collections as a release."""

from __future__ import annotations

import gc
import os
from tempfile import TemporaryDirectory

import pytest

from hatch_build import compile_catalogues
from tests.kit.paths import ROOT, TOGETHER, in_turn

SLOW = ("slow", "browser", "peer")
"""The marks of what takes long, or shares with its module what takes long to make."""


def pytest_configure(config):
    """Make once for all workers the folder they share, and the texts, so that no test reads older ones."""
    if not hasattr(config, "workerinput"):
        compile_catalogues(ROOT)
        folder = TemporaryDirectory()
        config.add_cleanup(folder.cleanup)
        os.environ[TOGETHER] = folder.name


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Keep the tests of a module in one process, which makes what they share once; slow modules come first.

    First of all come groups with a name, of several modules or very long.
    """
    named = {item for item in items if item.get_closest_marker("xdist_group")}
    slow = {item.location[0] for item in items if any(map(item.get_closest_marker, SLOW))}
    for item in items:
        if item not in named:
            item.add_marker(pytest.mark.xdist_group(item.location[0]))
    items.sort(key=lambda item: (item not in named, item.location[0] not in slow))


def pytest_collection_finish():
    """Keep what was collected, which stays to the end, out of the way of the garbage collector."""
    gc.freeze()


@pytest.fixture(scope="session")
def bundled():
    """The release of the bundled collections, which nobody changes: it is built once for all workers."""
    from tests.kit.bundled import Bundled

    with in_turn("bundled") as home:
        return Bundled(home)


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    """The application over the world, a graph small enough to count by eye."""
    from tests.kit.http.site import world_app

    with world_app(tmp_path_factory.mktemp("world")) as made:
        yield made


@pytest.fixture
def client(app):
    """A client of the application over the world."""
    return app.test_client()


@pytest.fixture(scope="session")
def browser():
    """A real Chromium; what asks for it is skipped where there is none."""
    from tests.kit.http.browser import open_browser

    with open_browser() as opened:
        yield opened

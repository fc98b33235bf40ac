"""Fixtures that several modules share: the world as a site, and the bundled collections as a release."""

from __future__ import annotations

import pytest

from hatch_build import compile_catalogues
from tests.kit.paths import ROOT


def pytest_configure():
    """Compile the texts, so that no test reads older ones than the catalogues hold."""
    compile_catalogues(ROOT)


@pytest.fixture(scope="session")
def bundled(tmp_path_factory):
    """The release of the bundled collections, built once."""
    from tests.kit.bundled import Bundled

    return Bundled(tmp_path_factory.mktemp("bundled"))


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


SLOW_MODULES = frozenset(
    [
        "test_access_log",
        "test_benchmarks",
        "test_build",
        "test_cache",
        "test_data_pages",
        "test_dereference",
        "test_description",
        "test_downloads",
        "test_dumps",
        "test_engine",
        "test_fuzz",
        "test_harvest",
        "test_hostile",
        "test_limits",
        "test_matching_sample",
        "test_measures",
        "test_metrics",
        "test_network",
        "test_pinned",
        "test_quota",
        "test_reconciliation_client",
        "test_service",
        "test_shapes_and_rules",
        "test_stopping",
        "test_switch",
    ]
)
"""Modules that take several seconds each: part of the whole suite, left out by make quick."""


def pytest_collection_modifyitems(items):
    """Mark every test of a slow module."""
    for item in items:
        if item.module.__name__.rpartition(".")[2] in SLOW_MODULES:
            item.add_marker(pytest.mark.slow)

"""The real lists of ../shared/data, merged with the bundled collections once for all who look at them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from benchmarks.world import SHARED, lay_out
from graph.matching.gazetteer.index import Gazetteer
from graph.matching.known.mint import RegisteredPlace
from graph.matching.resolve import Resolution
from graph.model.conclusions import Model
from graph.reconcile.reconcile import reconcile
from loaders.collection import read_collections
from loaders.folders import bundled_folders, find_folders
from tests.kit.graph.gazetteer import world_index

in_one_process = pytest.mark.xdist_group("merged-world")
"""Marks the tests that look at the merged world: those of one process read it once (``--dist loadgroup``)."""


def read_world() -> Resolution:
    """Return the merged world, read once; the test skips where the data are not."""
    if not SHARED.exists():
        pytest.skip("the test data ../shared/data is not here")
    return _read()


def read_world_again() -> Resolution:
    """Return the merged world as the next build reads it, which knows the ids that were minted."""
    return _read_with(read_world().registered)


@cache
def _read() -> Resolution:
    return _read_with({})


def _read_with(registered: Mapping[str, RegisteredPlace]) -> Resolution:
    with Gazetteer(world_index()) as gazetteer:
        return read_collections(_folders(), registered=registered, gazetteer=gazetteer)


@cache
def _scratch() -> TemporaryDirectory[str]:
    """Return a folder that is there until this process ends."""
    return TemporaryDirectory()


@cache
def _folders() -> list[Path]:
    lists = lay_out(SHARED, Path(_scratch().name, "lists"))
    return [*bundled_folders(), *find_folders([lists])]


@cache
def reconcile_world() -> Model:
    """Return the model of the merged world."""
    return reconcile(read_world().collections)

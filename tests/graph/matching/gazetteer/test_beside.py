"""What stands beside a name: a county that shares but the word, a part of the town, a neighbour."""

from __future__ import annotations

import pytest

from graph.model.matches import Decision
from tests.kit.graph.gazetteer import open_gazetteer
from tests.kit.graph.matching import at, geonames, items, listed, only
from tests.kit.graph.matching import run as run_with

PLACES = (
    (1, "Springfield", "US", "IL", 39.80, -89.64, 114_394, ""),
    (2, "Springfield", "US", "OH", 39.92, -83.81, 59_680, ""),
    (3, "Ulm", "DE", "01", 48.40, 9.99, 120_451, ""),
    (4, "Neu-Ulm", "DE", "02", 48.39, 10.01, 51_389, ""),
    (5, "Tokyo", "JP", "40", 35.69, 139.69, 9_733_276, ""),
    (6, "Shinjuku", "JP", "40", 35.69, 139.70, 349_385, ""),
    (7, "Bloomington", "US", "IL", 40.48, -88.99, 78_292, ""),
    (8, "Normal", "US", "IL", 40.51, -88.99, 54_264, ""),
    (9, "Busto Arsizio", "IT", "09", 45.61, 8.85, 83_405, ""),
    (10, "Varese", "IT", "09", 45.82, 8.83, 79_793, ""),
    (12, "Kansas City", "US", "MO", 39.10, -94.58, 508_000, ""),
    (13, "Kansas City", "US", "KS", 39.11, -94.62, 156_000, ""),
    (14, "Independence", "US", "MO", 39.09, -94.52, 117_000, ""),
    (15, "Kyoto", "JP", "22", 35.02, 135.75, 1_463_723, ""),
    (16, "Yamada", "JP", "22", 35.62, 135.05, 1_100, ""),
    (17, "Yamada", "JP", "40", 35.90, 139.10, 1_200, ""),
    (18, "Kamiyamada", "JP", "22", 35.62, 135.25, 1_100, ""),
    (19, "Ohara", "JP", "22", 35.12, 135.83, 1_100, ""),
    (20, "Ohara", "JP", "40", 35.80, 139.20, 1_100, ""),
    (21, "Tango", "JP", "22", 35.72, 135.10, 2_000, ""),
    (22, "Tango", "JP", "40", 35.70, 139.30, 1_100, ""),
    (11, "Kaliningrad", "RU", "23", 54.71, 20.51, 475_056, "Königsberg"),
)


@pytest.fixture
def run(tmp_path):
    with open_gazetteer(tmp_path, PLACES) as gazetteer:
        yield lambda *args, **more: run_with(*args, gazetteer=gazetteer, **more)


@pytest.mark.parametrize("county", ["Clark County", "County Clark", "Clark District"])
def test_counties_that_share_the_word_alone_are_two(run, county):
    names = [f"Springfield, {county}", "Springfield, Sangamon County, Illinois"]
    got = run(listed("list", *((at(name, "US"), at("Nirgends", "DE")) for name in names)))
    assert only(got, names[0]).decision is Decision.UNDECIDED
    assert geonames(got, only(got, names[1]).place) == 1


@pytest.mark.parametrize(
    ("name", "iso"),
    [("Ulm/Neu-Ulm", "DE"), ("Tokyo (Shinjuku)", "JP"), ("Bloomington/Normal, Illinois", "US")],
)
@pytest.mark.parametrize("has_point", [False, True])
def test_a_part_or_a_neighbour_beside_a_name_leaves_it_open(run, name, iso, has_point):
    points = {"DE": (48.391, 10.012), "JP": (35.691, 139.701), "US": (40.511, -88.991)}
    where = points[iso] if has_point else None
    match = only(run(listed("list", (at(name, iso, where), at("Nirgends", "DE")))), name)
    assert (match.place, match.decision) == ("", Decision.UNDECIDED)


def test_a_state_tells_all_the_same_which_of_its_namesakes_it_is_not(run):
    name = "Kansas City/Independence, Missouri"
    match = only(run(listed("list", (at(name, "US"), at("Nirgends", "DE")))), name)
    assert (match.decision, [*match.bearers]) == (Decision.UNDECIDED, [12])


@pytest.mark.parametrize(
    ("name", "iso", "place"),
    [
        ("Busto Arsizio (Varese)", "IT", 9),
        ("Shinjuku (Tokyo)", "JP", 6),
        ("Bloomington, Illinois", "US", 7),
        ("Kaliningrad (Königsberg)", "RU", 11),
    ],
)
def test_the_capital_of_its_province_or_the_town_around_it_says_which(run, name, iso, place):
    got = run(listed("list", (at(name, iso), at("Nirgends", "DE"))))
    assert geonames(got, only(got, name).place) == place


def test_an_item_is_not_its_part(run):
    got = run(
        items("Q1490 Tokyo - Q65 Nirgends"),
        listed("list", (at("Tokyo (Shinjuku)", "JP"), at("Anderswo", "DE"))),
    )
    assert only(got, "Tokyo (Shinjuku)").place == ""


@pytest.mark.parametrize("form", ["{}/Kyoto", "{} (Kyoto)", "{}, Kyoto", "{} - Kyoto"])
@pytest.mark.parametrize(
    ("name", "found"), [("Yamada", None), ("Kamiyamada", 18), ("Ohara", 19), ("Tango", 21)]
)
def test_a_village_in_the_province_of_a_metropolis_may_be_a_district_of_it(run, form, name, found):
    """A name that several villages have may be a district's; not that of one, one nearby, or a larger one."""
    written = form.format(name)
    match = only(run(listed("list", (at(written, "JP"), at("Ulm", "DE")))), written)
    assert match.decision is (Decision.MATCHED if found else Decision.UNDECIDED)
    assert match.bearers == ((16,) if not found else ())

"""Names in a script of other countries, of which GeoNames has one for some of the namesakes only."""

from __future__ import annotations

import pytest

from graph.model.matches import Decision
from tests.kit.graph.gazetteer import open_gazetteer
from tests.kit.graph.matching import at, geonames, items, listed, only
from tests.kit.graph.matching import run as run_with

PLACES = (
    (1, "Frankfurt am Main", "DE", "05", 50.12, 8.68, 650_000, "Frankfurt;Франкфурт-на-Майне"),
    (2, "Frankfurt (Oder)", "DE", "11", 52.35, 14.55, 57_107, "Frankfurt;フランクフルト;Франкфурт-на-Одере"),
    (3, "Mülheim", "DE", "07", 51.43, 6.88, 173_050, ""),
    (4, "Müllheim", "DE", "01", 47.81, 7.63, 18_097, "Мюльхайм"),
    (5, "Aurora", "US", "CO", 39.73, -104.83, 359_407, "オーロラ"),
    (6, "Aurora", "US", "IL", 41.76, -88.32, 200_661, ""),
    (7, "Yichun", "CN", "03", 27.83, 114.40, 1_045_952, "宜春"),
    (8, "Yichun", "CN", "08", 47.72, 128.88, 155_762, "伊春"),
    (9, "Kiel", "DE", "10", 54.32, 10.13, 252_668, "Киль"),
)


@pytest.fixture
def run(tmp_path):
    with open_gazetteer(tmp_path, PLACES) as gazetteer:
        yield lambda *args, **more: run_with(*args, gazetteer=gazetteer, **more)


@pytest.mark.parametrize(
    ("name", "iso", "bearers"),
    [
        ("フランクフルト", "DE", {1, 2}),
        ("Мюльхайм", "DE", {3, 4}),
        ("オーロラ", "US", {5, 6}),
        ("Frankfurt (フランクフルト)", "DE", {1, 2}),
        ("Aurora (オーロラ)", "US", {5, 6}),
    ],
)
def test_it_is_not_the_only_namesake_that_is_called_so(run, name, iso, bearers):
    match = only(run(listed("list", (at(name, iso), at("Nirgends", "DE")))), name)
    assert (match.decision, match.reasons) == (Decision.UNDECIDED, ("several-bearers",))
    assert {*match.bearers} == bearers


@pytest.mark.parametrize(
    ("name", "iso", "place"),
    [
        ("Франкфурт-на-Одере", "DE", 2),
        ("Франкфурт-на-Майне", "DE", 1),
        ("宜春", "CN", 7),
        ("伊春", "CN", 8),
        ("Киль", "DE", 9),
        ("Kiel (Киль)", "DE", 9),
        ("Müllheim (Мюльхайм)", "DE", 4),
        ("Frankfurt (Франкфурт-на-Майне)", "DE", 1),
        ("Yichun (伊春)", "CN", 8),
    ],
)
def test_one_that_says_where_or_is_of_the_country_is_clear(run, name, iso, place):
    got = run(listed("list", (at(name, iso), at("Nirgends", "DE"))))
    assert geonames(got, only(got, name).place) == place


@pytest.mark.parametrize("name", ["オーロラ", "Aurora (オーロラ)"])
@pytest.mark.parametrize("more", [{"point": (39.73, -104.83)}, {"region": "CO"}])
def test_a_point_or_a_region_decides(run, name, more):
    got = run(listed("list", (at(name, "US", **more), at("Nirgends", "DE"))))
    assert geonames(got, only(got, name).place) == 5


def test_another_row_does_not_make_it_that_namesake(run):
    towns = ("フランクフルト", "Франкфурт-на-Одере")
    got = run(
        items("Q4024 Frankfurt (Oder) - Q65 Nirgends"),
        listed("list", *((at(name, "DE"), at("Anderswo", "DE")) for name in towns)),
    )
    assert only(got, "フランクフルト").place == ""

"""Several places in one cell are no one place; a name that really has such marks goes on as it is."""

from __future__ import annotations

import pytest

from graph.matching.gazetteer.finder import BearerFinder
from graph.matching.known.reviews import Review
from graph.matching.mentions.several import find_several
from graph.model.matches import Decision
from tests.kit.graph.gazetteer import open_gazetteer
from tests.kit.graph.matching import COUNTRIES, STATES, at, country, geonames, listed, only
from tests.kit.graph.matching import run as run_with

PLACES = (
    (1, "Mainz", "DE", "08", 49.98, 8.28, 217_556, "Mayence"),
    (2, "Bonn", "DE", "07", 50.73, 7.10, 330_579, ""),
    (3, "Wiesbaden", "DE", "05", 50.08, 8.25, 278_474, ""),
    (4, "Halle (Saale)", "DE", "15", 51.48, 11.98, 237_865, "Halle;Halle/Saale"),
    (5, "Garmisch-Partenkirchen", "DE", "02", 47.50, 11.10, 26_022, ""),
    (6, "Biel/Bienne", "CH", "BE", 47.14, 7.25, 55_120, "Biel;Bienne"),
    (7, "Nuneaton", "GB", "ENG", 52.52, -1.47, 86_552, ""),
    (8, "Bedworth", "GB", "ENG", 52.48, -1.47, 31_090, ""),
    (9, "Leeds", "GB", "ENG", 53.80, -1.55, 536_280, ""),
    (10, "Brighton", "GB", "ENG", 50.83, -0.14, 283_870, ""),
    (11, "Hove", "GB", "ENG", 50.83, 0.90, 75_174, ""),
    (12, "Newcastle", "US", "02", -32.93, 151.78, 508_437, ""),
    (13, "Helsinki", "FI", "01", 60.17, 24.94, 658_864, ""),
    (14, "Tallinn", "EE", "01", 59.44, 24.75, 394_024, ""),
    (15, "Portland", "US", "OR", 45.52, -122.68, 632_309, ""),
    (16, "Oregon", "US", "OH", 41.64, -83.49, 20_291, ""),
    (17, "Oxford", "GB", "ENG", 51.75, -1.26, 171_380, ""),
    (18, "Neuwied", "DE", "08", 50.43, 7.47, 46_805, ""),
    (19, "Minneapolis", "US", "MN", 44.98, -93.26, 410_939, ""),
    (20, "Saint Paul", "US", "MN", 44.94, -93.09, 303_176, ""),
)


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory):
    with open_gazetteer(tmp_path_factory.mktemp("several"), PLACES) as opened:
        yield opened


@pytest.fixture
def run(gazetteer):
    return lambda *args, **more: run_with(*args, gazetteer=gazetteer, **more)


@pytest.mark.parametrize(
    ("name", "iso", "parts"),
    [
        ("Mainz; Bonn", "DE", 2),
        ("Mainz;Bonn", "DE", 2),
        ("Mainz|Bonn", "DE", 2),
        ("Mainz • Bonn", "DE", 2),
        ("Mainz、Bonn", "DE", 2),
        ("Nirgends; Irgendwo", "DE", 2),
        ("Mainz and Bonn", "DE", 2),
        ("Mainz AND Wiesbaden", "DE", 2),
        ("Mainz und Bonn", "DE", 2),
        ("Mainz & Bonn", "DE", 2),
        ("Mainz+Bonn", "DE", 2),
        ("Mayence et Bonn", "DE", 2),
        ("Mainz dan Bonn", "DE", 2),
        ("Mainz oder Bonn", "DE", 2),
        ("Mainz, Bonn and Neuwied", "DE", 3),
        ("Tallinn & Helsinki", "FI", 2),
        ("Leeds and Oxford", "GB", 2),
        ("Mainz/Bonn", "DE", 2),
        ("Mainz / Bonn / Neuwied", "DE", 3),
        ("Mainz – Bonn", "DE", 2),
        ("Mainz, Bonn", "DE", 2),
        ("Mainz-Bonn", "DE", 2),
        ("Mainz–Bonn", "DE", 2),
        ("Mainz-Wiesbaden", "DE", 0),
        ("Bonn-Neuwied", "DE", 0),
        ("Minneapolis–Saint Paul", "US", 0),
        ("Mainz-Bonn-Wiesbaden", "DE", 0),
        ("Mainz-Nirgends", "DE", 0),
        ("Leeds and England", "GB", 2),
        ("Mainz and Nirgends", "DE", 0),
        ("Nuneaton and Bedworth", "GB", 0),
        ("Nuneaton & Bedworth", "GB", 0),
        ("Brighton and Hove", "GB", 0),
        ("Brighton & Hove", "GB", 0),
        ("Newcastle and Lake Macquarie", "US", 0),
        ("Halle/Saale", "DE", 0),
        ("Garmisch-Partenkirchen", "DE", 0),
        ("Biel/Bienne", "CH", 0),
        ("Portland, Oregon", "US", 0),
        ("Minneapolis/Saint Paul", "US", 0),
        ("Mainz", "DE", 0),
        ("Mainz and Bonn", "", 0),
    ],
)
def test_a_cell_of_several_places_is_told_from_a_name_with_such_marks(gazetteer, name, iso, parts):
    iso_codes = {place.id: code for code, place in COUNTRIES.items()}
    finder = BearerFinder(gazetteer, iso_codes, STATES)
    assert len(find_several(name, country(iso), finder)) == parts


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Mainz – Bonn", 0),
        ("Mainz / Bonn", 2),
        ("Mainz and Bonn", 2),
        ("Mainz; Bonn", 2),
        ("Neuwied and Bonn", 0),
        ("Neuwied and Mainz", 2),
        ("Neuwied, Bonn and Mainz", 3),
    ],
)
def test_a_point_says_that_what_stands_behind_a_hyphen_or_beside_it_is_a_part(gazetteer, name, parts):
    finder = BearerFinder(gazetteer, {place.id: code for code, place in COUNTRIES.items()}, STATES)
    assert len(find_several(name, country("DE"), finder, is_located=True)) == parts


@pytest.mark.parametrize("name", ["Mainz; Bonn", "Mainz and Bonn", "Mainz / Bonn"])
def test_several_places_are_an_issue_and_none_of_them_gets_the_partner(run, name):
    got = run(listed("list", (at(name, "DE"), at("Oxford", "GB")), (at("Mainz", "DE"), at("Leeds", "GB"))))
    match = only(got, name)
    assert (match.place, match.decision, match.reasons) == ("", Decision.UNDECIDED, ("several-places",))
    (issue,) = got.collection("list").issues
    assert (issue.kind, issue.line) == ("several-places", 2)
    assert (
        issue.reason == f"{name} names several places, or parts of one: write a row for each, or give an id."
    )
    assert geonames(got, only(got, "Mainz").place) == 1


def test_a_person_or_an_id_decides_about_several_places(run):
    pairs = listed("list", (at("Mainz; Bonn", "DE"), at("Oxford", "GB")))
    reviews = [Review("list", "Mainz; Bonn", "geonames:1", country("DE"))]
    assert only(run(pairs, reviews=reviews), "Mainz; Bonn").decision is Decision.REVIEWED
    stated = listed("list", (at("Mainz / Bonn", "DE", geonames="1"), at("Oxford", "GB")))
    assert only(run(stated), "Mainz / Bonn").decision is Decision.STATED


@pytest.mark.parametrize(
    "name", ["Minneapolis – Saint Paul", "Saint Paul/Minneapolis", "Minneapolis - Saint Paul"]
)
def test_of_two_towns_that_lie_together_neither_is_taken(run, name):
    got = run(listed("list", (at(name, "US"), at("Oxford", "GB"))))
    assert only(got, name).decision is Decision.UNDECIDED


def test_in_brackets_the_larger_town_still_says_where(run):
    got = run(listed("list", (at("Saint Paul (Minneapolis)", "US"), at("Oxford", "GB"))))
    assert geonames(got, only(got, "Saint Paul (Minneapolis)").place) == 20

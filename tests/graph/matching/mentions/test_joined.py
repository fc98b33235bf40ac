"""A name that is made of names of towns is no new place; one that only looks so is."""

from __future__ import annotations

import pytest

from graph.matching.gazetteer.finder import BearerFinder
from graph.matching.mentions.districts import is_district
from graph.matching.mentions.joined import find_joined_towns
from graph.model.matches import Decision
from tests.kit.graph.gazetteer import open_gazetteer
from tests.kit.graph.matching import COUNTRIES, STATES, at, country, geonames, listed, only
from tests.kit.graph.matching import run as run_with

PLACES = (
    (1, "Nuremberg", "DE", "02", 49.45, 11.08, 515_543, "Nürnberg"),
    (2, "Fürth", "DE", "02", 49.48, 10.99, 126_526, ""),
    (3, "Mainz", "DE", "08", 49.98, 8.28, 217_556, "Mayence"),
    (4, "Bonn", "DE", "07", 50.73, 7.10, 330_579, ""),
    (51, "Schleswig", "DE", "10", 54.52, 9.55, 24_012, ""),
    (52, "Flensburg", "DE", "10", 54.78, 9.44, 85_838, ""),
    (5, "Bolton", "GB", "ENG", 53.58, -2.43, 194_189, ""),
    (6, "Bury", "GB", "ENG", 53.60, -2.30, 78_723, ""),
    (7, "Brighton", "GB", "ENG", 50.83, -0.14, 283_870, ""),
    (8, "Hove", "GB", "ENG", 50.83, -0.18, 91_900, ""),
    (9, "Winston-Salem", "US", "NC", 36.10, -80.24, 249_545, ""),
    (10, "Salem", "US", "OR", 44.94, -123.04, 175_535, ""),
    (11, "Portland", "US", "OR", 45.52, -122.68, 632_309, ""),
    (12, "Massa", "IT", "16", 44.03, 10.14, 66_294, ""),
    (13, "Carrara", "IT", "16", 44.08, 10.10, 60_833, ""),
    (14, "Sète", "FR", "11", 43.40, 3.70, 44_712, "Saint"),
    (15, "Neustadt", "DE", "08", 49.35, 8.15, 53_264, ""),
    (16, "Clermont-Ferrand", "FR", "84", 45.78, 3.08, 147_284, "Clermont"),
    (17, "Burg", "DE", "15", 52.27, 11.85, 9_999, ""),
    (19, "Baden-Baden", "DE", "01", 48.76, 8.24, 54_777, "Baden"),
    (20, "Kochi", "IN", "13", 9.94, 76.26, 604_696, "Cochin"),
    (21, "Bressanone", "IT", "17", 46.72, 11.66, 20_512, "Brixen"),
    (18, "Lyon", "FR", "84", 45.75, 4.85, 522_250, ""),
)


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory):
    with open_gazetteer(tmp_path_factory.mktemp("joined"), PLACES) as opened:
        yield opened


@pytest.fixture
def finder(gazetteer):
    return BearerFinder(gazetteer, {place.id: code for code, place in COUNTRIES.items()}, STATES)


@pytest.mark.parametrize(
    ("name", "iso", "towns"),
    [
        ("Nürnberg-Fürth", "DE", (1, 2)),
        ("Nürnberg‑Fürth", "DE", (1, 2)),
        ("Nürnberg‐Fürth", "DE", (1, 2)),
        ("Nürnberg−Fürth", "DE", (1, 2)),
        ("Mainz (Bonn)", "DE", (3, 4)),
        ("Mainz [Bonn]", "DE", (3, 4)),
        ("Mainz: Bonn", "DE", (3, 4)),
        ("Mainz~Bonn", "DE", (3, 4)),
        ("Mainz_Bonn", "DE", (3, 4)),
        ("Mainz.Bonn", "DE", (3, 4)),
        ("Mainz sowie Bonn", "DE", (3, 4)),
        ("Mainz as well as Bonn", "DE", (3, 4)),
        ("Mainz Bonn", "DE", (3, 4)),
        ("1. Mainz 2. Bonn", "DE", (3, 4)),
        ("Mayence, Bonn, Nirgends", "DE", (3, 4)),
        ("Bolton & Bury", "GB", (5, 6)),
        ("Mainz", "DE", ()),
        ("Mainz-Mainz", "DE", ()),
        ("Mainz-Nirgends", "DE", ()),
        ("Nirgends-Mainz-Bonn", "DE", ()),
        ("Mainz-Burg", "DE", ()),
        ("Bonn Neustadt", "DE", ()),
        ("Neustadt am Bonn", "DE", ()),
        ("Mainz-bei-Bonn", "DE", ()),
        ("Landkreis Mainz-Bonn", "DE", ()),
        ("Portland, Oregon", "US", ()),
        ("Brighton & Hove", "GB", ()),
        ("Massa-Carrara", "IT", ()),
        ("Saint-Lyon", "FR", ()),
        ("Clermont-Créans", "FR", ()),
        ("Mainz-Bonn", "", ()),
        ("Mainz " * 7 + "Bonn", "DE", ()),
    ],
)
def test_two_towns_are_found_in_a_name_however_they_are_joined(finder, name, iso, towns):
    assert tuple(one.id for one in find_joined_towns(name, country(iso), finder)) == towns


@pytest.mark.parametrize(
    ("name", "iso", "towns"),
    [
        ("Mainz (Bonn)", "DE", 0),
        ("Mainz, Bonn", "DE", 0),
        ("Nürnberg-Fürth", "DE", 2),
        ("Bolton-Bury", "GB", 2),
        ("Schleswig-Flensburg", "DE", 0),
        ("Schleswig-Mainz", "DE", 2),
    ],
)
def test_what_may_be_one_place_with_a_point_is_no_two(finder, name, iso, towns):
    assert len(find_joined_towns(name, country(iso), finder, is_located=True)) == towns
    assert len(find_joined_towns(name, country(iso), finder)) == 2


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("Brighton and Hove", True),
        ("Brighton & Hove", True),
        ("Massa-Carrara", True),
        ("Massa e Carrara", True),
        ("Forlì–Cesena", True),
        ("Nuneaton & Bedworth", True),
        ("Trinidad & Tobago", True),
        ("Bosnia and Herzegovina", True),
        ("Bolton & Bury", False),
        ("Mainz-Bonn", False),
    ],
)
def test_districts_and_provinces_are_called_by_two_words(name, is_one):
    assert is_district(name) is is_one


@pytest.mark.parametrize("name", ["Nürnberg-Fürth", "Mainz (Bonn)", "Mainz sowie Bonn"])
def test_no_place_is_made_of_two_towns_and_the_row_says_so(gazetteer, name):
    got = run_with(listed("list", (at(name, "DE"), at("Lyon", "FR"))), gazetteer=gazetteer)
    match = only(got, name)
    assert (match.place, match.decision, match.reasons) == ("", Decision.UNDECIDED, ("several-places",))
    assert len(match.bearers) == 2
    (issue,) = got.collection("list").issues
    assert (issue.kind, issue.line) == ("several-places", 2)


@pytest.mark.parametrize(
    ("name", "iso", "decision"),
    [
        ("Winston-Salem", "US", Decision.MATCHED),
        ("Massa-Carrara", "IT", Decision.MINTED),
        ("Brighton & Hove", "GB", Decision.MINTED),
        ("Nürnberg-Langwasser", "DE", Decision.UNDECIDED),
        ("Clermont-Créans", "FR", Decision.MINTED),
        ("Saint-Quay", "FR", Decision.MINTED),
    ],
)
def test_a_hyphen_makes_no_name_open_by_itself(gazetteer, name, iso, decision):
    got = run_with(listed("list", (at(name, iso), at("Bonn", "DE"))), gazetteer=gazetteer)
    assert only(got, name).decision is decision


@pytest.mark.parametrize(
    ("name", "iso", "town"),
    [
        ("Cochin-Kochi", "IN", "Kochi"),
        ("Brixen - Bressanone", "IT", "Bressanone"),
        ("Brixen–Bressanone", "IT", "Bressanone"),
    ],
)
def test_two_names_of_one_place_are_that_place(gazetteer, name, iso, town):
    got = run_with(
        listed("list", (at(name, iso), at("Bonn", "DE")), (at(town, iso), at("Lyon", "FR"))),
        gazetteer=gazetteer,
    )
    assert only(got, name).place == only(got, town).place != ""


def test_a_name_with_a_hyphen_is_not_taken_apart(finder):
    assert finder.split_names("Baden-Baden", country("DE")) == ("Baden-Baden",)
    assert finder.split_names("Nürnberg-Fürth", country("DE")) == ("Nürnberg-Fürth",)


@pytest.mark.parametrize(
    ("name", "iso", "reason"),
    [
        ("Germany", "DE", "country-itself"),
        ("Deutschland", "DE", "country-itself"),
        ("Mainz 1992", "DE", "similar-name"),
        ("Nirgends 2001", "DE", "similar-name"),
    ],
)
def test_a_country_and_a_name_with_a_year_are_no_new_place(gazetteer, name, iso, reason):
    match = only(run_with(listed("list", (at(name, iso), at("Lyon", "FR"))), gazetteer=gazetteer), name)
    assert (match.place, match.reasons) == ("", (reason,))


def test_a_word_for_a_kind_before_a_town_that_is_a_state_too_is_no_name(tmp_path):
    town = (1, "Hamburg", "DE", "04", 53.55, 10.0, 1_845_229, "")
    with open_gazetteer(tmp_path, [town]) as opened:
        got = run_with(listed("list", (at("Stadt Hamburg", "DE"), at("Lyon", "FR"))), gazetteer=opened)
    assert geonames(got, only(got, "Stadt Hamburg").place) == 1


def test_a_label_is_in_latin_letters_where_a_list_has_one(gazetteer):
    names = ("Nürnberg", "Nuremberg", "Нюрнберг", "Нюрнберг")
    rows = [(at(name, "DE", geonames="1"), at(f"Town {n}", "FR")) for n, name in enumerate(names)]
    got = run_with(listed("list", *rows, language=""), gazetteer=gazetteer)
    assert got.place(only(got, "Nürnberg").place).label("en") == "Nürnberg"

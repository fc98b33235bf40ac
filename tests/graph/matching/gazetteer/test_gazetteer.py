"""The gazetteer as it is looked up: bearers of a name, qualifiers, points, countries."""

from __future__ import annotations

import sqlite3

import pytest

from graph.matching.gazetteer.bearer import Bearer, NameKind, WrittenName, significant_bearers
from graph.matching.gazetteer.index import Gazetteer
from graph.matching.known.points import Point
from tests.kit.graph.gazetteer import (
    BERLIN,
    BERNAU,
    BIEL,
    EAST_OF_DATELINE,
    FRANKFURT_MAIN,
    FRANKFURT_ODER,
    GUBENG,
    GUBENG_INLAND,
    GUBENG_SUMATRA,
    HALLE,
    HALLE_BELGIUM,
    HALLE_WESTFALEN,
    HONGCHEON,
    KYIV,
    LICHTENBERG,
    LICHTENBERG_FRANCONIA,
    LICHTENBERG_SAXONY,
    NEUENHAGEN,
    POTSDAM,
    SLUBICE,
    SPRINGFIELD_IL,
    SPRINGFIELD_MO,
    SURABAYA,
    WEST_OF_DATELINE,
    open_gazetteer,
)

OWN, ALTERNATIVE, CORE, ROMANIZED = NameKind


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory):
    with open_gazetteer(tmp_path_factory.mktemp("gazetteer")) as opened:
        yield opened


def ids(bearers):
    return [one.id for one in bearers]


def test_a_bearer_is_all_that_the_gazetteer_knows(gazetteer):
    (found,) = gazetteer.bearers(["Frankfurt (Oder)"], "DE")
    assert found == Bearer(
        FRANKFURT_ODER, "Frankfurt (Oder)", "DE", "11", 52.34714, 14.55062, 57107, NameKind.OWN
    )
    assert found.point == Point(52.34714, 14.55062)


@pytest.mark.parametrize(
    ("written", "country", "found"),
    [
        ("Halle", "DE", [(HALLE, ALTERNATIVE), (HALLE_WESTFALEN, OWN)]),
        ("HALLE", "BE", [(HALLE_BELGIUM, OWN)]),
        ("Halle", "", [(HALLE, ALTERNATIVE), (HALLE_BELGIUM, OWN), (HALLE_WESTFALEN, OWN)]),
        ("Halle", "FR", []),
        ("Halle/Saale", "DE", [(HALLE, OWN)]),
        ("Halle an der Saale", "DE", [(HALLE, ALTERNATIVE)]),
        ("Frankfurt", "DE", [(FRANKFURT_MAIN, ALTERNATIVE), (FRANKFURT_ODER, CORE)]),
        ("Frank-furt am Main", "DE", [(FRANKFURT_MAIN, OWN)]),
        ("Bienne", "CH", [(BIEL, ALTERNATIVE)]),
        ("Київ", "UA", [(KYIV, ALTERNATIVE)]),
        ("kyif", "UA", [(KYIV, ROMANIZED)]),
        ("Hongcheon", "KR", [(HONGCHEON, ROMANIZED)]),
        ("Hongchon", "KR", [(HONGCHEON, OWN)]),
        ("FRA", "DE", []),
        ("", "DE", []),
        ("—", "", []),
    ],
)
def test_bearers_are_found_by_every_form_of_their_names(gazetteer, written, country, found):
    assert [(one.id, one.kind) for one in gazetteer.bearers([written], country)] == found


def test_several_names_are_looked_up_together_and_the_surest_kind_counts(gazetteer):
    found = gazetteer.bearers(["Frankfurt", "Frankfurt (Oder)", "Kiev"])
    assert [(one.id, one.kind) for one in found] == [
        (KYIV, ALTERNATIVE),
        (FRANKFURT_MAIN, ALTERNATIVE),
        (FRANKFURT_ODER, OWN),
    ]


def test_a_romanized_name_counts_only_where_nothing_else_bears_it(gazetteer):
    assert ids(gazetteer.bearers(["kyif", "Berlin"])) == [BERLIN]


def test_no_name_has_no_bearer(gazetteer):
    assert gazetteer.bearers([]) == ()


@pytest.mark.parametrize(
    ("name", "country", "significant"),
    [
        ("Springfield", "US", [SPRINGFIELD_MO, SPRINGFIELD_IL]),
        ("Halle", "DE", [HALLE, HALLE_WESTFALEN]),
        ("Surabaya", "ID", [SURABAYA]),
        ("Lichtenberg", "DE", [LICHTENBERG, LICHTENBERG_SAXONY, LICHTENBERG_FRANCONIA]),
        ("Nowhere", "DE", []),
    ],
)
def test_hamlets_make_no_name_ambiguous(gazetteer, name, country, significant):
    assert ids(significant_bearers(gazetteer.bearers([name], country))) == significant


@pytest.mark.parametrize(
    ("populations", "significant"),
    [
        ([1_000_000, 15_000, 14_999], 2),
        ([100_000, 2_000, 1_999], 2),
        ([700, 14, 13], 2),
        ([0, 0], 2),
        ([100_000, 0], 2),
        ([100_001, 0], 1),
        ([700, 0, 39], 2),
    ],
)
def test_fifteen_thousand_people_or_a_fiftieth_of_the_largest_are_enough(gazetteer, populations, significant):
    one = gazetteer.find(BERLIN)
    bearers = [one._replace(id=number, population=people) for number, people in enumerate(populations)]
    assert ids(significant_bearers(bearers)) == [*range(significant)]


@pytest.mark.parametrize(
    ("place", "qualifier", "fits"),
    [
        (SPRINGFIELD_IL, "IL", True),
        (SPRINGFIELD_IL, "Illinois", True),
        (SPRINGFIELD_IL, "Missouri", False),
        (SPRINGFIELD_IL, "Sangamon County", None),
        (HALLE, "Saale", True),
        (HALLE, "Saxony-Anhalt", True),
        (HALLE, "ST", True),
        (HALLE, "Westfalen", False),
        (HALLE_WESTFALEN, "Westfalen", True),
        (HALLE_WESTFALEN, "Saale", None),
        (HALLE_WESTFALEN, "Sachsen-Anhalt", False),
        (FRANKFURT_MAIN, "main", True),
        (FRANKFURT_MAIN, "Oder", False),
        (FRANKFURT_MAIN, "Hessen", True),
        (BIEL, "Bienne", True),
        (BIEL, "Canton of Bern", True),
        (BIEL, "ZH", False),
        (LICHTENBERG, "Berlin", True),
        (LICHTENBERG_SAXONY, "Berlin", False),
        (LICHTENBERG_FRANCONIA, "Berlin", False),
        (NEUENHAGEN, "Berlin", True),
        (BERNAU, "Potsdam", False),
        (GUBENG, "Surabaya", True),
        (GUBENG_INLAND, "Surabaya", None),
        (GUBENG_SUMATRA, "Surabaya", False),
        (SURABAYA, "Gubeng", True),
        (SURABAYA, "Kali Mas", None),
        (SURABAYA, "", None),
    ],
)
def test_a_qualifier_fits_contradicts_or_says_nothing(gazetteer, place, qualifier, fits):
    assert gazetteer.qualified_by(gazetteer.find(place), qualifier) is fits


def test_its_own_name_beside_another_may_mean_a_place_or_a_part_of_it(gazetteer):
    (by_another,) = gazetteer.bearers(["Soerabaja"], "ID")
    assert gazetteer.qualified_by(by_another, "Surabaya") is None
    assert gazetteer.qualified_by(gazetteer.find(SURABAYA), "Surabaya") is True


def test_names_come_with_their_scripts_without_codes_and_romanizations(gazetteer):
    assert gazetteer.names_of(KYIV) == (
        WrittenName("Kyiv", "Latn"),
        WrittenName("Kiev", "Latn"),
        WrittenName("Київ", "Cyrl"),
        WrittenName("Киев", "Cyrl"),
        WrittenName("キーウ", "Kana"),
    )
    assert gazetteer.names_of(1) == ()


def test_a_place_is_found_by_its_id(gazetteer):
    assert gazetteer.find(BIEL).name == "Biel/Bienne"
    assert gazetteer.find(1) is None


def test_places_near_a_point_come_nearest_first(gazetteer):
    centre = Point(52.52, 13.43)
    assert ids(gazetteer.near(centre, 15)) == [BERLIN, LICHTENBERG]
    assert ids(gazetteer.near(centre, 4.5)) == [BERLIN]
    assert ids(gazetteer.near(centre, 1)) == []
    assert ids(gazetteer.near(centre, 80)) == [
        BERLIN, LICHTENBERG, NEUENHAGEN, BERNAU, POTSDAM, FRANKFURT_ODER, SLUBICE,
    ]  # fmt: skip


@pytest.mark.parametrize("longitude", [179.99, -179.99, 180.0, -180.0])
def test_the_date_line_is_no_edge(gazetteer, longitude):
    assert set(ids(gazetteer.near(Point(-16.78, longitude), 10))) == {WEST_OF_DATELINE, EAST_OF_DATELINE}


def test_the_pole_is_no_edge(gazetteer):
    assert BERLIN in ids(gazetteer.near(Point(90, 0), 4_200))
    assert BERLIN in ids(gazetteer.near(Point(89, -166), 4_300))


def test_the_country_of_a_point_is_that_of_the_four_nearest_places(gazetteer):
    assert gazetteer.country_at(Point(52.5, 13.4)) == "DE"
    assert gazetteer.country_at(Point(52.35, 14.5)) == ""


def test_a_point_with_too_few_places_around_it_has_no_country(gazetteer):
    assert gazetteer.country_at(Point(-7.25, 112.75)) == ""


def test_an_index_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(sqlite3.OperationalError):
        Gazetteer(tmp_path / "none.sqlite")
    assert list(tmp_path.iterdir()) == []

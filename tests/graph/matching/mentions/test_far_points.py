"""A point far from the place whose id stands beside it is shown; the id decides all the same."""

from __future__ import annotations

import pytest

from graph.matching.decisions.far_points import contradict_points, far_from
from graph.matching.known.points import Point
from graph.model.claims import Place
from graph.model.matches import Mention
from tests.kit.graph.gazetteer import HOMONYMS, open_gazetteer
from tests.kit.graph.matching import at, curated, known, listed, only
from tests.kit.graph.matching import run as run_with

HAMBURG, MAINZ = (53.55, 10.01), (49.98, 8.28)
PLACES = (
    *HOMONYMS,
    (9_000_001, "Mainz", "DE", "08", *MAINZ, 217_556, ""),
    *((9_000_010 + n, f"Ort {n}", "DE", "08", 49.98 + n / 50, 8.28, 900, "") for n in range(5)),
    *((9_000_020 + n, f"Bourg {n}", "FR", "44", 48.60 + n / 50, 6.18, 900, "") for n in range(5)),
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    with open_gazetteer(tmp_path_factory.mktemp("far"), PLACES) as gazetteer:
        yield lambda *lists, **more: run_with(*lists, gazetteer=gazetteer, **more)


def conflicts(got):
    return [
        (one.place, one.note, one.against, one.evidence)
        for collection in got.resolution.collections
        for one in collection.contradictions
        if one.issue == "point-conflict"
    ]


def row(point: tuple[float, float] | None, name: str = "Mainz", qid: str = "Q1720", **more: str):
    return at(name, "DE", point, qid=qid, **more), at("Tokyo", "JP")


def test_a_point_far_from_the_place_of_an_item_is_shown_and_the_item_decides(run):
    mainz = known("Q1720", "Mainz", "DE", level="city", longitude="8.28", latitude="49.98", qid="Q1720")
    got = run(listed("list", row(HAMBURG), kind="encyclopedia"), own=[curated(mainz)])
    note = "Of Mainz it is said 53.55, 10.01, 415 km from where it lies, 49.98, 8.28."
    assert conflicts(got) == [("Q1720", note, ("list/L2",), ())]
    assert only(got, "Mainz").place == "Q1720"
    assert len(got.collection("list").claims) == 1


@pytest.mark.parametrize("point", [(50.2, 8.3), MAINZ, None])
def test_a_point_near_the_place_contradicts_nothing(run, point):
    mainz = known("Q1720", "Mainz", "DE", level="city", longitude="8.28", latitude="49.98", qid="Q1720")
    assert conflicts(run(listed("list", row(point), kind="encyclopedia"), own=[curated(mainz)])) == []


def test_where_an_unknown_item_lies_is_known_by_its_name(run):
    (conflict,) = conflicts(run(listed("list", row(HAMBURG), kind="encyclopedia")))
    assert conflict[0] == "Q1720"
    assert conflict[1].endswith("415 km from where it lies, 49.98, 8.28.")


def test_what_a_list_says_of_an_item_is_no_witness_for_its_own_row(run):
    itself = known("Q1720", "Mainz", "DE", longitude="10.01", latitude="53.55", qid="Q1720")
    rows = listed("list", row(HAMBURG), places=[itself], kind="encyclopedia")
    assert len(conflicts(run(rows))) == 1
    base = known("Q1720", "Mainz", "DE", longitude="8.28", latitude="49.98", qid="Q1720")
    items = listed("items", places=[base], kind="knowledge-base")
    (conflict,) = conflicts(run(rows, items))
    assert conflict[2] == ("list/L2",)


def test_a_point_given_to_one_decimal_is_precise_enough(run):
    assert len(conflicts(run(listed("list", row((53.5, 10.0)), kind="encyclopedia")))) == 1


def test_a_point_beside_a_geonames_id_is_compared_too(run):
    rows = (at("Mainz", "DE", HAMBURG, geonames="9000001"), at("Tokyo", "JP"))
    assert len(conflicts(run(listed("list", rows)))) == 1


def test_a_point_that_others_share_and_one_without_an_id_say_nothing(run):
    shared = listed("list", row(HAMBURG), row(HAMBURG, "Oppenheim", "Q22834"), kind="encyclopedia")
    assert conflicts(run(shared)) == []
    assert conflicts(run(listed("list", (at("Mainz", "DE", HAMBURG), at("Tokyo", "JP"))))) == []


def test_where_nobody_knows_the_place_most_rows_do(run):
    rows = [row(point, "Nirgends", "Q1") for point in ((50.001, 8.001), HAMBURG, (50.001, 8.001))]
    rows = [(a, Mention(f"Town {n}", "Q35")) for n, (a, _) in enumerate(rows)]
    mainz = known("Q1", "Nirgends", "DE", level="city", qid="Q1")
    got = run(listed("list", *rows, kind="encyclopedia"), own=[curated(mainz)])
    ((_, _, against, evidence),) = conflicts(got)
    assert (against, evidence) == (("list/L3",), ("list/L2", "list/L4"))


@pytest.mark.parametrize(("point", "shown"), [((52.0, 8.3), 0), ((48.64, 6.18), 1)])
def test_of_a_province_only_a_point_in_another_country_is_near_and_wrong(run, point, shown):
    province = known(
        "Q1200", "Rheinland-Pfalz", "DE", level="province", longitude="7.31", latitude="49.91", qid="Q1200"
    )
    rows = listed("list", row(point, "Rheinland-Pfalz", "Q1200"), kind="encyclopedia")
    assert len(conflicts(run(rows, own=[curated(province)]))) == shown


@pytest.mark.parametrize(
    ("level", "level_with", "is_city", "is_town", "km"),
    [
        ("city", (), True, True, 100),
        ("village", (), False, False, 100),
        ("regency", (), False, True, 250),
        ("metro-region", (), False, False, 250),
        ("province", (), False, True, 1500),
        ("province", ("city",), True, True, 250),
        ("city", ("province",), True, True, 250),
        ("", (), False, True, 100),
        ("", (), False, False, 1500),
    ],
)
def test_how_far_is_far_depends_on_the_kind_of_place(level, level_with, is_city, is_town, km):
    place = Place("Q1", "Q183", (("en", "X"),), level=level, level_with=level_with, is_city=is_city)
    assert far_from(place, is_town=is_town) == km


def test_a_point_without_claims_that_are_left_is_not_shown():
    place = Place("Q1", "Q183", (("en", "X"),), level="city")
    assert not [*contradict_points(place, {Point(*HAMBURG): []}, [Point(*MAINZ)], (), is_town=True)]

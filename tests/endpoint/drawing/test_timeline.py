"""Spans of years on an axis, and documents in the order of their signing."""

import pytest

from endpoint.drawing.timeline import Axis, Bar, make_axis, moment
from endpoint.engine.results import Cell
from endpoint.things.parts.pairs.chain import in_time_order
from endpoint.things.parts.pairs.partners import group_of
from ontology import KK, VOCAB


def test_an_axis_runs_from_the_decade_of_the_first_date_to_now():
    assert make_axis(["1994-08-24", "", "2018"], "2026-11-21") == Axis(1990, 2026)
    assert make_axis([], "2026-11-21") == Axis(2010, 2026)
    assert make_axis(["2030"], "2026-11-21") == Axis(2010, 2030)


@pytest.mark.parametrize(
    ("axis", "years"),
    [
        (Axis(1990, 2026), [1990, 2000, 2010, 2020]),
        (Axis(2010, 2026), [2010, 2015, 2020, 2025]),
        (Axis(1950, 2026), [1960, 1980, 2000, 2020]),
        (Axis(1910, 2026), [1920, 1940, 1960, 1980, 2000, 2020]),
    ],
)
def test_the_ticks_are_round_years_and_few(axis, years):
    assert [tick.year for tick in axis.ticks] == years


def test_places_on_the_axis_are_in_per_cent_with_room_for_the_last_year():
    axis = Axis(2000, 2019)
    assert [axis.place(year) for year in (1990, 2000, 2010, 2020, 2050)] == [0, 0, 50, 100, 100]


def test_a_moment_is_as_fine_as_its_date():
    assert [moment(text) for text in ("2018", "2018-07", "2018-07-01")] == [2018, 2018.5, 2018.5]
    assert moment("2018-12-31") == pytest.approx(2018 + 11 / 12 + 30 / 365)
    with pytest.raises(ValueError, match="is not a date"):
        moment("soon")


@pytest.mark.parametrize(
    ("kind", "start", "end", "bar"),
    [
        ("solid", "2005", "", Bar("solid", 25, 75)),
        ("ended", "2005", "2010", Bar("ended", 25, 25)),
        ("ended", "2005", "2005", Bar("ended", 25, 0.8)),
        ("point", "2010", "", Bar("point", 50, 0)),
        ("solid", "", "", Bar("dots", 0, 100)),
        ("fading", "", "2010", Bar("dots", 0, 100)),
    ],
)
def test_a_bar_shows_what_is_known(kind, start, end, bar):
    assert Axis(2000, 2019).bar(kind, start, end) == bar


def document(name, signed="", follows=""):
    values = {"agreement": name, "signed": signed, "follows": follows}
    return {key: Cell("iri", value) for key, value in values.items() if value}


def test_an_undated_document_stands_after_the_one_that_it_follows():
    rows = [
        document("lost"),
        document("renewal", "2010-07"),
        document("next", follows="founding"),
        document("founding", "1985-07-16"),
        document("intent", "1985"),
    ]
    order = [row["agreement"].value for row in in_time_order(rows)]
    assert order == ["intent", "founding", "next", "renewal", "lost"]


def test_a_pair_is_grouped_by_class_and_status():
    partnership, claimed = (
        {"class": Cell("iri", str(KK[name]))} for name in ("Partnership", "ClaimedPartnership")
    )
    assert group_of(claimed) == "claimed"
    assert group_of(partnership) == "unknown"
    assert group_of(partnership | {"status": Cell("iri", f"{VOCAB}status/expired")}) == "ended"
    with pytest.raises(KeyError):
        group_of(partnership | {"status": Cell("iri", f"{VOCAB}status/new")})

"""Items become places and twinnings records: what Wikidata says, in the terms of the graph."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from graph.model.claims import Assertion, DateRole, Place, RowIssue, Source
from graph.model.dates import PartialDate
from graph.model.iris import is_qid
from graph.model.matches import Mention
from loaders.tables.places import load_countries
from loaders.wikidata.item import choose_best_ranked, make_item, merge_items
from loaders.wikidata.model import Item, Moment, Reference, Twinning, Value
from loaders.wikidata.records import load_wikidata_levels, make_place, make_records
from loaders.wikidata.twinning import make_twinning

GUID = "Q3955-f5bc4a76-4cfb-d8da-8620-e9d1f17716cc"
SOURCE = Source(
    id="wikidata-org-000000",
    url="https://www.wikidata.org/",
    title="Wikidata",
    publisher="Wikidata",
    language="en",
    source_type="knowledge-base",
    issued=PartialDate(2016, 9, 7),
)
PLACES = {
    "Q3955": Place(
        "Q3955",
        "Q183",
        (("en", "Weimar"), ("id", "Weimar")),
        qid="Q3955",
        latitude="50.98",
        longitude="11.32",
    ),
    "Q2751": Place(
        "Q2751", "Q183", (("en", "Fulda"), ("id", "Fulda")), qid="Q2751", other_names=("Fulda city",)
    ),
}
PLACES["Q99"] = PLACES["Q2751"]
TWINNING = Twinning(GUID, "Q3955", "Q2751", line=7)


@pytest.fixture(scope="module")
def place_with():
    """Return a function that makes a place of an item."""
    countries, levels = load_countries(), load_wikidata_levels()
    return lambda **said: make_place(Item(**{"qid": "Q11462", **said}), countries, levels)


def made(**said):
    return make_records(replace(TWINNING, **said), "wd", SOURCE, PLACES, "file.json")


def records(**said):
    found, issue = made(**said)
    assert issue is None
    return found


def claims(**said):
    return [one.claim for one in records(**said)]


def test_a_place_has_what_the_item_says(place_with):
    place = place_with(
        labels=(("en", "Surabaya"), ("id", "Kota Surabaya")),
        native=(("jv", "Surabaya"),),
        aliases=("Soerabaja",),
        countries=(("Q252", "preferred"),),
        part_of=("Q3586",),
        instance_of=("Q3199141", "Q1549591"),
        latitude=-7.245833,
        longitude=112.737778,
        population=2874314,
        geonames="1625822",
        iso="ID-XX",
        kemendagri="35.78",
    )
    assert place == Place(
        id="Q11462",
        country="Q252",
        labels=(("en", "Surabaya"), ("id", "Kota Surabaya")),
        level="city",
        level_with=("city",),
        is_city=True,
        native_names=(("jv", "Surabaya"),),
        part_of="Q3586",
        qid="Q11462",
        codes=(("kemendagri", "35.78"), ("iso", "ID-XX")),
        longitude="112.74",
        latitude="-7.25",
        population=2874314,
        other_names=("Soerabaja",),
    )


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ((("en", "The Hague"), ("id", "Den Haag")), (("en", "The Hague"), ("id", "Den Haag"))),
        ((("en", "Weimar"),), (("en", "Weimar"), ("id", "Weimar"))),
        ((("id", "Kota Malang"),), (("id", "Kota Malang"),)),
        ((("ja", "北九州市"),), (("ja", "北九州市"),)),
        ((), (("", "Q11462"),)),
    ],
)
def test_r11_no_label_becomes_english_that_is_not(place_with, labels, expected):
    assert place_with(labels=labels).labels == expected


@pytest.mark.parametrize(
    ("countries", "expected"),
    [
        ((), ""),
        ((("Q183", "preferred"), ("Q252", "normal")), "Q183"),
        ((("Q15180", "preferred"), ("Q252", "normal")), "Q252"),
        ((("Q183", "normal"), ("Q252", "normal")), ""),
        ((("Q15180", "normal"),), ""),
        ((("Q15180", "normal"), ("Q55", "normal")), "Q55"),
    ],
)
def test_the_country_is_the_best_that_there_is_today_and_never_a_guess(place_with, countries, expected):
    assert place_with(countries=countries).country == expected


@pytest.mark.parametrize(
    ("classes", "level", "level_with", "is_city"),
    [
        (("Q3191695",), "regency", ("regency",), False),
        (("Q50337",), "province", ("province",), False),
        (("Q1221156", "Q515"), "province", ("province", "city"), True),
        (("Q5098", "Q5119"), "province", ("province", "city"), True),
        (("Q482821",), "city", ("province", "city"), True),
        (("Q99999999",), "", (), False),
        (("Q99999999", "Q747074"), "city", ("city",), True),
        ((), "", (), False),
    ],
)
def test_a_class_that_the_table_knows_gives_the_level(place_with, classes, level, level_with, is_city):
    place = place_with(instance_of=classes)
    assert (place.level, place.level_with, place.is_city) == (level, level_with, is_city)


def test_a_country_is_the_country_of_the_table(place_with):
    assert place_with(qid="Q252") is not None
    assert place_with(qid="Q252") == load_countries()["ID"]


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        (-0.001, 0.0, ("", "")),
        (-0.001, 9.0, ("0.00", "9.00")),
        (1.0, None, ("", "")),
        (None, 1.0, ("", "")),
        (-90, 180, ("-90.00", "180.00")),
    ],
)
def test_a_place_has_both_coordinates_or_none(place_with, latitude, longitude, expected):
    place = place_with(latitude=latitude, longitude=longitude)
    assert (place.latitude, place.longitude) == expected


def test_a_place_in_two_others_is_a_part_of_neither(place_with):
    assert place_with(part_of=("Q1", "Q2")).part_of == ""


def test_the_table_of_levels_is_sound():
    for qid, row in load_wikidata_levels().items():
        assert is_qid(qid)
        assert row.needed("label")
        assert row.concept("level", "level") in row.concepts("level_with", "level")
        assert row["is_city"] in {"yes", "no"}


def test_a_listing_without_dates_is_a_listing():
    (record,) = records()
    assert record.claim.id == f"wd/{GUID}"
    assert (record.claim.assertion, record.claim.recorded_as) == (Assertion.LISTING, "P190")
    assert (record.claim.date, record.claim.date_role) == (None, None)
    assert record.claim.relation == "sister-city"
    assert record.claim.description == "Wikidata lists Fulda as a twinned administrative body of Weimar."
    assert record.claim.statement == f"http://www.wikidata.org/entity/statement/{GUID}"
    assert record.parties == (
        Mention("Weimar", "Q183", qid="Q3955", latitude=50.98, longitude=11.32),
        Mention("Fulda", "Q183", qid="Q2751", other_names=("Fulda city",)),
    )
    assert (record.file, record.line, record.listed_by) == ("file.json", 7, 0)


def test_a_start_is_since():
    (claim,) = claims(start=PartialDate(1994, 4, 15))
    assert (claim.assertion, claim.recorded_as) == (Assertion.SINCE, "P190, P580")
    assert (claim.date, claim.date_role) == (PartialDate(1994, 4, 15), DateRole.SINCE)
    assert claim.description.endswith(" of Weimar since 1994-04-15.")


def test_an_end_is_a_further_claim():
    since, end = claims(start=PartialDate(1960), end=PartialDate(1999, 1), ended=True)
    assert (since.id, end.id) == (f"wd/{GUID}", f"wd/{GUID}-end")
    assert (since.assertion, end.assertion) == (Assertion.SINCE, Assertion.ENDING)
    assert (end.date, end.date_role, end.status) == (PartialDate(1999, 1), DateRole.UNTIL, "terminated")
    assert end.recorded_as == "P190, P582"
    assert end.description.endswith(" of Weimar until 1999-01.")
    assert (since.status, since.valid_until) == ("", None)


def test_what_has_ended_without_a_start_does_not_continue():
    (end,) = claims(end=PartialDate(1999), ended=True)
    assert (end.id, end.assertion) == (f"wd/{GUID}-end", Assertion.ENDING)


def test_an_end_of_unknown_date_is_an_ending_without_a_date():
    (end,) = claims(ended=True, remark="end unknown")
    assert (end.assertion, end.date, end.date_role) == (Assertion.ENDING, None, None)
    assert end.description.endswith(" of Weimar until an unknown day.")
    assert end.remark == "end unknown"


def test_an_end_after_the_day_of_the_source_limits_the_term():
    (claim,) = claims(end=PartialDate(2020), ended=True)
    assert (claim.assertion, claim.valid_until) == (Assertion.LISTING, PartialDate(2020))


def test_a_point_in_time_is_the_day_of_the_listing():
    (claim,) = claims(point_in_time=PartialDate(2014))
    assert (claim.assertion, claim.recorded_as) == (Assertion.LISTING, "P190, P585")
    assert (claim.date, claim.date_role) == (PartialDate(2014), DateRole.AS_OF)


def test_references_are_addresses_items_and_the_newest_day():
    (claim,) = claims(
        references=(
            Reference("https://example.org/a b|c", "", dt.date(2015, 1, 2)),
            Reference("https://example.org/d", "Q2013", dt.date(2016, 3, 4)),
            Reference("https://example.org/d"),
            Reference("file.pdf"),
        ),
        remark="end unknown",
    )
    assert claim.references == (
        "https://example.org/a%20b%7Cc",
        "https://example.org/d",
        "http://www.wikidata.org/entity/Q2013",
    )
    assert claim.retrieved_on == dt.date(2016, 3, 4)
    assert claim.remark == "end unknown; cites file.pdf"


def test_a_truthy_twinning_links_to_no_statement():
    (claim,) = claims(statement="Q3955-Q2751")
    assert (claim.id, claim.statement) == ("wd/Q3955-Q2751", "")


def test_a_partner_that_no_file_describes_goes_by_its_id():
    (record,) = records(object="Q160927")
    assert record.parties[1] == Mention("Q160927", qid="Q160927")


def test_a_merged_item_goes_by_the_one_it_was_merged_into():
    (record,) = records(object="Q99")
    assert record.parties[1].qid == "Q2751"
    assert record.claim.remark == "stated of Q99, now a part of Q2751"


@pytest.mark.parametrize(
    ("said", "kind", "reason"),
    [
        (
            {"rank": "deprecated"},
            "deprecated-statement",
            "Wikidata marks it as deprecated: Weimar with Fulda",
        ),
        (
            {"rank": "deprecated", "object": ""},
            "deprecated-statement",
            "Wikidata marks it as deprecated: Weimar with no partner",
        ),
        ({"object": "", "remark": "it is unknown"}, "no-value", "Weimar names no partner: it is unknown"),
        ({"object": "Q3955"}, "self-link", "Weimar is listed as its own partner"),
        ({"subject": "Q99"}, "self-link", "Fulda is listed as its own partner"),
    ],
)
def test_what_states_nothing_is_an_issue(said, kind, reason):
    assert made(**said) == ([], RowIssue("wd", GUID, "file.json", 7, kind, reason))


def test_a_time_after_the_day_of_the_source_is_left_out_and_told():
    found, issue = made(start=PartialDate(2017), remark="stated twice")
    assert [(one.claim.id, one.claim.assertion, one.claim.date) for one in found] == [
        (f"wd/{GUID}", Assertion.LISTING, None)
    ]
    assert found[0].claim.remark == "stated twice; start 2017 given"
    assert issue == RowIssue(
        "wd",
        GUID,
        "file.json",
        7,
        "unsound-date",
        "its start 2017 is after the day of the source, 2016-09-07. "
        "The pair is kept without what is unsound.",
    )
    assert made(point_in_time=PartialDate(2016, 10))[1].kind == "unsound-date"
    assert made(start=PartialDate(2016), point_in_time=PartialDate(2016, 9))[1] is None


@pytest.mark.parametrize("role", ["start", "end", "point_in_time"])
def test_a_time_of_a_year_that_no_partnership_has_is_left_out_and_told(role):
    found, issue = made(**{role: PartialDate(799)}, ended=role == "end")
    assert [one.claim.date for one in found] == [None]
    assert f"{role.replace('_', ' ')} 0799 given" in found[0].claim.remark
    assert issue.reason.startswith(f"its {role.replace('_', ' ')} 0799 is not of the years 800 to 2100")
    assert made(**{role: PartialDate(800)}, ended=role == "end")[1] is None
    assert made(end=PartialDate(9999), ended=True)[1] is None


def test_an_end_before_the_start_is_an_issue_and_the_pair_stays_ended():
    times = {"P580": [Moment("+2000-00-00T00:00:00Z", 9)], "P582": [Moment("+1990-00-00T00:00:00Z", 9)]}
    twinning = make_twinning(GUID, "Q3955", "Q2751", "normal", times, line=7)
    assert (twinning.start, twinning.end, twinning.ended) == (None, None, True)
    assert twinning.remark == "start given as 2000, end as 1990"
    found, issue = make_records(twinning, "wd", SOURCE, PLACES, "file.json")
    assert [(one.claim.assertion, one.claim.date, one.claim.status) for one in found] == [
        (Assertion.ENDING, None, "terminated")
    ]
    assert issue.reason.startswith("its end 1990 is before its start 2000. ")


@pytest.mark.parametrize(
    ("time", "precision", "date", "is_doubted"),
    [
        ("+1985-06-15T00:00:00Z", 11, "1985-06-15", False),
        ("+1985-06-15T00:00:00Z", 10, "1985-06", False),
        ("+1985-06-15T00:00:00Z", 9, "1985", False),
        ("+1985-00-00T00:00:00Z", 11, "1985", False),
        ("+1980-00-00T00:00:00Z", 8, "None", False),
        ("-0500-00-00T00:00:00Z", 7, "None", False),
        ("", 0, "None", False),
        ("+0000-00-00T00:00:00Z", 9, "None", True),
        ("-0044-03-15T00:00:00Z", 11, "None", True),
        ("+12985-00-00T00:00:00Z", 9, "None", True),
        ("+1985-02-30T00:00:00Z", 11, "None", True),
    ],
)
def test_a_time_that_no_calendar_has_is_doubted_and_a_coarse_one_is_not(time, precision, date, is_doubted):
    twinning = make_twinning(GUID, "Q3955", "Q2751", "normal", {"P580": [Moment(time, precision)]})
    assert (str(twinning.start), bool(twinning.doubts)) == (date, is_doubted)
    assert bool(twinning.remark) == (date == "None")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], []),
        ([Value("a"), Value("b", "preferred")], ["b"]),
        ([Value("a", "deprecated")], []),
        ([Value("a", ended=True), Value("b"), Value("c")], ["b", "c"]),
        ([Value("a", ended=True)], ["a"]),
    ],
)
def test_the_best_rank_counts_and_what_is_current(values, expected):
    assert [one.value for one in choose_best_ranked(values)] == expected


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        ("Point(11.3 50.9)", (50.9, 11.3)),
        ("POINT (11.3 -50.9)", (-50.9, 11.3)),
        ("<http://www.wikidata.org/entity/Q405> Point(11.3 50.9)", (None, None)),
        ("Point(11.3 95)", (None, None)),
        ("Point(1e-05 2)", (2.0, 1e-05)),
        ("nowhere", (None, None)),
    ],
)
def test_a_point_is_one_on_earth(point, expected):
    item = make_item("Q1", {}, (), {"P625": [Value(point)]})
    assert (item.latitude, item.longitude) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([Value("+5", time="+2010-00-00T00:00:00Z"), Value("+3", time="2020-01-01T00:00:00Z")], 3),
        ([Value("+5"), Value("+7")], 7),
        ([Value("many"), Value("-1")], None),
    ],
)
def test_the_population_is_the_newest_then_the_largest(values, expected):
    assert make_item("Q1", {}, (), {"P1082": values}).population == expected


def test_two_descriptions_of_an_item_complete_each_other():
    first = Item("Q1", labels=(("en", "One"),), redirects=("Q7",))
    second = Item("Q1", labels=(("en", "Uno"),), population=5, redirects=("Q8", "Q7"))
    assert merge_items(first, second) == Item("Q1", (("en", "One"),), population=5, redirects=("Q7", "Q8"))

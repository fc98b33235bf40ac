"""Names as lists write them: states beside them, other spellings, names of places abroad, municipalities."""

from __future__ import annotations

import pytest

from graph.model.matches import Decision
from tests.kit.graph.gazetteer import HESSIAN_VILLAGE
from tests.kit.graph.matching import at, geonames, item, items, listed, only


# ---- qualifiers of states and provinces
@pytest.mark.parametrize(
    ("written", "iso", "geonames_id"),
    [
        ("Portland, OR", "US", 5746545),
        ("Portland, Oregon", "US", 5746545),
        ("Portland, Ore.", "US", 5746545),
        ("Portland OR", "US", 5746545),
        ("Portland Oregon", "US", 5746545),
        ("Portland (Maine)", "US", 4975802),
        ("Portland Me.", "US", 4975802),
        ("Springfield, Ill.", "US", 4250542),
        ("Springfield - Illinois", "US", 4250542),
        ("Springfield, Mass.", "US", 4951788),
        ("Kansas City, MO", "US", 4393217),
        ("Kansas City, Kan.", "US", 4273837),
        ("Halle (Saale)", "DE", 2911522),
        ("Frankfurt am Main", "DE", 2925533),
        ("Frankfurt (Oder)", "DE", 2925535),
    ],
)
def test_a_state_by_its_name_code_or_short_form_tells_homonyms_apart(run, written, iso, geonames_id):
    got = run(listed("list", (at(written, iso), at("Nice", "FR"))))
    assert geonames(got, only(got, written).place) == geonames_id


@pytest.mark.parametrize("region", ["Ill.", "IL", "Illinois", "State of Illinois"])
def test_so_does_a_column_for_the_state(run, region):
    got = run(listed("list", (at("Springfield", "US", region=region), at("Nice", "FR"))))
    assert geonames(got, only(got, "Springfield").place) == 4250542


@pytest.mark.parametrize("written", ["Portland, Ont.", "Springfield", "Portland", "Kansas City", "Frankfurt"])
def test_a_state_of_another_country_or_none_tells_nothing(run, written):
    iso = "DE" if written == "Frankfurt" else "US"
    got = run(listed("list", (at(written, iso), at("Nice", "FR"))))
    assert only(got, written).decision is Decision.UNDECIDED


# ---- other spellings at the point, names abroad, municipalities
def test_another_spelling_at_the_very_point_of_a_place_is_that_place(run):
    got = run(listed("list", (at("Tyachiev", "UA", (48.011, 23.572)), at("Nice", "FR"))))
    assert geonames(got, only(got, "Tyachiev").place) == 2972049


@pytest.mark.parametrize(
    ("written", "point"),
    [
        ("Tyachiev", (48.09, 23.572)),
        ("Tyachiev (Teresva)", (48.011, 23.572)),
    ],
)
def test_another_spelling_farther_off_or_with_a_qualifier_is_not(run, written, point):
    got = run(listed("list", (at(written, "UA", point), at("Nice", "FR"))))
    place = only(got, written).place
    assert not place or geonames(got, place) != 2972049


def test_a_name_of_places_abroad_is_new_where_its_point_lies_in_the_country(run):
    rows = [
        (at("Portland", "DE", HESSIAN_VILLAGE), at("Nice", "FR")),
        (at("Salisbury", "DE"), at("Rome", "IT")),
    ]
    got = run(listed("list", *rows))
    assert only(got, "Portland").decision is Decision.MINTED
    assert (only(got, "Salisbury").place, only(got, "Salisbury").reasons) == ("", ("other-country",))


def test_two_spellings_of_a_name_of_places_abroad_are_one_new_place(run):
    rows = [(at("Port-land", "DE", HESSIAN_VILLAGE), at("Nice", "FR"))]
    got = run(
        listed("list", (at("Portland", "DE", HESSIAN_VILLAGE), at("Rome", "IT"))), listed("more", *rows)
    )
    assert only(got, "Portland").place == only(got, "Port-land", collection="more").place != ""


def test_who_writes_the_name_of_a_town_does_not_mean_its_municipality(run):
    links = ["Q9 Aalborg Municipality - Q3 Lyon", "Q12 Ålborg - Q3 Lyon", "Q12 Ålborg - Q4 Miami"]
    links += ["Q9 Aalborg Municipality - Q4 Miami"]
    got = run(
        items(*links), listed("list", (at("Aalborg", "DK"), at("Lyon")), (at("Aalborg", "DK"), at("Miami")))
    )
    assert only(got, "Aalborg").place == "Q12"


def test_an_item_of_a_name_that_geonames_lacks_may_be_a_place_that_shares_all_its_partners(run):
    partners = [item("Q2", "Lyon"), item("Q3", "Miami"), item("Q4", "Pécs"), item("Q5", "Berlin")]
    got = run(
        items("Q1 Schomlenmarkt - Q2 Lyon", "Q1 Schomlenmarkt - Q3 Miami"),
        listed("list", *((at("Aalborg", "DK"), partner) for partner in partners)),
    )
    match = only(got, "Aalborg")
    assert (match.place, match.reasons[0]) == ("", "partners-in-common")
    assert [one.place for one in match.candidates] == ["Q1"]


def test_a_part_of_a_town_is_not_the_town_that_is_also_called_so(run):
    """GeoNames calls Vienna "Wieden" too. A list that has both, each at its point, means two places."""
    vienna, wieden = at("Vienna", "AT", (48.20833, 16.37306)), at("Wieden", "AT", (48.18944, 16.36167))
    links = items("Q1741 Wien - Q472 Sofia", "Q268001 Wieden - Q186254 Haskovo")
    got = run(links, listed("list", (vienna, at("Sofia")), (wieden, at("Haskovo"))))
    assert [only(got, name).place for name in ("Vienna", "Wieden")] == ["Q1741", "Q268001"]
    alone = run(listed("list", (vienna, at("Sofia")), (wieden, at("Haskovo"))))
    assert only(alone, "Wieden").place != only(alone, "Vienna").place

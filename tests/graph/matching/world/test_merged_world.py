"""The merged world: the bundled collections, Wikidata of 2016, Wikipedia lists of 2026, answers of 2017."""

from collections import Counter

import pytest

from graph.model.claims import Assertion
from graph.model.conclusions import Outcome
from tests.kit.shared import in_one_process, read_world, read_world_again, reconcile_world

pytestmark = [pytest.mark.shared, pytest.mark.slow, in_one_process]

ROWS = {
    "founding-articles": 103,
    "geonames": 0,
    "indonesia": 1_080,
    "wdqs-three-countries": 1_788,
    "wikidata-p190-2016": 34_182,
    "wikipedia-lists-2026": 25_917,
}


@pytest.fixture(scope="module")
def collections():
    return {one.info.name: one for one in read_world().collections}


@pytest.fixture(scope="module")
def pairs(collections):
    return {pair.id: pair for pair in reconcile_world().pairs}


def test_every_row_is_a_claim_or_an_issue(collections):
    assert {name: sum(one.tally.values()) for name, one in collections.items()} == ROWS
    for name, one in collections.items():
        rows = {(issue.file, issue.row) for issue in one.issues}
        assert len(rows) == len(one.issues) == one.tally.get("issue", 0), name
        assert all(issue.reason and issue.line > 0 for issue in one.issues), name


def test_what_one_build_registers_decides_nothing_otherwise_in_the_next():
    first, again = read_world(), read_world_again()
    known = {*first.matches}
    assert [one for one in again.matches if one not in known] == []
    assert (len(again.matches), again.registered) == (len(first.matches), first.registered)


def test_a_repeated_row_counts_once(collections):
    kinds = {name: Counter(issue.kind for issue in one.issues) for name, one in collections.items()}
    assert kinds["wikidata-p190-2016"] == {"repeated-row": 4}
    assert kinds["wikipedia-lists-2026"]["self-link"] == 3
    assert kinds["wdqs-three-countries"]["repeated-row"] >= 40


def test_the_direction_of_wikidata_is_kept(collections, pairs):
    stated = Counter(
        frozenset(claim.parties) for claim in collections["wikidata-p190-2016"].claims if claim.listed_by
    )
    assert sum(stated.values()) == 34_178
    one_way = {parties for parties, count in stated.items() if count == 1}
    assert len(one_way) == 624
    for pair in pairs.values():
        if frozenset(pair.parties) in one_way:
            listers = [c.listed_by for c in pair.claims if c.collection == "wikidata-p190-2016"]
            assert len(listers) == 1, pair.id
            assert listers[0] in pair.parties, pair.id


def test_levels_are_not_closed_over(pairs):
    wrong = pairs["Q7568-Q120730"]
    assert (wrong.outcome, wrong.replaced_by) == (Outcome.CLAIMED, "Q3741-Q120730")
    assert {claim.collection for claim in wrong.claims} == {"wikidata-p190-2016"}
    assert pairs["Q3741-Q120730"].outcome is Outcome.ACCEPTED


def test_what_was_known_stays_and_lists_stand_beside_it(pairs):
    pair = pairs["Q11462-Q24826"]
    assert (str(pair.since.value), pair.outcome) == ("2018-03-19", Outcome.ACCEPTED)
    busan = pairs["Q11462-Q16520"]
    named_by = {claim.collection for claim in busan.claims}
    assert {"indonesia", "wikidata-p190-2016"} <= named_by
    assert str(busan.since.value) == "1994-08-24"


def test_lists_say_listing_and_never_a_beginning(collections):
    for name in ("wikidata-p190-2016", "wikipedia-lists-2026"):
        assert {claim.assertion for claim in collections[name].claims} == {Assertion.LISTING}
        assert all(claim.date is None for claim in collections[name].claims)


def test_a_link_of_two_lists_is_one_partnership(pairs):
    both = [
        pair
        for pair in pairs.values()
        if {"wikidata-p190-2016", "wikipedia-lists-2026"} <= {claim.collection for claim in pair.claims}
    ]
    assert len(both) > 9_000
    assert all(len(pair.sources) >= 2 for pair in both)


@pytest.mark.parametrize(
    ("name", "country", "place"),
    [
        ("Niterói", "Q155", "Q178725"),
        ("Comrat", "Q217", "Q241122"),
        ("Sines", "Q45", "Q372922"),
        ("Nice", "Q142", "Q33959"),
        ("Florence", "Q38", "Q2044"),
        ("Liège", "Q31", "Q3992"),
    ],
)
def test_obvious_single_places_are_decided(name, country, place):
    found = {m.place for m in read_world().matches if (m.mention.name, m.mention.country) == (name, country)}
    assert found == {place}


@pytest.mark.parametrize(
    "name", ["Springfield", "Portland", "Richmond", "Jackson", "Kansas City", "Salem", "Newport"]
)
def test_ambiguous_american_names_are_where_wikidata_states_the_link_or_nowhere(name):
    stated = {
        frozenset(claim.parties)
        for one in read_world().collections
        for claim in one.claims
        if one.info.name == "wikidata-p190-2016"
    }
    lists = next(one for one in read_world().collections if one.info.name == "wikipedia-lists-2026")
    american = {m.place for m in lists.matches if m.mention.name == name and m.mention.country == "Q30"} - {
        ""
    }
    claims = [claim for claim in lists.claims if american & {*claim.parties}]
    places = {place.id: place for one in read_world().collections for place in one.places}
    unstated = [
        claim.id
        for claim in claims
        if frozenset(claim.parties) not in stated
        and any(place in american and not places[place].geonames_id for place in claim.parties)
    ]
    assert unstated == []


def test_no_two_places_are_one_of_geonames():
    ids = Counter(p.geonames_id for one in read_world().collections for p in one.places if p.geonames_id)
    assert [number for number, count in ids.items() if count > 1] == []

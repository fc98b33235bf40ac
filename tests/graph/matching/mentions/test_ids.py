"""Ids that lists state: they decide, unless the name beside them is that of another place."""

from __future__ import annotations

import pytest

from graph.matching.known.reviews import Review
from graph.model.claims import GeoNamesEntry
from graph.model.iris import mint_place_id
from graph.model.matches import Decision
from tests.kit.graph.gazetteer import HESSIAN_VILLAGE, TWO_NAMES, VILLAGES, open_gazetteer
from tests.kit.graph.matching import at, country, curated, item, items, known, listed
from tests.kit.graph.matching import run as run_with

NICE, ROME, ROME_GEORGIA, ILLINOIS, MASSACHUSETTS = "2990440", "3169070", "4219762", "4250542", "4951788"


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory):
    with open_gazetteer(tmp_path_factory.mktemp("gazetteer"), TWO_NAMES) as opened:
        yield opened


@pytest.fixture
def run(gazetteer):
    return lambda *lists, **more: run_with(*lists, gazetteer=gazetteer, **more)


def only(got, name, collection="list"):
    (match,) = got.matches(name, collection=collection)
    return match


def issues(got, collection="list"):
    return [(one.kind, one.line) for one in got.collection(collection).issues]


def test_a_geonames_id_decides_between_bearers_and_gives_the_country(run):
    got = run(listed("list", (at("Springfield", geonames=ILLINOIS), at("Nice", "FR"))))
    match = only(got, "Springfield")
    assert (match.decision, match.reasons) == (Decision.STATED, ("stated-id",))
    assert got.place(match.place).geonames.id == int(ILLINOIS)
    assert got.place(match.place).country == country("US")


def test_one_geonames_id_is_one_place_in_all_lists_and_two_are_two(run):
    got = run(
        listed(
            "list",
            (at("Nice", "FR", geonames=NICE), at("Springfield", "US", geonames=ILLINOIS)),
            (at("Nizza", "FR", geonames=NICE), at("Springfield", "US", geonames=MASSACHUSETTS)),
        ),
        listed("other", (at("Нисса", geonames=NICE), at("Rome", "IT"))),
    )
    assert only(got, "Nice").place == only(got, "Nizza").place == only(got, "Нисса", "other").place
    assert len({match.place for match in got.matches("Springfield")} - {""}) == 2


def test_a_geonames_id_is_that_of_the_place_that_a_table_has_it_for(run):
    entry = GeoNamesEntry(int(NICE))
    got = run(
        listed("list", (at("Nizza", geonames=NICE), at("Rome", "IT"))),
        own=[curated(known("Q33959", "Nice", "FR", geonames=entry))],
    )
    assert only(got, "Nizza").place == "Q33959"


def test_an_item_and_a_geonames_id_beside_it_are_one_place(run):
    got = run(
        listed("list", (at("Springfield", "US", qid="Q28515", geonames=ILLINOIS), at("Nice", "FR"))),
        listed("other", (at("Springfield", "US", geonames=ILLINOIS), at("Rome", "IT"))),
    )
    assert only(got, "Springfield", "other").place == "Q28515"
    assert got.place("Q28515").geonames.id == int(ILLINOIS)


@pytest.mark.parametrize(
    ("name", "iso", "geonames"),
    [
        ("Rome", "FR", ROME),
        ("Portland", "US", ILLINOIS),
        ("Portland", "", ROME),
        ("Nowhere at all", "FR", NICE),
        ("Rome", "US", ROME),
    ],
)
def test_a_geonames_id_that_contradicts_name_or_country_is_an_issue(run, name, iso, geonames):
    got = run(listed("list", (at(name, iso, geonames=geonames), at("Tokyo", "JP"))))
    match = only(got, name)
    assert (match.place, match.decision, match.reasons) == ("", Decision.UNDECIDED, ("id-conflict",))
    assert match.bearers == (int(geonames),)
    assert issues(got) == [("id-conflict", 2)]


@pytest.mark.parametrize("name", ["Nizza", "Niza", "Nicce", "ニース", "City of Nice"])
def test_another_name_spelling_or_script_contradicts_no_geonames_id(run, name):
    got = run(listed("list", (at(name, "FR", geonames=NICE), at("Tokyo", "JP"))))
    assert only(got, name).decision is Decision.STATED


def test_an_id_that_geonames_lacks_leaves_the_name_to_decide(run):
    got = run(listed("list", (at("Rome", "IT", geonames="99"), at("Springfield", "US", geonames="98"))))
    assert only(got, "Rome").reasons == ("same-name", "same-country", "only-bearer")
    assert only(got, "Springfield").decision is Decision.UNDECIDED


def test_a_wikidata_id_beside_the_name_of_another_town_is_an_issue(run):
    got = run(
        items("Q90 Paris - Q3 Lyon", "Q33959 Nice - Q3 Lyon"),
        listed("list", (at("Rome", "IT", qid="Q33959"), at("Tokyo", "JP")), kind="register"),
    )
    match = only(got, "Rome")
    assert (match.place, match.reasons) == ("", ("id-conflict",))
    assert [one.place for one in match.candidates] == ["Q33959"]
    assert issues(got) == [("id-conflict", 2)]
    assert "Rome" not in [name for _, name in got.place("Q33959").labels] + [*got.place("Q33959").other_names]


def test_of_two_names_of_one_item_that_of_fewer_records_contradicts_it(run):
    rows = [("Nice", "Tokyo"), ("Nice", "Aalborg"), ("Rome", "Kyiv")]
    got = run(listed("list", *((item("Q33959", name), at(partner)) for name, partner in rows)))
    assert got.decisions("Nice") == [Decision.STATED]
    assert got.decisions("Rome") == [Decision.UNDECIDED]
    even = run(listed("list", *((item("Q33959", name), at(partner)) for name, partner in rows[1:])))
    assert even.decisions("Nice") == even.decisions("Rome") == [Decision.UNDECIDED]


def test_a_name_that_nobody_knows_contradicts_no_item(run):
    got = run(
        items("Q33959 Nice - Q3 Lyon"),
        listed("list", (at("Nissa la Bella", "FR", qid="Q33959"), at("Tokyo", "JP"))),
    )
    assert only(got, "Nissa la Bella").place == "Q33959"


def test_a_person_decides_about_a_contradicted_id(run):
    pairs = listed("list", (at("Rome", "FR", geonames=ROME), at("Tokyo", "JP")))
    review = Review("list", "Rome", f"geonames:{ROME}", country("FR"), geonames=ROME)
    assert only(run(pairs, reviews=[review]), "Rome").decision is Decision.REVIEWED


def test_without_a_gazetteer_an_id_that_no_table_has_decides_nothing():
    got = run_with(listed("list", (at("Rome", "IT", geonames=ROME), at("Nice", "FR"))), gazetteer=None)
    assert got.matches("Rome")[0].decision is Decision.UNDECIDED


def test_the_order_of_lists_makes_no_difference(run):
    lists = [
        listed("a", (at("Nizza", geonames=NICE), at("Rome", "IT"))),
        listed("b", (at("Rome", "IT", qid="Q33959"), at("Tokyo", "JP"))),
        listed(
            "c", *[(at("Nice", "FR", qid="Q33959", geonames=NICE), at(n, "DK")) for n in ("Aalborg", "X")]
        ),
    ]
    ways = [run(*lists), run(*lists[::-1])]
    decided = [
        sorted((one.collection, one.mention.name, one.place, one.decision) for one in way.resolution.matches)
        for way in ways
    ]
    assert decided[0] == decided[1]
    assert ("a", "Nizza", "Q33959", Decision.STATED) in decided[0]
    assert ("b", "Rome", "", Decision.UNDECIDED) in decided[0]
    assert ("c", "Aalborg", mint_place_id("DK", "Aalborg"), Decision.MATCHED) in decided[0]


def contradictions(got):
    return [
        (x.place, x.issue, x.note, x.against)
        for one in got.resolution.collections
        for x in one.contradictions
    ]


def test_an_id_beside_a_country_in_which_nothing_has_the_name_is_shown_as_a_contradiction(run):
    got = run(listed("list", (at("Nice", "DE", qid="Q33959"), at("Tokyo", "JP")), kind="encyclopedia"))
    note = "Of Nice it is said Germany, but its point or its name is in France."
    assert contradictions(got) == [("Q33959", "country-conflict", note, ("list/L2",))]
    assert only(got, "Nice").place == "Q33959"


@pytest.mark.parametrize(("point", "shown"), [((34.0, -118.0), 0), (HESSIAN_VILLAGE, 1)])
def test_an_id_whose_point_lies_in_another_country_is_shown_as_a_contradiction(tmp_path, point, shown):
    with open_gazetteer(tmp_path, VILLAGES) as gazetteer:
        pairs = listed("list", (at("Nirgends", "FR", point, qid="Q1"), at("Tokyo", "JP")))
        assert len(contradictions(run_with(pairs, gazetteer=gazetteer))) == shown
    border = (9_000_000, "Grenzdorf", "FR", "44", 50.75, 9.3, 900, "")
    with open_gazetteer(tmp_path / "border", (*VILLAGES, border)) as gazetteer:
        assert contradictions(run_with(pairs, gazetteer=gazetteer)) == []
        there = listed("list", (at("Dorf a", "DE", (48.85, 2.35), qid="Q1"), at("Tokyo", "JP")))
        issues = [issue for _, issue, _, _ in contradictions(run_with(there, gazetteer=gazetteer))]
        assert issues == ["point-conflict"]


def test_an_id_in_a_territory_or_a_country_that_disputes_the_place_contradicts_nothing(run):
    rows = [
        (at("Kyiv", "RU", qid="Q1899"), at("Tokyo", "JP")),
        (at("Rome", "", qid="Q220"), at("Tokyo", "JP")),
    ]
    assert contradictions(run(listed("list", *rows))) == []


def test_a_claim_contradicts_by_the_country_of_its_own_row(run):
    rows = [
        (at("Nice", iso, qid="Q33959"), at(f"Town {n}", "DK"))
        for n, iso in enumerate(["FR", "FR", "DE", "JP"])
    ]
    against = {note.split()[5]: claims for _, _, note, claims in contradictions(run(listed("list", *rows)))}
    assert against == {"Germany,": ("list/L4",), "Japan,": ("list/L5",)}

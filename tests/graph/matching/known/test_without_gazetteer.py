"""Without the gazetteer nobody knows how many places go by a name: less is decided, and nothing worse."""

import pytest

from graph.matching.known.reviews import Review
from graph.model.iris import mint_place_id
from graph.model.matches import Decision
from tests.kit.graph.gazetteer import HOMONYMS, TWO_NAMES, open_gazetteer
from tests.kit.graph.matching import at, country, curated, item, items, known, listed, run

NEWPORT = known("Q101254", "Newport", "GB", latitude="51.59", longitude="-3.00")
LISTS = (
    items(
        "Q1 Nizza - Q2 Houston", "Q1 Nizza - Q3 Miami", "Q4 Springfield - Q5 Ashikaga", "Q6 Halle - Q7 Linz"
    ),
    listed(
        "a",
        (at("Nice", "FR"), at("Houston", "US")),
        (at("Springfield", "US"), at("Ashikaga", "JP")),
        (at("Halle/Saale", "DE"), at("Linz", "FR")),
        (at("Newport", "GB"), at("Nice", "FR")),
    ),
    listed(
        "b",
        (at("Nizza", "FR"), at("Miami", "US")),
        (at("Nizza", "FR"), at("Houston", "US")),
        (at("Halle", "DE"), at("Linz", "FR")),
        (at("Springfield", "US", (39.81, -89.64)), at("Nice", "FR")),
    ),
)


def test_a_name_alone_decides_nothing_and_mints_nothing():
    got = run(
        listed("list", (at("Newport", "GB"), at("Nowhere", "FR"))), own=[curated(NEWPORT)], gazetteer=None
    )
    assert [(one.place, one.decision) for one in got.matches("Newport")] == [("", Decision.UNDECIDED)]
    (match,) = got.matches("Nowhere")
    assert (match.place, match.decision, match.reasons) == ("", Decision.UNDECIDED, ("no-gazetteer",))
    (issue,) = got.collection("list").issues
    assert issue.kind == "undecided-place"
    assert got.resolution.registered == {}


def test_the_issue_says_why():
    got = run(listed("list", (at("Nowhere", "FR"), at("Elsewhere", "FR"))), gazetteer=None)
    assert [one.reason for one in got.collection("list").issues] == [
        "Nowhere: without GeoNames nobody knows how many places go by the name."
    ]


def test_a_point_and_partners_in_common_still_decide():
    near = listed("list", (at("Newport", "GB", (51.5881, -2.9971)), at("Linz", "FR")))
    assert run(near, own=[curated(NEWPORT)], gazetteer=None).places("Newport") == ["Q101254"]
    partners = (item("Q2", "Houston"), item("Q3", "Miami"))
    got = run(
        items("Q1 Nizza - Q2 Houston", "Q1 Nizza - Q3 Miami"),
        listed("list", *((at("Nizza", "FR"), one) for one in partners)),
        gazetteer=None,
    )
    assert got.places("Nizza") == ["Q1"]


def test_what_a_person_decided_stays():
    review = Review("list", "Nowhere", "new", country("FR"))
    got = run(listed("list", (at("Nowhere", "FR"), at("Elsewhere", "FR"))), reviews=[review], gazetteer=None)
    assert got.places("Nowhere") == [mint_place_id("FR", "Nowhere")]


def test_a_geonames_id_that_nobody_can_look_up_waits():
    review = Review("list", "Nowhere", "geonames:2990440", country("FR"))
    got = run(listed("list", (at("Nowhere", "FR"), at("Elsewhere", "FR"))), reviews=[review], gazetteer=None)
    assert got.decisions("Nowhere") == [Decision.UNDECIDED]


def test_it_is_never_worse(tmp_path):
    """Each decision without the gazetteer is the one with it, or none."""
    with open_gazetteer(tmp_path, (*TWO_NAMES, *HOMONYMS)) as gazetteer:
        informed = run(*LISTS, own=[curated(NEWPORT)], gazetteer=gazetteer).resolution.matches
    blind = run(*LISTS, own=[curated(NEWPORT)], gazetteer=None).resolution.matches
    found = {(one.collection, one.mention): one.place for one in informed}
    decided = [one for one in blind if one.place]
    assert len(decided) < len([one for one in informed if one.place])
    assert [one for one in decided if one.place != found[one.collection, one.mention]] == []


@pytest.mark.parametrize("name", ["Springfield", "Halle"])
def test_an_item_of_the_same_name_is_not_taken_by_one_partner(name):
    got = run(
        items(f"Q4 {name} - Q5 Ashikaga"),
        listed("list", (at(name, "US"), at("Ashikaga", "JP"))),
        gazetteer=None,
    )
    assert got.places(name) == [""]

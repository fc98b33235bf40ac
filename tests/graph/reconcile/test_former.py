"""No id of a pair or an agreement is lost while its claims are there: places renamed, merged, split."""

import datetime as dt

import pytest

from graph.model.claims import CollectionInfo, LoadedCollection
from graph.reconcile.reconcile import reconcile
from tests.kit.graph.claims import claim, place

INFO = CollectionInfo("test", (("en", "Test"),), (), "", "", dt.date(2026, 11, 21))


def pairs(places, claims, **tables):
    """The pairs of a model: id, former ids, and of each agreement its id and former ids."""
    model = reconcile([LoadedCollection(INFO, tuple(places), tuple(claims), **tables)])
    return [(p.id, p.replaces, [(a.id, a.replaces) for a in p.agreements]) for p in model.pairs]


def test_an_agreement_that_nobody_registered_leads_on_when_its_place_gets_its_id():
    renamed = place("Q6", replaces=("x-id-a-1", "x-id-b-2"))
    made = pairs([place("Q5"), renamed], [claim("founding", "2018", parties=("Q5", "Q6"))])
    former = ("Q5-x-id-a-1", "Q5-x-id-b-2")
    assert made == [("Q5-Q6", former, [("Q5-Q6-founding-2018", tuple(f"{p}-founding-2018" for p in former))])]


def test_agreements_of_two_places_that_are_one_lead_to_its_one_agreement():
    merged = place("Q6", replaces=("x-id-a-1", "x-id-b-2"))
    told = [claim("founding", year, parties=("Q5", "Q6"), id=f"test/{year}") for year in ("2017", "2018")]
    registered = {"Q5-x-id-a-1-founding-2017": ("test/2017",), "Q5-x-id-b-2-founding-2018": ("test/2018",)}
    (_, _, made) = pairs([place("Q5"), merged], told, agreement_ids=registered)[0]
    assert made == [("Q5-Q6-founding-2017", tuple(registered))]


def test_the_agreement_of_a_place_that_was_split_goes_where_its_claim_went():
    places = [place("Q5"), place("Q6", replaces=("x-id-a-1",)), place("Q7")]
    told = [claim("founding", "2017", parties=("Q5", "Q6"), id="test/1")]
    told += [claim("intent", "2016", parties=("Q5", "Q7"), id="test/2")]
    registered = {"Q5-x-id-a-1-founding-2017": ("test/1",), "Q5-x-id-a-1-intent-2016": ("test/2",)}
    assert pairs(places, told, agreement_ids=registered) == [
        ("Q5-Q6", ("Q5-x-id-a-1",), [("Q5-Q6-founding-2017", ("Q5-x-id-a-1-founding-2017",))]),
        ("Q5-Q7", (), [("Q5-Q7-intent-2016", ("Q5-x-id-a-1-intent-2016",))]),
    ]


@pytest.mark.parametrize(
    ("gone", "former"),
    [({}, ("Q5-Q6-founding-2018",)), ({"agreement/Q5-Q6-founding-2018": "never signed"}, ())],
)
def test_of_two_agreements_that_are_one_both_ids_stay_unless_one_is_gone_on_purpose(gone, former):
    told = [claim("founding", "2017", parties=("Q5", "Q6"), id=f"test/{number}") for number in (1, 2)]
    registered = {"Q5-Q6-founding-2017": ("test/1",), "Q5-Q6-founding-2018": ("test/2",)}
    made = pairs([place("Q5"), place("Q6")], told, agreement_ids=registered, gone=gone)
    assert made == [("Q5-Q6", (), [("Q5-Q6-founding-2017", former)])]


def test_an_agreement_that_is_still_there_leads_nowhere_although_one_of_its_claims_went_elsewhere():
    places = [place("Q5"), place("Q6"), place("Q7")]
    told = [claim("founding", "2017", parties=("Q5", "Q6"), id="test/1")]
    told += [claim("founding", "2017", parties=("Q5", "Q7"), id="test/2")]
    registered = {"Q5-Q6-founding-2017": ("test/1", "test/2")}
    made = pairs(places, told, agreement_ids=registered)
    assert [agreements for _, _, agreements in made] == [
        [("Q5-Q6-founding-2017", ())],
        [("Q5-Q7-founding-2017", ())],
    ]


def test_a_former_pair_that_somebody_wrote_down_outweighs_what_its_places_tell():
    places = [place("Q5"), place("Q6", replaces=("x-id-a-1",)), place("Q7")]
    told = [claim("founding", parties=("Q5", near)) for near in ("Q6", "Q7")]
    made = pairs(places, told, former_pairs={"Q5-x-id-a-1": "Q5-Q7"})
    assert [(pair, former) for pair, former, _ in made] == [("Q5-Q6", ()), ("Q5-Q7", ("Q5-x-id-a-1",))]

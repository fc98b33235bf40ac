"""What is concluded depends on what claims say, not on their ids, their order or that of the collections."""

import datetime as dt
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.claims import TRUST, Assertion, CollectionInfo, DateRole, LoadedCollection
from graph.reconcile.reconcile import reconcile
from tests.kit.graph.claims import claim, place

PLACES = (
    place("Q1", part_of="Q2"),
    place("Q2", "province"),
    place("Q3", "province"),
    place("Q4", "city", succeeds="Q1"),
)
PARTIES = [("Q1", "Q3"), ("Q2", "Q3"), ("Q3", "Q4")]
FAMILIES = ["", "founding", "intent", "renewal", "joint-declaration"]
DATES = ["", "1994", "1994-08", "1995", "1996-02-29"]

claims = st.builds(
    lambda assertion, date, source, parties, family, **fields: claim(
        assertion,
        source=source,
        parties=parties,
        family=family,
        document_type=family and "mou",
        date=date,
        date_role=(DateRole.SIGNED if family else DateRole.AS_OF) if date else None,
        **fields,
    ),
    assertion=st.sampled_from(sorted({*Assertion} - {Assertion.ENDING, Assertion.STATUS, Assertion.CONTEXT})),
    date=st.sampled_from(DATES),
    source=st.sampled_from(TRUST),
    parties=st.sampled_from(PARTIES),
    family=st.sampled_from(FAMILIES),
    founds=st.booleans(),
    relation=st.sampled_from(["", "friendship", "sister-city"]),
    venue=st.sampled_from(["", "Town hall", "Harbour"]),
    term_years=st.sampled_from([None, 3, 40]),
    status=st.sampled_from(["", "dormant"]),
    listed_by=st.sampled_from(["", "Q1", "Q3"]),
)


def collection(name, own):
    info = CollectionInfo(name, (("en", name),), (), "", "", dt.date(2026, 11, 21))
    return LoadedCollection(info, PLACES, tuple(own))


def conclusions(collections):
    """Return what a model concludes, without the ids of claims and agreements."""
    model = reconcile(collections)
    agreement_of = {one.id: one for pair in model.pairs for one in pair.agreements}
    return [
        (
            pair.id,
            pair.outcome,
            pair.replaced_by,
            pair.status,
            str(pair.since.value if pair.since else None),
            pair.relation.value if pair.relation else None,
            sorted(describe(one, agreement_of.get(one.follows)) for one in pair.agreements),
        )
        for pair in model.pairs
    ]


def describe(agreement, followed):
    values = (agreement.signed, agreement.relation, agreement.venue, agreement.term_years)
    return (
        agreement.family,
        *(str(chosen.value) if chosen else "" for chosen in values),
        len(agreement.claims),
        (followed.family, str(followed.signed.value)) if followed else (),
    )


@pytest.mark.slow
@settings(deadline=None, max_examples=300)
@given(st.lists(claims, max_size=8), st.integers(0, 2**32))
def test_the_model_is_the_same_in_any_order_and_under_any_ids(stated, seed):
    chance = random.Random(seed)
    again = [replace(one, id=f"test/{chance.random()}") for one in stated]
    chance.shuffle(again)
    cut = chance.randint(0, len(again))
    parts = [collection("b", again[:cut]), collection("a", again[cut:])]
    assert conclusions(parts) == conclusions([collection("test", stated)])

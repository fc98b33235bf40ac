"""R2 to R5 and R8 to R10 of the model, tests by each name; R1 is in test_readings.py, R6, R7 beside this."""

import datetime as dt
from dataclasses import replace

import pytest

from graph.errors import CollectionError
from graph.model.claims import TRUST, CollectionInfo, DateRole, Judgement, LoadedCollection, Signatory
from graph.model.conclusions import Outcome
from graph.model.dates import PartialDate
from graph.model.iris import pair_id
from graph.reconcile.acceptance import accept_pair, find_best_source, find_displacing_pair, find_parts
from graph.reconcile.agreements import build_agreements, chain_agreements, follow_predecessor, group_claims
from graph.reconcile.choose import (
    choose_date,
    choose_value,
)
from graph.reconcile.reconcile import reconcile
from tests.kit.graph.claims import LIVERPOOL, REGION, SURABAYA, claim, place, signed

TODAY = dt.date(2026, 11, 21)


def agreements(*claims):
    return build_agreements("P", (SURABAYA, LIVERPOOL), claims, {}, {})


def groups(*claims):
    return [sorted(c.id for c in group) for group in group_claims(claims)]


def ids(*claims):
    return sorted(c.id for c in claims)


@pytest.mark.parametrize("assertion", ["founding", "since", "continuation", "listing", "ending"])
def test_r2_acceptance_needs_one_trusted_claim(assertion):
    assert accept_pair([claim(assertion, source="encyclopedia")], {}) is Outcome.ACCEPTED
    assert accept_pair([claim(assertion, source="blog")], {}) is Outcome.CLAIMED
    assert accept_pair([claim(assertion, source="opinion")], {}) is Outcome.CLAIMED


def test_r2_acceptance_by_an_assessment_that_supports_a_low_trust_claim():
    low = claim("founding", source="blog")
    assert accept_pair([low], {low.id: {"supported"}}) is Outcome.ACCEPTED


@pytest.mark.parametrize("verdict", ["refuted", "unverified"])
def test_r2_acceptance_takes_no_claim_that_an_assessment_calls_refuted_or_unverified(verdict):
    founding, intent = claim("founding"), claim("intent")
    verdicts = {founding.id: {verdict, "supported"}}
    assert accept_pair([founding], verdicts) is Outcome.CLAIMED
    assert accept_pair([founding, intent], verdicts) is Outcome.INTENT
    assert accept_pair([founding, claim("since")], verdicts) is Outcome.ACCEPTED


def test_r2_acceptance_of_intent_alone_makes_an_intent():
    assert accept_pair([claim("intent"), claim("step")], {}) is Outcome.INTENT
    assert accept_pair([claim("intent", source="blog")], {}) is Outcome.CLAIMED


def test_r2_acceptance_of_steps_alone_makes_nothing():
    assert accept_pair([claim("step", source="government-site"), claim("context")], {}) is Outcome.NONE


@pytest.mark.parametrize("assertion", ["status", "denial"])
def test_r2_acceptance_is_not_won_by_status_or_denial(assertion):
    assert accept_pair([claim(assertion, source="government-site")], {}) is Outcome.CLAIMED


def test_r3_trust_order():
    ranks = [claim("founding", source=kind).trust for kind in TRUST]
    assert ranks == sorted(ranks)
    assert TRUST[0] == "agreement-text" and TRUST[-2:] == ("blog", "opinion")


def test_r4_same_agreement_within_a_year_and_family():
    a, b = claim("founding", "1993"), claim("founding", "1994-05-30")
    c, d = claim("founding", "2001"), claim("intent", "1993-01-01")
    assert sorted(groups(a, b, c, d)) == [ids(a, b), ids(c), ids(d)]


def test_r4_same_agreement_never_spans_more_than_one_year():
    a, b, c = (claim("founding", year) for year in ("1993", "1994", "1995"))
    assert groups(a, b, c) == [ids(a, b), ids(c)]


def test_r4_same_agreement_curated_key_joins_and_separates():
    a = claim("founding", "1994-04-13", agreement_key="berlin")
    b = claim(
        "continuation",
        "1999-01-01",
        document_type="joint-declaration",
        family="joint-declaration",
        date_role=DateRole.SIGNED,
        agreement_key="berlin",
    )
    c = claim("founding", "1994", agreement_key="other")
    assert groups(a, b, c) == [ids(a, b), ids(c)]


def test_r4_same_agreement_is_the_nearest_that_does_not_span_more_than_a_year():
    a, b = claim("founding", "1994", agreement_key="a"), claim("founding", "1995", agreement_key="b")
    near_b = claim("founding", "1995-06")
    assert groups(a, b, near_b) == [ids(a), ids(b, near_b)]
    also_a = claim("founding", "1995", agreement_key="a")
    assert groups(a, also_a, b, near_b) == [ids(a, also_a, near_b), ids(b)]


def test_r4_same_agreement_of_a_joint_declaration_that_one_source_calls_the_founding():
    fields = {"document_type": "joint-declaration", "family": "joint-declaration", "agreement_key": "berlin"}
    plain = claim("continuation", "1994-04", date_role=DateRole.SIGNED, **fields)
    founding = claim("founding", "1994-04-13", **fields, founds=True)
    assert [agreement.family for agreement in agreements(plain, founding)] == ["founding"]


def test_r4_same_agreement_undated_claim_joins_the_only_one():
    undated, only = claim("founding"), claim("founding", "2017-10-09")
    assert groups(undated, only) == [ids(undated, only)]
    assert groups(undated) == [ids(undated)]
    assert groups(undated, only, claim("founding", "2022"))[0] == ids(only)


def test_r4_same_agreement_needs_a_document():
    assert groups(claim("since", "1984"), claim("step", "2001"), claim("continuation", "2019")) == []
    assert groups(claim("ending", "2007", document_type="mou", family="founding")) == []


def test_r4_same_agreement_does_not_depend_on_which_claim_calls_it_the_founding():
    fields = {
        "document_type": "joint-declaration",
        "family": "joint-declaration",
        "date_role": DateRole.SIGNED,
    }
    plain, founds = (claim("continuation", "1994", **fields, founds=calls) for calls in (False, True))
    assert groups(plain, founds) == groups(founds, plain) == [ids(plain, founds)]
    renamed = [replace(plain, id="test/Z"), replace(founds, id="test/A")]
    assert groups(*renamed) == [ids(*renamed)]
    assert agreements(plain, founds)[0].family == "founding"


def test_r5_best_value_is_the_most_trusted_and_a_finer_one_that_agrees():
    government, news = claim("founding", "2012-11", "government-site"), claim("founding", "2012-11-13")
    other = claim("founding", "2012-10-01", "academic")
    chosen = choose_date([news, other, government], DateRole.SIGNED)
    assert (str(chosen.value), chosen.claim.id) == ("2012-11-13", news.id)


def test_r5_best_value_between_equals_is_the_earlier():
    late, early = (claim("founding", d, "government-site") for d in ("1994-08-29", "1994-08-24"))
    year, copy = (
        claim("founding", "1994", "government-site"),
        claim("founding", "1994-11-10", "document-copy"),
    )
    assert str(choose_date([late, copy, year, early], DateRole.SIGNED).value) == "1994-08-24"


def test_r5_best_value_of_other_fields_names_its_claim():
    blog, news = claim("founding", "1990", "blog", venue="A"), claim("founding", "1991", venue="B")
    chosen = choose_value([blog, news], lambda c: c.venue or None)
    assert (chosen.value, chosen.claim.id) == ("B", news.id)


def test_r5_best_value_between_equals_is_that_of_a_dated_claim():
    undated, dated = claim("founding", venue="A"), claim("founding", "2001", venue="B")
    assert choose_value([undated, dated], lambda c: c.venue or None).value == "B"
    assert choose_value([undated], lambda c: c.term_years) is None


def test_r5_best_value_of_a_date_is_one_of_that_role():
    renewed = claim("continuation", "1990", "government-site")
    assert choose_date([renewed, claim("founding", "1991")], DateRole.SIGNED).value.year == 1991
    assert choose_date([renewed], DateRole.SIGNED) is None


PLACES = {
    p.id: p
    for p in (
        place("Q7568", part_of="Q3741"),
        place("Q3741", "province"),
        place("Q120730", "province"),
        place("Q34600", part_of="Q120730"),
        place("Q3630", "province", ("city",)),
        place("x-id-kraton", "village", part_of="Q7568"),
        place("Q50349", part_of="Q252"),
        place("Q252", "country", is_country=True),
        place("Q17", "country", is_country=True),
    )
}
PARTS = find_parts(PLACES)


def test_r8_no_symmetric_closure_across_levels():
    one_way = [claim("continuation", parties=("Q7568", "Q120730"), listed_by="Q7568")]
    pair, accepted = ("Q7568", "Q120730"), {"Q3741-Q120730"}
    assert find_displacing_pair(pair, one_way, PLACES, PARTS, accepted) == "Q3741-Q120730"
    assert find_displacing_pair(pair, one_way, PLACES, PARTS, set()) == ""
    both_ways = [*one_way, claim("continuation", parties=pair, listed_by="Q120730")]
    assert find_displacing_pair(pair, both_ways, PLACES, PARTS, accepted) == ""
    assert find_displacing_pair(pair, [claim("founding", parties=pair)], PLACES, PARTS, accepted) == ""
    denied = [*one_way, claim("denial", parties=pair, listed_by="Q120730")]
    assert find_displacing_pair(pair, denied, PLACES, PARTS, accepted) == "Q3741-Q120730"
    for visit in ("step", "context"):
        told = [*one_way, claim(visit, parties=pair, listed_by="Q120730"), claim(visit, parties=pair)]
        assert find_displacing_pair(pair, told, PLACES, PARTS, accepted) == "Q3741-Q120730"


def pairs(claims, judgements=()):
    info = CollectionInfo("test", (("en", "Test"),), (), "", "", TODAY)
    collection = LoadedCollection(info, tuple(PLACES.values()), tuple(claims), tuple(judgements))
    model = reconcile([collection])
    return {pair.id: pair for pair in model.pairs}, model.assessments


def test_r8_no_symmetric_closure_makes_nothing_of_steps_alone():
    special = claim("founding", parties=("Q3741", "Q120730"))
    step = claim("step", "2016", parties=("Q7568", "Q120730"), listed_by="Q7568")
    found, _ = pairs([special, step])
    assert found["Q7568-Q120730"].outcome is Outcome.NONE


def test_a_correction_by_hand_names_a_pair_in_any_order_and_keeps_its_own_note():
    special = claim("founding", parties=("Q3741", "Q120730"))
    doubted = claim("founding", source="blog", parties=("Q7568", "Q120730"))
    judgement = Judgement("J1", doubted.id, "refuted", "level-mismatch", "By hand.", (), ("Q120730-Q3741",))
    found, assessments = pairs([special, doubted], [judgement])
    assert found["Q7568-Q120730"].replaced_by == "Q3741-Q120730"
    assert [made.note for made in assessments if made.issue == "level-mismatch"] == ["By hand."]
    assert [made.corrected_by for made in assessments if made.corrected_by] == [("Q3741-Q120730",)]


def test_a_correction_by_hand_to_a_pair_that_nobody_names_says_which_row_to_mend():
    doubted = claim("founding", source="blog", parties=("Q7568", "Q120730"))
    judgement = Judgement("J7", doubted.id, "refuted", "level-mismatch", "By hand.", (), ("Q1-Q2",))
    with pytest.raises(
        CollectionError, match=r"judgements\.csv, row J7: the pair 'Q1-Q2' is named as partners by no"
    ):
        pairs([doubted], [judgement])


def test_a_correction_by_hand_leads_neither_to_the_pair_itself_nor_to_one_of_steps_alone():
    doubted = claim("founding", source="blog", parties=("Q7568", "Q120730"))
    step = claim("step", "1985", parties=("Q3741", "Q120730"))
    for meant, why in (
        ("Q120730-Q7568", "is the claim's own"),
        ("Q3741-Q120730", "is named as partners by no"),
    ):
        judgement = Judgement("J8", doubted.id, "refuted", "level-mismatch", "By hand.", (), (meant,))
        with pytest.raises(CollectionError, match=f"row J8: the pair '{meant}' {why}"):
            pairs([doubted, step], [judgement])


def test_r8_no_symmetric_closure_looks_one_level_up_and_down_on_both_sides():
    pair = ("Q3741", "Q34600")
    one_way = [claim("continuation", parties=pair, listed_by="Q3741")]
    assert find_displacing_pair(pair, one_way, PLACES, PARTS, {"Q7568-Q34600"}) == "Q7568-Q34600"
    assert find_displacing_pair(pair, one_way, PLACES, PARTS, {"Q3741-Q120730"}) == "Q3741-Q120730"


def test_r8_no_symmetric_closure_takes_only_a_pair_of_equal_levels_and_never_a_country():
    village = [claim("continuation", parties=("Q7568", "Q120730"), listed_by="Q7568")]
    accepted = {"Q120730-x-id-kraton"}
    assert find_displacing_pair(("Q7568", "Q120730"), village, PLACES, PARTS, accepted) == ""
    country = [claim("continuation", parties=("Q50349", "Q17"), listed_by="Q50349")]
    assert find_displacing_pair(("Q50349", "Q17"), country, PLACES, PARTS, {"Q17-Q252"}) == ""


def test_r8_no_symmetric_closure_leaves_equal_levels_alone():
    equal = [claim("continuation", parties=("Q7568", "Q34600"), listed_by="Q7568")]
    assert find_displacing_pair(("Q7568", "Q34600"), equal, PLACES, PARTS, {"Q3741-Q120730"}) == ""
    jakarta = [claim("continuation", parties=("Q3630", "Q34600"), listed_by="Q3630")]
    assert find_displacing_pair(("Q3630", "Q34600"), jakarta, PLACES, PARTS, {"Q3630-Q120730"}) == ""


@pytest.mark.parametrize(("old", "new"), [(("Q1", "Q8"), ("Q3", "Q8")), (("Q1", "Q8"), ("Q2", "Q9"))])
def test_r9_succession_reaches_over_predecessors_without_an_agreement_and_to_both_sides(old, new):
    successions = {"Q1": "", "Q2": "Q1", "Q3": "Q2", "Q8": "", "Q9": "Q8"}
    places = {name: place(name, succeeds=before) for name, before in successions.items()}
    first = build_agreements("P", old, [claim("founding", "1990", parties=old)], {}, places)
    later = build_agreements("N", new, [claim("founding", "2010", parties=new)], {}, places)
    followed = follow_predecessor(later, places, {pair_id(*old): first})
    assert [agreement.follows for agreement in followed] == ["P-founding-1990"]


def test_r9_succession_follows_the_agreement_with_the_party_before():
    places = {
        SURABAYA: place(SURABAYA),
        LIVERPOOL: place(LIVERPOOL),
        REGION: place(REGION, "metro-region", succeeds=LIVERPOOL),
    }
    old = agreements(claim("founding", "2018-03-19"))
    renewal = claim("continuation", document_type="mou", family="renewal", parties=(SURABAYA, REGION))
    new = build_agreements("N", (SURABAYA, REGION), [renewal], {}, {})
    followed = follow_predecessor(new, places, {pair_id(SURABAYA, LIVERPOOL): old})
    assert [agreement.follows for agreement in followed] == [old[0].id]
    assert follow_predecessor(old, places, {})[0].follows == ""
    older = agreements(claim("founding", "2010"), claim("founding", "2018-03-19"))
    followed = follow_predecessor(new, places, {pair_id(SURABAYA, LIVERPOOL): older})
    assert [agreement.follows for agreement in followed] == [older[1].id]


@pytest.mark.parametrize(
    ("signed", "followed"),
    [("2023", "P-founding-2018"), ("2010", ""), ("", "P-founding-2018"), ("2018", "")],
)
def test_r9_succession_follows_only_what_was_dated_and_signed_before(signed, followed):
    places = {
        SURABAYA: place(SURABAYA),
        LIVERPOOL: place(LIVERPOOL),
        REGION: place(REGION, "metro-region", succeeds=LIVERPOOL),
    }
    old = agreements(claim("founding", "2018-03-19"), claim("intent"))
    new = build_agreements(
        "N", (SURABAYA, REGION), [claim("founding", signed, parties=(SURABAYA, REGION))], {}, {}
    )
    found = follow_predecessor(new, places, {pair_id(SURABAYA, LIVERPOOL): old})
    assert [agreement.follows for agreement in found] == [followed]


def test_r10_an_end_before_the_beginning_is_not_concluded_and_shows_as_a_conflict():
    begun = claim("since", "2000", parties=("Q3741", "Q120730"))
    ended = claim("ending", "1990", parties=("Q3741", "Q120730"))
    found, assessments = pairs([begun, ended])
    pair = found["Q3741-Q120730"]
    assert (str(pair.since.value), pair.until, pair.status) == ("2000", None, "terminated")
    assert [(made.issue, made.evidence) for made in assessments] == [("date-conflict", (begun.id, ended.id))]


def test_r10_a_term_that_ends_before_the_signing_is_not_concluded():
    (agreement,) = agreements(claim("founding", "2018-03-19", valid_until=PartialDate(2017)))
    assert agreement.valid_until is None
    (agreement,) = agreements(claim("founding", "2018-03-19", valid_until=PartialDate(2018)))
    assert agreement.valid_until.value == PartialDate(2018)


def test_agreements_of_a_pair_form_a_chain_in_time():
    chain = chain_agreements(
        agreements(claim("founding", "2018-03-19"), claim("intent", "2017-05-17"), claim("intent", "2020"))
    )
    assert [(one.family, one.follows) for one in chain] == [
        ("intent", ""),
        ("founding", "P-intent-2017"),
        ("intent", "P-founding-2018"),
    ]


def test_agreements_that_may_be_of_one_day_follow_none():
    chain = chain_agreements(agreements(claim("founding", "2018"), claim("intent", "2018-05-17")))
    assert [agreement.follows for agreement in chain] == ["", ""]


def test_an_agreement_keeps_the_id_of_the_register():
    known = claim("founding", "2018")
    made = build_agreements("P", (SURABAYA, LIVERPOOL), [known], {known.id: ["P-founding-2017"]}, {})
    assert made[0].id == "P-founding-2017"


def test_an_agreement_of_a_pair_whose_place_got_its_id_keeps_the_rest_of_its_own():
    known, later = claim("founding", "2018"), claim("founding", "2023")
    registered = {known.id: ["Q5-x-id-a-1-founding-2017"], later.id: ["Q5-Q6-founding-2023"]}
    made = build_agreements("Q5-Q6", ("Q5", "Q6"), [known, later], registered, {}, ["Q5-x-id-a-1"])
    assert [(one.id, one.replaces) for one in made] == [
        ("Q5-Q6-founding-2017", ("Q5-x-id-a-1-founding-2017",)),
        ("Q5-Q6-founding-2023", ()),
    ]
    frozen = {known.id: ["Q5-Q6-founding-2017", "Q5-x-id-a-1-founding-2017"]}
    (again,) = build_agreements("Q5-Q6", ("Q5", "Q6"), [known], frozen, {}, ["Q5-x-id-a-1"])
    assert (again.id, again.replaces) == (made[0].id, made[0].replaces)


def test_an_earlier_id_of_an_agreement_leads_to_one_of_those_that_its_claims_speak_of_by_now():
    first, second = claim("founding", "2010"), claim("founding", "2018")
    registered = {one.id: ["Q5-x-id-a-1-founding-2017"] for one in (first, second)}
    made = build_agreements("Q5-Q6", ("Q5", "Q6"), [first, second], registered, {}, ["Q5-x-id-a-1"])
    assert [(one.id, one.replaces) for one in made] == [
        ("Q5-Q6-founding-2017", ("Q5-x-id-a-1-founding-2017",)),
        ("Q5-Q6-founding-2018", ()),
    ]


def test_a_pair_knows_the_ids_that_it_had_before_its_places_got_theirs():
    info = CollectionInfo("test", (("en", "Test"),), (), "", "", TODAY)
    places = (place("Q5", replaces=("x-id-b-2",)), place("Q6", replaces=("x-id-a-1",)))
    model = reconcile([LoadedCollection(info, places, (claim("founding", parties=("Q6", "Q5")),))])
    assert [(pair.id, pair.replaces) for pair in model.pairs] == [
        ("Q5-Q6", ("Q5-x-id-a-1", "Q6-x-id-b-2", "x-id-a-1-x-id-b-2"))
    ]


@pytest.mark.parametrize(
    ("registered", "expected"),
    [
        (
            {"first": ["P-founding-2001"], "second": ["P-founding-2001"]},
            ["P-founding-2001", "P-founding-2010"],
        ),
        ({"first": ["Q1-Q2-founding-2001"]}, ["P-founding-2001", "P-founding-2010"]),
        ({"gone": ["P-founding-2001"]}, ["P-founding-2001-2", "P-founding-2010"]),
    ],
)
def test_an_id_of_the_register_is_given_once_and_to_its_own_pair(registered, expected):
    claims = [claim("founding", "2001", id="first"), claim("founding", "2010", id="second")]
    made = build_agreements("P", (SURABAYA, LIVERPOOL), claims, registered, {})
    assert [agreement.id for agreement in made] == expected


def test_signatures_rest_on_the_most_trusted_claim_that_names_people():
    office = claim("founding", "2018", "government-site")
    news = claim(
        "founding", "2018", signatories=(signed(SURABAYA, "Rismaharini"), signed(LIVERPOOL, "Anderson"))
    )
    (agreement,) = agreements(office, news)
    assert [(s.id, s.party, s.person, s.claim.id) for s in agreement.signatures] == [
        ("P-founding-2018-1", SURABAYA, "rismaharini", news.id),
        ("P-founding-2018-2", LIVERPOOL, "anderson", news.id),
    ]


def test_a_person_who_signed_comes_before_an_office_that_a_better_source_names():
    office = Signatory(SURABAYA, role="mayor")
    government = claim("founding", "2018", "government-site", signatories=(office,))
    news = claim("founding", "2018", signatories=(signed(SURABAYA, "Rismaharini"),))
    (agreement,) = agreements(government, news)
    assert [(s.person, s.claim.id) for s in agreement.signatures] == [("rismaharini", news.id)]
    (agreement,) = agreements(government)
    assert [(s.person, s.role) for s in agreement.signatures] == [("", "mayor")]


def test_the_best_source_says_that_they_are_partners():
    news = claim("continuation", source="news")
    assert find_best_source([news, claim("denial", source="government-site")]) == "news"
    assert find_best_source([news, claim("intent", source="agreement-text")]) == "news"
    assert find_best_source([claim("intent", source="academic"), claim("step")]) == "academic"
    assert find_best_source([claim("denial")]) == ""

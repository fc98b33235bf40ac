"""What all rules together make of collections: pairs, events, assessments, and what claims are about."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from pyoxigraph import Store

from graph.errors import CollectionError
from graph.model.claims import Claim, CollectionInfo, DateRole, Judgement, LoadedCollection
from graph.model.conclusions import Maker, Model, Outcome, Replacement
from graph.model.dates import parse_date
from graph.model.matches import Decision, Match, Mention
from graph.network.network import network_of
from graph.reconcile.reconcile import reconcile
from graph.store.validation import find_breaches
from graph.triples.model import build_quads
from tests.kit.graph.claims import claim, place

CITY, PROVINCE, PREFECTURE = "Q7568", "Q3741", "Q120730"
PLACES = (
    place(CITY, part_of=PROVINCE),
    place(PROVINCE, "province"),
    place(PREFECTURE, "province"),
    place("Q34600", part_of=PREFECTURE),
)
WRONG, MEANT = f"{CITY}-{PREFECTURE}", f"{PROVINCE}-{PREFECTURE}"
COMPILED = dt.date(2026, 11, 21)


def model(*claims: Claim, judgements: tuple[Judgement, ...] = (), matches: tuple[Match, ...] = ()) -> Model:
    texts = (("en", "Test"), ("id", "Uji"))
    info = CollectionInfo("test", texts, texts, "https://example.org/licence", "Test", COMPILED)
    return reconcile([LoadedCollection(info, PLACES, claims, judgements, matches=matches)])


def pair_of(made: Model, name: str):
    return next(pair for pair in made.pairs if pair.id == name)


def one_way() -> Claim:
    return claim("continuation", parties=(CITY, PREFECTURE), listed_by=CITY)


def test_r8_a_one_way_claim_across_levels_is_claimed_only_and_says_which_pair_was_meant():
    wrong, meant = one_way(), claim("founding", "1985", parties=(PROVINCE, PREFECTURE))
    made = model(wrong, meant)
    pair = pair_of(made, WRONG)
    assert (pair.outcome, pair.replaced_by, pair.replacement) == (
        Outcome.CLAIMED, MEANT, Replacement.LEVEL_MISMATCH,
    )  # fmt: skip
    assert pair_of(made, MEANT).outcome is Outcome.ACCEPTED
    issues = {assessment.issue: assessment for assessment in made.assessments}
    assert {*issues} == {"level-mismatch"}
    mismatch = issues["level-mismatch"]
    assert (mismatch.verdict, mismatch.assesses, mismatch.evidence, mismatch.corrected_by) == (
        "partly-supported", (wrong.id,), (meant.id,), (MEANT,),
    )  # fmt: skip
    assert (mismatch.maker, mismatch.issued) == (Maker.BUILD, COMPILED)


def test_r8_without_the_accepted_pair_the_claim_stands():
    pair = pair_of(model(one_way()), WRONG)
    assert (pair.outcome, pair.replaced_by, pair.replacement) == (Outcome.ACCEPTED, "", None)


def test_r8_a_second_lister_that_an_assessment_refutes_does_not_count():
    second = claim("listing", "2017", parties=(CITY, PREFECTURE), listed_by=PREFECTURE)
    meant = claim("founding", "1985", parties=(PROVINCE, PREFECTURE))
    refuted = Judgement("J1", second.id, "refuted", "unsupported", "No such list.", ())
    assert pair_of(model(one_way(), second, meant), WRONG).replaced_by == ""
    assert pair_of(model(one_way(), second, meant, judgements=(refuted,)), WRONG).replaced_by == MEANT


@pytest.mark.parametrize("verdict", ["refuted", "unverified"])
def test_since_status_and_relation_never_rest_on_a_claim_that_an_assessment_doubts(verdict):
    parties = (PROVINCE, PREFECTURE)
    sound = claim("founding", "1985", parties=parties, relation="friendship")
    early = claim("founding", "1950", "government-site", parties=parties)
    since = claim("since", "1940", "government-site", parties=parties)
    ended = claim("ending", "2020", "government-site", parties=parties, relation="sister-city")
    judgements = tuple(
        Judgement(f"J{n}", doubted.id, verdict, "unsupported", "Not so.", ())
        for n, doubted in enumerate((early, since, ended))
    )
    pair = pair_of(model(sound, early, since, ended, judgements=judgements), MEANT)
    assert pair.since is not None
    assert (str(pair.since.value), pair.status, pair.until) == ("1985", "unknown", None)
    assert pair.relation is not None
    assert pair.relation.value == "friendship"
    assert [agreement.id for agreement in pair.agreements] == [f"{MEANT}-founding-{y}" for y in (1950, 1985)]


@pytest.mark.parametrize("verdict", ["refuted", "unverified"])
def test_what_an_agreement_says_rests_on_no_doubted_claim_while_there_is_another(verdict):
    parties = (PROVINCE, PREFECTURE)
    sound = claim("founding", "1985", parties=parties, document_type="mou")
    terms = {"term_years": 5, "valid_until": parse_date("2030"), "venue": "Kyoto", "relation": "friendship"}
    wrong = claim(
        "founding", "1984-05", "agreement-text", parties=parties, document_type="agreement-charter", **terms
    )
    judgement = Judgement("J1", wrong.id, verdict, "unsupported", "Not so.", ())
    (told,) = pair_of(model(sound, wrong), MEANT).agreements
    assert (str(told.signed.value), told.term_years.value, told.venue.value) == ("1984-05", 5, "Kyoto")
    (kept,) = pair_of(model(sound, wrong, judgements=(judgement,)), MEANT).agreements
    assert (str(kept.signed.value), kept.document_type.value) == ("1985", "mou")
    assert (kept.term_years, kept.valid_until, kept.venue, kept.relation) == (None, None, None, None)
    assert (kept.id, kept.claims) == (told.id, told.claims)


def test_an_agreement_of_which_doubted_claims_alone_speak_shows_what_they_say():
    doubted = claim("founding", "1985", parties=(PROVINCE, PREFECTURE), term_years=5)
    since = claim("since", "1985", parties=(PROVINCE, PREFECTURE))
    judgement = Judgement("J1", doubted.id, "unverified", "unsupported", "Nobody has seen it.", ())
    (shown,) = pair_of(model(doubted, since, judgements=(judgement,)), MEANT).agreements
    assert (str(shown.signed.value), shown.term_years.value) == ("1985", 5)


def correcting(*pairs):
    """A blog's claim of each pair, and judgements that each means the next one, the last the first."""
    claims = [claim("founding", source="blog", parties=tuple(pair.split("-"))) for pair in pairs]
    meant = (*pairs[1:], pairs[0])
    return claims, tuple(
        Judgement(f"J{n}", one.id, "refuted", "wrong-place", "Another was meant.", (), (pair,))
        for n, (one, pair) in enumerate(zip(claims, meant, strict=True))
    )


@pytest.mark.parametrize("number", [2, 3])
def test_corrections_that_lead_in_a_circle_are_refused_with_all_their_rows(number):
    circle = (MEANT, WRONG, f"{CITY}-Q34600")[:number]
    claims, judgements = correcting(*circle)
    with pytest.raises(CollectionError, match="they correct each other in a circle") as refused:
        model(*claims, judgements=judgements)
    assert all(f"J{n} ({pair} is " in str(refused.value) for n, pair in enumerate(circle))


def test_a_pair_that_is_accepted_by_corrected_claims_alone_is_in_a_circle_too():
    (blog, news), judgements = correcting(MEANT, WRONG)
    trusted = replace(news, source=replace(news.source, source_type="news"))
    softer = tuple(replace(made, verdict="partly-supported") for made in judgements)
    with pytest.raises(CollectionError, match=r"rows J0 .* and J1 .* correct each other in a circle"):
        model(blog, trusted, judgements=softer)
    stands = claim("founding", parties=trusted.parties)
    assert pair_of(model(blog, trusted, stands, judgements=softer), MEANT).replaced_by == WRONG


def test_two_pairs_that_stand_may_each_be_what_a_wrong_claim_of_the_other_meant():
    claims, judgements = correcting(MEANT, WRONG)
    stands = [claim("founding", parties=one.parties) for one in claims]
    made = model(*claims, *stands, judgements=judgements)
    assert [pair_of(made, name).replaced_by for name in (MEANT, WRONG)] == ["", ""]


def test_a_correction_by_hand_replaces_a_claimed_pair_and_no_other():
    blog = claim("founding", source="blog", parties=(CITY, "Q34600"))
    news = claim("founding", "1985", parties=(PROVINCE, PREFECTURE))
    judgements = tuple(
        Judgement(f"J{n}", wrong.id, "partly-supported", "wrong-party", "Another was meant.", (), (other,))
        for n, (wrong, other) in enumerate([(blog, MEANT), (news, f"{CITY}-Q34600")])
    )
    made = model(blog, news, claim("since", parties=news.parties), judgements=judgements)
    claimed, accepted = pair_of(made, f"{CITY}-Q34600"), pair_of(made, MEANT)
    assert (claimed.outcome, claimed.replaced_by) == (Outcome.CLAIMED, MEANT)
    assert claimed.replacement is Replacement.CORRECTION
    assert (accepted.outcome, accepted.replaced_by) == (Outcome.ACCEPTED, "")
    by_hand = [made for made in made.assessments if made.maker is Maker.CURATOR]
    assert {made.corrected_by for made in by_hand} == {(MEANT,), (f"{CITY}-Q34600",)}
    assert [made.verdict for made in made.assessments if made.issue == "low-trust"] == ["unverified"]
    assert "level-mismatch" not in {made.issue for made in made.assessments}


def test_a_judgement_of_a_claim_that_is_not_there_is_left_out():
    judgement = Judgement("J1", "test/gone", "supported", "", "It was so.")
    assert model(one_way(), judgements=(judgement,)).assessments == ()


def test_only_an_ending_says_until_when():
    ended = claim("ending", "2007", parties=(PROVINCE, PREFECTURE))
    pair = pair_of(model(ended), MEANT)
    assert (str(pair.until.value), pair.status) == ("2007", "terminated")
    dormant = claim("status", "2007", date_role=DateRole.UNTIL, parties=(PROVINCE, PREFECTURE))
    founded = claim("founding", "1985", parties=(PROVINCE, PREFECTURE))
    pair = pair_of(model(founded, dormant), MEANT)
    assert (pair.until, pair.status) == (None, "dormant")


def test_events_are_one_for_the_same_parties_type_and_day_and_one_for_each_undated_claim():
    fields = {"event_type": "visit", "parties": (CITY, PREFECTURE)}
    same = [claim("step", "2019-05-01", **fields), claim("step", "2019-05-01", **fields)]
    undated = [claim("step", **fields), claim("step", **fields)]
    nobody = claim("step", "2019-05-01", event_type="visit", parties=())
    events = model(*same, *undated, nobody).events
    assert sorted(len(event.claims) for event in events) == [1, 1, 2]
    assert {event.places for event in events} == {(CITY, PREFECTURE)}


def test_a_claim_is_about_its_pair_and_agreement_or_else_about_its_places():
    founded = claim("founding", "1985", parties=(PROVINCE, PREFECTURE))
    context = claim("context", parties=(CITY, PREFECTURE))
    about = {
        name: [iri.split("/kota-kembar/")[1] for iri in iris]
        for name, iris in model(founded, context).about.items()
    }
    assert about == {
        founded.id: [f"agreement/{MEANT}-founding-1985", f"partnership/{MEANT}"],
        context.id: [f"place/{PREFECTURE}", f"place/{CITY}"],
    }


def test_decisions_that_the_list_itself_states_are_left_out():
    siena = Mention("Siena")
    stated = Match("test", siena, "Q2751", Decision.STATED, 1.0)
    minted = Match("test", siena, "x-it-siena-000000", Decision.MINTED, 1.0)
    assert model(one_way(), matches=(stated, minted)).matches == (minted,)


@pytest.mark.parametrize(
    ("first", "second", "domestic"),
    [("Q1", "Q1", True), ("Q1", "Q2", False), ("", "", None), ("Q1", "", None)],
)
def test_two_places_whose_country_nobody_knows_are_not_in_one(first, second, domestic):
    info = CollectionInfo("test", (("en", "Test"),), (), "", "", COMPILED)
    places = (place("Q5", country=first), place("Q6", country=second))
    made = reconcile([LoadedCollection(info, places, (claim("founding", parties=("Q5", "Q6")),))])
    assert made.is_domestic(made.pairs[0]) is domestic
    assert [edge.domestic for edge in network_of(made).edges] == [domestic]


@pytest.mark.parametrize("verdict", ["refuted", "unverified", "disputed"])
@pytest.mark.parametrize("assertion", ["founding", "since"])
def test_a_date_that_was_worked_out_stands_where_the_stated_one_is_doubted(assertion, verdict):
    """R2 and R12 agree, and so do the rules of the store, or no such release could be published."""
    parties = (PROVINCE, PREFECTURE)
    stated, derived = (claim(assertion, date, parties=parties) for date in ("1985", "/1986"))
    made = model(stated, derived, judgements=(Judgement("J1", stated.id, verdict, "", "Not so.", ()),))
    (pair,) = made.pairs
    assert str(pair.since.value) == ("1985" if verdict == "disputed" else "1986")
    store = Store()
    store.extend(build_quads(made))
    assert "value-basis" not in {breach.rule.name for breach in find_breaches(store)}

"""R12 of the model: dates that sources state, dates that were worked out, and copies that witness nothing."""

import datetime as dt
from dataclasses import replace

import pytest

from graph.model.claims import TRUST, Claim, CollectionInfo, DateRole, LoadedCollection, Source
from graph.model.dates import parse_date
from graph.reconcile.agreements import build_agreements, group_claims
from graph.reconcile.choose import choose_date, choose_since, choose_status
from graph.reconcile.reconcile import reconcile
from tests.kit.graph.claims import LIVERPOOL, SURABAYA, claim, place

TODAY = dt.date(2026, 11, 21)
NEWS = TRUST.index("news")


def agreements(*claims):
    return build_agreements("P", (SURABAYA, LIVERPOOL), claims, {}, {})


def pair_of(*claims):
    info = CollectionInfo("test", (("en", "Test"),), (("en", "Test"),), "https://example.org/", "", TODAY)
    (pair,) = reconcile([LoadedCollection(info, (place(SURABAYA), place(LIVERPOOL)), claims)]).pairs
    return pair


def signing(*claims):
    chosen = choose_date(claims, DateRole.SIGNED)
    return chosen and (str(chosen.value), chosen.basis)


@pytest.mark.parametrize("stated_by", TRUST)
def test_r12_a_date_worked_out_gives_way_to_one_that_news_or_better_states(stated_by):
    stated, derived = claim("founding", "2018", stated_by), claim("founding", "/2017-05", "agreement-text")
    believed = TRUST.index(stated_by) <= NEWS
    assert signing(stated, derived) == (("2018", "") if believed else ("2017-05", "from-report"))


def test_r12_a_date_worked_out_says_so_where_there_is_no_other():
    assert signing(claim("founding", "/2017")) == ("2017", "from-report")
    assert signing(claim("founding", "/2017", "blog"), claim("founding", "2018", "blog")) == ("2018", "")
    assert signing(claim("founding"), claim("intent")) is None


def test_r12_a_date_worked_out_makes_no_stated_one_finer():
    month, day = claim("founding", "2012-11", "government-site"), claim("founding", "/2012-11-13")
    assert signing(month, day) == ("2012-11", "")
    assert signing(claim("founding", "2012-11/2012-11-13", "blog")) == ("2012-11", "")
    stated_day = claim("founding", "2012-11-13", "blog")
    assert signing(month, day, stated_day) == ("2012-11-13", "")


def test_r12_since_rests_on_a_stated_beginning_even_where_an_earlier_one_was_worked_out():
    derived, stated = claim("founding", "/1990", "government-site"), claim("founding", "2015-06-10")
    found = agreements(derived, stated)
    assert [str(agreement.signed.value) for agreement in found] == ["1990", "2015-06-10"]
    assert str(choose_since(found, [derived, stated]).value) == "2015-06-10"
    since = claim("since", "1984")
    assert choose_since(agreements(derived), [derived, since]).claim is since


def test_r12_since_may_be_worked_out_and_names_its_claim_and_basis():
    derived = claim("founding", "/1990", "government-site")
    since = choose_since(agreements(derived), [derived])
    assert (str(since.value), since.claim, since.basis) == ("1990", derived, "from-report")
    told = claim("since", "/1984")
    assert choose_since((), [told]).basis == "from-report"
    assert choose_since((), [claim("since", "/1984", "blog")]) is None


def test_r12_worked_out_years_tell_agreements_apart():
    first, second = claim("founding", "2013"), claim("founding", "/2016-11-03")
    assert group_claims([first, second]) == [[first], [second]]
    near = claim("founding", "/2014")
    assert group_claims([first, near]) == [[first, near]]


def test_r12_stated_years_are_put_together_before_worked_out_ones():
    derived, one, other = claim("founding", "/2016"), claim("founding", "2017"), claim("founding", "2018")
    assert group_claims([derived, one, other]) == [[derived], [one, other]]


def test_r12_worked_out_dates_alone_are_no_conflict():
    def issues(*claims):
        info = CollectionInfo("t", (("en", "T"),), (("en", "T"),), "https://example.org/", "", TODAY)
        model = reconcile([LoadedCollection(info, (place(SURABAYA), place(LIVERPOOL)), claims)])
        return [assessment.issue for assessment in model.assessments]

    stated, derived = claim("founding", "2017-05-05"), claim("founding", "/2017-06-07")
    assert issues(stated, derived) == issues(derived, claim("founding", "/2017-07")) == []
    assert issues(stated, claim("founding", "2017-06-07")) == ["date-conflict"]
    assert issues(claim("since", "1984"), claim("since", "/1999")) == []


def test_r12_a_status_goes_by_its_worked_out_date_where_it_states_none():
    ended, lives = claim("ending", "2007"), claim("continuation", "/2019")
    pair = pair_of(ended, lives)
    assert choose_status([ended, lives], (), TODAY) == ("active", lives)
    assert (str(pair.status_claim.as_of), pair.status_claim.as_of_basis) == ("2019", "from-report")
    assert claim("continuation", "2019/2019-05").as_of_basis == ""


def test_r12_an_event_says_that_its_day_was_worked_out_where_nobody_states_it():
    def events(*claims):
        info = CollectionInfo("t", (("en", "T"),), (("en", "T"),), "https://example.org/", "", TODAY)
        found = reconcile([LoadedCollection(info, (place(SURABAYA), place(LIVERPOOL)), claims)]).events
        return [(str(event.happened), event.basis, len(event.claims)) for event in found]

    derived = claim("step", "/2023-03-30", event_type="approval")
    assert events(derived) == [("2023-03-30", "from-report", 1)]
    assert events(derived, claim("step", "2023-03-30", event_type="approval")) == [("2023-03-30", "", 2)]


def copied(original: Claim) -> Claim:
    source = Source(
        "s-copy", "https://example.org/copy", "Copy", "", "en", "news", copy_of=original.source.id
    )
    return replace(claim("founding", "2018"), source=source)


def test_r12_a_copy_is_no_second_witness():
    original = claim("founding", "2018")
    assert pair_of(original, copied(original)).sources == {original.source.id}
    assert len(pair_of(original, claim("founding", "2018")).sources) == 2
    assert pair_of(copied(original)).sources == {original.source.id}


def test_r12_the_day_of_the_report_is_the_basis_of_an_as_of_date():
    told = claim("continuation", date_role=DateRole.AS_OF, date_basis="report-day")
    assert replace(told, date=parse_date("2019-05-01")).as_of_basis == "report-day"

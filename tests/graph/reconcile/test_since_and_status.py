"""R6 and R7 of the model: since when, and how a partnership stands."""

import datetime as dt
from dataclasses import replace

import pytest

from graph.model.claims import DateRole
from graph.model.dates import PartialDate, parse_date
from graph.reconcile.agreements import build_agreements
from graph.reconcile.choose import (
    choose_relation,
    choose_since,
    choose_status,
    end_of_term,
)
from tests.kit.graph.claims import LIVERPOOL, SURABAYA, claim

TODAY = dt.date(2026, 11, 21)


def agreements(*claims):
    return build_agreements("P", (SURABAYA, LIVERPOOL), claims, {}, {})


def test_r6_since_is_the_earliest_founding_agreement():
    found = agreements(
        claim("intent", "2017-05-17"), claim("founding", "2018-03-19"), claim("founding", "2023")
    )
    assert str(choose_since(found, []).value) == "2018-03-19"
    assert str(choose_since(found[::-1], []).value) == "2018-03-19"


def test_r6_since_does_not_rest_on_an_agreement_that_only_blogs_attest():
    claims = [claim("founding", "1992-09-29", "blog"), claim("since", "1991", "government-site")]
    assert str(choose_since(agreements(*claims), claims).value) == "1991"


def test_r6_since_is_not_set_by_what_only_a_blog_calls_the_founding():
    fields = {
        "document_type": "joint-declaration",
        "family": "joint-declaration",
        "date_role": DateRole.SIGNED,
    }
    blog = claim("founding", "1990", "blog", **fields, founds=True)
    paper = claim("continuation", "1990", "government-site", **fields)
    since = claim("since", "1995", "government-site")
    found = agreements(blog, paper)
    assert [agreement.family for agreement in found] == ["joint-declaration"]
    assert str(choose_since(found, [blog, paper, since]).value) == "1995"


def test_r6_since_needs_a_date_that_a_trusted_source_states():
    blog, undated = claim("founding", "1990", "blog"), claim("founding", source="government-site")
    since = claim("since", "1995", "news")
    assert len(agreements(blog, undated)) == 1
    assert str(choose_since(agreements(blog, undated), [since]).value) == "1995"


def test_the_kind_of_relation_is_that_of_the_newest_trusted_claim():
    claims = [
        claim("founding", "2013", relation="friendship"),
        claim("founding", "2016-11-25", relation="sister-city"),
        claim("continuation", "2020", "blog", relation="sister-port"),
    ]
    assert choose_relation(claims).value == "sister-city"


def test_r6_since_falls_back_to_the_best_since_claim():
    claims = [claim("since", "1984", "news"), claim("since", "1982", "blog"), claim("continuation", "1970")]
    assert str(choose_since(agreements(*claims), claims).value) == "1984"
    assert choose_since((), [claim("since", "1982", "blog")]) is None
    assert choose_since((), [claim("continuation", "1982", date_role=DateRole.SINCE)]) is None


def test_r6_since_is_not_set_by_a_joint_declaration_unless_it_is_called_the_founding():
    fields = {
        "document_type": "joint-declaration",
        "family": "joint-declaration",
        "date_role": DateRole.SIGNED,
    }
    plain = claim("continuation", "1997", "government-site", **fields)
    assert choose_since(agreements(plain), [plain]) is None
    founding = claim("founding", "1994-04-13", "government-site", **fields, founds=True)
    assert str(choose_since(agreements(founding), [founding]).value) == "1994-04-13"


def test_r7_status_is_the_newest_claim_by_its_own_date():
    ended, listed = claim("ending", "2007", "government-site"), claim("continuation", "2018-01-25")
    assert choose_status([ended, listed], (), TODAY) == ("active", listed)
    assert choose_status([ended, claim("continuation", "2001")], (), TODAY) == ("terminated", ended)


def test_r7_status_ties_are_broken_by_trust_and_blogs_do_not_count():
    news, government = claim("continuation", "2005"), claim("ending", "2005", "government-site")
    assert choose_status([news, government], (), TODAY)[0] == "terminated"
    assert choose_status([government, claim("continuation", "2020", "blog")], (), TODAY)[0] == "terminated"
    assert choose_status([claim("continuation", "2020", "blog")], (), TODAY) == ("unknown", None)


def test_r7_status_is_unknown_without_a_claim_or_a_running_term():
    old, young = claim("founding", "1994"), claim("founding", "2024-01-31", term_years=5)
    assert choose_status([old], agreements(old), TODAY) == ("unknown", None)
    assert choose_status([young], agreements(young), TODAY) == ("active", young)
    expired = claim("founding", "2019-11-27", term_years=3)
    assert choose_status([expired], agreements(expired), TODAY) == ("unknown", None)


def test_r7_status_is_active_while_a_list_says_that_the_link_lasts():
    lasts = claim("since", "2000", valid_until=parse_date("2040"))
    assert choose_status([lasts, claim("since", "1999")], (), TODAY) == ("active", lasts)
    over = claim("since", "2000", valid_until=parse_date("2020"))
    assert choose_status([over], (), TODAY) == ("unknown", None)
    blog = claim("since", "2000", "blog", valid_until=parse_date("2040"))
    assert choose_status([blog], (), TODAY) == ("unknown", None)
    ended = claim("ending", "2025")
    assert choose_status([lasts, ended], (), TODAY) == ("terminated", ended)


def test_r7_status_listed_is_what_a_list_of_others_gives():
    wikidata = claim("listing", "2016", "knowledge-base", listed_by=SURABAYA)
    wikipedia = claim("listing", source="encyclopedia", listed_by=SURABAYA)
    assert choose_status([wikidata, wikipedia], (), TODAY) == ("listed", wikidata)
    assert choose_status([claim("listing", "2016", "blog")], (), TODAY) == ("unknown", None)
    assert choose_status([wikidata, claim("since", "1990")], (), TODAY)[0] == "listed"
    ended = claim("ending", "2001")
    assert choose_status([wikidata, ended], (), TODAY) == ("terminated", ended)


@pytest.mark.parametrize(
    ("source", "listed_by"), [("government-site", LIVERPOOL), ("news", SURABAYA), ("register", "")]
)
def test_r7_status_active_by_the_list_of_a_party_itself_or_of_a_register(source, listed_by):
    own = claim("listing", "2024-06", source, listed_by=listed_by)
    assert choose_status([own, claim("ending", "2016-12")], (), TODAY) == ("active", own)


def test_r7_status_as_of_a_listing_is_the_day_of_the_list():
    dump = replace(claim("listing").source, issued=PartialDate(2016, 7, 11))
    undated = claim("listing", source="knowledge-base")
    assert replace(undated, source=dump).as_of == PartialDate(2016, 7, 11)
    assert replace(undated, source=dump, date=PartialDate(2014)).as_of == PartialDate(2014)
    assert replace(claim("since"), source=dump).as_of is None


def test_r7_status_as_of_a_list_of_which_nobody_says_when_it_was_issued_is_the_day_of_its_data_and_says_so():
    undated = claim("listing", source="encyclopedia")
    table = replace(undated.source, compiled=PartialDate(2026, 2, 28))
    listed = replace(undated, source=table)
    assert (listed.as_of, listed.as_of_basis) == (PartialDate(2026, 2, 28), "report-day")
    issued = replace(undated, source=replace(table, issued=PartialDate(2025)))
    assert (issued.as_of, issued.as_of_basis) == (PartialDate(2025), "")
    dated = replace(listed, date=PartialDate(2014))
    assert (dated.as_of, dated.as_of_basis) == (PartialDate(2014), "")
    assert (undated.as_of, undated.as_of_basis) == (None, "")
    assert replace(claim("since"), source=table).as_of is None


def test_r7_status_of_one_day_and_one_trust_does_not_depend_on_ids():
    lives, rests = claim("continuation", "2019"), claim("status", "2019")
    for first, second in ((lives, rests), (rests, lives)):
        claims = [replace(first, id="test/A"), replace(second, id="test/B")]
        assert choose_status(claims, (), TODAY)[0] == "dormant"


def test_a_term_of_years_from_a_leap_day_ends_on_the_last_of_february():
    young = claim("founding", "2024-02-29", term_years=3)
    (agreement,) = agreements(young)
    assert str(end_of_term(agreement)) == "2027-02-28"
    (agreement,) = agreements(claim("founding", "2024-02-29", term_years=4))
    assert str(end_of_term(agreement)) == "2028-02-29"


def test_r7_status_rests_on_the_end_that_is_stated_and_a_year_lasts_to_its_last_day():
    stated = claim("founding", "2024", term_years=5, valid_until=parse_date("2025"))
    assert choose_status([stated], agreements(stated), TODAY) == ("unknown", None)
    this_year = claim("founding", "2021", term_years=5)
    assert choose_status([this_year], agreements(this_year), TODAY) == ("active", this_year)


def test_r7_status_of_a_continuation_is_the_one_that_it_states():
    assert choose_status([claim("continuation", "2020", status="dormant")], (), TODAY)[0] == "dormant"


def test_r7_a_term_that_only_a_blog_gives_makes_nothing_active():
    term = {"valid_until": parse_date("2030")}
    listing = claim("listing", "2020", "encyclopedia")
    blog, news = claim("founding", "2019", "blog", **term), claim("founding", "2019")
    assert choose_status([listing, blog], agreements(blog), TODAY) == ("listed", listing)
    assert choose_status([news, blog], agreements(news, blog), TODAY) == ("unknown", None)
    years = claim("founding", term_years=20)
    undated = claim("founding", "2019", "blog")
    assert choose_status([years, undated], agreements(years, undated), TODAY) == ("unknown", None)


def test_r7_the_status_of_a_running_term_rests_on_the_claim_that_states_the_term():
    paper, term = claim("founding", "2019", "agreement-text"), claim("founding", "2019", term_years=20)
    assert choose_status([paper, term], agreements(paper, term), TODAY) == ("active", term)

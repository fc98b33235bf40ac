import pytest

from graph.model.conclusions import Outcome, Pair
from graph.model.dates import parse_date
from graph.reconcile.agreements import build_agreements
from graph.reconcile.choose import choose_since
from graph.reconcile.conflicts import find_conflicts
from tests.kit.graph.claims import LIVERPOOL, SURABAYA, claim, signed


def conflicts(*claims, outcome=Outcome.ACCEPTED):
    found = build_agreements("P", (SURABAYA, LIVERPOOL), claims, {}, {})
    pair = Pair("P", (SURABAYA, LIVERPOOL), outcome, claims, found, since=choose_since(found, claims))
    return [
        (conflict.about.rsplit("/", 1)[1], conflict.issue, [claim.id for claim in conflict.claims])
        for conflict in find_conflicts(pair, lambda domain: frozenset({domain[0]}))
    ]


def test_dates_that_cannot_both_be_true():
    a, b, year = claim("founding", "1994-08-24"), claim("founding", "1994-08-29"), claim("founding", "1994")
    assert conflicts(a, b, year) == [("P-founding-1994", "date-conflict", [a.id, b.id])]
    assert conflicts(a, year) == []


@pytest.mark.parametrize(
    ("first", "second", "differ"),
    [
        ({"valid_until": "2022"}, {"valid_until": "2030"}, True),
        ({"valid_until": "2022"}, {"valid_until": "2022-05-01"}, False),
        ({"term_years": 3}, {"term_years": 10}, True),
        ({"term_years": 3}, {"term_years": 3}, False),
        ({"date": "2019"}, {"valid_until": "1990"}, True),
        ({"date": "2019"}, {"valid_until": "2019-12"}, False),
    ],
)
def test_terms_of_one_document_that_cannot_both_be_true(first, second, differ):
    def founding(date="", valid_until="", term_years=None):
        end = parse_date(valid_until) if valid_until else None
        return claim("founding", date, valid_until=end, term_years=term_years)

    both = founding(**first), founding(**second)
    found = [(issue, ids) for _, issue, ids in conflicts(*both)]
    assert found == ([("date-conflict", [one.id for one in both])] if differ else [])


def test_two_beginnings():
    founded, since = claim("founding", "2012-11-13"), claim("since", "1997", "blog")
    assert conflicts(founded, since) == [("P", "date-conflict", [founded.id, since.id])]
    assert conflicts(founded, claim("since", "2012")) == []


def test_alive_and_ended_within_two_years_or_undated():
    ended = claim("ending", "2005")
    undated, near, far = claim("continuation"), claim("continuation", "2006"), claim("continuation", "2018")
    assert conflicts(ended, undated) == [("P", "status-conflict", [ended.id, undated.id])]
    assert conflicts(ended, near) == [("P", "status-conflict", [ended.id, near.id])]
    assert conflicts(ended, far) == []


@pytest.mark.parametrize(
    ("year", "clash"), [("2003", True), ("2007", True), ("2008", False), ("2002", False)]
)
def test_alive_and_ended_clash_up_to_two_years_apart(year, clash):
    assert bool(conflicts(claim("ending", "2005"), claim("continuation", year))) is clash


def test_a_pair_that_is_not_accepted_has_no_beginning_and_no_status_to_differ_on():
    claims = [claim("since", "1990"), claim("since", "1995"), claim("ending", "1996"), claim("continuation")]
    assert {issue for _, issue, _ in conflicts(*claims)} == {"date-conflict", "status-conflict"}
    assert [issue for _, issue, _ in conflicts(*claims, outcome=Outcome.CLAIMED)] == ["unsupported"]


def test_a_renewal_after_the_end_is_no_conflict():
    renewal = claim("continuation", "2023-01", document_type="renewal", family="renewal")
    assert conflicts(claim("ending", "2022-11"), renewal) == []
    ended = claim("ending", "2023-02")
    assert conflicts(ended, renewal) == [("P", "status-conflict", sorted([ended.id, renewal.id]))]


def test_a_denial_meets_what_it_denies():
    denial, founded = claim("denial", document_type="mou"), claim("founding", "2011")
    listed = claim("continuation", "2014")
    assert conflicts(denial, founded, listed) == [("P", "founding-denied", [denial.id, founded.id])]


def test_documents_of_two_families_under_one_key():
    a = claim("founding", "2025-06", agreement_key="k")
    b = claim("intent", "2025-06-20", agreement_key="k")
    assert ("P-founding-2025", "type-conflict", [a.id, b.id]) in conflicts(a, b)


def test_fields_without_anything_in_common():
    a, b = claim("founding", "2011", domains=("trade",)), claim("founding", "2011", domains=("health",))
    assert conflicts(a, b) == [("P-founding-2011", "domain-conflict", [a.id, b.id])]
    assert conflicts(a, claim("founding", "2011", domains=("tourism",))) == []


def test_different_signers_for_one_party():
    a = claim("founding", "2011", signatories=(signed(SURABAYA, "A"),))
    b = claim("founding", "2011", signatories=(signed(SURABAYA, "B"),))
    other_side = claim("founding", "2011", signatories=(signed(LIVERPOOL, "C"),))
    assert conflicts(a, b) == [("P-founding-2011", "signatory-conflict", [a.id, b.id])]
    assert conflicts(a, other_side) == []


def test_a_claimed_pair_says_why():
    blog = claim("continuation", source="blog")
    assert conflicts(blog, outcome=Outcome.CLAIMED) == [("P", "low-trust", [blog.id])]
    news = claim("status", "2005")
    assert conflicts(blog, news, outcome=Outcome.CLAIMED) == [("P", "unsupported", [blog.id, news.id])]

"""Questions over the bundled release: what a newcomer meets first has rows, and numbers beside fit them."""

import csv
import io
from collections import Counter

import pytest

from queries import catalogue
from queries.bind import fill
from tests.kit.world import resolver_of, selector

NEEDING = [slug for slug, query in catalogue().items() if query.examples]
NONE_HERE = {"triads-of-a-place"}
"""No three places of the bundled release are all partners of each other."""


@pytest.fixture(scope="module")
def select(bundled):
    return selector(bundled.store)


@pytest.fixture(scope="module")
def ask(bundled, select):
    """Return rows of a question, and the numbers beside them by name."""
    resolver = resolver_of(bundled.store)

    def ask(slug, **values):
        filled = fill(catalogue()[slug], values, resolver)
        numbers = {one.name: int(select(text)[0]["count"]) for one, text in filled.counts}
        return select(filled.text), numbers

    return ask


@pytest.mark.slow
@pytest.mark.parametrize("slug", NEEDING)
def test_the_example_of_a_question_has_an_answer(ask, slug):
    rows, _ = ask(slug, **catalogue()[slug].examples)
    assert bool(rows) is (slug not in NONE_HERE)


@pytest.mark.parametrize("slug", catalogue())
def test_a_page_has_as_many_rows_as_it_may_and_the_total_is_that_of_all(bundled, select, slug):
    query, resolver = catalogue()[slug], resolver_of(bundled.store)
    rows = select(fill(query, query.examples, resolver).text)
    for number in (1, 2):
        page = fill(query, {**query.examples, "limit": "7", "page": str(number)}, resolver)
        assert select(page.text) == rows[7 * (number - 1) : 7 * number]
        assert int(select(page.total)[0]["count"]) == len(rows)


@pytest.mark.slow
def test_of_the_claims_about_a_pair_those_without_a_date_are_counted(ask, bundled):
    table = list(csv.DictReader(io.StringIO(bundled.release.read("claims.csv").decode())))
    undated = Counter(frozenset((row["party_a"], row["party_b"])) for row in table if not row["date"])
    for one, other in (("Q5972", "Q37836"), ("Q7568", "Q57906"), ("Q11462", "Q16520")):
        rows, numbers = ask("evidence-for-a-pair", city=one, partner=other)
        assert numbers == {"withoutDate": undated[frozenset((one, other))]}
        assert numbers["withoutDate"] == sum("date" not in row for row in rows)
    assert ask("evidence-for-a-pair", city="Q11462", partner="Q11462") == ([], {"withoutDate": 0})


def test_an_end_before_the_start_is_a_conflict_with_both_claims(ask):
    rows, _ = ask("conflicting-dates", years="10")
    dates = {row["date"]: int(row["years"]) for row in rows if row["pair"].endswith("/Q3724-Q35715")}
    assert dates == {"1987": 10, "1997-08-21": 10}


def test_a_source_without_publisher_and_page_has_none_and_one_year_is_one(ask):
    rows, _ = ask("conflicting-dates")
    assert {row["gapLabel"] for row in rows if row["years"] == "1"} == {"1 year"}
    told = [row for row in rows if "/urn-" in row["source"]]
    assert told and not [row for row in told if "publisher" in row]
    assert all(row.get("publisher") for row in rows if row not in told)

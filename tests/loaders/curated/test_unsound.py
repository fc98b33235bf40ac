"""R10 in curated tables: no date refuses a release; the claim is kept without it, and the row is an issue."""

import re
from pathlib import Path

import pytest

from graph.model.claims import Assertion
from graph.model.conclusions import Outcome
from graph.model.dates import EARLIEST_YEAR, LATEST_YEAR, PartialDate, UnsoundDate, check_years, parse_date
from graph.reconcile.reconcile import reconcile
from loaders.collection import load_collections
from ontology import rules
from tests.kit.graph.collections import FILES, edited, write_collection

ODD = [
    "0799",
    "799",
    "0000",
    "2018-13",
    "2018-02-30",
    "2018-00-07",
    "2101",
    "9999-12-31",
    "19/03/2018",
    "spring 2018",
]


def load(folder: Path, **changes):
    (collection,) = load_collections([write_collection(folder, **changes)])
    return collection, [
        (one.row, one.file, one.line) for one in collection.issues if one.kind == "unsound-date"
    ]


def claim(collection, row):
    return next(one for one in collection.claims if one.id.endswith(f"/{row}"))


@pytest.mark.parametrize("written", ODD)
def test_a_row_with_an_odd_date_is_claimed_without_it_and_told(tmp_path, written):
    changed = edited("statements.csv", "2018-03-19", written)
    collection, unsound = load(tmp_path, statements=changed)
    assert [row for row, _, _ in unsound] == ["T1"]
    found = claim(collection, "T1")
    assert (found.date, found.date_role, found.parties) == (None, None, ("Q11462", "Q24826"))
    assert found.remark == f"The date is given as {written}."


def test_the_line_and_the_reason_are_told(tmp_path):
    collection, unsound = load(tmp_path, statements=edited("statements.csv", "2018-03-19", "0799"))
    assert unsound == [("T1", f"{tmp_path.name}/statements.csv", 2)]
    (reason,) = [one.reason for one in collection.issues if one.kind == "unsound-date"]
    assert reason.startswith("date '0799': 0799 is not of the years 800 to 2100: it slipped")


def test_an_end_of_a_year_that_no_partnership_has_is_left_out(tmp_path):
    ending = "end,ending,,,,terminated,until,,,,\n"
    changes = {
        "event_map": FILES["event_map.csv"] + ending,
        "statements": edited("statements.csv", "MoU,2018-03-19", "end,2450"),
    }
    collection, unsound = load(tmp_path, **changes)
    assert (claim(collection, "T1").date, [row for row, _, _ in unsound]) == (None, ["T1"])


@pytest.mark.parametrize("basis", ["count", "report-day"])
def test_an_odd_date_worked_out_goes_with_its_basis(tmp_path, basis):
    head, first, *rows = FILES["statements.csv"].replace("2018-03-19", "2018-02-31").splitlines()
    derived = "2018-13" if basis == "count" else ""
    first = first.replace("2018-02-31", "2018") if derived else first
    rows = [f"{head},derived,basis", f"{first},{derived},{basis}", *(f"{row},," for row in rows)]
    collection, unsound = load(tmp_path, statements="\n".join(rows))
    found = claim(collection, "T1")
    assert (str(found.date or ""), found.derived, found.date_basis) == ("2018" if derived else "", None, "")
    assert [row for row, _, _ in unsound] == ["T1"]


def test_a_further_claim_of_a_row_is_kept_without_its_odd_date(tmp_path):
    folder = write_collection(tmp_path)
    also = "statement,event,date,note\nT1,exploration,0500,Visited\n"
    (folder / "also.csv").write_text(also, encoding="utf-8")
    (collection,) = load_collections([folder])
    found = claim(collection, "T1-also1")
    assert (found.date, found.remark) == (None, "The date is given as 0500.")
    assert [(one.row, one.line) for one in collection.issues if one.kind == "unsound-date"] == [("T1", 2)]


@pytest.mark.parametrize(
    ("table", "old", "new", "row"),
    [
        ("sources", "2018-05", "2018-15", "example-org-087a05"),
        ("regulations", "2020-05-22", "2020-05-32", "r1"),
        ("event_map", "sister-city,,,", "sister-city,,2023-99,", "MoU"),
    ],
)
def test_odd_dates_in_the_other_tables_are_issues_too(tmp_path, table, old, new, row):
    _, unsound = load(tmp_path, **{table: edited(f"{table}.csv", old, new)})
    assert [name for name, _, _ in unsound] == [row]


def test_the_years_are_those_of_the_rule_of_the_build():
    (rule,) = [one for one in rules() if one.name == "date-form"]
    assert re.findall(r"\?value [<>] (\d+)", rule.query) == [str(EARLIEST_YEAR), str(LATEST_YEAR)]
    for year in (EARLIEST_YEAR, LATEST_YEAR):
        check_years(PartialDate(year))
    for year in (EARLIEST_YEAR - 1, LATEST_YEAR + 1):
        with pytest.raises(UnsoundDate, match="not of the years"):
            check_years(PartialDate(year))


def _ending(folder, date, **more):
    ending = "end,ending,,,,terminated,until,,,,\n"
    statements = edited("statements.csv", "MoU,2018-03-19", f"end,{date}")
    collection, unsound = load(
        folder, event_map=FILES["event_map.csv"] + ending, statements=statements, **more
    )
    return collection, claim(collection, "T1"), unsound


def test_an_end_that_lies_ahead_is_a_term_and_no_ending(tmp_path):
    """The collection is of 31 January 2026; what ends in 2030 has not ended, and is not known of in 2030."""
    collection, found, unsound = _ending(tmp_path, "2030-06")
    assert (found.assertion, found.status, found.date, found.date_role) == (Assertion.SINCE, "", None, None)
    assert (found.valid_until, unsound) == (PartialDate(2030, 6), [])
    (pair,) = [one for one in reconcile([collection]).pairs if one.id == "Q11462-Q24826"]
    assert (pair.outcome, pair.status, pair.until) == (Outcome.ACCEPTED, "active", None)


@pytest.mark.parametrize("date", ["2026-01-31", "2026-01", "2026", "2025"])
def test_an_end_that_may_have_come_is_an_ending(tmp_path, date):
    collection, found, _ = _ending(tmp_path, date)
    assert (found.assertion, found.date, found.valid_until) == (Assertion.ENDING, parse_date(date), None)
    (pair,) = [one for one in reconcile([collection]).pairs if one.id == "Q11462-Q24826"]
    assert (pair.status, str(pair.until.value)) == ("terminated", date)

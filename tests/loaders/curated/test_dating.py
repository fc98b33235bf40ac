"""R12 in the tables: which dates, bases and readings go together."""

import pytest

from graph.errors import TableError
from graph.model.claims import DateRole
from loaders.collection import load_collections
from loaders.curated.dating import read_dating
from loaders.curated.statements import read_readings
from loaders.curated.unsound import TableDates
from loaders.tables.table import Row
from tests.kit.graph.collections import FILES, edited, write_collection


def dating(date="", derived="", basis="", role=DateRole.SIGNED):
    row = Row("statements.csv", 7, {"date": date, "derived": derived, "basis": basis})
    found = read_dating(row, "MoU", role, TableDates("tiny"))
    return str(found.date or ""), str(found.derived or ""), found.basis, found.role


def test_a_stated_date_needs_no_basis():
    assert dating("2018-03-19") == ("2018-03-19", "", "", DateRole.SIGNED)
    assert dating() == ("", "", "", None)


def test_a_date_worked_out_may_make_a_stated_one_finer():
    assert dating("", "2017", "count") == ("", "2017", "count", DateRole.SIGNED)
    assert dating("2014-04", "2014-04-14", "weekday") == ("2014-04", "2014-04-14", "weekday", DateRole.SIGNED)


def test_the_day_of_the_report_is_a_day_as_of_which_something_holds():
    assert dating("2019-05-01", "", "report-day", DateRole.AS_OF)[2] == "report-day"


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        (("", "2017", ""), "needs its basis"),
        (("", "2017", "report-day"), "needs its basis"),
        (("2018", "2017", "count"), "no finer date within 2018"),
        (("2018", "", "count"), "goes with no date"),
        (("", "", "count"), "goes with no date"),
        (("2018-03-19", "", "report-day"), "the day of no deed"),
        (("", "2017", "guess"), "no concept of the scheme date-basis"),
        (("2018", "", "", None), "no date_role"),
        (("", "2018", "count", None), "no date_role"),
    ],
)
def test_what_does_not_go_together_is_refused_with_its_line(cells, what):
    with pytest.raises(TableError, match=rf"statements\.csv, line 7: .*{what}"):
        dating(*cells)


def test_a_source_was_read_once_or_twice():
    assert (read_readings("1"), read_readings("2")) == (1, 2)
    with pytest.raises(ValueError, match="write 1 or 2"):
        read_readings("3")


def test_what_is_signed_after_the_day_of_the_collection_is_an_issue_and_the_claim_stays(tmp_path):
    write_collection(tmp_path, statements=edited("statements.csv", "2018-03-19", "2099-03-19"))
    (collection,) = load_collections([tmp_path])
    (issue,) = [one for one in collection.issues if one.kind == "unsound-date"]
    assert "2099-03-19 is after the day of the collection" in issue.reason
    (claim,) = [one for one in collection.claims if "2099-03-19" in one.remark]
    assert claim.id.endswith(f"/{issue.row}")
    assert (claim.date, claim.derived, claim.date_role) == (None, None, None)
    assert collection.tally["issue"] == len(collection.issues) - 1


def test_a_stated_date_stays_where_only_the_one_worked_out_lies_ahead(tmp_path):
    head, first, *rows = FILES["statements.csv"].replace("2018-03-19", "2026").splitlines()
    rows = [f"{head},derived,basis", f"{first},2026-03-19,weekday", *(f"{row},," for row in rows)]
    write_collection(tmp_path, statements="\n".join(rows))
    (collection,) = load_collections([tmp_path])
    claim = next(one for one in collection.claims if one.id.endswith("/T1"))
    assert (str(claim.date), claim.derived, claim.date_role) == ("2026", None, DateRole.SIGNED)
    assert (claim.date_basis, claim.remark) == ("", "The date is given as 2026-03-19.")


def test_a_date_that_lies_ahead_is_one_issue_of_its_row(tmp_path):
    row = "T2,Kota Surabaya,ID,Kitakyushu,JP,exploration,2020"
    bare = "T2,,,,,exploration,2999"
    write_collection(tmp_path, statements=edited("statements.csv", row, bare))
    head = "statement,part,party_a,country_a,party_b,country_b,event,note\n"
    parts = [
        f"T2,{n},Kota Surabaya,ID,{to},exploration,\n"
        for n, to in ((1, "Kitakyushu,JP"), (2, "Liverpool,GB"))
    ]
    (tmp_path / "parts.csv").write_text(head + "".join(parts), encoding="utf-8")
    (collection,) = load_collections([tmp_path])
    assert [one.row for one in collection.issues if one.kind == "unsound-date"] == ["T2"]
    assert [one.date for one in collection.claims if "/T2-" in one.id] == [None, None]

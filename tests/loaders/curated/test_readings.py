import pytest

from graph.errors import TableError
from graph.model.claims import Assertion, DateRole
from loaders.curated.readings import EventMap
from loaders.curated.unsound import TableDates
from loaders.tables.table import Row

HEAD = "assertion,document_type,family,event_type,status,date_role,relation,note"


def event_map(folder, events, readings=""):
    (folder / "event_map.csv").write_text(f"event,{HEAD},term_years,valid_until\n{events}", encoding="utf-8")
    if readings:
        (folder / "readings.csv").write_text(f"statement,{HEAD},founds\n{readings}", encoding="utf-8")
    return EventMap(folder, TableDates("tiny"))


ROW = Row("statements.csv", 7, {})


def test_r1_what_a_claim_asserts_is_a_table(tmp_path):
    events = event_map(tmp_path, "MoU (5 years),founding,mou,founding,,,signedOn,,,5,\n")
    reading = events.read_event(ROW, "F001", "MoU (5 years)")
    assert (reading.assertion, reading.document_type, reading.date_role, reading.term_years) == (
        Assertion.FOUNDING,
        "mou",
        DateRole.SIGNED,
        5,
    )


def test_r1_what_a_claim_asserts_has_no_default(tmp_path):
    events = event_map(tmp_path, "MoU,founding,mou,founding,,,signedOn,,,,\n")
    with pytest.raises(TableError, match=r"statements\.csv, line 7: event 'toast' is not mapped"):
        events.read_event(ROW, "F001", "toast")


def test_r1_what_a_claim_asserts_may_be_read_row_by_row(tmp_path):
    events = event_map(tmp_path, "status,per-row,,,,,,,,,\n", "F007,status,,,,dormant,asOf,,stopped,no\n")
    assert events.read_event(ROW, "F007", "status").status == "dormant"
    with pytest.raises(TableError, match=r"Add F008 to readings\.csv"):
        events.read_event(ROW, "F008", "status")


def test_readings_that_nobody_asks_for_are_told(tmp_path):
    events = event_map(tmp_path, "status,per-row,,,,,,,,,\n", "F007,status,,,,dormant,asOf,,stopped,no\n")
    assert [row["statement"] for row in events.unused()] == ["F007"]


@pytest.mark.parametrize(
    "row",
    [
        "MoU,certain,mou,founding,,,signedOn,,,,\n",
        "MoU,founding,parchment,founding,,,signedOn,,,,\n",
        "MoU,founding,,founding,,,signedOn,,,,\n",
        "MoU,founding,mou,dynasty,,,signedOn,,,,\n",
        "MoU,founding,mou,founding,,,signing,,,,\n",
        "ended,ending,,,,,until,,,,\n",
    ],
)
def test_a_reading_that_means_nothing_is_refused(tmp_path, row):
    events = event_map(tmp_path, row)
    with pytest.raises(TableError, match=r"event_map\.csv, line 2"):
        events.read_event(ROW, "F001", row.split(",", 1)[0])

"""The bundled table against the facts that it was made from: nothing lost, no cell changed without a word.

The facts are the first table with the cells that a second reading corrected, and a second table.
"""

import csv
import re

import pytest

from graph.model.iris import source_id
from loaders.folders import BUNDLED
from tests.kit.paths import SHARED

FACTS = SHARED / "facts"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FACTS.is_dir(), reason="needs ../shared/facts beside the project"),
]

COLUMNS = {
    "event": "event",
    "domains": "domains",
    "venue": "place",
    "signatory_a": "signatory_a",
    "signatory_b": "signatory_b",
}
"""The columns that are compared: ours, and theirs."""

COARSER = {"F405", "F606", "F679", "F680", "F782", "F912", "F923", "F950", "F1074", "F1081"}
"""Rows whose date was the day of the report: what is worked out from it is another day, or only the month."""

TOLD = {
    "signatory_a": {"F051", "F059", "F346", "F498", "F542"},
    "signatory_b": {"F045", "F378", "F498", "F542"},
    "venue": {"F542"},
}
"""Cells left out because they are those of another page, or of nobody who signed; the remark says so."""

ONE_PARTY = {"F1079", "F1090", "F1092", "F1101", "F1108"}
"""Rows that name no Indonesian government: the other side comes first, and its signatory with it."""

UNREAD = {"F724", "F751", "F785", "F795", "F968"}
"""Rows of the second table whose page did not come back: nothing beyond parties, event and date is kept."""


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def stated():
    """The rows of both tables by id, the first with the cells that were corrected."""
    rows = {row["id"]: row for row in read(FACTS / "indonesia_agreement_facts.csv")}
    for cell in read(FACTS / "corrections-2026-11" / "corrections.csv"):
        rows[cell["id"]][cell["column"]] = cell["right"]
    return rows | {row["id"]: row for row in read(FACTS / "more-2026-11" / "statements.csv")}


@pytest.fixture(scope="module")
def pairs():
    ours = {row["id"]: row for row in read(BUNDLED / "indonesia" / "statements.csv")}
    raw = stated()
    assert ours.keys() == raw.keys() and len(ours) == 1080
    return [(ours[name], raw[name]) for name in raw]


@pytest.mark.parametrize("column", COLUMNS)
def test_a_cell_stands_as_it_was_stated(pairs, column):
    changed = {our["id"] for our, raw in pairs if our[column] != raw[COLUMNS[column]]}
    changed -= ONE_PARTY if column.startswith("signatory") else set()
    assert changed - UNREAD == TOLD.get(column, set())


def test_where_one_side_alone_is_a_government_the_signatories_change_sides(pairs):
    for our, raw in pairs:
        if our["id"] in ONE_PARTY:
            assert (our["signatory_a"], our["signatory_b"]) == (raw["signatory_b"], raw["signatory_a"])


def test_of_a_row_that_nobody_found_again_only_parties_event_and_date_are_kept(pairs):
    kept = [our for our, raw in pairs if int(raw["id"][1:]) > 622 and our["readings"] == "1"]
    assert len(kept) == 11
    details = ("venue", "signatory_a", "signatory_b", "domains")
    assert {cell for our in kept for cell in map(our.get, details)} == {""}
    assert all("page not read again" in our["remark"].lower() for our in kept)


def test_a_date_stands_as_it_was_stated_or_as_one_that_was_worked_out(pairs):
    moved = {our["id"]: our for our, raw in pairs if our["date"] != raw["date"]}
    told = {raw["id"]: raw["date"] for _, raw in pairs}
    assert {row["date"] for row in moved.values()} == {""}
    assert {name for name, row in moved.items() if row["derived"] != told[name]} == COARSER
    assert len(moved) == 83


def test_every_statement_keeps_its_source(pairs):
    assert [our["id"] for our, raw in pairs if our["source"] != source_id(raw["source_url"])] == []


def test_the_date_is_as_precise_as_it_was_stated(pairs):
    forms = {"": "", "year": "0000", "month": "0000-00", "day": "0000-00-00"}
    for our, raw in pairs:
        assert not our["date"] or len(our["date"]) == len(forms[raw["precision"]]), our["id"]


def test_a_date_that_was_worked_out_is_kept_as_such(pairs):
    inferred = {
        our["id"]: (our["derived"], match[1])
        for our, raw in pairs
        if (match := re.match(r"INFERRED_DATE=([\d-]+)", raw["remark"]))
    }
    different = {name for name, (derived, stated) in inferred.items() if derived != stated}
    assert different == {"F005", "F146", "F287", "F535", "F583"}, (
        "coarser, finer, or open: the remark says why"
    )
    assert [name for name, (derived, _) in inferred.items() if not derived] == ["F287", "F583"]


def test_a_row_was_read_as_often_as_it_was(pairs):
    read_again = {row["id"]: row["times_read"] for row in read(FACTS / "readings-2026-11.csv")}
    assert [our["id"] for our, _ in pairs if our["readings"] != read_again[our["id"]]] == []


def test_no_source_is_lost():
    ours = {row["url"] for row in read(BUNDLED / "indonesia" / "sources.csv")}
    assert ours == {row["url"] for path in ("", "more-2026-11") for row in read(FACTS / path / "sources.csv")}


def test_the_official_codes_are_those_of_the_regions_file():
    regions = read(FACTS.parent / "data" / "indonesia-regions" / "provinsi_kabkota.csv")
    official = {row["kode"] for row in regions}
    provinces = {row["kode"] for row in regions if row["level"] == "provinsi"}
    ours = {row["kemendagri"] for row in read(BUNDLED / "indonesia" / "places.csv")} - {""}
    assert ours <= official and provinces <= ours and len(provinces) == 38

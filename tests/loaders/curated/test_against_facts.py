"""The bundled table against the raw facts that it was made from: nothing lost, no date or source changed."""

import csv

import pytest

from graph.model.iris import source_id
from loaders.folders import BUNDLED
from tests.kit.paths import SHARED

FACTS = SHARED / "facts"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FACTS.is_dir(), reason="needs ../shared/facts beside the project"),
]


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def pairs():
    ours = {row["id"]: row for row in read(BUNDLED / "indonesia" / "statements.csv")}
    raw = {row["id"]: row for row in read(FACTS / "indonesia_agreement_facts.csv")}
    assert ours.keys() == raw.keys() and len(ours) == 587
    return [(ours[name], raw[name]) for name in raw]


@pytest.mark.parametrize("column", ["date", "event", "domains"])
def test_a_cell_stands_as_it_was_stated(pairs, column):
    assert [our["id"] for our, raw in pairs if our[column] != raw[column]] == []


def test_every_statement_keeps_its_source(pairs):
    assert [our["id"] for our, raw in pairs if our["source"] != source_id(raw["source_url"])] == []


def test_the_date_is_as_precise_as_it_was_stated(pairs):
    forms = {"": "", "year": "0000", "month": "0000-00", "day": "0000-00-00"}
    assert [our["id"] for our, raw in pairs if len(our["date"]) != len(forms[raw["precision"]])] == []


def test_no_source_is_lost():
    ours = {row["url"] for row in read(BUNDLED / "indonesia" / "sources.csv")}
    assert ours == {row["url"] for row in read(FACTS / "sources.csv")}


def test_the_official_codes_are_those_of_the_regions_file():
    regions = read(FACTS.parent / "data" / "indonesia-regions" / "provinsi_kabkota.csv")
    official = {row["kode"] for row in regions}
    provinces = {row["kode"] for row in regions if row["level"] == "provinsi"}
    ours = {row["kemendagri"] for row in read(BUNDLED / "indonesia" / "places.csv")} - {""}
    assert ours <= official and provinces <= ours and len(provinces) == 38

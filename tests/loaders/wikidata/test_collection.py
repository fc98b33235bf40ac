"""A collection of Wikidata files: settings, files in several forms, and an account of every row."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import shutil
from collections import Counter

import pytest

from graph.errors import CollectionError
from graph.model.claims import CollectionInfo, Place
from graph.model.dates import PartialDate
from loaders.wikidata.collection import load_wikidata
from tests.kit import paths
from tests.kit.memory import peak_bytes

DATA = paths.DATA / "entities"
SHARED = paths.SHARED / "data" / "wikidata-entity"
INFO = CollectionInfo(
    name="wikidata",
    title=(("en", "Wikidata"), ("id", "Wikidata")),
    description=(("en", "Wikidata"), ("id", "Wikidata")),
    licence="https://creativecommons.org/publicdomain/zero/1.0/",
    creator="Wikidata",
    compiled=dt.date(2026, 2, 3),
)


@pytest.fixture
def load(tmp_path):
    """Return a function that loads the named fixtures as a collection."""

    def load(*names, **said):
        for name in names:
            shutil.copy(DATA / name, tmp_path)
        return load_wikidata(tmp_path, INFO, {"wikidata": {"files": list(names), **said}})

    return load


def kinds_of(collection):
    return Counter(one.kind for one in collection.issues)


def rows_of(collection):
    """The rows that are accounted for: an end is no row of its own."""
    told = {one.claim.id.removesuffix("-end") for one in collection.records}
    return len(told) + len(collection.issues)


def test_every_statement_is_a_record_or_an_issue(load):
    collection = load("answer.json")
    assert collection.rows == 10 == rows_of(collection)
    assert kinds_of(collection) == {"deprecated-statement": 1, "no-value": 2, "unreadable-row": 1}
    assert [one.claim.id.partition("-")[2] for one in collection.records] == [
        "00000001-0000-4000-8000-000000000000",
        "00000002-0000-4000-8000-000000000000",
        "00000003-0000-4000-8000-000000000000",
        "00000003-0000-4000-8000-000000000000-end",
        "00000004-0000-4000-8000-000000000000",
        "00000005-0000-4000-8000-000000000000-end",
        "00000009-0000-4000-8000-000000000000",
    ]


def test_the_places_are_those_of_the_records(load):
    places = load("answer.json").places
    assert [one.id for one in places] == ["Q649", "Q5083", "Q11462", "Q16520", "Q24826", "Q41211", "Q188806"]
    assert places[0] == Place("Q649", "", (("", "Q649"),), qid="Q649")
    assert (places[2].country, places[2].label("id"), places[2].part_of) == ("Q252", "Kota Surabaya", "")


def test_a_place_is_a_part_of_another_one_of_the_records(load, tmp_path):
    text = (DATA / "answer.json").read_text(encoding="utf-8").replace("Q3586", "Q24826")
    (tmp_path / "other.json").write_text(text, encoding="utf-8")
    collection = load_wikidata(tmp_path, INFO, {"wikidata": {"files": ["other.json"]}})
    assert {one.id: one.part_of for one in collection.places}["Q11462"] == "Q24826"


def test_the_source_is_the_snapshot(load):
    collection = load("answer.json", snapshot=dt.date(2016, 9, 7), url="https://example.org/dump")
    (source,) = {one.claim.source for one in collection.records}
    assert (source.url, source.publisher, source.source_type) == (
        "https://example.org/dump",
        "Wikidata",
        "knowledge-base",
    )
    assert source.issued == PartialDate(2016, 9, 7)
    assert source.part_of == "http://www.wikidata.org/entity/Q2013"
    assert source.id.startswith("example-org-")


def test_the_snapshot_is_the_day_of_the_collection_unless_stated(load):
    assert load("answer.json").records[0].claim.source.issued == PartialDate(2026, 2, 3)


def test_two_snapshots_are_two_sources(load):
    first, second = (load("answer.json", snapshot=dt.date(year, 1, 1)) for year in (2016, 2026))
    assert first.records[0].claim.source.id != second.records[0].claim.source.id


def test_the_same_statement_in_two_files_counts_once(load):
    once, twice = load("answer.json"), load("answer.json", "entity.ttl")
    assert [one.claim.id for one in twice.records] == [one.claim.id for one in once.records]
    assert twice.rows == 19 == rows_of(twice)
    assert kinds_of(twice)["repeated-row"] == 9


def test_a_truthy_triple_gives_way_to_its_statement(load):
    collection = load("truthy.nt", "answer.json")
    repeated = [one for one in collection.issues if one.kind == "repeated-row"]
    assert [(one.row, one.file, one.line) for one in repeated] == [("Q11462-Q24826", "truthy.nt", 6)]
    claims = {one.claim.id for one in collection.records}
    assert {"wikidata/Q24826-Q11462", "wikidata/Q24826-Q11725"} < claims
    assert collection.rows == rows_of(collection)


def test_a_property_limits_a_dump(load):
    collection = load("dump.json", only_with="P190")
    assert {one.id: one.label("en") for one in collection.places} == {
        "Q11462": "Q11462",
        "Q24826": "Liverpool",
    }
    assert [(one.row, one.line, one.kind) for one in collection.issues] == [
        ("dump.json-L4", 4, "unreadable-row"),
        ("dump.json-L6", 6, "unreadable-row"),
    ]


def test_a_second_file_names_what_the_first_does_not(load):
    collection = load("dump.json", "truthy.nt", only_with="P190")
    assert {one.id: one.label("en") for one in collection.places}["Q11462"] == "Surabaya"


def test_a_form_is_known_by_how_it_begins(load, tmp_path):
    for name, other in (("answer.json", "Q11462"), ("entity.ttl", "turtle"), ("truthy.nt", "triples")):
        shutil.copy(DATA / name, tmp_path / other)
    named = load("answer.json", "entity.ttl", "truthy.nt")
    unnamed = load_wikidata(tmp_path, INFO, {"wikidata": {"files": ["Q11462", "turtle", "triples"]}})
    assert [one.claim for one in unnamed.records] == [one.claim for one in named.records]


def test_patterns_and_absolute_names_are_files(tmp_path):
    by_pattern = load_wikidata(
        tmp_path, INFO, {"wikidata": {"files": [f"{DATA}/answer.*", f"{DATA}/*.json"]}}
    )
    assert {one.file for one in by_pattern.records} == {"answer.json", "dump.json"}
    assert kinds_of(by_pattern)["repeated-row"] == 0


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({}, "files is no list of file names"),
        ({"files": "answer.json"}, "files is no list of file names"),
        ({"files": [1]}, "files is no list of file names"),
        ({"files": ["answer.json"], "only": "P190", "as_of": 1}, "unknown keys: as_of, only"),
        ({"files": ["answer.json"], "snapshot": "2016"}, "snapshot is no day"),
        ({"files": ["answer.json"], "url": 5}, "url must be texts"),
        ({"files": ["other.json"]}, "there is no file other.json"),
        ({"files": ["answer.json", "notes.txt"]}, "notes.txt is none of .json, .nt, .ttl"),
    ],
)
def test_a_wrong_setting_is_told(tmp_path, section, told):
    shutil.copy(DATA / "answer.json", tmp_path)
    (tmp_path / "notes.txt").write_text("Notes", encoding="utf-8")
    with pytest.raises(CollectionError, match=told):
        load_wikidata(tmp_path, INFO, {"wikidata": section})


@pytest.mark.shared
def test_weimar_as_a_collection():
    if not SHARED.exists():
        pytest.skip("../shared/data/wikidata-entity is absent")
    section = {"files": ["Q3955.json"], "snapshot": dt.date(2016, 9, 7)}
    collection = load_wikidata(SHARED, INFO, {"wikidata": section})
    assert (collection.rows, len(collection.records), collection.issues) == (5, 5, ())
    weimar = next(one for one in collection.places if one.id == "Q3955")
    assert (weimar.country, weimar.level, weimar.is_city) == ("Q183", "city", True)
    assert (weimar.latitude, weimar.longitude, weimar.population) == ("50.98", "11.32", 64131)
    claim = next(one.claim for one in collection.records if one.parties[1].qid == "Q2751")
    assert (
        claim.description
        == "Wikidata lists Q2751 as a twinned administrative body of Weimar since 1994-04-15."
    )
    assert claim.references == ("http://stadt.weimar.de/ueber-weimar/partnerstaedte/",)


def write_dump(folder, count):
    """Write a dump of so many items that name each other in two statements, the last ones."""
    target = {"type": "wikibase-entityid", "value": {"id": "Q11"}}
    snak = {"snaktype": "value", "property": "P190", "datavalue": target}
    twin = {"id": "Q10$t1", "mainsnak": snak, "rank": "normal", "type": "statement"}
    lines = []
    for number in range(10, 10 + count):
        labels = {"en": {"language": "en", "value": f"Town {number}"}}
        claims = {"P190": [twin]} if number == 10 else {}
        lines.append(json.dumps({"type": "item", "id": f"Q{number}", "labels": labels, "claims": claims}))
    (folder / "dump.json").write_text("[\n" + ",\n".join(reversed(lines)) + "\n]\n", encoding="utf-8")


@pytest.mark.slow
def test_items_that_nobody_names_need_no_memory(tmp_path):
    def load():
        collection = load_wikidata(tmp_path, INFO, {"wikidata": {"files": ["dump.json"]}})
        assert [place.labels[0] for place in collection.places] == [("en", "Town 10"), ("en", "Town 11")]

    peaks = {}
    for count in (1000, 4000):
        write_dump(tmp_path, count)
        peaks[count] = peak_bytes(load)
    assert peaks[4000] < peaks[1000] + 200_000


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("name", ["e.json", "e.ttl", "e.nt"])
def test_a_file_with_nothing_in_it_is_told(tmp_path, name, pack):
    """What a broken download leaves behind is no list of nothing."""
    (tmp_path / name).write_bytes(pack(b" \n"))
    collection = load_wikidata(tmp_path, INFO, {"wikidata": {"files": [name]}})
    assert [(one.kind, one.row) for one in collection.issues] == [("unreadable-row", f"{name}-L1")]
    assert "the file is empty" in collection.issues[0].reason
    assert collection.rows == 1

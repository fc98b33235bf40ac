"""What strangers hand over is read or refused in a sentence: no traceback, no silent loss."""

import bz2
import gzip
import json
import os
import random

import pytest
import zstandard

from benchmarks.lists.fuzz_inputs import BAD, CURATED, INPUTS, LOST, run_trial, run_trials, swap_values
from graph import reading
from graph.errors import CollectionError, TableError
from graph.network.edges import read_edges
from graph.reading import read_text, read_whole
from loaders.settings import read_settings
from loaders.tables.registers import read_agreement_register, read_place_register
from loaders.wikidata import entity_json, files
from loaders.wikidata.model import Unreadable
from loaders.wikidata.rdf.triples import read_triples


@pytest.mark.parametrize("form", INPUTS)
def test_a_sound_file_is_read(tmp_path, form):
    trial = run_trial(form, INPUTS[form].seed(), tmp_path / "fuzz")
    assert trial.outcome == "read", trial.detail


def test_a_row_that_is_lost_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "benchmarks.lists.fuzz_inputs.read_place_register", lambda path: read_place_register(path)[1:]
    )
    form = "places register"
    assert run_trial(form, INPUTS[form].seed(), tmp_path / "fuzz").outcome == LOST


def test_a_value_of_json_is_swapped_in_whole_documents_and_in_lines():
    document, lines = b'{"a": [1, {"b": "c"}]}', b'[\n{"a": 1},\n{"a": 2}\n]'
    for number in range(50):
        changed = json.loads(swap_values(document, random.Random(number)))
        assert repr(changed) != repr(json.loads(document))
        assert swap_values(lines, random.Random(number)).count(b"\n") in (0, 3)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7, 8])
def test_damaged_files_are_read_or_refused_and_never_lose_a_row(tmp_path, seed):
    trials = list(run_trials(190, seed, tmp_path))
    assert [trial for trial in trials if trial.outcome in BAD] == []
    assert {trial.form for trial in trials} == {*INPUTS, CURATED}


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("collection.toml", read_settings),
        ("register.csv", read_agreement_register),
        ("places.csv", lambda folder: read_place_register(folder / "places.csv")),
        ("edges.csv", lambda folder: read_edges(folder / "edges.csv")),
    ],
)
def test_nobody_waits_for_a_pipe(tmp_path, name, read):
    os.mkfifo(tmp_path / name)
    with pytest.raises((TableError, CollectionError), match="it is no file"):
        read(tmp_path)


def test_a_dump_that_is_a_pipe_is_told(tmp_path):
    os.mkfifo(tmp_path / "dump.json")
    (found,) = entity_json.read_entities(tmp_path / "dump.json")
    assert isinstance(found, Unreadable) and "it is no file" in found.reason


def test_a_file_that_is_too_large_is_left(tmp_path, monkeypatch):
    path = tmp_path / "large"
    path.write_bytes(b"12345")
    assert read_whole(path, 5) == b"12345"
    with pytest.raises(OSError, match="more than 0 MiB"):
        read_whole(path, 4)
    assert reading.MOST_BYTES == 256 << 20


def test_a_text_has_its_lines_and_no_mark(tmp_path):
    (tmp_path / "text").write_bytes(b"\xef\xbb\xbfa\r\nb\rc\n")
    assert read_text(tmp_path / "text") == "a\nb\nc\n"


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, zstandard.compress])
def test_a_line_that_does_not_end_is_left_and_told(tmp_path, monkeypatch, pack):
    monkeypatch.setattr(files, "MOST_LINE", 100_000)
    line = b'{"id": "Q1", "type": "item", "claims": {}}\n'
    (tmp_path / "dump.json").write_bytes(pack(line * 2 + b" " * 200_000))
    *items, last = entity_json.read_entities(tmp_path / "dump.json")
    assert [item.qid for item in items] == ["Q1", "Q1"]
    assert isinstance(last, Unreadable) and "a line has more than" in last.reason


@pytest.mark.slow
def test_a_bomb_is_unpacked_in_pieces(tmp_path):
    """Of a whole chunk of 128 KiB come 4 GB."""
    bomb = zstandard.ZstdCompressor().compress(bytes(1 << 30))
    (tmp_path / "dump.json.zst").write_bytes(bomb)
    with files.open_stream(tmp_path / "dump.json.zst") as stream:
        raw = stream.raw
        assert stream.read(1 << 20) == bytes(1 << 20)
        assert len(raw._ready) <= 128 << 20


def test_one_value_of_json_over_many_lines_is_not_held_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MOST_AT_ONCE", 1000)
    (tmp_path / "one.json").write_bytes(b'{\n"id":\n' + b" \n" * 1000)
    (found,) = entity_json.read_entities(tmp_path / "one.json")
    assert isinstance(found, Unreadable) and "one value has more than" in found.reason


def test_one_entity_of_n_triples_is_not_held_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr("loaders.wikidata.rdf.triples.MOST_AT_ONCE", 1000)
    (tmp_path / "dump.nt").write_bytes(b'<urn:a> <urn:b> "c" .\n' * 100)
    *_, last = read_triples(tmp_path / "dump.nt")
    assert isinstance(last, Unreadable) and "one entity has more than" in last.reason


def test_json_that_is_too_deep_is_told(tmp_path):
    (tmp_path / "deep.json").write_bytes(b"[" * 100_000 + b"\n")
    (found,) = entity_json.read_entities(tmp_path / "deep.json")
    assert isinstance(found, Unreadable) and "no JSON" in found.reason


@pytest.mark.parametrize("label", [None, 5, ["a"], {"a": 1}])
def test_a_name_that_is_no_text_is_told(tmp_path, label):
    entity = {"id": "Q1", "type": "item", "labels": {"en": {"language": "en", "value": label}}, "claims": {}}
    (tmp_path / "dump.json").write_text(json.dumps(entity), encoding="utf-8")
    (found,) = entity_json.read_entities(tmp_path / "dump.json")
    assert isinstance(found, Unreadable) and "is no text" in found.reason


def test_a_cell_of_our_own_tables_ends_with_its_line(tmp_path):
    """A quotation mark too many would swallow the rows up to the next one."""
    (tmp_path / "register.csv").write_text('agreement,claims\na,"1\nb,2\nc,3"\n', encoding="utf-8")
    with pytest.raises(TableError, match="goes on over the end of the line"):
        read_agreement_register(tmp_path)


def test_an_agreement_stands_in_the_register_once(tmp_path):
    (tmp_path / "register.csv").write_text("agreement,claims\na,1\na,2\n", encoding="utf-8")
    with pytest.raises(TableError, match="'a' is there twice"):
        read_agreement_register(tmp_path)

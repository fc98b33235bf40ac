"""What led to a thing once says why there is none any more."""

import pytest

from graph.errors import CollectionError, TableError
from graph.reconcile.reconcile import reconcile
from graph.triples.gone import describe_gone
from loaders.collection import load_collections
from tests.kit.graph.collections import write_collection

BASE = "https://w3id.org/kota-kembar/"
EVENT = "event/Q11462-Q188806-exploration-2019"


@pytest.fixture
def load(tmp_path):
    def load(*rows):
        folder = write_collection(tmp_path / "tiny")
        (folder / "gone.csv").write_text("\n".join(["path,reason", *rows, ""]), encoding="utf-8")
        return load_collections([folder])

    return load


def lines(collections):
    return [str(quad) for quad in describe_gone(collections, reconcile(collections))]


def test_a_thing_that_is_gone_is_deprecated_and_says_why(load):
    assert lines(load(f'{EVENT},"It was a visit, and of another year."')) == [
        f"<{BASE}{EVENT}> <http://www.w3.org/2002/07/owl#deprecated> "
        f'"true"^^<http://www.w3.org/2001/XMLSchema#boolean> <{BASE}graph/core>',
        f"<{BASE}{EVENT}> <http://www.w3.org/2004/02/skos/core#historyNote> "
        f'"It was a visit, and of another year."@en <{BASE}graph/core>',
    ]


def test_a_pair_that_only_steps_speak_of_is_no_partnership_and_can_be_gone(load):
    assert len(lines(load("partnership/Q11462-Q188806,It was never signed."))) == 2


def test_without_a_table_nothing_is_gone(tmp_path):
    assert lines(load_collections([write_collection(tmp_path / "tiny")])) == []


ALIVE = ("place/Q11462", "partnership/Q11462-Q24826", "claim/tiny/T1", "source/example-org-087a05")


@pytest.mark.parametrize("path", ALIVE)
def test_what_is_there_cannot_be_gone(load, path):
    with pytest.raises(CollectionError, match=f"gone.csv: {path} is not gone, the graph has it"):
        lines(load(f"{path},No reason"))


@pytest.mark.parametrize("row", ["place/,why", "../x,why", "place/a b,why", "vocab/x/y,why", f"{EVENT},"])
def test_what_is_no_path_or_has_no_reason_is_refused(load, row):
    with pytest.raises(TableError, match=r"gone.csv, line 2"):
        load(row)


def test_two_reasons_for_one_thing_are_refused(load):
    load(f"{EVENT},One", f"{EVENT},One")
    with pytest.raises(TableError, match="has two reasons"):
        load(f"{EVENT},One", f"{EVENT},Another")

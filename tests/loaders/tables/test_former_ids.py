"""Ids that places and pairs had before theirs: the registers of a curated collection."""

import pytest

from graph.errors import CollectionError, TableError
from graph.reconcile.reconcile import reconcile
from graph.triples.model import build_quads
from loaders.collection import load_collections
from loaders.tables.registers import read_agreement_register
from loaders.workspace import freeze_agreements
from tests.kit.graph.collections import edited, write_collection

BASE = "https://w3id.org/kota-kembar/"
OLD, REGISTER = "x-gb-liverpool-1", "id,country,name,now\n"
RENAMED = f"{OLD},GB,Liverpool,Q24826\n"


def with_register(folder, rows, pairs=""):
    """The tiny collection, with a register of places and the ids of pairs."""
    write_collection(folder)
    (folder / "places_register.csv").write_text(REGISTER + rows)
    if pairs:
        (folder / "former_pairs.csv").write_text(f"former,now,reason\n{pairs}")
    return folder


def moves(folder):
    """Which addresses lead to which."""
    quads = build_quads(reconcile(load_collections([folder])))
    moved = [q for q in quads if q.predicate.value.endswith("isReplacedBy")]
    return {q.subject.value.removeprefix(BASE): q.object.value.removeprefix(BASE) for q in moved}


def test_a_place_keeps_the_ids_that_it_had_and_leads_on_with_all_that_they_name(tmp_path):
    folder = with_register(tmp_path, f"x-gb-liverpool-0,GB,Leverpool,{OLD}\n" + RENAMED)
    assert moves(folder) == {
        f"place/{OLD}": "place/Q24826",
        "place/x-gb-liverpool-0": "place/Q24826",
        f"partnership/Q11462-{OLD}": "partnership/Q11462-Q24826",
        "partnership/Q11462-x-gb-liverpool-0": "partnership/Q11462-Q24826",
        f"agreement/Q11462-{OLD}-founding-2018": "agreement/Q11462-Q24826-founding-2018",
        "agreement/Q11462-x-gb-liverpool-0-founding-2018": "agreement/Q11462-Q24826-founding-2018",
        f"signature/Q11462-{OLD}-founding-2018-1": "signature/Q11462-Q24826-founding-2018-1",
        "signature/Q11462-x-gb-liverpool-0-founding-2018-1": "signature/Q11462-Q24826-founding-2018-1",
    }


def test_an_event_leads_on_too(tmp_path):
    folder = with_register(tmp_path, "x-jp-kitakyushu-1,JP,Kitakyushu,Q188806\n")
    assert moves(folder) == {
        "place/x-jp-kitakyushu-1": "place/Q188806",
        "event/Q11462-x-jp-kitakyushu-1-exploration-2020": "event/Q11462-Q188806-exploration-2020",
    }


def test_an_agreement_of_a_renamed_place_leads_on_from_the_register(tmp_path):
    old = edited("places.csv", "Q24826", OLD), edited("origins.csv", "Q24826", OLD)
    write_collection(
        tmp_path, places=old[0], origins=old[1], place_names=edited("place_names.csv", "Q24826", OLD)
    )
    freeze_agreements([tmp_path])
    with_register(tmp_path, RENAMED)
    assert moves(tmp_path)[f"agreement/Q11462-{OLD}-founding-2018"] == "agreement/Q11462-Q24826-founding-2018"


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ("Q24826,GB,Liverpool,Q11462\n", "is no id that is minted here"),
        (f"{OLD},GB,Liverpool,\n", f"it leads to {OLD}, which is no place"),
        (f"{OLD},GB,Liverpool,Q5\n", "it leads to Q5, which is no place"),
        (f"{OLD},GB,Liverpool,x-gb-b-1\nx-gb-b-1,GB,B,{OLD}\n", "back to itself"),
    ],
)
def test_a_register_that_leads_nowhere_is_told(tmp_path, rows, wrong):
    with pytest.raises(TableError, match=wrong):
        load_collections([with_register(tmp_path, rows)])


def test_an_id_that_leads_on_is_no_place_any_more(tmp_path):
    write_collection(tmp_path, places=edited("places.csv", "Q188806", "x-jp-kitakyushu-1"))
    (tmp_path / "places_register.csv").write_text(REGISTER + "x-jp-kitakyushu-1,JP,Kitakyushu,Q24826\n")
    origins = edited("origins.csv", "Q188806", "x-jp-kitakyushu-1")
    (tmp_path / "origins.csv").write_text(origins)
    with pytest.raises(TableError, match="x-jp-kitakyushu-1 is a place"):
        load_collections([tmp_path])


def test_a_pair_leads_on_from_an_id_that_its_places_do_not_tell(tmp_path):
    folder = with_register(tmp_path, "", "Q11462-Q1234,Q11462-Q24826,Liverpool went by the item of another\n")
    assert moves(folder) == {
        "partnership/Q11462-Q1234": "partnership/Q11462-Q24826",
        "agreement/Q11462-Q1234-founding-2018": "agreement/Q11462-Q24826-founding-2018",
        "signature/Q11462-Q1234-founding-2018-1": "signature/Q11462-Q24826-founding-2018-1",
    }


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("Q11462-Q1234,Q11462-Q5,a reason\n", "cannot lead to Q11462-Q5"),
        ("Q11462-Q188806,Q11462-Q24826,a reason\n", "Q11462-Q188806 is one itself"),
    ],
)
def test_an_id_of_a_pair_leads_to_a_pair_and_is_none(tmp_path, row, wrong):
    with pytest.raises(CollectionError, match=wrong):
        reconcile(load_collections([with_register(tmp_path, "", row)]))


def test_an_id_of_a_pair_says_why(tmp_path):
    with pytest.raises(TableError, match="column reason is empty"):
        load_collections([with_register(tmp_path, "", "Q11462-Q1234,Q11462-Q24826,\n")])


def test_what_an_agreement_was_called_before_is_kept_in_the_register_too(tmp_path):
    folder = with_register(tmp_path, RENAMED)
    freeze_agreements([folder])
    (folder / "places_register.csv").unlink()
    former = f"Q11462-{OLD}-founding-2018"
    assert {*read_agreement_register(folder)} == {former, "Q11462-Q24826-founding-2018"}
    assert moves(folder)[f"agreement/{former}"] == "agreement/Q11462-Q24826-founding-2018"

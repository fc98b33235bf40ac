"""What only goes by another address now has not changed."""

import pytest
from pyoxigraph import Store

from graph.diff.compare import diff_stores
from graph.diff.text import describe_diff
from graph.diff.types import Diff, Rename
from graph.reconcile.reconcile import reconcile
from graph.store.quads import sort_quads
from graph.triples.model import build_quads
from loaders.collection import load_collections
from loaders.workspace import freeze_agreements
from tests.kit.graph.collections import edited, write_collection
from tests.kit.graph.diff import plain

BASE = "https://w3id.org/kota-kembar/"
OLD = "x-gb-liverpool-1"
TABLES = ("places.csv", "origins.csv", "place_names.csv")


def store_of(folder):
    store = Store()
    store.extend(build_quads(reconcile(load_collections([folder]))))
    return store


def compare(folder, **changes):
    """What changes when Liverpool, of a minted id, gets its own, and the tables change otherwise too."""
    before = {name.split(".")[0]: edited(name, "Q24826", OLD) for name in TABLES}
    write_collection(folder, **before)
    freeze_agreements([folder])
    old = store_of(folder)
    write_collection(folder, **changes)
    (folder / "places_register.csv").write_text(f"id,country,name,now\n{OLD},GB,Liverpool,Q24826\n")
    new = store_of(folder)
    diff = diff_stores(old, new)
    lines = [sort_quads(store, folder / f"{number}.nq").lines() for number, store in enumerate((old, new))]
    assert diff_stores(old, new, lines=(lines[0], lines[1])) == diff
    return diff


@pytest.fixture(scope="module")
def renamed(tmp_path_factory):
    return compare(tmp_path_factory.mktemp("renamed"))


def test_a_place_with_its_pairs_and_agreements_is_renamed_and_nothing_changes(renamed):
    names = [(r.before.removeprefix(BASE), r.after.removeprefix(BASE), r.label) for r in renamed.renames]
    assert names == [
        (f"agreement/Q11462-{OLD}-founding-2018", "agreement/Q11462-Q24826-founding-2018",
         "Memorandum of understanding: Surabaya – Liverpool (2018)"),
        (f"partnership/Q11462-{OLD}", "partnership/Q11462-Q24826", "Surabaya – Liverpool"),
        (f"place/{OLD}", "place/Q24826", "Liverpool"),
    ]  # fmt: skip
    assert (renamed.things, sum(vars(renamed.claims).values())) == ((), 0)


def test_renames_are_told_as_such(renamed):
    text = describe_diff(renamed)
    assert "renamed: 1 agreements, 1 partnerships, 1 places\n" in text
    assert f"\n= place/{OLD} → place/Q24826  Liverpool\n" in text
    assert Diff.from_json(renamed.as_json()) == renamed
    assert renamed.renames[0] == Rename(
        f"{BASE}agreement/Q11462-{OLD}-founding-2018",
        f"{BASE}agreement/Q11462-Q24826-founding-2018",
        "Memorandum of understanding: Surabaya – Liverpool (2018)",
    )


def test_what_changed_besides_its_address_is_compared_with_what_it_was(tmp_path):
    diff = compare(tmp_path, statements=edited("statements.csv", "2018-03-19", "2018-03-20"))
    days, causes = ("2018-03-19", "2018-03-20"), [("changed", "tiny/T1")]
    assert [plain(change) for change in diff.things] == [
        ("changed", "partnership/Q11462-Q24826", "Surabaya – Liverpool", {"since": days}, causes),
        (
            "changed",
            "agreement/Q11462-Q24826-founding-2018",
            diff.renames[0].label,
            {"signedOn": days},
            causes,
        ),
    ]
    assert len(diff.renames) == 3


def test_a_pair_that_another_one_replaces_is_not_renamed(tmp_path):
    folder = write_collection(tmp_path)
    assert diff_stores(store_of(folder), store_of(folder)).renames == ()

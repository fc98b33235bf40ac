"""Small collections that differ in one thing, as stores to compare."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Store

from graph.diff.compare import diff_stores
from graph.diff.types import Diff, ThingChange
from graph.model.claims import LoadedCollection
from graph.reconcile.reconcile import reconcile
from graph.store.quads import sort_quads
from graph.triples.model import build_quads
from loaders.collection import load_collections
from tests.kit.graph.collections import FILES, write_collection

PAGE, BLOG = "https://example.org/mou", "https://example.org/blog"
SOURCES = FILES["sources.csv"] + f"example-org-e7b764,{BLOG},A blog,,en,blog,,\n"
LIVERPOOL, KITAKYUSHU = "partnership/Q11462-Q24826", "partnership/Q11462-Q188806"
_BASE = "https://w3id.org/kota-kembar/"


def row(name: str, **fields: str) -> str:
    """A row of statements.csv: an MoU of Surabaya and Kitakyushu unless told otherwise."""
    values = {
        "party_b": "Kitakyushu,JP",
        "event": "MoU",
        "date": "2012-11-13",
        "source": "example-org-087a05",
    }
    values |= fields
    return (
        f"{name},Kota Surabaya,ID,{values['party_b']},{values['event']},{values['date']},,,,,"
        f"Says {name},{values['source']},,\n"
    )


def with_rows(*rows: str) -> dict[str, str]:
    """The changes that append rows to the statements, and tell the collection how many there are now."""
    settings = FILES["collection.toml"].replace("rows = 4", f"rows = {4 + len(rows)}")
    return {"statements": FILES["statements.csv"] + "".join(rows), "collection": settings, "sources": SOURCES}


def load(folder: Path, judgements: str = "", **changes: str) -> list[LoadedCollection]:
    """The collection with some tables changed."""
    write_collection(folder, **changes)
    (folder / "judgements.csv").write_text(
        f"id,claim,verdict,issue,note,evidence,corrected_by\n{judgements}", encoding="utf-8"
    )
    return load_collections([folder])


def make_store(folder: Path, **changes: str) -> Store:
    """A store in memory of the collection with some tables changed."""
    store = Store()
    store.extend(build_quads(reconcile(load(folder, **changes))))
    return store


def compare(folder: Path, old: dict[str, str], new: dict[str, str]) -> Diff:
    """What changed from one set of tables to another, found in the stores and again in their sorted lines."""
    stores = make_store(folder, **old), make_store(folder, **new)
    before, after = (sort_quads(store, folder / f"sorted-{n}.nq").lines() for n, store in enumerate(stores))
    found = diff_stores(*stores, old_id="a", new_id="b")
    assert diff_stores(*stores, old_id="a", new_id="b", lines=(before, after)) == found
    return found


def plain(change: ThingChange) -> tuple[str, str, str, dict[str, tuple[str, str]], list[tuple[str, str]]]:
    """A change without bases: kind, IRI, label, values before and after, and (kind, id) of the causes."""
    values = {c.name: (_plain(c.before), _plain(c.after)) for c in change.changes}
    causes = [(cause.kind.value, cause.id) for cause in change.causes]
    return change.kind.value, change.iri.removeprefix(_BASE), change.label, values, causes


def _plain(values: tuple[str, ...]) -> str:
    return " ".join(value.removeprefix(_BASE).removeprefix("vocab/") for value in values)

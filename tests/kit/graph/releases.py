"""Releases on disk with the files that the pages about data show, made without a build."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from endpoint.app import close_app, create_app
from graph.diff.types import Counts, Diff, Kind, Rename, Thing, ThingChange, ValueChange
from graph.downloads.changes import write_changes
from graph.downloads.describe.citation import bibtex
from graph.downloads.describe.counts.statistics import count_quads
from graph.downloads.describe.description import describe_release
from graph.downloads.quality import find_issues, note_issues, write_issues
from graph.model.claims import LoadedCollection
from graph.model.iris import graph_iri
from graph.pipeline.publish import write_texts
from graph.pipeline.summary import count_model, describe_collections
from graph.reconcile.reconcile import reconcile
from graph.store.files import ReleaseFile, write_file
from graph.store.manifest import write_manifest
from graph.store.quads import sort_quads
from graph.store.releases import Release, publish, read_release
from graph.store.store import load_store, open_store
from graph.store.validation import find_breaches
from graph.triples.model import build_quads
from ontology import read_text
from queries import query_texts
from tests.kit.http.engine import small_config
from tests.kit.http.site import Page

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
OLD, NEW = "2026-01-31-aaaa0000", "2026-02-28-bbbb1111"
CHANGE = ThingChange(
    Thing.PARTNERSHIP,
    Kind.CHANGED,
    "https://w3id.org/kota-kembar/partnership/Q11462-Q24826",
    "Surabaya – Liverpool",
    (ValueChange("since", ("2018-03-19",), ("2018-03-20",)),),
)
RENAME = Rename(
    "https://w3id.org/kota-kembar/place/x-gb-liverpool-1",
    "https://w3id.org/kota-kembar/place/Q24826",
    "Liverpool",
)


def write_release(
    home: Path, release_id: str, collections: Sequence[LoadedCollection], diff: Diff | None = None
) -> Release:
    """Write a release of `collections` with the files that are described here, and publish it."""
    model, folder = reconcile(collections), home / "releases" / release_id
    quads = sort_quads([*build_quads(model), *_schema_quads()], folder / "sorted.nq")
    load_store(quads, folder / "store")
    breaches = find_breaches(open_store(folder / "store"))
    day, target = dt.date.fromisoformat(release_id[:10]), folder / "files"
    packed, cited = gzip.compress(quads.path.read_bytes(), mtime=0), bibtex(release_id, day).encode()
    files = [
        write_file(target, "kota-kembar.nq.gz", packed, "application/n-quads", "dump", "gzip"),
        write_file(target, "partnerships.csv", b"partnership\r\nSurabaya\r\n", "text/csv", "table"),
        write_file(target, "citation.bib", cited, "application/x-bibtex", "citation"),
        *write_issues(release_id, find_issues(note_issues(model, collections), breaches, quads), target),
    ]
    counts = count_model(model) | {"triples": len(quads), "issues": 1}
    described = describe_release(release_id, day, counts, model.collections, files, count_quads(quads))
    files.append(write_file(target, "void.ttl", described, "text/turtle", "description"))
    if diff is not None:
        files += write_changes(diff, target)
    _write_manifest(folder, release_id, counts, collections, files, diff)
    publish(home, release_id)
    return read_release(folder)


def write_two_releases(home: Path, collections: Sequence[LoadedCollection]) -> list[Release]:
    """Write a first release and one with a change after it; return them, the newest first."""
    size = Counts(accepted=1, agreements=1, claims=3)
    first = write_release(home, OLD, collections, Diff(size, new=OLD))
    diff = Diff(size, size, things=(CHANGE,), renames=(RENAME,), old=OLD, new=NEW)
    second = write_release(home, NEW, collections, diff)
    return [second, first]


def _schema_quads() -> Iterator[Quad]:
    for graph, name in (("ontology", "kembar.ttl"), ("vocabulary", "vocabulary.ttl")):
        for quad in parse(read_text(name).encode(), RdfFormat.TURTLE):
            yield Quad(quad.subject, quad.predicate, quad.object, NamedNode(graph_iri(graph)))


def with_licence(collections: Sequence[LoadedCollection], licence: str) -> list[LoadedCollection]:
    """Return the collections under another licence."""
    return [replace(one, info=replace(one.info, licence=licence)) for one in collections]


def _write_manifest(
    folder: Path,
    release_id: str,
    counts: dict[str, Any],
    collections: Sequence[LoadedCollection],
    files: Sequence[ReleaseFile],
    diff: Diff | None,
) -> None:
    manifest = {
        "id": release_id,
        "compiled": release_id[:10],
        "sha256": release_id[-8:] * 8,
        "previous": (diff.old or None) if diff else None,
        "counts": counts,
        "collections": describe_collections(collections),
        "warnings": {},
        "files": [asdict(file) for file in sorted(files, key=lambda file: file.name)],
    }
    write_texts(folder / "queries", query_texts())
    write_manifest(folder, manifest)


class WholeAnswers(FlaskClient):
    """A client that reads each answer to its end, as a server does, so that no file stays open."""

    def open(self, *arguments, **options):
        return super().open(*arguments, **{"buffered": True, **options})


@contextmanager
def open_site(release: Release) -> Iterator[Flask]:
    made = create_app(small_config(release.path.parent.parent), release)
    made.test_client_class = WholeAnswers
    try:
        yield made
    finally:
        close_app(made)


def read(client: FlaskClient, address: str, status: int = 200) -> Page:
    response = client.get(address, headers=HTML)
    assert response.status_code == status, response.text
    page = Page(response.text)
    assert len(page.all("h1")) == 1
    assert all("scope" in th for th in page.all("th"))
    return page


STATEMENT = {
    "counts": {
        "places": 2, "countries": 1, "agreements": 0, "claims": 1, "sources": 1, "triples": 0,
        "share_dated": 0.0, "share_two_sources": 0.0,
        "partnerships": {"accepted": 1, "intent": 0, "claimed": 0},
    },
    "collections": [],
}  # fmt: skip
"""What the manifest of a release must state of its content, as short as may be."""


def write_folder(home: Path, release_id: str, **stated: object) -> Path:
    """Write the folder of a release that nobody can ask: some files, sealed, and no triple store."""
    folder = home / "releases" / release_id
    for name in ("store", "queries"):
        (folder / name).mkdir(parents=True)
    (folder / "store" / "000001.sst").write_bytes(bytes(range(256)))
    (folder / "store" / "CURRENT").write_bytes(b"MANIFEST-000001\n")
    (folder / "queries" / "cities.rq").write_text("SELECT * {}", encoding="utf-8")
    entry = write_file(folder / "files", "core.ttl", b"# " + release_id.encode(), "text/turtle", "core")
    named = {"id": release_id, "compiled": release_id[:10], "files": [asdict(entry)]}
    write_manifest(folder, STATEMENT | named | stated)
    return folder


def flip(path: Path, place: int | None = None) -> None:
    """Change one byte of a file, the one in the middle unless told which."""
    body = bytearray(path.read_bytes())
    place = len(body) // 2 if place is None else place
    body[place] ^= 0x5A
    path.write_bytes(body)

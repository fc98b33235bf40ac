"""What a release holds besides its store: the downloads, the questions, its id and the manifest.

The id is made of all that is published, and some of the files name it. So these are written twice: under a
stand-in, which makes the same content give the same id, and then under the id.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from graph.diff.compare import diff_stores
from graph.diff.types import Diff
from graph.downloads.changes import write_changes, write_patch
from graph.downloads.core import write_core
from graph.downloads.describe.citation import bibtex, cff
from graph.downloads.describe.counts.schema import Schema
from graph.downloads.describe.counts.statistics import Statistics, count_quads
from graph.downloads.describe.description import describe_release
from graph.downloads.describe.packages.packages import write_packages
from graph.downloads.describe.publication import make_publication
from graph.downloads.dumps import FORMATS, read_lines, write_dump
from graph.downloads.quality import Noted, find_issues, note_issues, write_issues
from graph.downloads.tables.network import write_typed_network
from graph.downloads.tables.tables import write_typed_tables
from graph.model.claims import CollectionInfo, LoadedCollection
from graph.model.conclusions import Model
from graph.model.terms import LABEL
from graph.names.index.write import FILE as NAMES_FILE
from graph.names.index.write import write_names
from graph.network.files import write_network
from graph.network.network import Network
from graph.pipeline.content import STAND_IN, hash_content, make_id
from graph.pipeline.summary import count_model, describe_collections
from graph.pipeline.workers import Workers
from graph.store.files import ReleaseFile, write_file
from graph.store.manifest import FILES, NAMES, QUESTIONS, STORE, write_manifest
from graph.store.quads import SortedQuads
from graph.store.releases import Release
from graph.store.store import open_store, select
from ontology import Breach

Written = Callable[[], list[ReleaseFile]]
"""Waits for downloads that are being written, and returns them."""


@dataclass(frozen=True)
class Downloads:
    """The downloads that do not name their release, and the statistics of its quads, while they are made."""

    tables: Sequence[ReleaseFile]
    written: Sequence[Written]
    counted: Callable[[], Statistics]

    def wait(self) -> list[ReleaseFile]:
        """Return the downloads once they are all there; raises what went wrong with the first of them."""
        return [*self.tables, *(file for written in self.written for file in written())]


def start_dumps(workers: Workers, quads: SortedQuads, files: Path) -> list[Written]:
    """Start to write the quads in all formats."""
    return [workers.start(write_format, quads, form.suffix, files) for form in FORMATS]


def start_downloads(
    workers: Workers, described: Described, dumps: Sequence[Written], files: Path
) -> Downloads:
    """Start to write the other downloads, also those that are made of the tables."""
    core = workers.start(write_core, described.quads, files)
    typed = workers.start(write_typed_tables, files)
    network = workers.start(write_networks, described.network, files)
    written = [*dumps, typed, network, lambda: [core()]]
    return Downloads(described.tables, written, workers.start(count_quads, described.quads))


def write_format(quads: SortedQuads, suffix: str, files: Path) -> list[ReleaseFile]:
    """Write the dump in the format that has a suffix: formats of the engine cannot travel themselves."""
    return write_dump(quads, next(form for form in FORMATS if form.suffix == suffix), files)


def write_networks(network: Network, files: Path) -> list[ReleaseFile]:
    """Write the network for other programs; the graphs and trees of that take much memory for a while."""
    return [*write_network(network, files), *write_typed_network(files)]


@dataclass(frozen=True)
class Stated:
    """What files and manifest state of claims and conclusions, when these themselves are forgotten."""

    infos: Sequence[CollectionInfo]
    counts: Mapping[str, Any]
    collections: Sequence[Mapping[str, Any]]
    issues: int
    noted: Noted

    @property
    def compiled(self) -> dt.date:
        """Return the day of the newest collection."""
        return max(info.compiled for info in self.infos)


def state(model: Model, collections: Sequence[LoadedCollection]) -> Stated:
    """Return what is stated of the collections of a release and of what is concluded from them."""
    return Stated(
        [collection.info for collection in collections],
        count_model(model),
        describe_collections(collections),
        sum(len(collection.issues) for collection in collections),
        note_issues(model, collections),
    )


@dataclass(frozen=True)
class Described:
    """All quads of a release, what they use, the downloads made without them, and what is stated besides.

    `network` is what its files are made of, `register` what the register of minted ids is to hold.
    """

    stated: Stated
    quads: SortedQuads
    schema: Schema
    tables: Sequence[ReleaseFile]
    network: Network
    register: bytes


@dataclass(frozen=True)
class Draft:
    """A release before it is published: everything that its files are made of."""

    described: Described
    breaches: Sequence[Breach]
    questions: Mapping[str, str]
    downloads: Downloads
    named: Callable[[], None]
    """Waits for the index of names."""

    @property
    def statement(self) -> dict[str, Any]:
        """Return what the manifest states of the content."""
        stated = self.described.stated
        counts = {**stated.counts, "triples": len(self.described.quads), "issues": stated.issues}
        return {
            "compiled": stated.compiled.isoformat(),
            "counts": counts,
            "collections": stated.collections,
            "warnings": {breach.rule.name: len(breach.things) for breach in self.breaches},
        }


def write_draft(
    draft: Draft,
    folder: Path,
    find_previous: Callable[[str], Release | None],
    progress: Callable[[str], None] = lambda step: None,
) -> str:
    """Write all files and last the manifest of a release whose store is in `folder`; return its id.

    `find_previous` gives the release that the one with an id follows. What changed since then is among the
    files, but has no part in the id.
    """
    progress("writing the files")
    statement, quads = draft.statement, draft.described.quads
    files, sha256 = _write_files(draft, statement, folder / FILES)
    release_id = make_id(statement["compiled"], sha256)
    write_texts(folder / QUESTIONS, draft.questions)
    progress("comparing with the release before")
    previous = find_previous(release_id)
    files += write_changes(_compare(draft, release_id, folder, previous), folder / FILES)
    if previous and (before := read_lines(previous.files_path)):
        ids = previous.id, release_id
        files.append(write_patch(ids, before, quads.lines(), quads.sha256, folder / FILES))
    progress("indexing the names")
    draft.named()
    manifest = {
        "id": release_id,
        "sha256": sha256,
        "previous": previous.id if previous else None,
        "files": [asdict(file) for file in sorted(files, key=lambda file: file.name)],
    }
    write_manifest(folder, statement | manifest)
    return release_id


def index_names(folder: Path) -> None:
    """Write the index of names of a release whose store is in `folder`."""
    (folder / NAMES).mkdir()
    write_names(partial(select, open_store(folder / STORE)), folder / NAMES / NAMES_FILE)


def write_texts(folder: Path, texts: Mapping[str, str]) -> None:
    """Make a folder and write texts into it, by file name."""
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def _write_files(draft: Draft, statement: Mapping[str, Any], files: Path) -> tuple[list[ReleaseFile], str]:
    """Write the downloads, and return them with the SHA-256 of the content, which gives the id."""
    stated = draft.described.stated
    issues = find_issues(stated.noted, draft.breaches, draft.described.quads.of_property(LABEL))
    made = draft.downloads.wait()
    statistics = replace(draft.downloads.counted(), schema=draft.described.schema)

    def write_naming(release_id: str) -> list[ReleaseFile]:
        whole = [*made, *write_issues(release_id, issues, files), *_write_citation(draft, release_id, files)]
        facts = (release_id, stated.compiled, statement["counts"], stated.infos, whole)
        described = describe_release(*facts, statistics)
        whole = [*whole, write_file(files, "void.ttl", described, "text/turtle", "description")]
        return write_packages(make_publication(*facts), whole, files)

    sha256 = hash_content(write_naming(STAND_IN), draft.questions, statement)
    return write_naming(make_id(statement["compiled"], sha256)), sha256


def _write_citation(draft: Draft, release_id: str, files: Path) -> list[ReleaseFile]:
    entry, cff_text = (cite(release_id, draft.described.stated.compiled) for cite in (bibtex, cff))
    return [
        write_file(files, "citation.bib", entry.encode(), "application/x-bibtex", "citation"),
        write_file(files, "CITATION.cff", cff_text.encode(), "application/yaml", "citation"),
    ]


def _compare(draft: Draft, release_id: str, folder: Path, previous: Release | None) -> Diff:
    """Return what changed since `previous`."""
    new = open_store(folder / STORE)
    if previous is None:
        return diff_stores(None, new, new_id=release_id)
    old, before = open_store(previous.store_path), read_lines(previous.files_path)
    lines = (before, draft.described.quads.lines()) if before else None
    return diff_stores(old, new, old_id=previous.id, new_id=release_id, lines=lines)

"""What a release holds besides its store: the downloads, the questions, its id and the manifest.

The id is made of all that is published, and some of the files name it. So these are written twice: under a
stand-in, which makes the same content give the same id, and then under the id.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from graph.diff.compare import diff_stores
from graph.diff.types import Diff
from graph.downloads.changes import write_changes, write_patch
from graph.downloads.core import write_core
from graph.downloads.describe.citation import bibtex, cff
from graph.downloads.describe.counts.schema import Schema
from graph.downloads.describe.counts.statistics import count_quads
from graph.downloads.describe.description import describe_release
from graph.downloads.describe.packages.packages import write_packages
from graph.downloads.describe.publication import make_publication
from graph.downloads.dumps import FORMATS, read_lines, write_dump
from graph.downloads.quality import find_issues, write_issues
from graph.downloads.tables.network import write_typed_network
from graph.downloads.tables.tables import write_tables, write_typed_tables
from graph.model.claims import LoadedCollection
from graph.model.conclusions import Model
from graph.model.terms import LABEL
from graph.names.index.write import FILE as NAMES_FILE
from graph.names.index.write import write_names
from graph.network.files import write_network
from graph.network.network import Network
from graph.pipeline.content import STAND_IN, hash_content, make_id
from graph.pipeline.summary import count_model, describe_collections
from graph.store.files import ReleaseFile, write_file
from graph.store.manifest import FILES, NAMES, QUESTIONS, STORE, write_manifest
from graph.store.quads import SortedQuads
from graph.store.releases import Release
from graph.store.store import open_store, select
from ontology import Breach


@dataclass(frozen=True)
class Draft:
    """A release before it is published: everything that its files are made of."""

    compiled: dt.date
    model: Model
    network: Network
    collections: Sequence[LoadedCollection]
    quads: SortedQuads
    breaches: Sequence[Breach]
    questions: Mapping[str, str]
    schema: Schema

    @property
    def statement(self) -> dict[str, Any]:
        """Return what the manifest states of the content."""
        issues = sum(len(collection.issues) for collection in self.collections)
        return {
            "compiled": self.compiled.isoformat(),
            "counts": count_model(self.model) | {"triples": len(self.quads), "issues": issues},
            "collections": describe_collections(self.collections),
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
    statement = draft.statement
    files, sha256 = _write_files(draft, statement, folder / FILES)
    release_id = make_id(draft.compiled.isoformat(), sha256)
    write_texts(folder / QUESTIONS, draft.questions)
    progress("comparing with the release before")
    previous = find_previous(release_id)
    files += write_changes(_compare(draft, release_id, folder, previous), folder / FILES)
    if previous and (before := read_lines(previous.files_path)):
        ids = previous.id, release_id
        files.append(write_patch(ids, before, draft.quads.lines(), draft.quads.sha256, folder / FILES))
    progress("indexing the names")
    (folder / NAMES).mkdir()
    write_names(partial(select, open_store(folder / STORE)), folder / NAMES / NAMES_FILE)
    manifest = {
        "id": release_id,
        "sha256": sha256,
        "previous": previous.id if previous else None,
        "files": [asdict(file) for file in sorted(files, key=lambda file: file.name)],
    }
    write_manifest(folder, statement | manifest)
    return release_id


def write_texts(folder: Path, texts: Mapping[str, str]) -> None:
    """Make a folder and write texts into it, by file name."""
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def _write_files(draft: Draft, statement: Mapping[str, Any], files: Path) -> tuple[list[ReleaseFile], str]:
    """Write the downloads, and return them with the SHA-256 of the content, which gives the id."""
    made = _write_content(draft, files)
    issues = find_issues(draft.model, draft.collections, draft.breaches, draft.quads.of_property(LABEL))
    statistics = count_quads(draft.quads, draft.schema)

    def write_naming(release_id: str) -> list[ReleaseFile]:
        infos = [collection.info for collection in draft.collections]
        whole = [*made, *write_issues(release_id, issues, files), *_write_citation(draft, release_id, files)]
        facts = (release_id, draft.compiled, statement["counts"], infos, whole)
        described = describe_release(*facts, statistics)
        whole = [*whole, write_file(files, "void.ttl", described, "text/turtle", "description")]
        return write_packages(make_publication(*facts), whole, files)

    sha256 = hash_content(write_naming(STAND_IN), draft.questions, statement)
    return write_naming(make_id(draft.compiled.isoformat(), sha256)), sha256


def _write_content(draft: Draft, files: Path) -> list[ReleaseFile]:
    """Write the downloads that do not name their release."""
    return _run(
        *(partial(write_dump, draft.quads, form, files) for form in FORMATS),
        lambda: [write_core(draft.quads, files)],
        lambda: [*write_tables(draft.model, files), *write_typed_tables(files)],
        lambda: [*write_network(draft.network, files), *write_typed_network(files)],
    )


def _run(*tasks: Callable[[], list[ReleaseFile]]) -> list[ReleaseFile]:
    """Return the files that the tasks write, two at a time: one compresses while another makes its text."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        return [file for files in pool.map(lambda task: task(), tasks) for file in files]


def _write_citation(draft: Draft, release_id: str, files: Path) -> list[ReleaseFile]:
    entry, cff_text = bibtex(release_id, draft.compiled), cff(release_id, draft.compiled)
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
    lines = (before, draft.quads.lines()) if before else None
    return diff_stores(old, new, old_id=previous.id, new_id=release_id, lines=lines)

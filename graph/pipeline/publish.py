"""What a release holds besides its store: the downloads, their checksums and the manifest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from graph.diff.compare import diff_stores
from graph.diff.text import describe_diff
from graph.downloads.citation import bibtex, cff
from graph.downloads.core import write_core
from graph.downloads.describe.description import describe_release
from graph.downloads.describe.statistics import count_quads
from graph.downloads.dumps import FORMATS, read_lines, write_dump
from graph.downloads.quality import write_issues
from graph.downloads.tables.tables import write_tables
from graph.model.claims import LoadedCollection
from graph.model.conclusions import Model
from graph.model.terms import LABEL
from graph.network.files import write_network
from graph.network.network import Network
from graph.pipeline.summary import count_model, describe_collections
from graph.store.files import ReleaseFile, write_file
from graph.store.quads import SortedQuads
from graph.store.releases import Release, write_json
from graph.store.store import open_store
from ontology import Breach


@dataclass(frozen=True)
class Draft:
    """A release before it is published: everything that its files are made of."""

    id: str
    compiled: dt.date
    model: Model
    network: Network
    collections: Sequence[LoadedCollection]
    quads: SortedQuads
    breaches: Sequence[Breach]
    questions: Mapping[str, str]

    @property
    def counts(self) -> dict[str, Any]:
        """Return the numbers of the release, as the manifest states them."""
        issues = sum(len(collection.issues) for collection in self.collections)
        return count_model(self.model) | {"triples": len(self.quads), "issues": issues}


def write_draft(
    draft: Draft, folder: Path, previous: Release | None, progress: Callable[[str], None] = lambda step: None
) -> None:
    """Write all files, SHA256SUMS and last the manifest of a release whose store is in `folder` already.

    `previous` is the release that it follows; what changed since then is among the files.
    """
    progress("writing the files")
    files = _write_files(draft, folder / "files")
    progress("comparing with the release before")
    files += _write_changes(draft, folder, previous)
    files.sort(key=lambda file: file.name)
    sums = "".join(f"{file.sha256}  {file.name}\n" for file in files)
    write_texts(folder / "queries", draft.questions)
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8")
    manifest = {
        "id": draft.id,
        "compiled": draft.compiled.isoformat(),
        "sha256": draft.quads.sha256,
        "previous": previous.id if previous else None,
        "counts": draft.counts,
        "collections": describe_collections(draft.collections),
        "warnings": {breach.rule.name: len(breach.things) for breach in draft.breaches},
        "files": [asdict(file) for file in files],
    }
    write_json(folder / "manifest.json", manifest)


def write_texts(folder: Path, texts: Mapping[str, str]) -> None:
    """Make a folder and write texts into it, by file name."""
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def _write_files(draft: Draft, files: Path) -> list[ReleaseFile]:
    """Write the downloads: first those made of the content, then the description of them all."""
    infos = [collection.info for collection in draft.collections]
    made = _run(
        *(partial(write_dump, draft.quads, form, files) for form in FORMATS),
        lambda: [write_core(draft.quads, files)],
        lambda: write_tables(draft.model, files),
        lambda: write_network(draft.network, files),
        lambda: _write_issues(draft, files),
        lambda: _write_citation(draft, files),
    )
    statistics = count_quads(draft.quads)
    description = describe_release(draft.id, draft.compiled, draft.counts, infos, made, statistics)
    return [*made, write_file(files, "void.ttl", description, "text/turtle", "description")]


def _run(*tasks: Callable[[], list[ReleaseFile]]) -> list[ReleaseFile]:
    """Return the files that the tasks write, two at a time: one compresses while another makes its text."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        return [file for files in pool.map(lambda task: task(), tasks) for file in files]


def _write_issues(draft: Draft, files: Path) -> list[ReleaseFile]:
    labels = draft.quads.of_property(LABEL)
    return write_issues(draft.id, draft.model, draft.collections, draft.breaches, labels, files)


def _write_citation(draft: Draft, files: Path) -> list[ReleaseFile]:
    entry, cff_text = bibtex(draft.id, draft.compiled), cff(draft.id, draft.compiled)
    return [
        write_file(files, "citation.bib", entry.encode(), "application/x-bibtex", "citation"),
        write_file(files, "CITATION.cff", cff_text.encode(), "application/yaml", "citation"),
    ]


def _write_changes(draft: Draft, folder: Path, previous: Release | None) -> list[ReleaseFile]:
    """Write what changed since `previous`; not part of the content, since it depends on what came before."""
    files, new = folder / "files", open_store(folder / "store")
    if previous is None:
        diff = diff_stores(None, new, new_id=draft.id)
    else:
        old, before = open_store(previous.store_path), read_lines(previous.files_path)
        lines = (before, draft.quads.lines()) if before else None
        diff = diff_stores(old, new, old_id=previous.id, new_id=draft.id, lines=lines)
    return [
        write_file(files, "changes.json", diff.as_json().encode(), "application/json", "changes"),
        write_file(files, "changes.txt", describe_diff(diff).encode(), "text/plain", "changes"),
    ]

"""What every description of a release tells: who publishes what, when, and under which licences."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.model.claims import CollectionInfo
from graph.store.files import ReleaseFile
from ontology import BASE

TITLE = "Kota Kembar: an open, dated, sourced knowledge graph of sister-city cooperation"
PUBLISHER = ("about#contributors", "The Kota Kembar contributors")
KEYWORDS = ("sister cities", "twin towns", "city networks", "paradiplomacy", "kota kembar", "linked data")
CONFORMS_TO = (
    "http://www.w3.org/TR/vocab-dcat-3/",
    "http://www.w3.org/TR/void/",
    "http://www.w3.org/TR/prov-o/",
    "https://datapackage.org/standard/",
    "http://mlcommons.org/croissant/1.1",
    "https://w3id.org/ro/crate/1.2",
)
"""The standards that a release and what describes it keep to."""
LANGUAGES = ("en", "id")
PUBLIC = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
OPEN_ACCESS = "http://purl.org/coar/access_right/c_abf2"
"""Who may have it, everybody, in the words of the EU's publications office and of repositories (COAR)."""
_NOT_DESCRIBED = frozenset({"description", "changes"})
"""Kinds of files that are no part of the content, or would hold their own checksum."""


@dataclass(frozen=True)
class Publication:
    """A release as others see it: `counts` are those of the manifest, `files` its downloads by name.

    Left out of `files` are descriptions and what changed since the release before.
    """

    id: str
    compiled: dt.date
    counts: Mapping[str, Any]
    collections: Sequence[CollectionInfo]
    files: Sequence[ReleaseFile]

    @property
    def licences(self) -> tuple[str, ...]:
        """Return the licences of all collections, each once, in order."""
        return licences_of(self.collections)

    @property
    def titles(self) -> Mapping[str, str]:
        """Return the title by language."""
        return {"en": f"Kota Kembar, release {self.id}", "id": f"Kota Kembar, rilis {self.id}"}

    @property
    def summaries(self) -> Mapping[str, str]:
        """Return what is in it in a sentence, by language."""
        accepted = self.counts["partnerships"]["accepted"]
        agreements, claims, sources = (self.counts[name] for name in ("agreements", "claims", "sources"))
        return {
            "en": f"Sister-city cooperation as dated claims with their sources: {accepted} partnerships and "
            f"{agreements} agreements, from {claims} claims of {sources} sources.",
            "id": f"Kerja sama kota kembar sebagai klaim bertanggal beserta sumbernya: {accepted} kemitraan "
            f"dan {agreements} perjanjian, dari {claims} klaim dalam {sources} sumber.",
        }

    def find(self, name: str) -> ReleaseFile | None:
        """Return the file of this name, if there is one."""
        return next((file for file in self.files if file.name == name), None)


def make_publication(
    release_id: str,
    compiled: dt.date,
    counts: Mapping[str, Any],
    collections: Sequence[CollectionInfo],
    files: Iterable[ReleaseFile],
) -> Publication:
    """Return a publication of those of the files that are content, sorted by name."""
    content = sorted((file for file in files if file.kind not in _NOT_DESCRIBED), key=lambda file: file.name)
    return Publication(release_id, compiled, counts, collections, content)


def publication_of(stated: Mapping[str, Any], files: Iterable[ReleaseFile]) -> Publication:
    """Return a release as its manifest states it; of collections that knows no description and no creator."""
    collections = [
        CollectionInfo(
            name=entry["name"],
            title=tuple(entry["title"].items()),
            description=(),
            licence=entry["licence"],
            creator="",
            compiled=dt.date.fromisoformat(entry["compiled"]),
        )
        for entry in stated["collections"]
    ]
    compiled = dt.date.fromisoformat(stated["compiled"])
    return make_publication(stated["id"], compiled, stated["counts"], collections, files)


def licences_of(collections: Sequence[CollectionInfo]) -> tuple[str, ...]:
    """Return the licences of collections, each once, in order."""
    return tuple(sorted({info.licence for info in collections}))


def release_iri(release_id: str) -> str:
    """Return the IRI of a release as a dataset."""
    return f"{BASE}release/{release_id}"


def file_iri(release_id: str, name: str) -> str:
    """Return the IRI of one download of a release as a distribution."""
    return f"{release_iri(release_id)}/file/{name}"


def doi_address(doi: str) -> str:
    """Return the address of a DOI (https://www.doi.org/doi-handbook/HTML/)."""
    return f"https://doi.org/{doi}"


def write_description(tree: Mapping[str, Any]) -> bytes:
    """Return a description as JSON, UTF-8, in the order given."""
    return (json.dumps(tree, ensure_ascii=False, indent=1) + "\n").encode()

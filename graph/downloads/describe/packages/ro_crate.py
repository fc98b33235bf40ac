"""ro-crate-metadata.json: the folder of a release as a research object, with what it was made by and of.

RO-Crate 1.2, https://www.researchobject.org/ro-crate/specification/1.2/. Files are named relative to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from graph.downloads.describe.licences import licence_name
from graph.downloads.describe.provenance import program_version
from graph.downloads.describe.publication import (
    KEYWORDS,
    PUBLISHER,
    Publication,
    release_iri,
    write_description,
)
from graph.store.files import ReleaseFile
from ontology import BASE

FILE = "ro-crate-metadata.json"
_CRATE = "https://w3id.org/ro/crate/1.2"
_BUILD, _SOFTWARE = "#build", "#kembar"

Node = dict[str, Any]


def describe_crate(publication: Publication, files: Sequence[ReleaseFile]) -> bytes:
    """Return the metadata of a folder that holds `files`, which are those of a publication and others."""
    parts = sorted(files, key=lambda file: file.name)
    return write_description(
        {
            "@context": f"{_CRATE}/context",
            "@graph": [
                {
                    "@id": FILE,
                    "@type": "CreativeWork",
                    "conformsTo": {"@id": _CRATE},
                    "about": {"@id": "./"},
                },
                _root(publication, parts),
                *(_file(file) for file in parts),
                *_context_entities(publication),
            ],
        }
    )


def _root(publication: Publication, files: Sequence[ReleaseFile]) -> Node:
    return {
        "@id": "./",
        "@type": "Dataset",
        "identifier": release_iri(publication.id),
        "url": f"{BASE}data/{publication.id}/",
        "name": publication.titles["en"],
        "description": publication.summaries["en"],
        "version": publication.id,
        "datePublished": publication.compiled.isoformat(),
        "license": _references(publication.licences),
        "keywords": ", ".join(KEYWORDS),
        "author": {"@id": BASE + PUBLISHER[0]},
        "publisher": {"@id": BASE + PUBLISHER[0]},
        "isBasedOn": _references([f"{BASE}collection/{info.name}" for info in publication.collections]),
        "mentions": {"@id": _BUILD},
        "hasPart": [{"@id": file.name} for file in files],
    }


def _file(file: ReleaseFile) -> Node:
    return {
        "@id": file.name,
        "@type": "File",
        "name": file.name,
        "description": f"{file.kind} file of the release",
        "encodingFormat": file.served_type,
        "contentSize": str(file.bytes),
        "sha256": file.sha256,
    }


def _context_entities(publication: Publication) -> Iterator[Node]:
    """Yield what the files have in common: who, under which licence, of which collections, by what."""
    yield {
        "@id": BASE + PUBLISHER[0],
        "@type": "Organization",
        "name": PUBLISHER[1],
        "url": BASE + PUBLISHER[0],
    }
    for licence in publication.licences:
        yield {
            "@id": licence,
            "@type": "CreativeWork",
            "name": licence_name(licence),
            "description": f"The licence {licence_name(licence)}",
        }
    for info in publication.collections:
        yield {
            "@id": f"{BASE}collection/{info.name}",
            "@type": "CreativeWork",
            "name": dict(info.title)["en"],
            "datePublished": info.compiled.isoformat(),
            "license": {"@id": info.licence},
        }
    yield {
        "@id": _BUILD,
        "@type": "CreateAction",
        "name": "kembar build",
        "instrument": {"@id": _SOFTWARE},
        "object": _references([f"{BASE}collection/{info.name}" for info in publication.collections]),
        "result": {"@id": "./"},
    }
    yield {
        "@id": _SOFTWARE,
        "@type": "SoftwareApplication",
        "name": "Kota Kembar",
        "version": program_version(),
        "url": BASE,
    }


def _references(iris: Sequence[str]) -> list[Node]:
    return [{"@id": iri} for iri in iris]

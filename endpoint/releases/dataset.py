"""What the page of a release tells search engines: the data set in terms of https://schema.org, as JSON-LD.

Addresses of pages and files are those of this host; what is identified has the IRI that it has in the world.
Terms of Dublin Core and PROV stand beside those of schema.org where that has no word.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.downloads.describe.licences import licence_name
from graph.downloads.describe.publication import (
    CONFORMS_TO,
    KEYWORDS,
    LANGUAGES,
    OPEN_ACCESS,
    PUBLISHER,
    TITLE,
    Publication,
    doi_address,
    file_iri,
    publication_of,
    release_iri,
)
from graph.downloads.tables.tables import ALL
from graph.store.files import ReleaseFile
from graph.store.releases import Release
from ontology import BASE, PREFIXES

Node = dict[str, Any]

_CONTEXT = ["https://schema.org", {"dct": PREFIXES["dcterms"], "prov": PREFIXES["prov"]}]
_OTHERS = {"en": "id", "id": "en"}
DESCRIPTIONS: Mapping[str, str] = {
    "void.ttl": "http://www.w3.org/TR/vocab-dcat-3/",
    "datapackage.json": "https://datapackage.org/standard/",
    "croissant.json": "http://mlcommons.org/croissant/1.1",
    "ro-crate-metadata.json": "https://w3id.org/ro/crate/1.2",
}
"""The files of a release that describe it, and what each conforms to."""


def list_descriptions(release: Release) -> list[ReleaseFile]:
    """Return the files that describe a release, of those that it has."""
    return [file for file in release.files if file.name in DESCRIPTIONS]


def describe_dataset(release: Release, host: str, language: str, doi: str = "") -> Node:
    """Return a release as a tree for JSON; `host` is the address of the site without its last slash."""
    publication, iri = publication_of(release.manifest, release.files), release_iri(release.id)
    page = f"{host}/data/{release.id}/"
    agent = {
        "@type": "Organization",
        "@id": BASE + PUBLISHER[0],
        "name": PUBLISHER[1],
        "url": f"{host}/about",
    }
    return {
        "@context": _CONTEXT,
        "@type": "Dataset",
        "@id": iri,
        "url": page,
        "mainEntityOfPage": page,
        "name": publication.titles[language],
        "alternateName": publication.titles[_OTHERS[language]],
        "description": publication.summaries[language],
        "dct:title": _in_both(publication.titles),
        "dct:description": _in_both(publication.summaries),
        **_identity(iri, doi),
        "version": release.id,
        "datePublished": publication.compiled.isoformat(),
        "dateModified": publication.compiled.isoformat(),
        "inLanguage": list(LANGUAGES),
        "keywords": list(KEYWORDS),
        "creator": agent,
        "publisher": agent,
        "license": list(publication.licences),
        "isAccessibleForFree": True,
        "conditionsOfAccess": OPEN_ACCESS,
        "citation": f"{PUBLISHER[1]} ({publication.compiled.year}). {TITLE}. Release {release.id}. "
        f"{doi_address(doi) if doi else iri}",
        "isPartOf": {"@type": "Dataset", "@id": BASE, "name": "Kota Kembar", "description": TITLE},
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": f"{BASE}data/", "url": f"{host}/data/"},
        "isBasedOn": [f"{BASE}collection/{info.name}" for info in publication.collections],
        "hasPart": _collections(publication, agent),
        "variableMeasured": _variables(publication),
        "measurementTechnique": f"{host}/about",
        "distribution": [_download(file, page, release.id) for file in publication.files],
        "subjectOf": [_description(file, page) for file in list_descriptions(release)],
        "dct:conformsTo": [{"@id": standard} for standard in CONFORMS_TO],
        "prov:wasGeneratedBy": _build(publication, iri),
    }


def _identity(iri: str, doi: str) -> Node:
    if not doi:
        return {"identifier": iri}
    value = {
        "@type": "PropertyValue",
        "@id": doi_address(doi),
        "propertyID": "https://registry.identifiers.org/registry/doi",
        "value": f"doi:{doi}",
        "url": doi_address(doi),
    }
    return {"identifier": [doi_address(doi), iri, value], "sameAs": doi_address(doi)}


def _in_both(texts: Mapping[str, str]) -> list[Node]:
    return [{"@value": texts[language], "@language": language} for language in LANGUAGES]


def _collections(publication: Publication, agent: Node) -> list[Node]:
    """Return the collections, each with the licence of its claims."""
    return [
        {
            "@type": "Dataset",
            "@id": f"{BASE}collection/{info.name}",
            "name": dict(info.title)["en"],
            "description": f"The claims of the collection {info.name}, a graph of the release of their own. "
            f"Licence: {licence_name(info.licence)}",
            "license": info.licence,
            "creator": agent,
            "datePublished": info.compiled.isoformat(),
        }
        for info in publication.collections
    ]


def _variables(publication: Publication) -> list[Node]:
    """Return the columns of the tables, each once."""
    columns = {c.name: c for table in ALL if publication.find(f"{table.name}.csv") for c in table.columns}
    return [
        {"@type": "PropertyValue", "name": name, "description": column.what}
        for name, column in sorted(columns.items())
    ]


def _download(file: ReleaseFile, page: str, release_id: str) -> Node:
    return {
        "@type": "DataDownload",
        "@id": file_iri(release_id, file.name),
        "name": file.name,
        "contentUrl": page + file.name,
        "encodingFormat": file.served_type,
        "contentSize": f"{file.bytes} B",
        "sha256": file.sha256,
    }


def _description(file: ReleaseFile, page: str) -> Node:
    return {
        "@type": "MediaObject",
        "name": file.name,
        "contentUrl": page + file.name,
        "encodingFormat": file.media_type,
        "dct:conformsTo": {"@id": DESCRIPTIONS[file.name]},
    }


def _build(publication: Publication, iri: str) -> Node:
    used = [{"@id": f"{BASE}collection/{info.name}"} for info in publication.collections]
    return {"@type": "prov:Activity", "@id": f"{iri}#build", "prov:used": used}

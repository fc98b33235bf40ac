"""The metadata with which a release is deposited in a repository: for DataCite, and for Zenodo.

https://datacite-metadata-schema.readthedocs.io/en/4.5/ as the JSON of its REST API, and
https://developers.zenodo.org/#representation of a deposition. Nothing is sent from here.
"""

from __future__ import annotations

from typing import Any

from graph.downloads.describe.licences import licence_name
from graph.downloads.describe.publication import (
    KEYWORDS,
    LANGUAGES,
    PUBLISHER,
    TITLE,
    Publication,
    release_iri,
)
from ontology import BASE

Node = dict[str, Any]


def describe_for_datacite(publication: Publication, doi: str = "") -> Node:
    """Return the metadata of a release as DataCite takes it, with its DOI when it has one."""
    named = {"doi": doi} if doi else {}
    return {
        **named,
        "creators": [{"name": PUBLISHER[1], "nameType": "Organizational"}],
        "titles": [
            {"title": f"{TITLE}, release {publication.id}", "lang": "en"},
            {"title": publication.titles["id"], "lang": "id", "titleType": "TranslatedTitle"},
        ],
        "publisher": {"name": PUBLISHER[1]},
        "publicationYear": str(publication.compiled.year),
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Knowledge graph"},
        "subjects": [{"subject": keyword} for keyword in KEYWORDS],
        "dates": [{"date": publication.compiled.isoformat(), "dateType": "Issued"}],
        "language": "en",
        "version": publication.id,
        "alternateIdentifiers": [
            {"alternateIdentifier": release_iri(publication.id), "alternateIdentifierType": "URL"}
        ],
        "relatedIdentifiers": [
            {"relatedIdentifier": BASE, "relatedIdentifierType": "URL", "relationType": "IsVersionOf"},
            *(
                {
                    "relatedIdentifier": f"{BASE}collection/{info.name}",
                    "relatedIdentifierType": "URL",
                    "relationType": "IsDerivedFrom",
                }
                for info in publication.collections
            ),
        ],
        "rightsList": [
            {"rightsUri": licence, "rights": licence_name(licence)} for licence in publication.licences
        ],
        "descriptions": [
            {"description": publication.summaries[language], "descriptionType": "Abstract", "lang": language}
            for language in LANGUAGES
        ],
        "sizes": [f"{sum(file.bytes for file in publication.files)} bytes"],
        "formats": sorted({file.served_type for file in publication.files}),
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }


def describe_for_zenodo(publication: Publication, doi: str = "") -> Node:
    """Return the metadata of a deposition; without a DOI it asks Zenodo to reserve one.

    A record has one licence there, so the licences of several collections are told in words.
    """
    identifier = {"doi": doi} if doi else {"prereserve_doi": True}
    licences = "; ".join(
        f"{info.name}: {licence_name(info.licence)} ({info.licence})" for info in publication.collections
    )
    return {
        "metadata": {
            **identifier,
            "upload_type": "dataset",
            "title": f"{TITLE}, release {publication.id}",
            "creators": [{"name": PUBLISHER[1]}],
            "description": "".join(f"<p>{publication.summaries[language]}</p>" for language in LANGUAGES),
            "publication_date": publication.compiled.isoformat(),
            "version": publication.id,
            "language": "eng",
            "keywords": list(KEYWORDS),
            "access_right": "open",
            "license": "other-open",
            "notes": f"Licences of the collections: {licences}",
            "related_identifiers": [
                {"identifier": release_iri(publication.id), "relation": "isIdenticalTo"},
                {"identifier": BASE, "relation": "isVersionOf"},
            ],
        }
    }

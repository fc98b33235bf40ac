"""What a page tells search engines: its thing in the terms of https://schema.org, as JSON-LD.

Every page is a WebPage whose main entity is the thing, under the thing's own IRI. A partnership is a Role,
the one type there for a relationship with dates of its own; the places that have it are what the page is
about. Dates keep their precision: ISO 8601 lets a year or a month stand alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from endpoint.engine.language.guard import QueryKind
from endpoint.sparql.negotiation import formats_for
from endpoint.things.thing import Thing
from graph.downloads.describe.publication import (
    OPEN_ACCESS,
    PUBLISHER,
    Publication,
    publication_of,
    release_iri,
)
from graph.model.points import parse_point
from graph.store.releases import Release
from ontology import BASE

CONTEXT = "https://schema.org"
SITE = {"@type": "WebSite", "@id": BASE, "name": "Kota Kembar"}

Node = dict[str, Any]


def describe_page(thing: Thing, page: str, release: Release | None = None) -> Node:
    """Return the JSON-LD of the page at the address `page` about a thing, as a tree for JSON.

    With the release that it is taken from it tells who publishes it, when, and under which licences.
    """
    builder = _BUILDERS.get(thing.kind, _intangible)
    main = {"@id": thing.iri, "name": thing.title, "url": page} | builder(thing)
    about = [
        place for name in ("kk:party", "kk:contractingParty") for place in _references(thing, name, "Place")
    ]
    return _drop_empty(
        {
            "@context": CONTEXT,
            "@type": "WebPage",
            "@id": page,
            "name": thing.title,
            "inLanguage": thing.language,
            "isPartOf": SITE,
            "about": about if thing.kind == "partnership" else None,
            **(_origin(thing, page, release) if release else {}),
            "mainEntity": _drop_empty(main),
        }
    )


def _origin(thing: Thing, page: str, release: Release) -> Node:
    """Return what is true of all that a page shows; a claim bears the licence of its collection alone."""
    own = {iri.rpartition("/")[2] for iri in thing.texts("kk:collection")} if thing.kind == "claim" else set()
    publication = publication_of(release.manifest, ())
    licences = {info.licence for info in publication.collections if not own or info.name in own}
    agent = {"@type": "Organization", "@id": BASE + PUBLISHER[0], "name": PUBLISHER[1]}
    return {
        "isPartOf": [SITE, {"@type": "Dataset", "@id": release_iri(release.id), **_of_dataset(publication)}],
        "identifier": thing.iri,
        "creator": agent,
        "publisher": agent,
        "license": sorted(licences),
        "dateModified": publication.compiled.isoformat(),
        "version": release.id,
        "isAccessibleForFree": True,
        "conditionsOfAccess": OPEN_ACCESS,
        "encoding": [
            {
                "@type": "MediaObject",
                "contentUrl": f"{page.rpartition('.')[0]}.{form.suffix}",
                "encodingFormat": form.media_type,
            }
            for form in formats_for(QueryKind.GRAPH)
        ],
    }


def _of_dataset(publication: Publication) -> Node:
    return {
        "name": publication.titles["en"],
        "description": publication.summaries["en"],
        "license": list(publication.licences),
    }


def describe_terms(title: str, description: str, iri: str, terms: Mapping[str, tuple[str, str]]) -> Node:
    """Return the JSON-LD of a page that defines terms; `terms` are labels and definitions by IRI."""
    defined = [
        _drop_empty({"@type": "DefinedTerm", "@id": term, "name": label, "description": definition})
        for term, (label, definition) in terms.items()
    ]
    return {
        "@context": CONTEXT,
        "@type": "DefinedTermSet",
        "@id": iri,
        "name": title,
        "description": description,
        "isPartOf": SITE,
        "hasDefinedTerm": defined,
    }


def _place(thing: Thing) -> Node:
    kind = "Country" if thing.is_a("Country") else "City" if thing.is_a("City") else "AdministrativeArea"
    other_names = {*thing.texts("rdfs:label"), *thing.texts("kk:nativeName")} - {thing.title}
    area = _references(thing, "kk:partOf", "AdministrativeArea")
    return {
        "@type": kind,
        "alternateName": sorted(other_names),
        "identifier": thing.texts("kk:wikidataId")
        + thing.texts("kk:isoCode")
        + thing.texts("kk:kemendagriCode"),
        "sameAs": thing.texts("owl:sameAs"),
        "geo": next((_coordinates(wkt) for wkt in thing.texts("geo:asWKT")), None),
        "containedInPlace": area or _references(thing, "kk:country", "Country"),
    }


def _coordinates(wkt: str) -> Node | None:
    point = parse_point(wkt)
    return {"@type": "GeoCoordinates", "latitude": point[0], "longitude": point[1]} if point else None


def _partnership(thing: Thing) -> Node:
    return {
        "@type": "Role",
        "additionalType": thing.texts("rdf:type"),
        "roleName": _labels(thing, "kk:relationType"),
        "startDate": thing.text("kk:since"),
        "endDate": thing.text("kk:until"),
        "subjectOf": _references(thing, "kk:agreement", "CreativeWork"),
    }


def _agreement(thing: Thing) -> Node:
    return {
        "@type": "CreativeWork",
        "additionalType": thing.texts("rdf:type"),
        "genre": _labels(thing, "kk:documentType"),
        "dateCreated": thing.text("kk:signedOn"),
        "expires": thing.text("kk:validUntil"),
        "locationCreated": _references(thing, "kk:signedAt", "Place"),
        "about": _references(thing, "kk:contractingParty", "Place"),
        "keywords": _labels(thing, "kk:cooperationDomain"),
    }


def _claim(thing: Thing) -> Node:
    return {
        "@type": "Claim",
        "text": thing.text("dcterms:description"),
        "appearance": _references(thing, "kk:source", "CreativeWork"),
        "about": _references(thing, "kk:about", "Thing"),
        "isPartOf": _references(thing, "kk:collection", "Dataset"),
    }


def _source(thing: Thing) -> Node:
    publisher, author = thing.text("dcterms:publisher"), thing.text("dcterms:creator")
    return {
        "@type": "CreativeWork",
        "url": thing.text("schema:url") or thing.text("dcterms:identifier"),
        "genre": _labels(thing, "kk:sourceType"),
        "publisher": {"@type": "Organization", "name": publisher} if publisher else None,
        "author": {"@type": "Person", "name": author} if author else None,
        "inLanguage": thing.text("dcterms:language"),
        "datePublished": thing.text("dcterms:issued"),
    }


def _collection(thing: Thing) -> Node:
    creator = thing.text("dcterms:creator")
    return {
        "@type": "Dataset",
        "description": thing.text("dcterms:description"),
        "license": thing.text("dcterms:license"),
        "creator": {"@type": "Organization", "name": creator} if creator else None,
        "datePublished": thing.text("dcterms:issued"),
        "isAccessibleForFree": True,
    }


def _event(thing: Thing) -> Node:
    return {
        "@type": "Event",
        "startDate": thing.text("kk:happenedOn"),
        "about": _references(thing, "kk:place", "Place"),
        "attendee": _references(thing, "kk:participant", "Person"),
        "additionalType": thing.texts("kk:eventType"),
    }


def _person(thing: Thing) -> Node:
    return {"@type": "Person"}


def _regulation(thing: Thing) -> Node:
    return {
        "@type": "Legislation",
        "legislationDate": thing.text("dcterms:issued"),
        "legislationRepeals": _references(thing, "kk:repeals", "Legislation"),
        "isBasedOn": _references(thing, "kk:implements", "Legislation"),
    }


def _assessment(thing: Thing) -> Node:
    return {
        "@type": "Review",
        "reviewBody": thing.text("rdfs:comment"),
        "reviewAspect": _labels(thing, "kk:issue"),
        "itemReviewed": _references(thing, "kk:assesses", "Claim"),
        "citation": _references(thing, "kk:evidence", "Claim"),
        "datePublished": thing.text("dcterms:issued"),
        "author": {"@type": "Organization", "name": SITE["name"]},
    }


def _concept(thing: Thing) -> Node:
    """Return a concept, or a concept scheme, which is in no scheme itself."""
    schemes = thing.texts("skos:inScheme")
    return {
        "@type": "DefinedTerm" if schemes else "DefinedTermSet",
        "description": thing.text("skos:definition"),
        "termCode": thing.text("skos:notation"),
        "alternateName": thing.texts("skos:altLabel"),
        "inDefinedTermSet": schemes,
        "sameAs": thing.texts("skos:exactMatch"),
    }


def _graph(thing: Thing) -> Node:
    return {"@type": "Dataset", "description": thing.text("dcterms:description"), "isAccessibleForFree": True}


def _intangible(thing: Thing) -> Node:
    return {"@type": "Intangible", "additionalType": thing.texts("rdf:type")}


_BUILDERS: dict[str, Callable[[Thing], Node]] = {
    "place": _place,
    "partnership": _partnership,
    "agreement": _agreement,
    "claim": _claim,
    "source": _source,
    "collection": _collection,
    "event": _event,
    "person": _person,
    "regulation": _regulation,
    "assessment": _assessment,
    "vocab": _concept,
    "graph": _graph,
}


def _labels(thing: Thing, name: str) -> list[str]:
    """Return the labels of the things that a property gives."""
    return [thing.labels[iri] for iri in thing.texts(name) if iri in thing.labels]


def _references(thing: Thing, name: str, kind: str) -> list[Node]:
    """Return the things that a property gives, each as a node of the type `kind` with its label."""
    return [
        _drop_empty({"@type": kind, "@id": iri, "name": thing.labels.get(iri)}) for iri in thing.texts(name)
    ]


def _drop_empty(node: Node) -> Node:
    """Return the node without empty values, lists of one as that one."""
    filled = {key: value for key, value in node.items() if value not in (None, "", [])}
    return {
        key: value[0] if isinstance(value, list) and len(value) == 1 else value
        for key, value in filled.items()
    }

"""What a page says to search engines: its thing in the words of https://schema.org, as JSON-LD.

Every page is a WebPage whose main entity is the thing, under the thing's own IRI. A partnership is a Role,
the one type there for a relationship with dates of its own; the places that have it are what the page is
about. Dates keep their precision: ISO 8601 lets a year or a month stand alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from endpoint.engine.results import Cell
from endpoint.show.labels import best_text
from endpoint.things.describe import Values
from graph.model.points import parse_point
from ontology import BASE, KK, PREFIXES

CONTEXT = "https://schema.org"
SITE = {"@type": "WebSite", "@id": BASE, "name": "Kota Kembar"}

Node = dict[str, Any]


@dataclass(frozen=True)
class Described:
    """A thing as its page knows it: its values, the names of what it names, and the language of the page."""

    iri: str
    title: str
    values: Values
    names: Mapping[str, str]
    language: str

    def cells(self, name: str) -> list[Cell]:
        """Return the values of a property, written with its prefix: ``kk:party``."""
        prefix, local = name.split(":")
        return sorted(self.values.get(PREFIXES[prefix] + local, []), key=lambda cell: cell.value)

    def texts(self, name: str) -> list[str]:
        """Return the values of a property as plain texts."""
        return [cell.value for cell in self.cells(name)]

    def text(self, name: str) -> str | None:
        """Return the value of a property in the language of the page, else in the next best, else None."""
        return best_text(self.cells(name), self.language) or None

    def labels(self, name: str) -> list[str]:
        """Return the names of the things that a property gives."""
        return [self.names[iri] for iri in self.texts(name) if iri in self.names]

    def things(self, name: str, kind: str) -> list[Node]:
        """Return the things that a property gives, as references with their names."""
        return [
            _without_nothing({"@type": kind, "@id": i, "name": self.names.get(i)}) for i in self.texts(name)
        ]

    def is_a(self, name: str) -> bool:
        """Return whether the thing is of a class of our ontology."""
        return str(KK[name]) in self.texts("rdf:type")


def describe_page(thing: Described, page: str) -> Node:
    """Return the JSON-LD of the page at the address `page` about a thing."""
    kind = thing.iri.removeprefix(BASE).partition("/")[0]
    main = {"@id": thing.iri, "name": thing.title, "url": page} | _BUILDERS.get(kind, _intangible)(thing)
    about = [place for name in ("kk:party", "kk:contractingParty") for place in thing.things(name, "Place")]
    return _without_nothing(
        {
            "@context": CONTEXT,
            "@type": "WebPage",
            "@id": page,
            "name": thing.title,
            "inLanguage": thing.language,
            "isPartOf": SITE,
            "about": about if kind == "partnership" else None,
            "mainEntity": _without_nothing(main),
        }
    )


def describe_terms(title: str, description: str, iri: str, terms: Mapping[str, tuple[str, str]]) -> Node:
    """Return the JSON-LD of a page that defines words; `terms` are names and definitions by IRI."""
    defined = [
        _without_nothing({"@type": "DefinedTerm", "@id": term, "name": name, "description": meaning})
        for term, (name, meaning) in terms.items()
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


def _place(thing: Described) -> Node:
    kind = "Country" if thing.is_a("Country") else "City" if thing.is_a("City") else "AdministrativeArea"
    others = {*thing.texts("rdfs:label"), *thing.texts("kk:nativeName")} - {thing.title}
    above = thing.things("kk:partOf", "AdministrativeArea") or thing.things("kk:country", "Country")
    return {
        "@type": kind,
        "alternateName": sorted(others),
        "identifier": thing.texts("kk:wikidataId")
        + thing.texts("kk:isoCode")
        + thing.texts("kk:kemendagriCode"),
        "sameAs": thing.texts("owl:sameAs"),
        "geo": next((_coordinates(wkt) for wkt in thing.texts("geo:asWKT")), None),
        "containedInPlace": above,
    }


def _coordinates(wkt: str) -> Node | None:
    point = parse_point(wkt)
    return {"@type": "GeoCoordinates", "latitude": point[0], "longitude": point[1]} if point else None


def _partnership(thing: Described) -> Node:
    return {
        "@type": "Role",
        "additionalType": thing.texts("rdf:type"),
        "roleName": thing.labels("kk:relationType"),
        "startDate": thing.text("kk:since"),
        "endDate": thing.text("kk:until"),
        "subjectOf": thing.things("kk:agreement", "CreativeWork"),
    }


def _agreement(thing: Described) -> Node:
    return {
        "@type": "CreativeWork",
        "additionalType": thing.texts("rdf:type"),
        "genre": thing.labels("kk:documentType"),
        "dateCreated": thing.text("kk:signedOn"),
        "expires": thing.text("kk:validUntil"),
        "locationCreated": thing.things("kk:signedAt", "Place"),
        "about": thing.things("kk:contractingParty", "Place"),
        "keywords": thing.labels("kk:cooperationDomain"),
    }


def _claim(thing: Described) -> Node:
    return {
        "@type": "Claim",
        "text": thing.text("dcterms:description"),
        "appearance": thing.things("kk:source", "CreativeWork"),
        "about": thing.things("kk:about", "Thing"),
        "isPartOf": thing.things("kk:collection", "Dataset"),
    }


def _source(thing: Described) -> Node:
    publisher, author = thing.text("dcterms:publisher"), thing.text("dcterms:creator")
    return {
        "@type": "CreativeWork",
        "url": thing.text("schema:url") or thing.text("dcterms:identifier"),
        "genre": thing.labels("kk:sourceType"),
        "publisher": {"@type": "Organization", "name": publisher} if publisher else None,
        "author": {"@type": "Person", "name": author} if author else None,
        "inLanguage": thing.text("dcterms:language"),
        "datePublished": thing.text("dcterms:issued"),
    }


def _collection(thing: Described) -> Node:
    creator = thing.text("dcterms:creator")
    return {
        "@type": "Dataset",
        "description": thing.text("dcterms:description"),
        "license": thing.text("dcterms:license"),
        "creator": {"@type": "Organization", "name": creator} if creator else None,
        "datePublished": thing.text("dcterms:issued"),
        "isAccessibleForFree": True,
    }


def _event(thing: Described) -> Node:
    return {
        "@type": "Event",
        "startDate": thing.text("kk:happenedOn"),
        "about": thing.things("kk:place", "Place"),
        "attendee": thing.things("kk:participant", "Person"),
        "additionalType": thing.texts("kk:eventType"),
    }


def _person(thing: Described) -> Node:
    return {"@type": "Person"}


def _regulation(thing: Described) -> Node:
    return {
        "@type": "Legislation",
        "legislationDate": thing.text("dcterms:issued"),
        "legislationRepeals": thing.things("kk:repeals", "Legislation"),
        "isBasedOn": thing.things("kk:implements", "Legislation"),
    }


def _assessment(thing: Described) -> Node:
    return {
        "@type": "Review",
        "reviewBody": thing.text("rdfs:comment"),
        "reviewAspect": thing.labels("kk:issue"),
        "itemReviewed": thing.things("kk:assesses", "Claim"),
        "citation": thing.things("kk:evidence", "Claim"),
        "datePublished": thing.text("dcterms:issued"),
        "author": {"@type": "Organization", "name": SITE["name"]},
    }


def _word(thing: Described) -> Node:
    """Return a concept, or a vocabulary, which is of a scheme itself in no way."""
    schemes = thing.texts("skos:inScheme")
    return {
        "@type": "DefinedTerm" if schemes else "DefinedTermSet",
        "description": thing.text("skos:definition"),
        "termCode": thing.text("skos:notation"),
        "alternateName": thing.texts("skos:altLabel"),
        "inDefinedTermSet": schemes,
        "sameAs": thing.texts("skos:exactMatch"),
    }


def _graph(thing: Described) -> Node:
    return {"@type": "Dataset", "description": thing.text("dcterms:description"), "isAccessibleForFree": True}


def _intangible(thing: Described) -> Node:
    return {"@type": "Intangible", "additionalType": thing.texts("rdf:type")}


_BUILDERS: dict[str, Callable[[Described], Node]] = {
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
    "vocab": _word,
    "graph": _graph,
}


def _without_nothing(node: Node) -> Node:
    """Return the node without empty values, lists of one as that one."""
    filled = {key: value for key, value in node.items() if value not in (None, "", [])}
    return {
        key: value[0] if isinstance(value, list) and len(value) == 1 else value
        for key, value in filled.items()
    }

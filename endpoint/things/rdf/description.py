"""What a document about a thing holds: the CONSTRUCT of its description, and what it says when it is cut."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from endpoint.show.lookup import TEXT_PROPERTIES
from ontology import BASE, PREFIXES
from queries.terms import iri_term

LINKS_DESCRIBED = 2000
"""A document gives no more links to its thing by one property than this, and says so."""

_TRUNCATED = "This document holds {shown} of the {count} links by {name}; the dump of the release holds all."
_PARTS = ("geo:hasGeometry", "kk:signature")
_CONCEPT_SCHEME = re.compile(re.escape(BASE) + r"vocab/[^/]+")


def describe_query(iri: str, truncated: Collection[str] = ()) -> str:
    """Return the CONSTRUCT of what a thing stands in: its triples, its parts, the links to it, and labels.

    Labelled is all that it names or that names it. A concept scheme comes with its concepts whole. Of the
    links by the `truncated` properties there are LINKS_DESCRIBED each. The prefixes are those of the site.
    Raises ParameterError when this is no IRI.
    """
    thing = iri_term(iri)
    parts, links = "|".join(_PARTS), _links_to(thing, truncated)
    whole = "skos:inScheme" if _CONCEPT_SCHEME.fullmatch(iri) else f"^({parts})"
    labels = " UNION ".join(
        f"{{ ?subject <{name}> ?value BIND(<{name}> AS ?property) }}" for name in TEXT_PROPERTIES
    )
    return (
        "CONSTRUCT { ?subject ?property ?value } WHERE {\n"
        f"  {{ VALUES ?subject {{ {thing} }} ?subject ?property ?value }}\n"
        f"  UNION {{ {links} BIND({thing} AS ?value) }}\n"
        f"  UNION {{ ?subject {whole} {thing} ; ?property ?value }}\n"
        "  UNION {\n"
        "    { SELECT DISTINCT ?subject WHERE {\n"
        f"      {{ {thing} ?property ?subject }} UNION {{ {links} }}\n"
        f"      UNION {{ {thing} {parts} ?part . ?part ?property ?subject FILTER(?property != rdf:type) }}\n"
        "      FILTER(ISIRI(?subject)) } }\n"
        f"    {labels}\n"
        "  }\n}"
    )


def _links_to(thing: str, truncated: Collection[str]) -> str:
    """Return the pattern of the links to a thing: of all, or of some properties the first few."""
    if not truncated:
        return f"?subject ?property {thing}"
    terms = [iri_term(name) for name in sorted(truncated)]
    limit = f"LIMIT {LINKS_DESCRIBED}"
    first = (
        f"{{ SELECT ?subject ({name} AS ?property) WHERE {{ ?subject {name} {thing} }} {limit} }}"
        for name in terms
    )
    others = f"{{ ?subject ?property {thing} . FILTER(?property NOT IN ({', '.join(terms)})) }}"
    return " UNION ".join([others, *first])


def many_links_query(iri: str) -> str:
    """Return the SELECT of the properties by which more than LINKS_DESCRIBED things link to this one."""
    return (
        f"SELECT ?property (COUNT(*) AS ?count) WHERE {{ ?subject ?property {iri_term(iri)} }}\n"
        f"GROUP BY ?property HAVING(COUNT(*) > {LINKS_DESCRIBED})"
    )


def describe_truncation(document: str, links: Mapping[str, int], dump: str) -> list[Triple]:
    """Return what a document says of itself that leaves links out: how many, and where all of them are.

    `links` are the numbers of all links by the IRI of their property, `dump` is the IRI that has them.
    """
    subject, comment = NamedNode(document), NamedNode(PREFIXES["rdfs"] + "comment")
    comments = [
        Triple(subject, comment, Literal(_TRUNCATED.format(shown=LINKS_DESCRIBED, count=count, name=name)))
        for name, count in sorted(links.items())
    ]
    return [*comments, Triple(subject, NamedNode(PREFIXES["rdfs"] + "seeAlso"), NamedNode(dump))]

"""Descriptions as graphs for people to read: the thing first, one block a subject, always in one order.

Two runs over one release write the same bytes, whatever order the engine answers in.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from endpoint.show.labels import LABEL_PROPERTIES
from endpoint.things.rdf.jsonld import local_name, write_jsonld
from ontology import BASE, PREFIXES
from queries.terms import iri_term

LINKS_DESCRIBED = 2000
"""A document gives no more links to its thing by one property than this, and says so."""

_CUT = "This document holds {shown} of the {count} links by {name}; the dump of the release holds all."
_FIRST = (PREFIXES["rdf"] + "type", *LABEL_PROPERTIES[:3])
_PARTS = ("geo:hasGeometry", "kk:signature")
_SCHEME = re.compile(re.escape(BASE) + r"vocab/[^/]+")
_PREFIX = re.compile(r"(?:^|[\s^])([a-z]+):", re.MULTILINE)


def describe_query(iri: str, cut: Collection[str] = ()) -> str:
    """Return the CONSTRUCT of what a thing stands in: its triples, its parts, the links to it, and names.

    Named are all that it names or that names it. A vocabulary comes with its concepts whole. Of the links by
    the properties in `cut` there are LINKS_DESCRIBED each. The prefixes are those of the site. Raises
    ValueError when this is no IRI.
    """
    thing = iri_term(iri)
    parts, links = "|".join(_PARTS), _links_to(thing, cut)
    whole = "skos:inScheme" if _SCHEME.fullmatch(iri) else f"^({parts})"
    names = " UNION ".join(
        f"{{ ?subject <{name}> ?value BIND(<{name}> AS ?property) }}" for name in LABEL_PROPERTIES
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
        f"    {names}\n"
        "  }\n}"
    )


def _links_to(thing: str, cut: Collection[str]) -> str:
    """Return the pattern of the links to a thing; nothing but `cut` makes it take other than all."""
    if not cut:
        return f"?subject ?property {thing}"
    terms = [iri_term(name) for name in sorted(cut)]
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


def tell_cut(document: str, links: Mapping[str, int], dump: str) -> list[Triple]:
    """Return what a document says of itself that leaves links out: how many, and where all of them are."""
    me = NamedNode(document)
    told = [
        Triple(
            me,
            NamedNode(PREFIXES["rdfs"] + "comment"),
            Literal(_CUT.format(shown=LINKS_DESCRIBED, count=count, name=name)),
        )
        for name, count in sorted(links.items())
    ]
    return [*told, Triple(me, NamedNode(PREFIXES["rdfs"] + "seeAlso"), NamedNode(dump))]


def read_triples(ntriples: bytes) -> list[Triple]:
    """Return the triples of an N-Triples document."""
    return [quad.triple for quad in parse(ntriples, RdfFormat.N_TRIPLES)]


def describes(triples: Iterable[Triple], iri: str) -> bool:
    """Return whether the triples say anything of the thing itself."""
    thing = NamedNode(iri)
    return any(triple.subject == thing for triple in triples)


def write_graph(triples: Iterable[Triple], thing: str, suffix: str) -> bytes:
    """Return the triples in the format with this suffix: the thing first, then its parts, then the others."""
    return _WRITERS[suffix](sorted(set(triples), key=lambda triple: _place(triple, thing)))


def _place(triple: Triple, thing: str) -> tuple[object, ...]:
    subject, name, value = str(triple.subject)[1:-1], triple.predicate.value, triple.object
    rank = 0 if subject == thing else 1 if subject.startswith(f"{thing}#") else 2
    first = _FIRST.index(name) if name in _FIRST else len(_FIRST)
    language = value.language if isinstance(value, Literal) else None
    return rank, subject, first, name, language or "", str(value)


def write_ntriples(triples: Sequence[Triple]) -> bytes:
    """Return N-Triples, one line a triple: https://www.w3.org/TR/n-triples/."""
    return _serialize(triples, RdfFormat.N_TRIPLES, {})


def write_turtle(triples: Sequence[Triple]) -> bytes:
    """Return Turtle with the prefixes that it uses and a blank line before each subject.

    https://www.w3.org/TR/turtle/
    """
    whole = _serialize(triples, RdfFormat.TURTLE, PREFIXES).decode()
    lines = (line for line in whole.splitlines() if not line.startswith("@prefix "))
    body = "\n".join(f"  {line[1:]}" if line.startswith("\t") else f"\n{line}" for line in lines)
    used = set(_PREFIX.findall(body))
    head = "".join(f"@prefix {name}: <{base}> .\n" for name, base in PREFIXES.items() if name in used)
    return f"{head}{body}\n".encode()


def write_rdfxml(triples: Sequence[Triple]) -> bytes:
    """Return RDF/XML with the name spaces of its properties: https://www.w3.org/TR/rdf-syntax-grammar/."""
    names = {triple.predicate.value for triple in triples}
    used = {
        prefix: base
        for prefix, base in PREFIXES.items()
        if any(local_name(name, base) is not None for name in names)
    }
    return _serialize(triples, RdfFormat.RDF_XML, used)


def _serialize(triples: Sequence[Triple], form: RdfFormat, prefixes: Mapping[str, str]) -> bytes:
    output = io.BytesIO()
    serialize(triples, output=output, format=form, prefixes=dict(prefixes))
    return output.getvalue()


_WRITERS: dict[str, Callable[[Sequence[Triple]], bytes]] = {
    "ttl": write_turtle,
    "nt": write_ntriples,
    "rdf": write_rdfxml,
    "jsonld": write_jsonld,
}

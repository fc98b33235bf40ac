"""Descriptions as graphs for people to read: the thing first, one block a subject, always in one order.

Two runs over one release write the same bytes, whatever order the engine answers in.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from endpoint.show.lookup import LABEL_PROPERTIES
from endpoint.things.rdf.jsonld import local_name, write_jsonld
from ontology import PREFIXES

_FIRST = (PREFIXES["rdf"] + "type", *LABEL_PROPERTIES)
_PREFIX = re.compile(r"(?:^|[\s^])([a-z]+):", re.MULTILINE)


def read_triples(ntriples: bytes) -> list[Triple]:
    """Return the triples of an N-Triples document."""
    return [quad.triple for quad in parse(ntriples, RdfFormat.N_TRIPLES)]


def describes(triples: Iterable[Triple], iri: str) -> bool:
    """Return whether the triples say anything of the thing itself."""
    thing = NamedNode(iri)
    return any(triple.subject == thing for triple in triples)


def write_graph(triples: Iterable[Triple], thing: str, suffix: str) -> bytes:
    """Return the triples in the format with this suffix: the thing first, then its parts, then the others.

    Raises KeyError for a suffix that is no format of triples: ttl, nt, rdf, jsonld.
    """
    return _WRITERS[suffix](sorted(set(triples), key=lambda triple: _reading_order(triple, thing)))


def _reading_order(triple: Triple, thing: str) -> tuple[object, ...]:
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
    lines = (line for line in whole.rstrip("\n").split("\n") if not line.startswith("@prefix "))
    body = "\n".join(f"  {line[1:]}" if line.startswith("\t") else f"\n{line}" for line in lines)
    used = set(_PREFIX.findall(body))
    head = "".join(f"@prefix {name}: <{base}> .\n" for name, base in PREFIXES.items() if name in used)
    return f"{head}{body}\n".encode()


def write_rdfxml(triples: Sequence[Triple]) -> bytes:
    """Return RDF/XML with the name spaces of its properties: https://www.w3.org/TR/rdf-syntax-grammar/.

    A carriage return is a reference, or parsers would read a line feed.
    """
    names = {triple.predicate.value for triple in triples}
    used = {
        prefix: base
        for prefix, base in PREFIXES.items()
        if any(local_name(name, base) is not None for name in names)
    }
    return _serialize(triples, RdfFormat.RDF_XML, used).replace(b"\r", b"&#13;")


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

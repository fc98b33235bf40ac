"""RDF terms in canonical form: the store normalises literals silently, so we write what it gives back."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache

from pyoxigraph import Literal, NamedNode

from graph.model.dates import PartialDate
from graph.model.iris import concept_iri
from ontology import BASE, KK

_XSD = "http://www.w3.org/2001/XMLSchema#"
_DATATYPES = {
    name: NamedNode(_XSD + name) for name in ("date", "gYearMonth", "gYear", "integer", "decimal", "boolean")
}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST_ADDRESS = 8000
"""Servers need not read a longer one: https://www.rfc-editor.org/rfc/rfc9110#section-4.1-5"""
_WKT = NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral")

Triple = tuple[NamedNode, NamedNode, NamedNode | Literal]
"""Subject, predicate and object."""

A = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
REPLACED = NamedNode("http://purl.org/dc/terms/isReplacedBy")


def node(iri: str) -> NamedNode:
    """Return a term for a full IRI."""
    return NamedNode(iri)


def is_iri(text: str) -> bool:
    """Return whether a text is an absolute IRI (RFC 3987), as the store judges it: the one judge of IRIs."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def address(text: str) -> NamedNode | None:
    """Return a term for an address on the web (RFC 3987, http or https), None when it is none or too long."""
    is_one = text.startswith(("http://", "https://")) and len(text) <= _LONGEST_ADDRESS and is_iri(text)
    return NamedNode(text) if is_one else None


def is_language(text: str) -> bool:
    """Return whether a text looks like a language tag, such as "de" or "pt-BR" (BCP 47)."""
    try:
        return _LANGUAGE.fullmatch(text) is not None and bool(Literal("", language=text))
    except ValueError:  # "en-x", of which the end is missing
        return False


def find_control(text: str) -> str:
    """Return the first character that XML 1.0 cannot hold, as "U+0001"; an empty text when there is none.

    A text with one cannot be published as RDF/XML: https://www.w3.org/TR/xml/#NT-Char
    """
    found = _NOT_XML.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def resource(kind: str, local: str) -> NamedNode:
    """Return a term for a resource under our base: ``resource("place", "Q11462")``."""
    return NamedNode(f"{BASE}{kind}/{local}")


@cache
def kk(name: str) -> NamedNode:
    """Return a term of the ontology: ``kk("partnerOf")``."""
    return NamedNode(KK[name])


@cache
def concept(scheme: str, slug: str) -> NamedNode:
    """Return a term for a concept of the vocabulary."""
    return NamedNode(concept_iri(scheme, slug))


def text(value: str, language: str | None = None) -> Literal:
    """Return a plain text, or a text in a language (lower-case tag, BCP 47)."""
    return Literal(value, language=language.lower()) if language else Literal(value)


def integer(value: int) -> Literal:
    """Return an xsd:integer."""
    return Literal(str(value), datatype=_DATATYPES["integer"])


def decimal_text(value: float) -> str:
    """Return a float as xsd:decimal writes it: at most 6 decimals, no zeros at the end, 12.0 as 12."""
    digits = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits


def decimal(value: float) -> Literal:
    """Return an xsd:decimal in its canonical form (XSD 1.1, part 2, 3.3.3.2)."""
    return Literal(decimal_text(value), datatype=_DATATYPES["decimal"])


def boolean(value: bool) -> Literal:
    """Return an xsd:boolean in its canonical form, true or false."""
    return Literal("true" if value else "false", datatype=_DATATYPES["boolean"])


def partial_date(value: PartialDate) -> Literal:
    """Return an xsd:date, xsd:gYearMonth or xsd:gYear, as precise as the date is known."""
    return Literal(str(value), datatype=_DATATYPES[value.datatype])


def day(value: dt.date) -> Literal:
    """Return an xsd:date."""
    return Literal(value.isoformat(), datatype=_DATATYPES["date"])


def point(longitude: str, latitude: str) -> Literal:
    """Return a point as geo:wktLiteral; decimal degrees, WGS 84, longitude first (OGC 11-052r4, 8.5)."""
    return Literal(f"POINT({longitude} {latitude})", datatype=_WKT)

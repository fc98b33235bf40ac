"""Turtle in a readable order: the engine writes the prefixes in an order of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph
from pyoxigraph import RdfFormat

from graph.model.terms import Triple


def write_turtle(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> bytes:
    """Return triples as Turtle, UTF-8, in the order given; the prefixes are sorted by name.

    The namespaces must not lie within one another: then there is one way to shorten each IRI.
    """
    terms = (pyoxigraph.Triple(*triple) for triple in triples)
    body = pyoxigraph.serialize(terms, format=RdfFormat.TURTLE, prefixes=dict(prefixes)) or b""
    lines = body.splitlines(keepends=True)
    head = sorted(lines[: len(prefixes)])
    return b"".join([*head, b"\n", *lines[len(prefixes) :]])

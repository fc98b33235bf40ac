"""Turtle in a readable order: the engine writes the prefixes in an order of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

Statement = tuple[NamedNode, NamedNode, NamedNode | Literal]


def write_turtle(statements: Iterable[Statement], prefixes: Mapping[str, str]) -> bytes:
    """Return statements as Turtle, UTF-8, in the order given; the prefixes are sorted by name.

    The namespaces must not lie within one another: then there is one way to shorten each IRI.
    """
    triples = (Triple(*statement) for statement in statements)
    body = serialize(triples, format=RdfFormat.TURTLE, prefixes=dict(prefixes)) or b""
    lines = body.splitlines(keepends=True)
    head = sorted(lines[: len(prefixes)])
    return b"".join([*head, b"\n", *lines[len(prefixes) :]])

"""The core of a release as one readable Turtle file: places, who is partner of whom, and since when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from graph.model.iris import graph_iri
from graph.model.terms import LABEL, A, kk
from graph.store.files import ReleaseFile, write_file
from graph.store.quads import SortedQuads
from ontology import PREFIXES

CORE_PROPERTIES = (
    A,
    LABEL,
    *map(kk, ("level", "country", "wikidataId", "partnerOf")),
    *map(
        kk, ("party", "since", "sinceBasis", "until", "untilBasis", "status", "relationType", "sourceCount")
    ),
)
"""All that core.ttl says of a place or a Partnership, in the order it is written."""
_RANKS = {name: rank for rank, name in enumerate(CORE_PROPERTIES)}

_SECTIONS = (
    ("Countries", kk("Country")),
    ("Cities, provinces and other local governments", kk("LocalGovernment")),
    ("Other places", kk("Place")),
    ("Partnerships", kk("Partnership")),
)
_CORE_PREFIXES = ("kk", "place", "partnership", "level", "status", "relation", "datebasis", "rdfs", "xsd")
_CORE_HEAD = """\
# Kota Kembar, the core: places, who is partner of whom, and since when.
#
# How to read it
#   A statement is a thing, a property and a value. A dot ends what is said of a thing; a semicolon goes
#   on with its next property, a comma with the next value of the same property.
#   place:Q24826 is short for the address that you get by writing the prefix below in full.
#   "a" tells what kind of thing it is. "Munich"@en is a text in English, @id one in Indonesian.
#
# What the properties mean
#   kk:partnerOf    the two places are or were partners; it is said of both
#   kk:party        one of the two places of a Partnership
#   kk:since        as precise as known: a day (xsd:date), a month (xsd:gYearMonth) or a year (xsd:gYear);
#                   kk:until likewise; absent when no source tells
#   kk:sinceBasis   how kk:since was worked out, where no source states it; kk:untilBasis likewise
#   kk:status       how it stood when last heard of; status:intent is a Partnership that was only intended:
#                   its places are not kk:partnerOf each other
#   kk:sourceCount  how many publications speak of it, copies not counted
#
# Sections: countries, local governments, Partnerships; each by its English name.
# The claims and sources behind all this, agreements and events are in kota-kembar.ttl.gz.

"""


def write_core(quads: SortedQuads, folder: Path) -> ReleaseFile:
    """Write core.ttl, the Turtle to begin with, and return what the manifest states of it.

    It holds the CORE_PROPERTIES of all places and Partnerships of graph/core and nothing else; neither
    evidence nor claimed partnerships.
    """
    return write_file(folder, "core.ttl", _core_text(quads), RdfFormat.TURTLE.media_type, "core")


def _core_text(quads: SortedQuads) -> Iterator[bytes]:
    """Yield the chunks of the file; what memory holds until it is sorted are texts, not triples."""
    prefixes = {name: PREFIXES[name] for name in _CORE_PREFIXES}
    sections: dict[NamedNode, list[tuple[str, str, bytes]]] = {kind: [] for _, kind in _SECTIONS}
    for subject, described in groupby(quads.in_graph(graph_iri("core")), key=attrgetter("subject")):
        triples = sorted((quad.triple for quad in described if quad.predicate in _RANKS), key=_core_order)
        classes = [triple.object for triple in triples if triple.predicate == A]
        if section := next((kind for _, kind in _SECTIONS if kind in classes), None):
            turtle = serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes) or b""
            sections[section].append((_english_label(triples), str(subject), _without_prefixes(turtle)))
    yield _CORE_HEAD.encode()
    yield "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items()).encode()
    for title, kind in _SECTIONS:
        if sections[kind]:
            yield f"\n\n# {title}\n".encode()
        yield from (b"\n" + turtle for _, _, turtle in sorted(sections[kind]))


def _core_order(triple: Triple) -> tuple[int, str, str]:
    language = triple.object.language if isinstance(triple.object, Literal) else None
    return _RANKS[triple.predicate], language or "", str(triple.object)


def _english_label(triples: Iterable[Triple]) -> str:
    labels = (triple.object for triple in triples if triple.predicate == LABEL)
    plain = (label.value for label in labels if isinstance(label, Literal) and label.language in {"en", None})
    return next(plain, "")


def _without_prefixes(turtle: bytes) -> bytes:
    """Return Turtle of the serializer without its head; a line feed inside a text is written as an escape."""
    return b"".join(line for line in turtle.splitlines(keepends=True) if not line.startswith(b"@prefix "))

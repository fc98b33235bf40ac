"""The release as RDF files: every syntax, every compression, the same bytes on every machine.

The order of the quads decides the order of the files; the N-Triples, Turtle, RDF/XML and JSON-LD dumps hold
the union of all graphs. Nothing is held as one text: a serializer writes into two compressors at once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from gzip import GzipFile
from itertools import groupby
from pathlib import Path
from typing import IO, Protocol, cast

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize
from zstandard import ZstdCompressor

from graph.errors import ReleaseError
from graph.files import ReleaseFile, write_file
from graph.terms import LABEL, A, kk
from ontology import PREFIXES

STEM = "kota-kembar"
GZIP_LEVEL = 9
ZSTD_LEVEL = 12


@dataclass(frozen=True)
class DumpFormat:
    """One syntax of the dumps; `graphs`: whether it keeps the named graphs or holds their union."""

    suffix: str
    syntax: RdfFormat
    graphs: bool = False


FORMATS = (
    # https://www.w3.org/TR/n-quads/
    DumpFormat("nq", RdfFormat.N_QUADS, graphs=True),
    # https://www.w3.org/TR/trig/
    DumpFormat("trig", RdfFormat.TRIG, graphs=True),
    # https://www.w3.org/TR/n-triples/
    DumpFormat("nt", RdfFormat.N_TRIPLES),
    # https://www.w3.org/TR/turtle/
    DumpFormat("ttl", RdfFormat.TURTLE),
    # https://www.w3.org/TR/rdf-syntax-grammar/
    DumpFormat("rdf", RdfFormat.RDF_XML),
    # https://www.w3.org/TR/json-ld11/#expanded-document-form
    DumpFormat("jsonld", RdfFormat.JSON_LD),
)

# https://www.w3.org/TR/xml-names/#NT-NCName, the ASCII and word part of it, at the end of an IRI
_ENDS_IN_NAME = re.compile(r"[^\W\d][\w.\-]*\Z")
# https://www.w3.org/TR/xml/#NT-Char: what XML 1.0 cannot hold, not even as a character reference
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_dumps(quads: Sequence[Quad], folder: Path) -> list[ReleaseFile]:
    """Write every format as .gz (RFC 1952) and .zst (RFC 8878) and return what the manifest states of them.

    `quads` are sorted (graph.build.sort_quads) and read several times. Raises ReleaseError when RDF/XML
    cannot hold a property or a text, OSError when the disk is full; then files of other formats may stay.
    """
    return [file for one in FORMATS for file in _write_dump(quads, one, folder)]


def _write_dump(quads: Sequence[Quad], dump: DumpFormat, folder: Path) -> list[ReleaseFile]:
    """Serialize once to count, since a Zstandard frame tells its content size first, and once to write."""
    count = _Count()
    _serialize(quads, dump, count)
    name, media_type = f"{STEM}.{dump.suffix}", dump.syntax.media_type
    with ExitStack() as stack:
        gz = stack.enter_context(_Output(folder, f"{name}.gz", media_type, "gzip"))
        zst = stack.enter_context(_Output(folder, f"{name}.zst", media_type, "zstd"))
        with (
            GzipFile("", "wb", GZIP_LEVEL, cast("IO[bytes]", gz), mtime=0) as zipped,
            ZstdCompressor(level=ZSTD_LEVEL, write_checksum=True).stream_writer(
                cast("IO[bytes]", zst), size=count.size, closefd=False
            ) as squeezed,
        ):
            _serialize(quads, dump, _Both(zipped, squeezed))
    return [gz.finish(), zst.finish()]


def _serialize(quads: Sequence[Quad], dump: DumpFormat, target: _Writer) -> None:
    if dump.syntax == RdfFormat.RDF_XML:
        target = _KeepReturns(target)
    output = cast("IO[bytes]", target)
    serialize(_arrange(quads, dump), output=output, format=dump.syntax, prefixes=PREFIXES)


def _arrange(quads: Sequence[Quad], dump: DumpFormat) -> Iterable[Quad] | Iterable[Triple]:
    """Return what one format serializes, in its order: TriG goes graph by graph."""
    if dump.syntax == RdfFormat.TRIG:
        return _by_graph(quads)
    if dump.graphs:
        return quads
    triples = _union(quads)
    return _check_for_xml(triples) if dump.syntax == RdfFormat.RDF_XML else triples


def _by_graph(quads: Iterable[Quad]) -> Iterator[Quad]:
    graphs: dict[str, list[Quad]] = {}
    for quad in quads:
        graphs.setdefault(str(quad.graph_name), []).append(quad)
    for name in sorted(graphs):
        yield from graphs[name]


def _union(quads: Iterable[Quad]) -> Iterator[Triple]:
    """Yield each triple once; in sorted quads a triple of two graphs stands side by side."""
    return (triple for triple, _ in groupby(quad.triple for quad in quads))


def _check_for_xml(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Yield the triples; raises ReleaseError at one that RDF/XML cannot hold."""
    named: set[NamedNode] = set()
    for triple in triples:
        if triple.predicate not in named:
            if not _ENDS_IN_NAME.search(triple.predicate.value):
                raise ReleaseError(
                    f"RDF/XML cannot write the property {triple.predicate}; end it in a name, not in a digit"
                )
            named.add(triple.predicate)
        if isinstance(triple.object, Literal) and _NOT_XML.search(triple.object.value):
            raise ReleaseError(f"a text holds a control character, take it out of the table: {triple}")
        yield triple


class _Writer(Protocol):
    """What a serializer needs of a file."""

    def write(self, chunk: bytes, /) -> int: ...
    def flush(self) -> object: ...


class _Count:
    """A file that only counts its bytes."""

    size = 0

    def write(self, chunk: bytes) -> int:
        self.size += len(chunk)
        return len(chunk)

    def flush(self) -> None:
        """Do nothing; the serializer asks for it."""


class _Both:
    """Two files that get the same bytes; a flush would cut their blocks, so it waits for the end."""

    def __init__(self, one: _Writer, other: _Writer) -> None:
        self._one, self._other = one, other

    def write(self, chunk: bytes) -> int:
        self._one.write(chunk)
        self._other.write(chunk)
        return len(chunk)

    def flush(self) -> None:
        """Do nothing; the serializer asks for it."""


class _KeepReturns:
    """An XML file in which a carriage return survives: a parser makes a bare one a line feed (XML 2.11)."""

    def __init__(self, target: _Writer) -> None:
        self._target = target

    def write(self, chunk: bytes) -> int:
        self._target.write(chunk.replace(b"\r", b"&#13;"))
        return len(chunk)

    def flush(self) -> None:
        self._target.flush()


class _Output:
    """A file of the release that is pushed into, where write_file pulls; `finish` gives it its name."""

    def __init__(self, folder: Path, name: str, media_type: str, encoding: str) -> None:
        self._path, self._waiting = folder / name, folder / f".{name}.part"
        self._media_type, self._encoding = media_type, encoding
        self._digest, self._size = hashlib.sha256(), 0
        folder.mkdir(parents=True, exist_ok=True)
        self._file = self._waiting.open("wb")

    def __enter__(self) -> _Output:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, chunk: bytes) -> int:
        self._digest.update(chunk)
        self._size += len(chunk)
        return self._file.write(chunk)

    def flush(self) -> None:
        self._file.flush()

    def finish(self) -> ReleaseFile:
        """Let the name appear; only for a file that is whole and closed."""
        self._waiting.replace(self._path)
        digest = self._digest.hexdigest()
        return ReleaseFile(self._path.name, self._media_type, "dump", self._size, digest, self._encoding)


CORE_PROPERTIES = (
    A,
    LABEL,
    *map(kk, ("level", "country", "wikidataId", "partnerOf")),
    *map(kk, ("party", "since", "until", "status", "relationType", "sourceCount")),
)
"""All that core.ttl says of a place or a Partnership, in the order it is written."""

_SECTIONS = (
    ("Countries", kk("Country")),
    ("Cities, provinces and other local governments", kk("LocalGovernment")),
    ("Other places", kk("Place")),
    ("Partnerships", kk("Partnership")),
)
_CORE_PREFIXES = ("kk", "place", "partnership", "level", "status", "relation", "rdfs", "xsd")
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
#   kk:status       how it stood when last heard of; status:intent is a Partnership that was only intended:
#                   its places are not kk:partnerOf each other
#   kk:sourceCount  how many publications speak of it
#
# Sections: countries, local governments, Partnerships; each by its English name.
# The claims and sources behind all this, agreements and events are in kota-kembar.ttl.gz.

"""


def write_core(quads: Sequence[Quad], folder: Path) -> ReleaseFile:
    """Write core.ttl, the Turtle to begin with, and return what the manifest states of it.

    It holds the CORE_PROPERTIES of all places and Partnerships of the sorted quads and nothing else;
    neither evidence nor claimed partnerships.
    """
    return write_file(folder, "core.ttl", _core_text(quads), RdfFormat.TURTLE.media_type, "core")


def _core_text(quads: Sequence[Quad]) -> Iterator[bytes]:
    sections: dict[NamedNode, list[list[Triple]]] = {kind: [] for _, kind in _SECTIONS}
    for _, triples in groupby(_union(quads), key=lambda triple: triple.subject):
        known = sorted((one for one in triples if one.predicate in CORE_PROPERTIES), key=_core_order)
        kinds = [one.object for one in known if one.predicate == A]
        if section := next((kind for _, kind in _SECTIONS if kind in kinds), None):
            sections[section].append(known)
    prefixes = {name: PREFIXES[name] for name in _CORE_PREFIXES}
    yield _CORE_HEAD.encode()
    yield "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items()).encode()
    for title, kind in _SECTIONS:
        if sections[kind]:
            yield f"\n\n# {title}\n".encode()
        for known in sorted(sections[kind], key=_english_name):
            turtle = serialize(known, format=RdfFormat.TURTLE, prefixes=prefixes) or b""
            yield b"\n" + _without_prefixes(turtle)


def _core_order(triple: Triple) -> tuple[int, str, str]:
    language = triple.object.language if isinstance(triple.object, Literal) else None
    return CORE_PROPERTIES.index(triple.predicate), language or "", str(triple.object)


def _english_name(triples: list[Triple]) -> tuple[str, str]:
    labels = (one.object for one in triples if one.predicate == LABEL)
    english = (one.value for one in labels if isinstance(one, Literal) and one.language == "en")
    return next(english, ""), str(triples[0].subject)


def _without_prefixes(turtle: bytes) -> bytes:
    """Return Turtle of the serializer without its head; a line feed inside a text is written as an escape."""
    return b"".join(line for line in turtle.splitlines(keepends=True) if not line.startswith(b"@prefix "))

"""The release as RDF files: every syntax, every compression, the same bytes on every machine.

The order of the quads decides the order of the files; the N-Triples, Turtle, RDF/XML and JSON-LD dumps hold
the union of all graphs. Nothing is held as one text: a dump is written plain into a file without a name and
compressed from there, since a Zstandard frame tells its content size first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from gzip import GzipFile
from io import SEEK_END, BufferedReader, BytesIO, RawIOBase
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize
from zstandard import ZstdCompressor, ZstdDecompressor, ZstdError

from graph.errors import ReleaseError
from graph.model.terms import find_control
from graph.store.files import ReleaseFile, write_file
from graph.store.quads import SortedQuads
from ontology import PREFIXES

STEM = "kota-kembar"
GZIP_LEVEL = 6
ZSTD_LEVEL = 9
"""More, 9 and 12, make files of gzip 3.5 to 5 % and of Zstandard 2 % smaller, in twice the time or more."""
_CHUNK = 1 << 20


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


def write_dump(quads: SortedQuads, dump: DumpFormat, folder: Path) -> list[ReleaseFile]:
    """Write one format as .gz (RFC 1952) and .zst (RFC 8878) and return what the manifest states of them.

    Raises ReleaseError when RDF/XML cannot hold a property or a text, OSError when the disk is full.
    """
    name, media_type = f"{STEM}.{dump.suffix}", dump.syntax.media_type
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryFile(dir=folder) as plain:
        _write_plain(quads, dump, plain)
        return [
            write_file(folder, f"{name}.{suffix}", compress(plain), media_type, "dump", encoding)
            for suffix, encoding, compress in _COMPRESSIONS
        ]


def read_lines(folder: Path) -> Iterator[bytes] | None:
    """Return the lines of the N-Quads dump in a folder, sorted, or None when there is none."""
    path = folder / f"{STEM}.nq.zst"
    return _read_lines(path) if path.exists() else None


def _read_lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of a dump; raises ReleaseError when it is broken."""
    try:
        with path.open("rb") as file, ZstdDecompressor().stream_reader(file) as plain:
            yield from BufferedReader(cast("RawIOBase", plain), _CHUNK)
    except ZstdError as exc:
        raise ReleaseError(f"{path} cannot be read ({exc}); remove that release and build again") from exc


def _gzip(plain: IO[bytes]) -> Iterator[bytes]:
    plain.seek(0)
    return gzip_chunks(iter(partial(plain.read, _CHUNK), b""))


def gzip_chunks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the chunks of a gzip file without name and time: the same bytes give the same file."""
    waiting = BytesIO()
    with GzipFile("", "wb", GZIP_LEVEL, waiting, mtime=0) as zipped:
        for chunk in chunks:
            zipped.write(chunk)
            yield waiting.getvalue()
            waiting.seek(0)
            waiting.truncate()
    yield waiting.getvalue()


def _squeeze(plain: IO[bytes]) -> Iterator[bytes]:
    size = plain.seek(0, SEEK_END)
    plain.seek(0)
    compressor = ZstdCompressor(level=ZSTD_LEVEL, write_checksum=True)
    yield from compressor.read_to_iter(plain, size=size, read_size=_CHUNK)


_COMPRESSIONS = (("gz", "gzip", _gzip), ("zst", "zstd", _squeeze))
"""End of the name, encoding, and what makes the chunks of the file."""


def _write_plain(quads: SortedQuads, dump: DumpFormat, plain: IO[bytes]) -> None:
    """Write a dump as it is without compression; the sorted lines are N-Quads already."""
    write = partial(serialize, output=plain, format=dump.syntax, prefixes=PREFIXES)
    if dump.syntax == RdfFormat.N_QUADS:
        plain.writelines(quads.lines())
    elif dump.syntax == RdfFormat.N_TRIPLES:
        plain.writelines(quads.triple_lines())
    elif dump.graphs:
        with quads.graph_by_graph() as arranged:
            write(arranged)
    elif dump.syntax == RdfFormat.RDF_XML:
        write(_check_for_xml(_union(quads)), output=cast("IO[bytes]", _KeepReturns(plain)))
    else:
        write(_union(quads))


def _union(quads: SortedQuads) -> Iterator[Triple]:
    """Yield the triples of all graphs, each once."""
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
        if isinstance(triple.object, Literal) and find_control(triple.object.value):
            raise ReleaseError(f"a text holds a control character, take it out of the table: {triple}")
        yield triple


class _KeepReturns:
    """An XML file in which a carriage return survives: a parser makes a bare one a line feed (XML 2.11)."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target

    def write(self, chunk: bytes) -> int:
        self._target.write(chunk.replace(b"\r", b"&#13;"))
        return len(chunk)

    def flush(self) -> None:
        self._target.flush()

"""Files of Wikidata, plain or compressed, read as a stream; one that is cut short is an error, not an end."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

import zstandard

from graph.reading import check_is_file

JSON, N_TRIPLES, TURTLE = ".json", ".nt", ".ttl"
"""The forms that are read."""

DAMAGED = (EOFError, OSError, zlib.error, zstandard.ZstdError)
"""What reading a file raises when it is cut short or damaged."""

_GZIP, _BZIP2 = b"\x1f\x8b", b"BZh"  # RFC 1952, 2.3.1; the bzip2 manual
_ZSTANDARD = b"\x28\xb5\x2f\xfd"  # RFC 8878, 3.1.1
_SUFFIXES = {".json": JSON, ".ndjson": JSON, ".jsonl": JSON, ".nt": N_TRIPLES, ".ttl": TURTLE}
_BEGINNINGS = ((b"{", JSON), (b"[", JSON), (b"<", N_TRIPLES), (b"@prefix", TURTLE), (b"@base", TURTLE))
_CHUNK = 1 << 17
_SMALL_CHUNK = 1 << 12
"""What is decompressed of zstandard at a time: it may become 32,768 times as much."""
MOST_LINE = 64 << 20
MOST_AT_ONCE = 256 << 20
"""What a line may have, and what is held of a file at a time: no entity of Wikidata comes near."""


def open_stream(path: Path) -> BinaryIO:
    """Return the bytes of a file as a stream without a byte order mark, decompressed when they say so.

    Raises OSError, also for a pipe or a device.
    """
    check_is_file(path.stat(), path)
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(_GZIP):
        return cast(BinaryIO, gzip.open(path, "rb"))
    if head.startswith(_BZIP2):
        return cast(BinaryIO, bz2.open(path, "rb"))
    if head.startswith(_ZSTANDARD):
        return io.BufferedReader(_ZstandardFile(path), _CHUNK)
    stream = path.open("rb")
    if head.startswith(codecs.BOM_UTF8):
        stream.seek(len(codecs.BOM_UTF8))
    return stream


def is_empty(path: Path) -> bool:
    """Return whether a file has nothing but space, unpacked; False where it is damaged."""
    try:
        with open_stream(path) as stream:
            return all(not chunk.strip() for chunk in iter(lambda: stream.read(_CHUNK), b""))
    except DAMAGED:
        return False


def read_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a stream; raises OSError for one that does not end, and what is in DAMAGED."""
    while line := stream.readline(MOST_LINE + 1):
        if len(line) > MOST_LINE:
            raise OSError(f"a line has more than {MOST_LINE >> 20} MiB")
        yield line


def limit_bytes(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines that are held together; raises OSError when they are too many bytes for that."""
    held = 0
    for line in lines:
        held += len(line)
        if held > MOST_AT_ONCE:
            raise OSError(f"one value has more than {MOST_AT_ONCE >> 20} MiB")
        yield line


def detect_form(path: Path) -> str:
    """Return the form of a file: ``.json``, ``.nt`` or ``.ttl``, by its name, else by how it begins.

    An empty text for any other form, and for a file that must be read for it and cannot.
    """
    named = next((form for suffix in path.suffixes if (form := _SUFFIXES.get(suffix.lower()))), "")
    if named:
        return named
    try:
        with open_stream(path) as stream:
            head = stream.read(_CHUNK)
    except DAMAGED:
        return ""
    text = head.lstrip(codecs.BOM_UTF8 + b" \t\r\n")
    return next((form for start, form in _BEGINNINGS if text.startswith(start)), "")


class _ZstandardFile(io.RawIOBase):
    """All frames of a file; unlike the readers of zstandard it raises EOFError in the middle of a frame."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._in_frame = False
        self._ready = b""

    def readable(self) -> bool:
        return True

    # The base takes any buffer; these two kinds are what it is given.
    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._ready and (chunk := self._file.read(_SMALL_CHUNK)):
            self._decompress(chunk)
        if not self._ready and self._in_frame:
            raise EOFError("the compressed file ends in the middle of a frame")
        size = min(len(buffer), len(self._ready))
        buffer[:size], self._ready = self._ready[:size], self._ready[size:]
        return size

    def _decompress(self, chunk: bytes) -> None:
        while chunk:
            self._ready += self._frame.decompress(chunk)
            self._in_frame, chunk = not self._frame.eof, self._frame.unused_data
            if self._frame.eof:
                self._frame = zstandard.ZstdDecompressor().decompressobj()

    def close(self) -> None:
        self._file.close()
        super().close()

"""Files of Wikidata, plain or compressed, read as a stream; one that is cut short is an error, not an end."""

from __future__ import annotations

import bz2
import gzip
import io
import zlib
from pathlib import Path
from typing import BinaryIO, cast

import zstandard

JSON, N_TRIPLES, TURTLE = ".json", ".nt", ".ttl"
"""The forms that are read."""

DAMAGED = (EOFError, OSError, zlib.error, zstandard.ZstdError)
"""What reading a file raises when it is cut short or damaged."""

_GZIP, _BZIP2 = b"\x1f\x8b", b"BZh"  # RFC 1952, 2.3.1; the bzip2 manual
_ZSTANDARD = b"\x28\xb5\x2f\xfd"  # RFC 8878, 3.1.1
_SUFFIXES = {".json": JSON, ".ndjson": JSON, ".jsonl": JSON, ".nt": N_TRIPLES, ".ttl": TURTLE}
_BEGINNINGS = ((b"{", JSON), (b"[", JSON), (b"<", N_TRIPLES), (b"@prefix", TURTLE), (b"@base", TURTLE))
_CHUNK = 1 << 17


def open_stream(path: Path) -> BinaryIO:
    """Return the bytes of a file as a stream, decompressed when its first bytes say so."""
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(_GZIP):
        return cast(BinaryIO, gzip.open(path, "rb"))
    if head.startswith(_BZIP2):
        return cast(BinaryIO, bz2.open(path, "rb"))
    if head.startswith(_ZSTANDARD):
        return io.BufferedReader(_ZstandardFile(path), _CHUNK)
    return path.open("rb")


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
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
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
        while not self._ready and (chunk := self._file.read(_CHUNK)):
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

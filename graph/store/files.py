"""The files of a release: written once, whole, and hashed while they are written."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

_PIECE = 1 << 20
_COMPRESSED = {"gzip": "application/gzip", "zstd": "application/zstd"}


@dataclass(frozen=True)
class ReleaseFile:
    """One download: `bytes` is its size on disk, `encoding` is gzip, zstd or empty, `sha256` 64 hex digits.

    `kind` is one of dump, core, table, network, issues, description, citation, changes.
    """

    name: str
    media_type: str
    kind: str
    bytes: int
    sha256: str
    encoding: str = ""

    @property
    def served_type(self) -> str:
        """Return the type of the bytes as they lie: a compressed file is one, so that checksums match."""
        return _COMPRESSED.get(self.encoding, self.media_type)


def write_file(
    folder: Path, name: str, data: bytes | Iterable[bytes], media_type: str, kind: str, encoding: str = ""
) -> ReleaseFile:
    """Write one file and return what the manifest states of it; the name appears only when it is whole."""
    chunks = [data] if isinstance(data, bytes) else data
    digest, size = hashlib.sha256(), 0
    waiting = folder / f".{name}.part"
    folder.mkdir(parents=True, exist_ok=True)
    with waiting.open("wb") as file:
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
    waiting.replace(folder / name)
    return ReleaseFile(name, media_type, kind, size, digest.hexdigest(), encoding)


def hash_file(path: Path, pause: Callable[[int], None] | None = None) -> str:
    """Return the SHA-256 of a file as 64 hex digits; raises OSError when it cannot be read.

    `pause` is told after each piece how many bytes it had, and may wait.
    """
    with path.open("rb", buffering=0) as file:
        if pause is None:
            return hashlib.file_digest(file, "sha256").hexdigest()
        digest = hashlib.sha256()
        while piece := file.read(_PIECE):
            digest.update(piece)
            pause(len(piece))
        return digest.hexdigest()


def write_whole(path: Path, body: bytes) -> None:
    """Write a file atomically: a reader sees the old or the new content. Raises OSError, leaves no part."""
    waiting = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        waiting.write_bytes(body)
        waiting.replace(path)
    except OSError:
        waiting.unlink(missing_ok=True)
        raise


def write_json(path: Path, value: object) -> None:
    """Write a JSON file, as `write_whole` does."""
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    write_whole(path, f"{text}\n".encode())

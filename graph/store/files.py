"""The files of a release: written once, whole, and hashed while they are written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


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


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hex digits; raises OSError when it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

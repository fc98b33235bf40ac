"""The files that pages load, under addresses that change with their content, so that caches keep them."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

STATIC = Path(__file__).parent.parent / "static"
PATH = "/static"
_HASH_LETTERS = 12
_FILES_KEPT = 32


@dataclass(frozen=True)
class Asset:
    """One file: its bytes, its media type, and the letters that stand for its content."""

    body: bytes
    media_type: str
    version: str


@lru_cache(_FILES_KEPT)
def read_asset(name: str) -> Asset | None:
    """Return a file below the static folder, None when there is none; read once while the service runs."""
    path = (STATIC / name).resolve()
    if not path.is_relative_to(STATIC.resolve()) or not path.is_file():
        return None
    body = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(body, media_type, hashlib.sha256(body).hexdigest()[:_HASH_LETTERS])


def asset_path(name: str) -> str:
    """Return the address of a file with the letters of its content; raises KeyError for no such file."""
    asset = read_asset(name)
    if asset is None:
        raise KeyError(name)
    return f"{PATH}/{name}?v={asset.version}"

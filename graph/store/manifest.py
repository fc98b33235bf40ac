"""The manifest of a release: all that it states of itself and of each of its files, and its seal.

The seal is a file beside it with its SHA-256, as ``sha256sum --check`` reads it, so that no byte of the
manifest can change unnoticed; it states the SHA-256 of everything else.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import msgspec

from graph.errors import DamagedRelease
from graph.reading import read_whole
from graph.store.files import ReleaseFile, hash_file, write_json

MANIFEST, SEAL, SUMS = "manifest.json", "manifest.sha256", "SHA256SUMS"
STORE, FILES, QUESTIONS, NAMES = "store", "files", "queries", "names"
"""The folders of a release: the triple store, the downloads, the questions, the index of names."""

Id = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\d-[0-9a-f]{8}\Z")]
"""The id of a release: the day of its data, and the first digits of the SHA-256 of its content."""
_Number = Annotated[int, msgspec.Meta(ge=0)]
_Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*\Z")]
_Hash = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]

_KEPT = 16
"""How many manifests stay in memory; that of the world takes its time to read."""


class StatedFile(msgspec.Struct, frozen=True):
    """One file of a folder of a release: its name, its size in bytes and its SHA-256, 64 hex digits."""

    name: _Name
    bytes: _Number
    sha256: _Hash


class _Download(StatedFile, frozen=True, forbid_unknown_fields=True):
    media_type: str
    kind: str
    encoding: str = ""


class _Partnerships(msgspec.Struct, frozen=True):
    accepted: _Number
    intent: _Number
    claimed: _Number


class _Counts(msgspec.Struct, frozen=True):
    places: _Number
    countries: _Number
    partnerships: _Partnerships
    agreements: _Number
    claims: _Number
    sources: _Number
    triples: _Number
    share_dated: float
    share_two_sources: float


class _Title(msgspec.Struct, frozen=True):
    en: str


class _Issue(msgspec.Struct, frozen=True):
    row: str
    file: str
    line: int | None
    kind: str
    reason: str


class _Collection(msgspec.Struct, frozen=True):
    name: str
    title: _Title
    licence: str
    compiled: dt.date
    rows: _Number
    claims: _Number
    tally: dict[str, _Number]
    issues: list[_Issue] = []


class _Stated(msgspec.Struct, frozen=True):
    """All that pages, downloads and checks rely on; what else is stated is not looked at."""

    id: Id
    compiled: dt.date
    counts: _Counts
    collections: list[_Collection]
    store: list[StatedFile]
    queries: list[StatedFile]
    names: list[StatedFile] = []
    files: list[_Download] = []
    previous: Id | None = None
    sha256: _Hash | None = None
    warnings: dict[str, _Number] = {}


def read_manifest(folder: Path, release_id: str = "") -> Mapping[str, Any]:
    """Return what the release in a folder states of itself; its id is the folder's name, or `release_id`.

    It is the same object as long as nobody writes the file. Raises DamagedRelease when the manifest is
    missing, changed, of another release, or no manifest.
    """
    times = []
    for path in (folder / MANIFEST, folder / SEAL):
        try:
            found = path.stat()
        except OSError as exc:
            raise DamagedRelease(folder.name, [f"{path.name} cannot be read ({exc.strerror})"]) from exc
        times += [found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]
    return _read_once(folder, release_id or folder.name, tuple(times))


@lru_cache(_KEPT)
def _read_once(folder: Path, release_id: str, times: tuple[int, ...]) -> Mapping[str, Any]:
    return read_manifest_anew(folder, release_id)


def read_manifest_anew(folder: Path, release_id: str) -> Mapping[str, Any]:
    """Return what `read_manifest` does, from the disk in any case."""
    try:
        body = read_whole(folder / MANIFEST)
        if read_whole(folder / SEAL) != _seal(body):
            raise DamagedRelease(folder.name, [f"{MANIFEST} has not the SHA-256 that {SEAL} states"])
        stated = decode_manifest(body)
    except (OSError, ValueError) as exc:
        raise DamagedRelease(folder.name, [f"{MANIFEST} cannot be read ({exc})"]) from exc
    if stated["id"] != release_id:
        raise DamagedRelease(folder.name, [f"{MANIFEST} is that of release {stated['id']}"])
    return stated


def decode_manifest(body: bytes) -> Mapping[str, Any]:
    """Return what a manifest states; raises ValueError for any other text."""
    try:
        stated: Mapping[str, Any] = msgspec.json.decode(body)
        msgspec.convert(stated, _Stated)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
        raise ValueError(exc) from exc
    return stated


def write_manifest(folder: Path, stated: Mapping[str, Any]) -> None:
    """Write the manifest of the release in a folder whose other files are all there, SHA256SUMS and the seal.

    Those of the store, the questions and the index of names are hashed here, downloads are stated already.
    """
    parts = {name: _state_files(folder / name) for name in (STORE, QUESTIONS, NAMES)}
    sums = list_sums(ReleaseFile(**entry) for entry in stated.get("files", ()))
    (folder / SUMS).write_text(sums, encoding="utf-8")
    write_json(folder / MANIFEST, {**stated, **parts})
    (folder / SEAL).write_bytes(_seal((folder / MANIFEST).read_bytes()))


def stated_files(manifest: Mapping[str, Any]) -> dict[str, StatedFile]:
    """Return every file of the folders of a release by its path in it, e.g. ``store/CURRENT``."""
    folders = (STORE, FILES, QUESTIONS, NAMES)
    entries = ((folder, entry) for folder in folders for entry in manifest.get(folder, ()))
    return {f"{folder}/{entry['name']}": msgspec.convert(entry, StatedFile) for folder, entry in entries}


def list_sums(files: Iterable[ReleaseFile]) -> str:
    """Return the checksums of downloads as ``sha256sum --check`` reads them."""
    return "".join(f"{file.sha256}  {file.name}\n" for file in files)


def _seal(body: bytes) -> bytes:
    return f"{hashlib.sha256(body).hexdigest()}  {MANIFEST}\n".encode()


def _state_files(folder: Path) -> list[dict[str, Any]]:
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    return [{"name": path.name, "bytes": path.stat().st_size, "sha256": hash_file(path)} for path in paths]

"""Releases on disk: which there are, which is current, and how a new release takes its place.

A home folder holds ``releases/<id>/`` (immutable: store, files, questions, manifest), ``current``, a link to
a release, ``history.json``, the ids in the order of their publication.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.errors import DamagedRelease, ReleaseError
from graph.store.files import ReleaseFile
from graph.store.history import add_to_history, read_history
from graph.store.manifest import FILES, QUESTIONS, STORE, read_manifest

log = logging.getLogger(__name__)

CURRENT = "current"


@dataclass(frozen=True)
class Release:
    """One immutable release: a folder with its store, its files and its manifest."""

    id: str
    path: Path
    manifest: Mapping[str, Any]

    @property
    def store_path(self) -> Path:
        """Return the folder of the triple store."""
        return self.path / STORE

    @property
    def files_path(self) -> Path:
        """Return the folder of the downloads."""
        return self.path / FILES

    @property
    def queries_path(self) -> Path:
        """Return the folder of the questions as they were when the release was published."""
        return self.path / QUESTIONS

    @property
    def files(self) -> tuple[ReleaseFile, ...]:
        """Return what the manifest states of each download, in the order of their names."""
        return tuple(ReleaseFile(**entry) for entry in self.manifest.get("files", ()))

    def file(self, name: str) -> Path:
        """Return the path of a download that the manifest names; raises KeyError for any other name."""
        if name not in {file.name for file in self.files}:
            raise KeyError(name)
        return self.files_path / name

    def read(self, name: str) -> bytes:
        """Return a download as it was published; for small ones.

        Raises KeyError for a name that the manifest does not state, DamagedRelease when it is not as stated.
        """
        stated = {file.name: file for file in self.files}[name]
        try:
            body = (self.files_path / name).read_bytes()
        except OSError as exc:
            raise DamagedRelease(self.id, [f"{FILES}/{name} cannot be read ({exc.strerror})"]) from exc
        if hashlib.sha256(body).hexdigest() != stated.sha256:
            raise DamagedRelease(self.id, [f"{FILES}/{name} has not the SHA-256 {stated.sha256}"])
        return body


def current_id(home: Path) -> str:
    """Return the id of the release that `current` points to, whether it can be read or not."""
    return (home / CURRENT).resolve().name


def current_release(home: Path) -> Release:
    """Return the release that `current` points to.

    Raises ReleaseError when there is none yet, or its manifest cannot be read.
    """
    link = home / CURRENT
    if not link.exists():
        raise ReleaseError(f"there is no release in {home}; run `kembar build`")
    return read_release(link.resolve())


def served_release(home: Path) -> Release:
    """Return the current release; while its manifest is no use, the newest one that has one.

    Raises ReleaseError when there is none.
    """
    try:
        return current_release(home)
    except DamagedRelease as exc:
        for release in list_releases(home):
            log.error("release %s is served: %s", release.id, exc)
            return release
        raise


def read_release(path: Path) -> Release:
    """Return the release in one folder; raises DamagedRelease when its manifest is missing or changed."""
    manifest = read_manifest(path)
    return Release(manifest["id"], path, manifest)


def list_kept(home: Path) -> list[Release | DamagedRelease]:
    """Return what is kept, the newest publication first: each a release, or why its manifest is no use."""
    found: list[Release | DamagedRelease] = []
    for name in reversed(read_history(home).ids):
        folder = home / "releases" / name
        if folder.is_dir():
            try:
                found.append(read_release(folder))
            except DamagedRelease as exc:
                found.append(exc)
    return found


def id_of(kept: Release | DamagedRelease) -> str:
    """Return the id of a release that is kept, whether it can be read or not."""
    return kept.id if isinstance(kept, Release) else kept.release


def list_releases(home: Path) -> list[Release]:
    """Return the releases that are kept, the newest publication first; damaged ones are left out."""
    return [release for release in list_kept(home) if isinstance(release, Release)]


def find_release(home: Path, name: str) -> Release:
    """Return a kept release by its id, a prefix of it that only one has, ``current`` or ``previous``.

    Raises ReleaseError when none or more than one is meant, DamagedRelease when that one cannot be read.
    """
    if name == CURRENT:
        return current_release(home)
    if name == "previous":
        current = current_id(home)
        kept = [release for release in list_kept(home) if id_of(release) != current][:1]
    else:
        kept = [release for release in list_kept(home) if name and id_of(release).startswith(name)]
    if len(kept) == 1:
        if isinstance(kept[0], DamagedRelease):
            raise kept[0]
        return kept[0]
    ids = "; ".join(map(id_of, kept or list_kept(home))) or "none"
    many = f"means {len(kept)} releases" if kept else "is no kept release"
    raise ReleaseError(f"{name!r} {many}; there is: {ids}")


def publish(home: Path, release_id: str) -> None:
    """Make a release that is in its place the newest and the current one."""
    add_to_history(home, release_id)
    switch_current(home, release_id)


def switch_current(home: Path, release_id: str) -> None:
    """Let `current` point to a release, atomically: a reader sees the old or the new release."""
    waiting = home / f".{CURRENT}.{os.getpid()}"
    waiting.unlink(missing_ok=True)
    waiting.symlink_to(Path("releases") / release_id)
    waiting.replace(home / CURRENT)


def prune_releases(home: Path, keep: int) -> list[str]:
    """Remove what is older than the newest `keep` releases, damaged ones too; return the ids removed.

    The current release always stays; a damaged one is kept as long as it could still be restored among them.
    """
    current, sound, gone = current_id(home), 0, []
    for found in list_kept(home):
        if sound >= keep and id_of(found) != current:
            gone.append(id_of(found))
        sound += isinstance(found, Release)
    for name in gone:
        retired = home / "releases" / f".retired-{name}"
        (home / "releases" / name).rename(retired)
        shutil.rmtree(retired, ignore_errors=True)
    return gone


def remove_leftovers(home: Path) -> None:
    """Remove what a build that died left behind: staging folders, retired releases, half-made files."""
    for pattern in (".staging-*", ".retired-*"):
        for leftover in (home / "releases").glob(pattern):
            shutil.rmtree(leftover, ignore_errors=True)
    for leftover in home.glob(".*.[0-9]*"):
        leftover.unlink(missing_ok=True)


@contextmanager
def lock_home(home: Path) -> Iterator[None]:
    """Keep other builds and pulls out of a home folder; raises ReleaseError when one is at work."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            raise ReleaseError(f"another build or pull is at work in {home}; wait for it") from exc
        yield

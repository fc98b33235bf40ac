"""Releases on disk: which there are, which is current, and how a new release takes its place.

A home folder holds ``releases/<id>/`` (immutable: store, files, manifest), ``current``, a link to a
release, ``history.json``, the ids in the order of their publication, and nothing that cannot be built again.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.errors import ReleaseError
from graph.store.files import ReleaseFile, hash_file
from graph.store.store import open_store

CURRENT = "current"
_HISTORY = "history.json"


@dataclass(frozen=True)
class Release:
    """One immutable release: a folder with its store, its files and its manifest."""

    id: str
    path: Path
    manifest: Mapping[str, Any]

    @property
    def store_path(self) -> Path:
        """Return the folder of the triple store."""
        return self.path / "store"

    @property
    def files_path(self) -> Path:
        """Return the folder of the downloads."""
        return self.path / "files"

    @property
    def queries_path(self) -> Path:
        """Return the folder of the questions as they were when the release was published."""
        return self.path / "queries"

    @property
    def files(self) -> tuple[ReleaseFile, ...]:
        """Return what the manifest states of each download, in the order of their names."""
        return tuple(ReleaseFile(**entry) for entry in self.manifest.get("files", ()))

    def file(self, name: str) -> Path:
        """Return the path of a download that the manifest names; raises KeyError for any other name."""
        if name not in {file.name for file in self.files}:
            raise KeyError(name)
        return self.files_path / name


def current_release(home: Path) -> Release:
    """Return the release that `current` points to.

    Raises ReleaseError when there is none yet, or its manifest cannot be read.
    """
    link = home / CURRENT
    if not link.exists():
        raise ReleaseError(f"there is no release in {home}; run `kembar build`")
    return read_release(link.resolve())


def read_release(path: Path) -> Release:
    """Return the release in one folder; raises ReleaseError when its manifest is missing or broken."""
    try:
        manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        return Release(manifest["id"], path, manifest)
    except (OSError, ValueError, KeyError, TypeError) as exc:
        what = f"the manifest in {path} cannot be read ({exc})"
        raise ReleaseError(f"{what}; run `kembar build --force`") from exc


def list_releases(home: Path) -> list[Release]:
    """Return the releases that are kept, the newest publication first; broken ones are left out."""
    found = []
    for name in reversed(read_history(home)):
        try:
            found.append(read_release(home / "releases" / name))
        except ReleaseError:
            continue
    return found


def find_release(home: Path, name: str) -> Release:
    """Return a kept release by its id, a prefix of it that only one has, ``current`` or ``previous``.

    Raises ReleaseError when none or more than one is meant.
    """
    if name == CURRENT:
        return current_release(home)
    kept = list_releases(home)
    if name == "previous":
        current = current_release(home).id
        kept = [release for release in kept if release.id != current][:1]
    else:
        kept = [release for release in kept if release.id.startswith(name)]
    if len(kept) == 1:
        return kept[0]
    ids = "; ".join(release.id for release in (kept or list_releases(home))) or "none"
    many = f"means {len(kept)} releases" if kept else "is no kept release"
    raise ReleaseError(f"{name!r} {many}; there is: {ids}")


def check_release(release: Release) -> list[str]:
    """Return what is wrong with a release on disk: files that are missing or changed, a store that is."""
    faults = []
    for file in release.files:
        try:
            actual = hash_file(release.files_path / file.name)
        except OSError:
            faults.append(f"{file.name} is missing")
            continue
        if actual != file.sha256:
            faults.append(f"{file.name} has the SHA-256 {actual}, not {file.sha256}")
    try:
        triples = len(open_store(release.store_path))
        if triples != release.manifest["counts"]["triples"]:
            faults.append(f"the store holds {triples} triples, not {release.manifest['counts']['triples']}")
    except ReleaseError as exc:
        faults.append(str(exc))
    return faults


def read_history(home: Path) -> list[str]:
    """Return the ids of all releases in the order of their publication, also of those not kept."""
    try:
        return [str(name) for name in json.loads((home / _HISTORY).read_text(encoding="utf-8"))]
    except (OSError, ValueError):
        return []


def publish(home: Path, release_id: str) -> None:
    """Make a release that is in its place the newest and the current one."""
    history = [name for name in read_history(home) if name != release_id]
    write_json(home / _HISTORY, [*history, release_id])
    switch_current(home, release_id)


def switch_current(home: Path, release_id: str) -> None:
    """Let `current` point to a release, atomically: a reader sees the old or the new release."""
    waiting = home / f".{CURRENT}.{os.getpid()}"
    waiting.unlink(missing_ok=True)
    waiting.symlink_to(Path("releases") / release_id)
    waiting.replace(home / CURRENT)


def write_json(path: Path, value: object) -> None:
    """Write a JSON file atomically: a reader sees the old or the new content."""
    waiting = path.with_name(f".{path.name}.{os.getpid()}")
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    waiting.write_text(text + "\n", encoding="utf-8")
    waiting.replace(path)


def prune_releases(home: Path, keep: int) -> list[str]:
    """Remove all but the newest `keep` releases (the current one always stays); return the ids removed."""
    current = current_release(home).id
    gone = [release for release in list_releases(home)[keep:] if release.id != current]
    for release in gone:
        retired = release.path.with_name(f".retired-{release.id}")
        release.path.rename(retired)
        shutil.rmtree(retired, ignore_errors=True)
    return [release.id for release in gone]


def remove_leftovers(home: Path) -> None:
    """Remove what a build that died left behind: staging folders, retired releases, half-made files."""
    for pattern in (".staging-*", ".retired-*"):
        for leftover in (home / "releases").glob(pattern):
            shutil.rmtree(leftover, ignore_errors=True)
    for leftover in home.glob(".*.[0-9]*"):
        leftover.unlink(missing_ok=True)


@contextmanager
def lock_home(home: Path) -> Iterator[None]:
    """Keep other builds out of a home folder; raises ReleaseError when one is at work."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            raise ReleaseError(f"another build is at work in {home}; wait for it") from exc
        yield

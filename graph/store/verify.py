"""Whether a release lies on the disk as it was published: every byte of every file of it.

The engine cannot be trusted with that: it takes a broken block for an expression without a value, and gives
a wrong number. So nothing is answered from a release before all its files have been read and hashed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from graph.errors import DamagedRelease, ReleaseError
from graph.reading import read_whole
from graph.store.files import hash_file
from graph.store.manifest import (
    NAMES,
    QUESTIONS,
    STORE,
    SUMS,
    StatedFile,
    list_sums,
    read_manifest_anew,
    stated_files,
)
from graph.store.releases import Release
from graph.store.store import open_store

Pause = Callable[[int], None]
"""Is told after each piece how many bytes were read; it may wait, so that a long check disturbs nobody."""


def verify_release(release: Release, pause: Pause | None = None) -> None:
    """Raise DamagedRelease when any file of a release is missing, changed, or not one of those published."""
    if faults := find_damage(release, pause):
        raise DamagedRelease(release.id, faults)


def find_damage(release: Release, pause: Pause | None = None) -> list[str]:
    """Return a sentence for each file of a release that is not as it was published, by path; none if sound.

    It reads all files, two or more at a time; with `pause` one after the other.
    """
    try:
        if read_manifest_anew(release.path, release.id) != release.manifest:
            return ["manifest.json is another one than before"]
    except DamagedRelease as exc:
        return list(exc.faults)
    stated = stated_files(release.manifest)
    largest_first = sorted(stated, key=lambda name: -stated[name].bytes)
    judge = partial(_judge, release.path, stated, pause)
    with ThreadPoolExecutor(max_workers=1 if pause else len(os.sched_getaffinity(0))) as pool:
        faults = [*filter(None, pool.map(judge, largest_first)), *_find_strangers(release, stated)]
    return sorted(faults)


def check_release(release: Release) -> list[str]:
    """Return what is wrong with a release on disk: its files, and when these are sound, its store."""
    if faults := find_damage(release):
        return faults
    try:
        triples = len(open_store(release.store_path))
    except ReleaseError as exc:
        return [str(exc)]
    stated = release.manifest["counts"]["triples"]
    return [] if triples == stated else [f"the store holds {triples} triples, not {stated}"]


def _judge(folder: Path, stated: dict[str, StatedFile], pause: Pause | None, name: str) -> str:
    """Return what is wrong with one file, nothing if it is as stated."""
    path, entry = folder / name, stated[name]
    try:
        if path.is_symlink() or not path.is_file():
            return f"{name} is missing"
        if (size := path.stat().st_size) != entry.bytes:
            return f"{name} has {size} bytes, not {entry.bytes}"
        actual = hash_file(path, pause)
    except OSError as exc:
        return f"{name} cannot be read ({exc.strerror})"
    return "" if actual == entry.sha256 else f"{name} has the SHA-256 {actual}, not {entry.sha256}"


def _find_strangers(release: Release, stated: dict[str, StatedFile]) -> Iterator[str]:
    """Yield what is wrong with the checksums beside the files, and with files that nobody stated.

    These count where they could be read: the engine looks for logs in its folder, and each file of the
    questions is one. No download is served that the manifest does not name.
    """
    try:
        if read_whole(release.path / SUMS).decode() != list_sums(release.files):
            yield f"{SUMS} is not what the manifest states"
    except (OSError, ValueError) as exc:
        yield f"{SUMS} cannot be read ({exc})"
    for folder in (STORE, QUESTIONS, NAMES):
        for path in (release.path / folder).glob("*"):
            if f"{folder}/{path.name}" not in stated:
                yield f"{folder}/{path.name} is no file of this release"

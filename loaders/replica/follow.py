"""A home that follows another service: what that keeps is taken over whole, then `current` is switched.

Each release is fetched into a folder of its own, compared with its manifest and its id, completed, and moved
into its place. Nothing of it is served before; half of it stays in its folder, to be gone on with.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from graph.errors import FetchError, ReleaseError, UnprovenRelease
from graph.pipeline.complete import complete_release
from graph.pipeline.settle import check_same, read_intact, settle
from graph.store.files import hash_file
from graph.store.history import follow_history
from graph.store.manifest import MANIFEST, StatedFile
from graph.store.releases import (
    CURRENT,
    current_id,
    lock_home,
    prune_releases,
    remove_leftovers,
    switch_current,
)
from loaders.replica.download import Upstream
from loaders.replica.listing import Listing, address_of, list_wanted, read_listing, read_stated

Progress = Callable[[str], None]
_PART = ".pull-"
"""How the folder of a release begins that is not whole yet."""
_Read = TypeVar("_Read")


@dataclass(frozen=True)
class Pulled:
    """What one look at another service gave: the release that is current here now, and those fetched."""

    current: str
    fetched: tuple[str, ...]


class Replica:
    """A home that follows one service, look by look."""

    def __init__(
        self, home: Path, upstream: Upstream, keep: int, progress: Progress = lambda step: None
    ) -> None:
        """Follow `upstream`, of which the newest `keep` releases are kept."""
        self._home, self._upstream, self._keep, self._progress = home, upstream, keep, progress
        self._listing: Listing | None = None
        self._tag = ""

    def pull(self, *, at_once: bool = True) -> Pulled:
        """Fetch what the other service keeps and is not here, and let `current` be what is current there.

        Unless `at_once`, a release that was fetched now becomes current at the next look, when other homes
        that look as often have it too. When the list has changed, what is here is read whole, and mended.
        Raises FetchError, ReleaseError; then `current` is as it was.
        """
        with lock_home(self._home):
            remove_leftovers(self._home)
            listing, fetched = self._look()
            if at_once or listing.current not in fetched or not (self._home / CURRENT).exists():
                self._switch(listing)
            return Pulled(current_id(self._home), fetched)

    def _look(self) -> tuple[Listing, tuple[str, ...]]:
        """Return the list of releases, once all that it wants is here, and what was fetched for that."""
        document = self._upstream.read("/data.json", self._tag)
        if document is None:
            if self._listing is None:
                raise self._upstream.refuse("/data.json is said to be as before, which nobody asked")
            return self._listing, ()
        listing = self._understand(partial(read_listing, document.body))
        fetched = self._fetch_missing(listing)
        follow_history(self._home, listing.published)
        self._listing, self._tag = listing, document.tag
        return listing, fetched

    def _fetch_missing(self, listing: Listing) -> tuple[str, ...]:
        wanted = listing.wanted(self._keep)
        (self._home / "releases").mkdir(exist_ok=True)
        for part in (self._home / "releases").glob(f"{_PART}*"):
            if part.name.removeprefix(_PART) not in wanted:
                shutil.rmtree(part)
        missing = [name for name, sha256 in wanted.items() if not self._is_here(name, sha256)]
        for name in missing:
            self._fetch(name)
        return tuple(missing)

    def _is_here(self, release_id: str, sha256: str | None) -> bool:
        """Return whether a release is here and sound; raises ReleaseError for another one of its id."""
        kept = read_intact(self._home / "releases" / release_id)
        if kept:
            check_same(kept, sha256)
        return kept is not None

    def _fetch(self, release_id: str) -> None:
        """Fetch one release and put it into its place."""
        part = self._home / "releases" / f"{_PART}{release_id}"
        document = self._upstream.read(f"/data/{release_id}/{MANIFEST}")
        if document is None:
            raise self._upstream.refuse(f"{MANIFEST} is said to be as before, which nobody asked")
        stated = self._understand(partial(read_stated, document.body, release_id))
        files = list_wanted(stated)
        _keep_only(part, files)
        self._check_room(release_id, files.values())
        for path, file in files.items():
            if not _is_whole(part / path, file):
                self._upstream.save(address_of(release_id, path), file, part / path)
        try:
            self._understand(partial(complete_release, part, stated, self._progress))
        except FetchError:
            shutil.rmtree(part)
            raise
        settle(part, self._home / "releases" / release_id)

    def _check_room(self, release_id: str, files: Iterable[StatedFile]) -> None:
        size, free = sum(file.bytes for file in files), shutil.disk_usage(self._home).free
        self._progress(f"fetching release {release_id}, {size} bytes")
        if size > free:
            raise ReleaseError(f"release {release_id} has {size} bytes, and the disk has room for {free}")

    def _switch(self, listing: Listing) -> None:
        """Let `current` be what is current there, unless what is current here is only damaged there."""
        if current_id(self._home) not in {release.id for release in listing.damaged}:
            switch_current(self._home, listing.current)
        prune_releases(self._home, self._keep)

    def _understand(self, read: Callable[[], _Read]) -> _Read:
        """Return what is read; a release that is none is a lie of the other service."""
        try:
            return read()
        except UnprovenRelease as exc:
            raise self._upstream.refuse(str(exc)) from exc


def _keep_only(part: Path, files: Mapping[str, StatedFile]) -> None:
    """Remove what else lies in the folder of a release than files, whole or begun, that are wanted."""
    wanted = {part / path for path in files}
    wanted |= {path.with_name(f".{path.name}.part") for path in wanted}
    for path in part.rglob("*"):
        if not path.is_dir() and path not in wanted:
            path.unlink()


def _is_whole(path: Path, stated: StatedFile) -> bool:
    try:
        return path.stat().st_size == stated.bytes and hash_file(path) == stated.sha256
    except OSError:
        return False

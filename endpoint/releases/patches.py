"""The chain of releases for copies that follow: from each kept release the patch to the next one."""

from __future__ import annotations

from collections.abc import Sequence

from graph.downloads.changes import PATCH, PATCH_TYPE
from graph.downloads.dumps import STEM
from graph.store.releases import Release

_DUMP = f"{STEM}.nq.gz"


def list_patches(kept: Sequence[Release], newest: Release, base: str) -> dict[str, object]:
    """Return the newest release with its dump, and the patches, the oldest first; for JSON.

    `kept` has the newest first, `base` is the address of the site with its last slash. A copy of a release
    that no patch begins at is made anew from the dump.
    """
    return {
        "newest": newest.id,
        "dump": f"{base}data/{newest.id}/{_DUMP}",
        "media_type": PATCH_TYPE,
        "patches": [_describe(release, base) for release in reversed(kept) if PATCH in _names(release)],
    }


def _names(release: Release) -> set[str]:
    return {file.name for file in release.files}


def _describe(release: Release, base: str) -> dict[str, object]:
    file = next(file for file in release.files if file.name == PATCH)
    return {
        "release": release.id,
        "previous": release.manifest["previous"],
        "url": f"{base}data/{release.id}/{PATCH}",
        "bytes": file.bytes,
        "sha256": file.sha256,
    }

"""How a finished folder becomes a kept release: one rename, unless an intact one of its id is there."""

from __future__ import annotations

import shutil
from pathlib import Path

from graph.errors import ReleaseError
from graph.store.manifest import read_manifest
from graph.store.releases import Release, read_release
from graph.store.verify import check_release


def settle(staging: Path, final: Path) -> Path:
    """Move a staged release to its place; an intact one of the same id stays, a broken one is replaced.

    Raises ReleaseError when an intact one of the same id has another content.
    """
    if final.exists() and (kept := read_intact(final)):
        check_same(kept, read_manifest(staging, final.name)["sha256"])
        return final
    retired = final.with_name(f".retired-{final.name}")
    if final.exists():
        final.rename(retired)
    staging.rename(final)
    shutil.rmtree(retired, ignore_errors=True)
    return final


def read_intact(folder: Path) -> Release | None:
    """Return the release in a folder if it lies there as it was published."""
    try:
        release = read_release(folder)
    except ReleaseError:
        return None
    return None if check_release(release) else release


def check_same(kept: Release, sha256: str | None) -> None:
    """Raise ReleaseError when a kept release has not the content with this hash, although it has its id."""
    if kept.manifest["sha256"] != sha256:
        raise ReleaseError(f"another release has the id {kept.id}; move it away and try again")

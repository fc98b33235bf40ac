"""Releases on disk: which is current, and how a new one takes its place."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.errors import ReleaseError

CURRENT = "current"


@dataclass(frozen=True)
class Release:
    """One immutable release: a folder with its store and its manifest."""

    id: str
    path: Path
    manifest: Mapping[str, Any]

    @property
    def store_path(self) -> Path:
        """Return the folder of the triple store."""
        return self.path / "store"


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
        raise ReleaseError(
            f"the manifest in {path} cannot be read ({exc}); run `kembar build --force`"
        ) from exc


def switch_current(home: Path, release_id: str) -> None:
    """Let `current` point to a release, in one step: a reader sees the old one or the new one."""
    waiting = home / f".{CURRENT}.{os.getpid()}"
    waiting.unlink(missing_ok=True)
    waiting.symlink_to(Path("releases") / release_id)
    waiting.replace(home / CURRENT)


def remove_leftovers(home: Path) -> None:
    """Remove what a build that died left behind: staging folders and half-made links."""
    for leftover in (home / "releases").glob(".staging-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    for leftover in home.glob(f".{CURRENT}.*"):
        leftover.unlink(missing_ok=True)

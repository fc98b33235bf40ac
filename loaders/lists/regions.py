"""Indonesian provinces, regencies and cities, from a table of the official codes (Kepmendagri)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from graph.errors import CollectionError, TableError
from graph.model.claims import CollectionInfo, Place
from graph.model.iris import mint_place_id
from graph.model.records import ListedCollection
from loaders.folders import bundled_folders, find_inside
from loaders.section import Section
from loaders.tables.places import load_countries, load_levels, load_places
from loaders.tables.table import Row, read_map

_WRITTEN = {"provinsi": "province", "kabupaten": "regency", "kota": "city"}
"""How the levels of the official table are written in reference/levels.csv."""


class Region(NamedTuple):
    """A territory with an official code: its Indonesian name, its level as reference/levels.csv writes it."""

    name: str
    level: str


def load_regions(path: Path) -> dict[str, Region]:
    """Return the regions by official code, from a CSV with the columns kode, nama and level.

    Raises TableError for a level that is not provinsi, kabupaten or kota, and for a code that is there twice.
    """
    found = {}
    for code, row in read_map(path, "kode", ("kode", "nama", "level")).items():
        if row["level"] not in _WRITTEN:
            raise row.fault(f"level {row['level']!r} is unknown", f"Write {', '.join(_WRITTEN)}.")
        name = row.needed("nama")
        level = "administrative city" if name.startswith("Kota Administrasi ") else _WRITTEN[row["level"]]
        found[code] = Region(name, level)
    return found


def place_regions(regions: Mapping[str, Region], known: Mapping[str, str]) -> tuple[Place, ...]:
    """Return the regions that are no place yet, in the order of their codes; `known` are place ids by code.

    A regency or city is part of the province whose code its own begins with.
    """
    ids = {code: known.get(code) or mint_place_id("ID", _english(region)) for code, region in regions.items()}
    levels, country = load_levels(), load_countries()["ID"].id
    return tuple(
        _place(code, region, levels[region.level], country, ids)
        for code, region in sorted(regions.items())
        if code not in known
    )


def _place(code: str, region: Region, level: Row, country: str, ids: Mapping[str, str]) -> Place:
    return Place(
        id=ids[code],
        country=country,
        labels=(("en", _english(region)), ("id", region.name)),
        level=level.concept("level", "level"),
        level_with=level.concepts("level_with", "level"),
        is_city=level.yes("is_city"),
        part_of=ids.get(code.partition(".")[0], "") if "." in code else "",
        codes=(("kemendagri", code),),
    )


def _english(region: Region) -> str:
    """Return the name as our places write it in English: "Karo Regency", "Sabang", "Aceh"."""
    name = region.name.removeprefix("Kabupaten ").removeprefix("Kota ").removeprefix("Administrasi ")
    return f"{name} Regency" if region.level == "regency" else name


def load_region_collection(folder: Path, info: CollectionInfo, stated: Mapping[str, Any]) -> ListedCollection:
    """Return a collection of places alone: the file that [regions] of its collection.toml names.

    Regions that the bundled collections have keep their ids and are left out. Raises CollectionError.
    """
    try:
        section = Section("regions", stated["regions"])
        path, *others = find_inside(folder, section.text("file"))
        section.done()
        if others:
            raise ValueError(f"[regions] file names {len(others) + 1} files, not one")
        regions = load_regions(path)
    except (ValueError, TableError) as exc:
        raise CollectionError(info.name, f"collection.toml: {exc}", "See docs/your-own-list.md.") from exc
    return ListedCollection(info, (), place_regions(regions, known_codes()), (), len(regions))


def known_codes() -> dict[str, str]:
    """Return the ids of the bundled places by their official code."""
    countries, levels = load_countries(), load_levels()
    places = [place for folder in bundled_folders() for place in load_places(folder, countries, levels)]
    return {code: place.id for place in places for kind, code in place.codes if kind == "kemendagri"}

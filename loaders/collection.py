"""A collection is a folder: its collection.toml says what it is, its tables what it states."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.claims import CollectionInfo, Judgement, LoadedCollection, Place, Regulation
from graph.errors import CollectionError
from graph.matching import PlaceIndex
from graph.reconcile import reconcile
from loaders.places import add_names, check_links, load_countries, load_levels, load_places
from loaders.register import read_register, write_registers
from loaders.statements import StatementReader
from loaders.table import read_table

BUNDLED = Path(__file__).parent / "collections"
_KEYS = {"name", "licence", "creator", "compiled", "title", "description", "assertions"}
_CHECKS = {"rows", "min_claims", "max_issues"}


@dataclass(frozen=True)
class Settings:
    """What collection.toml says: the collection itself, and what must be true of its numbers."""

    info: CollectionInfo
    assertions: dict[str, int]


def load_bundled() -> list[LoadedCollection]:
    """Return the collections that come with the project, by name."""
    return load_collections(bundled_folders())


def freeze_identifiers(folders: list[Path] | None = None) -> dict[str, int]:
    """Write the ids of all agreements to the registers; return the number of new ones by collection.

    Run it when a collection has changed and the change is meant to stay; then commit the registers.
    """
    chosen = bundled_folders() if folders is None else folders
    loaded = load_collections(chosen)
    by_name = {one.info.name: folder for one, folder in zip(loaded, chosen, strict=True)}
    return write_registers(reconcile(loaded).pairs, by_name)


def bundled_folders() -> list[Path]:
    """Return the folders of the collections that come with the project."""
    return sorted(path.parent for path in BUNDLED.glob("*/collection.toml"))


def load_collections(folders: list[Path]) -> list[LoadedCollection]:
    """Return several collections that share one table of places.

    Raises TableError or CollectionError at the first thing that is wrong.
    """
    countries = load_countries()
    index = PlaceIndex()
    own_places = {folder: _load_places(folder, countries, index) for folder in folders}
    for folder in folders:
        add_names(folder, index, countries)
    check_links(index)
    used = {place.country for place in index.places.values()}
    own_countries = tuple(place for place in countries.values() if place.id in used)
    index.add_places(own_countries)
    for place in own_countries:
        index.add_name(place.label("en"), dict(place.codes)["iso"], place.id)
    loaded = [_load(folder, own_places[folder], index) for folder in folders]
    return [_with_places(loaded[0], own_countries), *loaded[1:]] if loaded else []


def _load_places(folder: Path, countries: dict[str, Place], index: PlaceIndex) -> tuple[Place, ...]:
    places = tuple(load_places(folder, countries, load_levels()))
    try:
        index.add_places(places)
    except ValueError as exc:
        raise CollectionError(folder.name, str(exc), "Keep a place in one collection.") from exc
    return places


def _with_places(collection: LoadedCollection, more: tuple[Place, ...]) -> LoadedCollection:
    return LoadedCollection(**{**vars(collection), "places": (*collection.places, *more)})


def _load(folder: Path, places: tuple[Place, ...], index: PlaceIndex) -> LoadedCollection:
    settings = load_settings(folder)
    statements = StatementReader(settings.info.name, folder, index).read()
    _check_assertions(settings, statements.tally, len(statements.claims))
    return LoadedCollection(
        info=settings.info,
        places=places,
        claims=statements.claims,
        judgements=_load_judgements(folder, {claim.id for claim in statements.claims}),
        regulations=_load_regulations(folder),
        issues=statements.issues,
        agreement_ids=read_register(folder),
        tally=statements.tally,
    )


def load_settings(folder: Path) -> Settings:
    """Return what collection.toml says; raises CollectionError for a missing or unknown key or bad value."""
    try:
        stated = tomllib.loads((folder / "collection.toml").read_text(encoding="utf-8"))
        unknown = {*stated} - _KEYS | {*stated.get("assertions", {})} - _CHECKS
        if unknown:
            raise KeyError(f"unknown: {', '.join(sorted(unknown))}")
        info = CollectionInfo(
            name=stated["name"],
            title=_texts(stated["title"]),
            description=_texts(stated["description"]),
            licence=stated["licence"],
            creator=stated["creator"],
            compiled=stated["compiled"],
        )
    except (OSError, KeyError, tomllib.TOMLDecodeError) as exc:
        raise CollectionError(folder.name, f"collection.toml: {exc}", "See docs/collections.md.") from exc
    return Settings(info, stated.get("assertions", {}))


def _texts(stated: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((language, stated[language]) for language in ("en", "id"))


def _check_assertions(settings: Settings, tally: dict[str, int], claims: int) -> None:
    rows = sum(tally.values())
    expected = settings.assertions
    wrong = [
        f"{rows} rows, not {expected['rows']}" if rows != expected.get("rows", rows) else "",
        f"{claims} claims, fewer than {expected['min_claims']}"
        if claims < expected.get("min_claims", 0)
        else "",
        f"{tally['issue']} issues, more than {expected['max_issues']}"
        if tally["issue"] > expected.get("max_issues", tally["issue"])
        else "",
    ]
    if told := "; ".join(one for one in wrong if one):
        mend = "Mend the tables, or change [assertions] in collection.toml on purpose."
        raise CollectionError(settings.info.name, told, mend)


def _load_judgements(folder: Path, claims: set[str]) -> tuple[Judgement, ...]:
    path = folder / "judgements.csv"
    columns = ("id", "claim", "verdict", "issue", "note", "evidence", "corrected_by")
    found = []
    for row in read_table(path, columns) if path.exists() else []:
        if row["claim"] not in claims:
            raise row.fault(f"there is no claim {row['claim']}", "Mend the id.")
        found.append(
            Judgement(
                id=row.needed("id"),
                claim=row["claim"],
                verdict=row.concept("verdict", "verdict"),
                issue=row.concept("issue", "issue"),
                note=row.needed("note"),
                evidence=row.items("evidence"),
                corrected_by=row.items("corrected_by"),
            )
        )
    return tuple(found)


def _load_regulations(folder: Path) -> tuple[Regulation, ...]:
    path = folder / "regulations.csv"
    columns = ("id", "label_en", "label_id", "issued", "repeals", "implements")
    return tuple(
        Regulation(
            id=row.needed("id"),
            labels=(("en", row.needed("label_en")), ("id", row.needed("label_id"))),
            issued=row.date("issued"),
            repeals=row.items("repeals"),
            implements=row.items("implements"),
        )
        for row in (read_table(path, columns) if path.exists() else [])
    )

"""A curated collection: statements with sources, and the tables that say what their words mean."""

from __future__ import annotations

import re
from pathlib import Path

from graph.errors import CollectionError
from graph.model.claims import Judgement, LoadedCollection, Place, Regulation
from loaders.curated.statements import StatementReader
from loaders.curated.unsound import TableDates
from loaders.settings import Settings
from loaders.tables.place_index import PlaceIndex
from loaders.tables.places import load_levels, load_places
from loaders.tables.registers import read_agreement_register, read_former_pairs
from loaders.tables.table import read_map, read_table

_PATH = re.compile(
    r"(place|partnership|agreement|claim|event|source|person|signature|regulation)/[^\s<>\"{}|^`\\]+"
)
"""What ``gone.csv`` may name: things, by the path of their IRIs."""


def load_places_of(folder: Path, countries: dict[str, Place], index: PlaceIndex) -> tuple[Place, ...]:
    """Return the places of one collection and add them to the index that all of them share."""
    places = tuple(load_places(folder, countries, load_levels()))
    try:
        index.add_places(places)
    except ValueError as exc:
        raise CollectionError(folder.name, str(exc), "Keep a place in one collection.") from exc
    return places


def load_curated(
    folder: Path, settings: Settings, places: tuple[Place, ...], index: PlaceIndex
) -> LoadedCollection:
    """Return a curated collection; raises TableError at the first thing that is wrong in its tables.

    A date that cannot be read or be true is an issue (R10).
    """
    statements = StatementReader(settings.info, folder, index).read()
    dates = TableDates(settings.info.name)
    regulations = _load_regulations(folder, dates)
    return LoadedCollection(
        info=settings.info,
        places=places,
        claims=statements.claims,
        judgements=_load_judgements(folder, {claim.id for claim in statements.claims}),
        regulations=regulations,
        issues=(*statements.issues, *dates.issues),
        agreement_ids=read_agreement_register(folder),
        tally=statements.tally,
        former_pairs=read_former_pairs(folder),
        gone=_load_gone(folder),
        names=index.names_of({place.id for place in places}),
    )


def _load_gone(folder: Path) -> dict[str, str]:
    """Return why there is nothing any more at paths of our IRIs, by path."""
    path = folder / "gone.csv"
    found: dict[str, str] = {}
    for row in read_table(path, ("path", "reason")) if path.exists() else []:
        if not _PATH.fullmatch(row.needed("path")):
            raise row.fault(f"{row['path']} is no path of an IRI of ours", "Write it as in event/…")
        if found.setdefault(row["path"], row.needed("reason")) != row["reason"]:
            raise row.fault(f"{row['path']} has two reasons", "Keep one of the rows.")
    return found


def _load_judgements(folder: Path, claims: set[str]) -> tuple[Judgement, ...]:
    path = folder / "judgements.csv"
    columns = ("id", "claim", "verdict", "issue", "note", "evidence", "corrected_by")
    found = []
    for row in (read_map(path, "id", columns) if path.exists() else {}).values():
        own = row["claim"].partition("/")[0] + "/"
        for claim in (row["claim"], *(one for one in row.items("evidence") if one.startswith(own))):
            if claim not in claims:
                raise row.fault(f"there is no claim {claim}", "Mend the id.")
        row.needed("verdict")
        found.append(
            Judgement(
                id=row.name("id"),
                claim=row["claim"],
                verdict=row.concept("verdict", "verdict"),
                issue=row.concept("issue", "issue"),
                note=row.needed("note"),
                evidence=row.paths("evidence"),
                corrected_by=row.items("corrected_by"),
            )
        )
    return tuple(found)


def _load_regulations(folder: Path, dates: TableDates) -> tuple[Regulation, ...]:
    path = folder / "regulations.csv"
    columns = ("id", "label_en", "label_id", "issued", "repeals", "implements")
    return tuple(
        Regulation(
            id=row.name("id"),
            labels=(("en", row.needed("label_en")), ("id", row.needed("label_id"))),
            issued=dates.read(row, "issued"),
            repeals=row.names("repeals"),
            implements=row.names("implements"),
        )
        for row in (read_map(path, "id", columns) if path.exists() else {}).values()
    )

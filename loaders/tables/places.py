"""The tables that say what places there are: countries, levels, places and the names they go by."""

from __future__ import annotations

import re
from pathlib import Path

from graph.errors import TableError
from graph.matching.known.circles import find_circles
from graph.model.claims import Place
from graph.model.iris import is_qid, mint_place_id
from loaders.folders import REFERENCE
from loaders.tables.place_index import PlaceIndex
from loaders.tables.registers import PLACE_REGISTER, read_former_ids
from loaders.tables.table import Row, read_map, read_table

_PLACE_COLUMNS = (
    "id", "name", "country", "level_written", "part_of", "succeeds", "name_en", "name_id",
    "native", "native_lang", "kemendagri", "iso", "lat", "lon",
)  # fmt: skip
_DEGREES = re.compile(r"-?[0-9]{1,3}\.[0-9]{2}")


def load_countries() -> dict[str, Place]:
    """Return the countries of the reference table by ISO 3166-1 alpha-2 code, each as a place."""
    columns = ("iso2", "qid", "name_en", "name_id", "origin")
    return {
        row["iso2"]: Place(
            id=row.needed("qid"),
            country=row["qid"],
            labels=(("en", row.needed("name_en")), ("id", row.needed("name_id"))),
            level="country",
            level_with=("country",),
            is_country=True,
            qid=row["qid"],
            codes=(("iso", row["iso2"]),),
        )
        for row in read_table(REFERENCE / "countries.csv", columns)
    }


def load_levels() -> dict[str, Row]:
    """Return the reference table of administrative levels by the level as written."""
    columns = ("written", "level", "is_city", "level_with", "note")
    return read_map(REFERENCE / "levels.csv", "written", columns)


def load_places(folder: Path, countries: dict[str, Place], levels: dict[str, Row]) -> list[Place]:
    """Return the places of one collection; raises TableError for an unknown country, level or bad cell."""
    path = folder / "places.csv"
    rows = read_table(path, _PLACE_COLUMNS) if path.exists() else []
    _check_origins(folder, rows)
    former = read_former_ids(folder / PLACE_REGISTER, {row["id"] for row in rows})
    return [_place(row, countries, levels, former) for row in rows]


def _place(
    row: Row, countries: dict[str, Place], levels: dict[str, Row], former: dict[str, tuple[str, ...]]
) -> Place:
    if not (is_qid(row.name("id")) or row["id"].startswith("x-")):
        what = f"{row['id']!r} is neither the id of a Wikidata item nor one that is minted here"
        raise row.fault(what, f"Without an item it is {mint_place_id(row['country'], row['name'])}.")
    if row["country"] not in countries:
        raise row.fault(f"country {row['country']!r} is unknown", "Add it to reference/countries.csv.")
    written = row["level_written"]
    if written and written not in levels:
        raise row.fault(f"level {written!r} is unknown", "Add it to reference/levels.csv.")
    level = levels.get(written)
    longitude, latitude = read_degrees(row)
    return Place(
        id=row["id"],
        country=countries[row["country"]].id,
        labels=(("en", row.needed("name_en")), ("id", row.needed("name_id"))),
        level=level.concept("level", "level") if level else "",
        level_with=level.concepts("level_with", "level") if level else (),
        is_city=level.yes("is_city") if level else False,
        native_names=((row.language("native_lang"), row["native"]),) if row["native"] else (),
        part_of=row["part_of"],
        succeeds=row["succeeds"],
        qid=row["id"] if is_qid(row["id"]) else "",
        codes=tuple((kind, row[kind]) for kind in ("kemendagri", "iso") if row[kind]),
        longitude=longitude,
        latitude=latitude,
        replaces=former.get(row["id"], ()),
    )


def read_degrees(row: Row) -> tuple[str, str]:
    """Return the longitude and latitude of a row, both empty without a point; raises TableError."""
    if bool(row["lat"]) != bool(row["lon"]):
        raise row.fault("only one of lat and lon is given", "Give both or none.")
    longitude = row.read("lon", lambda cell: _degrees(cell, 180))
    return longitude or "", row.read("lat", lambda cell: _degrees(cell, 90)) or ""


def _degrees(cell: str, most: int) -> str:
    if not _DEGREES.fullmatch(cell) or abs(float(cell)) > most:
        raise ValueError(f"{cell!r} is not degrees with two decimals up to {most}")
    return cell


def _check_origins(folder: Path, rows: list[Row]) -> None:
    """Raise TableError unless every filled cell of places.csv says in origins.csv where it comes from."""
    origins = read_table(folder / "origins.csv", ("place", "field", "origin")) if rows else []
    stated = {(row["place"], row["field"]) for row in origins}
    for row in rows:
        for column in _PLACE_COLUMNS[3:]:
            if row[column] and (row["id"], column) not in stated:
                raise row.fault(f"nothing says where {column} comes from", "Add a row to origins.csv.")


def add_names(folder: Path, index: PlaceIndex) -> None:
    """Add the names of one collection's places to the index; raises TableError for a name of two places."""
    path = folder / "place_names.csv"
    for row in read_table(path, ("name", "country", "place")) if path.exists() else []:
        try:
            index.add_name(row.needed("name"), row.needed("country"), row.needed("place"))
        except ValueError as exc:
            raise row.fault(str(exc), "Mend place_names.csv.") from exc


def check_links(index: PlaceIndex) -> None:
    """Raise TableError when a place is part of, or succeeds, a place that there is not, or itself."""
    for place in index.places.values():
        for linked in (place.part_of, place.succeeds):
            if linked and linked not in index.places:
                what = f"{place.id} names {linked}, which is no place"
                raise TableError("places.csv", None, what, "Mend it.")
    for column in ("part_of", "succeeds"):
        for circle in find_circles({name: getattr(place, column) for name, place in index.places.items()}):
            what = f"{' leads to '.join([*circle, circle[0]])} by {column}, in a circle"
            raise TableError("places.csv", None, what, f"Empty {column} of one of them.")

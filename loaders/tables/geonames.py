"""What GeoNames gives for places of our own: a collection of its own, under its own licence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from graph.model.claims import GeoNamesEntry, Place
from loaders.tables.place_index import PlaceIndex
from loaders.tables.places import read_degrees
from loaders.tables.table import Row, read_map

GEONAMES_TABLE = "geonames.csv"
_COLUMNS = ("place", "geonames", "lat", "lon", "point_of", "origin")
_OPTIONAL = ("names",)


def add_geonames(folder: Path, index: PlaceIndex) -> None:
    """Give the places of the index what a table of GeoNames has for them: its id, names, a point they lack.

    `point_of` is the entry whose point it is: another one than `geonames` where that has none, or is not the
    same place. `names`, with semicolons, are further ones: a place is found by them. Raises TableError for a
    place that is not there or has a point, and for an id of two places.
    """
    taken: dict[str, str] = {}
    for row in read_map(folder / GEONAMES_TABLE, "place", _COLUMNS, _OPTIONAL).values():
        place = index.places.get(row["place"])
        if place is None:
            raise row.fault(f"there is no place {row['place']}", "Mend the id.")
        if row["geonames"] and taken.setdefault(row["geonames"], place.id) != place.id:
            raise row.fault(f"{row['geonames']} is {taken[row['geonames']]} already", "Mend one of them.")
        index.places[place.id] = _add_entry(place, row)


def _add_entry(place: Place, row: Row) -> Place:
    row.needed("origin")
    longitude, latitude = read_degrees(row)
    if bool(latitude) != bool(row["point_of"]):
        raise row.fault("a point and the entry that it is of go together", "Give both or none.")
    if latitude and place.latitude:
        raise row.fault(f"{place.id} has a point in places.csv", "Leave it out here.")
    entry = GeoNamesEntry(row.number("geonames", least=1), (), bool(latitude), row.items("names"))
    if not latitude:
        return replace(place, geonames=entry)
    return replace(place, geonames=entry, longitude=longitude, latitude=latitude)


def with_geonames(places: Iterable[Place], index: PlaceIndex) -> tuple[Place, ...]:
    """Return places as the index has them."""
    return tuple(index.places[place.id] for place in places)

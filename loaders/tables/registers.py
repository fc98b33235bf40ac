"""The register of places: every id that was ever minted, so that a clean clone mints the same ones."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from graph.matching.known.mint import RegisteredPlace
from graph.model.iris import is_qid
from loaders.tables.table import Row, read_map

REGISTER = "places_register.csv"
"""In the folder of a collection, and in the home."""
COLUMNS = ("id", "country", "name", "now")


def read_place_register(path: Path) -> list[RegisteredPlace]:
    """Return the ids minted so far, none when there is no such file.

    Raises TableError for an id that was not minted, for an id that is there twice, and for a `now` that is
    no other place.
    """
    rows = read_map(path, "id", COLUMNS) if path.exists() else {}
    return [_registered(row) for row in rows.values()]


def _registered(row: Row) -> RegisteredPlace:
    if not row["id"].startswith("x-"):
        raise row.fault(f"{row['id']!r} is no id that is minted here", "Leave the register to the build.")
    if row["now"] and (row["now"] == row["id"] or not (is_qid(row["now"]) or row["now"].startswith("x-"))):
        raise row.fault(f"{row['now']!r} is no other place", "Write a Wikidata id, a minted id, or nothing.")
    return RegisteredPlace(row["id"], row["country"], row.needed("name"), row["now"])


def write_place_register(path: Path, rows: Iterable[RegisteredPlace]) -> None:
    """Write the register anew, ordered by id; the file is whole at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_suffix(".new")
    with waiting.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((row.id, row.country, row.name, row.now) for row in sorted(rows, key=lambda r: r.id))
    waiting.replace(path)

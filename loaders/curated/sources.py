"""The publications of a collection: sources.csv."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from graph.model.claims import Source
from graph.model.iris import source_id
from loaders.curated.unsound import TableDates
from loaders.tables.table import Row, read_map

_REQUIRED = ("id", "url", "title", "publisher", "language", "type", "issued", "creator")
_OPTIONAL = ("described_as", "copy_of")


def load_sources(folder: Path, dates: TableDates) -> dict[str, Source]:
    """Return the sources of a collection by id.

    Raises TableError when an id is not made from its address, when a source has no title and no description
    or both, and when it copies what is no source of the collection, or a copy itself.
    """
    rows = read_map(folder / "sources.csv", "id", _REQUIRED, _OPTIONAL)
    for row in rows.values():
        _check(row, rows)
    return {name: _source(row, dates) for name, row in rows.items()}


def _check(row: Row, rows: Mapping[str, Row]) -> None:
    if row["id"] != source_id(row.needed("url")):
        raise row.fault(f"the id should be {source_id(row['url'])}", "Mend the id.")
    if bool(row["title"]) == bool(row["described_as"]):
        mend = "Write its own title, or where that is not known what it is in described_as."
        raise row.fault("a source has a title or a description, not both", mend)
    original = rows.get(row["copy_of"])
    if row["copy_of"] and (original is None or original["copy_of"] or original is row):
        raise row.fault(f"{row['copy_of']!r} is no original", "Name the source that all copies repeat.")


def _source(row: Row, dates: TableDates) -> Source:
    return Source(
        id=row["id"],
        url=row["url"],
        title=row["title"],
        described_as=row["described_as"],
        publisher=row["publisher"],
        language=row.language("language"),
        source_type=row.concept("type", "source-type"),
        issued=dates.read(row, "issued"),
        creator=row["creator"],
        copy_of=row["copy_of"],
    )

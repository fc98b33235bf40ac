"""The release as four CSV tables, for people who work without RDF.

Form: RFC 4180 with LF line ends, UTF-8, a header, one row a thing, sorted by `id` (code points). An empty
cell is "not known" or "does not apply". A cell of several values joins them with `;` (a `;` inside a value
becomes a comma). Yes and no are `true` and `false`. A date is as precise as it is known (2018-03-19, 2018-03
or 2018); the column with `year` beside it is always an integer. Names of concepts (`mou`, `sister-city`,
`trade`) are the last part of their address under vocab/. In pandas read them with
`dtype=str, keep_default_na=False`: Namibia has the code NA, and 35.10 is a code and not a number.
The module of each table describes its columns; docs/tables.md is made of them.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.downloads.tables import agreements, claims, issues, network, partnerships, places
from graph.downloads.tables.cells import Row
from graph.downloads.tables.schema.columns import Table
from graph.downloads.tables.schema.parquet import write_typed
from graph.model.conclusions import Model
from graph.store.files import ReleaseFile, write_file


@dataclass(frozen=True)
class ModelTable:
    """One table of the model, and what makes its rows."""

    table: Table
    rows: Callable[[Model], Iterator[Row]]

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns in their order."""
        return self.table.names


TABLES: Mapping[str, ModelTable] = {
    "places.csv": ModelTable(places.TABLE, places.place_rows),
    "partnerships.csv": ModelTable(partnerships.TABLE, partnerships.partnership_rows),
    "agreements.csv": ModelTable(agreements.TABLE, agreements.agreement_rows),
    "claims.csv": ModelTable(claims.TABLE, claims.claim_rows),
}
"""The tables of the model by the names of their files."""

ALL = (
    *(made.table for made in TABLES.values()),
    network.NODES_TABLE,
    network.EDGES_TABLE,
    issues.TABLE,
)
"""Every table of a release, also those that other modules write as CSV."""


def write_tables(model: Model, folder: Path) -> list[ReleaseFile]:
    """Write the four tables and return what the manifest states of them."""
    return [
        write_file(folder, name, _csv_lines(table.columns, table.rows(model)), "text/csv", "table")
        for name, table in TABLES.items()
    ]


def write_typed_tables(folder: Path) -> list[ReleaseFile]:
    """Write the four tables, whose CSV is in `folder`, as Parquet."""
    return [write_typed(made.table, folder, "table") for made in TABLES.values()]


def _csv_lines(columns: tuple[str, ...], rows: Iterable[Row]) -> Iterator[bytes]:
    writer = csv.writer(_Echo(), lineterminator="\n")
    yield writer.writerow(columns).encode()
    for row in rows:
        yield writer.writerow([_unix_lines(row[column]) for column in columns]).encode()


class _Echo:
    """A file that gives each line back, so that csv can be asked line by line."""

    def write(self, line: str) -> str:
        return line


def _unix_lines(cell: str) -> str:
    """Return a cell with LF alone: versions of csv differ in whether they quote a carriage return."""
    return cell.replace("\r\n", "\n").replace("\r", "\n")

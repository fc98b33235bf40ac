"""Parquet holds what CSV holds, with types: each cell of the bundled release, as other libraries read it."""

import csv
import datetime as dt

import duckdb
import pandas as pd
import polars as pl
import pytest

from graph.downloads.tables.schema.columns import Column, Kind, Table, date, integer, number, several, text
from graph.downloads.tables.schema.parquet import write_typed
from graph.downloads.tables.tables import ALL
from graph.network.network import Edge, Node

SMALL = Table(
    "small",
    "cells of every kind",
    (
        text("id", "", ""),
        Column("address", Kind.IRI, "", ""),
        several("names", "", ""),
        integer("people", "", ""),
        number("north", "", ""),
        Column("domestic", Kind.YES_NO, "", ""),
        Column("fetched", Kind.DAY, "", ""),
        date("since", "", ""),
    ),
)
HEADER = "id,address,names,people,north,domestic,fetched,since\n"
ROWS = """\
NA,https://example.org/a,a;b,35,-7.25,true,2026-10-28,2024-02
35.10,,,,,,,
,urn:x,c,0,0,false,1969-12-31,2018-03-19
x,,,,,,,1996
"""


def write_small(folder, rows=ROWS, header=HEADER):
    (folder / "small.csv").write_text(header + rows, encoding="utf-8")
    return write_typed(SMALL, folder, "table")


def test_every_kind_of_cell(tmp_path):
    file = write_small(tmp_path)
    assert (file.name, file.media_type, file.kind) == (
        "small.parquet", "application/vnd.apache.parquet", "table",
    )  # fmt: skip
    frame = pl.read_parquet(tmp_path / file.name)
    assert dict(frame.schema) == {
        "id": pl.String, "address": pl.String, "names": pl.List(pl.String), "people": pl.Int64,
        "north": pl.Float64, "domestic": pl.Boolean, "fetched": pl.Date, "since": pl.String,
        "since_precision": pl.String, "since_earliest": pl.Date, "since_latest": pl.Date,
    }  # fmt: skip
    none = (None,) * 4
    assert frame.rows() == [
        ("NA", "https://example.org/a", ["a", "b"], 35, -7.25, True, dt.date(2026, 10, 28),
         "2024-02", "month", dt.date(2024, 2, 1), dt.date(2024, 2, 29)),
        ("35.10", None, [], None, None, None, None, *none),
        (None, "urn:x", ["c"], 0, 0.0, False, dt.date(1969, 12, 31),
         "2018-03-19", "day", dt.date(2018, 3, 19), dt.date(2018, 3, 19)),
        ("x", None, [], None, None, None, None,
         "1996", "year", dt.date(1996, 1, 1), dt.date(1996, 12, 31)),
    ]  # fmt: skip


def test_the_same_table_gives_the_same_bytes(tmp_path):
    first, again = write_small(tmp_path), write_small(tmp_path)
    assert first == again


def test_a_table_without_rows_has_its_types(tmp_path):
    frame = pl.read_parquet(tmp_path / write_small(tmp_path, rows="").name)
    assert (frame.height, frame.schema["since_latest"]) == (0, pl.Date)


@pytest.mark.parametrize(
    ("header", "row", "what"),
    [
        (HEADER, "x,,,many,,,,\n", "invalid literal for int"),
        (HEADER, "x,,,,,yes,,\n", "'yes' is neither true nor false"),
        (HEADER, "x,,,,,,,March 2018\n", "'March 2018' is not a date"),
        ("id,other\n", "x,y\n", "small.csv has other columns than its description"),
    ],
)
def test_a_cell_that_is_not_of_its_kind_is_an_error(tmp_path, header, row, what):
    with pytest.raises(ValueError, match=what):
        write_small(tmp_path, row, header)
    assert not (tmp_path / "small.parquet").exists()


def test_the_columns_of_the_network_are_those_of_its_nodes_and_edges():
    named = {table.name: table.names for table in ALL}
    assert named["network-nodes"] == tuple(Node.__dataclass_fields__)
    assert named["network-edges"] == tuple(Edge.__dataclass_fields__)


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_each_cell_of_the_release_is_that_of_the_csv(bundled, table):
    """As Polars reads it, written back as CSV writes it."""
    with bundled.release.file(f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    frame = pl.read_parquet(bundled.release.file(f"{table.name}.parquet"))
    columns = [[as_csv(column, value) for value in frame[column.name]] for column in table.columns]
    told = zip(table.columns, zip(*rows, strict=True), strict=True)
    told = [[as_written(column, cell) for cell in cells] for column, cells in told]
    assert columns == told


def as_csv(column, value):
    if value is None:
        return ""
    if column.kind is Kind.LIST:
        return ";".join(value)
    return str(value).lower() if column.kind is Kind.YES_NO else str(value)


def as_written(column, cell):
    """Numbers are compared as numbers: 51.440 is 51.44."""
    return str(float(cell)) if cell and column.kind is Kind.NUMBER else cell


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_three_libraries_count_the_same(bundled, table):
    path = bundled.release.file(f"{table.name}.parquet")
    with bundled.release.file(f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
        number_of_rows = sum(1 for _ in csv.reader(file)) - 1
    counted = duckdb.sql(f"SELECT count(*) FROM '{path}'").fetchall()
    assert counted == [(number_of_rows,)]
    assert pl.read_parquet(path).height == len(pd.read_parquet(path)) == number_of_rows > 0


def test_dates_lie_where_they_can(bundled):
    """As DuckDB counts: a year of its own for each date, and the text begins with it."""
    path = bundled.release.file("claims.parquet")
    wrong = duckdb.sql(
        f"SELECT count(*) FROM '{path}' WHERE year(date_earliest) <> \"year\" OR date_latest < date_earliest "
        "OR date_precision <> CASE length(date) WHEN 4 THEN 'year' WHEN 7 THEN 'month' ELSE 'day' END "
        "OR (date IS NULL) <> (date_latest IS NULL)"
    ).fetchall()
    assert wrong == [(0,)]


def test_what_refers_to_a_table_is_in_it(bundled):
    """Every id of every column, also of lists; as DuckDB joins."""
    for table in ALL:
        path = bundled.release.file(f"{table.name}.parquet")
        for column in table.columns:
            if not column.of:
                continue
            other = bundled.release.file(f"{column.of}.parquet")
            value = f"unnest({column.name})" if column.kind is Kind.LIST else column.name
            lost = duckdb.sql(
                f"SELECT v FROM (SELECT {value} AS v FROM '{path}') WHERE v IS NOT NULL "
                f"AND v NOT IN (SELECT id FROM '{other}')"
            ).fetchall()
            assert not lost, (table.name, column.name)

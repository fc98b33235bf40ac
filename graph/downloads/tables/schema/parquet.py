"""The same tables with types: each CSV of a release once more as Parquet (https://parquet.apache.org/docs/).

What CSV can only write as text has a type here. A cell that is empty is null, a list that is empty an empty
list. A date as precise as it is known stays a text (``since``, as in CSV) and has three columns more:
``since_precision`` (day, month or year), ``since_earliest`` and ``since_latest``, the first and the last day
that it can be. The same CSV gives the same bytes; the file names the version of its writer.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from arro3.core import Array, DataType, Field, RecordBatch, RecordBatchReader, Schema, list_array
from arro3.io import read_csv, write_parquet

from graph.downloads.tables.schema.columns import DATE_PARTS, Column, Kind, Table
from graph.model.dates import parse_date
from graph.store.files import ReleaseFile, write_file

MEDIA_TYPE = "application/vnd.apache.parquet"
_COMPRESSION = "zstd(9)"
_ROWS = 20_000
"""How many rows are in memory as texts at a time; the columns made of them are small."""
_EPOCH = dt.date(1970, 1, 1).toordinal()
_ITEMS = DataType.list(Field("element", DataType.string(), nullable=False))

Cells = Sequence[str | None]
"""The cells of a column, None for an empty one."""


def write_typed(table: Table, folder: Path, kind: str) -> ReleaseFile:
    """Write the CSV of a table, which is in `folder`, as Parquet, and return what the manifest states of it.

    `kind` is that of the file. Raises ValueError for a cell that is not what its column holds.
    """
    body = io.BytesIO()
    batches = list(_read_batches(table, folder))  # here, not inside the writer, which would hide an error
    write_parquet(RecordBatchReader.from_batches(_schema(table), batches), body, compression=_COMPRESSION)
    return write_file(folder, f"{table.name}.parquet", body.getvalue(), MEDIA_TYPE, kind)


def typed_fields(column: Column) -> tuple[str, ...]:
    """Return the names of the columns that Parquet has for one of the CSV."""
    parts = DATE_PARTS if column.kind is Kind.DATE else ()
    return (column.name, *(f"{column.name}_{part}" for part in parts))


def _schema(table: Table) -> Schema:
    types = {column: _TYPES[column.kind] for column in table.columns}
    return Schema(
        [
            Field(name, data_type, nullable=True)
            for column, made in types.items()
            for name, (data_type, _) in zip(typed_fields(column), made, strict=True)
        ]
    )


def _read_batches(table: Table, folder: Path) -> Iterator[RecordBatch]:
    path, schema = folder / f"{table.name}.csv", _schema(table)
    with path.open(encoding="utf-8") as file:
        if file.readline().rstrip("\n") != ",".join(table.names):
            raise ValueError(f"{path.name} has other columns than its description")
    texts = Schema([Field(name, DataType.string(), nullable=True) for name in table.names])
    for batch in read_csv(path, texts, has_header=True, batch_size=_ROWS):
        columns = zip(table.columns, batch.columns, strict=True)
        arrays = [array for column, cells in columns for array in _arrays(column, list(cells.to_pylist()))]
        yield RecordBatch.from_arrays(arrays, schema=schema)


def _arrays(column: Column, cells: Cells) -> Iterator[Array]:
    for data_type, convert in _TYPES[column.kind]:
        yield convert(cells, data_type)


def _plain(read: Callable[[str], object]) -> Callable[[Cells, DataType], Array]:
    def convert(cells: Cells, data_type: DataType) -> Array:
        return Array([read(cell) if cell else None for cell in cells], type=data_type)

    return convert


def _lists(cells: Cells, data_type: DataType) -> Array:
    items = [cell.split(";") if cell else [] for cell in cells]
    offsets = [0]
    for one in items:
        offsets.append(offsets[-1] + len(one))
    values = Array([item for one in items for item in one], type=DataType.string())
    return list_array(Array(offsets, type=DataType.int32()), values, type=data_type)


def _days(which: str) -> Callable[[Cells, DataType], Array]:
    def convert(cells: Cells, data_type: DataType) -> Array:
        dates = (getattr(parse_date(cell), which) if cell else None for cell in cells)
        days = [date.toordinal() - _EPOCH if date else None for date in dates]
        return Array(days, type=DataType.int32()).cast(data_type)

    return convert


def _yes_no(cell: str) -> bool:
    if cell not in ("true", "false"):
        raise ValueError(f"{cell!r} is neither true nor false")
    return cell == "true"


def _precision(cell: str) -> str:
    return parse_date(cell).precision.name.lower()


_TEXT = (DataType.string(), _plain(str))
_TYPES: Mapping[Kind, tuple[tuple[DataType, Callable[[Cells, DataType], Array]], ...]] = {
    Kind.TEXT: (_TEXT,),
    Kind.IRI: (_TEXT,),
    Kind.LIST: ((_ITEMS, _lists),),
    Kind.INTEGER: ((DataType.int64(), _plain(int)),),
    Kind.NUMBER: ((DataType.float64(), _plain(float)),),
    Kind.YES_NO: ((DataType.bool(), _plain(_yes_no)),),
    Kind.DAY: ((DataType.date32(), _days("first_day")),),
    Kind.DATE: (
        _TEXT,
        (DataType.string(), _plain(_precision)),
        (DataType.date32(), _days("first_day")),
        (DataType.date32(), _days("last_day")),
    ),
}
"""The type of each column that Parquet has for one of the CSV, and what makes it of the cells."""

"""An answer as Parquet (https://parquet.apache.org/docs/): the rows with their types, and whence they are."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence

from arro3.core import Array, DataType, Field, RecordBatch, Schema
from arro3.io import write_parquet as write_batches

from endpoint.questions.formats.columns import Kind, TypedColumn

MEDIA_TYPE = "application/vnd.apache.parquet"
_EPOCH = dt.date(1970, 1, 1).toordinal()
_TYPES: Mapping[Kind, DataType] = {
    Kind.INTEGER: DataType.int64(),
    Kind.NUMBER: DataType.float64(),
    Kind.DATE: DataType.date32(),
    Kind.BOOLEAN: DataType.bool(),
    Kind.ADDRESS: DataType.string(),
    Kind.TEXT: DataType.string(),
}


def write_parquet(columns: Sequence[TypedColumn], about: Mapping[str, str]) -> bytes:
    """Return a file with these columns, and `about` as its metadata; the same ones give the same bytes."""
    fields = [Field(column.name, _TYPES[column.kind], nullable=True) for column in columns]
    schema = Schema(fields, metadata=dict(about))
    body = io.BytesIO()
    batch = RecordBatch.from_arrays([_array(column) for column in columns], schema=schema)
    write_batches(batch, body, compression="zstd(3)")
    return body.getvalue()


def _array(column: TypedColumn) -> Array:
    if column.kind is not Kind.DATE:
        return Array(column.values, type=_TYPES[column.kind])
    days = [value.toordinal() - _EPOCH if isinstance(value, dt.date) else None for value in column.values]
    return Array(days, type=DataType.int32()).cast(DataType.date32())

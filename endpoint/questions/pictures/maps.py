"""The map beside the rows of a question whose header names a column of points."""

from __future__ import annotations

import math
from dataclasses import dataclass

from endpoint.drawing.map import Map, Place, draw_map
from endpoint.drawing.sphere import position_of
from endpoint.engine.results import Table
from endpoint.show.lookup import text_of
from endpoint.show.tables import Column, PageTable
from endpoint.show.values import FormattedValue
from queries.canned import CannedQuery

_SMALLEST, _LARGEST = 3.5, 9.0
_MOST_LABELS = 25


@dataclass(frozen=True)
class RowsMap:
    """The rows of an answer on a map; `unplaced` is how many of them have no coordinates."""

    map: Map
    unplaced: int
    sized_by: str


def map_rows(answer: Table, table: PageTable, query: CannedQuery) -> RowsMap | None:
    """Return the map of the rows that `table` shows of `answer`, None where the question has none to show.

    The area of a circle grows with the column that has bars.
    """
    column = query.display.get("map", "")
    measured = next(((i, shown) for i, shown in enumerate(table.columns) if shown.bar), None)
    places = []
    for row, cells in zip(answer.rows, table.rows, strict=False):
        position, name = position_of(text_of(row, column)), cells[0]
        if position is not None and name is not None:
            share = _share(cells[measured[0]], measured[1]) if measured else 0
            places.append(Place(name.text, position, name.href, size=_size(share)))
    if not places:
        return None
    ordered = sorted(places, key=lambda place: -place.size)
    heading = measured[1].heading if measured else ""
    return RowsMap(draw_map(ordered, most_labels=_MOST_LABELS), len(table.rows) - len(places), heading)


def _share(value: FormattedValue | None, column: Column) -> float:
    """Return a value as a share of the largest of its column."""
    return (value.amount or 0) / (column.top or 1) if value else 0


def _size(share: float) -> float:
    """Return the radius of a circle whose area stands for a share of the largest."""
    return round(max(_SMALLEST, _LARGEST * math.sqrt(share)), 1)

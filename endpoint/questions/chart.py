"""A column chart of a result by year, as bars that the style sheet draws."""

from __future__ import annotations

from dataclasses import dataclass

from endpoint.show.tables import PageTable

_MANY = 14
_DECADE = 10


@dataclass(frozen=True)
class Bar:
    """One column: its place on the axis, its amount as written, its height in per cent of the highest."""

    axis: str
    text: str
    height: int
    marked: bool


def year_chart(table: PageTable, name: str) -> list[Bar]:
    """Return a bar for every year from the first to the last row, years without a row too.

    The first column holds the years, the column `name` the amounts. Empty when that is not so. When there are
    many years, only decades are `marked` for the axis.
    """
    position = next((i for i, column in enumerate(table.columns) if column.name == name), None)
    if position is None or not table.rows:
        return []
    amounts = {}
    for row in table.rows:
        year, value = row[0], row[position]
        if year is None or value is None or year.amount is None or value.amount is None:
            return []
        amounts[int(year.amount)] = value
    years = range(min(amounts), max(amounts) + 1)
    top = max(value.amount or 0 for value in amounts.values())
    if top <= 0 or len(years) > table.count * _DECADE * 2:
        return []
    step = _DECADE if len(years) > _MANY else 1
    return [
        Bar(
            axis=str(year),
            text=value.text if value else "",
            height=round(100 * (value.amount or 0) / top) if value else 0,
            marked=year % step == 0,
        )
        for year in years
        for value in [amounts.get(year)]
    ]

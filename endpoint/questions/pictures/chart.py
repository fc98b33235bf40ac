"""A column chart of a result by year, as bars that a template draws."""

from __future__ import annotations

from dataclasses import dataclass

from endpoint.show.tables import PageTable
from endpoint.show.values import FormattedValue

_DECADE = 10


@dataclass(frozen=True)
class Bar:
    """One column: its year, its amount, its height in per cent of the highest."""

    year: int
    count: float
    height: float


def year_chart(table: PageTable, name: str) -> list[Bar]:
    """Return a bar for every year from the first to the last row, years without a row too.

    The first column holds the years, the column `name` the amounts. Empty when that is not so.
    """
    values = _read_years(table, name)
    if not values:
        return []
    years = range(min(values), max(values) + 1)
    highest = max(value.amount or 0 for value in values.values())
    if highest <= 0 or len(years) > table.count * _DECADE * 2:
        return []
    return [_make_bar(year, values.get(year), highest) for year in years]


def _read_years(table: PageTable, name: str) -> dict[int, FormattedValue]:
    """Return the values of a column by year, none when a value is no number; a year not known has none."""
    position = next((i for i, column in enumerate(table.columns) if column.name == name), None)
    if position is None:
        return {}
    values = {}
    for row in table.rows:
        year, value = row[0], row[position]
        if year is None or value is None or value.amount is None:
            return {}
        if year.text.isdecimal():
            values[int(year.text)] = value
    return values


def _make_bar(year: int, value: FormattedValue | None, highest: float) -> Bar:
    amount = (value.amount or 0) if value else 0
    return Bar(year, int(amount) if amount == int(amount) else amount, round(100 * amount / highest, 1))

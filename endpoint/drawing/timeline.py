"""Spans of years as bars on an axis, for tables that also say the dates in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graph.model.dates import parse_date

_STEPS = (5, 10, 20, 50, 100)
_MOST_TICKS = 6
POINT = "point"


@dataclass(frozen=True)
class Tick:
    """A year of the axis and where it stands, in per cent of its length."""

    year: int
    left: float


@dataclass(frozen=True)
class Bar:
    """A span as it is drawn, in per cent of the axis.

    `kind` is solid (runs), ended, fading (it is not known when it ended, or whether), dots (start unknown) or
    point (nothing but a declaration).
    """

    kind: str
    left: float
    width: float


@dataclass(frozen=True)
class Axis:
    """Whole years from `first` to `last`, with room for the last one."""

    first: int
    last: int

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """Return round years in their order, not more than a narrow table can hold."""
        step = next((s for s in _STEPS if (self.last - self.first) / s <= _MOST_TICKS), _STEPS[-1])
        years = range(self.first - self.first % -step, self.last + 1, step)
        return tuple(Tick(year, self.place(year)) for year in years)

    def place(self, year: float) -> float:
        """Return where a moment stands, from 0 to 100, one decimal."""
        share = (year - self.first) / (self.last + 1 - self.first)
        return round(100 * min(max(share, 0), 1), 1)

    def bar(self, kind: str, start: str, end: str = "") -> Bar:
        """Return the bar from one date to another (to now without one); dots when there is no first date."""
        if not start:
            return Bar("dots", 0, 100)
        left = self.place(moment(start))
        if kind == POINT:
            return Bar(kind, left, 0)
        right = self.place(moment(end)) if end else 100.0
        return Bar(kind, left, round(max(right - left, 0.8), 1))


def make_axis(dates: Iterable[str], now: str) -> Axis:
    """Return the axis from the decade of the earliest date to the year of `now`; dates may be empty."""
    last = parse_date(now).year
    years = [parse_date(date).year for date in dates if date]
    earliest = min([*years, last - 10])
    return Axis(earliest - earliest % 10, max([*years, last]))


def moment(lexical: str) -> float:
    """Return a date as a number of years: 2018-07 is 2018.5; raises ValueError for what is no date."""
    date = parse_date(lexical)
    return date.year + ((date.month or 1) - 1) / 12 + ((date.day or 1) - 1) / 365

"""Dates that sources give for one thing, side by side on an axis of time."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.model.dates import PartialDate, parse_date

_MOST_TICKS = 6
_YEAR = 12
_STEPS = (1, 2, 3, 6, *(_YEAR * years for years in (1, 2, 5, 10, 20, 50, 100)))
"""How many months may lie between two ticks."""
_LEFT, _RIGHT = 4.0, 58.0
"""Where the first and the last date stand, in per cent; the names beside the dots need the rest."""


@dataclass(frozen=True)
class Span:
    """A date on the axis, in per cent of its length: a day is a point, a month or year as long as it is."""

    left: float
    width: float


@dataclass(frozen=True)
class TimeAxis:
    """The axis of a strip: the first and the last day of its dates, as ordinals, and ticks at round years."""

    first: int
    last: int

    def place(self, ordinal: float) -> float:
        """Return where a day stands, in per cent."""
        share = (ordinal - self.first) / max(self.last - self.first, 1)
        return round(_LEFT + share * (_RIGHT - _LEFT), 2)

    def span(self, date: str) -> Span:
        """Return where a date of any precision stands; raises ValueError for what is no date."""
        start, end = bounds(parse_date(date))
        left = self.place(start.toordinal())
        return Span(left, round(self.place(end.toordinal()) - left, 2))

    @property
    def ticks(self) -> tuple[tuple[str, float], ...]:
        """Return years (2018) or months (2018-03) with their places; only those inside the axis."""
        first, last = dt.date.fromordinal(self.first), dt.date.fromordinal(self.last)
        months = (last.year - first.year) * 12 + last.month - first.month
        step = next((step for step in _STEPS if months / step <= _MOST_TICKS), _STEPS[-1])
        start = first.year * 12 + first.month - 1
        begins = (
            dt.date(month // 12, month % 12 + 1, 1)
            for month in range(start - start % step, start + months + 1, step)
        )
        return tuple(
            (day.isoformat()[: 7 if step < _YEAR else 4], self.place(day.toordinal()))
            for day in begins
            if self.first <= day.toordinal() <= self.last
        )


def make_time_axis(dates: Iterable[str]) -> TimeAxis:
    """Return the axis that just holds these dates; raises ValueError for none or what is no date."""
    spans = [bounds(parse_date(date)) for date in dates]
    return TimeAxis(min(start for start, _ in spans).toordinal(), max(end for _, end in spans).toordinal())


def bounds(date: PartialDate) -> tuple[dt.date, dt.date]:
    """Return the first and the last day that a date of any precision may mean."""
    first_month, last_month = (date.month, date.month) if date.month else (1, 12)
    last_day = calendar.monthrange(date.year, last_month)[1]
    start = dt.date(date.year, first_month, date.day or 1)
    return start, dt.date(date.year, last_month, date.day or last_day)


def days_apart(dates: Sequence[str]) -> int:
    """Return how many days lie between the earliest and the latest date, at least; 0 when one covers all."""
    spans = [bounds(parse_date(date)) for date in dates]
    return max(0, (max(start for start, _ in spans) - min(end for _, end in spans)).days)

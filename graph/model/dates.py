"""Dates as precise as they are known: a day, a month or a year, never more than a source says."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import total_ordering

EARLIEST_YEAR, LATEST_YEAR = 800, 2100
"""A year outside is none of a partnership's: it slipped, or is of another calendar (rule date-form)."""

_FORM = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class Precision(IntEnum):
    """How much of a date is known; a larger value is finer."""

    YEAR = 1
    MONTH = 2
    DAY = 3


@total_ordering
@dataclass(frozen=True)
class PartialDate:
    """A calendar date (proleptic Gregorian) known to the day, the month or the year.

    The order is by calendar, a coarse date before the finer ones that it contains.
    """

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def precision(self) -> Precision:
        """Return how much is known."""
        if self.month is None:
            return Precision.YEAR
        return Precision.MONTH if self.day is None else Precision.DAY

    @property
    def datatype(self) -> str:
        """Return the local name of the XSD datatype: date, gYearMonth or gYear (XSD 1.1, part 2, 3.3)."""
        return {Precision.YEAR: "gYear", Precision.MONTH: "gYearMonth", Precision.DAY: "date"}[self.precision]

    @property
    def first_day(self) -> date:
        """Return the first day that it can be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> date:
        """Return the last day that it can be."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    def contains(self, other: PartialDate) -> bool:
        """Return whether `other` can be the same date told more precisely (or as precisely)."""
        if self.year != other.year or (self.month is not None and self.month != other.month):
            return False
        return self.day is None or self.day == other.day

    def agrees_with(self, other: PartialDate) -> bool:
        """Return whether both can be true of one event: one contains the other."""
        return self.contains(other) or other.contains(self)

    def is_before(self, other: PartialDate) -> bool:
        """Return whether this lies before `other` however both are made more precise."""
        return self < other and not self.agrees_with(other)

    def __str__(self) -> str:
        """Return the XSD lexical form: 2018-03-19, 2018-03 or 2018."""
        parts = [f"{self.year:04d}"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    def __lt__(self, other: PartialDate) -> bool:
        """Order by calendar; a coarse date comes before the dates that it contains."""
        return (self.year, self.month or 0, self.day or 0) < (other.year, other.month or 0, other.day or 0)


class UnsoundDate(ValueError):
    """A date that can be read and cannot be true: no calendar has it, or nothing that is told allows it."""


def check_years(date: PartialDate) -> None:
    """Raise UnsoundDate for a date that no partnership can have, for its year is too early or too late."""
    if not EARLIEST_YEAR <= date.year <= LATEST_YEAR:
        years = f"{EARLIEST_YEAR} to {LATEST_YEAR}"
        raise UnsoundDate(f"{date} is not of the years {years}: it slipped, or is of another calendar")


def parse_date(text: str) -> PartialDate:
    """Return the date written as YYYY, YYYY-MM or YYYY-MM-DD; the form and its zeros tell the precision.

    Raises ValueError when the text has another form, UnsoundDate when it names no day of the calendar.
    """
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a date: write YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = (int(part or 0) for part in match.groups())
    return make_date(year, month, day)


def make_date(year: int, month: int = 0, day: int = 0) -> PartialDate:
    """Return a date of which 0 for month or day says that they are not known: 1976-00-00 is the year 1976.

    Raises UnsoundDate for what no calendar has: year 0 or over 9999, month 13, 30 February, the 5th of none.
    """
    try:
        date(year, month or 1, day or 1)
    except ValueError as exc:
        raise UnsoundDate(f"no calendar has {year:04d}-{month:02d}-{day:02d}: {exc}") from exc
    if day and not month:
        raise UnsoundDate(f"{year:04d}-00-{day:02d} is a day of no month")
    return PartialDate(year, month or None, day or None)

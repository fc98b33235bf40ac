"""Dates as precise as they are known: a day, a month or a year, never more than a source says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import total_ordering

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


def parse_date(text: str) -> PartialDate:
    """Return the date written as YYYY, YYYY-MM or YYYY-MM-DD; the form tells the precision.

    Raises ValueError when the text has another form or names no day of the calendar.
    """
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a date: write YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None  # noqa: S101 - the first group of the form always matches
    date(year, month or 1, day or 1)
    return PartialDate(year, month, day)

"""The dates of one row together: which are sound, which are kept as they are written only, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from graph.model.dates import PartialDate, UnsoundDate
from loaders.lists.words.cells import quote, strip_marks
from loaders.lists.words.dates import EARLIEST, FIRST_DAY, DateReader

LONGEST_TERM = 100
"""An end that lies further ahead than that, in years, is none (9999-12-31)."""

_NAMES = {"date": "The date", "until": "The end", "as_of": "The day of the list"}
"""The columns with dates, and how a remark calls them."""
_ORDER = (("date", "until"), ("date", "as_of"))
"""The second of these cannot be before the first."""
_BUDDHIST = 543
"""How many years the Buddhist calendar is ahead."""


@dataclass
class RowDates:
    """The dates of a row that are sound and exact, by column; `told` are the columns that name any day.

    `remarks` give dates as written that are not, or not wholly, among them; `doubts` say why some are not.
    """

    sound: dict[str, PartialDate] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def leave_out(self, column: str, written: str, doubt: str = "") -> None:
        """Keep a date as it is written only; `doubt` is what is wrong with it, nothing when it is vague."""
        self.sound.pop(column, None)
        self.remarks.append(f"{_NAMES[column]} is given as {quote(written)}.")
        self.doubts += [doubt] if doubt else []


@dataclass(frozen=True)
class RowDateReader:
    """Reads the dates of rows of a list that was compiled `today`."""

    reader: DateReader
    today: PartialDate

    def read(self, row: Mapping[str, str], first_day: dt.date = FIRST_DAY) -> RowDates:
        """Return the dates of a row; what cannot be true of it, or not all at once, is left out (R10)."""
        dates = RowDates()
        for column in _NAMES:
            if written := row.get(column, ""):
                self._read_cell(dates, column, written, first_day)
        for first, second in _ORDER:
            begun, later = dates.sound.get(first), dates.sound.get(second)
            if begun and later and later.is_before(begun):
                dates.leave_out(first, row[first], f"{first} {begun} is after {second} {later}")
                dates.leave_out(second, row[second])
        return dates

    def _read_cell(self, dates: RowDates, column: str, written: str, first_day: dt.date) -> None:
        marked = strip_marks(written)
        try:
            date = self.reader.read(marked, first_day)
            if date is not None:
                self._check_future(column, date)
        except ValueError as exc:
            dates.told |= {column} if isinstance(exc, UnsoundDate) else set()
            dates.leave_out(column, written, f"{column} {quote(written)}: {exc}")
            return
        dates.told.add(column)
        if date is None or marked != written:
            dates.leave_out(column, written)
        if date is not None:
            dates.sound[column] = date

    def _check_future(self, column: str, date: PartialDate) -> None:
        """Raise UnsoundDate for a date after the day of the list, ValueError for an end that never comes."""
        is_term = column == "until" and date.year <= self.today.year + LONGEST_TERM
        if self.today.is_before(date) and not is_term:
            year = date.year - _BUDDHIST
            is_buddhist = EARLIEST < year <= self.today.year
            hint = f"; the Buddhist year {date.year} is {year}" if is_buddhist else ""
            told = f"{date} is after the day of the list, {self.today}{hint}"
            # an end that never comes (9999-12-31) does not say that the link has ended
            raise UnsoundDate(told) if column != "until" or is_buddhist else ValueError(told)

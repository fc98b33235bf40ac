"""Dates of numbers alone, in any order of day and month: read where they can be read in one way only."""

from __future__ import annotations

import calendar
import re

from graph.model.dates import PartialDate, UnsoundDate, make_date

_DATE = re.compile(
    r"(?<![\w/.-])(?:(?P<first>\d\d?)(?P<a> ?[-/.] ?| )(?P<second>\d\d?)(?P=a)(?P<year>\d{4})"
    r"|(?P<begins>\d{4})(?P<b> ?[-/.] ?| )(?P<month>\d\d?)(?P=b)(?P<day>\d\d?)"
    r"|(?P<alone>\d\d?) ?[-/.] ?(?P<ends>\d{4}))(?![\w/-]|\.\d)"
)
_MONTHS = [name.casefold() for name in calendar.month_name]


def spell_out(text: str) -> str:
    """Return a text with the names of months (English) in those dates of numbers that have one reading.

    "14.09.1987" is "14 september 1987", for no month has the number 14; so is "9/1987" a month, "00.00.1987"
    a year, and in "05.05.1987" day and month are the same. "05.06.1987" stays as it is. What stands around
    them stays too. Raises UnsoundDate for a date that no order of day and month makes one.
    """
    return _DATE.sub(lambda found: _spell(found) or found[0], text)


def _spell(found: re.Match[str]) -> str:
    """Return a date in words, nothing when it can be read in two ways."""
    if found["begins"]:
        return _in_words(make_date(int(found["begins"]), int(found["month"]), int(found["day"])))
    if found["ends"]:
        return _in_words(make_date(int(found["ends"]), int(found["alone"])))
    year, first, second = int(found["year"]), int(found["first"]), int(found["second"])
    readings, faults = set(), []
    for month, day in ((second, first), (first, second)):
        try:
            readings.add(make_date(year, month, day))
        except UnsoundDate as fault:
            faults.append(fault)
    if not readings:
        raise faults[0] if second <= 12 else faults[1]
    return _in_words(readings.pop()) if len(readings) == 1 else ""


def _in_words(date: PartialDate) -> str:
    parts = (str(date.day or ""), _MONTHS[date.month or 0], f"{date.year:04d}")
    return " ".join(filter(None, parts))

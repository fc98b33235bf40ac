"""From a statement and its qualifiers to a `Twinning`: how times are read, and which of them counts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from graph.model.dates import PartialDate, parse_date
from graph.model.iris import is_name
from graph.model.terms import find_control
from loaders.wikidata.model import END, POINT_IN_TIME, RANKS, START, Moment, Reference, Twinning

_TIME = re.compile(r"([+-]?)0*(\d+)-(\d\d)-(\d\d)(?:T.*)?")
_PARTS = {9: 1, 10: 2}
"""How many parts of a date are known, by the precision; all three at 11 and finer."""
_COARSE = {8: "decade", 7: "century", 6: "millennium"}
_TIMES = {START: "start", END: "end", POINT_IN_TIME: "point in time"}


def read_time(time: str, precision: int) -> PartialDate | None:
    """Return a time value as a date: precision 11 and finer to the day, 10 to the month, 9 to the year.

    None for what is coarser than a year, before the year 1, after 9999, or no day of the calendar. A value
    that leaves the month or the day open (``+1953-00-00T00:00:00Z``) is no finer than what it gives.
    """
    match = _TIME.fullmatch(time)
    if match is None or precision < 9 or match[1] == "-" or len(match[2]) > 4:
        return None
    parts = [match[2].zfill(4), match[3], match[4]][: _PARTS.get(precision, 3)]
    known = parts[: parts.index("00")] if "00" in parts else parts
    try:
        return parse_date("-".join(known))
    except ValueError:
        return None


def to_gregorian(time: str) -> str:
    """Return a Julian day as the same day of the Gregorian calendar, in Wikidata's form.

    What is no day of the years 1 to 9999 is returned as it is.
    """
    match = _TIME.fullmatch(time)
    if match is None or match[1] == "-" or match[3] == "00" or match[4] == "00":
        return time
    year, month, day = (int(match[group]) for group in (2, 3, 4))
    leap_years_of = year if month > 2 else year - 1
    ahead = leap_years_of // 100 - leap_years_of // 400 - 2
    try:
        gregorian = dt.date(year, month, 1) + dt.timedelta(days=day - 1 + ahead)
    except (ValueError, OverflowError):
        return time
    return f"+{gregorian.isoformat()}T00:00:00Z"


def read_day(time: str) -> dt.date | None:
    """Return the calendar day of a time value, None when it names no single day."""
    found = read_time(time, 11)
    return dt.date(found.year, found.month, found.day) if found and found.month and found.day else None


def make_twinning(
    statement: str,
    subject: str,
    target: str,
    rank: str,
    times: Mapping[str, Sequence[Moment]],
    references: Sequence[Reference] = (),
    *,
    remarks: Sequence[str] = (),
    line: int = 0,
) -> Twinning:
    """Return the twinning of one statement; `times` are the values of P580, P582 and P585.

    Of several starts the earliest counts, of several ends the latest; the remark tells the others, and every
    time that is no date. An end before the start leaves both out (R10). Raises ValueError for a rank that
    Wikidata does not have, the id of no statement, and a text that nothing published can hold.
    """
    if rank not in RANKS:
        raise ValueError(f"{rank!r} is no rank")
    if not is_name(statement):
        raise ValueError(f"{statement[:60]!r} is no id of a statement")
    start, start_remarks = _choose_moment(START, times.get(START, ()))
    end, end_remarks = _choose_moment(END, times.get(END, ()))
    point, point_remarks = _choose_moment(POINT_IN_TIME, times.get(POINT_IN_TIME, ()))
    doubts = [doubt for role in _TIMES for moment in times.get(role, ()) if (doubt := _doubt(role, moment))]
    if start and end and end.is_before(start):
        doubts.append(f"its end {end} is before its start {start}")
        start_remarks.append(f"start given as {start}, end as {end}")
        start = end = None
    remark = "; ".join([*remarks, *start_remarks, *end_remarks, *point_remarks])
    if control := find_control("".join([remark, *doubts, *(cited.url for cited in references)])):
        raise ValueError(f"a time or a reference has the control character {control}")
    return Twinning(
        statement=statement,
        subject=subject,
        object=target,
        rank=rank,
        start=start,
        end=end,
        point_in_time=point,
        references=tuple(references),
        ended=bool(times.get(END)),
        remark=remark,
        doubts=tuple(doubts),
        line=line,
    )


def _choose_moment(role: str, moments: Sequence[Moment]) -> tuple[PartialDate | None, list[str]]:
    """Return the date that counts among the values of one qualifier, and what to remark about them."""
    dated = [(read_time(moment.time, moment.precision or 9), moment) for moment in moments]
    known = [date for date, _ in dated if date is not None]
    chosen = (max if role == END else min)(known) if known else None
    remarks = [_remark_on(role, date, moment) for date, moment in dated]
    also = [f"{_TIMES[role]} also given as {date}" for date in known if date != chosen]
    return chosen, [*filter(None, remarks), *also]


def _doubt(role: str, moment: Moment) -> str:
    """Return why a time cannot be true; nothing for a date, and for a time that is coarse or unknown."""
    precision = moment.precision or 9
    if not moment.time or precision < 9 or read_time(moment.time, precision):
        return ""
    return f"no calendar has a partnership's {_TIMES[role]} {moment.time} (precision {precision})"


def _remark_on(role: str, date: PartialDate | None, moment: Moment) -> str:
    """Return what a date cannot tell of a time, an empty text where it tells all."""
    if not moment.time:
        return f"{_TIMES[role]} unknown"
    if date is None:
        precision = _COARSE.get(moment.precision, f"precision {moment.precision}")
        return f"{_TIMES[role]} given only as {moment.time} ({precision})"
    if not moment.precision:
        return f"{_TIMES[role]} given as {moment.time} without its precision"
    return f"{_TIMES[role]} given in the Julian calendar" if moment.julian else ""

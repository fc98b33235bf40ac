"""What Wikidata says, in whatever form it comes: items, twinnings (P190 statements), references, times."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.model.dates import PartialDate, parse_date

TWINNED = "P190"
COUNTRY = "P17"
PART_OF = "P131"
INSTANCE_OF = "P31"
COORDINATES = "P625"
POPULATION = "P1082"
GEONAMES = "P1566"
ISO_SUBDIVISION = "P300"
KEMENDAGRI = "P2588"
NATIVE_LABEL = "P1705"
START, END, POINT_IN_TIME = "P580", "P582", "P585"
REFERENCE_URL, STATED_IN, RETRIEVED = "P854", "P248", "P813"

ITEM_PROPERTIES = (
    COUNTRY, PART_OF, INSTANCE_OF, COORDINATES, POPULATION,
    GEONAMES, ISO_SUBDIVISION, KEMENDAGRI, NATIVE_LABEL,
)  # fmt: skip
"""The properties of an item that are read beside its twinnings."""

RANKS = ("preferred", "normal", "deprecated")
"""The ranks of a statement, the best first."""

NO_TARGET = {"somevalue": ("the partner is unknown",), "novalue": ("it is said to have no partner",)}
"""What to remark of a twinning that lists no item, by the kind of its value."""

_TIME = re.compile(r"([+-]?)0*(\d+)-(\d\d)-(\d\d)(?:T.*)?")
_PARTS = {9: 1, 10: 2}
_COARSE = {8: "decade", 7: "century", 6: "millennium"}
_TIMES = {START: "start", END: "end", POINT_IN_TIME: "point in time"}
_WIKIDATA = "http://www.wikidata.org/entity/"
_MINTED = re.compile(r"Q\d+-(Q\d+|somevalue|novalue)")


@dataclass(frozen=True, slots=True)
class Reference:
    """What a statement cites: an address (P854), the item of a work (P248), when it was looked up (P813)."""

    url: str = ""
    stated_in: str = ""
    retrieved: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Twinning:
    """One P190 statement: the item `subject` lists the item `object` as its partner.

    `statement` is the id as in RDF, ``Q3955-f5bc4a76-…``, or that of `mint_statement` where there is none.
    `object` is empty for an unknown or no value. `ended` says that an end is stated, also where its date is
    unknown. `remark` tells what the other fields cannot; `line` is where it stands in its file, 0 if unknown.
    """

    statement: str
    subject: str
    object: str
    rank: str = "normal"
    start: PartialDate | None = None
    end: PartialDate | None = None
    point_in_time: PartialDate | None = None
    references: tuple[Reference, ...] = ()
    ended: bool = False
    remark: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """What an item says about itself, as far as it matters for a place.

    `labels` hold English and Indonesian where known, else the one label of another language; `native` are
    (language, name). `countries` are (item, rank): all current ones of the best rank come first.
    `part_of` and `instance_of` are current values of the best rank. `redirects` are the ids of items that
    were merged into this one. Degrees are WGS 84.
    """

    qid: str
    labels: tuple[tuple[str, str], ...] = ()
    native: tuple[tuple[str, str], ...] = ()
    aliases: tuple[str, ...] = ()
    countries: tuple[tuple[str, str], ...] = ()
    part_of: tuple[str, ...] = ()
    instance_of: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    population: int | None = None
    geonames: str = ""
    iso: str = ""
    kemendagri: str = ""
    redirects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A part of a file that says nothing we can read: the line (from 1), and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A time value: as Wikidata writes it (empty: unknown), and how precise it is (0: nobody says).

    `time` is Gregorian to the day; `julian` tells that Wikidata has it in the Julian calendar.
    """

    time: str
    precision: int = 0
    julian: bool = False


def statement_id(guid: str) -> str:
    """Return the id of a statement as RDF has it: ``Q3955$f5bc…`` becomes ``Q3955-f5bc…``."""
    return guid.replace("$", "-", 1)


def mint_statement(subject: str, target: str) -> str:
    """Return an id for a twinning of a form without statement ids (truthy): ``Q3955-Q160927``.

    `target` is an item, or the kind of what stands in its place, as in `NO_TARGET`.
    """
    return f"{subject}-{target}"


def is_minted(statement: str) -> bool:
    """Return whether `mint_statement` made this id: Wikidata has no such statement."""
    return _MINTED.fullmatch(statement) is not None


def statement_iri(statement: str) -> str:
    """Return the IRI of a statement of Wikidata; empty for a minted id."""
    return "" if is_minted(statement) else f"{_WIKIDATA}statement/{statement}"


def item_iri(qid: str) -> str:
    """Return the IRI of an item of Wikidata."""
    return _WIKIDATA + qid


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
    time that is no date. Raises ValueError for a rank that Wikidata does not have.
    """
    if rank not in RANKS:
        raise ValueError(f"{rank!r} is no rank")
    start, start_remarks = _choose_moment(START, times.get(START, ()))
    end, end_remarks = _choose_moment(END, times.get(END, ()))
    point, point_remarks = _choose_moment(POINT_IN_TIME, times.get(POINT_IN_TIME, ()))
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
        remark="; ".join([*remarks, *start_remarks, *end_remarks, *point_remarks]),
        line=line,
    )


def _choose_moment(role: str, moments: Sequence[Moment]) -> tuple[PartialDate | None, list[str]]:
    """Return the date that counts among the values of one qualifier, and what to remark about them."""
    dated = [(read_time(one.time, one.precision or 9), one) for one in moments]
    known = [date for date, _ in dated if date is not None]
    chosen = (max if role == END else min)(known) if known else None
    remarks = [_tell(role, date, one) for date, one in dated]
    also = [f"{_TIMES[role]} also given as {date}" for date in known if date != chosen]
    return chosen, [*(text for text in remarks if text), *also]


def _tell(role: str, date: PartialDate | None, moment: Moment) -> str:
    if not moment.time:
        return f"{_TIMES[role]} unknown"
    if date is None:
        precision = _COARSE.get(moment.precision, f"precision {moment.precision}")
        return f"{_TIMES[role]} given only as {moment.time} ({precision})"
    if not moment.precision:
        return f"{_TIMES[role]} given as {moment.time} without its precision"
    return f"{_TIMES[role]} given in the Julian calendar" if moment.julian else ""

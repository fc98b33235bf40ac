"""What Wikidata says, in whatever form it comes: items with values, twinnings (P190 statements), times."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from graph.model.dates import PartialDate

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
    unknown. `remark` tells what the other fields cannot, `doubts` why a time was left out that cannot be
    true; `line` is where it stands in its file, 0 if unknown.
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
    doubts: tuple[str, ...] = ()
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
class Value:
    """One value that an item states: text, QID, number, or point as WKT; with its rank and qualifiers.

    `ended` tells that it has an end (P582), `time` is its point in time (P585) as Wikidata writes it.
    """

    value: str
    rank: str = "normal"
    language: str = ""
    ended: bool = False
    time: str = ""


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


Found = Item | Twinning | Unreadable
"""What a file of Wikidata is read as."""


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

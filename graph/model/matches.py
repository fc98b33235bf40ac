"""Which place a list means: a party as written, and what was decided about it, kept with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Mention:
    """A party as one record names it.

    `country` is the id of a country's place, empty when none is stated or nobody knows what is meant;
    `region` is the part of a country that is written in its place ("England", "Ohio"). Degrees are WGS 84.
    `qid` and `geonames` are its ids in Wikidata and GeoNames as far as the record states them.
    """

    name: str
    country: str = ""
    stated_country: str = ""
    region: str = ""
    qid: str = ""
    latitude: float | None = None
    longitude: float | None = None
    other_names: tuple[str, ...] = ()
    geonames: str = ""


class Decision(StrEnum):
    """How it was decided which place a mention means; each is a concept of the scheme `decision`."""

    STATED = "stated"
    REVIEWED = "reviewed"
    MATCHED = "matched"
    MINTED = "minted"
    UNDECIDED = "undecided"


class PossiblePlace(NamedTuple):
    """A place that a mention may mean: how likely, 0 to 1, and with how many partners in common."""

    place: str
    score: float
    common: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """Which place one mention of one collection means, kept with its reasons.

    `place` is empty when it is undecided; then the records are issues. `score` is 0 to 1 with two decimals,
    `reasons` are slugs of the scheme `match-reason`, `candidates` are places that came into question, the
    best first, and `bearers` the GeoNames ids of those that go by the name, the most people first.
    """

    collection: str
    mention: Mention
    place: str
    decision: Decision
    score: float
    reasons: tuple[str, ...] = ()
    candidates: tuple[PossiblePlace, ...] = ()
    records: int = 1
    bearers: tuple[int, ...] = ()

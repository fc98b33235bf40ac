"""What a list states before anybody decided which places it means: records with their parties as written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from graph.model.claims import Claim, CollectionInfo, Place, RowIssue


@dataclass(frozen=True, slots=True)
class Mention:
    """A party as one record names it.

    `country` is the id of a country's place, empty when none is stated or nobody knows what is meant;
    `region` is the part of a country that is written in its place ("England", "Ohio"). Degrees are WGS 84.
    """

    name: str
    country: str = ""
    stated_country: str = ""
    region: str = ""
    qid: str = ""
    latitude: float | None = None
    longitude: float | None = None
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a list, or one statement of a knowledge base: a claim whose places are still mentions.

    `claim` has no parties and no lister yet. `listed_by` is 0 or 1, the party whose page or item says so,
    or None when the list is nobody's own. `file` and `line` say where it stands.
    """

    claim: Claim
    parties: tuple[Mention, Mention]
    file: str
    line: int
    listed_by: int | None = None


class Decision(StrEnum):
    """How it was decided which place a mention means; each is a concept of the scheme `decision`."""

    STATED = "stated"
    REVIEWED = "reviewed"
    MATCHED = "matched"
    MINTED = "minted"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Match:
    """Which place one mention of one collection means, kept with its reasons.

    `place` is empty when it is undecided; then the records are issues. `score` is 0 to 1 with two decimals,
    `reasons` are slugs of the scheme `match-reason`, `candidates` are places with their scores, best first.
    """

    collection: str
    mention: Mention
    place: str
    decision: Decision
    score: float
    reasons: tuple[str, ...] = ()
    candidates: tuple[tuple[str, float], ...] = ()
    records: int = 1


@dataclass(frozen=True)
class ListedCollection:
    """All that a loader of lists gives: records, and what it knows of places with a Wikidata id.

    `rows` counts what was read; each row is in `records` or in `issues`.
    """

    info: CollectionInfo
    records: tuple[Record, ...]
    places: tuple[Place, ...] = ()
    issues: tuple[RowIssue, ...] = ()
    rows: int = 0

"""The value types of the reconciled layer: what we conclude, each value with the claim that it rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Generic, TypeVar

from graph.model.claims import Claim, CollectionInfo, Place, Regulation, RowCounts
from graph.model.dates import PartialDate
from graph.model.matches import Match

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Chosen(Generic[T]):
    """A value chosen by R5, with the claim that it rests on.

    `basis` says how a date was worked out that no source states (R12), a slug of the scheme date-basis.
    """

    value: T
    claim: Claim
    basis: str = ""


class Outcome(StrEnum):
    """R2: what becomes of a pair that somebody names; NONE has no node of its own."""

    ACCEPTED = "accepted"
    INTENT = "intent"
    CLAIMED = "claimed"
    NONE = "none"


class Replacement(StrEnum):
    """Why a claimed pair gives way to another: its levels differ (R8), or a person corrected it."""

    LEVEL_MISMATCH = "level-mismatch"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature under an agreement, for one party."""

    id: str
    party: str
    person: str
    role: str
    claim: Claim


@dataclass(frozen=True, slots=True)
class Agreement:
    """One signed instrument, with the claims that speak of it.

    `family` and `document_type` are slugs; `signed_at` is the party whose name the venue is; `follows` is the
    id of the agreement before it, `replaces` are ids that this one had before.
    """

    id: str
    parties: tuple[str, str]
    family: str
    document_type: Chosen[str]
    claims: tuple[Claim, ...]
    signed: Chosen[PartialDate] | None = None
    relation: Chosen[str] | None = None
    term_years: Chosen[int] | None = None
    valid_until: Chosen[PartialDate] | None = None
    venue: Chosen[str] | None = None
    signed_at: str = ""
    signatures: tuple[Signature, ...] = ()
    follows: str = ""
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened between places, or at one: no signing of an agreement; the type is a slug.

    `basis` says how `happened` was worked out where no claim states it (R12); `replaces` are the ids that it
    had before its places got theirs.
    """

    id: str
    event_type: str
    places: tuple[str, ...]
    claims: tuple[Claim, ...]
    happened: PartialDate | None = None
    basis: str = ""
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """One unordered pair of places that claims speak of, with what the rules make of it.

    `until` is there only where the status says that it ended; `replaced_by` is the id of the pair that was
    meant, of a claimed pair only; `replaces` are the ids that it had before its places got theirs.
    """

    id: str
    parties: tuple[str, str]
    outcome: Outcome
    claims: tuple[Claim, ...]
    agreements: tuple[Agreement, ...] = ()
    relation: Chosen[str] | None = None
    since: Chosen[PartialDate] | None = None
    until: Chosen[PartialDate] | None = None
    status: str = ""
    status_claim: Claim | None = None
    replaced_by: str = ""
    replacement: Replacement | None = None
    replaces: tuple[str, ...] = ()

    @property
    def sources(self) -> set[str]:
        """Return the ids of the independent sources that speak of this pair; a copy is its original."""
        return {claim.source.witness for claim in self.claims}


class Maker(StrEnum):
    """Who made an assessment: a rule of the build, or a person."""

    BUILD = "build"
    CURATOR = "curator"


@dataclass(frozen=True, slots=True)
class Assessment:
    """What we think of one or more claims, and why.

    `about` is the IRI of a partnership or agreement, empty for those made by hand; `assesses` and `evidence`
    are ids of claims, `verdict` and `issue` slugs, `corrected_by` ids of the pairs that were meant. `issued`
    is the day on which the newest collection was compiled, not that of the build.
    """

    id: str
    about: str
    assesses: tuple[str, ...]
    evidence: tuple[str, ...]
    verdict: str
    issue: str
    note: str
    maker: Maker
    issued: date
    corrected_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Model:
    """Everything a release says, before it becomes triples. `about` maps a claim to the IRIs it is about.

    `matches` are the decisions on mentions; those where the list itself states the place are left out.
    `row_counts` say by collection what became of its rows.
    """

    collections: tuple[CollectionInfo, ...]
    places: dict[str, Place]
    claims: tuple[Claim, ...]
    regulations: tuple[Regulation, ...]
    pairs: tuple[Pair, ...]
    events: tuple[Event, ...]
    assessments: tuple[Assessment, ...]
    about: dict[str, tuple[str, ...]] = field(default_factory=dict)
    matches: tuple[Match, ...] = ()
    row_counts: dict[str, RowCounts] = field(default_factory=dict)

    @cached_property
    def partnership_ids(self) -> frozenset[str]:
        """Return the ids of all pairs that have a node of their own."""
        return frozenset(pair.id for pair in self.pairs if pair.outcome is not Outcome.NONE)

    def is_domestic(self, pair: Pair) -> bool | None:
        """Return whether both parties lie in one country, None where the country of one is not known."""
        first, second = (self.places[party].country for party in pair.parties)
        return first == second if first and second else None

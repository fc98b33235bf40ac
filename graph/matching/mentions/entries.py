"""What is gathered: the distinct mentions of each collection, their parties, and how records link them."""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.matching.known.reviews import MentionKey, mention_key
from graph.matching.mentions.ids import Conflict
from graph.matching.parties import Parties
from graph.model.matches import Decision, Mention

Sides = list[tuple[int, int]]
"""The numbers of the two mentions that each record of a collection names."""


@dataclass(slots=True)
class MentionEntry:
    """One distinct mention of one collection. `decision` is None as long as the rounds have to find it.

    `party` is the number of its party, None for a mention that a person said is no local government, and for
    one that is undecided from the start: its name contradicts its id, or names several places.
    `country` is the one stated, else that of its point.
    """

    collection: str
    mention: Mention
    country: str = ""
    party: int | None = None
    decision: Decision | None = None
    reasons: tuple[str, ...] = ()
    records: int = 0

    @property
    def key(self) -> MentionKey:
        """Return what tells it from every other mention."""
        return mention_key(self.collection, self.mention)


@dataclass(slots=True)
class Gathered:
    """The parties and the distinct mentions; `sides` are by collection, `places` are parties by place id.

    `links` are those that curated collections state, each as the numbers of two parties.
    `conflicts` are names that lists give to a Wikidata id, and that are those of another place.
    """

    parties: Parties
    entries: list[MentionEntry] = field(default_factory=list)
    sides: list[Sides] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    links: list[tuple[int, int]] = field(default_factory=list)
    conflicts: frozenset[Conflict] = frozenset()

"""Links that lists state of parties themselves: by an id, or by a name that means one place alone."""

from __future__ import annotations

from collections import defaultdict

from graph.matching.gazetteer.readings import UNKNOWN
from graph.matching.mentions.entries import Gathered, MentionEntry
from graph.matching.parties import Party
from graph.model.matches import Decision

BY_ID = -1
"""Stands for the collection of a link that is stated by the ids of its parties."""


class StatedLinks:
    """Which parties are partners of each other, whatever ambiguous names say."""

    def __init__(self, gathered: Gathered) -> None:
        """Read the links of all collections; the parties are what they are by now."""
        self._parties = gathered.parties
        self._links = self._read(gathered)

    def _read(self, gathered: Gathered) -> dict[int, dict[int, set[int]]]:
        """Return the links that are stated of parties themselves, and not of a name, by party and partner.

        Each with the numbers of the collections that state it; those that state it by ids are BY_ID, and so
        are curated ones.
        """
        links: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
        stated = [self.find(entry) if self.is_sure(entry) else None for entry in gathered.entries]
        by_id = [entry.decision is Decision.STATED for entry in gathered.entries]
        for collection, sides in enumerate(gathered.sides):
            for left, right in sides:
                party, partner = stated[left], stated[right]
                if party is not None and partner is not None:
                    said_by = BY_ID if by_id[left] or by_id[right] else collection
                    links[party][partner].add(said_by)
                    links[partner][party].add(said_by)
        for party, partner in (map(self._parties.find, pair) for pair in gathered.links):
            links[party][partner].add(BY_ID)
            links[partner][party].add(BY_ID)
        return links

    def partners_elsewhere(self, party: Party, collection: int) -> set[int]:
        """Return the partners that another list, or one by ids, states of a party itself.

        A list with "Athens" and "Athens, Georgia" means two towns by them, also where they share a partner.
        """
        stated = self._links.get(party.number, {})
        return {partner for partner, said_by in stated.items() if said_by - {collection}}

    def is_sure(self, entry: MentionEntry) -> bool:
        """Return whether an id, or the gazetteer, says which place a mention is."""
        reading = self._parties.as_named(entry.party).reading if entry.party is not None else UNKNOWN
        return entry.decision is Decision.STATED or reading.chosen is not None

    def find(self, entry: MentionEntry) -> int | None:
        """Return the number of the party that a mention is by now."""
        return None if entry.party is None else self._parties.find(entry.party)

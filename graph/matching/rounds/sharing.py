"""Places of another name that share most partners with a party: one town in two languages, perhaps."""

from __future__ import annotations

from collections.abc import Mapping

from graph.matching.known.names import read_name
from graph.matching.parties import Parties, Party
from graph.matching.rounds.weigh import Weigher, is_large_by_name, is_larger
from graph.matching.scores import weigh_bearers, weigh_countries

HALF_SHARED = 0.5
"""The share of its partners, or of the other's, by which a party may be a place of another name."""


class Sharing:
    """Finds places by partners in common."""

    def __init__(self, parties: Parties, states: Mapping[str, str], weigher: Weigher) -> None:
        """Know the parties, the states that territories belong to, and how parties are weighed."""
        self._parties = parties
        self._states = states
        self._weigher = weigher

    def shares_most(self, party: Party) -> list[Party]:
        """Return the places that a party may be by another name: it shares half of the partners or more.

        Named so differently that nobody takes them for one, they may be one in two languages. They are in its
        country, or nobody knows in which one, and no other town of the gazetteer. Two partners are enough,
        three are needed for a place of the gazetteer, unless they are all that an item has whose name is not
        there: "Schomlenmarkt" is Șimleu Silvaniei.
        """
        found: list[Party] = []
        if is_large_by_name(party):
            return found
        for number, count in self._parties.sharing_partners(party).items():
            other = self._parties[number]
            fewer = min(len(party.partners), len(other.partners))
            is_nameless = other.has_qid and not (other.reading.bearers or other.reading.choices)
            least = 2 if is_nameless and count == len(other.partners) else 3 if party.reading.chosen else 2
            if count < least or count < HALF_SHARED * fewer or not (other.place or other.reading.chosen):
                continue
            shared = self._weigher.count_apart(party.partners & other.partners)
            if shared >= 2 and shared >= HALF_SHARED * fewer and self._may_be_one(party, other):
                found.append(other)
        return sorted(found, key=lambda other: other.key)

    def _may_be_one(self, party: Party, other: Party) -> bool:
        """Return whether nothing but their names and qualifiers says that two parties are two places."""
        if other.number in party.partners or is_larger(other, party) or is_large_by_name(other):
            return False
        if _is_named_within(party, other):
            return False
        is_near = weigh_countries(party.country, other.country, self._states) is not None
        return is_near and weigh_bearers(party.reading, other.reading) is not None


def _is_named_within(party: Party, other: Party) -> bool:
    """Return whether a name is another one and a word or number more: "Prague 1" is a part of Prague."""
    cores = [{*read_name(name).core.split()} for name in party.names]
    others = [{*read_name(name).core.split()} for name in other.names]
    return any(a < b or b < a for a in cores for b in others)

"""Parties that are one before their place is known: one place of the gazetteer, or one name spelled twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from graph.matching.parties import Merge, Parties, Party
from graph.matching.rounds.candidates import in_order
from graph.matching.rounds.weigh import Candidate, Weigher
from graph.matching.scores import MARGIN, NAMED_ALIKE

MANY_PARTNERS = 3
"""So many partners in common make one place of two that nobody knows and that are called alike only."""
SPELLING = 8.0
"""The bits that make two parties of one country one before their place is known."""


class Spellings:
    """Merges parties by the gazetteer and by their names."""

    def __init__(self, parties: Parties, states: Mapping[str, str], weigher: Weigher) -> None:
        """Know the parties, the states that territories belong to, and how parties are weighed."""
        self._parties = parties
        self._states = states
        self._weigher = weigher

    def merge_bearers(self) -> None:
        """Merge parties that are one place of the gazetteer, unless they are two items, or partners."""
        towns: dict[int, list[Party]] = defaultdict(list)
        for party in self._parties:
            if party.reading.chosen:
                towns[party.reading.chosen.id].append(party)
        for parties in towns.values():
            places = [party for party in parties if party.place]
            into, *others = places or parties
            if len(places) > 1:
                continue
            for party in others if not places else (one for one in parties if not one.place):
                found = self._weigher.weigh(party, into)
                if found:
                    self._parties.merge(party, Merge(into.number, found.evidence))

    def merge_spellings(self) -> int:
        """Merge parties of one country that are one place by another spelling; return how many.

        A name that is ambiguous in its country is left alone: its records may be of several places.
        """
        count = 0
        for party in list(self._parties):
            if party.number in self._parties.merges or party.has_qid or not party.country:
                continue
            if party.reading.is_shared_here:
                continue
            spelled = [self._spelled_alike(party, number) for number in self._same_country(party)]
            ranked = in_order(candidate for candidate in spelled if candidate is not None)
            if ranked and not self._is_between(ranked):
                other = ranked[0].party
                merged, into = (party, other) if other.place else (other, party)
                self._parties.merge(merged, Merge(into.number, ranked[0].evidence))
                count += 1
        return count

    def _same_country(self, party: Party) -> set[int]:
        near = self._parties.alike(party) | {*self._parties.sharing_partners(party)}
        countries = {number: self._parties[number].country for number in near - {party.number}}
        state = self._states.get(party.country, party.country)
        return {number for number, one in countries.items() if self._states.get(one, one) == state}

    def find_alike(self, party: Party) -> list[Party]:
        """Return the parties of which too little says whether they are this one by another spelling."""
        found = (self._weigh_spelling(party, number) for number in self._same_country(party))
        alike = [one.party for one in found if one and _is_of_letters(one)]
        return sorted(alike, key=lambda other: other.key)

    def _spelled_alike(self, party: Party, number: int) -> Candidate | None:
        """Return that two parties are one by another spelling; two new ones are not by letters alone."""
        found = self._weigh_spelling(party, number)
        is_new = not (party.place or self._parties[number].place)
        return None if found and is_new and _is_of_letters(found) else found

    def _weigh_spelling(self, party: Party, number: int) -> Candidate | None:
        other = self._parties[number]
        if (other.place and party.place) or other.reading.is_shared_here:
            return None
        found = self._weigher.weigh(party, other)
        if found is None or found.bits < SPELLING or found.named < NAMED_ALIKE:
            return None
        return found if found.is_sure else None

    def _is_between(self, ranked: Sequence[Candidate]) -> bool:
        """Return whether it could be two others that are not one: Taizhou, Jiangsu and Taizhou, Zhejiang."""
        first, *rivals = ranked
        close = [rival for rival in rivals if first.bits - rival.bits < MARGIN]
        return any(self._weigher.weigh(first.party, rival.party) is None for rival in close)


def _is_of_letters(found: Candidate) -> bool:
    """Return whether hardly more than like names speaks for one place: Altdorf and Altdorp may be two.

    One place of the gazetteer, points side by side or many partners do; one partner has two towns as well.
    """
    reasons = {*found.evidence.reasons}
    is_evident = bool({"same-bearer", "only-bearer", "near"} & reasons)
    return "similar-name" in reasons and not is_evident and found.apart < MANY_PARTNERS

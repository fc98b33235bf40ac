"""Which parties are one: the surest first, because each that is decided is evidence for its partners."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.matching.parties import Merge, Parties, Party
from graph.matching.rounds.candidates import Chooser, list_possible
from graph.matching.rounds.sharing import Sharing
from graph.matching.rounds.spellings import Spellings
from graph.matching.rounds.weigh import Candidate, Weigher
from graph.matching.scores import ACCEPT, MARGIN, weigh_bearers, weigh_countries

THRESHOLDS = (18.0, 15.0, 12.0, 10.0, ACCEPT)
"""The bits that are asked for; the next threshold comes when nothing more is decided at this one."""
MAX_ROUNDS = 25
RENAMING = 10.0
"""The bits that a curated place without a QID needs to get one."""


@dataclass(frozen=True, slots=True)
class _Proposal:
    """That a party is the chosen one of the candidates, which are ranked."""

    party: Party
    chosen: Candidate
    ranked: Sequence[Candidate]


class Matcher:
    """Decides for parties without a QID which other party they are."""

    def __init__(self, parties: Parties, states: Mapping[str, str]) -> None:
        """Match these parties in place; `states` maps territories to the state they belong to."""
        self._parties = parties
        self._states = states
        self._weigher = Weigher(parties, states)
        self.spellings = Spellings(parties, states, self._weigher)
        self.chooser = Chooser(parties, states, self._weigher)
        self.sharing = Sharing(parties, states, self._weigher)

    def match(self) -> None:
        """Merge parties until no more can be decided: by the gazetteer, by spelling, then in rounds."""
        self.spellings.merge_bearers()
        while self.spellings.merge_spellings():
            pass
        self.run()

    def run(self) -> None:
        """Merge parties into places until no more can be decided.

        A party is looked at again when something near it has changed; at the last threshold all are.
        """
        everybody = {party.number for party in self._parties if not party.has_qid}
        best_bits = dict.fromkeys(everybody, math.inf)
        for threshold in THRESHOLDS:
            is_last = threshold == THRESHOLDS[-1]
            waiting = {number for number in everybody if best_bits[number] >= threshold or is_last}
            for _ in range(MAX_ROUNDS):
                undecided = waiting & everybody - {*self._parties.merges}
                proposals = self._propose(undecided, threshold, best_bits)
                if not proposals:
                    break
                waiting = self._accept(proposals)

    def _propose(
        self, numbers: Iterable[int], threshold: float, best_bits: dict[int, float]
    ) -> list[_Proposal]:
        """Return what can be decided now, the surest first; note the bits of each party's best place."""
        found = []
        for party in sorted((self._parties[number] for number in numbers), key=lambda party: party.key):
            ranked = self.chooser.rank(party)
            best_bits[party.number] = ranked[0].bits if ranked else -math.inf
            needed = max(threshold, RENAMING) if party.place else threshold
            chosen = self.chooser.choose(party, ranked) if ranked and ranked[0].bits >= needed else None
            if chosen and chosen.is_sure and not self._is_contested(party, chosen):
                found.append(_Proposal(party, chosen, ranked))
        return sorted(found, key=lambda proposal: (-proposal.chosen.bits, proposal.party.key))

    def _is_contested(self, party: Party, chosen: Candidate) -> bool:
        """Return whether another town, or the same in another country, is the place about as surely.

        Between two towns nothing decides then. Of two countries the one that more lists name counts, as a
        list may err about it.
        """
        place = chosen.party
        for number in self._parties.alike(place) - {party.number}:
            rival = self._parties[number]
            is_town = weigh_bearers(party.reading, rival.reading) is None
            countries = party.credible_country, rival.credible_country
            is_abroad = weigh_countries(*countries, self._states) is None
            if rival.has_qid or not (is_town or (is_abroad and len(rival.lists) >= len(party.lists))):
                continue
            found = self._weigher.weigh(rival, place)
            if found and found.is_sure and found.bits > chosen.bits - MARGIN:
                return True
        return False

    def _accept(self, proposals: Iterable[_Proposal]) -> set[int]:
        """Carry out proposals, the surest first; return the parties for which something has changed."""
        changed: set[int] = set()
        for proposal in proposals:
            party, into = proposal.party, self._parties[proposal.chosen.party.number]
            if self._weigher.weigh(party, into) is None:
                continue
            places = list_possible(proposal.ranked)
            self._parties.merge(party, Merge(into.number, proposal.chosen.evidence, places))
            changed |= {*self._parties.sharing_partners(into), *into.partners}
            changed |= self._parties.alike(into)
        return changed

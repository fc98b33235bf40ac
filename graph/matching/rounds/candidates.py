"""Which places a party may be, and which of them it is: not when the next one is as good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from graph.matching.known.names import MUNICIPALITY, read_name
from graph.matching.parties import Parties, Party
from graph.matching.rounds.weigh import Candidate, Weigher
from graph.matching.scores import (
    MARGIN,
    NAMED_ALIKE,
    NEAR,
    OTHER_NAME,
    Evidence,
    weigh_all_names,
    weigh_alone,
    weigh_countries,
    weigh_points,
)
from graph.model.matches import PossiblePlace

MOST_SHARED = 0.6
"""The share of all partners that two items must have in common to be one town."""


class Chooser:
    """Ranks the places that a party may be, and chooses one."""

    def __init__(self, parties: Parties, states: Mapping[str, str], weigher: Weigher) -> None:
        """Know the parties, the states that territories belong to, and how parties are weighed."""
        self._parties = parties
        self._states = states
        self._weigher = weigher

    def rank(self, party: Party) -> list[Candidate]:
        """Return the places that a party may be, the likeliest first.

        They share a form of its name, or partners with it; what is a place already can only be an item.
        """
        named = self._parties.alike(party)
        numbers = {*named, *self._named_otherwise(party, named)}
        open_to = (self._parties[number] for number in numbers if self._parties[number].place)
        weighed = [self._weigher.weigh(party, other) for other in open_to if other.has_qid or not party.place]
        found = [candidate for candidate in weighed if candidate is not None]
        alone = self._of_that_name(party, named)
        if len(alone) == 1:
            found = [
                replace(candidate, evidence=candidate.evidence + weigh_alone(party.names))
                if candidate.party.number in alone and _may_be_alone(party, candidate)
                else candidate
                for candidate in found
            ]
        return in_order(found)

    def _of_that_name(self, party: Party, named: set[int]) -> list[int]:
        """Return the parties, also those without a place, that are called as this one is."""
        names = {number: weigh_all_names(party.names, self._parties[number].names) for number in named}
        return [number for number, evidence in names.items() if evidence.bits >= NAMED_ALIKE]

    def _named_otherwise(self, party: Party, named: set[int]) -> list[int]:
        """Return places of any other name that have partners in common with this party."""
        others = (self._parties[number] for number in self._parties.sharing_partners(party).keys() - named)
        return [
            other.number
            for other in others
            if other.place and weigh_countries(party.country, other.country, self._states) is not None
        ]

    def choose(self, party: Party, ranked: Sequence[Candidate]) -> Candidate | None:
        """Return the candidate that a party is, None when the next one is too close.

        Not too close is one whose partners in common the first has all as well, and more; and one that is the
        same town: its municipality, say, which Wikidata keeps as an item of its own. An ambiguous name whose
        partners are some of one place's and some of another's is not one place.
        """
        first, *others = ranked
        if party.reading.is_ambiguous:
            mixed = [one for one in others if one.named >= NAMED_ALIKE and one.common - first.common]
            if not all(self.is_one_town(first.party, one.party) for one in mixed):
                return None
        rivals = [rival for rival in others if first.bits - rival.bits < MARGIN]
        if not rivals:
            return first
        for rival in rivals:
            is_less = rival.common < first.common and first.named >= rival.named
            is_apart = rival.party.number in first.party.partners
            if is_apart or not (is_less or self.is_one_town(first.party, rival.party)):
                return None
        equals = [first, *(rival for rival in rivals if self.is_one_town(first.party, rival.party))]
        most = max(len(candidate.common) for candidate in equals)
        plainness = partial(_plainness, is_municipality=_is_municipality(party))
        best = min((candidate for candidate in equals if len(candidate.common) == most), key=plainness)
        return replace(best, evidence=best.evidence + Evidence(0.0, ("several-candidates",)))

    def is_one_town(self, a: Party, b: Party) -> bool:
        """Return whether two items are one town by their own evidence.

        They have one bearer, or lie side by side, or have most of their partners in common, two or more; one
        does not say so: two towns called Salisbury have one.
        """
        if a.number in b.partners:
            return False
        one, other = a.reading.likely, b.reading.likely
        if one and other:
            return one.id == other.id
        is_named_alike = weigh_all_names(a.names, b.names).bits >= OTHER_NAME
        is_near = weigh_points(a.points, b.points).bits == NEAR
        shared = self._weigher.count_apart(a.partners & b.partners)
        more = max(len(a.partners), len(b.partners))
        return is_named_alike and (is_near or (shared >= 2 and shared >= MOST_SHARED * more))


def _may_be_alone(party: Party, candidate: Candidate) -> bool:
    """Return whether it says something that no other party has the name: no gazetteer knows more of it."""
    is_known = bool({"same-bearer", "only-bearer"} & {*candidate.evidence.reasons})
    is_ambiguous = party.reading.is_ambiguous or candidate.party.reading.is_ambiguous
    return not (is_known or is_ambiguous or candidate.party.is_large)


def in_order(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return candidates, the likeliest first."""
    return sorted(candidates, key=lambda candidate: (-candidate.bits, candidate.party.key))


def _plainness(candidate: Candidate, is_municipality: bool) -> tuple[bool, float, int, str]:
    """Return what puts items for one place in order: the kind that is named, the name, then the older item.

    A further name does not count as much: GeoNames has "Wieden", a part of Vienna, as one of Vienna. Who
    writes "Razgrad" does not mean its municipality.
    """
    place, is_its = candidate.party.place, _is_municipality(candidate.party)
    return (is_its and not is_municipality, -candidate.named, len(place), place)


def _is_municipality(party: Party) -> bool:
    """Return whether every name of a party says that it is a municipality."""
    return bool(party.names) and all(MUNICIPALITY in read_name(name).kinds for name in party.names)


def list_possible(ranked: Sequence[Candidate]) -> tuple[PossiblePlace, ...]:
    """Return the first three places that came into question, with their scores and partners in common."""
    return tuple(
        PossiblePlace(candidate.party.place, candidate.evidence.score, len(candidate.common))
        for candidate in ranked[:3]
    )

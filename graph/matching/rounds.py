"""Which parties are one: the surest first, because each that is decided is evidence for its partners."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from graph.matching.known.names import read_name
from graph.matching.parties import Join, Parties, Party
from graph.matching.scores import (
    ACCEPT,
    FAR_AND_UNLIKE,
    MARGIN,
    NAMED_ALIKE,
    OTHER_NAME,
    PARTNER_BY_NAME,
    PERHAPS_LARGER,
    Evidence,
    is_large,
    says_same_where,
    weigh_all_names,
    weigh_alone,
    weigh_countries,
    weigh_partners,
    weigh_points,
    weigh_regions,
)

LEVELS = (18.0, 15.0, 12.0, 10.0, ACCEPT)
"""The bits that are asked for; the next level begins when nothing more is decided on this one."""
MAX_ROUNDS = 25
SPELLING = 8.0
"""The bits that make two parties of one country one before their place is known."""
RENAMING = 10.0
"""The bits that a curated place without a QID needs to get one."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A party that another one may be. `named` are the bits of the names, `common` the partners of both."""

    party: Party
    evidence: Evidence
    named: float
    common: frozenset[int]

    @property
    def bits(self) -> float:
        """Return the bits of all evidence together."""
        return self.evidence.bits

    @property
    def is_sure(self) -> bool:
        """Return whether more than a part of the name speaks for it: all of it, partners, or distance."""
        return self.named >= OTHER_NAME or bool({"partners-in-common", "near"} & {*self.evidence.reasons})


class Matcher:
    """Decides for parties without a QID which other party they are."""

    def __init__(self, parties: Parties, states: Mapping[str, str]) -> None:
        """Match these parties in place; `states` maps territories to the state they belong to."""
        self._parties = parties
        self._states = states

    def weigh(self, party: Party, other: Party) -> Candidate | None:
        """Return all evidence that two parties are one, None when something speaks wholly against it."""
        country = weigh_countries(party.country, other.country, self._states)
        if country is None or other.number in party.partners or _are_elsewhere(party, other):
            return None
        names = weigh_all_names(party.names, other.names)
        common = party.partners & other.partners
        is_weak = names.bits < NAMED_ALIKE
        if is_weak and (other.country or len(common) < 2):
            return None
        shared = self._count_apart(common) if is_weak else len(common) + self._count_by_name(party, other)
        partners = weigh_partners(shared, len(party.partners), len(other.partners))
        if partners.bits < 0 and "same-country" in country.reasons:
            partners = Evidence(partners.bits / 2)
        evidence = names + country + partners + weigh_regions(party.regions, other.regions)
        distance = weigh_points(party.points, other.points)
        evidence += distance
        if "far" in distance.reasons and names.bits < OTHER_NAME:
            evidence += Evidence(FAR_AND_UNLIKE)
        if _is_larger(other, party) or _is_larger(party, other):
            evidence += Evidence(PERHAPS_LARGER)
        return Candidate(other, evidence, names.bits, frozenset(common))

    def _count_by_name(self, party: Party, other: Party) -> float:
        """Return what partners count that both have by name only, as long as nobody decided."""
        shared = 0.0
        for number in party.partners - other.partners:
            partner = self._parties[number]
            if partner.has_qid or not partner.names:
                continue
            alike = self._parties.named_like([next(iter(partner.names))]) & other.partners - party.partners
            if any(self._parties[one].country in {"", partner.country} for one in alike):
                shared += PARTNER_BY_NAME
        return shared

    def _count_apart(self, common: Iterable[int]) -> int:
        """Return how many partners in common are not partners of each other: a ring of towns counts once."""
        apart: set[int] = set()
        for number in sorted(common, key=lambda one: self._parties[one].key):
            if not self._parties[number].partners & apart:
                apart.add(number)
        return len(apart)

    def join_spellings(self) -> int:
        """Join parties of one country that are one place by another spelling; return how many joined."""
        count = 0
        for party in list(self._parties):
            if party.number in self._parties.joins or party.has_qid or not party.country:
                continue
            found = [
                one for number in self._same_country(party) if (one := self._spelled_alike(party, number))
            ]
            found.sort(key=lambda one: (-one.bits, one.party.key))
            if found and not self._is_between(found):
                other = found[0].party
                first, second = (party, other) if other.place else (other, party)
                self._parties.join(first, Join(second.number, found[0].evidence))
                count += 1
        return count

    def _same_country(self, party: Party) -> set[int]:
        near = self._parties.named_like(party.names) | {*self._parties.around(party)}
        home = self._states.get(party.country, party.country)
        countries = {one: self._parties[one].country for one in near - {party.number}}
        return {one for one, country in countries.items() if self._states.get(country, country) == home}

    def _spelled_alike(self, party: Party, number: int) -> Candidate | None:
        other = self._parties[number]
        if other.place and party.place:
            return None
        found = self.weigh(party, other)
        if found is None or found.bits < SPELLING or found.named < NAMED_ALIKE:
            return None
        return found if found.is_sure else None

    def _is_between(self, found: Sequence[Candidate]) -> bool:
        """Return whether it could be two others that are not one: Taizhou, Jiangsu and Taizhou, Zhejiang."""
        first, *rivals = found
        close = [one for one in rivals if first.bits - one.bits < MARGIN]
        return any(self.weigh(first.party, one.party) is None for one in close)

    def rank(self, party: Party) -> list[Candidate]:
        """Return the places that a party may be, the likeliest first."""
        named = self._parties.named_like(party.names) - {party.number}
        numbers = {*named, *self._strangers(party, named)}
        open_to = (self._parties[one] for one in numbers if self._parties[one].place)
        weighed = [self.weigh(party, one) for one in open_to if one.has_qid or not party.place]
        found = [one for one in weighed if one is not None]
        if len(self._of_that_name(party, named)) == 1:
            alone = weigh_alone(party.names)
            found = [
                replace(one, evidence=one.evidence + alone)
                if one.party.number in named and not one.party.large
                else one
                for one in found
            ]
        return sorted(found, key=lambda one: (-one.bits, one.party.key))

    def _of_that_name(self, party: Party, named: set[int]) -> list[int]:
        """Return the parties, also those without a place, that are called as this one is."""
        names = party.names
        return [one for one in named if weigh_all_names(names, self._parties[one].names).bits >= NAMED_ALIKE]

    def _strangers(self, party: Party, named: set[int]) -> list[int]:
        """Return parties of any other name that have partners in common with this one."""
        around = (self._parties[one] for one in self._parties.around(party) if one not in named)
        return [
            one.number
            for one in around
            if one.place and weigh_countries(party.country, one.country, self._states) is not None
        ]

    def choose(self, ranked: Sequence[Candidate]) -> Candidate | None:
        """Return the candidate that a party is, None when the next one is too close.

        Not too close is one whose partners in common the first has all as well, and more; and one that shares
        partners with the first: a town and its municipality, say, which Wikidata keeps as two items. Towns
        that are partners of each other are two, whatever they share.
        """
        first, *others = ranked
        rivals = [one for one in others if first.bits - one.bits < MARGIN]
        if not rivals:
            return first
        for rival in rivals:
            if rival.party.number in first.party.partners:
                return None
            is_less = rival.common < first.common and first.named >= rival.named
            if not is_less and not (rival.common & first.common and rival.named >= NAMED_ALIKE):
                return None
        most = max(len(one.common) for one in (first, *rivals))
        best = min((one for one in (first, *rivals) if 2 * len(one.common) >= most), key=_plainness)
        return replace(best, evidence=best.evidence + Evidence(0.0, ("several-candidates",)))

    def run(self) -> None:
        """Join parties to places until no more can be decided.

        A party is looked at again when something near it has changed; at the last level all are.
        """
        everybody = {party.number for party in self._parties if not party.has_qid}
        bits = dict.fromkeys(everybody, math.inf)
        for level in LEVELS:
            waiting = {one for one in everybody if bits[one] >= level or level == LEVELS[-1]}
            for _ in range(MAX_ROUNDS):
                proposals = self._propose(waiting & {*everybody} - {*self._parties.joins}, level, bits)
                if not proposals:
                    break
                waiting = self._accept(proposals)

    def _propose(
        self, waiting: Iterable[int], level: float, bits: dict[int, float]
    ) -> list[tuple[Party, Candidate, list[Candidate]]]:
        """Return what can be decided now, the surest first; `bits` learns the best that each party has."""
        found = []
        for party in sorted((self._parties[one] for one in waiting), key=lambda one: one.key):
            ranked = self.rank(party)
            bits[party.number] = ranked[0].bits if ranked else -math.inf
            least = max(level, RENAMING) if party.place else level
            chosen = self.choose(ranked) if ranked and ranked[0].bits >= least else None
            if chosen and chosen.is_sure:
                found.append((party, chosen, ranked))
        return sorted(found, key=lambda one: (-one[1].bits, one[0].key))

    def _accept(self, proposals: Iterable[tuple[Party, Candidate, list[Candidate]]]) -> set[int]:
        """Carry out proposals, the surest first; return the parties for which something has changed."""
        changed: set[int] = set()
        for party, chosen, ranked in proposals:
            into = self._parties[chosen.party.number]
            if weigh_countries(party.country, into.country, self._states) is None:
                continue
            self._parties.join(party, Join(into.number, chosen.evidence, score_places(ranked)))
            changed |= {*self._parties.around(into), *into.partners, *self._parties.named_like(into.names)}
        return changed


def _are_elsewhere(party: Party, other: Party) -> bool:
    """Return whether names say where both are, and say different things."""
    return bool(party.where and other.where) and not says_same_where(party.where, other.where)


def _is_larger(party: Party, other: Party) -> bool:
    """Return whether one is known to be more than a city, and nothing says so of the other."""
    return party.large and not other.large and not any(is_large(read_name(name)) for name in other.names)


def _plainness(candidate: Candidate) -> tuple[float, int, str]:
    """Return what puts items for one place in order: the name as it is, then the older item."""
    place = candidate.party.place
    return (-candidate.named, len(place), place)


def score_places(ranked: Iterable[Candidate]) -> tuple[tuple[str, float], ...]:
    """Return the first three places that came into question, with their scores."""
    return tuple((one.party.place, one.evidence.score) for one in list(ranked)[:3])

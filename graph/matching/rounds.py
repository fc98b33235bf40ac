"""Which parties are one: the surest first, because each that is decided is evidence for its partners."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from graph.matching.known.names import MUNICIPALITY, is_large, read_name
from graph.matching.parties import Merge, Parties, Party
from graph.matching.scores import (
    ACCEPT,
    FAR_AND_UNLIKE,
    MARGIN,
    NAMED_ALIKE,
    NEAR,
    OTHER_NAME,
    PARTNER_BY_NAME,
    PERHAPS_LARGER,
    WRONG_COUNTRY,
    Evidence,
    says_same_where,
    weigh_all_names,
    weigh_alone,
    weigh_bearers,
    weigh_borne_names,
    weigh_countries,
    weigh_partners,
    weigh_points,
    weigh_regions,
)
from graph.model.matches import PossiblePlace

THRESHOLDS = (18.0, 15.0, 12.0, 10.0, ACCEPT)
"""The bits that are asked for; the next threshold comes when nothing more is decided at this one."""
MAX_ROUNDS = 25
SPELLING = 8.0
"""The bits that make two parties of one country one before their place is known."""
MOST_SHARED = 0.6
"""The share of all partners that two items must have in common to be one town."""
HALF_SHARED = 0.5
"""The share of its partners, or of the other's, by which a party may be a place of another name."""
RENAMING = 10.0
"""The bits that a curated place without a QID needs to get one."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A party that another one may be.

    `named` are the bits of the names, `common` the partners of both, of which so many are `apart`: no
    partners of each other. `needed` are those that must be, unless bearer or point say the same.
    """

    party: Party
    evidence: Evidence
    named: float
    common: frozenset[int] = frozenset()
    apart: int = 0
    needed: int = 0

    @property
    def bits(self) -> float:
        """Return the bits of all evidence together."""
        return self.evidence.bits

    @property
    def is_sure(self) -> bool:
        """Return whether more than a name speaks for it, where a name is not enough."""
        reasons = {*self.evidence.reasons}
        is_near = "near" in reasons and self.named >= OTHER_NAME
        return self.apart >= self.needed or is_near or bool({"same-bearer", "only-bearer"} & reasons)


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

    def match(self) -> None:
        """Merge parties until no more can be decided: by the gazetteer, by spelling, then in rounds."""
        self.merge_bearers()
        while self.merge_spellings():
            pass
        self.run()

    def weigh(self, party: Party, other: Party) -> Candidate | None:
        """Return all evidence that two parties are one, None when something speaks wholly against it."""
        bearers = weigh_bearers(party.reading, other.reading)
        country = self._weigh_countries(party, other)
        if bearers is None or country is None or other.number in party.partners:
            return None
        is_same = "same-bearer" in bearers.reasons
        if _are_elsewhere(party, other) and not is_same:
            return None
        borne = weigh_borne_names(party.reading, other.reading)
        names = max(borne, weigh_all_names(party.names, other.names), key=lambda evidence: evidence.bits)
        common = party.partners & other.partners
        is_weak = names.bits < NAMED_ALIKE
        if is_weak and (other.country or len(common) < 2):
            return None
        apart = self._count_apart(common)
        shared = apart if is_weak else len(common) + self._count_by_name(party, other)
        partners = weigh_partners(shared, len(party.partners), len(other.partners))
        if partners.bits < 0 and "same-country" in country.reasons:
            partners = Evidence(partners.bits / 2)
        distance = weigh_points(party.points, other.points)
        regions = weigh_regions(party.regions, other.regions)
        evidence = names + country + bearers + partners + regions + distance
        if "far" in distance.reasons and names.bits < OTHER_NAME:
            evidence += Evidence(FAR_AND_UNLIKE)
        if _is_larger(other, party) or _is_larger(party, other):
            evidence += Evidence(PERHAPS_LARGER)
        needed = _partners_needed(party, other, names.bits, country)
        return Candidate(other, evidence, names.bits, frozenset(common), apart, needed)

    def _weigh_countries(self, party: Party, other: Party) -> Evidence | None:
        """Return what the countries say; a list may err about one in which nothing goes by the name."""
        found = weigh_countries(party.country, other.country, self._states)
        meant, place = party.reading.only, other.reading.likely
        if found is None and party.is_foreign and meant and place and meant.id == place.id:
            return Evidence(WRONG_COUNTRY, ("other-country",))
        return found

    def _count_by_name(self, party: Party, other: Party) -> float:
        """Return what partners count that both have by name only, as long as nobody decided."""
        shared = 0.0
        for number in party.partners - other.partners:
            partner = self._parties[number]
            if partner.has_qid or not partner.names:
                continue
            alike = self._parties.named_like([next(iter(partner.names))]) & other.partners - party.partners
            if any(self._parties[namesake].country in {"", partner.country} for namesake in alike):
                shared += PARTNER_BY_NAME
        return shared

    def _count_apart(self, common: Iterable[int]) -> int:
        """Return how many partners in common are not partners of each other: a ring of towns counts once."""
        apart: set[int] = set()
        for number in sorted(common, key=lambda number: self._parties[number].key):
            if not self._parties[number].partners & apart:
                apart.add(number)
        return len(apart)

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
                found = self.weigh(party, into)
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
            ranked = _rank(candidate for candidate in spelled if candidate is not None)
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

    def _spelled_alike(self, party: Party, number: int) -> Candidate | None:
        other = self._parties[number]
        if (other.place and party.place) or other.reading.is_shared_here:
            return None
        found = self.weigh(party, other)
        if found is None or found.bits < SPELLING or found.named < NAMED_ALIKE:
            return None
        return found if found.is_sure else None

    def _is_between(self, ranked: Sequence[Candidate]) -> bool:
        """Return whether it could be two others that are not one: Taizhou, Jiangsu and Taizhou, Zhejiang."""
        first, *rivals = ranked
        close = [rival for rival in rivals if first.bits - rival.bits < MARGIN]
        return any(self.weigh(first.party, rival.party) is None for rival in close)

    def rank(self, party: Party) -> list[Candidate]:
        """Return the places that a party may be, the likeliest first.

        They share a form of its name, or partners with it; what is a place already can only be an item.
        """
        named = self._parties.alike(party)
        numbers = {*named, *self._named_otherwise(party, named)}
        open_to = (self._parties[number] for number in numbers if self._parties[number].place)
        weighed = [self.weigh(party, other) for other in open_to if other.has_qid or not party.place]
        found = [candidate for candidate in weighed if candidate is not None]
        alone = self._of_that_name(party, named)
        if len(alone) == 1:
            found = [
                replace(candidate, evidence=candidate.evidence + weigh_alone(party.names))
                if candidate.party.number in alone and _may_be_alone(party, candidate)
                else candidate
                for candidate in found
            ]
        return _rank(found)

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
        best = min((candidate for candidate in equals if 2 * len(candidate.common) >= most), key=plainness)
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
        shared = self._count_apart(a.partners & b.partners)
        more = max(len(a.partners), len(b.partners))
        return is_named_alike and (is_near or (shared >= 2 and shared >= MOST_SHARED * more))

    def shares_most(self, party: Party) -> list[Party]:
        """Return the places that a party may be by another name: it shares half of the partners or more.

        Named so differently that nobody takes them for one, they may be one in two languages. They are in its
        country, or nobody knows in which one, and no other town of the gazetteer. Two partners are enough,
        three are needed for a place of the gazetteer, unless they are all that an item has whose name is not
        there: "Schomlenmarkt" is Șimleu Silvaniei.
        """
        found: list[Party] = []
        if _is_large_by_name(party):
            return found
        for number, count in self._parties.sharing_partners(party).items():
            other = self._parties[number]
            fewer = min(len(party.partners), len(other.partners))
            is_nameless = other.has_qid and not (other.reading.bearers or other.reading.choices)
            least = 2 if is_nameless and count == len(other.partners) else 3 if party.reading.chosen else 2
            if count < least or count < HALF_SHARED * fewer or not (other.place or other.reading.chosen):
                continue
            shared = self._count_apart(party.partners & other.partners)
            if shared >= 2 and shared >= HALF_SHARED * fewer and self._may_be_one(party, other):
                found.append(other)
        return sorted(found, key=lambda other: other.key)

    def _may_be_one(self, party: Party, other: Party) -> bool:
        """Return whether nothing but their names and qualifiers says that two parties are two places."""
        if other.number in party.partners or _is_larger(other, party) or _is_large_by_name(other):
            return False
        if _is_named_within(party, other):
            return False
        is_near = weigh_countries(party.country, other.country, self._states) is not None
        return is_near and weigh_bearers(party.reading, other.reading) is not None

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
            ranked = self.rank(party)
            best_bits[party.number] = ranked[0].bits if ranked else -math.inf
            needed = max(threshold, RENAMING) if party.place else threshold
            chosen = self.choose(party, ranked) if ranked and ranked[0].bits >= needed else None
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
            found = self.weigh(rival, place)
            if found and found.is_sure and found.bits > chosen.bits - MARGIN:
                return True
        return False

    def _accept(self, proposals: Iterable[_Proposal]) -> set[int]:
        """Carry out proposals, the surest first; return the parties for which something has changed."""
        changed: set[int] = set()
        for proposal in proposals:
            party, into = proposal.party, self._parties[proposal.chosen.party.number]
            if self.weigh(party, into) is None:
                continue
            places = list_possible(proposal.ranked)
            self._parties.merge(party, Merge(into.number, proposal.chosen.evidence, places))
            changed |= {*self._parties.sharing_partners(into), *into.partners}
            changed |= self._parties.alike(into)
        return changed


def _may_be_alone(party: Party, candidate: Candidate) -> bool:
    """Return whether it says something that no other party has the name: no gazetteer knows more of it."""
    is_known = bool({"same-bearer", "only-bearer"} & {*candidate.evidence.reasons})
    is_ambiguous = party.reading.is_ambiguous or candidate.party.reading.is_ambiguous
    return not (is_known or is_ambiguous or candidate.party.is_large)


def _rank(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return candidates, the likeliest first."""
    return sorted(candidates, key=lambda candidate: (-candidate.bits, candidate.party.key))


def _are_elsewhere(party: Party, other: Party) -> bool:
    """Return whether both are said to be somewhere, by name or by region, and not in one place."""
    if party.region_codes and other.region_codes and not party.region_codes & other.region_codes:
        return True
    return bool(party.where and other.where) and not says_same_where(party.where, other.where)


def _partners_needed(party: Party, other: Party, named: float, country: Evidence) -> int:
    """Return how many partners two parties must have in common to be one.

    Two where the name is ambiguous in the country, the countries differ, or only one side says where it is
    and is not known as a place that goes by the name of the other; one where the names are not equal, or
    several places in the world bear them.
    """
    is_one_sided = bool(party.where) != bool(other.where)
    said, bare = (party, other) if party.where else (other, party)
    is_borne = said.reading.chosen is not None and said.reading.chosen.id in bare.reading.bearers
    if party.reading.is_ambiguous or country.bits < 0 or (is_one_sided and not is_borne):
        return 2
    return int(named < OTHER_NAME or is_one_sided or other.reading.is_ambiguous)


def _is_larger(party: Party, other: Party) -> bool:
    """Return whether one is known to be more than a city, and nothing says so of the other."""
    return party.is_large and not other.is_large and not _is_large_by_name(other)


def _is_named_within(party: Party, other: Party) -> bool:
    """Return whether a name is another one and a word or number more: "Prague 1" is a part of Prague."""
    cores = [{*read_name(name).core.split()} for name in party.names]
    others = [{*read_name(name).core.split()} for name in other.names]
    return any(a < b or b < a for a in cores for b in others)


def _is_large_by_name(party: Party) -> bool:
    return any(is_large(read_name(name)) for name in party.names)


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

"""All evidence that two parties are one: names, countries, the gazetteer, partners, points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.matching.gazetteer.bearer import NameKind
from graph.matching.known.names import DISTRICT, PROVINCE, is_large, read_name
from graph.matching.parties import Parties, Party
from graph.matching.scores import (
    DISTANT_NAME,
    FAR_AND_UNLIKE,
    NAMED_ALIKE,
    NOTHING,
    OTHER_NAME,
    PARTNER_BY_NAME,
    PERHAPS_LARGER,
    WRONG_COUNTRY,
    Evidence,
    says_same_where,
    weigh_all_names,
    weigh_bearers,
    weigh_borne_names,
    weigh_countries,
    weigh_partners,
    weigh_points,
    weigh_regions,
)

_KIND_OF_LEVEL = {"province": PROVINCE, "regency": DISTRICT}
"""What the names of places of a level say that they are."""


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


class Weigher:
    """Weighs parties against each other, as far as is known of them by now."""

    def __init__(self, parties: Parties, states: Mapping[str, str]) -> None:
        """Know the parties, and the states that territories belong to."""
        self._parties = parties
        self._states = states

    def weigh(self, party: Party, other: Party) -> Candidate | None:
        """Return all evidence that two parties are one, None when something speaks wholly against it."""
        bearers = weigh_bearers(party.reading, other.reading)
        country = self._weigh_countries(party, other)
        if bearers is None or country is None or other.number in party.partners:
            return None
        is_same = "same-bearer" in bearers.reasons
        if _are_told_apart(party, other) if is_same else _are_elsewhere(party, other):
            return None
        borne = weigh_borne_names(party.reading, other.reading)
        names = max(borne, _weigh_names(party, other), key=lambda evidence: evidence.bits)
        common = party.partners & other.partners
        is_weak = names.bits < NAMED_ALIKE
        if is_weak and (other.country or len(common) < 2):
            return None
        apart = self.count_apart(common)
        shared = apart if is_weak else len(common) + self._count_by_name(party, other)
        partners = weigh_partners(shared, len(party.partners), len(other.partners))
        if partners.bits < 0 and "same-country" in country.reasons:
            partners = Evidence(partners.bits / 2)
        is_of_other_size = is_larger(other, party) or is_larger(party, other)
        distance = weigh_points(party.points, other.points)
        if is_of_other_size and "near" in distance.reasons:
            distance = NOTHING
        regions = weigh_regions(party.regions, other.regions)
        evidence = names + country + bearers + partners + regions + distance
        if "far" in distance.reasons and names.bits < OTHER_NAME:
            evidence += Evidence(FAR_AND_UNLIKE)
        if is_of_other_size:
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

    def count_apart(self, common: Iterable[int]) -> int:
        """Return how many partners in common are not partners of each other: a ring of towns counts once."""
        apart: set[int] = set()
        for number in sorted(common, key=lambda number: self._parties[number].key):
            if not self._parties[number].partners & apart:
                apart.add(number)
        return len(apart)


def _are_elsewhere(party: Party, other: Party) -> bool:
    """Return whether both are said to be somewhere, by name or by region, and not in one place."""
    if party.region_codes and other.region_codes and not party.region_codes & other.region_codes:
        return True
    return bool(party.where and other.where) and not says_same_where(party.where, other.where)


def _are_told_apart(party: Party, other: Party) -> bool:
    """Return whether a list puts two unlike names of one place of the gazetteer at two points.

    GeoNames calls Vienna "Wieden" too, which is a part of it: one is its own name, one a further name.
    """
    one, another = party.reading.chosen, other.reading.chosen
    if one is None or another is None or (one.kind is NameKind.OWN) is (another.kind is NameKind.OWN):
        return False
    ours, theirs = {*party.points} - {one.point}, {*other.points} - {another.point}
    are_apart = ours and theirs and ours.isdisjoint(theirs) and party.lists & other.lists
    return bool(are_apart) and _weigh_names(party, other).bits <= DISTANT_NAME


def _partners_needed(party: Party, other: Party, named: float, country: Evidence) -> int:
    """Return how many partners two parties must have in common to be one.

    Two where the name is ambiguous in the country, the countries differ, or only one side says where it is
    and may be another place of the gazetteer than those that go by the name of the other; one where the names
    are not equal, or several places in the world bear them. An item without a country whose qualifier the
    gazetteer lacks ("Lauingen (Donau)") is the only place of its name.
    """
    is_one_sided = bool(party.where) != bool(other.where)
    said, bare = (party, other) if party.where else (other, party)
    unclear = {*said.reading.bearers} if not said.country else set()
    meant = {said.reading.chosen.id} if said.reading.chosen else unclear
    is_borne = len(meant) == 1 and meant <= {*bare.reading.bearers}
    if party.reading.is_ambiguous or country.bits < 0 or (is_one_sided and not is_borne):
        return 2
    return int(named < OTHER_NAME or is_one_sided or other.reading.is_ambiguous)


def _weigh_names(party: Party, other: Party) -> Evidence:
    """Return what the names of two parties say; "Provinsi Jawa Barat" is a province called Jawa Barat."""
    found = [
        weigh_all_names(party.names, other.names),
        weigh_all_names(_cores(party, _kind(other)), other.names),
        weigh_all_names(_cores(other, _kind(party)), party.names),
    ]
    return max(found, key=lambda evidence: evidence.bits)


def _kind(party: Party) -> str:
    """Return what names may say that a party is, where its level or the gazetteer says so; else empty."""
    return _KIND_OF_LEVEL.get(party.level, PROVINCE if party.reading.is_region else "")


def _cores(party: Party, kind: str) -> list[str]:
    """Return the names of a party that say it is of a kind, without that."""
    read = (read_name(name) for name in party.names) if kind else ()
    return [name.core for name in read if kind in name.kinds and not name.where]


def is_larger(party: Party, other: Party) -> bool:
    """Return whether one is known to be more than a city, and nothing says so of the other."""
    is_said = other.is_large or other.reading.is_region or is_large_by_name(other)
    return party.is_large and not is_said


def is_large_by_name(party: Party) -> bool:
    """Return whether a name of a party says that it is more than a city."""
    return any(is_large(read_name(name)) for name in party.names)

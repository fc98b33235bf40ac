"""What each piece of evidence weighs, in bits: one bit doubles the odds that two parties are one place.

The weights are judgements, checked against a sample of 200 decisions (tests/data/matching_sample.csv).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from graph.matching.gazetteer.bearer import NameKind
from graph.matching.gazetteer.countries import DISPUTED
from graph.matching.gazetteer.readings import Reading
from graph.matching.known.names import (
    DISTRICT,
    MUNICIPALITY,
    PROVINCE,
    RURAL,
    Name,
    is_large,
    read_name,
    sound_of,
    squeeze,
    telling_words,
)
from graph.matching.known.points import FAIR_KM, FAR_KM, NEAR_KM, Point
from graph.model.points import distance_km

SAME_NAME, OTHER_NAME, NEAR_NAME, SIMILAR_NAME, DISTANT_NAME, DIFFERENT_NAME = 6.0, 5.5, 4.0, 2.0, 0.0, -6.0
ONE_SAYS_WHERE, OTHER_WHERE, OTHER_KIND, OTHER_SIZE, PERHAPS_LARGER = -1.5, -9.0, -0.5, -20.0, -3.0
SAME_COUNTRY, RELATED_COUNTRY, DISPUTED_COUNTRY, SAME_REGION, OTHER_REGION = 4.0, 1.0, -3.0, 2.0, -6.0
NEAR, FAIRLY_NEAR, FAR, FAR_AND_UNLIKE = 6.0, 3.0, -8.0, -2.0
SAME_BEARER, ONLY_BEARER, ONLY_BEARER_BY_OTHER_NAME, OTHER_BEARER, WRONG_COUNTRY = 6.0, 6.0, 4.0, -6.0, -7.0
A_PARTNER, NO_PARTNER, MOST_WITHOUT_PARTNER, MOST_PARTNERS_SHARED = 5.0, -0.8, -4.0, 3.0
ONLY_CANDIDATE, A_RARE_LETTER, COMMON_LETTERS, MOST_RARE = 2.5, 0.25, 5, 1.5
PARTNER_BY_NAME = 0.6
"""What a partner counts that both sides have by name, while nobody decided yet that it is one place."""

NAMED_ALIKE = 2.5
"""Names of fewer bits are weak: only many partners in common can make up for them."""
ACCEPT, MARGIN = 7.5, 3.0
"""A place is accepted with ACCEPT bits or more, when it has MARGIN bits more than the next one."""

_CHOSEN = {"near": NEAR, "qualifier": SAME_REGION, "only-bearer": ONLY_CANDIDATE, "stated-id": NEAR}
"""The bits of the reasons for which a bearer is chosen."""

_BORNE = {
    NameKind.OWN: SAME_NAME,
    NameKind.ALTERNATIVE: OTHER_NAME,
    NameKind.CORE: OTHER_NAME + ONE_SAYS_WHERE,
    NameKind.ROMANIZED: NEAR_NAME,
}
"""The bits of a name by how the place bears it in the gazetteer."""

_DISTINGUISHING = {
    word: meaning
    for meaning, words in {
        "north": "north nord norte norra severny polnocny",
        "south": "south sud sul sur sodra yuzhny",
        "east": "east ost est vostochny vychodne",
        "west": "west oeste ouest zapadny",
        "upper": "upper ober horni horny gornja verkhny alto",
        "lower": "lower unter nieder dolni dolny donja nizhny nischni basso",
        "new": "new neu novi novo nova nove novy nowy nowa nowe nuevo nueva nouvelle",
        "old": "old alt stari staro stara stare stary vieux viejo vecchio",
        "large": "great greater big gross velky velka wielki veliki veliko grand",
        "small": "little small klein maly mala male",
    }.items()
    for word in words.split()
}
"""Words that tell neighbours apart, with what they mean: names in which they differ are different names."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How strongly something speaks for a match, in bits, and why (slugs of the scheme `match-reason`)."""

    bits: float
    reasons: tuple[str, ...] = ()

    def __add__(self, other: Evidence) -> Evidence:
        """Return both together."""
        return Evidence(self.bits + other.bits, (*self.reasons, *other.reasons))

    @property
    def score(self) -> float:
        """Return the bits as a probability of 0 to 1 with two decimals: 0.8 at ACCEPT, 0.5 two bits below."""
        return round(1 / (1 + 2 ** (ACCEPT - 2 - self.bits)), 2)


NOTHING = Evidence(0.0)
_SAME, _UNLIKE = Evidence(SAME_NAME, ("same-name",)), Evidence(DIFFERENT_NAME)


@lru_cache(maxsize=1 << 16)
def weigh_names(a: str, b: str) -> Evidence:
    """Return what two names as written say, without regard to anything else; the order does not matter."""
    first, second = read_name(a), read_name(b)
    if first.full == second.full or squeeze(first.full) == squeeze(second.full):
        return _SAME
    core = _weigh_cores(first.core, second.core)
    if core == DIFFERENT_NAME:
        return _UNLIKE
    reason = "same-name" if core == SAME_NAME else "similar-name"
    return Evidence(core + _weigh_rest(first, second), (reason,))


def _weigh_cores(a: str, b: str) -> float:
    """Return the bits of two bare names: letters, then sound; short names must be equal."""
    x, y = squeeze(a), squeeze(b)
    if x == y:
        return SAME_NAME
    if a.isascii() != b.isascii():
        return DISTANT_NAME
    if _marks(a) != _marks(b):
        return DIFFERENT_NAME
    shorter = min(len(x), len(y))
    if shorter >= 5 and Levenshtein.distance(x, y, score_cutoff=2) <= (1 if shorter < 9 else 2):
        return NEAR_NAME
    ratio = fuzz.ratio(x, y, score_cutoff=50)
    if ratio >= 60 and shorter >= 4 and len(sound_of(a)) >= 3 and sound_of(a) == sound_of(b):
        return NEAR_NAME
    if ratio >= 75:
        return SIMILAR_NAME
    return DISTANT_NAME if ratio else DIFFERENT_NAME


@lru_cache(maxsize=1 << 16)
def _marks(form: str) -> frozenset[str]:
    words = form.split()
    return frozenset(
        _DISTINGUISHING.get(word, word) for word in words if word in _DISTINGUISHING or word.isdigit()
    )


def _weigh_rest(a: Name, b: Name) -> float:
    """Return the bits of what the names say about where and what the places are."""
    bits = 0.0
    if a.where and b.where:
        bits += 0 if says_same_where(a.where, b.where) else OTHER_WHERE
    elif a.where or b.where:
        bits += ONE_SAYS_WHERE
    if a.kinds != b.kinds:
        part_of_city = bool(a.inside or b.inside) and PROVINCE not in a.kinds | b.kinds
        bits += OTHER_KIND if part_of_city or _sizes(a) & _sizes(b) else OTHER_SIZE
    return bits


def says_same_where(a: Iterable[str], b: Iterable[str]) -> bool:
    """Return whether two ways to say where a place is mean the same: "moscow" and "moscow oblast".

    All that tells in one of them must be in the other: two counties share but the word.
    """
    said = [telling_words(text) for text in b]
    return any(words <= others or others <= words for words in map(telling_words, a) for others in said)


def _sizes(name: Name) -> frozenset[str]:
    """Return the sizes that a name allows: of a town, of the land around it, of a county, of much more."""
    if is_large(name):
        return name.kinds & {DISTRICT, PROVINCE}
    if RURAL in name.kinds:
        return frozenset(["rural"])
    return frozenset(["town", "rural"] if MUNICIPALITY in name.kinds else ["town"])


def weigh_all_names(names: Iterable[str], known: Iterable[str]) -> Evidence:
    """Return the best evidence that any of the names of a party gives with any known name of a place.

    The first known name is the place's own; being called by a further one is "other-name".
    """
    best = _UNLIKE
    known_names = list(known)
    for name in names:
        for index, known_name in enumerate(known_names):
            found = weigh_names(name, known_name)
            if index and found.bits == SAME_NAME:
                found = Evidence(OTHER_NAME, ("other-name",))
            if found.bits > best.bits:
                best = found
    return best


def weigh_bearers(a: Reading, b: Reading) -> Evidence | None:
    """Return what the gazetteer says of two parties; None when they are two places of it.

    A town that it has twice, within 15 km and with a name that both bear, is one or two. Where several places
    of note bear the name, each has its share of the odds.
    """
    if a.likely and b.likely and a.likely.id == b.likely.id:
        if a.chosen and b.chosen:
            return Evidence(SAME_BEARER, ("same-bearer",))
        is_own = a.likely.kind is b.likely.kind is NameKind.OWN
        return Evidence(ONLY_BEARER if is_own else ONLY_BEARER_BY_OTHER_NAME, ("only-bearer",))
    if a.chosen and b.chosen:
        return NOTHING if _are_twins(a, b) else None
    mine, theirs = ({one.chosen.id} if one.chosen else {*one.bearers} for one in (a, b))
    if mine and theirs and not mine & theirs:
        return Evidence(OTHER_BEARER)
    choices = max((one.choices for one in (a, b) if not one.chosen), default=0)
    return Evidence(-math.log2(choices)) if choices > 1 else NOTHING


def weigh_reading(reading: Reading) -> Evidence:
    """Return what it says that the gazetteer has chosen a place for a name and a country."""
    if reading.chosen is None:
        return NOTHING
    bits = _BORNE[reading.chosen.kind] + SAME_COUNTRY + sum(_CHOSEN[reason] for reason in reading.reasons)
    name = "same-name" if reading.chosen.kind is NameKind.OWN else "other-name"
    return Evidence(bits, (name, "same-country", *reading.reasons))


def _are_twins(a: Reading, b: Reading) -> bool:
    """Return whether two places of the gazetteer may be one; not Kemi and Keminmaa, each by its own name."""
    if a.chosen is None or b.chosen is None or a.chosen.region != b.chosen.region:
        return False
    is_own = a.chosen.kind is b.chosen.kind is NameKind.OWN
    if is_own and weigh_names(a.chosen.name, b.chosen.name).bits < NEAR_NAME:
        return False
    is_shared = a.chosen.id in b.bearers or b.chosen.id in a.bearers
    return is_shared and distance_km(*a.chosen.point, *b.chosen.point) <= NEAR_KM


def weigh_borne_names(a: Reading, b: Reading) -> Evidence:
    """Return what it says that the place of one is also a bearer of the other's name."""
    kinds = [
        two.bearers[one.chosen.id].kind
        for one, two in ((a, b), (b, a))
        if one.chosen and one.chosen.id in two.bearers
    ]
    if not kinds:
        return _UNLIKE
    return Evidence(_BORNE[min(kinds)], ("same-name" if min(kinds) is NameKind.OWN else "other-name",))


def weigh_alone(names: Iterable[str]) -> Evidence:
    """Return what it says that only one place goes by such a name; long names are rarer than short ones."""
    letters = max((len(squeeze(read_name(name).core)) for name in names), default=0)
    rarity = min(MOST_RARE, A_RARE_LETTER * (letters - COMMON_LETTERS))
    return Evidence(ONLY_CANDIDATE + rarity, ("only-candidate",))


def weigh_countries(a: str, b: str, states: Mapping[str, str]) -> Evidence | None:
    """Return what two countries say; None when they differ, for then it is not the same place.

    `states` maps territories to the state that they belong to; lists name either.
    """
    if not a or not b:
        return NOTHING
    if a == b:
        return Evidence(SAME_COUNTRY, ("same-country",))
    if states.get(a, a) == states.get(b, b):
        return Evidence(RELATED_COUNTRY, ("same-country",))
    if {a, b} in DISPUTED:
        return Evidence(DISPUTED_COUNTRY, ("other-country",))
    return None


def weigh_regions(stated: frozenset[str], known: frozenset[str]) -> Evidence:
    """Return what parts of a country (normalized names) say, nothing unless both sides name one."""
    if not stated or not known:
        return NOTHING
    return Evidence(SAME_REGION, ("same-region",)) if stated & known else Evidence(OTHER_REGION)


def weigh_points(points: Iterable[Point], known: Iterable[Point]) -> Evidence:
    """Return what the smallest distance (km) between trusted points says; nothing from 50 to 100 km."""
    distances = [distance_km(*a, *b) for b in known for a in points]
    least = min(distances, default=None)
    if least is None or FAIR_KM < least <= FAR_KM:
        return NOTHING
    if least > FAR_KM:
        return Evidence(FAR, ("far",))
    return Evidence(NEAR if least <= NEAR_KM else FAIRLY_NEAR, ("near",))


def weigh_partners(shared: float, of_party: int, of_place: int) -> Evidence:
    """Return what `shared` partners say, of all those that a party has and all those of a place."""
    fewer = min(of_party, of_place)
    if shared <= 0:
        return Evidence(max(MOST_WITHOUT_PARTNER, NO_PARTNER * fewer))
    bits = A_PARTNER * math.log2(1 + shared)
    if shared >= 3 and shared >= 0.6 * fewer:
        bits += MOST_PARTNERS_SHARED
    return Evidence(bits, ("partners-in-common",))

"""Which pairs the reconciled view accepts: rules R2 (acceptance), R3 (trust) and R8 (levels)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from graph.model.claims import TRUST, Assertion, Claim, Place
from graph.model.conclusions import Outcome
from graph.model.iris import pair_id

_ACCEPTING = frozenset({Assertion.FOUNDING, Assertion.SINCE, Assertion.CONTINUATION, Assertion.ENDING})
_LASTING = _ACCEPTING - {Assertion.ENDING}
_NAMING = frozenset(Assertion) - {Assertion.STEP, Assertion.CONTEXT}
_LOW_TRUST = TRUST.index("blog")


def rank_trust(claim: Claim) -> int:
    """R3: sources are trusted by their type, in the order of `TRUST`; 0 is the most trusted."""
    return TRUST.index(claim.source.source_type)


def is_trusted(claim: Claim) -> bool:
    """Return whether the source of a claim is of a type above blog."""
    return rank_trust(claim) < _LOW_TRUST


def find_best_source(claims: Iterable[Claim]) -> str:
    """Return the most trusted type of the sources that say that the pair are partners, by R3.

    Where none says so, of those that tell of an end or an intent; empty where there are none either.
    """
    best: dict[bool, Claim] = {}
    for claim in sorted(claims, key=rank_trust):
        if claim.assertion in _ACCEPTING | {Assertion.INTENT}:
            best.setdefault(claim.assertion in _LASTING, claim)
    found = best.get(True) or best.get(False)
    return found.source.source_type if found else ""


def accept_pair(claims: Sequence[Claim], supported: Collection[str]) -> Outcome:
    """R2: one founding, since, continuation or ending claim, trusted or supported, makes a pair accepted.

    Intent alone makes an intent; steps alone make nothing; whatever else names the pair makes it claimed.
    `supported` holds the ids of claims that a hand-made assessment calls supported.
    """
    good = [claim for claim in claims if is_trusted(claim) or claim.id in supported]
    if any(claim.assertion in _ACCEPTING for claim in good):
        return Outcome.ACCEPTED
    if any(claim.assertion is Assertion.INTENT for claim in good):
        return Outcome.INTENT
    if any(claim.assertion in _NAMING for claim in claims):
        return Outcome.CLAIMED
    return Outcome.NONE


def find_displacing_pair(
    parties: tuple[str, str],
    claims: Iterable[Claim],
    places: Mapping[str, Place],
    parts: Mapping[str, Sequence[Place]],
    accepted: Collection[str],
) -> str:
    """R8: a one-way claim across levels gives way to the accepted pair one level up or down on that side.

    `parts` are the places that are part of a place, by its id (`find_parts`). Returns the id of that pair, or
    an empty text when the claims stand as they are.
    """
    listers = {claim.listed_by for claim in claims}
    first, second = (places[party] for party in parties)
    if len(listers) != 1 or "" in listers or first.is_level_with(second):
        return ""
    for own, other in ((first, second), (second, first)):
        for near in _one_level_away(own, places, parts):
            candidate = pair_id(near.id, other.id)
            if near.is_level_with(other) and candidate in accepted:
                return candidate
    return ""


def find_parts(places: Mapping[str, Place]) -> Mapping[str, Sequence[Place]]:
    """Return the places that are part of another one, by the id of that, in the order given."""
    parts: dict[str, list[Place]] = defaultdict(list)
    for place in places.values():
        if place.part_of:
            parts[place.part_of].append(place)
    return parts


def _one_level_away(
    place: Place, places: Mapping[str, Place], parts: Mapping[str, Sequence[Place]]
) -> list[Place]:
    above = [places[place.part_of]] if place.part_of in places else []
    below = parts.get(place.id, ())
    return [other for other in (*above, *below) if not other.is_country]

"""Which pairs the reconciled view accepts: rules R2 (acceptance) and R8 (levels), by trust (R3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.model.claims import TRUST, Assertion, Claim, Judgement, Place
from graph.model.conclusions import Outcome, Replacement
from graph.model.iris import pair_id

_ACCEPTING = frozenset({Assertion.FOUNDING, Assertion.SINCE, Assertion.CONTINUATION, Assertion.ENDING})
_LASTING = _ACCEPTING - {Assertion.ENDING}
_NAMING = frozenset(Assertion) - {Assertion.STEP, Assertion.CONTEXT}
_LOW_TRUST = TRUST.index("blog")

Parties = tuple[str, str]


def is_trusted(claim: Claim) -> bool:
    """Return whether the source of a claim is of a type above blog."""
    return claim.trust < _LOW_TRUST


def find_best_source(claims: Iterable[Claim]) -> str:
    """Return the most trusted type of the sources that say that the pair are partners, by R3.

    Where none says so, of those that tell of an end or an intent; empty where there are none either.
    """
    by_trust = sorted(claims, key=lambda claim: claim.trust)
    lasting = [claim for claim in by_trust if claim.assertion in _LASTING]
    others = [claim for claim in by_trust if claim.assertion in {Assertion.ENDING, Assertion.INTENT}]
    return next((claim.source.source_type for claim in (*lasting, *others)), "")


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
    parties: Parties,
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
    for party, partner in ((first, second), (second, first)):
        for near in _one_level_away(party, places, parts):
            candidate = pair_id(near.id, partner.id)
            if near.is_level_with(partner) and candidate in accepted:
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
    return [near for near in (*above, *below) if not near.is_country]


@dataclass(frozen=True, slots=True)
class PairOutcome:
    """What becomes of one pair; `replaced_by` is the id of the pair that was meant, empty where it stands."""

    outcome: Outcome
    replaced_by: str = ""
    reason: Replacement | None = None


class Acceptance:
    """Decides what becomes of each pair that claims name, once all of them are known."""

    def __init__(
        self,
        claims: Mapping[Parties, Sequence[Claim]],
        judgements: Sequence[Judgement],
        places: Mapping[str, Place],
    ) -> None:
        """Accept by R2 what stands by itself; `claims` are those of each pair."""
        self._claims, self._places, self._parts = claims, places, find_parts(places)
        self._corrections = {made.claim: made.corrected_by[0] for made in judgements if made.corrected_by}
        supported = {made.claim for made in judgements if made.verdict == "supported"}
        self._outcomes = {parties: accept_pair(stated, supported) for parties, stated in claims.items()}
        accepted = (parties for parties, outcome in self._outcomes.items() if outcome is Outcome.ACCEPTED)
        self._accepted = {pair_id(*parties) for parties in accepted}

    def decide_outcome(self, parties: Parties) -> PairOutcome:
        """Return what becomes of a pair by R2, unless R8 lets it give way; then it is only claimed.

        A claimed pair that a hand-made assessment corrects is replaced by the pair that this names.
        """
        claims = self._claims[parties]
        meant = find_displacing_pair(parties, claims, self._places, self._parts, self._accepted)
        outcome = Outcome.CLAIMED if meant else self._outcomes[parties]
        if outcome is Outcome.CLAIMED and not meant:
            corrected = (claim.id for claim in claims if claim.id in self._corrections)
            meant = next((self._corrections[claim] for claim in corrected), "")
        return PairOutcome(outcome, meant, self._explain(parties) if meant else None)

    def _explain(self, parties: Parties) -> Replacement:
        first, second = (self._places[party] for party in parties)
        return Replacement.CORRECTION if first.is_level_with(second) else Replacement.LEVEL_MISMATCH

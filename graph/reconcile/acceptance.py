"""Which pairs the reconciled view accepts: rules R2 (acceptance) and R8 (levels), by trust (R3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from graph.errors import CollectionError
from graph.model.claims import TRUST, Assertion, Claim, Judgement, Place
from graph.model.conclusions import Outcome, Replacement
from graph.model.iris import pair_id

_LASTING = frozenset({Assertion.FOUNDING, Assertion.SINCE, Assertion.CONTINUATION, Assertion.LISTING})
ACCEPTING = _LASTING | {Assertion.ENDING}
"""R2: the assertions that make a pair accepted."""
_NAMING = frozenset(Assertion) - {Assertion.STEP, Assertion.CONTEXT}
_LISTING_PARTNERS = _NAMING - {Assertion.DENIAL}
_LOW_TRUST = TRUST.index("blog")
_SUPPORTED, _DOUBTED = "supported", frozenset({"refuted", "unverified"})

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


def accept_pair(claims: Sequence[Claim], verdicts: Mapping[str, Collection[str]]) -> Outcome:
    """R2: one founding, since, continuation, listing or ending claim that counts makes a pair accepted.

    A claim counts when its source is of a type above blog or a hand-made assessment calls it supported, and
    no such assessment calls it refuted or unverified; `verdicts` are theirs by the id of the claim. Intent
    alone makes an intent; steps alone make nothing; whatever else names the pair makes it claimed.
    """
    good = [claim for claim in claims if _counts(claim, verdicts.get(claim.id, frozenset()))]
    if any(claim.assertion in ACCEPTING for claim in good):
        return Outcome.ACCEPTED
    if any(claim.assertion is Assertion.INTENT for claim in good):
        return Outcome.INTENT
    if any(claim.assertion in _NAMING for claim in claims):
        return Outcome.CLAIMED
    return Outcome.NONE


def _counts(claim: Claim, verdicts: Collection[str]) -> bool:
    return not _DOUBTED & {*verdicts} and (is_trusted(claim) or _SUPPORTED in verdicts)


def find_displacing_pair(
    parties: Parties,
    claims: Iterable[Claim],
    places: Mapping[str, Place],
    parts: Mapping[str, Sequence[Place]],
    accepted: Collection[str],
) -> str:
    """R8: a one-way claim across levels gives way to the accepted pair one level up or down on that side.

    A denial, a step or a context by the other side is no second lister.
    `parts` are the places that are part of a place, by its id (`find_parts`). Returns the id of that pair, or
    an empty text when the claims stand as they are.
    """
    listers = {claim.listed_by for claim in claims if claim.assertion in _LISTING_PARTNERS}
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
        """Accept by R2 what stands by itself; `claims` are those of each pair.

        `doubted` are the ids of the claims that a hand-made assessment calls refuted or unverified.
        """
        self._claims, self._places, self._parts = claims, places, find_parts(places)
        self._corrections = {made.claim: made.corrected_by[0] for made in judgements if made.corrected_by}
        verdicts: dict[str, set[str]] = defaultdict(set)
        for made in judgements:
            verdicts[made.claim].add(made.verdict)
        self.doubted = {claim for claim, stated in verdicts.items() if _DOUBTED & stated}
        self._outcomes = {parties: accept_pair(stated, verdicts) for parties, stated in claims.items()}
        accepted = (parties for parties, outcome in self._outcomes.items() if outcome is Outcome.ACCEPTED)
        self._accepted = {pair_id(*parties) for parties in accepted}

    def drop_doubted(self, claims: Iterable[Claim]) -> list[Claim]:
        """Return the claims that are not doubted (R2)."""
        return [claim for claim in claims if claim.id not in self.doubted]

    def decide_outcome(self, parties: Parties) -> PairOutcome:
        """Return what becomes of a pair by R2, unless R8 lets it give way; then it is only claimed.

        A claimed pair that a hand-made assessment corrects is replaced by the pair that this names.
        """
        claims = self._claims[parties]
        outcome = self._outcomes[parties]
        if outcome is Outcome.NONE:
            return PairOutcome(outcome)
        told = self.drop_doubted(claims) or claims
        meant = find_displacing_pair(parties, told, self._places, self._parts, self._accepted)
        if meant:
            return PairOutcome(Outcome.CLAIMED, meant, Replacement.LEVEL_MISMATCH)
        corrections = [self._corrections[claim.id] for claim in claims if claim.id in self._corrections]
        if outcome is Outcome.CLAIMED and corrections:
            return PairOutcome(outcome, min(corrections), Replacement.CORRECTION)
        return PairOutcome(outcome)


def check_circles(
    outcomes: Mapping[str, PairOutcome],
    judgements: Iterable[Judgement],
    claims: Mapping[Parties, Sequence[Claim]],
) -> None:
    """Raise CollectionError for pairs that corrections by hand replace by each other, in a circle.

    `outcomes` are those of the pairs by id; the sentence names the rows that make the circle. A pair that is
    accepted is in one too when all that name it as partners are corrected; by any other claim it stands.
    """
    leads = {pair: [one.replaced_by] for pair, one in outcomes.items() if one.replaced_by}
    corrected = {made.claim: made.corrected_by for made in judgements if made.corrected_by}
    for parties, stated in claims.items():
        naming = [claim.id for claim in stated if claim.assertion in _NAMING]
        if corrected.keys() >= {*naming}:
            leads.setdefault(pair_id(*parties), []).extend(
                pair for name in naming for pair in corrected[name]
            )
    for start in leads:
        if circle := _find_circle(start, leads):
            raise _refuse_circle(circle, judgements, claims)


def _find_circle(start: str, leads: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the pairs by which a pair leads to itself, empty when it does not."""
    paths, seen = [[start]], {start}
    while paths:
        path = paths.pop()
        for following in leads.get(path[-1], ()):
            if following == start:
                return path
            if following not in seen:
                seen.add(following)
                paths.append([*path, following])
    return []


def _refuse_circle(
    circle: Sequence[str], judgements: Iterable[Judgement], claims: Mapping[Parties, Sequence[Claim]]
) -> CollectionError:
    own = {claim.id: pair_id(*parties) for parties, stated in claims.items() for claim in stated}
    rows = [one for one in judgements if own.get(one.claim) in circle and {*one.corrected_by} & {*circle}]
    named = " and ".join(f"{one.id} ({own[one.claim]} is {', '.join(one.corrected_by)})" for one in rows)
    return CollectionError(
        rows[0].claim.partition("/")[0],
        f"judgements.csv, rows {named}: they correct each other in a circle, so that no pair is meant",
        "Say in corrected_by of one of them which pair there is, or leave it empty.",
    )


def check_corrections(
    judgements: Iterable[Judgement], claims: Mapping[Parties, Sequence[Claim]]
) -> list[Judgement]:
    """Return the judgements with the pairs that they correct to named as partnerships are.

    `claims` are those of each pair. Raises CollectionError for a pair that no claim names as partners, as
    steps alone do not, and for the claim's own pair; it says which row to mend.
    """
    naming = [pair for pair, stated in claims.items() if any(one.assertion in _NAMING for one in stated)]
    named = {"-".join(order): pair_id(*parties) for parties in naming for order in (parties, parties[::-1])}
    own = {claim.id: pair_id(*parties) for parties, stated in claims.items() for claim in stated}
    return [
        replace(made, corrected_by=_name_pairs(made, named, own.get(made.claim, ""))) for made in judgements
    ]


def _name_pairs(judgement: Judgement, named: Mapping[str, str], own: str) -> tuple[str, ...]:
    for stated in judgement.corrected_by:
        if named.get(stated, own) == own:
            what = "is the claim's own" if stated in named else "is named as partners by no claim"
            raise CollectionError(
                judgement.claim.partition("/")[0],
                f"judgements.csv, row {judgement.id}: the pair {stated!r} {what}",
                "Write in corrected_by a pair of places that claims name, for example Q11462-Q24826.",
            )
    return tuple(named[stated] for stated in judgement.corrected_by)

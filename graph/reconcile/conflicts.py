"""Conflicts are found here, not typed in: claims about one thing that cannot all be true."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

from graph.model.claims import Assertion, Claim, DateRole
from graph.model.conclusions import Agreement, Outcome, Pair
from graph.model.iris import iri
from graph.reconcile.acceptance import is_trusted
from graph.reconcile.choose import ACTIVE, stated_status

Conflict = tuple[str, str, tuple[Claim, ...], str]
"""(IRI of the thing, slug of the issue, the claims in conflict, a sentence that says why)"""

_NEAR_YEARS = 2


def find_conflicts(pair: Pair, top_concepts: Callable[[str], frozenset[str]]) -> list[Conflict]:
    """Return every conflict among the claims of one pair: dates, status, denial, documents, domains, signers.

    `top_concepts` gives the top concepts above a domain (or itself).
    """
    found = [_since_conflict(pair), _status_conflict(pair), _denied(pair), _not_accepted(pair)]
    for agreement in pair.agreements:
        found += [
            _date_conflict(agreement),
            _type_conflict(agreement),
            _domain_conflict(agreement, top_concepts),
            _signatory_conflict(agreement),
        ]
    return [conflict for conflict in found if conflict is not None]


def _disagreeing(claims: Sequence[Claim], disagree: Callable[[Claim, Claim], bool]) -> tuple[Claim, ...]:
    both = {c.id: c for pair in combinations(claims, 2) if disagree(*pair) for c in pair}
    return tuple(both[key] for key in sorted(both))


def _dates_differ(first: Claim, second: Claim) -> bool:
    return first.date is not None and second.date is not None and not first.date.agrees_with(second.date)


def _told(claims: Iterable[Claim]) -> str:
    return "; ".join(f"{claim.date} ({claim.source.source_type})" for claim in claims)


def _date_conflict(agreement: Agreement) -> Conflict | None:
    dated = [c for c in agreement.claims if c.date_role is DateRole.SIGNED]
    if claims := _disagreeing(dated, _dates_differ):
        why = f"The sources date the signing differently: {_told(claims)}."
        return iri("agreement", agreement.id), "date-conflict", claims, why
    return None


def _since_conflict(pair: Pair) -> Conflict | None:
    if pair.outcome is not Outcome.ACCEPTED:
        return None
    since = [c for c in pair.claims if c.date_role is DateRole.SINCE]
    founding = [pair.since.claim] if pair.since is not None and pair.since.claim not in since else []
    if claims := _disagreeing([*founding, *since], _dates_differ):
        why = f"The sources date the beginning differently: {_told(claims)}."
        return iri("partnership", pair.id), "date-conflict", claims, why
    return None


def _is_renewal_after(claim: Claim, ending: Claim) -> bool:
    if claim.date is None or ending.date is None:
        return False
    return bool(claim.document_type) and claim.date >= ending.date


def _statuses_clash(first: Claim, second: Claim) -> bool:
    """R7: one says it lives, the other not, within two years or with no date to tell them apart."""
    lives, rests = sorted((first, second), key=lambda claim: stated_status(claim) != ACTIVE)
    if stated_status(lives) != ACTIVE or stated_status(rests) == ACTIVE or _is_renewal_after(lives, rests):
        return False
    if lives.date is None or rests.date is None:
        return True
    return abs(lives.date.year - rests.date.year) <= _NEAR_YEARS


def _status_conflict(pair: Pair) -> Conflict | None:
    stating = [claim for claim in pair.claims if stated_status(claim)]
    if pair.outcome is Outcome.ACCEPTED and (claims := _disagreeing(stating, _statuses_clash)):
        told = "; ".join(
            f"{stated_status(c)} ({c.date or 'undated'}, {c.source.source_type})" for c in claims
        )
        return (
            iri("partnership", pair.id),
            "status-conflict",
            claims,
            f"The sources differ on its status: {told}.",
        )
    return None


def _denied(pair: Pair) -> Conflict | None:
    denials = [claim for claim in pair.claims if claim.assertion is Assertion.DENIAL]
    others = [
        claim
        for claim in pair.claims
        if claim.assertion in {Assertion.FOUNDING, Assertion.SINCE, Assertion.CONTINUATION}
        and (not any(d.document_type for d in denials) or claim.document_type)
    ]
    if denials and others:
        why = "One source denies what the others state."
        return iri("partnership", pair.id), "founding-denied", (*denials, *others), why
    return None


def _not_accepted(pair: Pair) -> Conflict | None:
    """R2: say why a pair is claimed only."""
    naming = tuple(claim for claim in pair.claims if claim.assertion is not Assertion.DENIAL)
    if pair.outcome is not Outcome.CLAIMED or not naming:
        return None
    about, types = iri("partnership", pair.id), ", ".join(sorted({c.source.source_type for c in naming}))
    if any(is_trusted(claim) for claim in naming):
        why = f"No source (of the types {types}) says that it was founded, lives or has ended: claimed only."
        return about, "unsupported", naming, why
    why = f"No source above blog names this pair (named by: {types}), so it is claimed only."
    return about, "low-trust", naming, why


def _type_conflict(agreement: Agreement) -> Conflict | None:
    if claims := _disagreeing(agreement.claims, lambda a, b: a.family != b.family):
        told = "; ".join(f"{claim.document_type} ({claim.source.source_type})" for claim in claims)
        return (
            iri("agreement", agreement.id),
            "type-conflict",
            claims,
            f"The sources name the document: {told}.",
        )
    return None


def _domain_conflict(agreement: Agreement, top_concepts: Callable[[str], frozenset[str]]) -> Conflict | None:
    def tops(claim: Claim) -> set[str]:
        return {top for domain in claim.domains for top in top_concepts(domain)}

    naming = [claim for claim in agreement.claims if claim.domains]
    if claims := _disagreeing(naming, lambda a, b: not tops(a) & tops(b)):
        why = "Two sources name fields of this agreement that have nothing in common."
        return iri("agreement", agreement.id), "domain-conflict", claims, why
    return None


def _signatory_conflict(agreement: Agreement) -> Conflict | None:
    def signers(claim: Claim, party: str) -> set[str]:
        return {one.person for one in claim.signatories if one.party == party and one.person}

    def differ(first: Claim, second: Claim) -> bool:
        both = [(signers(first, p), signers(second, p)) for p in agreement.parties]
        return any(a and b and not a & b for a, b in both)

    if claims := _disagreeing(agreement.claims, differ):
        why = "The sources name different people for one party."
        return iri("agreement", agreement.id), "signatory-conflict", claims, why
    return None

"""Conflicts are found here, not typed in: claims about one thing that cannot all be true.

Dates that were worked out contradict nothing (R12): only what sources state is compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from graph.model.claims import Assertion, Claim, DateRole
from graph.model.conclusions import Agreement, Outcome, Pair, Replacement
from graph.model.iris import iri
from graph.reconcile.acceptance import ACCEPTING, is_trusted
from graph.reconcile.choose import ACTIVE, stated_status

_NEAR_YEARS = 2
_DENIABLE = frozenset({Assertion.FOUNDING, Assertion.SINCE, Assertion.CONTINUATION, Assertion.LISTING})


@dataclass(frozen=True, slots=True)
class Conflict:
    """Claims that do not go together: `about` is the IRI of the thing, `issue` a slug of that scheme.

    `reason` is a sentence in English, ending with a full stop.
    """

    about: str
    issue: str
    claims: tuple[Claim, ...]
    reason: str


def find_conflicts(pair: Pair, top_concepts: Callable[[str], frozenset[str]]) -> list[Conflict]:
    """Return every conflict among the claims of one pair: dates, status, denial, documents, domains, signers.

    `top_concepts` gives the top concepts above a domain (or itself).
    """
    found = [
        _since_conflict(pair),
        _order_conflict(pair),
        _status_conflict(pair),
        _denial(pair),
        _weak_support(pair),
    ]
    for agreement in pair.agreements:
        found += [
            _date_conflict(agreement),
            _type_conflict(agreement),
            _domain_conflict(agreement, top_concepts),
            _signatory_conflict(agreement),
        ]
    return [conflict for conflict in found if conflict is not None]


def _disagreeing(claims: Sequence[Claim], disagree: Callable[[Claim, Claim], bool]) -> tuple[Claim, ...]:
    """Return the claims that disagree with any other one, by id."""
    both = {claim.id: claim for pair in combinations(claims, 2) if disagree(*pair) for claim in pair}
    return tuple(both[key] for key in sorted(both))


def _dates_differ(first: Claim, second: Claim) -> bool:
    return first.date is not None and second.date is not None and not first.date.agrees_with(second.date)


def _describe_dates(claims: Iterable[Claim]) -> str:
    return "; ".join(f"{claim.date} ({claim.source.source_type})" for claim in claims)


def _date_conflict(agreement: Agreement) -> Conflict | None:
    """R5, R10: sources date the signing differently, or give terms that cannot both be true of it."""
    dated = [c for c in agreement.claims if c.date_role is DateRole.SIGNED or c.valid_until or c.term_years]
    signings = _disagreeing(dated, _signings_differ)
    claims = _disagreeing(dated, lambda *both: _signings_differ(*both) or _terms_differ(*both))
    if not claims:
        return None
    if claims == signings:
        reason = f"The sources date the signing differently: {_describe_dates(claims)}."
    else:
        told = "; ".join(f"{_describe_term(claim)} ({claim.source.source_type})" for claim in claims)
        reason = f"The sources date the signing or the end of the term differently: {told}."
    return Conflict(iri("agreement", agreement.id), "date-conflict", claims, reason)


def _signings_differ(first: Claim, second: Claim) -> bool:
    return first.date_role is second.date_role is DateRole.SIGNED and _dates_differ(first, second)


def _terms_differ(first: Claim, second: Claim) -> bool:
    """Return whether the terms are not of one length or end, or one ends before the other is signed."""
    ends = first.valid_until, second.valid_until
    if ends[0] and ends[1] and not ends[0].agrees_with(ends[1]):
        return True
    if first.term_years and second.term_years and first.term_years != second.term_years:
        return True
    return _ends_before(first, second) or _ends_before(second, first)


def _ends_before(ending: Claim, signing: Claim) -> bool:
    end, signed = ending.valid_until, signing.date if signing.date_role is DateRole.SIGNED else None
    return end is not None and signed is not None and end.is_before(signed)


def _describe_term(claim: Claim) -> str:
    signed = claim.date if claim.date_role is DateRole.SIGNED else None
    parts = (
        f"signed {signed}" if signed else "",
        f"{claim.term_years} years" if claim.term_years else "",
        f"until {claim.valid_until}" if claim.valid_until else "",
    )
    return ", ".join(filter(None, parts))


def _since_conflict(pair: Pair) -> Conflict | None:
    if pair.outcome is not Outcome.ACCEPTED:
        return None
    since = [claim for claim in pair.claims if claim.date_role is DateRole.SINCE]
    founding = [pair.since.claim] if pair.since is not None and pair.since.claim not in since else []
    if claims := _disagreeing([*founding, *since], _dates_differ):
        reason = f"The sources date the beginning differently: {_describe_dates(claims)}."
        return Conflict(iri("partnership", pair.id), "date-conflict", claims, reason)
    return None


def _order_conflict(pair: Pair) -> Conflict | None:
    """R10: a source lets the partnership end before another lets it begin; both stay, and both show."""
    begin = pair.since.claim if pair.since else None
    ends = [claim for claim in pair.claims if claim.date_role is DateRole.UNTIL]
    early = [end for end in ends if begin and begin.date and end.date and end.date.is_before(begin.date)]
    if begin is None or not early:
        return None
    claims = tuple(sorted((begin, *early), key=lambda claim: claim.id))
    reason = f"One source lets it end before another lets it begin: {_describe_dates(claims)}."
    return Conflict(iri("partnership", pair.id), "date-conflict", claims, reason)


def _is_renewal_after(claim: Claim, ending: Claim) -> bool:
    if claim.known_date is None or ending.known_date is None:
        return False
    return bool(claim.document_type) and claim.known_date >= ending.known_date


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
    claims = _disagreeing(stating, _statuses_clash) if pair.outcome is Outcome.ACCEPTED else ()
    if not claims:
        return None
    stated = "; ".join(
        f"{stated_status(claim)} ({claim.date or 'undated'}, {claim.source.source_type})" for claim in claims
    )
    reason = f"The sources differ on its status: {stated}."
    return Conflict(iri("partnership", pair.id), "status-conflict", claims, reason)


def _denial(pair: Pair) -> Conflict | None:
    """Return what one source denies and others state; who denies a document denies no other claim."""
    denials = [claim for claim in pair.claims if claim.assertion is Assertion.DENIAL]
    denied = [claim for claim in pair.claims if claim.assertion in _DENIABLE]
    if any(claim.document_type for claim in denials):
        denied = [claim for claim in denied if claim.document_type]
    if denials and denied:
        reason = "One source denies what the others state."
        return Conflict(iri("partnership", pair.id), "founding-denied", (*denials, *denied), reason)
    return None


def _weak_support(pair: Pair) -> Conflict | None:
    """R2: say why a pair is claimed only."""
    naming = tuple(claim for claim in pair.claims if claim.assertion is not Assertion.DENIAL)
    if pair.outcome is not Outcome.CLAIMED or not naming or pair.replacement is Replacement.LEVEL_MISMATCH:
        return None
    about, types = iri("partnership", pair.id), ", ".join(sorted({c.source.source_type for c in naming}))
    trusted = [claim for claim in naming if is_trusted(claim)]
    if any(claim.assertion in ACCEPTING | {Assertion.INTENT} for claim in trusted):
        reason = (
            f"What its sources (of the types {types}) say is assessed as unverified or refuted: claimed only."
        )
        return Conflict(about, "unsupported", naming, reason)
    if trusted:
        reason = (
            f"No source (of the types {types}) says that it was founded, lives or has ended: claimed only."
        )
        return Conflict(about, "unsupported", naming, reason)
    reason = f"No source above blog names this pair (named by: {types}), so it is claimed only."
    return Conflict(about, "low-trust", naming, reason)


def _families_differ(first: Claim, second: Claim) -> bool:
    return first.family != second.family


def _type_conflict(agreement: Agreement) -> Conflict | None:
    claims = _disagreeing(agreement.claims, _families_differ)
    if not claims:
        return None
    named = "; ".join(f"{claim.document_type} ({claim.source.source_type})" for claim in claims)
    reason = f"The sources name the document: {named}."
    return Conflict(iri("agreement", agreement.id), "type-conflict", claims, reason)


def _domain_conflict(agreement: Agreement, top_concepts: Callable[[str], frozenset[str]]) -> Conflict | None:
    naming = [claim for claim in agreement.claims if claim.domains]
    tops = {claim.id: frozenset[str]().union(*map(top_concepts, claim.domains)) for claim in naming}
    if claims := _disagreeing(naming, lambda first, second: not tops[first.id] & tops[second.id]):
        reason = "Two sources name fields of this agreement that have nothing in common."
        return Conflict(iri("agreement", agreement.id), "domain-conflict", claims, reason)
    return None


def _signers(claim: Claim, party: str) -> set[str]:
    return {signer.person for signer in claim.signatories if signer.party == party and signer.person}


def _signers_differ(first: Claim, second: Claim, party: str) -> bool:
    """Return whether both claims name people for a party, and no one in common."""
    named, also_named = _signers(first, party), _signers(second, party)
    return bool(named and also_named) and not named & also_named


def _signatory_conflict(agreement: Agreement) -> Conflict | None:
    claims = _disagreeing(
        agreement.claims,
        lambda first, second: any(_signers_differ(first, second, party) for party in agreement.parties),
    )
    if claims:
        reason = "The sources name different people for one party."
        return Conflict(iri("agreement", agreement.id), "signatory-conflict", claims, reason)
    return None

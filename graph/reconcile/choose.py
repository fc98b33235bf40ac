"""How one value is chosen among claims that differ: rules R5 (best value), R6 (since) and R7 (status)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TypeVar

from graph.model.claims import Assertion, Claim, DateRole
from graph.model.conclusions import Agreement, Chosen
from graph.model.dates import PartialDate
from graph.reconcile.acceptance import is_trusted

V = TypeVar("V")

FOUNDING = "founding"
ACTIVE, INTENT, UNKNOWN = "active", "intent", "unknown"
_BEFORE_ALL = PartialDate(0)


def choose_value(claims: Iterable[Claim], value: Callable[[Claim], V | None]) -> Chosen[V] | None:
    """R5: the value of the most trusted claim; between equally trusted ones that of the earlier claim.

    `value` gives what a claim states, None where it states nothing; None comes back when no claim does.
    """
    stated = [Chosen(found, claim) for claim in claims if (found := value(claim)) is not None]
    return min(stated, key=lambda chosen: _by_trust_and_date(chosen.claim), default=None)


def _by_trust_and_date(claim: Claim) -> tuple[int, bool, PartialDate, str]:
    return claim.trust, claim.date is None, claim.date or _BEFORE_ALL, claim.id


def choose_date(claims: Iterable[Claim], role: DateRole) -> Chosen[PartialDate] | None:
    """R5 for dates: by trust; a finer date that agrees wins; between equally trusted ones the earlier.

    None comes back when no claim states a date in that role.
    """
    dated = [Chosen(c.date, c) for c in claims if c.date is not None and c.date_role is role]
    dated.sort(key=lambda stated: _by_trust_and_date(stated.claim))
    if not dated:
        return None
    best = [stated for stated in dated if stated.claim.trust == dated[0].claim.trust]
    chosen = next(stated for stated in best if not any(_refines(b.value, stated.value) for b in best))
    for stated in dated:
        if _refines(stated.value, chosen.value):
            chosen = stated
    return chosen


def _refines(finer: PartialDate, coarser: PartialDate) -> bool:
    return finer != coarser and coarser.contains(finer)


def choose_since(agreements: Sequence[Agreement], claims: Iterable[Claim]) -> Chosen[PartialDate] | None:
    """R6: since is the date of the earliest founding agreement; where none is dated, the best since-claim.

    An agreement that only sources of low trust attest does not count, nor does such a since-claim.
    """
    founding = [agreement for agreement in agreements if agreement.family == FOUNDING]
    attested = [agreement for agreement in founding if any(map(is_trusted, agreement.claims))]
    signed = [agreement.signed for agreement in attested if agreement.signed is not None]
    if signed:
        return min(signed, key=lambda chosen: chosen.value)
    believed = [claim for claim in claims if claim.assertion is Assertion.SINCE and is_trusted(claim)]
    return choose_date(believed, DateRole.SINCE)


def choose_relation(claims: Iterable[Claim]) -> Chosen[str] | None:
    """R5 for the kind of relation, which may change: that of the newest trusted claim that names one."""
    naming = [claim for claim in claims if claim.relation and is_trusted(claim)]
    newest = max(naming, key=_by_own_date, default=None)
    return Chosen(newest.relation, newest) if newest else None


def stated_status(claim: Claim) -> str:
    """Return the status that a claim states (a slug of the scheme status), or an empty text."""
    if claim.assertion is Assertion.CONTINUATION:
        return claim.status or ACTIVE
    if claim.assertion in {Assertion.ENDING, Assertion.STATUS}:
        return claim.status
    return ""


def choose_status(
    claims: Sequence[Claim], agreements: Sequence[Agreement], as_of: date
) -> tuple[str, Claim | None]:
    """R7: status is the newest ending, status or continuation claim by its own date, trust breaking ties.

    Claims of low trust do not count. Without any claim that does, a term that has not run out by `as_of`
    (the collections' newest compiled date) makes it active; else it is unknown. With it comes the claim that
    it rests on.
    """
    stating = [claim for claim in claims if stated_status(claim) and is_trusted(claim)]
    if stating:
        newest = max(stating, key=_by_own_date)
        return stated_status(newest), newest
    running = [agreement for agreement in agreements if _is_running(agreement, as_of)]
    if running:
        return ACTIVE, running[-1].document_type.claim
    return UNKNOWN, None


def _by_own_date(claim: Claim) -> tuple[PartialDate, int, str]:
    return claim.date or _BEFORE_ALL, -claim.trust, claim.id


def _is_running(agreement: Agreement, as_of: date) -> bool:
    end = end_of_term(agreement)
    if end is None:
        return False
    return (end.year, end.month or 12, end.day or 31) >= (as_of.year, as_of.month, as_of.day)


def end_of_term(agreement: Agreement) -> PartialDate | None:
    """Return when the term of an agreement ends: as stated, else signing plus years; None if unknown."""
    if agreement.valid_until is not None:
        return agreement.valid_until.value
    if agreement.signed is None or agreement.term_years is None:
        return None
    signed = agreement.signed.value
    return PartialDate(signed.year + agreement.term_years.value, signed.month, signed.day)

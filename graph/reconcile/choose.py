"""How one value is chosen among claims that differ: rules R5 (best value), R6 (since) and R7 (status)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TypeVar

from graph.model.claims import Assertion, Claim, DateRole
from graph.model.conclusions import Agreement, Chosen
from graph.model.dates import PartialDate
from graph.reconcile.acceptance import is_trusted, rank_trust

V = TypeVar("V")

FOUNDING = "founding"
ACTIVE, INTENT, UNKNOWN = "active", "intent", "unknown"


def choose_value(claims: Iterable[Claim], value: Callable[[Claim], V | None]) -> Chosen[V] | None:
    """R5: the value of the most trusted claim; between equally trusted ones that of the earlier claim."""
    stated = [claim for claim in claims if value(claim) is not None]
    if not stated:
        return None
    best = min(stated, key=lambda c: (rank_trust(c), c.date is None, c.date or PartialDate(0), c.id))
    found = value(best)
    assert found is not None  # noqa: S101 - filtered above
    return Chosen(found, best)


def choose_date(claims: Iterable[Claim], role: DateRole) -> Chosen[PartialDate] | None:
    """R5 for dates: by trust; a finer date that agrees wins; between equally trusted ones the earlier."""
    stated = sorted(
        (rank_trust(claim), claim.date, claim.id, claim)
        for claim in claims
        if claim.date is not None and claim.date_role is role
    )
    if not stated:
        return None
    best_trust = stated[0][0]
    equals = [entry for entry in stated if entry[0] == best_trust]
    finest = [one for one in equals if not any(_refines(other[1], one[1]) for other in equals)]
    chosen = min(finest, key=lambda entry: (entry[1], entry[2]))
    for entry in stated:
        if _refines(entry[1], chosen[1]):
            chosen = entry
    return Chosen(chosen[1], chosen[3])


def _refines(finer: PartialDate, coarser: PartialDate) -> bool:
    return finer != coarser and coarser.contains(finer)


def choose_since(agreements: Sequence[Agreement], claims: Iterable[Claim]) -> Chosen[PartialDate] | None:
    """R6: since is the date of the earliest founding agreement; where none is dated, the best since-claim.

    An agreement that only sources of low trust attest does not count, nor does such a since-claim.
    """
    attested = [one for one in agreements if any(is_trusted(claim) for claim in one.claims)]
    founding = [one.signed for one in attested if one.family == FOUNDING and one.signed is not None]
    if founding:
        return min(founding, key=lambda chosen: chosen.value)
    believed = [claim for claim in claims if claim.assertion is Assertion.SINCE and is_trusted(claim)]
    return choose_date(believed, DateRole.SINCE)


def choose_relation(claims: Iterable[Claim]) -> Chosen[str] | None:
    """R5 for the kind of relation, which may change: that of the newest trusted claim that names one."""
    naming = [claim for claim in claims if claim.relation and is_trusted(claim)]
    if not naming:
        return None
    newest = max(naming, key=_by_own_date)
    return Chosen(newest.relation, newest)


def stated_status(claim: Claim) -> str:
    """Return the status that a claim states (a slug of the scheme status), or an empty text."""
    if claim.assertion is Assertion.CONTINUATION:
        return claim.status or ACTIVE
    if claim.assertion in {Assertion.ENDING, Assertion.STATUS}:
        return claim.status
    return ""


def choose_status(
    claims: Sequence[Claim], agreements: Sequence[Agreement], today: date
) -> tuple[str, Claim | None]:
    """R7: status is the newest ending, status or continuation claim by its own date, trust breaking ties.

    Claims of low trust do not count. Without any claim that does, a term that has not run out on `today`
    (the collections' newest compiled date) makes it active; else it is unknown.
    """
    stating = [claim for claim in claims if stated_status(claim) and is_trusted(claim)]
    if stating:
        newest = max(stating, key=_by_own_date)
        return stated_status(newest), newest
    running = [one for one in agreements if _ends_after(one, today)]
    if running:
        return ACTIVE, running[-1].document_type.claim
    return UNKNOWN, None


def _by_own_date(claim: Claim) -> tuple[PartialDate, int, str]:
    return claim.date or PartialDate(0), -rank_trust(claim), claim.id


def _ends_after(agreement: Agreement, today: date) -> bool:
    end = end_of_term(agreement)
    return end is not None and (end.year, end.month or 12, end.day or 31) >= (
        today.year,
        today.month,
        today.day,
    )


def end_of_term(agreement: Agreement) -> PartialDate | None:
    """Return when the term of an agreement ends: as stated, else signing plus years; None if unknown."""
    if agreement.valid_until is not None:
        return agreement.valid_until.value
    if agreement.signed is None or agreement.term_years is None:
        return None
    signed = agreement.signed.value
    return PartialDate(signed.year + agreement.term_years.value, signed.month, signed.day)

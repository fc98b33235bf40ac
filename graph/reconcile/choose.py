"""How one value is chosen among claims that differ: R5 (best value), R6 (since), R7 (status), R12 (basis)."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TypeVar

from graph.model.claims import TRUST, Assertion, Claim, DateRole
from graph.model.conclusions import Agreement, Chosen
from graph.model.dates import PartialDate
from graph.reconcile.acceptance import is_trusted

V = TypeVar("V")

FOUNDING = "founding"
ACTIVE, LISTED, INTENT, UNKNOWN = "active", "listed", "intent", "unknown"
_BEFORE_ALL = PartialDate(0)
_NEWS = TRUST.index("news")


def choose_value(claims: Iterable[Claim], value: Callable[[Claim], V | None]) -> Chosen[V] | None:
    """R5: the value of the most trusted claim; between equally trusted ones that of the earlier claim.

    `value` gives what a claim states, None where it states nothing; None comes back when no claim does.
    """
    stated = [Chosen(found, claim) for claim in claims if (found := value(claim)) is not None]
    return min(stated, key=_by_trust_and_date, default=None)


def _by_trust_and_date(chosen: Chosen[V]) -> tuple[int, bool, bool, PartialDate, str, str]:
    """Return what puts values in order; the id comes last: it decides on a claim, never on a value."""
    claim, date = chosen.claim, chosen.claim.known_date
    worked_out = bool(chosen.basis) or claim.date is None
    return claim.trust, date is None, worked_out, date or _BEFORE_ALL, str(chosen.value), claim.id


def choose_date(claims: Iterable[Claim], role: DateRole) -> Chosen[PartialDate] | None:
    """R5 for dates: by trust; a finer date that agrees wins; between equally trusted ones the earlier.

    Dates that were worked out count only where no claim of trust news or better states one (R12). None comes
    back when no claim has a date in that role.
    """
    claims = [claim for claim in claims if claim.date_role is role]
    dated = [Chosen(claim.date, claim) for claim in claims if claim.date is not None]
    if not any(map(states_well, claims)):
        dated += [Chosen(claim.derived, claim, claim.date_basis) for claim in claims if claim.derived]
    dated.sort(key=_by_trust_and_date)
    if not dated:
        return None
    best = [known for known in dated if known.claim.trust == dated[0].claim.trust]
    chosen = next(known for known in best if not any(_refines(other, known) for other in best))
    for known in dated:
        if _refines(known, chosen):
            chosen = known
    return chosen


def states_well(claim: Claim) -> bool:
    """Return whether a source of trust news or better states the date: then none worked out counts (R12)."""
    return claim.date is not None and claim.trust <= _NEWS


def _refines(finer: Chosen[PartialDate], coarser: Chosen[PartialDate]) -> bool:
    """Return whether a date tells another more precisely; one worked out never refines a stated one."""
    if finer.basis and not coarser.basis:
        return False
    return finer.value != coarser.value and coarser.value.contains(finer.value)


def choose_since(agreements: Sequence[Agreement], claims: Iterable[Claim]) -> Chosen[PartialDate] | None:
    """R6: since is the date of the earliest founding agreement; where none is dated, the best since-claim.

    An agreement that only sources of low trust date does not count, nor does such a since-claim. A date that
    was worked out counts only where no source of trust news or better states one (R12).
    """
    founding = [agreement for agreement in agreements if agreement.family == FOUNDING]
    dated = [agreement for agreement in founding if any(map(_dates_signing, agreement.claims))]
    signed = [agreement.signed for agreement in dated if agreement.signed is not None]
    believed = [claim for claim in claims if claim.assertion is Assertion.SINCE and is_trusted(claim)]
    begun = choose_date(believed, DateRole.SINCE)
    stating = [claim for agreement in founding for claim in agreement.claims if _dates_signing(claim)]
    if any(map(states_well, (*stating, *believed))):
        signed = [chosen for chosen in signed if not chosen.basis]
    return min(signed, key=lambda chosen: (chosen.value, chosen.basis), default=begun)


def _dates_signing(claim: Claim) -> bool:
    return claim.known_date is not None and claim.date_role is DateRole.SIGNED and is_trusted(claim)


def drop_early_end(
    start: Chosen[PartialDate] | None, end: Chosen[PartialDate] | None
) -> Chosen[PartialDate] | None:
    """R10: return the end that goes with a start, None where it lies before it: not both can be true.

    The claim keeps its date, and the conflict shows.
    """
    return None if start and end and end.value.is_before(start.value) else end


def choose_relation(claims: Iterable[Claim]) -> Chosen[str] | None:
    """R5 for the kind of relation, which may change: that of the newest trusted claim that names one."""
    naming = [claim for claim in claims if claim.relation and is_trusted(claim)]
    newest = max(naming, key=lambda claim: (*_by_own_date(claim), claim.relation, claim.id), default=None)
    return Chosen(newest.relation, newest) if newest else None


def stated_status(claim: Claim) -> str:
    """Return the status that a claim states (a slug of the scheme status), or an empty text.

    To stand on the list of a party itself, or of a register, says that it goes on.
    """
    if claim.assertion is Assertion.CONTINUATION or claim.lists_own:
        return claim.status or ACTIVE
    if claim.assertion in {Assertion.ENDING, Assertion.STATUS}:
        return claim.status
    return ""


def choose_status(
    claims: Sequence[Claim], agreements: Sequence[Agreement], as_of: date
) -> tuple[str, Claim | None]:
    """R7: status is the newest ending, status or continuation claim by its own date, trust breaking ties.

    A date that was worked out counts for a claim that states none (R12). Claims of low trust do not count.
    Without any claim that does, a term that has not run out by `as_of` (the collections' newest compiled
    date) makes it active; else a list that has the pair makes it listed; else it is unknown. With it comes
    the claim that it rests on.
    """
    stating = [claim for claim in claims if stated_status(claim) and is_trusted(claim)]
    if stating:
        newest = max(stating, key=lambda claim: (*_by_own_date(claim), _rest(claim), claim.id))
        return stated_status(newest), newest
    running = [claim for agreement in agreements if (claim := _find_running_term(agreement, as_of))]
    if running:
        return ACTIVE, running[-1]
    terms = [claim for claim in claims if _states_term(claim, as_of) and is_trusted(claim)]
    if terms:
        return ACTIVE, min(terms, key=lambda claim: (claim.trust, claim.id))
    listing = [claim for claim in claims if claim.assertion is Assertion.LISTING and is_trusted(claim)]
    if listing:
        return LISTED, max(listing, key=lambda claim: (claim.as_of or _BEFORE_ALL, -claim.trust, claim.id))
    return UNKNOWN, None


def _by_own_date(claim: Claim) -> tuple[PartialDate, int]:
    return claim.as_of or _BEFORE_ALL, -claim.trust


def _rest(claim: Claim) -> tuple[bool, str]:
    """Return what decides between statuses of one day and one trust: the one that says less."""
    return stated_status(claim) != ACTIVE, stated_status(claim)


def _find_running_term(agreement: Agreement, as_of: date) -> Claim | None:
    """Return the claim that gives an agreement a term that has not run out; one of low trust gives none."""
    end, term = end_of_term(agreement), agreement.valid_until or agreement.term_years
    if end is None or term is None or not _lies_ahead(end, as_of):
        return None
    begin = agreement.signed if agreement.valid_until is None else None
    basis = [term.claim, *([begin.claim] if begin else [])]
    return term.claim if all(map(is_trusted, basis)) else None


def _states_term(claim: Claim, as_of: date) -> bool:
    """Return whether a claim that names no document says that the link lasts beyond a day."""
    end = claim.valid_until if claim.assertion in {Assertion.SINCE, Assertion.LISTING} else None
    return end is not None and _lies_ahead(end, as_of)


def _lies_ahead(end: PartialDate, as_of: date) -> bool:
    return (end.year, end.month or 12, end.day or 31) >= (as_of.year, as_of.month, as_of.day)


def end_of_term(agreement: Agreement) -> PartialDate | None:
    """Return when the term of an agreement ends: as stated, else signing plus years; None if unknown."""
    if agreement.valid_until is not None:
        return agreement.valid_until.value
    if agreement.signed is None or agreement.term_years is None:
        return None
    signed, year = agreement.signed.value, agreement.signed.value.year + agreement.term_years.value
    is_leap_day = (signed.month, signed.day) == (2, 29) and not calendar.isleap(year)
    return PartialDate(year, signed.month, 28 if is_leap_day else signed.day)

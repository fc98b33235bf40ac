"""R10: dates after the day on which a collection was compiled. An end may lie ahead: then it is a term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from graph.model.claims import Assertion, Claim, DateRole
from graph.model.dates import PartialDate


def take_as_term(claim: Claim, compiled: PartialDate) -> Claim:
    """Return a claim whose end lies ahead as one of a link that lasts until then, any other as it is.

    What has not come yet has ended nothing; lists and Wikidata are read alike. An end that was worked out
    is only told in the remark.
    """
    end = claim.known_date if claim.date_role is DateRole.UNTIL else None
    if end is None or not compiled.is_before(end):
        return claim
    lasting = replace(claim, date=None, derived=None, date_role=None, date_basis="")
    if claim.assertion is Assertion.ENDING:
        lasting = replace(lasting, assertion=Assertion.SINCE, status="")
    if claim.date is None:
        return replace(lasting, remark=remark_on_dates(claim.remark, (end,)))
    return replace(lasting, valid_until=claim.valid_until or end)


def list_ahead(claim: Claim, compiled: PartialDate) -> tuple[PartialDate, ...]:
    """Return the dates of a claim that are after the day of its collection."""
    return tuple(date for date in (claim.date, claim.derived) if date and compiled.is_before(date))


def leave_out_dates(claim: Claim, ahead: Sequence[PartialDate]) -> Claim:
    """Return a claim without dates that lie ahead, as its remark says; a stated one that does not stays."""
    remark = remark_on_dates(claim.remark, ahead)
    kept = None if claim.date in ahead else claim.date
    role = claim.date_role if kept else None
    return replace(claim, date=kept, derived=None, date_role=role, date_basis="", remark=remark)


def remark_on_dates(remark: str, left_out: Sequence[object]) -> str:
    """Return a remark with the dates that were left out, as they are given."""
    given = " and ".join(map(str, left_out))
    return f"{remark} The date is given as {given}.".strip() if given else remark

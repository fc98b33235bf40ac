"""Records become claims once their places are decided; a row that cannot becomes an issue with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from graph.matching.decide import Outcome
from graph.model.claims import Claim, RowIssue
from graph.model.matches import Decision, Mention
from graph.model.records import ListedCollection, Record

Row = tuple[str, int]


def make_claims(
    listed: ListedCollection, outcomes: Sequence[tuple[Outcome, Outcome]]
) -> tuple[tuple[Claim, ...], tuple[RowIssue, ...], dict[str, int]]:
    """Return the claims and issues of one list, and how many rows became a claim or an issue.

    Each row is counted once: it is a claim when one of its records is.
    """
    claims: list[Claim] = []
    told: dict[Row, RowIssue] = {}
    seen: dict[tuple[object, ...], int] = {}
    good: set[Row] = set()
    for record, pair in zip(listed.records, outcomes, strict=True):
        claim = _claim(record, pair)
        issue = _issue(record, pair, seen.setdefault(_content(claim), record.line))
        if issue is None:
            claims.append(claim)
            good.add((record.file, record.line))
        else:
            told.setdefault((record.file, record.line), issue)
    issues = (*listed.issues, *(issue for row, issue in told.items() if row not in good))
    tally = {"pair": len(good), "place": 0, "practice": 0, "issue": listed.rows - len(good)}
    return tuple(claims), issues, tally


def _claim(record: Record, pair: tuple[Outcome, Outcome]) -> Claim:
    places = tuple(outcome.place for outcome in pair)
    return replace(
        record.claim,
        parties=places,
        listed_by="" if record.listed_by is None else places[record.listed_by],
        stated_parties=record.claim.stated_parties or _written(record.parties),
    )


def _written(mentions: Iterable[Mention]) -> tuple[str, ...]:
    """Return the parties as written, with the country where one is: "Portland (United States)"."""
    return tuple(
        f"{one.name} ({one.stated_country})" if one.stated_country else one.name
        for one in mentions
        if one.name
    )


def _content(claim: Claim) -> tuple[object, ...]:
    """Return what makes two claims of one list the same: all but their rows and spellings."""
    parties = claim.parties if claim.listed_by else tuple(sorted(claim.parties))
    return (
        claim.source.id, parties, claim.listed_by, claim.assertion, claim.recorded_as, claim.date,
        claim.date_role, claim.status, claim.relation, claim.statement,
    )  # fmt: skip


def _issue(record: Record, pair: tuple[Outcome, Outcome], first_line: int) -> RowIssue | None:
    """Return why a record is no claim, None when it is one."""
    for mention, outcome in zip(record.parties, pair, strict=True):
        if not outcome.place:
            return _row_issue(record, *_why_undecided(mention, outcome))
    if pair[0].place == pair[1].place:
        names = " and ".join(_written(record.parties))
        return _row_issue(record, "self-link", f"{names} are one place, {pair[0].place}.")
    if first_line != record.line:
        return _row_issue(record, "repeated-row", f"It says the same as line {first_line}.")
    return None


def _why_undecided(mention: Mention, outcome: Outcome) -> tuple[str, str]:
    written = _written([mention])[0] if mention.name else mention.qid
    if outcome.decision is Decision.REVIEWED:
        return ("party-not-local-government", f"{written} is no local government, a person decided.")
    places = ", ".join(place for place, _ in outcome.candidates)
    if "no-country" in outcome.reasons and not places:
        return ("undecided-place", f"{written}: nobody knows the country.")
    return (
        "undecided-place",
        f"{written} may be {places or 'a place that has its id already'}; nobody decided.",
    )


def _row_issue(record: Record, kind: str, reason: str) -> RowIssue:
    claim = record.claim
    row = claim.id.removeprefix(f"{claim.collection}/")
    return RowIssue(claim.collection, row, record.file, record.line, kind, reason)

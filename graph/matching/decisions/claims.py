"""Records become claims once their places are decided; a row that cannot becomes an issue with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from graph.matching.decisions.outcome import PlaceDecision, RecordPlaces
from graph.model.claims import Claim, LoadedCollection, RowIssue
from graph.model.matches import Decision, Mention
from graph.model.records import ListedCollection, Record

Row = tuple[str, int, str]
"""A file, a line of it, and which row of that line."""

_WHY = {
    "no-gazetteer": "without GeoNames nobody knows how many places go by the name",
    "no-country": "nobody knows the country",
    "other-script": "GeoNames has no such name, and it is in a script that is not compared",
    "partners-in-common": "it shares most of its partners with a place of another name",
    "country-itself": "it is the name of the country, which is no local government",
    "other-country": "nothing in that country goes by the name, and places in others do",
    "similar-name": "it is not written in full, or with more than a name",
    "same-bearer": "it may be a place that has its id already",
}
"""Why a mention is undecided that may be no place in particular, by the reason of the match."""


def make_claims(listed: ListedCollection, placed: Sequence[RecordPlaces]) -> LoadedCollection:
    """Return the claims and issues of one list, without its places, and what became of its rows.

    `placed` are the places of its records, in their order. Each row is counted once: it is a claim when one
    of its records is.
    """
    claims: list[Claim] = []
    issues: dict[Row, RowIssue] = {}
    first_rows: dict[tuple[object, ...], Row] = {}
    claimed: set[Row] = set()
    minted: set[Row] = set()
    for record, pair in zip(listed.records, placed, strict=True):
        claim, row = _make_claim(record, pair), _row(record)
        issue = _find_issue(record, pair, first_rows.setdefault(_content(claim), row))
        if issue is None:
            claims.append(claim)
            claimed.add(row)
            minted |= {row} if any(one.decision is Decision.MINTED for one in pair) else set()
        else:
            issues.setdefault(row, issue)
    kept = (*listed.issues, *(issue for row, issue in issues.items() if row not in claimed))
    tally = {"pair": len(claimed), "place": 0, "practice": 0, "issue": listed.rows - len(claimed)}
    return LoadedCollection(listed.info, (), tuple(claims), issues=kept, tally=tally, minted_rows=len(minted))


def _make_claim(record: Record, pair: RecordPlaces) -> Claim:
    places = tuple(decision.place for decision in pair)
    return replace(
        record.claim,
        parties=places,
        listed_by="" if record.listed_by is None else places[record.listed_by],
        stated_parties=record.claim.stated_parties or _as_written(record.parties),
    )


def _row(record: Record) -> Row:
    return (record.file, record.line, record.row)


def _as_written(mentions: Iterable[Mention]) -> tuple[str, ...]:
    """Return the parties as written, with the country where one is: "Portland (United States)"."""
    return tuple(
        f"{mention.name} ({mention.stated_country})" if mention.stated_country else mention.name
        for mention in mentions
        if mention.name
    )


def _content(claim: Claim) -> tuple[object, ...]:
    """Return what makes two claims of one list the same: all but their rows and spellings."""
    parties = claim.parties if claim.listed_by else tuple(sorted(claim.parties))
    return (
        claim.source.id, parties, claim.listed_by, claim.assertion, claim.recorded_as, claim.date,
        claim.date_role, claim.status, claim.relation, claim.statement,
    )  # fmt: skip


def _find_issue(record: Record, pair: RecordPlaces, first: Row) -> RowIssue | None:
    """Return why a record is no claim, None when it is one; `first` is the first row that says the same."""
    for mention, decision in zip(record.parties, pair, strict=True):
        if not decision.place:
            return _row_issue(record, *_explain_undecided(mention, decision))
    if pair[0].place == pair[1].place:
        names = " and ".join(_as_written(record.parties))
        return _row_issue(record, "self-link", f"{names} are one place, {pair[0].place}.")
    if first != _row(record):
        where = f"line {first[1]}" if first[0] == record.file else f"line {first[1]} of {first[0]}"
        return _row_issue(record, "repeated-row", f"It says the same as {where}.")
    return None


def _explain_undecided(mention: Mention, decision: PlaceDecision) -> tuple[str, str]:
    """Return the slug of the issue and a sentence."""
    written = _as_written([mention])[0] if mention.name else mention.qid
    if decision.decision is Decision.REVIEWED:
        return "party-not-local-government", f"{written} is no local government, a person decided."
    if "id-conflict" in decision.reasons:
        ids = " and ".join(filter(None, (mention.qid, mention.geonames and f"GeoNames {mention.geonames}")))
        return "id-conflict", f"{written} is the name of another place than that of the id beside it, {ids}."
    if "several-places" in decision.reasons:
        return (
            "several-places",
            f"{written} names several places, or parts of one: write a row for each, or give an id.",
        )
    several = [f"GeoNames {number}" for number in decision.bearers]
    known = [possible.place for possible in decision.candidates]
    # a known place may be one of the bearers too, so their ids are not put side by side
    others = " or another place of that name" if known and several else ""
    if places := ", ".join(known or several):
        return "undecided-place", f"{written} may be {places}{others}; nobody decided."
    why = next((_WHY[reason] for reason in decision.reasons if reason in _WHY), _WHY["same-bearer"])
    return "undecided-place", f"{written}: {why}."


def _row_issue(record: Record, kind: str, reason: str) -> RowIssue:
    claim = record.claim
    row = claim.id.removeprefix(f"{claim.collection}/")
    return RowIssue(claim.collection, row, record.file, record.line, kind, reason)

"""What changed between two releases, as text: for the terminal and for the feed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph.diff.types import ClaimChange, ClaimTally, Counts, Diff, Kind, Thing, ThingChange, ValueChange
from ontology import BASE

_SIGNS = {"added": "+", "removed": "-", "changed": "~", "moved": ">"}
_IN_THE_LABEL = {"party", "contractingParty"}
NO_CAUSE = "no claim about it is different: the places, the rules or the date of compilation are"
"""What a change without a claim behind it comes from."""


def describe_diff(diff: Diff) -> str:
    """Return a diff for people: counts, then a line for each thing that changed, with its causes indented."""
    return "".join(f"{line}\n" for line in _lines(diff))


def _lines(diff: Diff) -> Iterator[str]:
    if diff.first:
        yield f"First release {diff.new}".rstrip()
        yield describe_counts(diff.after)
        return
    yield f"Changes from {diff.old or 'the old release'} to {diff.new or 'the new release'}"
    yield from describe_tallies(diff)
    for change in diff.things:
        yield ""
        yield f"{_SIGNS[change.kind]} {shorten(change.iri)}  {change.label}: {describe_values(change)}"
        yield from (f"    {_SIGNS[claim.kind]} {describe_claim(claim)}" for claim in change.causes)
        if change.more_causes:
            yield f"    and {change.more_causes} more claims"
        if not change.causes:
            yield f"    {NO_CAUSE}"
    for (thing, kind), number in diff.unlisted.items():
        yield f"\nand {number} more {thing}s {kind}"
    if diff.renames:
        yield ""
        yield from (f"= {shorten(r.before)} → {shorten(r.after)}  {r.label}" for r in diff.renames)
        yield from (
            f"and {number} more {kind}s that are renamed" for kind, number in diff.more_renames.items()
        )


def describe_counts(counts: Counts) -> str:
    """Return the counts of a release in one line."""
    return (
        f"partnerships: {counts.accepted} accepted, {counts.intent} intent, {counts.claimed} claimed; "
        f"agreements: {counts.agreements}; claims: {counts.claims}"
    )


def describe_tallies(diff: Diff) -> list[str]:
    """Return how many partnerships, agreements and claims are different, a line each."""
    numbers: dict[str, dict[str, int]] = {}
    for thing in Thing:
        kinds = (Kind.ADDED, Kind.REMOVED, Kind.CHANGED)
        numbers[f"{thing}s"] = {kind.value: diff.count(thing, kind) for kind in kinds}
    numbers["claims"] = _claim_numbers(diff.claims)
    if diff.renames:
        numbers["renamed"] = {f"{kind}s": number for kind, number in diff.count_renames().items()}
    return [
        f"{name}: " + ", ".join(f"{number} {kind}" for kind, number in tally.items())
        for name, tally in numbers.items()
    ]


def _claim_numbers(tally: ClaimTally) -> dict[str, int]:
    return {"added": tally.added, "removed": tally.removed, "changed": tally.changed}


def describe_values(thing: ThingChange) -> str:
    """Return the values of a thing that is new or gone, or those that are different, joined by semicolons."""
    if thing.kind == "changed":
        return "; ".join(map(describe_change, thing.changes))
    shown = (change for change in thing.changes if change.name not in _IN_THE_LABEL)
    return "; ".join(f"{change.name} {_join(change.after or change.before)}" for change in shown)


def describe_change(change: ValueChange) -> str:
    """Return one value before and after, e.g. ``since 2018-03 → 2018-03-19``."""
    return f"{change.name} {_join(change.before)} → {_join(change.after)}"


def describe_claim(claim: ClaimChange) -> str:
    """Return a claim in one line: its id, what is different in it, its source, what it says."""
    different = f" ({'; '.join(map(describe_change, claim.changes))})" if claim.changes else ""
    return f"claim {claim.id}{different}, {claim.source}: {one_line(claim.description)}"


def shorten(value: str) -> str:
    """Return an IRI of ours without its base, a concept as its slug, anything else as one line of text."""
    local = value.removeprefix(BASE)
    if local == value:
        return one_line(value)
    return local.rsplit("/", 1)[1] if local.startswith("vocab/") else local


def one_line(text: str) -> str:
    """Return a text with every run of white space as one space."""
    return " ".join(text.split())


def _join(values: Iterable[str]) -> str:
    return ", ".join(map(shorten, values)) or "none"

"""What changed between two releases, in words: for the terminal and for the feed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph.diff.types import ClaimChange, ClaimTally, Counts, Diff, ThingChange, ValueChange
from ontology import BASE

_SIGNS = {"added": "+", "removed": "-", "changed": "~", "moved": ">"}
_IN_THE_LABEL = {"party", "contractingParty"}
_NO_CAUSE = "no claim about it is different: the places, the rules or the date of compilation are"


def describe_diff(diff: Diff) -> str:
    """Return a diff for people: what is counted, then a line for each thing with its causes indented."""
    return "".join(f"{line}\n" for line in _lines(diff))


def _lines(diff: Diff) -> Iterator[str]:
    if diff.first:
        yield f"First release {diff.new}".rstrip()
        yield tell_counts(diff.after)
        return
    yield f"Changes from {diff.old or 'the old release'} to {diff.new or 'the new release'}"
    yield from tell_tallies(diff)
    for one in diff.things:
        yield ""
        yield f"{_SIGNS[one.kind]} {shorten(one.iri)}  {one.label}: {tell_values(one)}"
        yield from (f"    {_SIGNS[claim.kind]} {tell_claim(claim)}" for claim in one.causes)
        if not one.causes:
            yield f"    {tell_no_cause()}"


def tell_counts(counts: Counts) -> str:
    """Return the size of a release in words."""
    return (
        f"partnerships: {counts.accepted} accepted, {counts.intent} intent, {counts.claimed} claimed; "
        f"agreements: {counts.agreements}; claims: {counts.claims}"
    )


def tell_tallies(diff: Diff) -> list[str]:
    """Return how many partnerships, agreements and claims are different, a line each."""
    numbers: dict[str, dict[str, int]] = {}
    for thing in ("partnership", "agreement"):
        kinds = [one.kind.value for one in diff.things if one.thing == thing]
        numbers[f"{thing}s"] = {kind: kinds.count(kind) for kind in ("added", "removed", "changed")}
    numbers["claims"] = _claim_numbers(diff.claims)
    return [
        f"{name}: " + ", ".join(f"{number} {kind}" for kind, number in own.items())
        for name, own in numbers.items()
    ]


def _claim_numbers(tally: ClaimTally) -> dict[str, int]:
    return {"added": tally.added, "removed": tally.removed, "changed": tally.changed}


def tell_values(one: ThingChange) -> str:
    """Return the values of a thing that is new or gone, or those that are different, joined by semicolons."""
    if one.kind == "changed":
        return "; ".join(map(tell_change, one.changes))
    shown = (change for change in one.changes if change.name not in _IN_THE_LABEL)
    return "; ".join(f"{change.name} {_join(change.after or change.before)}" for change in shown)


def tell_change(change: ValueChange) -> str:
    """Return one value before and after, e.g. ``since 2018-03 → 2018-03-19``."""
    return f"{change.name} {_join(change.before)} → {_join(change.after)}"


def tell_claim(claim: ClaimChange) -> str:
    """Return a claim in one line: its id, what is different in it, its source, what it says."""
    different = f" ({'; '.join(map(tell_change, claim.changes))})" if claim.changes else ""
    return f"claim {claim.id}{different}, {claim.source}: {one_line(claim.description)}"


def tell_no_cause() -> str:
    """Return what is said of a change without a claim behind it."""
    return _NO_CAUSE


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

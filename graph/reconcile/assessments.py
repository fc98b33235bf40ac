"""What the build thinks of the claims, and what people thought of them by hand: one kind of assessment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from graph.model.claims import Contradiction, Judgement, Place
from graph.model.conclusions import Assessment, Maker, Pair, Replacement
from graph.model.iris import iri, short_hash
from graph.model.vocabulary import top_concepts
from graph.reconcile.conflicts import find_conflicts

_UNVERIFIED = frozenset({"low-trust", "unsupported"})
"""Issues that leave a claim unverified; the others dispute it."""


def assess_pairs(pairs: Mapping[str, Pair], places: Mapping[str, Place], issued: dt.date) -> list[Assessment]:
    """Return an assessment for each conflict among the claims of a pair, and for each that R8 displaces."""
    made = []
    for pair in pairs.values():
        for conflict in find_conflicts(pair, top_concepts):
            claims = tuple(claim.id for claim in conflict.claims)
            verdict = "unverified" if conflict.issue in _UNVERIFIED else "disputed"
            made.append(
                _assess(conflict.about, claims, claims, verdict, conflict.issue, conflict.reason, issued)
            )
        if pair.replacement is Replacement.LEVEL_MISMATCH:
            made.append(_assess_levels(pair, pairs[pair.replaced_by], places, issued))
    return made


def assess_places(contradictions: Iterable[Contradiction], issued: dt.date) -> list[Assessment]:
    """Return an assessment for each thing that sources disagree about of a place (R11)."""
    return [
        _assess(iri("place", one.place), one.against, one.evidence, "disputed", one.issue, one.note, issued)
        for one in contradictions
    ]


def _assess_levels(pair: Pair, meant: Pair, places: Mapping[str, Place], issued: dt.date) -> Assessment:
    names = " and ".join(places[party].label("en") for party in meant.parties)
    return _assess(
        about=iri("partnership", pair.id),
        assesses=tuple(claim.id for claim in pair.claims),
        evidence=tuple(claim.id for claim in meant.claims),
        verdict="partly-supported",
        issue=Replacement.LEVEL_MISMATCH.value,
        note=f"A one-way claim across administrative levels; the accepted pair is {names}.",
        issued=issued,
        corrected_by=(meant.id,),
    )


def _assess(
    about: str,
    assesses: tuple[str, ...],
    evidence: tuple[str, ...],
    verdict: str,
    issue: str,
    note: str,
    issued: dt.date,
    corrected_by: tuple[str, ...] = (),
) -> Assessment:
    """Return an assessment of the build; its id is made of what it is about, the issue and the claims."""
    name = short_hash(f"{about}|{issue}|{'|'.join(assesses)}", 12)
    return Assessment(
        name, about, assesses, evidence, verdict, issue, note, Maker.BUILD, issued, corrected_by
    )


def convert_judgements(
    judgements: Iterable[Judgement], claims: Collection[str], issued: dt.date
) -> list[Assessment]:
    """Return the assessments made by hand of the claims that there are."""
    return [
        Assessment(
            id=short_hash(f"{judgement.claim}|{judgement.issue}|{judgement.id}", 12),
            about="",
            assesses=(judgement.claim,),
            evidence=judgement.evidence,
            verdict=judgement.verdict,
            issue=judgement.issue,
            note=judgement.note,
            maker=Maker.CURATOR,
            issued=issued,
            corrected_by=judgement.corrected_by,
        )
        for judgement in judgements
        if judgement.claim in claims
    ]

"""One publication, many collections: what they say of it is merged, so that it has one trust (R3)."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from graph.model.claims import TRUST, Claim, Source

log = logging.getLogger(__name__)

_OWN = {"compiled"}
"""What belongs to the list that a claim is from, and not to the publication."""
_TOLD = 3
"""How many sources a warning names."""


def merge_sources(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Return the claims in their order, those of one source with one description of it.

    What a curated table says of a publication comes before what a list tells of a page that it names, then
    the description that says more, then that of more claims; between equals the type of lower trust, so that
    no source gains any by it. What that leaves open the others fill. Sources of several types are told.
    """
    claims = tuple(claims)
    counted: dict[str, Counter[Source]] = defaultdict(Counter)
    for claim in claims:
        counted[claim.source.id][claim.source] += 1
    merged = {name: _merge(found) for name, found in counted.items() if len(found) > 1}
    _tell_types(counted, merged)
    return tuple(
        replace(claim, source=replace(one, compiled=claim.source.compiled))
        if (one := merged.get(claim.source.id))
        else claim
        for claim in claims
    )


def _merge(found: Mapping[Source, int]) -> Source:
    best, *others = sorted(
        found, key=lambda source: (*_order(source), -found[source], -_trust(source), repr(source))
    )
    for other in others:
        missing = {name: value for name, value in _said(other).items() if not getattr(best, name)}
        if best.title or best.described_as:
            missing = {
                name: value for name, value in missing.items() if name not in {"title", "described_as"}
            }
        best = replace(best, **missing)
    return best


def _order(source: Source) -> tuple[bool, int]:
    return source.compiled is not None, -len(_said(source))


def _said(source: Source) -> dict[str, Any]:
    """Return the fields that a description fills; the address in place of a title is none."""
    values = {field.name: getattr(source, field.name) for field in fields(Source) if field.name not in _OWN}
    return {name: value for name, value in values.items() if value and (name, value) != ("title", source.url)}


def _trust(source: Source) -> int:
    return TRUST.index(source.source_type)


def _tell_types(counted: Mapping[str, Iterable[Source]], merged: Mapping[str, Source]) -> None:
    differing: Sequence[str] = [
        name for name in sorted(merged) if len({source.source_type for source in counted[name]}) > 1
    ]
    if not differing:
        return
    told = "; ".join(
        f"{merged[name].url} is {' and '.join(sorted({s.source_type for s in counted[name]}))},"
        f" taken as {merged[name].source_type}"
        for name in differing[:_TOLD]
    )
    more = f"; and {len(differing) - _TOLD} more" if len(differing) > _TOLD else ""
    log.warning("collections give sources different types, say one in all of them: %s%s", told, more)

"""Whether the points of a list tell homonyms apart, or were looked up by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

from graph.matching.gazetteer.finder import BearerFinder
from graph.matching.known.names import read_name
from graph.matching.known.points import FAIR_KM, point_of
from graph.matching.mentions.entries import MentionEntry
from graph.model.points import distance_km

MANY_HOMONYMS, TOLD_APART = 20, 0.05
"""Points are looked up when fewer than such a share of so many ambiguous names, or more, have two of them."""


def are_telling(entries: Iterable[MentionEntry], finder: BearerFinder) -> bool:
    """Return whether the points of a list tell homonyms apart.

    They do not when they were looked up by name: then each row of an ambiguous name has the same point.
    Of 34 such names in answers of Wikidata 6 have points far apart, of 845 in the Wikipedia lists 16.
    """
    named: dict[tuple[str, str], list[MentionEntry]] = defaultdict(list)
    for entry in entries:
        name = read_name(entry.mention.name)
        if entry.country and not name.where and point_of(entry.mention):
            named[name.core, entry.country].append(entry)
    several = {key: group for key, group in named.items() if sum(entry.records for entry in group) > 1}
    told = [group for key, group in several.items() if finder.is_ambiguous(*key)]
    apart = sum(map(_are_apart, told))
    return len(told) < MANY_HOMONYMS or apart >= TOLD_APART * len(told)


def _are_apart(entries: Iterable[MentionEntry]) -> bool:
    """Return whether two of the mentions lie in different towns."""
    points = (point for entry in entries if (point := point_of(entry.mention)))
    return any(distance_km(*a, *b) > FAIR_KM for a, b in combinations(points, 2))

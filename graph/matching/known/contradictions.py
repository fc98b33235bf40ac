"""What sources disagree about of a place: two countries or levels, or a country in which it cannot lie."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from graph.model.claims import Contradiction, Place

Said = dict[str, set[str]]
"""What is said of a place, and by which claims."""
MOST_CLAIMS = 20
"""How many claims of either side a contradiction names."""


def contradict(
    place: Place, issue: str, value: str, equal: Collection[str], said: Said, names: Mapping[str, str]
) -> Iterator[Contradiction]:
    """Yield what is said of a place that is not what counts, nor equal to it; `names` are those of values."""
    for other in sorted(said.keys() - {"", value, *equal}):
        if against := sorted(said[other])[:MOST_CLAIMS]:
            told, kept = names.get(other, other), names.get(value, value)
            note = f"Of {place.label('en')} it is said {told}, and {kept} is followed."
            evidence = sorted(said[value])[:MOST_CLAIMS]
            yield Contradiction(place.id, issue, note, tuple(against), tuple(evidence))


def contradict_country(
    place: Place, claims: Collection[str], names: Mapping[str, str], meant: str
) -> Iterator[Contradiction]:
    """Yield that an item cannot lie in the country that lists state beside its id, if any does."""
    if claims:
        told = names.get(place.country, place.country)
        note = f"Of {place.label('en')} it is said {told}, but its point or its name is in {meant}."
        yield Contradiction(place.id, "country-conflict", note, tuple(sorted(claims)[:MOST_CLAIMS]))

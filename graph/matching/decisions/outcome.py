"""What is decided about a mention."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graph.matching.gazetteer.readings import Reading
from graph.model.matches import Decision, PossiblePlace

MOST_BEARERS = 6
"""How many places of the gazetteer are shown to a person who decides."""
AS_GOOD_AS_THE_OTHER = 0.5
"""The score of places between which nothing decides."""


@dataclass(frozen=True, slots=True)
class PlaceDecision:
    """Which place a mention means, or some of its records do; `place` is empty when it is undecided.

    The other fields are those of `Match`.
    """

    place: str
    decision: Decision
    score: float
    reasons: tuple[str, ...]
    candidates: tuple[PossiblePlace, ...] = ()
    bearers: tuple[int, ...] = ()


RecordPlaces = tuple[PlaceDecision, PlaceDecision]
"""What was decided about the two parties of one record."""


def undecided_between(places: Iterable[str], bearers: tuple[int, ...]) -> PlaceDecision:
    """Return that nothing decides between places, of which it names three; `bearers` are GeoNames ids."""
    possible = tuple(PossiblePlace(place, AS_GOOD_AS_THE_OTHER) for place in list(places)[:3])
    reasons = ("several-candidates",)
    return PlaceDecision("", Decision.UNDECIDED, AS_GOOD_AS_THE_OTHER, reasons, possible, bearers)


def list_bearers(reading: Reading) -> tuple[int, ...]:
    """Return the GeoNames ids of the bearers of a name, the one that was chosen first, then the larger.

    Those that it may be another name of are among them.
    """
    chosen = [reading.chosen.id] if reading.chosen else []
    bearers = (*reading.bearers.values(), *reading.around)
    by_size = sorted(bearers, key=lambda one: (-one.population, one.id))
    return tuple(dict.fromkeys([*chosen, *(one.id for one in by_size)]))[:MOST_BEARERS]

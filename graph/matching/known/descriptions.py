"""What sources say of a place, merged field by field (R11): the most trusted counts, never the first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from graph.model.claims import GeoNamesEntry, Place

CURATED = -1
"""The trust of curated tables, which is above that of any source."""

_Value = TypeVar("_Value", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Description:
    """What one collection says of a place; `trust` is the rank of its most trusted source, 0 the most."""

    trust: int
    collection: str
    place: Place


@dataclass
class CountryVotes:
    """Which countries sources give to a place, by rank of trust, and the claims that say so."""

    votes: Counter[tuple[int, str]] = field(default_factory=Counter)
    claims: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, country: str, trust: int, records: int = 1, claim: str = "") -> None:
        """Count what a source says, unless it says nothing."""
        if country:
            self.votes[trust, country] += records
            self.claims[country] += [claim] if claim else []

    @property
    def countries(self) -> list[str]:
        """Return the countries that are named, in their order."""
        return sorted({country for _, country in self.votes})

    def choose(self, confirmed: str = "", states: Mapping[str, str] | None = None) -> str:
        """Return the country that counts; empty when nobody names one.

        That of a curated table, else the one that a gazetteer confirms, else what the most trusted sources
        say most often; of a state and its territory the territory.
        """
        named = self.countries
        stated = min(self.votes, key=lambda vote: (vote[0], -self.votes[vote], vote[1]), default=(0, ""))
        best = confirmed if confirmed in named and stated[0] != CURATED else stated[1]
        territories = sorted(one for one in named if states and states.get(one) == best)
        return territories[0] if territories and stated[0] != CURATED else best


def merge_descriptions(described: Sequence[Description]) -> Place:
    """Return one place, each of its fields from the source that counts for it (R11).

    The most trusted source counts, then the one that says more, then what more of them say; never the first.
    """
    places = [(one.trust, one.place) for one in sorted(described, key=_order)]
    first = places[0][1]
    if len(places) == 1:
        return first
    levels = [(t, -len(p.level_with), (p.level, p.level_with, p.is_city)) for t, p in places if p.level]
    level, level_with, is_city = _best(levels) or (first.level, first.level_with, first.is_city)
    points = [(t, len(p.latitude), (p.longitude, p.latitude)) for t, p in places if p.latitude]
    point = _best(points) or ("", "")
    names = (name for _, p in places for name in (*(text for _, text in p.labels), *p.other_names))
    labels = _best_by_key((t, p.labels) for t, p in places)
    return replace(
        first,
        country=_best((t, 0, p.country) for t, p in places if p.country) or "",
        labels=labels,
        level=level,
        level_with=level_with,
        is_city=is_city,
        native_names=_best_by_key((t, p.native_names) for t, p in places),
        part_of=_best((t, 0, p.part_of) for t, p in places if p.part_of) or "",
        succeeds=_best((t, 0, p.succeeds) for t, p in places if p.succeeds) or "",
        codes=_best_by_key((t, p.codes) for t, p in places),
        longitude=point[0],
        latitude=point[1],
        population=_best((t, 0, p.population) for t, p in places if p.population is not None),
        other_names=tuple(dict.fromkeys(name for name in names if name not in dict(labels).values())),
        replaces=tuple(sorted({old for _, p in places for old in p.replaces})),
        geonames=_entry_with(point, (p for _, p in places)),
    )


def _entry_with(point: tuple[str, str], places: Iterable[Place]) -> GeoNamesEntry | None:
    """Return what the first table has of GeoNames; it gives the point only when the point is from there."""
    for place in places:
        if place.geonames:
            is_its = point == (place.longitude, place.latitude)
            return replace(place.geonames, gives_point=place.geonames.gives_point and is_its)
    return None


def _order(description: Description) -> tuple[int, str]:
    return description.trust, description.collection


def _best(options: Iterable[tuple[int, int, _Value]]) -> _Value | None:
    """Return the best of the values, each with its trust and how much it says; None when there is none."""
    found = [*options]
    counts = Counter(value for _, _, value in found)
    best = min(found, key=lambda one: (one[0], -one[1], -counts[one[2]], str(one[2])), default=None)
    return best[2] if best else None


def _best_by_key(pairs: Iterable[tuple[int, Iterable[tuple[str, str]]]]) -> tuple[tuple[str, str], ...]:
    """Return the best value of each language or kind of code, in the order in which they come first."""
    options: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for trust, values in pairs:
        for key, value in values:
            options[key].append((trust, 0, value))
    return tuple((key, _best(found) or "") for key, found in options.items())

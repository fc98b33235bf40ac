"""Which place a party is: names as written, by country, through a reviewed table; never a silent guess."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from graph.model.claims import Place


@dataclass
class PlaceIndex:
    """Places by id, and by name as written together with the country (ISO 3166-1 alpha-2)."""

    places: dict[str, Place] = field(default_factory=dict)
    _names: dict[tuple[str, str], str] = field(default_factory=dict)

    def add_places(self, places: Iterable[Place]) -> None:
        """Add places; raises ValueError when an id is there already."""
        for place in places:
            if place.id in self.places:
                raise ValueError(f"the place {place.id} is there twice")
            self.places[place.id] = place

    def add_name(self, name: str, country: str, place: str) -> None:
        """Let a name as written stand for a place; raises ValueError for an unknown place or a second one."""
        if place not in self.places:
            raise ValueError(f"there is no place {place}")
        known = self._names.setdefault((name, country), place)
        if known != place:
            raise ValueError(f"{name} ({country}) is {known} already, so it cannot be {place} too")

    def match(self, name: str, country: str) -> str:
        """Return the id of the place that a name means in a country, or an empty text when nobody decided."""
        return self._names.get((name, country), "")

    def names_of(self, places: Collection[str]) -> tuple[tuple[str, str], ...]:
        """Return the names as written that stand for some places, each with its place."""
        return tuple((name, place) for (name, _), place in self._names.items() if place in places)

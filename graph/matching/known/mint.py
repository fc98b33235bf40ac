"""Ids for places that nobody has an id for: minted from country and name, kept for ever in a register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from graph.matching.known.points import Point
from graph.model.iris import mint_place_id


@dataclass(frozen=True, slots=True)
class RegisteredPlace:
    """One id that was minted once: `now` is the id that replaced it, empty while it stands."""

    id: str
    country: str
    name: str
    now: str = ""


def current_id(place: str, registered: Mapping[str, RegisteredPlace]) -> str:
    """Return the id that stands for a place today, following the register; raises ValueError for a circle."""
    passed = {place}
    while place in registered and registered[place].now:
        place = registered[place].now
        if place in passed:
            raise ValueError(f"the register leads from {place} back to itself")
        passed.add(place)
    return place


class Mint:
    """Gives ids to parties that are no known place, the same in every build."""

    def __init__(self, registered: Mapping[str, RegisteredPlace], taken: Collection[str]) -> None:
        """Know the ids minted in earlier builds, and those that places have already."""
        self._before = registered
        self._taken = {*taken}
        self.registered = dict(registered)

    def mint(
        self, iso: str, names: Sequence[str], regions: Iterable[str] = (), points: Sequence[Point] = ()
    ) -> str:
        """Return the id of a place, the one it had before where it had one; empty without a country.

        `names` are in order of preference. A homonym in the same country gets an id that says more of it:
        its region, else its point; with neither it cannot be told apart and gets none. An id that leads to
        another place by now is retired: it is never given again.
        """
        if not iso:
            return ""
        known = [minted for name in names if (minted := mint_place_id(iso, name)) in self._before]
        new = {mint_place_id(iso, longer): longer for longer in _longer_names(names[0], regions, points)}
        for place in (*known, *new):
            if place not in self._taken and not self._is_retired(place):
                self._taken.add(place)
                if place in new:
                    self.registered.setdefault(place, RegisteredPlace(place, iso, new[place]))
                return place
        return ""

    def _is_retired(self, place: str) -> bool:
        return place in self._before and bool(self._before[place].now)

    def retire(self, place: str, iso: str, names: Iterable[str]) -> None:
        """Let the register lead from ids that were minted for these names once to the place they are now."""
        for name in names:
            old = mint_place_id(iso, name)
            if old in self._before and old not in self._taken:
                self.redirect(old, iso, name, place)

    def redirect(self, old: str, iso: str, name: str, place: str) -> None:
        """Let the register lead from one id to the place that it is now; one that leads on already stays."""
        if current_id(place, self.registered) != old:
            known = self.registered.get(old, RegisteredPlace(old, iso, name))
            self.registered[old] = replace(known, now=known.now or place)

    def former_ids(self) -> dict[str, tuple[str, ...]]:
        """Return the ids that lead to each place today, in their order."""
        former: dict[str, list[str]] = defaultdict(list)
        for old, row in sorted(self.registered.items()):
            if row.now:
                former[current_id(old, self.registered)].append(old)
        return {place: tuple(ids) for place, ids in former.items()}


def _longer_names(name: str, regions: Iterable[str], points: Sequence[Point]) -> list[str]:
    """Return a name alone, with each region, and with its first point (degrees to one decimal)."""
    longer = [name, *(f"{name}, {region}" for region in sorted(regions))]
    return longer + [f"{name} ({point.latitude:.1f}, {point.longitude:.1f})" for point in points[:1]]

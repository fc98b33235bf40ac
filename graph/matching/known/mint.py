"""Ids for places that nobody has an id for: minted from country and name, kept for ever in a register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from graph.matching.known.points import Point
from graph.model.iris import mint_place_id


@dataclass(frozen=True, slots=True)
class RegisteredPlace:
    """One id that was minted once: `now` is the id that replaced it, empty while it stands.

    `geonames` is the id in GeoNames of the place that it was minted for, empty when nobody knew it.
    """

    id: str
    country: str
    name: str
    now: str = ""
    geonames: str = ""


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
        self._by_name = {(row.country, row.name): row.id for row in registered.values()}
        self._by_geonames = {row.geonames: row.id for row in registered.values() if row.geonames}
        self.registered = dict(registered)

    def knows(self, iso: str, names: Iterable[str]) -> bool:
        """Return whether a place of one of the names had an id in an earlier build."""
        return any((iso, name) in self._by_name for name in names)

    def mint(
        self,
        iso: str,
        names: Sequence[str],
        regions: Iterable[str] = (),
        points: Sequence[Point] = (),
        *,
        geonames: str = "",
        is_shared: bool = False,
    ) -> str:
        """Return the id of a place, the one it had before where it had one; empty without a country.

        `names` are in order of preference. A homonym in the same country, or a place whose name is shared by
        others there, gets an id that says more of it: its region, else its point; with neither it cannot be
        told apart and gets none. An id that leads to another place by now is retired, and one that was minted
        for another place of GeoNames is that one's: neither is given again. Nor is that of a shared name, for
        nobody knows which of the others it was minted for.
        """
        if not iso:
            return ""
        known = [self._by_geonames.get(geonames, "")]
        known += [] if is_shared else [self._find(iso, name) for name in names]
        longer = _longer_names(names[0], regions, points)[is_shared:]
        new = {mint_place_id(iso, name): name for name in longer}
        for place in (*filter(None, known), *new):
            row = self.registered.get(place) or RegisteredPlace(place, iso, new.get(place, names[0]))
            if place not in self._taken and not row.now and row.geonames in {"", geonames}:
                self._taken.add(place)
                self.registered[place] = replace(row, geonames=geonames)
                return place
        return ""

    def _find(self, iso: str, name: str) -> str:
        """Return the id that was minted for a name, empty when there is none."""
        minted = mint_place_id(iso, name)
        return minted if minted in self._before else self._by_name.get((iso, name), "")

    def retire(
        self,
        place: str,
        iso: str,
        names: Iterable[str],
        geonames: str = "",
        is_ambiguous: Callable[[str], bool] = lambda name: False,
    ) -> None:
        """Let the register lead from ids that were minted for these names once to the place they are now.

        An id of an ambiguous name leads on only when it was minted for the very place of GeoNames.
        """
        for name in names:
            old = self._find(iso, name)
            if not old or old in self._taken:
                continue
            known = self._before[old].geonames
            if known == geonames if known else not is_ambiguous(name):
                self.redirect(old, iso, name, place)

    def redirect(self, old: str, iso: str, name: str, place: str) -> None:
        """Let the register lead from one id to the place that it is now; one that leads on already stays."""
        if current_id(place, self.registered) != old:
            known = self.registered.get(old, RegisteredPlace(old, iso, name))
            self.registered[old] = replace(known, now=known.now or place)

    def keep(self, place: str, iso: str, name: str, now: str = "") -> None:
        """Let the register say of an id what a person decided: which place it is now, empty while it stands.

        Unlike `redirect` it mends what the register says; of an id that nobody has minted it tells only that
        it stands.
        """
        if place in self._before or not now:
            row = self.registered.get(place, RegisteredPlace(place, iso, name))
            self.registered[place] = replace(row, now=now)

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

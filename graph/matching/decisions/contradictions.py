"""What sources disagree about of a place: its country, its level, or where it lies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from graph.matching.decisions.far_points import MOST_CLAIMS, contradict_points
from graph.matching.gazetteer.countries import DISPUTED
from graph.matching.gazetteer.index import Gazetteer
from graph.matching.known.descriptions import CURATED, Description, merge_descriptions
from graph.matching.known.points import FAIR_KM, Point
from graph.matching.parties import Party
from graph.matching.places import Profile, countries_by_iso
from graph.model.claims import TRUST, Contradiction, LoadedCollection, Place

Said = dict[str, set[str]]
"""What is said of a place, and by which claims."""
_KNOWING = {CURATED, TRUST.index("knowledge-base")}
"""The trust of collections that know where a place is."""


class ContradictionFinder:
    """Finds what sources say of places against each other; only claims are evidence."""

    def __init__(
        self,
        described: Mapping[str, Sequence[Description]],
        profiles: Mapping[str, Profile],
        parties: Iterable[Party],
        states: Mapping[str, str],
        gazetteer: Gazetteer | None,
    ) -> None:
        """Take what collections and lists say of places by id, and the states that territories belong to."""
        self._described = described
        self._profiles = profiles
        self._parties = {party.place: party for party in parties if party.place}
        self._states = states
        self._gazetteer = gazetteer
        self._countries = countries_by_iso(described)

    def find(
        self, places: Iterable[Place], collections: Sequence[LoadedCollection]
    ) -> Iterator[Contradiction]:
        """Yield what is said against countries, levels and points of places."""
        claims = _claims_by_place(collections)
        there = {claim.id for one in collections for claim in one.claims}
        for place in sorted(places, key=lambda place: place.id):
            if place.is_country:
                continue
            described = self._described.get(place.id, ())
            levels: Said = defaultdict(set)
            countries: Said = defaultdict(set)
            for one in described:
                levels[one.place.level] |= claims[one.collection, place.id]
                if one.trust == CURATED:
                    countries[one.place.country] |= claims[one.collection, place.id]
            if place.id in self._profiles:
                for country, stated in self._profiles[place.id].countries.claims.items():
                    countries[country] |= there & {*stated}
            comparable = {one.place.level for one in described if one.place.is_level_with(place)}
            related = {one for one in countries if self._state(one) == self._state(place.country)}
            names = {one: self._described[one][0].place.label("en") for one in countries if one}
            yield from _contradict(place, "country-conflict", place.country, related, countries, names)
            yield from _contradict(place, "level-conflict", place.level, comparable, levels, {})
            if meant := self._country_meant(place):
                yield from _contradict_country(place, countries[place.country], names, self._name(meant))
            yield from self._contradict_points(place, there)

    def _country_meant(self, place: Place) -> str:
        """Return the country in which an item lies by its points, or by its name, when lists say another.

        Only where nothing in the stated country goes by its name, and none of its places is near the points:
        at a border those around may be abroad.
        """
        party = self._parties.get(place.id)
        is_item = party is not None and party.has_qid and place.country
        if self._gazetteer is None or party is None or not is_item or party.reading.bearers:
            return ""
        around = [one for point in party.points for one in self._gazetteer.near(point, FAIR_KM)]
        if any(self._countries.get(one.country) == place.country for one in around):
            return ""
        isos = {self._gazetteer.country_at(point) for point in party.points}
        if not isos and party.is_foreign and party.reading.only:
            isos = {party.reading.only.country}
        meant = self._countries.get(isos.pop(), "") if len(isos) == 1 else ""
        return "" if self._is_same_country(meant, place.country) else meant

    def _contradict_points(self, place: Place, claims: Collection[str]) -> Iterator[Contradiction]:
        """Yield that points beside an id of a place are far from it, or in another country."""
        profile, party = self._profiles.get(place.id), self._parties.get(place.id)
        if profile is None or party is None:
            return
        said = {point: sorted({*claims} & {*of_point}) for point, of_point in profile.beside_ids.items()}
        chosen, reading = party.reading.chosen, party.reading
        there = [*self._known_point(place.id), *([chosen.point] if chosen else [])]
        there = there or [one.point for one in reading.bearers.values()]
        is_town = chosen is not None or bool(reading.bearers)
        abroad = {point for point in said if self._is_abroad(point, place.country)}
        yield from contradict_points(place, said, there, abroad, is_town=is_town)

    def _known_point(self, place_id: str) -> list[Point]:
        """Return the point of a place in a curated table or a knowledge base; a list has that of its rows."""
        described = self._described.get(place_id, ())
        known = [one for one in described if one.trust in _KNOWING and one.place.latitude]
        if not known:
            return []
        place = merge_descriptions(known)
        return [Point(float(place.latitude), float(place.longitude))]

    def _is_abroad(self, point: Point, country: str) -> bool:
        """Return whether a point surely lies in another country."""
        if self._gazetteer is None or not country:
            return False
        return not self._is_same_country(
            self._countries.get(self._gazetteer.country_at(point), country), country
        )

    def _is_same_country(self, one: str, other: str) -> bool:
        return self._state(one) == self._state(other) or {one, other} in DISPUTED

    def _name(self, country: str) -> str:
        return self._described[country][0].place.label("en")

    def _state(self, country: str) -> str:
        return self._states.get(country, country)


def _contradict(
    place: Place, issue: str, value: str, equal: Collection[str], said: Said, names: Mapping[str, str]
) -> Iterator[Contradiction]:
    """Yield what is said of a place that is not what counts, nor equal to it; `names` are those of values."""
    for other in sorted(said.keys() - {"", value, *equal}):
        if against := sorted(said[other])[:MOST_CLAIMS]:
            told, kept = names.get(other, other), names.get(value, value)
            note = f"Of {place.label('en')} it is said {told}, and {kept} is followed."
            evidence = sorted(said[value])[:MOST_CLAIMS]
            yield Contradiction(place.id, issue, note, tuple(against), tuple(evidence))


def _contradict_country(
    place: Place, claims: Collection[str], names: Mapping[str, str], meant: str
) -> Iterator[Contradiction]:
    """Yield that an item cannot lie in the country that lists state beside its id, if any does."""
    if claims:
        told = names.get(place.country, place.country)
        note = f"Of {place.label('en')} it is said {told}, but its point or its name is in {meant}."
        yield Contradiction(place.id, "country-conflict", note, tuple(sorted(claims)[:MOST_CLAIMS]))


def _claims_by_place(collections: Iterable[LoadedCollection]) -> dict[tuple[str, str], set[str]]:
    """Return the claims that name a place, by collection and place."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in collections:
        for claim in one.claims:
            for party in claim.parties:
                found[one.info.name, party].add(claim.id)
    return found

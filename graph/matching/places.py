"""The places of a build: what is known of them, completed by what lists and the gazetteer say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.matching.gazetteer.bearer import Bearer
from graph.matching.gazetteer.index import Gazetteer
from graph.matching.gazetteer.scripts import script_of, scripts_of_country
from graph.matching.known.descriptions import CountryVotes, Description, merge_descriptions
from graph.matching.known.names import normalize_name, read_name
from graph.matching.known.points import FAR_KM, Point
from graph.matching.parties import Party
from graph.model.claims import GeoNamesEntry, Place
from graph.model.iris import is_qid
from graph.model.matches import Mention
from graph.model.points import distance_km, write_degrees

MOST_NAMES = 20
"""How many further names of a place are kept."""
MOST_NATIVE_NAMES = 3
"""How many names in its own script GeoNames gives to a place."""
SHORTEST_NAME = 3
"""Letters of a name of GeoNames in Latin letters without accents that a place is found by."""
NO_LANGUAGE = {"", "mul", "und"}
"""What says that nobody states the language of a name."""


@dataclass
class Profile:
    """What lists say of one place, each counted: (language, trust, name), (trust, point), and countries.

    `beside_ids` are the points that records give beside an id of the place, with their claims.
    """

    names: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    points: Counter[tuple[int, Point]] = field(default_factory=Counter)
    countries: CountryVotes = field(default_factory=CountryVotes)
    beside_ids: dict[Point, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, mention: Mention, language: str, trust: int, point: Point | None) -> None:
        """Add one mention of the place; `point` is None when the mention's is not this place's."""
        language = "" if language in NO_LANGUAGE else language
        if mention.name:
            self.names[language, trust, mention.name] += 1
        for name in mention.other_names:
            self.names["", trust, name] += 0
        if point is not None:
            self.points[trust, point] += 1

    def add_labels(self, described: Iterable[Description]) -> Profile:
        """Return the profile with the labels that collections give to the place."""
        names = self.names.copy()
        names.update(
            ("" if tag in NO_LANGUAGE else tag, one.trust, name)
            for one in described
            for tag, name in one.place.labels
            if name != one.place.id
        )
        return replace(self, names=names)

    def count_names(self) -> Counter[str]:
        """Return how often each name is used."""
        counts: Counter[str] = Counter()
        for (_, _, name), count in self.names.items():
            counts[name] += count
        return counts

    def best_name(self, language: str = "") -> str:
        """Return the name that the most trusted sources use most in a language, without one in any.

        In any, one in Latin letters comes first, which readers of English and Indonesian know.
        """
        used = [key for key, count in self.names.items() if count and language in {"", key[0]}]

        def rank(key: tuple[str, int, str]) -> tuple[object, ...]:
            is_foreign = not language and script_of(key[2]) != "Latn"
            return (key[1], is_foreign, -self.names[key], len(key[2]), key)

        return min(used, key=rank, default=("", 0, ""))[2]

    def best_point(self) -> Point | None:
        """Return the point of the most trusted source; None when sources of the same trust disagree."""
        if not self.points:
            return None
        most = min(trust for trust, _ in self.points)
        counts = {point: count for (trust, point), count in self.points.items() if trust == most}
        best = min(counts, key=lambda point: (-counts[point], point))
        return best if all(distance_km(*best, *point) <= FAR_KM for point in counts) else None


def complete_place(place: Place, profile: Profile, country: str, replaces: tuple[str, ...]) -> Place:
    """Return a place with what it lacks and lists say: labels, country, point, further names, former ids.

    Degrees are given to two decimals.
    """
    point = None if place.latitude else profile.best_point()
    latitude, longitude = write_degrees(*point) if point else (place.latitude, place.longitude)
    labels = _choose_labels(place, profile)
    named = replace(
        place,
        country=country or place.country,
        labels=labels,
        longitude=longitude,
        latitude=latitude,
        replaces=tuple(sorted({*place.replaces, *replaces} - {place.id})),
    )
    former = (name for _, name in place.labels if name != place.id)
    return replace(named, other_names=_other_names(named, [*former, *place.other_names], profile))


def _choose_labels(place: Place, profile: Profile) -> tuple[tuple[str, str], ...]:
    """Return a label in each language that is stated; without an English one, one of no language too."""
    stated = sorted({language for language, _, _ in profile.names} - {""})
    labels = {tag: name for tag in stated if (name := profile.best_name(tag))}
    if "en" not in labels:
        labels[""] = profile.best_name() or place.id
    return tuple(sorted(labels.items()))


def _other_names(place: Place, named: Iterable[str], profile: Profile) -> tuple[str, ...]:
    """Return the further names of a place, its own first, then those of lists, the most used first."""
    known = {normalize_name(name) for _, name in (*place.labels, *place.native_names)}
    found = dict.fromkeys(name for name in named if normalize_name(name) not in known)
    most = max(MOST_NAMES, len(place.other_names))
    known |= {normalize_name(name) for name in found}
    counts = profile.count_names()
    for name in sorted(counts, key=lambda name: (-counts[name], name)):
        form = normalize_name(name)
        if form and form not in known:
            known.add(form)
            found[name] = None
    return tuple(found)[:most]


class PlaceWriter:
    """Says of each place what all sources together know of it."""

    def __init__(
        self,
        described: Mapping[str, Sequence[Description]],
        profiles: Mapping[str, Profile],
        parties: Iterable[Party],
        former_ids: Mapping[str, tuple[str, ...]],
        states: Mapping[str, str],
        gazetteer: Gazetteer | None,
    ) -> None:
        """Take what collections and lists say of places by id, and the ids that lead to them today."""
        self._described = described
        self._profiles = profiles
        self._parties = {party.place: party for party in parties if party.place}
        chosen = (party.reading.chosen for party in self._parties.values())
        self._shares = Counter(bearer.id for bearer in chosen if bearer)
        self._former_ids = former_ids
        self._states = states
        self._gazetteer = gazetteer
        self._countries = countries_by_iso(described)
        self.written: dict[str, Place] = {}

    def write(self, place_id: str) -> Place:
        """Return a place, with all that is known of it."""
        place = self._merge(place_id)
        if not place.is_country:
            profile = self._profiles.get(place_id, Profile()).add_labels(self._described.get(place_id, ()))
            country = self._votes(place_id).choose(self._confirmed(place_id), self._states)
            place = complete_place(place, profile, country, self._former_ids.get(place_id, ()))
            place = self._add_geonames(place)
        self.written[place_id] = place
        return place

    def add_parents(self, chosen: Iterable[str]) -> list[str]:
        """Return ids of places, each followed by those known places that it is part of or succeeds."""
        found: dict[str, None] = {}
        waiting = list(chosen)[::-1]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = None
                place = self._merge(name)
                waiting += [parent for parent in (place.part_of, place.succeeds) if parent in self._described]
        return list(found)

    def _merge(self, place_id: str) -> Place:
        described = self._described.get(place_id, ())
        empty = Place(place_id, "", (), qid=place_id if is_qid(place_id) else "")
        return merge_descriptions(described) if described else empty

    def _bearer(self, place_id: str) -> Bearer | None:
        party = self._parties.get(place_id)
        return party.reading.chosen if party else None

    def _confirmed(self, place_id: str) -> str:
        """Return the country that the gazetteer has for a place."""
        bearer = self._bearer(place_id)
        return self._countries.get(bearer.country, "") if bearer else ""

    def _votes(self, place_id: str) -> CountryVotes:
        votes = CountryVotes()
        if place_id in self._profiles:
            votes.votes.update(self._profiles[place_id].countries.votes)
        for one in self._described.get(place_id, ()):
            votes.add(one.place.country, one.trust)
        return votes

    def _add_geonames(self, place: Place) -> Place:
        """Return a place with what GeoNames gives for it.

        Only names to find it by, and its region, where a table gives it another id there or none, or another
        place is the same one there: which of the two it is, a town or its municipality, is not sure.
        """
        bearer = self._bearer(place.id)
        if self._gazetteer is None or bearer is None:
            return place
        entry, stated = place.geonames or GeoNamesEntry(None), place.geonames_id
        known = {name for _, name in (*place.labels, *place.native_names)} | {*place.other_names}
        new = [one for one in self._gazetteer.names_of(bearer.id) if one.text not in known]
        further = dict.fromkeys(one.text for one in new if _finds(one.text))
        regions = self._gazetteer.names_of_region(bearer.country, bearer.region)
        is_other = stated != str(bearer.id) and (stated or self._shares[bearer.id] > 1)
        if is_other or (place.geonames and entry.id is None):
            return replace(place, geonames=replace(entry, further=(*further,), regions=regions))
        own = scripts_of_country(bearer.country)
        names = (*dict.fromkeys(one.text for one in new if one.script in own),)[:MOST_NATIVE_NAMES]
        further = dict.fromkeys(name for name in further if name not in names)
        gives_point = entry.gives_point or not place.latitude
        found = GeoNamesEntry(bearer.id, names, gives_point, (*further,), regions)
        if place.latitude:
            return replace(place, geonames=found)
        latitude, longitude = write_degrees(bearer.latitude, bearer.longitude)
        return replace(place, geonames=found, longitude=longitude, latitude=latitude)


def _finds(name: str) -> bool:
    """Return whether a place may be found by a further name: no code, and no name of a district around it."""
    return not read_name(name).kinds and (len(name) >= SHORTEST_NAME or not name.isascii())


def countries_by_iso(described: Mapping[str, Sequence[Description]]) -> dict[str, str]:
    """Return the ids of the countries that are described, by their ISO codes."""
    countries = [one.place for found in described.values() for one in found if one.place.is_country]
    return {dict(country.codes)["iso"]: country.id for country in countries}


def drop_dangling_links(places: Sequence[Place], known: Iterable[str]) -> tuple[Place, ...]:
    """Return the places, without links to wholes and predecessors that are no `known` places."""
    there = {*known, ""}
    return tuple(
        place
        if {place.part_of, place.succeeds} <= there
        else replace(
            place,
            part_of=place.part_of if place.part_of in there else "",
            succeeds=place.succeeds if place.succeeds in there else "",
        )
        for place in places
    )

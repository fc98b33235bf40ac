"""Ids that lists state, against the names beside them: an id that is another place's is no evidence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.matching.gazetteer.finder import BearerFinder
from graph.matching.gazetteer.readings import Reading
from graph.matching.known.points import FAIR_KM, Point, point_of
from graph.matching.scores import NAMED_ALIKE, weigh_all_names, weigh_countries
from graph.model.claims import TRUST, LoadedCollection, Place
from graph.model.matches import Mention
from graph.model.points import distance_km
from graph.model.records import ListedCollection

Conflict = tuple[str, str]
"""A Wikidata id, and a name that lists give to it although it is that of another place."""

_CURATED, _OF_ITEMS = 1_000_000_000, 1_000
"""A name in a curated table counts more than any number of records, one in a knowledge base than most."""


@dataclass
class _Item:
    """What is said of a Wikidata item: names with the number of records that use them, countries, points."""

    names: Counter[str] = field(default_factory=Counter)
    countries: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    points: dict[str, set[Point]] = field(default_factory=lambda: defaultdict(set))


def find_conflicts(
    curated: Iterable[LoadedCollection], listed: Sequence[ListedCollection], finder: BearerFinder
) -> frozenset[Conflict]:
    """Return the names that contradict the Wikidata id beside them.

    They are unlike all other names of the item, and those of places far from it. Of two names that contradict
    each other the one of fewer records does, of as many records both do. One of a curated table never does,
    and those of a knowledge base, whose ids they are, count more than those of lists.
    """
    items: dict[str, _Item] = defaultdict(_Item)
    for place in (place for one in curated for place in one.places if place.qid):
        _add(items[place.qid], _names_of(place), place.country, _points_of(place), _CURATED)
    for table in listed:
        for place in (place for place in table.places if place.qid):
            items[place.qid].names.update(dict.fromkeys(_names_of(place), 0))
        count = _OF_ITEMS if table.trust == TRUST.index("knowledge-base") else 1
        for mention in (one for record in table.records for one in record.parties if one.qid):
            point = point_of(mention)
            _add(items[mention.qid], [mention.name], mention.country, [point] if point else [], count)
            items[mention.qid].names.update(dict.fromkeys(mention.other_names, 0))
    found = ((qid, name) for qid, one in items.items() for name in _contradicting(one, finder))
    return frozenset(found)


def without_conflicts(place: Place, conflicts: Collection[Conflict]) -> Place | None:
    """Return what a list says of a place without names of another one; None when it has no other name."""
    if not any((place.qid, name) in conflicts for name in _names_of(place)):
        return place
    labels = tuple(one for one in place.labels if (place.qid, one[1]) not in conflicts)
    others = tuple(name for name in place.other_names if (place.qid, name) not in conflicts)
    return replace(place, labels=labels, other_names=others) if labels else None


def is_of_other_bearer(mention: Mention, finder: BearerFinder, states: Mapping[str, str]) -> bool:
    """Return whether the place with the GeoNames id of a mention is called otherwise, or is elsewhere.

    GeoNames has so many names of a place that one unlike all of them contradicts its id.
    """
    bearer = finder.bearer(mention.geonames)
    if bearer is None:
        return False
    country = finder.country_of(bearer)
    if weigh_countries(mention.country, country, states) is None:
        return True
    said = finder.read([mention.name], country)
    bits = weigh_all_names([mention.name], finder.names_of(bearer)).bits
    if bearer.id in said.bearers or bits >= NAMED_ALIKE:
        return False
    return _is_elsewhere(said, [bearer.point]) or (bits < 0 and not said.bearers)


def _names_of(place: Place) -> list[str]:
    return [*(name for _, name in (*place.labels, *place.native_names)), *place.other_names]


def _points_of(place: Place) -> list[Point]:
    return [Point(float(place.latitude), float(place.longitude))] if place.latitude else []


def _add(item: _Item, names: Iterable[str], country: str, points: Iterable[Point], count: int) -> None:
    for name in names:
        item.names[name] += count
        item.countries[name] |= {country} if country else set()
        item.points[name].update(points)


def _contradicting(item: _Item, finder: BearerFinder) -> Iterator[str]:
    """Yield the names in records that are those of another place."""
    for name, count in item.names.items():
        others = [other for other in item.names if other != name]
        if not 0 < count < _CURATED or not others or weigh_all_names([name], others).bits >= NAMED_ALIKE:
            continue
        if count <= sum(max(1, item.names[other]) for other in others):
            there = {point for other in others for point in item.points[other]}
            countries = {country for other in others for country in item.countries[other]}
            meant = [_read(other, countries, finder) for other in others]
            there |= {bearer.point for reading in meant for bearer in reading.bearers.values()}
            if _is_elsewhere(_read(name, item.countries[name], finder), there):
                yield name


def _read(name: str, countries: Iterable[str], finder: BearerFinder) -> Reading:
    """Return what a name means in some countries; in the world when none is known."""
    read = [finder.read([name], country) for country in sorted(countries) or [""]]
    return next((one for one in read if one.bearers), read[0])


def _is_elsewhere(said: Reading, there: Iterable[Point]) -> bool:
    """Return whether a name is that of places which are all far from some points."""
    towns = [*said.bearers.values()] or ([said.only] if said.only else [])
    points = [*there]
    apart = (distance_km(*town.point, *point) for town in towns for point in points)
    return bool(towns and points) and all(km > FAIR_KM for km in apart)

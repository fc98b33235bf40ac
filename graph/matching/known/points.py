"""Coordinates as evidence: which of them may be trusted, and what is near or far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from graph.matching.known.names import read_name
from graph.model.matches import Mention

NEAR_KM, FAIR_KM, FAR_KM = 15.0, 50.0, 100.0
"""Up to NEAR the same town, up to FAIR perhaps; beyond FAR two places, whatever they are called."""


class Point(NamedTuple):
    """A point on earth in degrees, WGS 84."""

    latitude: float
    longitude: float


def point_of(mention: Mention) -> Point | None:
    """Return the point of a mention as given, None when it has none or is not on earth."""
    if mention.latitude is None or mention.longitude is None:
        return None
    if abs(mention.latitude) > 90 or abs(mention.longitude) > 180:
        return None
    return Point(mention.latitude, mention.longitude)


def trusted_points(mentions: Iterable[Mention]) -> frozenset[Point]:
    """Return the points of one collection that may be trusted to say where a place is.

    Not trusted is a point given to one decimal or none (10 km or more; the centre of a country often), and a
    point that is not that of one place.
    """
    return frozenset(point for point in own_points(mentions) if not _is_coarse(point))


def own_points(mentions: Iterable[Mention]) -> frozenset[Point]:
    """Return the points of one collection that are each that of one place.

    One that places of different names or countries share was looked up by a name, or stands for all of a
    region.
    """
    owners: dict[Point, set[tuple[str, str, str]]] = defaultdict(set)
    for mention in mentions:
        point = point_of(mention)
        if point is not None:
            owners[point].add((read_name(mention.name).core, mention.country, mention.region))
    return frozenset(point for point, names in owners.items() if len(names) == 1)


def _is_coarse(point: Point) -> bool:
    return all(round(degrees, 1) == degrees for degrees in point)

"""Points that lists give beside an id, far from the place with that id."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from graph.matching.known.points import FAR_KM, Point
from graph.model.claims import Contradiction, Place
from graph.model.points import distance_km

MOST_CLAIMS = 20
"""How many claims of either side a contradiction names."""

_WIDE_KM, _WIDEST_KM = 250.0, 1500.0
_FAR_KM = {
    "city": FAR_KM,
    "village": FAR_KM,
    "port": FAR_KM,
    "regency": _WIDE_KM,
    "metro-region": _WIDE_KM,
    "province": _WIDEST_KM,
}
"""So far from a place of a level lies no point of it: it may be that of its middle, or of its capital.

Chongqing is 400 km long, and so are districts in empty parts. The capitals of Krasnoyarsk, Nunavut and
Alaska are 900 to 1,100 km from their middle.
"""


def far_from(place: Place, *, is_town: bool) -> float:
    """Return how far, in km, from a place no point of it lies.

    Of unknown level it is a town where the gazetteer has one of its name (`is_town`), else it may be a
    province.
    """
    if place.is_city and "province" in {place.level, *place.level_with}:
        return _WIDE_KM
    return _FAR_KM.get(place.level, FAR_KM if is_town else _WIDEST_KM)


def contradict_points(
    place: Place,
    said: Mapping[Point, Sequence[str]],
    there: Sequence[Point],
    abroad: Collection[Point],
    *,
    is_town: bool,
) -> Iterator[Contradiction]:
    """Yield the points of claims that are far from a place, the nearest of the points where it is.

    Far are over 100 km also for a province when the point lies in another country (`abroad`). Where nobody
    else knows where the place is (`there`), it is where most claims say.
    """
    points = sorted((point for point in said if said[point]), key=lambda point: (-len(said[point]), point))
    least = far_from(place, is_town=is_town)
    for point in points:
        near = min(there or points[:1], key=lambda one: distance_km(*point, *one))
        km = distance_km(*point, *near)
        if km > (FAR_KM if point in abroad else least):
            told, kept = (f"{one.latitude:g}, {one.longitude:g}" for one in (point, near))
            note = f"Of {place.label('en')} it is said {told}, {km:.0f} km from where it lies, {kept}."
            evidence = () if there else tuple(said[near])[:MOST_CLAIMS]
            yield Contradiction(place.id, "point-conflict", note, tuple(said[point])[:MOST_CLAIMS], evidence)

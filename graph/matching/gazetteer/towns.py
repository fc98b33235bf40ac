"""The bearers of one name, compared: which of them are one town, and which a bare name may mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from graph.matching.gazetteer.bearer import (
    SIGNIFICANT_PEOPLE,
    Bearer,
    NameKind,
    form_of,
    weigh_people,
)
from graph.matching.known.points import FAIR_KM, NEAR_KM, Point
from graph.model.points import distance_km

_ENOUGH_LETTERS = 4
"""So many letters of a romanized name may mean a town."""
_SMALL_PEOPLE = 50_000
"""A town of fewer has often given its name to a district or a parish, beside that of a neighbour."""


def one_each(bearers: Iterable[Bearer]) -> list[Bearer]:
    """Return the bearers, each town once: with its own name, then the larger; it has the people of all."""
    kept: dict[str, list[Bearer]] = defaultdict(list)
    for one in sorted(bearers, key=lambda one: (one.kind, -one.population, one.id)):
        around = kept[one.country]
        for index, town in enumerate(around):
            is_one_region = one.region == town.region or not (one.region and town.region)
            if is_one_region and distance_km(*town.point, *one.point) <= NEAR_KM:
                around[index] = town._replace(population=max(town.population, one.population))
                break
        else:
            around.append(one)
    return [town for towns in kept.values() for town in towns]


def stands_out(town: Bearer, towns: Iterable[Bearer]) -> bool:
    """Return whether a town has far more people than any other bearer of its name.

    Five times as many where the others have fewer than 15,000, else twenty times: who looks a name up gets
    such a town, and means it.
    """
    people = weigh_people(towns)
    own = people.pop(town)
    return all(number * (5 if number < SIGNIFICANT_PEOPLE else 20) <= own for number in people.values())


def may_name_one(first: Bearer, second: Bearer) -> bool:
    """Return whether a name made of those of two towns may be that of one place, if a list gives its point.

    They lie together, and one is small: "Elstree and Borehamwood" is a parish, "Schleswig-Flensburg" a
    district. Of some 20,000 names with a point in lists of the English Wikipedia all such are.
    """
    is_near = distance_km(*first.point, *second.point) <= FAIR_KM
    return is_near and min(first.population, second.population) < _SMALL_PEOPLE


def is_hardly_called(town: Bearer, text: str) -> bool:
    """Return whether a name alone is not enough to mean a town: a further one of a small town, or letters.

    GeoNames lists so many names of villages that another place may well be meant (Lund for Lundamo), and the
    land around it may be called as the first part of its name is (Gironde for Gironde-sur-Dropt). Three
    letters that a machine put into Latin stand for other places too (NYC for Manhattan).
    """
    if town.kind is NameKind.ROMANIZED and len(form_of(text)) < _ENOUGH_LETTERS:
        return True
    return town.kind is not NameKind.OWN and town.population < SIGNIFICANT_PEOPLE


def near(towns: Iterable[Bearer], points: Iterable[Point]) -> list[Bearer]:
    """Return those towns that lie at one of the points."""
    return [one for one in towns if any(distance_km(*one.point, *point) <= NEAR_KM for point in points)]


def are_far(points: Sequence[Point], town: Bearer) -> bool:
    """Return whether there are points, and all are too far for a town."""
    return bool(points) and all(distance_km(*town.point, *point) > FAIR_KM for point in points)

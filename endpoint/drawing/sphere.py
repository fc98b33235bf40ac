"""The sphere on paper: Equal Earth around a meridian, great circles as smooth curves, the cut at the edge."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from pyproj import Proj

from graph.model.points import parse_point

Position = tuple[float, float]
"""Longitude and latitude in degrees, in this order."""
Dot = tuple[float, float]
"""A point on paper: x to the right, y downwards, in radii of the sphere."""

_STEP = math.radians(30)
_FINE_STEPS = 8
_ALMOST_ANTIPODAL = math.radians(179.9)


def position_of(wkt: str) -> Position | None:
    """Return the position of a point in WKT, None for text that is none."""
    point = parse_point(wkt)
    return point[::-1] if point else None


@dataclass(frozen=True)
class Projection:
    """The Equal Earth projection around the meridian `centre`; the paper ends half a turn away from it.

    https://doi.org/10.1080/13658816.2018.1504949
    """

    centre: int

    @cached_property
    def _proj(self) -> Proj:
        return Proj(proj="eqearth", R=1)

    def turn(self, longitude: float) -> float:
        """Return a longitude as seen from the centre, from -180 up to 180."""
        return (longitude - self.centre + 180) % 360 - 180

    def project_turned(self, positions: Sequence[Position]) -> list[Dot]:
        """Return positions whose longitudes are already seen from the centre, on paper."""
        if not positions:
            return []
        xs, ys = self._proj([turned for turned, _ in positions], [latitude for _, latitude in positions])
        return [(x, -y) for x, y in zip(xs, ys, strict=True)]

    def project(self, positions: Sequence[Position]) -> list[Dot]:
        """Return positions on paper."""
        return self.project_turned([(self.turn(longitude), latitude) for longitude, latitude in positions])

    def arc(self, start: Position, end: Position) -> list[list[Dot]]:
        """Return the great circle between two positions as runs of dots, two when it crosses the edge.

        The dots of a run are alternately ends and middles of its pieces: those of a smooth curve.
        """
        angle = angle_between(start, end)
        pieces = max(1, math.ceil(angle / _STEP))
        turned = self._turned_points(start, end, 2 * pieces)
        if self._crossing(turned) is None:
            return [self.project_turned(turned)]
        fine = self._turned_points(start, end, 2 * pieces * _FINE_STEPS)
        crossing = self._crossing(fine) or 0
        return [_odd(self.project_turned(run)) for run in (fine[:crossing], fine[crossing:])]

    def _turned_points(self, start: Position, end: Position, steps: int) -> list[Position]:
        points = great_circle(start, end, steps)
        return [(self.turn(longitude), latitude) for longitude, latitude in points]

    def _crossing(self, turned: Sequence[Position]) -> int | None:
        """Return the index of the first position behind the edge, None when the edge is not crossed."""
        pairs = pairwise(turned)
        return next((i for i, (a, b) in enumerate(pairs, 1) if abs(a[0] - b[0]) > 180), None)


@lru_cache(8)
def projection(centre: int) -> Projection:
    """Return the projection around a meridian."""
    return Projection(centre)


def angle_between(a: Position, b: Position) -> float:
    """Return the angle between two positions as seen from the middle of the sphere, in radians."""
    (lon_a, lat_a), (lon_b, lat_b) = ((math.radians(lon), math.radians(lat)) for lon, lat in (a, b))
    half = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * math.asin(min(1.0, math.sqrt(half)))


def great_circle(start: Position, end: Position, steps: int) -> list[Position]:
    """Return the positions that part the great circle into equal steps, both ends among them."""
    angle = angle_between(start, end)
    if angle == 0 or angle > _ALMOST_ANTIPODAL:
        return [start, *[end] * steps]
    return [start, *_between(start, end, angle, steps), end]


def _between(start: Position, end: Position, angle: float, steps: int) -> Iterator[Position]:
    a, b = _vector(start), _vector(end)
    for step in range(1, steps):
        share = step / steps
        from_start, from_end = math.sin((1 - share) * angle), math.sin(share * angle)
        x, y, z = (from_start * p + from_end * q for p, q in zip(a, b, strict=True))
        yield math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))


def _vector(position: Position) -> tuple[float, float, float]:
    lon, lat = (math.radians(degrees) for degrees in position)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def _odd(run: list[Dot]) -> list[Dot]:
    """Return a run with an odd number of dots, as ends and middles take turns."""
    return run if len(run) % 2 else [*run, run[-1]]

"""The outline of the land, without borders: from the file that the installation puts beside the style sheet.

It is ``land-110m.json`` of the npm package world-atlas (Natural Earth, public domain), a topology:
https://github.com/topojson/topojson-specification
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from endpoint.drawing.sphere import Dot, Position, projection

LAND = Path(__file__).parent.parent / "static" / "dist" / "land-110m.json"
_EDGE = 180.0
_ROUND_THE_POLE = 300.0


@lru_cache(2)
def read_rings(path: Path = LAND) -> tuple[tuple[Position, ...], ...]:
    """Return the rings of the land, empty when the installation could not get the file.

    Antarctica is left out: its ring runs round the pole, and nobody there has a partner.
    """
    if not path.exists():
        return ()
    topology = json.loads(path.read_text(encoding="utf-8"))
    arcs = [_decode(arc, topology["transform"]) for arc in topology["arcs"]]
    rings = (_join(ring, arcs) for shape in _shapes(topology["objects"]["land"]) for ring in shape)
    return tuple(ring for ring in rings if abs(_unwrap(ring)[-1][0] - ring[0][0]) < _ROUND_THE_POLE)


def _decode(arc: Iterable[Sequence[int]], transform: Any) -> list[Position]:
    """Return the positions of an arc, whose points are written as steps of whole numbers."""
    (scale_x, scale_y), (left, bottom) = transform["scale"], transform["translate"]
    sums = accumulate(arc, lambda a, b: (a[0] + b[0], a[1] + b[1]))
    return [(left + x * scale_x, bottom + y * scale_y) for x, y in sums]


def _shapes(geometry: Any) -> Iterator[Any]:
    """Yield the polygons of a geometry, each as its rings of arc numbers."""
    for part in geometry.get("geometries", ()):
        yield from _shapes(part)
    if geometry["type"] == "MultiPolygon":
        yield from geometry["arcs"]
    elif geometry["type"] == "Polygon":
        yield geometry["arcs"]


def _join(ring: Iterable[int], arcs: Sequence[list[Position]]) -> tuple[Position, ...]:
    """Return the positions of a ring; an arc number below zero means the arc ``~number``, backwards."""
    joined: list[Position] = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        joined += arc[1:] if joined else arc
    return tuple(joined)


def _unwrap(ring: Iterable[Position]) -> list[Position]:
    """Return a ring with longitudes that never jump, though they may leave -180 to 180."""
    unwrapped: list[Position] = []
    for longitude, latitude in ring:
        last = unwrapped[-1][0] if unwrapped else longitude
        unwrapped.append((last + (longitude - last + 180) % 360 - 180, latitude))
    return unwrapped


@lru_cache(8)
def project_land(centre: int) -> tuple[tuple[Dot, ...], ...]:
    """Return the land on paper around a meridian; what the edge cuts has a piece on either side."""
    around = projection(centre)
    pieces = []
    for ring in read_rings():
        turned = _unwrap((longitude - centre, latitude) for longitude, latitude in ring)
        for shift in (-720, -360, 0, 360, 720):
            moved = [(longitude + shift, latitude) for longitude, latitude in turned]
            if clipped := _clip(_clip(moved, 1), -1):
                pieces.append(tuple(around.project_turned(clipped)))
    return tuple(pieces)


def _clip(ring: Sequence[Position], side: int) -> list[Position]:
    """Return the part of a ring on this side of the right (1) or left (-1) edge of the paper."""
    kept: list[Position] = []
    for start, end in zip(ring, [*ring[1:], *ring[:1]], strict=True):
        if _is_inside(start, side):
            kept.append(start)
        if _is_inside(start, side) != _is_inside(end, side):
            share = (side * _EDGE - start[0]) / (end[0] - start[0])
            kept.append((side * _EDGE, start[1] + share * (end[1] - start[1])))
    return kept


def _is_inside(position: Position, side: int) -> bool:
    return side * position[0] <= _EDGE

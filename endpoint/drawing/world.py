"""All links of a release on one map of the world, as an SVG file: arcs as faint as they are many.

Arcs that begin and end in the same fields of a grid are drawn once, the heavier the more they are.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from endpoint.drawing.land import project_land
from endpoint.drawing.sphere import Dot, Position, projection

WIDTH = 1920
"""The width of the picture in its own units, fine enough for whole numbers."""
_CENTRES = (11, 150)
"""The meridians that may be in the middle; that is taken which cuts fewer links."""
_MANY = 2000
_FIELD = 3.0
"""The side of a field of the grid, in degrees, where there are many links."""
_FEW_WEIGHTS = ((1, 2.2, 0.75),)
_WEIGHTS = ((1, 0.9, 0.14), (2, 1.1, 0.24), (4, 1.5, 0.38), (9, 2.1, 0.55), (25, 3, 0.75))
"""From how many links on an arc is drawn how wide and how strongly."""
_FEW_SIDE, _SIDE = 7, 3
"""The side of the square that marks a place, among few links and among many."""
FINE = 8
"""How many times finer the arcs are that a reader sees who comes nearer."""
_NORTH, _SOUTH = 79.0, -57.0
_EDGE_SHARE = 0.985

_STYLE = """<style>:root{color:#0a6568}.l{fill:#dde6e7}.p{fill:#b4430b;fill-opacity:.8}
@media(prefers-color-scheme:dark){:root{color:#4fc3bd}.l{fill:#22343b}.p{fill:#ff9d63}}</style>"""


def draw_world(links: Iterable[tuple[Position, Position]]) -> str:
    """Return the map of all links as an SVG document."""
    pairs = list(links)
    many = len(pairs) > _MANY
    sheet = choose_sheet(pairs)
    arcs = _count_arcs(pairs, _FIELD if many else 0)
    paths = _draw_arcs(arcs, sheet, _WEIGHTS if many else _FEW_WEIGHTS)
    places = sorted({end for pair in pairs for end in pair})
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {sheet.height}" '
        f'width="{WIDTH}" height="{sheet.height}">{_STYLE}<path class="l" d="{sheet.land()}"/>'
        f'<path class="p" d="{sheet.squares(places, _SIDE if many else _FEW_SIDE)}"/>'
        f'<g fill="none" stroke="currentColor" stroke-linecap="round">{paths}</g></svg>'
    )


def draw_fine_arcs(links: Iterable[tuple[Position, Position]]) -> str:
    """Return the arcs of the same map alone, from place to place, in units that are FINE times smaller."""
    pairs = list(links)
    sheet = choose_sheet(pairs, WIDTH * FINE)
    paths = _draw_arcs(_count_arcs(pairs, 0), sheet, _FEW_WEIGHTS)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {sheet.width} {sheet.height}">'
        f'<g fill="none" stroke="#000">{paths}</g></svg>'
    )


def choose_sheet(links: Sequence[tuple[Position, Position]], width: int = WIDTH) -> Sheet:
    """Return the paper of the map of these links, around the meridian whose map cuts fewer of them."""
    return Sheet(min(_CENTRES, key=lambda centre: _count_cuts(links, centre)), width)


def world_height() -> int:
    """Return the height of the map, in the units in which it is WIDTH wide."""
    return Sheet(_CENTRES[0]).height


@dataclass(frozen=True)
class Sheet:
    """The whole world between two parallels, around a meridian, so many units wide."""

    centre: int
    width: int = WIDTH

    @cached_property
    def _bounds(self) -> tuple[float, float, float]:
        """Return half the width of the paper, its upper and its lower edge, in radii of the sphere."""
        (edge, _), (_, top), (_, bottom) = projection(self.centre).project_turned(
            [(180, 0), (0, _NORTH), (0, _SOUTH)]
        )
        return edge * _EDGE_SHARE, top, bottom

    @cached_property
    def _scale(self) -> float:
        return self.width / (2 * self._bounds[0])

    @property
    def height(self) -> int:
        """Return how many units high it is."""
        _, top, bottom = self._bounds
        return round((bottom - top) * self._scale)

    def put(self, dot: Dot) -> tuple[int, int]:
        """Return where a dot of the projection is on the sheet, in whole units."""
        x, y = self.measure(dot)
        return round(x), round(y)

    def measure(self, dot: Dot) -> Dot:
        """Return where a dot of the projection is on the sheet."""
        half, top, _ = self._bounds
        return (dot[0] + half) * self._scale, (dot[1] - top) * self._scale

    def project(self, places: Sequence[Position]) -> list[Dot]:
        """Return where places are on the sheet."""
        return [self.measure(dot) for dot in projection(self.centre).project(places)]

    def land(self) -> str:
        """Return the outline of the land as a path."""
        pieces = (dict.fromkeys(map(self.put, piece)) for piece in project_land(self.centre))
        return "".join(
            "M" + "L".join(f"{x} {y}" for x, y in piece) + "Z" for piece in pieces if len(piece) > 2
        )

    def squares(self, places: Sequence[Position], side: int) -> str:
        """Return a path with a square for each place."""
        dots = sorted({self.put(dot) for dot in projection(self.centre).project(places)})
        half = side // 2
        return "".join(f"M{x - half} {y - half}h{side}v{side}h-{side}z" for x, y in dots)

    def arc(self, start: Position, end: Position) -> str:
        """Return the great circle between two positions as a path."""
        runs = projection(self.centre).arc(start, end)
        return "".join(_relative_curve([self.put(dot) for dot in run]) for run in runs if run)


def _draw_arcs(
    arcs: Mapping[tuple[Position, Position], int],
    sheet: Sheet,
    weights: Sequence[tuple[int, float, float]],
) -> str:
    """Return a path for each weight, the light ones below."""
    paths: list[list[str]] = [[] for _ in weights]
    for (start, end), count in sorted(arcs.items()):
        weight = max(i for i, (least, *_) in enumerate(weights) if count >= least)
        paths[weight].append(sheet.arc(start, end))
    return "".join(
        f'<path stroke-width="{width}" stroke-opacity="{strength}" d="{"".join(drawn)}"/>'
        for (_, width, strength), drawn in zip(weights, paths, strict=True)
        if drawn
    )


def _relative_curve(dots: Sequence[tuple[int, int]]) -> str:
    """Return the path through dots that are alternately ends and middles, in steps of whole numbers."""
    path, (x0, y0) = f"M{dots[0][0]} {dots[0][1]}", dots[0]
    for (x1, y1), (x2, y2) in zip(dots[1::2], dots[2::2], strict=True):
        bend = (2 * x1 - (x0 + x2) / 2 - x0, 2 * y1 - (y0 + y2) / 2 - y0)
        steps = (round(bend[0]), round(bend[1]), x2 - x0, y2 - y0)
        path += "q" + " ".join(str(step) for step in steps).replace(" -", "-")
        x0, y0 = x2, y2
    return path


def _count_cuts(pairs: Sequence[tuple[Position, Position]], centre: int) -> int:
    """Return how many links lead round the back of a map with this meridian in its middle, about."""
    turn = projection(centre).turn
    return sum(abs(turn(start[0]) - turn(end[0])) > 180 for start, end in pairs)


def _count_arcs(
    pairs: Sequence[tuple[Position, Position]], field: float
) -> Counter[tuple[Position, Position]]:
    """Return how many links begin and end in the same two fields, by the middles of the fields."""
    counts: Counter[tuple[Position, Position]] = Counter()
    for pair in pairs:
        a, b = sorted(_middle(position, field) for position in pair)
        if a != b:
            counts[a, b] += 1
    return counts


def _middle(position: Position, field: float) -> Position:
    """Return the middle of the field that a position is in; the position itself without fields."""
    if not field:
        return position
    longitude, latitude = ((math.floor(degrees / field) + 0.5) * field for degrees in position)
    return longitude, latitude

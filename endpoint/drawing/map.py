"""A map of places and of what links them, as shapes for the SVG of a template.

The part of the world is chosen that shows all of them, around the meridian that cuts the fewest arcs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from endpoint.drawing.labels import Label, place_labels
from endpoint.drawing.land import project_land
from endpoint.drawing.sphere import Dot, Position, projection

WIDTH = 960
_CENTRES = (11, 150, -90, 70)
"""The meridians that a map may have in its middle: Europe and Africa, the Pacific, America, Asia."""
_MARGIN = 0.09
_LEAST_SPAN = 0.9
_WIDEST, _TALLEST = 2.3, 1.75
"""The shape of the picture: its width by its height."""
_SMALLEST_PIECE = 1.2
MOST_LABELS = 40


@dataclass(frozen=True)
class Place:
    """A place to be drawn. `kind` is a class of the style sheet; `size` the radius of its circle."""

    name: str
    position: Position
    href: str = ""
    kind: str = ""
    size: float = 4.5


@dataclass(frozen=True)
class Link:
    """A link between two places, drawn as the great circle between them; `kind` as of a place."""

    start: Position
    end: Position
    kind: str
    name: str = ""


@dataclass(frozen=True)
class Mark:
    """A place as it is drawn, with its label where there is room for one."""

    place: Place
    x: float
    y: float
    label: Label | None


@dataclass(frozen=True)
class Map:
    """A map: its size, the land, the arcs by kind with their names, and the marks, the last on top.

    `has_land` is False where the installation could not get the outline.
    """

    width: int
    height: int
    land: str
    arcs: tuple[tuple[Link, str], ...]
    marks: tuple[Mark, ...]

    @property
    def has_land(self) -> bool:
        """Return whether there is land to see."""
        return bool(self.land)

    def count(self, kinds: Iterable[str]) -> list[tuple[str, int]]:
        """Return how many arcs there are of each of these kinds that has one."""
        counts = Counter(link.kind for link, _ in self.arcs)
        return [(kind, counts[kind]) for kind in kinds if counts[kind]]


@dataclass(frozen=True)
class _View:
    """The part of the paper that is shown, in radii of the sphere, and how large a radius is drawn."""

    left: float
    top: float
    width: float
    height: float

    @property
    def scale(self) -> float:
        return WIDTH / self.width

    def put(self, dot: Dot) -> Dot:
        return (dot[0] - self.left) * self.scale, (dot[1] - self.top) * self.scale

    def shows(self, dots: Sequence[Dot]) -> bool:
        """Return whether a shape may be seen and is not too small to be."""
        xs, ys = [x for x, _ in dots], [y for _, y in dots]
        seen = max(xs) > self.left and min(xs) < self.left + self.width
        seen = seen and max(ys) > self.top and min(ys) < self.top + self.height
        return seen and max(max(xs) - min(xs), max(ys) - min(ys)) * self.scale > _SMALLEST_PIECE


def draw_map(places: Sequence[Place], links: Sequence[Link] = (), most_labels: int = MOST_LABELS) -> Map:
    """Return the map of `places`, the most important first; raises ValueError when there is none."""
    centre, arcs = min(
        ((centre, _arcs(links, centre)) for centre in _CENTRES), key=lambda drawn: _cost(places, *drawn)
    )
    dots = projection(centre).project([place.position for place in places])
    view = _fit([*dots, *(dot for runs in arcs for run in runs for dot in run)])
    spots = [view.put(dot) for dot in dots]
    height = round(view.height * view.scale)
    labels = place_labels(
        [(place.name, x, y, place.size) for place, (x, y) in zip(places, spots, strict=True)],
        (WIDTH, height),
        most_labels,
    )
    marks = [
        Mark(place, round(x, 1), round(y, 1), label)
        for place, (x, y), label in zip(places, spots, labels, strict=True)
    ]
    return Map(
        WIDTH,
        height,
        "".join(_polygon(piece, view) for piece in project_land(centre) if view.shows(piece)),
        tuple((link, _curves(runs, view)) for link, runs in zip(links, arcs, strict=True)),
        tuple(reversed(marks)),
    )


def _arcs(links: Iterable[Link], centre: int) -> list[list[list[Dot]]]:
    return [projection(centre).arc(link.start, link.end) for link in links]


def _cost(places: Sequence[Place], centre: int, arcs: Sequence[list[list[Dot]]]) -> tuple[int, float]:
    """Return how many arcs the edge cuts, then how wide the picture gets."""
    xs = [x for x, _ in projection(centre).project([place.position for place in places])]
    return sum(len(runs) > 1 for runs in arcs), max(xs) - min(xs)


def _fit(dots: Sequence[Dot]) -> _View:
    """Return the part of the paper that shows all dots, neither too near nor too flat nor too tall."""
    xs, ys = [x for x, _ in dots], [y for _, y in dots]
    width = max((max(xs) - min(xs)) * (1 + 2 * _MARGIN), _LEAST_SPAN)
    height = max((max(ys) - min(ys)) * (1 + 2.6 * _MARGIN), width / _WIDEST)
    width = max(width, height * _TALLEST)
    return _View((max(xs) + min(xs) - width) / 2, (max(ys) + min(ys) - height) / 2, width, height)


def _polygon(piece: Sequence[Dot], view: _View) -> str:
    """Return a closed path, without the points that fall on the pixel before them."""
    left, top, scale = view.left, view.top, view.scale
    rounded = [(round((x - left) * scale), round((y - top) * scale)) for x, y in piece]
    return "M" + "L".join(_without_repeats(rounded)) + "Z"


def _without_repeats(dots: Iterable[tuple[int, int]]) -> Iterator[str]:
    last = None
    for dot in dots:
        if dot != last:
            yield f"{dot[0]} {dot[1]}"
        last = dot


def _curves(runs: Iterable[Sequence[Dot]], view: _View) -> str:
    return "".join(curve([view.put(dot) for dot in run]) for run in runs)


def curve(dots: Sequence[Dot]) -> str:
    """Return the path through dots that are alternately ends and middles: pieces of parabolas."""
    path = f"M{dots[0][0]:.1f} {dots[0][1]:.1f}"
    for (x0, y0), (x1, y1), (x2, y2) in zip(dots[:-2:2], dots[1::2], dots[2::2], strict=True):
        path += f"Q{2 * x1 - (x0 + x2) / 2:.1f} {2 * y1 - (y0 + y2) / 2:.1f} {x2:.1f} {y2:.1f}"
    return path

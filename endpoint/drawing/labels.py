"""Names beside the points of a map, where they cover neither another name nor a point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_LETTER, _LINE = 7.6, 17.0
"""How wide a letter and how high a line are about, in the units of the picture."""
_GAP = 5.0

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Label:
    """Where a name is written; `anchor` is the text-anchor of SVG."""

    x: float
    y: float
    anchor: str


def place_labels(
    points: Sequence[tuple[str, float, float, float]], size: tuple[int, int], most: int
) -> list[Label | None]:
    """Return a label for each point (name, x, y, radius) that has room for one, the first ones first."""
    taken: list[Box] = [(x - r, y - r, x + r, y + r) for _, x, y, r in points]
    labels: list[Label | None] = []
    for number, (name, x, y, radius) in enumerate(points):
        others = [box for i, box in enumerate(taken) if i != number]
        found = next(
            (
                (label, box)
                for label, box in _choices(name, x, y, radius)
                if _fits(box, size) and not any(_overlap(box, other) for other in others)
            ),
            None,
        )
        if found is None or sum(label is not None for label in labels) >= most:
            labels.append(None)
        else:
            labels.append(found[0])
            taken.append(found[1])
    return labels


def _choices(name: str, x: float, y: float, radius: float) -> Iterator[tuple[Label, Box]]:
    """Yield where a name may stand: on the right, on the left, above, below."""
    width, away = len(name) * _LETTER, radius + _GAP
    low = y + _LINE * 0.32
    top = low - _LINE * 0.8
    yield _label(x + away, low, "start"), (x + away, top, x + away + width, top + _LINE)
    yield _label(x - away, low, "end"), (x - away - width, top, x - away, top + _LINE)
    for middle in (y - away - _LINE * 0.2, y + away + _LINE * 0.75):
        top = middle - _LINE * 0.8
        yield _label(x, middle, "middle"), (x - width / 2, top, x + width / 2, top + _LINE)


def _label(x: float, y: float, anchor: str) -> Label:
    return Label(round(x, 1), round(y, 1), anchor)


def _fits(box: Box, size: tuple[int, int]) -> bool:
    return box[0] >= 2 and box[1] >= 2 and box[2] <= size[0] - 2 and box[3] <= size[1] - 2


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]

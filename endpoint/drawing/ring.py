"""A place amid its partners, as shapes: they in a ring around it, and around them those that they share.

The outer ring has places that two partners or more have and it has not: where its next partner may be.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

SIZE = 760
"""The width and height of the picture."""
_INNER, _OUTER = 150.0, 262.0
_GAP = 9.0
"""How far a name stands from its dot."""


@dataclass(frozen=True)
class Neighbour:
    """A place of a ring: `href` leads to its page."""

    name: str
    href: str


@dataclass(frozen=True)
class Dot:
    """A neighbour as it is drawn; its name runs outward, turned by `turn` degrees around the dot."""

    neighbour: Neighbour
    x: float
    y: float
    turn: float
    label_x: float
    anchor: str


@dataclass(frozen=True)
class Ring:
    """The dots of both rings, and the paths of links: to the partners, among them, and to the outer ring."""

    partners: tuple[Dot, ...]
    shared: tuple[Dot, ...]
    spokes: tuple[str, ...]
    chords: tuple[str, ...]
    paths: tuple[str, ...]


def draw_ring(
    partners: Sequence[Neighbour],
    among: Sequence[tuple[int, int]],
    shared: Mapping[Neighbour, Sequence[int]],
) -> Ring:
    """Return the rings of partners in the order given and of those that they share.

    `among` are pairs of partners that are partners of each other, `shared` has for each place of the outer
    ring its partners among ours, both by their numbers.
    """
    angles = [_turn(i, len(partners)) for i in range(len(partners))]
    inner = [_place_dot(neighbour, angle, _INNER) for neighbour, angle in zip(partners, angles, strict=True)]
    order = sorted(shared, key=lambda neighbour: _middle([angles[i] for i in shared[neighbour]]))
    first = _middle([angles[i] for i in shared[order[0]]]) if order else 0.0
    outer = [
        _place_dot(neighbour, first + _turn(i, len(order)) - _turn(0, 1), _OUTER)
        for i, neighbour in enumerate(order)
    ]
    ends = [(inner[i], dot) for dot in outer for i in shared[dot.neighbour]]
    return Ring(
        tuple(inner),
        tuple(outer),
        tuple(f"M{SIZE / 2:g} {SIZE / 2:g}L{dot.x} {dot.y}" for dot in inner),
        tuple(_bend(inner[a], inner[b], 0.35) for a, b in among),
        tuple(_bend(start, end, 1.12) for start, end in ends),
    )


def find_pairs(partners: Sequence[str], links: Mapping[str, set[str]]) -> list[tuple[int, int]]:
    """Return which partners are partners of each other, by their numbers."""
    numbered = list(enumerate(partners))
    return [(i, j) for (i, a), (j, b) in combinations(numbered, 2) if b in links.get(a, ())]


def _turn(number: int, count: int) -> float:
    """Return the angle of one of so many dots, the first at the top, clockwise."""
    return 2 * math.pi * number / count - math.pi / 2


def _middle(angles: Sequence[float]) -> float:
    """Return the mean direction of angles."""
    return math.atan2(sum(map(math.sin, angles)), sum(map(math.cos, angles)))


def _place_dot(neighbour: Neighbour, angle: float, radius: float) -> Dot:
    x, y = SIZE / 2 + radius * math.cos(angle), SIZE / 2 + radius * math.sin(angle)
    is_left = math.cos(angle) < -1e-9
    turn = math.degrees(angle) + (180 if is_left else 0)
    gap, anchor = (-_GAP, "end") if is_left else (_GAP, "start")
    return Dot(neighbour, round(x, 1), round(y, 1), round(turn, 1), round(x + gap, 1), anchor)


def _bend(start: Dot, end: Dot, strength: float) -> str:
    """Return the curve between two dots whose middle is drawn to the centre, below 1, or away from it."""
    middle = SIZE / 2
    x, y = ((a + b) / 2 - middle for a, b in ((start.x, end.x), (start.y, end.y)))
    bend_x, bend_y = round(middle + strength * x, 1), round(middle + strength * y, 1)
    return f"M{start.x} {start.y}Q{bend_x} {bend_y} {end.x} {end.y}"

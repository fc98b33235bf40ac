"""A large network on paper without a simulation: each community a disc, the largest in the middle.

In a disc, places stand like the seeds of a sunflower, those with most links in its middle; the discs stand on
a spiral, each as near to the middle as it fits. The same network gives the same picture.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence

from endpoint.drawing.sphere import Dot

_GOLDEN = math.pi * (3 - math.sqrt(5))
_GAP = 1.6
"""What discs leave between each other, in distances of two places."""
_CELL = 8.0
_PITCH = 1.5
"""How far the spiral is from one turn to the next, and how far one goes along it between two tries."""
_BACK = 0.7
"""Where on the spiral smaller discs begin: they may fit where the last larger one did not."""


def place_communities(nodes: Sequence[tuple[Hashable, int]]) -> list[Dot]:
    """Return where each node stands; nodes are given as (community, number of links)."""
    members: dict[Hashable, list[int]] = defaultdict(list)
    for number, (community, _) in enumerate(nodes):
        members[community].append(number)
    groups = sorted(members.values(), key=lambda group: (-len(group), group[0]))
    dots: dict[int, Dot] = {}
    for group, (x, y) in zip(groups, _pack([math.sqrt(len(group)) for group in groups]), strict=True):
        ordered = sorted(group, key=lambda number: (-nodes[number][1], number))
        dots |= {
            number: (x + dx, y + dy) for number, (dx, dy) in zip(ordered, _seeds(len(group)), strict=True)
        }
    return [dots[number] for number in range(len(nodes))]


def _seeds(count: int) -> list[Dot]:
    """Return so many dots of a sunflower about (0, 0), about one apart."""
    spots = ((math.sqrt(i), i * _GOLDEN) for i in range(count))
    return [(radius * math.cos(angle), radius * math.sin(angle)) for radius, angle in spots]


def _pack(radii: Sequence[float]) -> list[Dot]:
    """Return the middles of discs that do not touch, in the order of the radii, which never grow."""
    placed: list[tuple[float, float, float]] = []
    grid: dict[tuple[int, int], list[int]] = defaultdict(list)
    turn = 0.0
    for number, radius in enumerate(radii):
        if number and radius < radii[number - 1]:
            turn *= _BACK
        while True:
            distance = _PITCH * turn / math.tau
            x, y = distance * math.cos(turn), distance * math.sin(turn)
            if not _touches((x, y, radius), placed, grid):
                break
            turn += _PITCH / max(1.0, distance)
        for cell in _cells((x, y, radius)):
            grid[cell].append(number)
        placed.append((x, y, radius))
    return [(x, y) for x, y, _ in placed]


def _touches(
    disc: tuple[float, float, float],
    placed: Sequence[tuple[float, float, float]],
    grid: Mapping[tuple[int, int], Sequence[int]],
) -> bool:
    x, y, radius = disc
    near = {number for cell in _cells(disc) for number in grid.get(cell, ())}
    return any(math.hypot(x - placed[n][0], y - placed[n][1]) < radius + placed[n][2] + _GAP for n in near)


def _cells(disc: tuple[float, float, float]) -> list[tuple[int, int]]:
    """Return the cells of a grid that a disc and its gap lie in."""
    x, y, radius = disc
    reach = radius + _GAP
    columns, rows = (
        range(math.floor((middle - reach) / _CELL), math.floor((middle + reach) / _CELL) + 1)
        for middle in (x, y)
    )
    return [(column, row) for column in columns for row in rows]

"""A large network on paper: each place once, communities apart from each other, the same every time."""

import math
import random
from itertools import combinations

from endpoint.drawing.communities import place_communities


def make_nodes(seed: int, count: int) -> list[tuple[int, int]]:
    chance = random.Random(seed)
    return [(int(chance.paretovariate(0.8)), chance.randint(1, 30)) for _ in range(count)]


def discs(nodes, dots):
    """Return the middle and the radius of each community: those of the box around its places."""
    found = {}
    for community in {group for group, _ in nodes}:
        mine = [dot for (group, _), dot in zip(nodes, dots, strict=True) if group == community]
        middle = tuple(sum(part) / len(mine) for part in zip(*mine, strict=True))
        found[community] = (middle, max(math.dist(middle, dot) for dot in mine))
    return found


def test_no_two_places_share_a_spot_and_communities_do_not_mix():
    nodes = make_nodes(1, 400)
    dots = place_communities(nodes)
    assert len(dots) == len(nodes)
    assert min(math.dist(a, b) for a, b in combinations(dots, 2)) > 0.5
    for (group, _), dot in zip(nodes, dots, strict=True):
        nearest = min(
            (math.dist(dot, other), one) for other, (one, _) in zip(dots, nodes, strict=True) if other != dot
        )
        alone = sum(one == group for one, _ in nodes) == 1
        assert alone or nearest[1] == group


def test_the_hub_of_a_community_stands_in_its_middle():
    nodes = [(1, degree) for degree in (2, 9, 4, 1, 3, 3, 1, 2)]
    dots = place_communities(nodes)
    ((middle, _),) = discs(nodes, dots).values()
    assert min(range(len(nodes)), key=lambda number: math.dist(dots[number], (0.0, 0.0))) == 1
    assert math.dist(dots[1], middle) < 1


def test_the_same_network_gives_the_same_picture():
    assert place_communities(make_nodes(2, 300)) == place_communities(make_nodes(2, 300))


def test_nothing_is_no_picture():
    assert place_communities([]) == []

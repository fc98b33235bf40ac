"""Maps of pairs: a place with its partners, or the two places of one partnership."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from endpoint.drawing.map import Link, Map, Place, draw_map
from endpoint.drawing.sphere import Position
from endpoint.things.parts.pairs.partners import Partner, Partners

_HERE_SIZE = 7.0
_MANY = 60
_SMALL_SIZE = 3.0


@dataclass(frozen=True)
class PairMap:
    """A map of pairs; `kinds` are the groups on it as (key, label, number of lines).

    `unplaced` is how many pairs it cannot show, since no coordinates are known of one of their places.
    """

    map: Map
    kinds: tuple[tuple[str, str, int], ...]
    unplaced: int


def map_partners(name: str, here: Position | None, partners: Partners | None) -> PairMap | None:
    """Return the map of a place and its partners; None where it or all of them have no coordinates."""
    groups = partners.groups if partners else ()
    placed = [
        (group.key, partner, position)
        for group in groups
        for partner in group.partners
        if (position := partner.position)
    ]
    if here is None or not placed:
        return None
    many = len(placed) > _MANY
    places = [Place(name, here, kind="here", size=_HERE_SIZE)]
    links = []
    for key, partner, position in placed:
        places.append(_place(partner, position, key, many))
        links.append(Link(here, position, key, partner.partner.text))
    drawn = draw_map(places, links)
    labels = {group.key: group.label for group in groups}
    kinds = tuple((key, labels[key], count) for key, count in drawn.count(labels))
    return PairMap(drawn, kinds, (partners.count if partners else 0) - len(placed))


def _place(partner: Partner, position: Position, key: str, many: bool) -> Place:
    return Place(partner.partner.text, position, partner.partner.href, key, _SMALL_SIZE if many else 4.5)


def map_pair(ends: Iterable[tuple[str, str, Position | None]], kind: str) -> Map | None:
    """Return the map of two places (name, address, position) and the line between them, None without both."""
    places = [Place(name, position, href, "here", 6) for name, href, position in ends if position]
    if len(places) != 2:
        return None
    return draw_map(places, [Link(places[0].position, places[1].position, kind)])

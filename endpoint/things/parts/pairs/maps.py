"""Maps of pairs: a place with its partners, or the two places of one partnership."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from endpoint.drawing.map import Link, Map, Place, draw_map
from endpoint.drawing.sphere import Position, position_of
from endpoint.show.lookup import LABEL_PROPERTIES, Select, find_labels, text_of
from endpoint.show.texts import translate
from endpoint.show.values import FormattedValue, format_value
from endpoint.things.parts.pairs.partners import Partner, Partners
from queries.terms import iri_term

_HERE_SIZE = 7.0
_MANY = 60
_SMALL_SIZE = 3.0
_PAIR_SIZE = 6.0
_ENDS = """SELECT DISTINCT ?place ?point ?by WHERE {{ {pair} kk:party ?place .
  OPTIONAL {{ ?place geo:hasGeometry/geo:asWKT ?point }}
  OPTIONAL {{ ?claim kk:about {pair} ; kk:listedBy ?place . BIND(?place AS ?by)
    FILTER NOT EXISTS {{ ?claim kk:denies true }} }} }}"""


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


@dataclass(frozen=True)
class End:
    """One place of a pair; `lists` says whether it has the other one on a list of its own."""

    place: FormattedValue
    position: Position | None
    lists: bool


def read_ends(select: Select, pair: str, language: str) -> list[End]:
    """Return the two places of a pair, by label."""
    rows = select(_ENDS.format(pair=iri_term(pair))).rows
    labels = find_labels(select, (row["place"].value for row in rows), language, LABEL_PROPERTIES)
    ends = (
        End(format_value(row["place"], language, labels), position_of(text_of(row, "point")), "by" in row)
        for row in rows
    )
    return sorted(ends, key=lambda end: end.place.text.casefold())


def describe_lists(ends: Iterable[End], language: str) -> str:
    """Return which one of the two places lists the other, empty when both or neither do."""
    lists = [end.place.text for end in ends if end.lists]
    return translate("pair.one-sided", language, place=lists[0]) if len(lists) == 1 else ""


def map_pair(ends: Iterable[End], kind: str) -> Map | None:
    """Return the map of the two places of a pair and the line between them, None without coordinates."""
    places = [
        Place(end.place.text, end.position, end.place.href, "here", _PAIR_SIZE)
        for end in ends
        if end.position
    ]
    if len(places) != 2:
        return None
    return draw_map(places, [Link(places[0].position, places[1].position, kind)])

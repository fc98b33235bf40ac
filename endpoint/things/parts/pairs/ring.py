"""The ring of a place: its partners, and the places that several of them share."""

from __future__ import annotations

from collections import defaultdict

from endpoint.drawing.ring import Neighbour, Ring, draw_ring, find_pairs
from endpoint.drawing.sphere import position_of
from endpoint.show.addresses import link, page_path
from endpoint.show.lookup import LABEL_PROPERTIES, Select, find_labels, text_of
from ontology import BASE
from queries.terms import iri_term

_FEWEST, _MOST = 2, 40
"""How many partners a ring has room for."""
_MOST_SHARED = 24
_PARTNERS = """SELECT ?partner (SAMPLE(?wkt) AS ?point) WHERE {{ {place} kk:partnerOf ?partner .
  OPTIONAL {{ ?partner geo:hasGeometry/geo:asWKT ?wkt }} }} GROUP BY ?partner"""
_SECOND = """SELECT ?partner ?second WHERE {{ {place} kk:partnerOf ?partner . ?partner kk:partnerOf ?second .
  FILTER(?second != {place}) }}"""


def read_ring(select: Select, place: str, language: str) -> Ring | None:
    """Return the ring of a place, its partners in the order of their longitudes.

    None for a place with one partner, or with more than there is room for. Raises the QueryError tree.
    """
    rows = select(_PARTNERS.format(place=iri_term(place))).rows
    if not _FEWEST <= len(rows) <= _MOST:
        return None
    points = {row["partner"].value: position_of(text_of(row, "point")) for row in rows}
    partners = sorted(points, key=lambda iri: (points[iri] or (0.0, 0.0), iri))
    links: dict[str, set[str]] = defaultdict(set)
    for row in select(_SECOND.format(place=iri_term(place))).rows:
        links[row["partner"].value].add(row["second"].value)
    shared = _find_shared(partners, links)
    labels = find_labels(select, [*partners, *shared], language, LABEL_PROPERTIES)
    neighbours = {
        iri: Neighbour(labels.get(iri, iri.removeprefix(f"{BASE}place/")), link(page_path(iri) or iri))
        for iri in (*partners, *shared)
    }
    return draw_ring(
        [neighbours[iri] for iri in partners],
        find_pairs(partners, links),
        {neighbours[iri]: numbers for iri, numbers in shared.items()},
    )


def _find_shared(partners: list[str], links: dict[str, set[str]]) -> dict[str, list[int]]:
    """Return the places that most partners have besides, two at least, with the numbers of these partners."""
    having: dict[str, list[int]] = defaultdict(list)
    for number, partner in enumerate(partners):
        for second in links[partner] - set(partners):
            having[second].append(number)
    several = sorted((-len(numbers), iri) for iri, numbers in having.items() if len(numbers) > 1)
    return {iri: having[iri] for _, iri in several[:_MOST_SHARED]}

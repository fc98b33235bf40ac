"""The network of accepted partnerships, whole or as of a date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graph.model.claims import Place
from graph.model.conclusions import Model, Outcome, Pair
from graph.model.dates import PartialDate

ENDED = frozenset({"expired", "terminated", "superseded"})
"""The statuses that say that a partnership is over."""


@dataclass(frozen=True)
class Node:
    """A place with an accepted partner; `label` is English, `label_id` Indonesian, `country` a place id.

    Coordinates are degrees of WGS 84, None when not known; other things not known are empty.
    """

    id: str
    label: str = ""
    label_id: str = ""
    country: str = ""
    country_iso: str = ""
    country_label: str = ""
    country_label_id: str = ""
    level: str = ""
    city: bool = False
    latitude: float | None = None
    longitude: float | None = None
    qid: str = ""


@dataclass(frozen=True)
class Edge:
    """An accepted partnership; `source` and `target` are its places in the order of its id, not a direction.

    `sources` is the number of independent sources with a claim about it. `status`, `relation` and
    `since_basis` are slugs; the last says how `since` was worked out where no source states it (R12).
    `domestic` is None where the country of one place is not known.
    """

    source: str
    target: str
    partnership: str
    since: PartialDate | None = None
    until: PartialDate | None = None
    status: str = ""
    relation: str = ""
    domestic: bool | None = None
    sources: int = 0
    since_basis: str = ""

    def exists_at(self, as_of: PartialDate) -> bool:
        """Return whether it may have existed at some moment of `as_of`; False when its start is not known.

        Coarse dates get the benefit of the doubt: a start known to the year counts from the first day of that
        year, an end known to the year until its last day. Without an end it still exists.
        """
        if self.since is None or _first_day(self.since) > _last_day(as_of):
            return False
        return self.until is None or _last_day(self.until) >= _first_day(as_of)


@dataclass(frozen=True)
class Network:
    """An undirected, simple network, nodes and edges in the order of their ids.

    `as_of` is the date that it shows, None for all partnerships there ever were. With a date, `undated`
    counts the accepted partnerships left out because their start is not known, and `unended` those kept that
    are over by their status without a known end.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    as_of: PartialDate | None = None
    undated: int = 0
    unended: int = 0

    def number_ends(self) -> list[tuple[int, int]]:
        """Return the two nodes of each edge, as their positions among the nodes."""
        at = {node.id: n for n, node in enumerate(self.nodes)}
        return [(at[edge.source], at[edge.target]) for edge in self.edges]


def _first_day(date: PartialDate) -> tuple[int, int, int]:
    return date.year, date.month or 1, date.day or 1


def _last_day(date: PartialDate) -> tuple[int, int, int]:
    return date.year, date.month or 12, date.day or 31


def make_network(nodes: Iterable[Node], edges: Iterable[Edge], as_of: PartialDate | None = None) -> Network:
    """Return the network of the edges that exist at `as_of` (all without it) and of the nodes they link."""
    given = sorted(edges, key=lambda edge: edge.partnership)
    kept = given if as_of is None else [edge for edge in given if edge.exists_at(as_of)]
    linked = {end for edge in kept for end in (edge.source, edge.target)}
    return Network(
        nodes=tuple(sorted((node for node in nodes if node.id in linked), key=lambda node: node.id)),
        edges=tuple(kept),
        as_of=as_of,
        undated=0 if as_of is None else sum(edge.since is None for edge in given),
        unended=0 if as_of is None else sum(edge.until is None and edge.status in ENDED for edge in kept),
    )


def network_of(model: Model, as_of: PartialDate | None = None) -> Network:
    """Return the network of a model's accepted pairs; the same as `read_network` gives of its release."""
    accepted = [pair for pair in model.pairs if pair.outcome is Outcome.ACCEPTED]
    parties = {party for pair in accepted for party in pair.parties}
    nodes = (_node_of(model.places[party], model) for party in parties)
    return make_network(nodes, (_edge_of(pair, model) for pair in accepted), as_of)


def _node_of(place: Place, model: Model) -> Node:
    country = model.places.get(place.country)  # of a country that is a party itself, as in the graph
    return Node(
        id=place.id,
        label=place.label("en"),
        label_id=place.label("id"),
        country=country.id if country else "",
        country_iso=dict(country.codes).get("iso", "") if country else "",
        country_label=country.label("en") if country else "",
        country_label_id=country.label("id") if country else "",
        level=place.level,
        city=place.is_city,
        latitude=float(place.latitude) if place.latitude else None,
        longitude=float(place.longitude) if place.longitude else None,
        qid=place.qid,
    )


def _edge_of(pair: Pair, model: Model) -> Edge:
    first, second = pair.parties
    return Edge(
        source=first,
        target=second,
        partnership=pair.id,
        since=pair.since.value if pair.since else None,
        since_basis=pair.since.basis if pair.since else "",
        until=pair.until.value if pair.until else None,
        status=pair.status,
        relation=pair.relation.value if pair.relation else "",
        domestic=model.is_domestic(pair),
        sources=len(pair.sources),
    )

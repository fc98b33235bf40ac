"""What a network looks like in numbers: of each place, each partnership, each two countries, and the whole.

Deterministic: networkx sees places as numbers in the order of their ids, so neither the hash seed nor the
order of the input matters. Floats are rounded to 6 decimals, distances to 0.1 km (coordinates have 0.01°).
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import cast

import networkx as nx

from graph.model.iris import order_pair
from graph.model.points import distance_km
from graph.network.betweenness import SEED, count_pivots, find_betweenness
from graph.network.network import Network, Node

LARGEST_FOR_DIAMETER = 20_000
"""In nodes; the diameter of a larger component is not computed."""


@dataclass(frozen=True)
class PlaceMeasures:
    """One place. `component` and `community` are numbers from 1, the largest first."""

    id: str
    degree: int
    betweenness: float
    clustering: float
    component: int
    community: int
    bridge_links: int


@dataclass(frozen=True)
class LinkMeasures:
    """One partnership; the distance is None when a place has no coordinates."""

    id: str
    distance_km: float | None
    bridge: bool


@dataclass(frozen=True)
class CountryMeasures:
    """One country: how many links its places have to other countries, and among themselves."""

    id: str
    label: str
    label_id: str
    international: int
    domestic: int


@dataclass(frozen=True)
class CountryPair:
    """Two countries (or one twice) with links; `expected` is their number if links were drawn at random."""

    countries: tuple[str, str]
    links: int
    expected: float


@dataclass(frozen=True)
class NetworkMeasures:
    """The whole network; None where a figure is not defined. Distances in km, shares and densities 0 to 1.

    Betweenness is exact when it has as many pivots as there are nodes.
    """

    nodes: int
    edges: int
    density: float
    components: int
    largest_component: int
    largest_component_share: float
    diameter: int | None
    betweenness_pivots: int
    average_clustering: float
    transitivity: float
    communities: int
    modularity: float | None
    bridges: int
    degree_assortativity: float | None
    country_assortativity: float | None
    international: int
    domestic: int
    with_distance: int
    median_distance_km: float | None


@dataclass(frozen=True)
class Measures:
    """All measures of one network, each kind in the order of its ids."""

    network: NetworkMeasures
    places: tuple[PlaceMeasures, ...]
    links: tuple[LinkMeasures, ...]
    countries: tuple[CountryMeasures, ...]
    country_pairs: tuple[CountryPair, ...]


def measure(
    network: Network,
    betweenness: Callable[[], Sequence[float]] | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> Measures:
    """Return the measures of a network as an undirected, simple graph without weights.

    `betweenness` returns the values of the nodes and is called last, since it may have to wait for them;
    without it they are found here. `progress` is called with the name of each step that can take long.
    """
    ends = network.number_ends()
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(network.nodes)))
    graph.add_edges_from(ends)
    progress("finding components and bridges")
    components = _largest_first(nx.connected_components(graph))
    bridges = {frozenset(pair) for pair in cast(Iterable[tuple[int, int]], nx.bridges(graph))}
    progress("finding communities")
    communities = _largest_first(nx.community.louvain_communities(graph, seed=SEED)) if ends else components
    links = tuple(
        LinkMeasures(edge.partnership, _distance(network.nodes[a], network.nodes[b]), {a, b} in bridges)
        for edge, (a, b) in zip(network.edges, ends, strict=True)
    )
    pairs = [(network.nodes[a].country, network.nodes[b].country) for a, b in ends]
    known = [order_pair(a, b) for a, b in pairs if a and b]
    progress("measuring clustering and diameter")
    clustering = cast(dict[int, float], nx.clustering(graph))
    whole = _measure_whole(graph, clustering, components, communities, links, known)
    progress("finding betweenness")
    values = betweenness() if betweenness else find_betweenness(whole.nodes, ends, whole.betweenness_pivots)
    return Measures(
        whole,
        _measure_places(network.nodes, graph, clustering, values, components, communities, bridges),
        links,
        _measure_countries(network.nodes, known),
        _count_country_pairs(known),
    )


def _largest_first(groups: Iterable[set[int]]) -> list[set[int]]:
    """Return groups by falling size, those of one size by their smallest id."""
    return sorted(groups, key=lambda group: (-len(group), min(group)))


def _measure_places(
    nodes: Sequence[Node],
    graph: nx.Graph[int],
    clustering: Mapping[int, float],
    betweenness: Sequence[float],
    components: Sequence[set[int]],
    communities: Sequence[set[int]],
    bridges: Iterable[frozenset[int]],
) -> tuple[PlaceMeasures, ...]:
    component, community = _number(components), _number(communities)
    bridge_links = Counter(chain.from_iterable(bridges))
    return tuple(
        PlaceMeasures(
            id=node.id,
            degree=graph.degree[n],
            betweenness=_round(betweenness[n]),
            clustering=_round(clustering[n]),
            component=component[n],
            community=community[n],
            bridge_links=bridge_links[n],
        )
        for n, node in enumerate(nodes)
    )


def _number(groups: Iterable[set[int]]) -> dict[int, int]:
    return {node: number for number, group in enumerate(groups, start=1) for node in group}


def _distance(a: Node, b: Node) -> float | None:
    """Return the length in km of the shortest way over the WGS 84 ellipsoid, to 0.1 km."""
    if a.longitude is None or a.latitude is None or b.longitude is None or b.latitude is None:
        return None
    return round(distance_km(a.latitude, a.longitude, b.latitude, b.longitude), 1)


def _measure_whole(
    graph: nx.Graph[int],
    clustering: Mapping[int, float],
    components: Sequence[set[int]],
    communities: Sequence[set[int]],
    links: Sequence[LinkMeasures],
    countries: Sequence[tuple[str, str]],
) -> NetworkMeasures:
    nodes, edges = graph.number_of_nodes(), graph.number_of_edges()
    distances = [link.distance_km for link in links if link.distance_km is not None]
    largest = len(components[0]) if components else 0
    domestic = sum(a == b for a, b in countries)
    return NetworkMeasures(
        nodes=nodes,
        edges=edges,
        density=_round(nx.density(graph)),
        components=len(components),
        largest_component=largest,
        largest_component_share=_round(largest / nodes) if nodes else 0.0,
        diameter=_diameter(graph, components),
        betweenness_pivots=count_pivots(nodes, edges),
        average_clustering=_round(sum(clustering.values()) / nodes) if nodes else 0.0,
        transitivity=_round(nx.transitivity(graph)),
        communities=len(communities),
        modularity=_round(nx.community.modularity(graph, communities)) if edges else None,
        bridges=sum(link.bridge for link in links),
        degree_assortativity=correlate_degrees(graph),
        country_assortativity=assort_countries(countries),
        international=len(countries) - domestic,
        domestic=domestic,
        with_distance=len(distances),
        median_distance_km=round(statistics.median(distances), 1) if distances else None,
    )


def _diameter(graph: nx.Graph[int], components: Sequence[set[int]]) -> int | None:
    if not components or len(components[0]) > LARGEST_FOR_DIAMETER:
        return None
    diameter: int = nx.diameter(graph.subgraph(sorted(components[0])).copy(), usebounds=True)
    return diameter


def correlate_degrees(graph: nx.Graph[int]) -> float | None:
    """Return the degree assortativity: the correlation of the degrees at both ends of the links.

    None when all ends have one degree. Newman 2003, doi:10.1103/PhysRevE.67.026126, equation 26.
    """
    sources = [graph.degree[a] for a, _ in graph.edges]
    targets = [graph.degree[b] for _, b in graph.edges]
    if len({*sources, *targets}) < 2:
        return None
    return _round(statistics.correlation(sources + targets, targets + sources))


def assort_countries(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Return the assortativity of links by country: 1 all within countries, 0 as by chance, below 0 fewer.

    `pairs` are the countries of the ends of each link. None when there is no link, or all ends lie in one
    country. Newman 2003, doi:10.1103/PhysRevE.67.026126, equation 2.
    """
    ends = Counter(chain.from_iterable(pairs))
    if len(ends) < 2:
        return None
    within = sum(a == b for a, b in pairs) / len(pairs)
    chance = sum((count / (2 * len(pairs))) ** 2 for count in ends.values())
    return _round((within - chance) / (1 - chance))


def _measure_countries(
    nodes: Iterable[Node], pairs: Sequence[tuple[str, str]]
) -> tuple[CountryMeasures, ...]:
    labels = {node.country: (node.country_label, node.country_label_id) for node in nodes if node.country}
    domestic = Counter(a for a, b in pairs if a == b)
    international = Counter(chain.from_iterable(pair for pair in pairs if pair[0] != pair[1]))
    return tuple(
        CountryMeasures(country, *labels[country], international[country], domestic[country])
        for country in sorted(labels)
    )


def _count_country_pairs(pairs: Sequence[tuple[str, str]]) -> tuple[CountryPair, ...]:
    """Return each two countries with links; expected: the ends of each country joined at random."""
    ends = Counter(chain.from_iterable(pairs))
    counts = Counter(pairs)
    found = []
    for a, b in sorted(counts):
        ways = ends[a] * ends[b] / (2 if a == b else 1)
        found.append(CountryPair((a, b), counts[a, b], _round(ways / (2 * len(pairs)))))
    return tuple(found)


def _round(value: float) -> float:
    """Return a float with 6 decimals, zero without a sign."""
    return round(value, 6) + 0.0

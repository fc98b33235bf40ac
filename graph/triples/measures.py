"""From measures to the triples of graph/measures; decimals in the form that the store gives back."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from graph.model.iris import graph_iri
from graph.model.terms import LABEL, A, Triple, boolean, decimal, integer, kk, node, resource, text
from graph.network.measures import (
    CountryMeasures,
    CountryPair,
    LinkMeasures,
    Measures,
    NetworkMeasures,
    PlaceMeasures,
)
from graph.triples.model import LANGUAGES
from ontology import PREFIXES

_COMMENT = node(PREFIXES["rdfs"] + "comment")
_DERIVED = node(PREFIXES["prov"] + "wasDerivedFrom")
_NETWORK = resource("measure", "network")

_METHOD = {
    "en": "Of the accepted partnerships, ended ones included, as an undirected network without weights, each"
    " pair once. Components, betweenness, clustering, bridges, diameter and density by NetworkX; betweenness"
    " normalised, with shortest paths from {pivots}; communities by the Louvain method of NetworkX,"
    " resolution 1, seed 1, places in the order of their ids as text; assortativity after Newman 2003;"
    " distances by pyproj, geodesics over the WGS 84 ellipsoid, to 0.1 km. Other figures are rounded to"
    " 6 decimals.",
    "id": "Dari kemitraan yang diterima, termasuk yang telah berakhir, sebagai jaringan tak berarah tanpa"
    " bobot, tiap pasangan satu kali. Komponen, keantaraan, pengelompokan, jembatan, diameter, dan kerapatan"
    " dengan NetworkX; keantaraan dinormalkan, dengan rantai terpendek dari {pivots}; komunitas dengan metode"
    " Louvain NetworkX, resolusi 1, benih 1, wilayah menurut urutan id sebagai teks; asortativitas menurut"
    " Newman 2003; jarak dengan pyproj, geodesik di atas elipsoid WGS 84, hingga 0,1 km. Angka lain"
    " dibulatkan hingga 6 desimal.",
}
_PIVOTS = {
    True: {"en": "every place", "id": "setiap wilayah"},
    False: {
        "en": "{n} places drawn at random with seed 1",
        "id": "{n} wilayah yang diambil acak dengan benih 1",
    },
}
_TITLE = {"en": "The network of accepted partnerships", "id": "Jaringan kemitraan yang diterima"}


def describe_measures(measures: Measures) -> Iterator[Triple]:
    """Yield the triples of graph/measures: of places, partnerships, countries, their pairs, and the whole."""
    yield from _describe_network(measures.network)
    for place in measures.places:
        yield from _describe_place(place)
    for link in measures.links:
        yield from _describe_link(link)
    labels = {}
    for country in measures.countries:
        labels[country.id] = {"en": country.label, "id": country.label_id}
        yield from _describe_country(country)
    for pair in measures.country_pairs:
        yield from _describe_country_pair(pair, labels)


def _number(value: float | int) -> Literal:
    return integer(value) if isinstance(value, int) else decimal(value)


def _describe_network(whole: NetworkMeasures) -> Iterator[Triple]:
    """Yield the figures of the network, with how they were made; what is not defined is not there."""
    figures = {
        "nodeCount": whole.nodes,
        "edgeCount": whole.edges,
        "density": whole.density,
        "componentCount": whole.components,
        "largestComponentSize": whole.largest_component,
        "largestComponentShare": whole.largest_component_share,
        "diameter": whole.diameter,
        "pivotCount": whole.betweenness_pivots,
        "averageClustering": whole.average_clustering,
        "transitivity": whole.transitivity,
        "communityCount": whole.communities,
        "modularity": whole.modularity,
        "bridgeCount": whole.bridges,
        "degreeAssortativity": whole.degree_assortativity,
        "countryAssortativity": whole.country_assortativity,
        "internationalLinks": whole.international,
        "domesticLinks": whole.domestic,
        "locatedLinks": whole.with_distance,
        "medianDistanceKm": whole.median_distance_km,
    }
    pivots = _PIVOTS[whole.betweenness_pivots == whole.nodes]
    yield _NETWORK, A, kk("NetworkMeasure")
    yield _NETWORK, _DERIVED, node(graph_iri("core"))
    for lang in LANGUAGES:
        yield _NETWORK, LABEL, text(_TITLE[lang], lang)
        origins = pivots[lang].format(n=whole.betweenness_pivots)
        yield _NETWORK, _COMMENT, text(_METHOD[lang].format(pivots=origins), lang)
    for name, value in figures.items():
        if value is not None:
            yield _NETWORK, kk(name), _number(value)


def _describe_place(place: PlaceMeasures) -> Iterator[Triple]:
    subject = resource("place", place.id)
    yield subject, kk("degree"), integer(place.degree)
    yield subject, kk("betweenness"), decimal(place.betweenness)
    yield subject, kk("clustering"), decimal(place.clustering)
    yield subject, kk("component"), integer(place.component)
    yield subject, kk("community"), integer(place.community)
    yield subject, kk("bridgeLinks"), integer(place.bridge_links)


def _describe_link(link: LinkMeasures) -> Iterator[Triple]:
    subject = resource("partnership", link.id)
    yield subject, kk("isBridge"), boolean(link.bridge)
    if link.distance_km is not None:
        yield subject, kk("distanceKm"), decimal(link.distance_km)


def _describe_country(country: CountryMeasures) -> Iterator[Triple]:
    subject = resource("place", country.id)
    yield subject, kk("internationalLinks"), integer(country.international)
    yield subject, kk("domesticLinks"), integer(country.domestic)


def _describe_country_pair(pair: CountryPair, labels: dict[str, dict[str, str]]) -> Iterator[Triple]:
    """Yield one pair of countries, under ``measure/country-pair/Q17-Q252``, ids in the order of pairs."""
    subject: NamedNode = resource("measure", f"country-pair/{'-'.join(pair.countries)}")
    yield subject, A, kk("CountryPair")
    for lang in LANGUAGES:
        yield subject, LABEL, text(" – ".join(labels[country][lang] for country in pair.countries), lang)
    for country in dict.fromkeys(pair.countries):
        yield subject, kk("betweenCountries"), resource("place", country)
    yield subject, kk("linkCount"), integer(pair.links)
    yield subject, kk("expectedLinks"), decimal(pair.expected)

"""What this service can do and holds, as a graph: https://www.w3.org/TR/sparql11-service-description/."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from rdflib import RDF, RDFS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS
from rdflib.term import Node

from endpoint.engine.results import select_rows
from endpoint.serving.releases.service import Service
from endpoint.show.release import read_statistics
from endpoint.show.texts import LANGUAGES
from endpoint.sparql.deviations import deviations_of
from endpoint.sparql.limits import limits_of
from endpoint.sparql.negotiation import FORMATS
from ontology import BASE, SCHEMA

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
GEOF = Namespace("http://www.opengis.net/def/function/geosparql/")

_PREFIXES = (
    *(("sd", SD), ("void", VOID), ("schema", SCHEMA), ("geof", GEOF)),
    *(("dcterms", DCTERMS), ("rdfs", RDFS), ("xsd", XSD)),
)
_SPARQL_12 = "https://www.w3.org/TR/sparql12-query/"
_PROPOSALS = "https://github.com/w3c/sparql-dev/blob/main/SEP/"
EXTENSIONS: Mapping[str, tuple[str, str]] = {
    "triple-terms": ("Triple terms, reifiers and annotations", _SPARQL_12),
    "triple-functions": ("TRIPLE, isTRIPLE, SUBJECT, PREDICATE and OBJECT", _SPARQL_12),
    "base-direction": ("Texts with a base direction: LANGDIR, STRLANGDIR, hasLANG, hasLANGDIR", _SPARQL_12),
    "version": ("VERSION in the prologue", _SPARQL_12),
    "durations": ("ADJUST and arithmetic with durations", _PROPOSALS + "SEP-0002/sep-0002.md"),
    "lateral": ("LATERAL", _PROPOSALS + "SEP-0006/sep-0006.md"),
}
"""What goes beyond SPARQL 1.1: its name, and where it is specified."""

# https://www.ogc.org/standard/geosparql/, those that the engine has
GEO_FUNCTIONS = (
    *("area", "asGeoJSON", "convexHull", "difference", "dimension", "distance", "ehEquals", "envelope"),
    *("getSRID", "intersection", "isEmpty", "length", "rcc8eq", "relate", "sfContains", "sfCrosses"),
    *("sfDisjoint", "sfEquals", "sfIntersects", "sfOverlaps", "sfTouches", "sfWithin", "symDifference"),
    "union",
)

# RDF formats for quads write a graph without names as the format for triples that they extend.
_RDFLIB_FORMATS = {"application/trig": "text/turtle", "application/n-quads": "application/n-triples"}

_COUNTS = "SELECT ?graph (COUNT(*) AS ?triples) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"
_MOST_COUNTED = 8
_counts: OrderedDict[tuple[str, str], dict[str, int]] = OrderedDict()
_lock = threading.Lock()


def count_graphs(state: Service) -> dict[str, int]:
    """Return the number of triples of each named graph, in the order of their IRIs.

    As the release describes itself, else counted once. Raises the QueryError tree.
    """
    if (statistics := read_statistics(state.release)) is not None:
        return dict(sorted(statistics.graphs.items()))
    key = (state.release.id, str(state.release.path))
    with _lock:
        if key in _counts:
            return _counts[key]
    rows = select_rows(state.engine, _COUNTS).rows
    counts = {row["graph"].value: int(row["triples"].value) for row in rows if "graph" in row}
    with _lock:
        _counts[key] = dict(sorted(counts.items()))
        while len(_counts) > _MOST_COUNTED:
            _counts.popitem(last=False)
        return _counts[key]


def write_description(state: Service, address: str, media_type: str) -> bytes:
    """Return the description of the service at an address, in one of the RDF formats."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in _PREFIXES:
        graph.bind(prefix, namespace)
    for triple in describe(state, address):
        graph.add(triple)
    name = _RDFLIB_FORMATS.get(media_type, media_type)
    return graph.serialize(format=name, encoding="utf-8")


def describe(state: Service, address: str) -> Iterator[tuple[Node, Node, Node]]:
    """Yield the description, without blank nodes: all its things have names below the address."""
    service = URIRef(address)
    yield service, RDF.type, SD.Service
    yield service, SD.endpoint, service
    yield service, SD.supportedLanguage, SD.SPARQL11Query
    yield service, SD.feature, SD.UnionDefaultGraph
    if state.config.allowed_services:
        yield service, SD.feature, SD.BasicFederatedQuery
    for fmt in FORMATS:
        yield service, SD.resultFormat, URIRef(fmt.iri)
    yield from _describe_extensions(service)
    yield from _describe_limits(service, state)
    yield from _describe_deviations(service, state)
    yield from _describe_dataset(service, state)


def _describe_extensions(service: URIRef) -> Iterator[tuple[Node, Node, Node]]:
    for slug, (name, address) in EXTENSIONS.items():
        feature = service + f"#{slug}"
        yield service, SD.languageExtension, feature
        yield feature, RDF.type, SD.Feature
        yield feature, RDFS.label, Literal(name, "en")
        yield feature, RDFS.seeAlso, URIRef(address)
    for function in GEO_FUNCTIONS:
        yield service, SD.extensionFunction, GEOF[function]
        yield GEOF[function], RDF.type, SD.Function


def _describe_limits(service: URIRef, state: Service) -> Iterator[tuple[Node, Node, Node]]:
    yield service, RDFS.seeAlso, URIRef(service.rpartition("/")[0] + "/limits")
    for limit in limits_of(state.config):
        if limit.value is not None:
            name = service + f"#limit-{limit.slug}"
            number = Literal(f"{limit.value:.10g}", datatype=XSD.decimal)
            yield service, SCHEMA.additionalProperty, name
            yield name, RDF.type, SCHEMA.PropertyValue
            yield name, SCHEMA.propertyID, Literal(limit.slug)
            yield name, SCHEMA.value, number
            yield name, SCHEMA.unitText, Literal(limit.unit)
            for lang in LANGUAGES:
                yield name, SCHEMA.name, Literal(limit.describe(lang), lang)


def _describe_deviations(service: URIRef, state: Service) -> Iterator[tuple[Node, Node, Node]]:
    """Yield what differs from SPARQL 1.1: what a query gives here, and where the standard says otherwise."""
    for deviation in deviations_of(state.engine):
        name = service + f"#deviation-{deviation.slug}"
        yield service, SCHEMA.additionalProperty, name
        yield name, RDF.type, SCHEMA.PropertyValue
        yield name, SCHEMA.propertyID, Literal(f"deviation/{deviation.slug}")
        yield name, SCHEMA.value, Literal(deviation.given)
        yield name, SCHEMA.valueReference, Literal(deviation.right)
        yield name, SCHEMA.measurementTechnique, Literal(deviation.query)
        yield name, RDFS.seeAlso, URIRef(deviation.section)
        for lang in LANGUAGES:
            yield name, SCHEMA.name, Literal(deviation.describe(lang), lang)


def _describe_dataset(service: URIRef, state: Service) -> Iterator[tuple[Node, Node, Node]]:
    dataset, union = service + "#dataset", service + "#union"
    counts = count_graphs(state)
    yield service, SD.defaultDataset, dataset
    yield dataset, RDF.type, SD.Dataset
    yield dataset, DCTERMS.identifier, Literal(state.release.id)
    yield dataset, SD.defaultGraph, union
    yield union, RDF.type, SD.Graph
    yield union, VOID.triples, Literal(sum(counts.values()))
    for name, triples in counts.items():
        local = quote(name.removeprefix(BASE).replace("/", "-"), safe="")
        named, graph = service + f"#named-{local}", service + f"#{local}"
        yield dataset, SD.namedGraph, named
        yield named, RDF.type, SD.NamedGraph
        yield named, SD.name, URIRef(name)
        yield named, SD.graph, graph
        yield graph, RDF.type, SD.Graph
        yield graph, VOID.triples, Literal(triples)

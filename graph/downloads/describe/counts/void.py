"""The counts of a release in VoID (https://www.w3.org/TR/void/), without blank nodes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import NamedNode
from rdflib import URIRef
from rdflib.namespace import DCTERMS

from graph.downloads.describe.counts.statistics import Counts, Statistics
from graph.downloads.describe.publication import licences_of
from graph.model.claims import CollectionInfo
from graph.model.iris import graph_iri
from graph.model.terms import A, Triple, integer, node, text
from ontology import ONTOLOGY_IRI, PREFIXES, ontology

VOID = "http://rdfs.org/ns/void#"
SD = "http://www.w3.org/ns/sparql-service-description#"

# The named graphs that are no collection: title, title in Indonesian.
_GRAPHS = {
    "core": (
        "Places, partnerships and agreements: what we conclude",
        "Wilayah, kemitraan, dan perjanjian: simpulan kami",
    ),
    "assessments": ("What we think of the claims, and why", "Penilaian kami atas klaim, beserta alasannya"),
    "measures": ("Measures of the network", "Ukuran jaringan"),
    "vocabulary": ("The controlled vocabularies", "Kosakata terkendali"),
    "ontology": ("The ontology", "Ontologi"),
    "questions": ("The questions, as examples of SPARQL", "Pertanyaan, sebagai contoh SPARQL"),
    "void": (
        "The classes and properties in use, counted",
        "Kelas dan properti yang dipakai, dengan hitungannya",
    ),
}


def describe_titles(
    subject: NamedNode, english: str, indonesian: str, name: str = "title"
) -> Iterator[Triple]:
    """Yield a text in both languages, as dcterms:title or the term of Dublin Core called `name`."""
    for value, language in ((english, "en"), (indonesian, "id")):
        yield subject, node(PREFIXES["dcterms"] + name), text(value, language)


def describe_licences(subject: NamedNode, licences: Sequence[str]) -> Iterator[Triple]:
    """Yield the licences that something bears."""
    return ((subject, node(PREFIXES["dcterms"] + "license"), node(licence)) for licence in licences)


def describe_counts(subject: NamedNode, counts: Counts) -> Iterator[Triple]:
    """Yield the counts of a dataset, or of one of its named graphs."""
    yield subject, node(VOID + "triples"), integer(counts.triples)
    yield subject, node(VOID + "entities"), integer(counts.entities)
    yield subject, node(VOID + "distinctSubjects"), integer(counts.subjects)
    yield subject, node(VOID + "distinctObjects"), integer(counts.objects)
    yield subject, node(VOID + "properties"), integer(counts.properties)
    yield subject, node(VOID + "classes"), integer(counts.classes)


def describe_parts(
    release: NamedNode, statistics: Statistics, collections: Sequence[CollectionInfo]
) -> Iterator[Triple]:
    """Yield each named graph as a subset with its licence, each class and property as a partition."""
    graphs = {node(f"{release.value}#graph-{_graph_name(iri)}"): iri for iri in statistics.graphs}
    classes = {name_part(release.value, "class", iri): iri for iri in statistics.classes}
    properties = {name_part(release.value, "property", iri): iri for iri in statistics.properties}
    yield from ((release, node(VOID + "subset"), part) for part in graphs)
    yield from ((release, node(VOID + "classPartition"), part) for part in classes)
    yield from ((release, node(VOID + "propertyPartition"), part) for part in properties)
    for part, iri in graphs.items():
        yield from _describe_graph(part, iri, statistics.graphs[iri], collections)
    for part, iri in classes.items():
        yield part, node(VOID + "class"), node(iri)
        yield part, node(VOID + "entities"), integer(statistics.classes[iri])
    for part, iri in properties.items():
        used = statistics.properties[iri]
        yield part, node(VOID + "property"), node(iri)
        yield part, node(VOID + "triples"), integer(used.triples)
        yield part, node(VOID + "distinctSubjects"), integer(used.subjects)
        yield part, node(VOID + "distinctObjects"), integer(used.objects)


def _describe_graph(
    subject: NamedNode, graph: str, counts: Counts, collections: Sequence[CollectionInfo]
) -> Iterator[Triple]:
    name = _graph_name(graph)
    yield subject, A, node(VOID + "Dataset")
    yield subject, A, node(SD + "NamedGraph")
    yield subject, node(SD + "name"), node(graph)
    yield from describe_titles(subject, *_titles_of(name, collections))
    yield from describe_licences(subject, _licences_of_graph(name, collections))
    yield from describe_counts(subject, counts)


def name_part(whole: str, kind: str, iri: str) -> NamedNode:
    """Return the IRI of a part of a dataset, or of a part of such a part: the end of it names a term."""
    joined = "-".join(filter(None, (kind, _fragment(iri))))
    return node(f"{whole}-{joined}" if "#" in whole else f"{whole}#{joined}")


def _graph_name(graph: str) -> str:
    return graph.removeprefix(graph_iri(""))


def _titles_of(name: str, collections: Sequence[CollectionInfo]) -> tuple[str, str]:
    for info in collections:
        if info.name == name:
            titles = dict(info.title)
            return titles["en"], titles["id"]
    return _GRAPHS.get(name, (name, name))


def _licences_of_graph(name: str, collections: Sequence[CollectionInfo]) -> tuple[str, ...]:
    """Return the licence of a collection's graph; what is derived from all of them bears all of theirs."""
    if name in {"ontology", "questions", "vocabulary"}:
        return (str(ontology().value(URIRef(ONTOLOGY_IRI), DCTERMS.license)),)
    return licences_of([info for info in collections if info.name == name]) or licences_of(collections)


def _fragment(iri: str) -> str:
    """Return a name for a class or property: its prefix and local name, ``kk-Place``."""
    fitting = [(base, prefix) for prefix, base in PREFIXES.items() if iri.startswith(base)]
    base, prefix = max(fitting, key=lambda pair: len(pair[0]), default=("", ""))
    local = "".join(c if c.isalnum() else "-" for c in iri.removeprefix(base))
    return f"{prefix}-{local}" if prefix else local

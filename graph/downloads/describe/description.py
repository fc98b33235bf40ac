"""A release described for machines: VoID, DCAT and SPDX checksums, without blank nodes.

Vocabularies: https://www.w3.org/TR/void/, https://www.w3.org/TR/vocab-dcat-3/,
https://www.w3.org/TR/sparql11-service-description/, https://spdx.org/rdf/terms/.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, parse, serialize

from graph.downloads.describe.counts.partitions import VOID_EXT, describe_schema
from graph.downloads.describe.counts.statistics import Statistics
from graph.downloads.describe.counts.void import (
    SD,
    VOID,
    describe_counts,
    describe_licences,
    describe_parts,
    describe_titles,
)
from graph.downloads.describe.provenance import describe_build
from graph.downloads.describe.publication import (
    CONFORMS_TO,
    KEYWORDS,
    LANGUAGES,
    PUBLIC,
    PUBLISHER,
    Publication,
    doi_address,
    file_iri,
    make_publication,
    release_iri,
)
from graph.downloads.turtle import write_turtle
from graph.model.claims import CollectionInfo
from graph.model.terms import A, Triple, day, node, text
from graph.store.files import ReleaseFile
from ontology import BASE, DCAT, KK, PREFIXES

SPDX = "http://spdx.org/rdf/terms#"
FOAF = "http://xmlns.com/foaf/0.1/"
FORMATS = "http://www.w3.org/ns/formats/"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_DCTERMS, _XSD = PREFIXES["dcterms"], PREFIXES["xsd"]
_HEX = NamedNode(_XSD + "hexBinary")
_SIZE = NamedNode(_XSD + "nonNegativeInteger")
_USED_PREFIXES = ("kk", "dcterms", "dcat", "prov", "xsd")

# Media types of https://www.iana.org/assignments/media-types/ to entries of https://www.w3.org/ns/formats/.
_FEATURES = {
    "application/n-quads": "N-Quads",
    "application/trig": "TriG",
    "application/n-triples": "N-Triples",
    "text/turtle": "Turtle",
    "application/rdf+xml": "RDF_XML",
    "application/ld+json": "JSON-LD",
}
_COMPRESSIONS = {"gzip": "application/gzip", "zstd": "application/zstd"}

_DATASET_TYPE = "http://purl.org/dc/dcmitype/Dataset"

# Classes that a reader would want to see one of.
_EXAMPLES = ("City", "Partnership", "Agreement", "Claim", "Source", "Assessment")


def describe_release(
    release_id: str,
    compiled: dt.date,
    counts: Mapping[str, Any],
    collections: Sequence[CollectionInfo],
    files: Iterable[ReleaseFile],
    statistics: Statistics,
) -> bytes:
    """Return the description of a release as Turtle, UTF-8; the same arguments give the same bytes.

    Left out of `files` are what is no part of the release's content or would contain its own checksum:
    the description itself and the changes since the release before.
    """
    publication = make_publication(release_id, compiled, counts, collections, files)
    return write_turtle(_describe(publication, statistics), _prefixes())


def convert(turtle: bytes, media_type: str) -> bytes:
    """Return a graph that is given as Turtle in another RDF format; raises ValueError for no such type."""
    chosen = RdfFormat.from_media_type(media_type)
    if chosen is None:
        raise ValueError(f"{media_type} is no RDF format")
    if chosen == RdfFormat.TURTLE:
        return turtle
    triples = (quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE))
    return serialize(triples, format=chosen) or b""


def with_doi(turtle: bytes, release_id: str, doi: str) -> bytes:
    """Return the description of a release, as Turtle, that also tells the DOI that it was given later."""
    if not doi:
        return turtle
    release, address = release_iri(release_id), doi_address(doi)
    return (
        turtle
        + (
            f'<{release}> <{_DCTERMS}identifier> "{address}"^^<{_XSD}anyURI> .\n'
            f"<{release}> <{PREFIXES['owl']}sameAs> <{address}> .\n"
        ).encode()
    )


def _prefixes() -> dict[str, str]:
    shared = {name: PREFIXES[name] for name in _USED_PREFIXES}
    return shared | {
        "void": VOID,
        "spdx": SPDX,
        "sd": SD,
        "foaf": FOAF,
        "formats": FORMATS,
        "void-ext": VOID_EXT,
    }


def _describe(publication: Publication, statistics: Statistics) -> Iterator[Triple]:
    yield from _describe_site(publication)
    yield from _describe_dataset(publication, statistics)
    for file in publication.files:
        yield from _describe_file(file, publication)
    release = node(release_iri(publication.id))
    yield from describe_build(publication)
    yield from describe_parts(release, statistics, publication.collections)
    yield from describe_schema(release.value, statistics.schema)


def _describe_site(publication: Publication) -> Iterator[Triple]:
    """Yield what stays while releases come and go: this document, the dataset as such, its endpoint.

    What all releases are of is a series, so that one thing in the document is a dcat:Dataset: the release.
    """
    document, release = node(BASE + ".well-known/void"), node(release_iri(publication.id))
    dataset, endpoint, catalogue = node(BASE), node(BASE + "sparql"), node(BASE + "data/")
    publisher = node(BASE + PUBLISHER[0])
    yield document, A, node(VOID + "DatasetDescription")
    yield document, node(FOAF + "primaryTopic"), release
    yield catalogue, A, node(DCAT["Catalog"])
    yield from describe_titles(catalogue, "Releases of Kota Kembar", "Rilis Kota Kembar")
    yield catalogue, node(DCAT["dataset"]), release
    yield dataset, A, node(VOID + "Dataset")
    yield dataset, A, node(DCAT["DatasetSeries"])
    yield from describe_titles(dataset, "Kota Kembar", "Kota Kembar")
    yield dataset, node(VOID + "sparqlEndpoint"), endpoint
    yield dataset, node(VOID + "uriSpace"), text(BASE)
    yield dataset, node(DCAT["hasVersion"]), release
    yield endpoint, A, node(DCAT["DataService"])
    yield from describe_titles(endpoint, "SPARQL endpoint of Kota Kembar", "Endpoint SPARQL Kota Kembar")
    yield endpoint, node(DCAT["endpointURL"]), endpoint
    yield endpoint, node(DCAT["servesDataset"]), dataset
    yield publisher, A, node(FOAF + "Agent")
    yield publisher, node(FOAF + "name"), text(PUBLISHER[1])


def _describe_dataset(publication: Publication, statistics: Statistics) -> Iterator[Triple]:
    subject = node(release_iri(publication.id))
    yield subject, A, node(VOID + "Dataset")
    yield subject, A, node(DCAT["Dataset"])
    for name, texts in (("title", publication.titles), ("description", publication.summaries)):
        yield from describe_titles(subject, texts["en"], texts["id"], name)
    yield subject, node(DCAT["version"]), text(publication.id)
    yield subject, node(DCAT["isVersionOf"]), node(BASE)
    yield subject, node(DCAT["inSeries"]), node(BASE)
    yield from _describe_terms(subject, publication)
    yield from describe_licences(subject, publication.licences)
    yield subject, node(DCAT["landingPage"]), node(f"{BASE}data/{publication.id}/")
    yield subject, node(VOID + "sparqlEndpoint"), node(f"{release_iri(publication.id)}/sparql")
    yield subject, node(VOID + "uriSpace"), text(BASE)
    for vocabulary in _vocabularies(statistics):
        yield subject, node(VOID + "vocabulary"), node(vocabulary)
    for name in _EXAMPLES:
        if example := statistics.examples.get(str(KK[name])):
            yield subject, node(VOID + "exampleResource"), node(example)
    yield from describe_counts(subject, statistics.whole)
    yield from _distributions(subject, publication)


def _describe_terms(subject: NamedNode, publication: Publication) -> Iterator[Triple]:
    """Yield what catalogues ask of a dataset: who, when, about what, in which languages, for whom."""
    publisher = node(BASE + PUBLISHER[0])
    yield subject, node(_DCTERMS + "identifier"), text(subject.value)
    yield subject, node(_DCTERMS + "type"), node(_DATASET_TYPE)
    for name in ("issued", "modified"):
        yield subject, node(_DCTERMS + name), day(publication.compiled)
    for name in ("creator", "publisher"):
        yield subject, node(_DCTERMS + name), publisher
    yield subject, node(_DCTERMS + "accessRights"), node(PUBLIC)
    for language in LANGUAGES:
        yield subject, node(_DCTERMS + "language"), text(language)
    for standard in CONFORMS_TO:
        yield subject, node(_DCTERMS + "conformsTo"), node(standard)
    for keyword in KEYWORDS:
        yield subject, node(DCAT["keyword"]), text(keyword, "en")


def _vocabularies(statistics: Statistics) -> list[str]:
    """Return the namespaces that the classes and properties in use come from."""
    used = (*statistics.classes, *statistics.properties)
    return sorted({base for base in PREFIXES.values() for term in used if term.startswith(base)})


def _distributions(subject: NamedNode, publication: Publication) -> Iterator[Triple]:
    dumps = [file for file in publication.files if file.kind == "dump"]
    for feature in sorted({_FEATURES[f.media_type] for f in dumps if f.media_type in _FEATURES}):
        yield subject, node(VOID + "feature"), node(FORMATS + feature)
    for file in dumps:
        yield subject, node(VOID + "dataDump"), node(_address(file, publication))
    for file in publication.files:
        yield subject, node(DCAT["distribution"]), node(file_iri(publication.id, file.name))


def _describe_file(file: ReleaseFile, publication: Publication) -> Iterator[Triple]:
    subject = node(file_iri(publication.id, file.name))
    checksum = node(f"{subject.value}#checksum")
    yield subject, A, node(DCAT["Distribution"])
    yield subject, node(_DCTERMS + "title"), text(file.name)
    yield subject, node(DCAT["accessURL"]), node(f"{BASE}data/{publication.id}/")
    yield subject, node(DCAT["downloadURL"]), node(_address(file, publication))
    yield subject, node(DCAT["mediaType"]), node(MEDIA_TYPES + file.media_type.split(";")[0])
    if file.encoding in _COMPRESSIONS:
        yield subject, node(DCAT["compressFormat"]), node(MEDIA_TYPES + _COMPRESSIONS[file.encoding])
    yield subject, node(DCAT["byteSize"]), Literal(str(file.bytes), datatype=_SIZE)
    yield subject, node(_DCTERMS + "issued"), day(publication.compiled)
    yield from describe_licences(subject, publication.licences)
    yield subject, node(SPDX + "checksum"), checksum
    yield checksum, A, node(SPDX + "Checksum")
    yield checksum, node(SPDX + "algorithm"), node(SPDX + "checksumAlgorithm_sha256")
    yield checksum, node(SPDX + "checksumValue"), Literal(file.sha256, datatype=_HEX)


def _address(file: ReleaseFile, publication: Publication) -> str:
    return f"{BASE}data/{publication.id}/{file.name}"

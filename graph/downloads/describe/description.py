"""A release described for machines: VoID, DCAT and SPDX checksums, without blank nodes.

Vocabularies: https://www.w3.org/TR/void/, https://www.w3.org/TR/vocab-dcat-3/,
https://www.w3.org/TR/sparql11-service-description/, https://spdx.org/rdf/terms/.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, parse, serialize

from graph.downloads.describe.partitions import VOID_EXT, describe_schema
from graph.downloads.describe.statistics import Statistics
from graph.downloads.describe.void import (
    SD,
    VOID,
    describe_counts,
    describe_licences,
    describe_parts,
    describe_titles,
    licences_of,
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
_USED_PREFIXES = ("kk", "dcterms", "dcat", "xsd")

PUBLISHER = ("about#contributors", "The Kota Kembar contributors")

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

# Classes that a reader would want to see one of.
_EXAMPLES = ("City", "Partnership", "Agreement", "Claim", "Source", "Assessment")


@dataclass(frozen=True)
class Publication:
    """What is described: `counts` are those of the manifest, `files` the downloads but this description."""

    id: str
    compiled: dt.date
    counts: Mapping[str, Any]
    collections: Sequence[CollectionInfo]
    files: Sequence[ReleaseFile]
    statistics: Statistics

    @property
    def licences(self) -> tuple[str, ...]:
        """Return the licences of all collections, each once, in order."""
        return licences_of(self.collections)


def release_iri(release_id: str) -> str:
    """Return the IRI of a release as a dataset."""
    return f"{BASE}release/{release_id}"


def file_iri(release_id: str, name: str) -> str:
    """Return the IRI of one download of a release as a distribution."""
    return f"{release_iri(release_id)}/file/{name}"


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
    described = [file for file in files if file.kind not in {"description", "changes"}]
    publication = Publication(
        release_id,
        compiled,
        counts,
        collections,
        sorted(described, key=lambda file: file.name),
        statistics,
    )
    return write_turtle(_describe(publication), _prefixes())


def convert(turtle: bytes, media_type: str) -> bytes:
    """Return a graph that is given as Turtle in another RDF format; raises ValueError for no such type."""
    chosen = RdfFormat.from_media_type(media_type)
    if chosen is None:
        raise ValueError(f"{media_type} is no RDF format")
    if chosen == RdfFormat.TURTLE:
        return turtle
    triples = (quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE))
    return serialize(triples, format=chosen) or b""


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


def _describe(publication: Publication) -> Iterator[Triple]:
    yield from _describe_site(publication)
    yield from _describe_dataset(publication)
    for file in publication.files:
        yield from _describe_file(file, publication)
    release = node(release_iri(publication.id))
    yield from describe_parts(release, publication.statistics, publication.collections)
    yield from describe_schema(release.value, publication.statistics.schema)


def _describe_site(publication: Publication) -> Iterator[Triple]:
    """Yield what stays while releases come and go: this document, the dataset as such, its endpoint."""
    document, release = node(BASE + ".well-known/void"), node(release_iri(publication.id))
    dataset, endpoint, catalogue = node(BASE), node(BASE + "sparql"), node(BASE + "data/")
    publisher = node(BASE + PUBLISHER[0])
    yield document, A, node(VOID + "DatasetDescription")
    yield document, node(FOAF + "primaryTopic"), release
    yield catalogue, A, node(DCAT["Catalog"])
    yield from describe_titles(catalogue, "Releases of Kota Kembar", "Rilis Kota Kembar")
    yield catalogue, node(DCAT["dataset"]), release
    yield dataset, A, node(VOID + "Dataset")
    yield dataset, A, node(DCAT["Dataset"])
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


def _describe_dataset(publication: Publication) -> Iterator[Triple]:
    subject = node(release_iri(publication.id))
    yield subject, A, node(VOID + "Dataset")
    yield subject, A, node(DCAT["Dataset"])
    yield from describe_titles(
        subject, f"Kota Kembar, release {publication.id}", f"Kota Kembar, rilis {publication.id}"
    )
    yield from _summary(subject, publication.counts)
    yield subject, node(DCAT["version"]), text(publication.id)
    yield subject, node(DCAT["isVersionOf"]), node(BASE)
    yield subject, node(_DCTERMS + "issued"), day(publication.compiled)
    yield subject, node(_DCTERMS + "publisher"), node(BASE + PUBLISHER[0])
    yield from describe_licences(subject, publication.licences)
    yield subject, node(DCAT["landingPage"]), node(f"{BASE}data/{publication.id}/")
    yield subject, node(VOID + "sparqlEndpoint"), node(f"{release_iri(publication.id)}/sparql")
    yield subject, node(VOID + "uriSpace"), text(BASE)
    for vocabulary in _vocabularies(publication.statistics):
        yield subject, node(VOID + "vocabulary"), node(vocabulary)
    for name in _EXAMPLES:
        if example := publication.statistics.examples.get(str(KK[name])):
            yield subject, node(VOID + "exampleResource"), node(example)
    yield from describe_counts(subject, publication.statistics.whole)
    yield from _distributions(subject, publication)


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


def _summary(subject: NamedNode, counts: Mapping[str, Any]) -> Iterator[Triple]:
    accepted = counts["partnerships"]["accepted"]
    agreements, claims, sources = counts["agreements"], counts["claims"], counts["sources"]
    return describe_titles(
        subject,
        f"Sister-city cooperation as dated claims with their sources: {accepted} partnerships and "
        f"{agreements} agreements, from {claims} claims of {sources} sources.",
        f"Kerja sama kota kembar sebagai klaim bertanggal beserta sumbernya: {accepted} kemitraan dan "
        f"{agreements} perjanjian, dari {claims} klaim dalam {sources} sumber.",
        "description",
    )


def _address(file: ReleaseFile, publication: Publication) -> str:
    return f"{BASE}data/{publication.id}/{file.name}"

"""What a release says of itself: numbers that are those of the store, and files that are those on disk."""

import datetime as dt
import hashlib
import os
import subprocess
import sys

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF, VOID, XSD

from graph.downloads.describe.citation import bibtex, cff
from graph.downloads.describe.counts.statistics import Counts, PropertyCounts, count_quads
from graph.downloads.describe.description import convert, describe_release
from graph.downloads.describe.publication import file_iri, release_iri
from graph.store.files import ReleaseFile
from graph.store.quads import sort_quads
from graph.store.store import open_store, select
from loaders.collection import load_collections
from ontology import BASE, KK
from tests.kit.graph.collections import write_collection
from tests.kit.graph.releases import OLD, write_release
from tests.kit.paths import ROOT
from tests.kit.processes import PATIENCE

pytestmark = pytest.mark.slow

SPDX = Namespace("http://spdx.org/rdf/terms#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
ME = URIRef(release_iri(OLD))
TINY = b"""@prefix : <http://example.org/> .
:core { :a a :City ; :partner :b ; :name "x" . :b a :City, :Place ; :name "x", "x"@en . }
:said { :c :about :a , :b . }
"""


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    folder = write_collection(tmp_path_factory.mktemp("collections") / "tiny")
    return write_release(tmp_path_factory.mktemp("home"), OLD, load_collections([folder]))


@pytest.fixture(scope="module")
def described(release):
    return Graph().parse(release.file("void.ttl"), format="turtle")


def count(release, pattern, term="*"):
    store = open_store(release.store_path)
    (row,) = select(store, f"SELECT (COUNT({term}) AS ?n) WHERE {{ {pattern} }}")
    return int(row["n"])


def number(described, subject, name):
    return int(described.value(subject, VOID[name]))


def counted(quads, folder):
    return count_quads(sort_quads(quads, folder / "sorted.nq"))


def test_quads_are_counted_by_graph_class_and_property(tmp_path):
    statistics = counted(parse(TINY, RdfFormat.TRIG), tmp_path)
    assert statistics.whole == Counts(triples=9, entities=2, subjects=3, objects=6, properties=4, classes=2)
    example = "http://example.org/"
    assert statistics.graphs == {
        example + "core": Counts(7, 2, 2, 5, 3, 2),
        example + "said": Counts(2, 0, 1, 2, 1, 0),
    }
    assert statistics.classes == {example + "City": 2, example + "Place": 1}
    assert statistics.properties[example + "name"] == PropertyCounts(triples=3, subjects=2, objects=2)
    assert statistics.examples == {example + "City": example + "a", example + "Place": example + "b"}


@pytest.mark.parametrize(
    ("name", "pattern", "term"),
    [
        ("triples", "?s ?p ?o", "*"),
        ("entities", "?s a ?class", "DISTINCT ?s"),
        ("distinctSubjects", "?s ?p ?o", "DISTINCT ?s"),
        ("distinctObjects", "?s ?p ?o", "DISTINCT ?o"),
        ("properties", "?s ?p ?o", "DISTINCT ?p"),
        ("classes", "?s a ?class", "DISTINCT ?class"),
    ],
)
def test_the_numbers_are_those_of_the_store(release, described, name, pattern, term):
    assert number(described, ME, name) == count(release, pattern, term) > 0
    graphs = list(described.objects(ME, VOID.subset))
    assert len(graphs) == 4
    for graph in graphs:
        named = described.value(graph, SD.name)
        inside = count(release, f"GRAPH <{named}> {{ {pattern} }}", term)
        assert number(described, graph, name) == inside


def test_every_class_and_property_is_counted(release, described):
    classes = {str(described.value(p, VOID["class"])): p for p in described.objects(ME, VOID.classPartition)}
    assert len(classes) == number(described, ME, "classes")
    for iri, part in classes.items():
        assert number(described, part, "entities") == count(release, f"?s a <{iri}>", "DISTINCT ?s")
    properties = {
        str(described.value(p, VOID.property)): p for p in described.objects(ME, VOID.propertyPartition)
    }
    assert len(properties) == number(described, ME, "properties")
    for iri, part in properties.items():
        assert number(described, part, "triples") == count(release, f"?s <{iri}> ?o")
        assert number(described, part, "distinctObjects") == count(release, f"?s <{iri}> ?o", "DISTINCT ?o")


def test_every_file_is_there_with_its_size_and_checksum(release, described):
    files = {
        str(described.value(one, DCTERMS.title)): one for one in described.objects(ME, DCAT.distribution)
    }
    assert sorted(files) == [
        "citation.bib",
        "issues.csv",
        "issues.parquet",
        "issues.ttl",
        "kota-kembar.nq.gz",
        "partnerships.csv",
    ]
    for name, one in files.items():
        body = release.file(name).read_bytes()
        checksum = described.value(one, SPDX.checksum)
        digest = hashlib.sha256(body).hexdigest()
        assert str(one) == file_iri(OLD, name)
        assert described.value(one, DCAT.byteSize) == Literal(str(len(body)), datatype=XSD.nonNegativeInteger)
        assert str(described.value(checksum, SPDX.checksumValue)) == digest
        assert described.value(checksum, SPDX.algorithm) == SPDX.checksumAlgorithm_sha256
        assert described.value(one, DCAT.downloadURL) == URIRef(f"{BASE}data/{OLD}/{name}")
        assert described.value(one, DCTERMS.issued) == Literal("2026-01-31", datatype=XSD.date)
    dump = files["kota-kembar.nq.gz"]
    assert str(described.value(dump, DCAT.mediaType)).endswith("/application/n-quads")
    assert str(described.value(dump, DCAT.compressFormat)).endswith("/application/gzip")
    assert list(described.objects(ME, VOID.dataDump)) == [URIRef(f"{BASE}data/{OLD}/kota-kembar.nq.gz")]
    assert list(described.objects(ME, VOID.feature)) == [URIRef("http://www.w3.org/ns/formats/N-Quads")]


def test_the_release_is_a_dataset_with_licence_endpoint_and_examples(described):
    assert {VOID.Dataset, DCAT.Dataset} == set(described.objects(ME, RDF.type))
    zero = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
    assert list(described.objects(ME, DCTERMS.license)) == [zero]
    assert described.value(ME, VOID.sparqlEndpoint) == URIRef(f"{ME}/sparql")
    assert described.value(URIRef(BASE), VOID.sparqlEndpoint) == URIRef(BASE + "sparql")
    assert str(KK) in {str(one) for one in described.objects(ME, VOID.vocabulary)}
    assert URIRef(BASE + "place/Q11462") in set(described.objects(ME, VOID.exampleResource))
    assert {title.language for title in described.objects(ME, DCTERMS.title)} == {"en", "id"}
    summary = str(next(d for d in described.objects(ME, DCTERMS.description) if d.language == "en"))
    assert summary.endswith("1 partnerships and 1 agreements, from 3 claims of 1 sources.")


def test_there_are_no_blank_nodes(described):
    assert not [term for triple in described for term in triple if isinstance(term, BNode)]


def test_a_graph_bears_the_licence_of_its_collection_and_conclusions_bear_all(tmp_path):
    write_collection(tmp_path)
    (loaded,) = load_collections([tmp_path])
    first = loaded.info
    second = type(first)(**{**vars(first), "name": "other", "licence": "https://example.org/by-sa/"})
    quads = parse(
        b"".join(
            f"<{BASE}graph/{name}> {{ <{BASE}x> <{KK}n> <{BASE}{name}> }}\n".encode()
            for name in ("core", "tiny", "other", "ontology")
        ),
        RdfFormat.TRIG,
    )
    numbers = {"partnerships": {"accepted": 0}, "agreements": 0, "claims": 0, "sources": 0}
    day = dt.date(2026, 1, 31)
    body = describe_release(OLD, day, numbers, (first, second), [], counted(quads, tmp_path))
    graph = Graph().parse(data=body, format="turtle")
    licences = {
        str(graph.value(one, SD.name)).rsplit("/", 1)[1]: sorted(
            map(str, graph.objects(one, DCTERMS.license))
        )
        for one in graph.objects(ME, VOID.subset)
    }
    zero, alike = first.licence, "https://example.org/by-sa/"
    assert licences == {"core": [zero, alike], "tiny": [zero], "other": [alike], "ontology": [zero]}


def test_the_changes_and_the_description_itself_are_left_out(tmp_path):
    files = [
        ReleaseFile("void.ttl", "text/turtle", "description", 1, "0" * 64),
        ReleaseFile("changes.json", "application/json", "changes", 1, "0" * 64),
    ]
    numbers = {"partnerships": {"accepted": 0}, "agreements": 0, "claims": 0, "sources": 0}
    body = describe_release(OLD, dt.date(2026, 1, 31), numbers, (), files, counted([], tmp_path))
    assert b"changes.json" not in body
    assert b"/file/" not in body


@pytest.mark.parametrize(
    ("media_type", "name"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
    ],
)
def test_the_description_is_the_same_graph_in_every_format(release, described, media_type, name):
    body = convert(release.file("void.ttl").read_bytes(), media_type)
    assert set(Graph().parse(data=body, format=name)) == set(described)


def test_another_format_is_refused():
    with pytest.raises(ValueError, match="text/html is no RDF format"):
        convert(b"", "text/html")


def test_the_description_is_the_same_bytes_elsewhere(release, tmp_path):
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from tests.kit.graph.releases import OLD, write_release\n"
        "from tests.kit.graph.collections import write_collection\n"
        "from loaders.collection import load_collections\n"
        "folder = write_collection(Path(sys.argv[2]) / 'tiny')\n"
        "release = write_release(Path(sys.argv[2]) / 'home', OLD, load_collections([folder]))\n"
        "sys.stdout.buffer.write(release.file('void.ttl').read_bytes())"
    )
    root = str(ROOT)
    there = subprocess.run(
        [sys.executable, "-c", code, root, str(tmp_path)],
        env={**os.environ, "PYTHONHASHSEED": "11", "LC_ALL": "C", "TZ": "Asia/Jakarta"},
        capture_output=True,
        check=True,
        timeout=PATIENCE,
    )
    assert there.stdout == release.file("void.ttl").read_bytes()


def test_a_release_is_cited_by_its_id():
    day = dt.date(2026, 2, 28)
    assert bibtex("2026-02-28-bbbb1111", day) == (
        "@misc{kota-kembar-2026-02-28-bbbb1111,\n"
        "  title = {{Kota Kembar: an open, dated, sourced knowledge graph of sister-city cooperation}},\n"
        "  author = {{The Kota Kembar contributors}},\n"
        "  year = {2026},\n"
        "  month = feb,\n"
        "  version = {2026-02-28-bbbb1111},\n"
        "  note = {Release 2026-02-28-bbbb1111},\n"
        "  url = {https://w3id.org/kota-kembar/release/2026-02-28-bbbb1111},\n"
        "}\n"
    )
    lines = cff("2026-02-28-bbbb1111", day).splitlines()
    assert "version: 2026-02-28-bbbb1111" in lines
    assert "date-released: 2026-02-28" in lines
    assert lines[-1] == "  - name: The Kota Kembar contributors"


def test_the_bundled_release_is_counted_exactly(bundled, tmp_path):
    store = open_store(bundled.release.store_path)
    statistics = counted(store, tmp_path)
    assert statistics.whole.triples == bundled.release.manifest["counts"]["triples"]
    (row,) = select(store, "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }")
    assert statistics.whole.objects == int(row["n"])

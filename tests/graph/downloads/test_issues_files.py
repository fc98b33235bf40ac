"""Known issues as a table and as RDF: rows without a claim, broken rules, assessments."""

import csv
import io

import pytest
from pyoxigraph import Literal as Text
from pyoxigraph import NamedNode, Quad
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, SH

from graph.downloads.quality import (
    COLUMNS,
    count_issues,
    find_issues,
    note_issues,
    read_table,
    write_issues,
    write_table,
)
from graph.reconcile.reconcile import reconcile
from loaders.collection import load_collections
from ontology import BASE, Breach, Rule
from tests.kit.graph.collections import edited, write_collection
from tests.kit.graph.releases import OLD, write_release

DQV, OA = Namespace("http://www.w3.org/ns/dqv#"), Namespace("http://www.w3.org/ns/oa#")
PAIR = BASE + "partnership/Q11462-Q24826"
ME = f"{BASE}release/{OLD}/file/issues.ttl"
JUDGED = """\
id,claim,verdict,issue,note,evidence,corrected_by
J1,tiny/T1,disputed,date-doubtful,"The day, perhaps, is that of the report.",,
J2,tiny/T3,supported,overstated,It says what it says.,,
"""
RULE = Rule("level-unequal", "Partners are of comparable level", False, "Look again.", "")


@pytest.fixture(scope="module")
def collections(tmp_path_factory):
    folder = write_collection(tmp_path_factory.mktemp("tiny"))
    (folder / "judgements.csv").write_text(JUDGED, encoding="utf-8")
    return load_collections([folder])


@pytest.fixture(scope="module")
def model(collections):
    return reconcile(collections)


def label(text, language):
    core, name = NamedNode(BASE + "graph/core"), NamedNode(str(RDFS.label))
    return Quad(NamedNode(PAIR), name, Text(text, language=language), core)


@pytest.fixture(scope="module")
def issues(collections, model):
    breach = Breach(RULE, ({"thing": PAIR, "detail": "No level in common"},))
    labels = [label("Surabaya – Liverpool", "en"), label("Kota Surabaya – Liverpool", "id")]
    return find_issues(note_issues(model, collections), [breach], labels)


def test_each_kind_of_issue_is_told_with_what_leads_to_it(issues):
    row, rule, first, second = issues
    assert (row.origin, row.collection, row.kind, row.row, row.line) == (
        "row",
        "tiny",
        "domestic-pair",
        "T4",
        "5",
    )
    assert row.file.endswith("/statements.csv")
    assert row.note == "two cities of one country"
    assert (rule.origin, rule.collection, rule.kind, rule.claims) == (
        "rule",
        "tiny",
        "level-unequal",
        "tiny/T1",
    )
    assert rule.note == "Partners are of comparable level; No level in common"
    assert (first.origin, first.kind, first.verdict) == ("curator", "date-doubtful", "disputed")
    assert (first.thing, first.thing_en, first.thing_id) == (
        PAIR,
        "Surabaya – Liverpool",
        "Kota Surabaya – Liverpool",
    )
    assert (second.kind, second.thing, second.claims) == ("overstated", BASE + "regulation/r1", "tiny/T3")


def test_issues_are_counted_by_origin_and_kind(issues):
    assert list(count_issues(issues).items()) == [
        (("row", "domestic-pair"), 1),
        (("rule", "level-unequal"), 1),
        (("curator", "date-doubtful"), 1),
        (("curator", "overstated"), 1),
    ]


def test_the_table_is_read_back_as_it_was_written(issues):
    body = write_table(issues)
    assert read_table(body) == issues
    head, *rows = csv.reader(io.StringIO(body.decode(), newline=""))
    assert tuple(head) == COLUMNS
    assert [len(row) for row in rows] == [len(COLUMNS)] * 4
    assert b"\r" not in body


def test_a_conflict_found_by_the_build_is_an_issue(tmp_path):
    text = edited(
        "statements.csv",
        "T3,",
        "T5,Kota Surabaya,ID,Liverpool,GB,MoU,2018-03-20,,,,,Signed,example-org-8cae5e,,\nT3,",
    )
    sources = edited(
        "sources.csv",
        "2018-05,\n",
        "2018-05,\nexample-org-8cae5e,https://example.org/b,B,City,en,news,2018-05,\n",
    )
    folder = write_collection(tmp_path / "tiny", statements=text, sources=sources)
    toml = (folder / "collection.toml").read_text().replace("rows = 4", "rows = 5")
    (folder / "collection.toml").write_text(toml)
    loaded = load_collections([folder])
    found = find_issues(note_issues(reconcile(loaded), loaded), [], [])
    assessed = [(one.origin, one.kind, one.verdict, one.claims) for one in found if one.origin == "build"]
    assert ("build", "date-conflict", "disputed", "tiny/T1;tiny/T5") in assessed


@pytest.fixture(scope="module")
def graph(collections, model, issues, tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    breach = Breach(RULE, ({"thing": PAIR, "detail": "No level in common"},))
    files = write_issues(OLD, find_issues(note_issues(model, collections), [breach], []), folder)
    assert [(one.name, one.media_type, one.kind) for one in files] == [
        ("issues.csv", "text/csv", "issues"),
        ("issues.parquet", "application/vnd.apache.parquet", "issues"),
        ("issues.ttl", "text/turtle", "issues"),
    ]
    return Graph().parse(folder / "issues.ttl", format="turtle")


def test_rules_are_a_shacl_report(graph):
    report = URIRef(ME + "#report")
    assert graph.value(report, SH.conforms) == Literal(False)
    (result,) = graph.objects(report, SH.result)
    assert graph.value(result, SH.focusNode) == URIRef(PAIR)
    assert graph.value(result, SH.resultSeverity) == SH.Warning
    assert str(graph.value(result, DCTERMS.identifier)) == "level-unequal"
    assert graph.value(result, PROV.wasDerivedFrom) == URIRef(BASE + "claim/tiny/T1")


def test_a_row_without_a_claim_is_an_annotation_of_its_collection(graph):
    (row,) = graph.subjects(RDF.type, DQV.QualityAnnotation)
    assert row == URIRef(ME + "#tiny-T4")
    assert graph.value(row, OA.hasTarget) == URIRef(BASE + "collection/tiny")
    assert graph.value(row, OA.hasBody) == URIRef(BASE + "vocab/issue/domestic-pair")
    assert graph.value(row, URIRef("http://www.w3.org/ns/csvw#rownum")) == Literal(5)


def test_the_numbers_of_each_kind_are_measurements(graph):
    counts = {
        (str(graph.value(one, DQV.isMeasurementOf)).rsplit("#", 1)[1], int(graph.value(one, DQV.value)))
        for one in graph.subjects(RDF.type, DQV.QualityMeasurement)
    }
    assert counts == {("row", 1), ("rule", 1), ("curator", 1)}
    for metric in graph.subjects(RDF.type, DQV.Metric):
        assert {name.language for name in graph.objects(metric, RDFS.label)} == {"en", "id"}


def test_there_are_no_blank_nodes(graph):
    assert not [term for triple in graph for term in triple if isinstance(term, BNode)]


def test_without_a_broken_rule_the_report_conforms(collections, model, tmp_path):
    write_issues(OLD, find_issues(note_issues(model, collections), [], []), tmp_path)
    graph = Graph().parse(tmp_path / "issues.ttl", format="turtle")
    assert graph.value(URIRef(ME + "#report"), SH.conforms) == Literal(True)


@pytest.mark.slow
def test_the_same_issues_give_the_same_bytes(collections, tmp_path):
    first = write_release(tmp_path / "a", OLD, collections)
    second = write_release(tmp_path / "b", OLD, collections)
    for name in ("issues.csv", "issues.parquet", "issues.ttl", "void.ttl"):
        assert first.file(name).read_bytes() == second.file(name).read_bytes()

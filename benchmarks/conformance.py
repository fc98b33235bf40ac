"""The W3C's evaluation tests of SPARQL, asked over HTTP of a service that this starts, and which fail.

The suite is a folder of https://github.com/w3c/rdf-tests; the source archive of rdflib on PyPI has those of
SPARQL 1.0 and 1.1 in test/data/suites/w3c. All data of the suite become named graphs of one release, and
each test names its own in the request. Exit code 1 when others fail than endpoint/sparql/deviations.py lists.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

import httpx
import rdflib
from pyoxigraph import NamedNode, RdfFormat, Store
from rdflib import RDF, BNode, Graph, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.query import Result
from rdflib.term import Node

from benchmarks.data import Dataset
from benchmarks.peers.servers import OURS, running
from endpoint.sparql.deviations import DEVIATIONS
from graph.store.releases import publish
from graph.store.store import load_store

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
RELEASE = "2026-01-01-00000000"
NO_GRAPH = "urn:kembar:no-graph"
_KINDS = (MF.QueryEvaluationTest, MF.CSVResultFormatTest)
_TABLES = {".srx": "xml", ".srj": "json", ".csv": "csv", ".tsv": "tsv"}
_DATA = (".ttl", ".nt", ".rdf", ".nq", ".trig")
_JSON, _NTRIPLES = "application/sparql-results+json", "application/n-triples"


@dataclass(frozen=True)
class Case:
    """One test: its name with its folder, its query, the graphs it is asked of, and the right result."""

    name: str
    query: Path
    default: tuple[str, ...]
    named: tuple[str, ...]
    result: Path


def read_cases(suite: Path) -> list[Case]:
    """Return the evaluation tests below a folder that need no entailment and no other endpoint."""
    return [case for path in sorted(suite.rglob("manifest.ttl")) for case in _read_manifest(path)]


def _read_manifest(path: Path) -> Iterator[Case]:
    graph = Graph().parse(path, publicID=path.as_uri())
    for test in (test for kind in _KINDS for test in graph.subjects(RDF.type, kind)):
        action, result = graph.value(test, MF.action), graph.value(test, MF.result)
        query = graph.value(action, QT.query)
        foreign = (action, QT.serviceData, None) in graph or path.parent.name == "entailment"
        if foreign or query is None or result is None:
            continue
        yield Case(
            f"{path.parent.name}/{str(test).rpartition('#')[2]}",
            _path(query),
            tuple(map(str, graph.objects(action, QT.data))),
            tuple(map(str, graph.objects(action, QT.graphData))),
            _path(result),
        )


def _path(iri: Node) -> Path:
    return Path(httpx.URL(str(iri)).path)


def make_home(suite: Path, home: Path) -> Dataset:
    """Make a release of all files of the suite, each a named graph under its address, and return it."""
    store = Store()
    for path in sorted(suite.rglob("*")):
        form = RdfFormat.from_extension(path.suffix[1:]) if path.suffix in _DATA else None
        if form is not None and path.name != "manifest.ttl":
            with suppress(SyntaxError):  # some are wrong on purpose
                store.load(path=path, format=form, base_iri=path.as_uri(), to_graph=NamedNode(path.as_uri()))
    folder = home / "releases" / RELEASE
    triples = load_store(store, folder / "store")
    manifest = {"id": RELEASE, "compiled": "2026-01-01", "counts": {"triples": triples}, "collections": []}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    publish(home, RELEASE)
    return Dataset("w3c", home, home, triples)


def run(client: httpx.Client, case: Case) -> str:
    """Return what is wrong with the answer to a test, nothing when it is right."""
    text = case.query.read_text(encoding="utf-8")
    graphs = [("default-graph-uri", iri) for iri in case.default]
    graphs += [("named-graph-uri", iri) for iri in case.named]
    if not graphs and "FROM" not in text.upper():
        graphs = [("default-graph-uri", NO_GRAPH)]
    body = urlencode([("query", f"BASE <{case.query.as_uri()}>\n{text}"), *graphs])
    expected = read_expected(case)
    media_type = {".csv": "text/csv", ".tsv": "text/tab-separated-values"}.get(case.result.suffix, _JSON)
    accept = _NTRIPLES if expected.type == "CONSTRUCT" else media_type
    headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post("/sparql", content=body, headers=headers)
    if answer.status_code != 200:
        return f"{answer.status_code}: {answer.json()['detail']}"
    return compare(expected, answer.content, accept)


def read_expected(case: Case) -> Result:
    """Return the right result of a test, whatever form it is kept in."""
    if form := _TABLES.get(case.result.suffix):
        return Result.parse(io.BytesIO(case.result.read_bytes()), format=form)
    graph = Graph().parse(case.result, publicID=case.result.as_uri())
    if (None, RDF.type, RS.ResultSet) in graph:
        return _read_result_graph(graph)
    result = Result("CONSTRUCT")
    result.graph = graph
    return result


def _read_result_graph(graph: Graph) -> Result:
    (node,) = graph.subjects(RDF.type, RS.ResultSet)
    if (yes := graph.value(node, RS.boolean)) is not None:
        result = Result("ASK")
        result.askAnswer = bool(yes)
        return result
    result = Result("SELECT")
    result.vars = [rdflib.Variable(name) for name in graph.objects(node, RS.resultVariable)]
    result.bindings = [
        {
            rdflib.Variable(str(graph.value(pair, RS.variable))): cast(Node, graph.value(pair, RS.value))
            for pair in graph.objects(row, RS.binding)
        }
        for row in graph.objects(node, RS.solution)
    ]
    return result


def compare(expected: Result, body: bytes, media_type: str) -> str:
    """Return in what an answer differs from the right result, nothing when in nothing."""
    if expected.type == "CONSTRUCT":
        graph = Graph().parse(body, format="nt")
        return "" if isomorphic(graph, cast(Graph, expected.graph)) else f"{len(graph)} other triples"
    if media_type == "text/csv":
        rows = list(csv.reader(io.StringIO(body.decode())))
        right = list(csv.reader(io.StringIO(_write_csv(expected))))
        return "" if Counter(map(tuple, rows)) == Counter(map(tuple, right)) else "other rows"
    form = "tsv" if media_type == "text/tab-separated-values" else "json"
    actual = Result.parse(io.BytesIO(body), format=form)
    if expected.type == "ASK":
        return "" if actual.askAnswer == expected.askAnswer else f"{actual.askAnswer}"
    if len(actual.bindings) != len(expected.bindings):
        return f"{len(actual.bindings)} rows, not {len(expected.bindings)}"
    if isomorphic(_as_graph(actual), _as_graph(expected)):
        return ""
    others = Counter(map(_write_row, actual.bindings)) - Counter(map(_write_row, expected.bindings))
    missing = Counter(map(_write_row, expected.bindings)) - Counter(map(_write_row, actual.bindings))
    return f"{min(others)}, not {min(missing)}"


def _write_csv(result: Result) -> str:
    return cast(bytes, result.serialize(format="csv")).decode()


def _write_row(row: Mapping[rdflib.Variable, Node]) -> str:
    return " ".join(f"?{name} {term.n3()}" for name, term in sorted(row.items()))[:100]


def _as_graph(result: Result) -> Graph:
    """Return rows as a graph, so that blank nodes may have any names."""
    graph = Graph()
    for row in result.bindings:
        solution = BNode()
        graph.add((solution, RDF.type, RS.Solution))
        for name, term in row.items():
            graph.add((solution, URIRef(f"urn:var:{name}"), term))
    return graph


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tests and print the tables; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--suite", type=Path, required=True, help="folder with manifest.ttl files below it")
    parser.add_argument("--only", default="", help="only the tests whose name holds this")
    options = parser.parse_args(arguments)
    rdflib.NORMALIZE_LITERALS = False
    logging.getLogger("rdflib").setLevel(logging.ERROR)  # it warns of each ill-typed literal
    cases = [case for case in read_cases(options.suite.resolve()) if options.only in case.name]
    with tempfile.TemporaryDirectory() as folder:
        dataset = make_home(options.suite.resolve(), Path(folder) / "home")
        with running(OURS, dataset, Path(folder)) as server:
            address = f"http://{server.target.host}:{server.target.port}"
            with httpx.Client(base_url=address, timeout=60) as client:
                wrong = {case.name: told for case in cases if (told := run(client, case))}
    listed = {test: deviation.slug for deviation in DEVIATIONS for test in deviation.tests}
    print(f"{len(cases)} evaluation tests, {len(cases) - len(wrong)} as the W3C has them\n")
    print("| test | answer | listed as |\n| --- | --- | --- |")
    for name, told in sorted(wrong.items()):
        print(f"| {name} | {told} | {listed.get(name, '**not listed**')} |")
    mended = sorted(listed.keys() & {case.name for case in cases} - wrong.keys())
    print(*(f"\n{name} is listed as {listed[name]}, but it is right" for name in mended), sep="")
    return int(bool(mended) or not wrong.keys() <= listed.keys())


if __name__ == "__main__":
    sys.exit(main())

"""The W3C's evaluation tests of SPARQL, asked over HTTP of a service that this starts, and which fail.

The suite is a folder of https://github.com/w3c/rdf-tests; the source archive of rdflib on PyPI has those of
SPARQL 1.0 and 1.1 in test/data/suites/w3c. All data of the suite become named graphs of one release, and
each test names its own in the request. Exit code 1 when others fail than endpoint/sparql/deviations.py lists.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)
from rdflib import RDF, Graph, Namespace
from rdflib.term import Node

from benchmarks import data
from benchmarks.peers.servers import OURS, running
from endpoint.sparql.deviations import DEVIATIONS
from graph.store.manifest import write_manifest
from graph.store.releases import publish
from graph.store.store import load_store

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
OVERTAKEN = {
    "aggregates/agg-empty-group": "GROUP BY over nothing makes no group (18.5.1); the W3C has mended it",
    "basic/term-6": "456. was a decimal in SPARQL 1.0, and is an integer before a full stop in 1.1",
    "basic/term-7": "456. was a decimal in SPARQL 1.0, and is an integer before a full stop in 1.1",
    "distinct/distinct-2": "RDF 1.1: a plain text is an xsd:string",
    "expr-builtin/dawg-datatype-2": "RDF 1.1: a text in a language is an rdf:langString",
    "functions/strdt03": "RDF 1.1: an xsd:string is a plain text, which STRDT takes",
    "functions/strlang03": "RDF 1.1: an xsd:string is a plain text, which STRLANG takes",
    "optional-filter/dawg-optional-filter-005-simplified": "one of two readings; the other test passes",
}
"""Tests that fail where the suite has them because a later standard says otherwise, and why."""
DAWGT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_TYPE = NamedNode(str(RDF.type))
Outcome = list[Any] | bool | Dataset
RELEASE = "2026-01-01-00000000"
NO_GRAPH = "urn:kembar:no-graph"
_FOREIGN = ("entailment", "service")
_KINDS = (MF.QueryEvaluationTest, MF.CSVResultFormatTest)
_MEDIA_TYPES = {
    ".srx": "application/sparql-results+xml",
    ".srj": "application/sparql-results+json",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
}
_EMPTY_BINDING = re.compile(rb"<binding name=\"[^\"]*\"\s*(?:/>|>\s*</binding>)")
_DATA = (".ttl", ".nt", ".rdf", ".nq", ".trig")
_JSON, _NTRIPLES = "application/sparql-results+json", "application/n-triples"


@dataclass(frozen=True)
class Case:
    """One test: its name with its folder, its query, the graphs it is asked of, and the right result.

    ``may_repeat``: of rows that are the same, there may be fewer (REDUCED).
    """

    name: str
    query: Path
    default: tuple[str, ...]
    named: tuple[str, ...]
    result: Path
    may_repeat: bool = False


def read_cases(suite: Path) -> list[Case]:
    """Return the tests below a folder that are whole, and need no entailment and no other endpoint."""
    return [case for path in sorted(suite.rglob("manifest.ttl")) for case in _read_manifest(path)]


def _read_manifest(path: Path) -> Iterator[Case]:
    graph = Graph().parse(path, publicID=path.as_uri())
    entries = [test for listed in graph.objects(None, MF.entries) for test in graph.items(listed)]
    for test in entries if path.parent.name not in _FOREIGN else ():
        action, result = graph.value(test, MF.action), graph.value(test, MF.result)
        query, approval = graph.value(action, QT.query), graph.value(test, DAWGT.approval)
        if graph.value(test, RDF.type) not in _KINDS or approval == DAWGT.Withdrawn:
            continue
        if query is not None and result is not None and _path(query).exists():
            yield Case(
                f"{path.parent.name}/{str(test).rpartition('#')[2]}",
                _path(query),
                tuple(map(str, graph.objects(action, QT.data))),
                tuple(map(str, graph.objects(action, QT.graphData))),
                _path(result),
                (test, MF.resultCardinality, MF.LaxCardinality) in graph,
            )


def _path(iri: Node) -> Path:
    return Path(httpx.URL(str(iri)).path)


def make_home(suite: Path, home: Path) -> data.Dataset:
    """Make a release of all files of the suite, each a named graph under its address, and return it."""
    store = Store()
    for path in sorted(suite.rglob("*")):
        form = RdfFormat.from_extension(path.suffix[1:]) if path.suffix in _DATA else None
        if form is not None and path.name != "manifest.ttl":
            with suppress(SyntaxError):  # some are wrong on purpose
                store.load(path=path, format=form, base_iri=path.as_uri(), to_graph=NamedNode(path.as_uri()))
    folder = home / "releases" / RELEASE
    triples = load_store(store, folder / "store")
    counts = dict.fromkeys(("places", "countries", "agreements", "claims", "sources"), 0)
    shares = {"share_dated": 0.0, "share_two_sources": 0.0}
    pairs = {"partnerships": {"accepted": 0, "intent": 0, "claimed": 0}}
    manifest = {"id": RELEASE, "compiled": "2026-01-01", "collections": [], "warnings": {}, "files": []}
    write_manifest(folder, manifest | {"counts": counts | shares | pairs | {"triples": triples}})
    publish(home, RELEASE)
    return data.Dataset("w3c", home, home, triples)


def run(client: httpx.Client, case: Case) -> str:
    """Return what is wrong with the answer to a test, nothing when it is right."""
    text = case.query.read_text(encoding="utf-8")
    graphs = [("default-graph-uri", iri) for iri in case.default]
    graphs += [("named-graph-uri", iri) for iri in case.named]
    if not graphs and "FROM" not in text.upper():
        graphs = [("default-graph-uri", NO_GRAPH)]
    body = urlencode([("query", f"BASE <{case.query.as_uri()}>\n{text}"), *graphs])
    right = read_expected(case)
    accept = _NTRIPLES if isinstance(right, Dataset) else _MEDIA_TYPES.get(case.result.suffix, _JSON)
    headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post("/sparql", content=body, headers=headers)
    if answer.status_code != 200:
        return f"{answer.status_code}: {answer.json()['detail']}"
    given = read_result(answer.content, accept)
    if case.may_repeat:
        right, given = ([row for n, row in enumerate(rows) if row not in rows[:n]] for rows in (right, given))
    return compare(right, given)


def read_result(body: bytes, media_type: str) -> Outcome:
    """Return a result as rows, each a mapping or (of CSV) a tuple of texts, as a boolean, or as a graph."""
    if media_type == "text/csv":
        return [tuple(row) for row in csv.reader(io.StringIO(body.decode()))]
    if media_type == _NTRIPLES:
        return Dataset(parse(body, format=RdfFormat.N_TRIPLES))
    form = QueryResultsFormat.from_media_type(media_type)
    # A variable that is not bound may stand there without a value.
    result = parse_query_results(_EMPTY_BINDING.sub(b"", body), form)
    if isinstance(result, QueryBoolean):
        return bool(result)
    names = [variable.value for variable in result.variables]
    return [{name: row[name] for name in names if row[name] is not None} for row in result]


def read_expected(case: Case) -> Outcome:
    """Return the right result of a test, whatever form it is kept in."""
    body, suffix = case.result.read_bytes(), case.result.suffix
    if suffix in _MEDIA_TYPES:
        return read_result(body, _MEDIA_TYPES[suffix])
    form = RdfFormat.from_extension(suffix[1:])
    graph = Dataset(parse(body, format=form, base_iri=case.result.as_uri()))
    if not list(graph.quads_for_object(NamedNode(RS + "ResultSet"))):
        return graph
    for quad in graph.quads_for_predicate(NamedNode(RS + "boolean")):
        return str(quad.object.value) == "true"
    return [
        {
            _object(graph, pair, "variable").value: _object(graph, pair, "value")
            for pair in _objects(graph, row, "binding")
        }
        for node in graph.quads_for_object(NamedNode(RS + "ResultSet"))
        for row in _objects(graph, node.subject, "solution")
    ]


def _objects(graph: Dataset, node: Any, name: str) -> list[Any]:
    quads = graph.quads_for_subject(node)
    return [quad.object for quad in quads if quad.predicate.value == RS + name]


def _object(graph: Dataset, node: Any, name: str) -> Any:
    return _objects(graph, node, name)[0]


def compare(right: Outcome, given: Outcome) -> str:
    """Return in what a result differs from the right one, nothing when in nothing."""
    if not isinstance(right, list) or not isinstance(given, list):
        return "" if _canonical(right) == _canonical(given) else f"{given}"[:80]
    if len(right) != len(given):
        return f"{len(given)} rows, not {len(right)}"
    texts, expected = (Counter(map(_write_row, rows)) for rows in (given, right))
    if texts == expected or _canonical(_as_graph(right)) == _canonical(_as_graph(given)):
        return ""
    return f"{min(texts - expected, default='')}, not {min(expected - texts, default='')}"


def _canonical(value: Outcome) -> Outcome:
    if isinstance(value, Dataset):
        value.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return value


def _write_row(row: Any) -> str:
    return (
        " ".join(f"?{name} {term}" for name, term in sorted(row.items()))
        if isinstance(row, dict)
        else str(row)
    )


def _as_graph(rows: Sequence[Any]) -> Dataset:
    """Return rows as a graph, so that blank nodes may have any names."""
    quads = []
    for row in rows:
        solution = BlankNode()
        quads.append(Quad(solution, _TYPE, _TYPE))
        pairs = row.items() if isinstance(row, dict) else enumerate(map(_read_cell, row))
        quads += [Quad(solution, NamedNode(f"urn:var:{name}"), term) for name, term in pairs]
    return Dataset(quads)


def _read_cell(text: str) -> BlankNode | Literal:
    return BlankNode(text[2:]) if text.startswith("_:") else Literal(text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tests and print the tables; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--suite", type=Path, required=True, help="folder with manifest.ttl files below it")
    parser.add_argument("--only", default="", help="only the tests whose name holds this")
    options = parser.parse_args(arguments)
    cases = [case for case in read_cases(options.suite.resolve()) if options.only in case.name]
    with tempfile.TemporaryDirectory() as folder:
        dataset = make_home(options.suite.resolve(), Path(folder) / "home")
        with running(OURS, dataset, Path(folder)) as server:
            address = f"http://{server.target.host}:{server.target.port}"
            with httpx.Client(base_url=address, timeout=60) as client:
                wrong = {case.name: told for case in cases if (told := run(client, case))}
    listed = {test: f"`{deviation.slug}`" for deviation in DEVIATIONS for test in deviation.tests}
    listed |= OVERTAKEN
    print(f"{len(cases)} evaluation tests, {len(cases) - len(wrong)} as the W3C has them\n")
    print("| test | answer | listed as |\n| --- | --- | --- |")
    for name, told in sorted(wrong.items()):
        print(f"| {name} | {told[:160]} | {listed.get(name, '**not listed**')} |")
    mended = sorted(listed.keys() & {case.name for case in cases} - wrong.keys())
    print(*(f"\n{name} is listed as {listed[name]}, but it is right" for name in mended), sep="")
    return int(bool(mended) or not wrong.keys() <= listed.keys())


if __name__ == "__main__":
    sys.exit(main())

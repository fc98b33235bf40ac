"""The W3C's tests as a benchmark: a suite of four tests, asked of a service over HTTP."""

import pytest

from benchmarks import conformance
from endpoint.sparql.deviations import DEVIATIONS

pytestmark = pytest.mark.slow

MANIFEST = """
@prefix : <http://example.org/manifest#> .
@prefix mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#> .
@prefix qt: <http://www.w3.org/2001/sw/DataAccess/tests/test-query#> .
@prefix dawgt: <http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#> .
<> mf:entries ( :rows :graphs :triples :wrong :withdrawn ) .
:rows a mf:QueryEvaluationTest ; mf:result <rows.srx> ;
  mf:action [ qt:query <rows.rq> ; qt:data <data.ttl> ] .
:graphs a mf:QueryEvaluationTest ; mf:result <graphs.csv> ;
  mf:action [ qt:query <graphs.rq> ; qt:graphData <data.ttl> ] .
:triples a mf:QueryEvaluationTest ; mf:result <triples.ttl> ;
  mf:action [ qt:query <triples.rq> ; qt:data <data.ttl> ] .
:wrong a mf:QueryEvaluationTest ; mf:result <wrong.srx> ; mf:action [ qt:query <wrong.rq> ] .
:withdrawn a mf:QueryEvaluationTest ; mf:result <wrong.srx> ; dawgt:approval dawgt:Withdrawn ;
  mf:action [ qt:query <rows.rq> ] .
:elsewhere a mf:QueryEvaluationTest ; mf:result <wrong.srx> ; mf:action [ qt:query <rows.rq> ] .
"""
SRX = '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head>%s</head>%s</sparql>'
ROWS = (
    '<variable name="x"/><variable name="y"/>',
    '<results><result><binding name="x"><bnode>other</bnode></binding>'
    "<binding name='y'></binding></result></results>",
)
FILES = {
    "manifest.ttl": MANIFEST,
    "data.ttl": "<a> <p> [ <q> 1 ] .",
    "rows.rq": "SELECT * { <a> <p> ?x OPTIONAL { ?x <r> ?y } }",
    "rows.srx": (SRX % ROWS).replace("'", '"'),
    "graphs.rq": "SELECT ?b { GRAPH ?g { <a> <p> ?b } }",
    "graphs.csv": "b\r\n_:node\r\n",
    "triples.rq": "CONSTRUCT { ?x <is> <a> } { <a> <p> ?x }",
    "triples.ttl": "[] <is> <a> .",
    "wrong.rq": "ASK {}",
    "wrong.srx": SRX % ("", "<boolean>false</boolean>"),
}


@pytest.fixture
def suite(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / "some" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return tmp_path


def test_what_fails_is_told_and_must_be_in_the_list(suite, capsys):
    assert conformance.main(["--suite", str(suite)]) == 1
    told = capsys.readouterr().out
    assert told.startswith("4 evaluation tests, 3 as the W3C has them\n")
    assert told.rstrip().split("\n")[-1] == "| some/wrong | True | **not listed** |"


def test_what_is_listed_and_right_must_leave_the_list(suite, capsys, monkeypatch):
    monkeypatch.setattr(conformance, "OVERTAKEN", {"some/wrong": "a reason", "some/rows": "none"})
    assert conformance.main(["--suite", str(suite)]) == 1
    assert capsys.readouterr().out.endswith(
        "| some/wrong | True | a reason |\n\nsome/rows is listed as none, but it is right\n"
    )


def test_each_test_is_listed_once():
    tests = [test for deviation in DEVIATIONS for test in deviation.tests]
    assert len(tests) == len(set(tests))
    assert not set(tests) & conformance.OVERTAKEN.keys()

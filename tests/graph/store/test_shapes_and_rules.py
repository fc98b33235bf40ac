"""The shapes (SHACL) and the rules (SPARQL) say the same, and both find what is wrong in the bad fixture."""

import re
from functools import cache

import pyoxigraph
import pyshacl
import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, RDFS, SH

from ontology import BASE, KK, PREFIXES, ontology, read_text, rules, vocabulary
from tests.kit.paths import DATA, TESTS

pytestmark = pytest.mark.slow

WORLD, BAD = TESTS / "world" / "world.trig", DATA / "fixtures" / "bad.trig"
STORE_ONLY = "one-triple-one-graph"
PARAMETERS = {
    "minCount", "maxCount", "datatype", "class", "pattern", "node", "not", "or", "nodeKind", "uniqueLang",
    "qualifiedMinCount", "minInclusive", "maxInclusive", "maxLength", "in",
}  # fmt: skip


@cache
def shapes():
    return Graph().parse(data=read_text("shapes.ttl"), format="turtle")


@cache
def constraints():
    """Each message of the shapes that is a violation or warning, with the node that carries it."""
    graph = shapes()
    return {str(m): node for node, m in graph.subject_objects(SH.message) if (node, KK.rule, None) in graph}


@cache
def shacl_report(path):
    """What pySHACL finds in a TriG file and the vocabulary, graphs flattened; the shapes are checked too."""
    quads = pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TRIG)
    triples = pyoxigraph.serialize((quad.triple for quad in quads), format=pyoxigraph.RdfFormat.N_TRIPLES)
    data = Graph().parse(data=triples, format="nt") + vocabulary()
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes(), meta_shacl=path == BAD)
    names = (SH.focusNode, SH.resultMessage, SH.sourceConstraintComponent, SH.resultSeverity)
    return [
        tuple(str(report.value(result, name)).replace(str(SH), "") for name in names)
        for result in report.subjects(RDF.type, SH.ValidationResult)
    ]


@cache
def rule_findings(path):
    """The rows of each rule over a TriG file and the vocabulary: (rule, thing, detail)."""
    store = pyoxigraph.Store()
    store.load(path=str(path), format=pyoxigraph.RdfFormat.TRIG)
    if b"vocab/domain> a skos:ConceptScheme" not in path.read_bytes():
        name = pyoxigraph.NamedNode(BASE + "graph/vocabulary")
        store.load(read_text("vocabulary.ttl"), format=pyoxigraph.RdfFormat.TURTLE, to_graph=name)
    return {
        (rule.name, row["thing"].value, row["detail"].value)
        for rule in rules()
        for row in store.query(rule.query, use_default_graph_as_union=True)
    }


def shacl_findings(path):
    graph = shapes()
    return {
        (str(graph.value(constraints()[message], KK.rule)), focus, message)
        for focus, message, _, _ in shacl_report(path)
        if message in constraints()
    }


def test_each_constraint_has_a_message_of_its_own_and_names_a_rule():
    graph = shapes()
    messages = [str(message) for message in graph.objects(None, SH.message)]
    assert len(messages) == len(set(messages))
    named = {str(rule) for rule in graph.objects(None, KK.rule)}
    assert named | {STORE_ONLY} == {rule.name for rule in rules()}
    without = {str(m) for node, m in graph.subject_objects(SH.message) if (node, KK.rule, None) not in graph}
    assert without == {"No Wikidata QID", "No start date"}


def test_a_constraint_and_its_rule_weigh_the_same():
    graph = shapes()
    fatal = {rule.name: rule.fatal for rule in rules()}
    for message, node in constraints().items():
        holder = next(graph.subjects(SH.sparql, node), node)
        warning = graph.value(holder, SH.severity) == SH.Warning
        assert fatal[str(graph.value(node, KK.rule))] is not warning, message


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_a_rule_speaks_plainly(rule):
    assert rule.title and rule.mend.endswith(".")
    solutions = pyoxigraph.Store().query(rule.query, use_default_graph_as_union=True)
    assert [variable.value for variable in solutions.variables] == ["thing", "value", "detail"]
    assert list(solutions) == []
    prefixes = dict(re.findall(r"^PREFIX ([\w-]+): <([^>]+)>$", rule.query, re.MULTILINE))
    assert all(PREFIXES.get(name, iri) == iri for name, iri in prefixes.items())


def test_the_world_conforms():
    assert [row for row in shacl_report(WORLD) if row[3] != "Info"] == []
    assert rule_findings(WORLD) == set()


def test_shapes_and_rules_find_the_same_faults():
    by_rules = {row for row in rule_findings(BAD) if row[0] != STORE_ONLY}
    assert shacl_findings(BAD) - by_rules == set(), "only SHACL finds these"
    assert by_rules - shacl_findings(BAD) == set(), "only the rules find these"


def test_the_bad_fixture_breaks_every_constraint():
    broken = {(message, component) for _, message, component, _ in shacl_report(BAD)}
    expected = set()
    for message, node in constraints().items():
        parameters = {str(p).removeprefix(str(SH)) for p in shapes().predicates(node)}
        if "select" in parameters:
            expected.add((message, "SPARQLConstraintComponent"))
        for one in parameters & PARAMETERS:
            expected.add((message, f"{one[0].upper()}{one[1:]}ConstraintComponent"))
    assert len(expected) > len(constraints())
    assert expected - broken == set()


def test_a_triple_in_two_graphs_is_found():
    found = {row for row in rule_findings(BAD) if row[0] == STORE_ONLY}
    assert found == {(STORE_ONLY, BASE + "claim/bad/good", str(KK.signedYear))}


def test_link_and_concept_rules_cover_the_ranges_of_the_ontology():
    graph = ontology()
    narrow = set(graph.subjects(RDFS.subPropertyOf, KK.basedOn))
    links = {
        (prop, value)
        for prop, value in graph.subject_objects(RDFS.range)
        if str(value).startswith(str(KK)) and prop not in narrow
    }
    schemes = set(graph.subject_objects(KK.scheme))
    queries = {rule.name: rule.query for rule in rules()}
    table = re.findall(r"\(kk:(\w+) kk:(\w+) \"", queries["link-target"])
    assert {(KK[prop], KK[value]) for prop, value in table} == links
    table = re.findall(r"\(kk:(\w+) vocab:([\w-]+) \"", queries["concept-scheme"])
    assert {(KK[prop], URIRef(f"{BASE}vocab/{scheme}")) for prop, scheme in table} == schemes

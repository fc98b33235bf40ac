"""The schema of a release: what tools for SPARQL read of it is what plain Python counts in the dump."""

import gzip
from collections import Counter, defaultdict

import pytest
from pyoxigraph import Literal, RdfFormat, parse

from graph.downloads.describe.counts.partitions import GRAPH, VOID_EXT
from graph.downloads.describe.counts.void import VOID
from graph.model.terms import A

# As the editors and assistants of the SIB ask an endpoint what it holds:
# https://github.com/sib-swiss/sparql-editor, https://github.com/sib-swiss/sparql-llm
SIB = f"""PREFIX void: <{VOID}> PREFIX void-ext: <{VOID_EXT}>
SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype ?triples WHERE {{
  ?cp void:class ?subjectClass ; void:propertyPartition ?pp .
  ?pp void:property ?prop .
  OPTIONAL {{
    {{ ?pp void:classPartition [ void:class ?objectClass ; void:triples ?triples ] }}
    UNION {{ ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ; void:triples ?triples ] }}
  }} }}"""


def count_plainly(quads) -> Counter:
    """Count class, property, and class or datatype of the value, from quads as they are."""
    classes = defaultdict(set)
    for quad in quads:
        if quad.predicate == A:
            classes[quad.subject].add(quad.object.value)
    found = Counter()
    for quad in quads:
        value = quad.object
        kinds = {value.datatype.value} if isinstance(value, Literal) else classes[value] or {""}
        for kind in classes[quad.subject]:
            found.update((kind, quad.predicate.value, end) for end in kinds)
    return found


@pytest.mark.slow
def test_the_schema_in_the_graph_is_what_a_plain_count_finds(bundled):
    dump = bundled.release.files_path / "kota-kembar.nq.gz"
    quads = list(parse(gzip.decompress(dump.read_bytes()), format=RdfFormat.N_QUADS))
    bare = [quad for quad in quads if quad.graph_name.value != GRAPH]
    solutions = bundled.store.query(SIB, use_default_graph_as_union=True)
    found = {}
    for row in solutions:
        end = row["objectClass"] or row["objectDatatype"]
        if end is not None:
            key = row["subjectClass"].value, row["prop"].value, end.value
            found[key] = int(row["triples"].value)
    assert found == {key: count for key, count in count_plainly(bare).items() if key[2]}


@pytest.mark.slow
def test_the_description_has_the_same_schema_and_its_own_totals(bundled):
    described = bundled.release.read("void.ttl")
    inner = Counter()
    for quad in parse(described, format=RdfFormat.TURTLE):
        inner[quad.predicate.value] += 1
    in_graph = Counter(
        quad.predicate.value for quad in bundled.store.quads_for_pattern(None, None, None, None)
        if quad.graph_name.value == GRAPH
    )  # fmt: skip
    for name in (VOID_EXT + "datatypePartition", VOID_EXT + "datatype"):
        assert inner[name] == in_graph[name] > 0
    (city,) = bundled.values("n", f"""?part <{VOID}class> kk:City ; <{VOID}entities> ?n""")
    assert city == bundled.query("SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c a kk:City }")[0][0]

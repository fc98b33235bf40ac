"""The schema of a dataset in VoID, as tools for SPARQL read it: classes, their properties, and the values.

It is the form of https://github.com/sib-swiss/void-generator: class partitions with property partitions, and
these with class and datatype partitions of the values (http://ldf.fi/void-ext#). Without blank nodes.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad

from graph.downloads.describe.counts.schema import PropertyUse, Schema
from graph.downloads.describe.counts.void import VOID, describe_titles, name_part
from graph.model.iris import graph_iri
from graph.model.terms import A, Triple, integer, node
from ontology import BASE

VOID_EXT = "http://ldf.fi/void-ext#"
GRAPH = graph_iri("void")
"""The graph of a release that holds its own schema, of all other graphs."""
_DOCUMENT = BASE + ".well-known/void"


def describe_graph(schema: Schema) -> Iterator[Quad]:
    """Yield the schema as the contents of its graph."""
    dataset, graph = node(BASE), NamedNode(GRAPH)
    triples: list[Triple] = [(dataset, A, node(VOID + "Dataset"))]
    triples += describe_titles(dataset, "Kota Kembar", "Kota Kembar")
    for kind, count in schema.entities.items():
        part = name_part(_DOCUMENT, "class", kind)
        triples.append((dataset, node(VOID + "classPartition"), part))
        triples.append((part, node(VOID + "class"), node(kind)))
        triples.append((part, node(VOID + "entities"), integer(count)))
    triples += describe_schema(_DOCUMENT, schema)
    return (Quad(*triple, graph) for triple in triples)


def describe_schema(document: str, schema: Schema) -> Iterator[Triple]:
    """Yield the property partitions of the class partitions of a document, whose IRI begins theirs."""
    for kind, uses in schema.uses.items():
        part = name_part(document, "class", kind)
        for name, use in uses.items():
            yield from _describe_use(part, name, use)


def _describe_use(part: NamedNode, name: str, use: PropertyUse) -> Iterator[Triple]:
    inner = name_part(part.value, "", name)
    yield part, node(VOID + "propertyPartition"), inner
    yield inner, node(VOID + "property"), node(name)
    yield inner, node(VOID + "triples"), integer(use.triples)
    for kind, count in sorted(use.classes.items()):
        values = name_part(inner.value, "to", kind)
        yield inner, node(VOID + "classPartition"), values
        yield values, node(VOID + "class"), node(kind)
        yield values, node(VOID + "triples"), integer(count)
    for datatype, count in sorted(use.datatypes.items()):
        values = name_part(inner.value, "as", datatype)
        yield inner, node(VOID_EXT + "datatypePartition"), values
        yield values, node(VOID_EXT + "datatype"), node(datatype)
        yield values, node(VOID + "triples"), integer(count)

"""JSON-LD of all sorts of values: read back by rdflib it is the graph that went in."""

import json

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib import Graph

from endpoint.things.rdf.jsonld import write_jsonld
from endpoint.things.rdf.serialization import write_ntriples
from ontology import KK, PREFIXES

XSD = PREFIXES["xsd"]
THING = NamedNode("https://w3id.org/kota-kembar/place/Q1")
OTHER = NamedNode("https://w3id.org/kota-kembar/place/Q2")


def typed(value, kind):
    return Literal(value, datatype=NamedNode(XSD + kind))


VALUES = {
    "links": [OTHER],
    "several links": [THING, OTHER],
    "one link and a text": [OTHER, Literal("two")],
    "texts in languages": [Literal("one", language="en"), Literal("satu", language="id")],
    "two texts in one language": [Literal("a", language="en"), Literal("b", language="en")],
    "texts with and without language": [Literal("a", language="en"), Literal("b")],
    "dates": [typed("2018-03-19", "date"), typed("2019-03-19", "date")],
    "dates of several kinds": [typed("2018-03", "gYearMonth"), typed("2018", "gYear")],
    "whole numbers": [typed("4", "integer")],
    "decimals": [typed("0.5", "decimal")],
    "truth": [typed("true", "boolean")],
    "a text and a number": [Literal("four"), typed("4", "integer")],
    "a text in a language and a number": [Literal("four", language="en"), typed("4", "integer")],
    "awkward texts": [Literal('a "quoted"\nline \\ and </script>')],
}


@pytest.mark.parametrize("values", VALUES.values(), ids=VALUES.keys())
@pytest.mark.parametrize("name", [str(KK.party), PREFIXES["rdfs"] + "label", "http://example.org/a-b"])
def test_it_reads_back_as_what_went_in(name, values):
    triples = [Triple(THING, NamedNode(name), value) for value in values]
    written = Graph().parse(data=write_jsonld(triples), format="json-ld")
    assert set(written) == set(Graph().parse(data=write_ntriples(triples), format="nt"))


def test_keys_are_short_and_values_plain():
    triples = [
        Triple(THING, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(KK.City)),
        Triple(THING, NamedNode(PREFIXES["rdfs"] + "label"), Literal("Kota", language="id")),
        Triple(THING, NamedNode(KK.party), OTHER),
        Triple(THING, NamedNode(KK.sourceCount), typed("4", "integer")),
    ]
    document = json.loads(write_jsonld(triples))
    assert document["@graph"] == [
        {
            "@id": THING.value,
            "@type": "City",
            "rdfs:label": {"id": "Kota"},
            "party": OTHER.value,
            "sourceCount": 4,
        }
    ]
    assert document["@context"] == {
        "@vocab": str(KK),
        "rdfs": PREFIXES["rdfs"],
        "xsd": PREFIXES["xsd"],
        "rdfs:label": {"@container": "@language"},
        "party": {"@type": "@id"},
    }


@pytest.mark.parametrize("triple", [Triple(BlankNode("a"), NamedNode(KK.party), THING)], ids=["subject"])
def test_blank_nodes_are_refused(triple):
    with pytest.raises(TypeError, match="blank"):
        write_jsonld([triple])
    with pytest.raises(TypeError, match="blank"):
        write_jsonld([Triple(THING, triple.predicate, triple.subject)])

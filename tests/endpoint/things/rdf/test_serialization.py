"""Documents of things as Turtle: whatever a text holds, the document is the same graph."""

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse
from rdflib import Graph

from endpoint.things.rdf.serialization import write_rdfxml, write_turtle

THING = NamedNode("https://w3id.org/kota-kembar/place/Q11462")
LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")


@pytest.mark.parametrize(
    "separator", ["\u2028", "\u2029", "\u0085", "\v", "\f", "\x1c", "\x1e", "\r", "\n", "\r\n"]
)
def test_what_some_take_for_the_end_of_a_line_stays_in_its_text(separator):
    triples = [
        Triple(THING, LABEL, Literal(f"Kota{separator}\tSurabaya{separator}@prefix a: <b:> .{separator}"))
    ]
    document = write_turtle(triples)
    assert [quad.triple for quad in parse(document, RdfFormat.TURTLE)] == triples
    assert document.count(b"\n") == 4


def test_carriage_returns_come_back_from_xml():
    triples = [Triple(THING, LABEL, Literal("Kota\r\nSurabaya\r"))]
    graph = Graph().parse(data=write_rdfxml(triples), format="xml")
    assert [str(label) for label in graph.objects()] == ["Kota\r\nSurabaya\r"]

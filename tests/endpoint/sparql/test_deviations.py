"""Each row of the list of deviations holds, over HTTP, and is told wherever the list is."""

import csv
import io

import pytest
from rdflib import Graph, Literal, URIRef

from endpoint.sparql.deviations import DEVIATIONS
from tests.kit.http.protocol import world_protocol
from tests.kit.http.site import read_page
from tests.kit.paths import ROOT

SCHEMA = "http://schema.org/"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with world_protocol(tmp_path_factory.mktemp("world")) as app:
        yield app


@pytest.fixture
def client(app):
    return app.test_client()


def first_value(client, query):
    """Return the first value of a result, nothing when it is not bound, or the status of an error."""
    response = client.get("/sparql", query_string={"query": query})
    if response.status_code != 200:
        return str(response.status_code)
    if "boolean" in response.json:
        return str(response.json["boolean"]).lower()
    rows = client.get("/sparql", query_string={"query": query, "format": "csv"}).text
    first = list(csv.reader(io.StringIO(rows)))[1]
    return first[0] if first else ""


@pytest.mark.parametrize("deviation", DEVIATIONS, ids=lambda deviation: deviation.slug)
def test_what_is_listed_still_differs(client, deviation):
    assert deviation.given != deviation.right
    given = first_value(client, deviation.query)
    assert given != deviation.right, "mended: take the row out of the list"
    assert given == deviation.given


def test_the_list_is_told_to_programs_and_people(client):
    told = client.get("/limits.json").json["deviations"]
    assert [(row["name"], row["query"], row["standard"], row["given"]) for row in told] == [
        (one.slug, one.query, one.right, one.given) for one in DEVIATIONS
    ]
    assert all(row["says"]["en"] != row["says"]["id"] for row in told)
    page = read_page(client, "/limits")
    assert [row["id"] for row in page.all("tr") if row.get("id", "").startswith("deviation-")] == [
        f"deviation-{one.slug}" for one in DEVIATIONS
    ]


def test_the_service_description_has_the_list(client):
    response = client.get("/sparql", headers={"Accept": "text/turtle"})
    graph = Graph().parse(data=response.text, format="turtle")
    for one in DEVIATIONS:
        node = graph.value(None, URIRef(SCHEMA + "propertyID"), Literal(f"deviation/{one.slug}"))
        assert str(graph.value(node, URIRef(SCHEMA + "value"))) == one.given
        assert str(graph.value(node, URIRef(SCHEMA + "valueReference"))) == one.right
        assert str(graph.value(node, URIRef(SCHEMA + "measurementTechnique"))) == one.query


def test_so_have_the_docs():
    lines = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8").split("\n")
    rows = [
        line.split(" | ") for line in lines if line.startswith("| [`") and "w3.org/TR/sparql11-query" in line
    ]
    assert [(row[0], [*row[2:-1], row[-1].removesuffix(" |")]) for row in rows] == [
        (
            f"| [`{one.slug}`]({one.section})",
            [f"`{one.query}`", *(f"`{value}`" if value else "no value" for value in (one.right, one.given))],
        )
        for one in DEVIATIONS
    ]

"""The page for writing SPARQL, over the world."""

from urllib.parse import quote

import pytest

from ontology import BASE, KK
from queries import catalogue
from tests.kit.http.site import read_page


def test_the_sparql_page_opens_with_a_query_that_gives_rows(client):
    page = read_page(client, "/sparql")
    query = page.texts["textarea"][0]
    result = read_page(client, "/sparql?query=" + quote(query))
    assert result.words("tr")[1:3] == ["Seoul 2", "Surabaya 2"]
    assert len(page.all("aside")) == 1


@pytest.mark.slow
def test_every_example_of_the_sparql_page_runs(client):
    page = read_page(client, "/sparql")
    examples = [address for address in page.local_links() if address.startswith("/sparql?query=")]
    assert len(examples) == len(catalogue())
    for address in examples:
        read_page(client, address)


def test_the_sparql_page_shows_a_table_with_links_and_downloads(client):
    query = f"SELECT ?city WHERE {{ ?city a <{KK.City}> ; <{KK.partnerOf}> <{BASE}place/Q8684> }}"
    page = read_page(client, "/sparql?lang=id&query=" + quote(query))
    assert "2 baris" in page.words("b")
    assert {"/place/Q3630.html?lang=id", "/place/Q10389.html?lang=id"} <= set(page.local_links())
    downloads = [address for address in page.local_links() if "format=" in address]
    assert [client.get(address).mimetype for address in downloads] == [
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    ]


def test_the_columns_of_a_free_query_go_by_its_variables(client):
    query = f"SELECT ?a ?signedOn WHERE {{ ?a a <{KK.City}> OPTIONAL {{ ?a <{KK.signedOn}> ?signedOn }} }}"
    page = read_page(client, "/sparql?lang=id&query=" + quote(query))
    assert page.words("th")[:2] == ["a", "signedOn"]


def test_the_sparql_page_keeps_the_graphs_that_were_asked(client):
    graph = f"{BASE}graph/core"
    query = quote("SELECT (COUNT(*) AS ?n) WHERE { ?s a ?o }")
    page = read_page(client, f"/sparql?query={query}&default-graph-uri={graph}")
    assert page.all("input", name="default-graph-uri") == [
        {"type": "hidden", "name": "default-graph-uri", "value": graph}
    ]
    assert all(quote(graph, safe="") in a for a in page.local_links() if "format=" in a)


def test_the_sparql_page_says_what_is_wrong_and_keeps_the_query(client):
    page = read_page(client, "/sparql?query=" + quote("SELECT <b> WHERE"), 400)
    assert page.texts["textarea"][0].strip() == "SELECT <b> WHERE"
    assert len(page.all("div", role="alert")) == 1
    assert page.all("textarea")[0]["aria-invalid"] == "true"

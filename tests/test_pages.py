"""The pages of the site over the world, as a browser gets them."""

from urllib.parse import quote, urlsplit

import pytest
from rdflib import RDF, Graph, URIRef
from sitekit import RELEASE, Page

from endpoint.entity import FORMATS, KINDS, split_suffix
from endpoint.labels import iri_term
from endpoint.pages import release_numbers
from ontology import BASE, KK
from queries import catalogue

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
ENTITIES = {
    "/place/Q11462": "Surabaya",
    "/partnership/Q11462-Q24826": "Surabaya – Liverpool",
    "/agreement/Q11462-Q16520-founding-1994": "Sister-city agreement Surabaya – Busan, 1994",
    "/claim/indonesia/F003": "Claim indonesia/F003",
    "/vocab/domain/trade": "Trade",
    "/vocab/domain": "Cooperation domains",
    "/collection/indonesia": "Agreements of Indonesian local governments",
}
PAGES = ["/", "/about", "/queries/", "/sparql", "/ontology", *ENTITIES]


def read(client, address, status=200):
    response = client.get(address, headers=HTML)
    assert response.status_code == status, response.text
    assert response.mimetype == "text/html"
    page = Page(response.text)
    page.assert_sound()
    return page


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_sound_in_both_languages(client, path, language):
    page = read(client, f"{path}?lang={language}")
    assert page.all("html")[0]["lang"] == language


def test_home_shows_the_numbers_of_the_release(client):
    page = read(client, "/")
    assert page.words("h1") == ["Which cities are twinned, since when, and who says so?"]
    assert page.words("dd")[:8] == ["14", "4", "5", "7", "24", "14", "100%", "80%"]
    assert page.words("dt")[2] == "partnerships"
    links = page.local_links()
    assert {"/sparql", "/queries/", "/ontology", "/about", "/health"} <= set(links)
    assert {f"/queries/{slug}" for slug in catalogue()} <= set(links)
    assert f"Release {RELEASE}, data of 21 November 2026" in page.words("footer")[0]


def test_release_numbers_are_written_in_the_language():
    counts = {name: 12345 for name in ("places", "countries", "agreements", "claims", "sources")}
    counts |= {"partnerships": {"accepted": 10}, "share_dated": 0.762, "share_two_sources": 0.5}
    assert release_numbers({"counts": counts}, "id") == [
        ("wilayah", "12.345"),
        ("negara", "12.345"),
        ("kemitraan", "10"),
        ("perjanjian", "12.345"),
        ("klaim", "12.345"),
        ("sumber", "12.345"),
        ("kemitraan memiliki tanggal", "76%"),
        ("bersandar pada dua sumber atau lebih", "50%"),
    ]


def test_the_language_comes_from_the_address_or_from_the_browser(client):
    indonesian = client.get("/", headers=HTML | {"Accept-Language": "id-ID,id;q=0.9,en;q=0.5"})
    assert indonesian.headers["Content-Language"] == "id"
    assert "Accept-Language" in indonesian.headers["Vary"]
    chosen = client.get("/?lang=en", headers=HTML | {"Accept-Language": "id"})
    assert chosen.headers["Content-Language"] == "en"
    assert client.get("/?lang=xx", headers=HTML).headers["Content-Language"] == "en"


def test_a_chosen_language_stays_chosen_on_every_link(client):
    page = read(client, "/?lang=id")
    switches = {"/?lang=en", "/?lang=id"}
    assert all("lang=id" in a for a in page.local_links() if a not in switches and a != "/health")


def test_a_page_has_a_strong_etag_and_answers_304(client):
    first = client.get("/about", headers=HTML)
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    again = client.get("/about", headers=HTML | {"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_about_names_collections_licence_and_citation(client):
    page = read(client, "/about")
    assert page.words("tr")[1] == "Indonesian places CC BY 4.0 21 November 2026 21"
    assert page.words("pre") == [
        f"Kota Kembar, release {RELEASE}. An open knowledge graph of sister-city cooperation. {BASE}"
    ]


def test_the_sparql_page_opens_with_a_query_that_gives_rows(client):
    page = read(client, "/sparql")
    query = page.texts["textarea"][0]
    result = read(client, "/sparql?query=" + quote(query))
    assert result.words("tr")[1:3] == ["Seoul 2", "Surabaya 2"]
    assert len(page.all("aside")) == 1


def test_every_example_of_the_sparql_page_runs(client):
    page = read(client, "/sparql")
    examples = [address for address in page.local_links() if address.startswith("/sparql?query=")]
    assert len(examples) == len(catalogue())
    for address in examples:
        read(client, address)


def test_the_sparql_page_shows_a_table_with_links_and_downloads(client):
    query = f"SELECT ?city WHERE {{ ?city a <{KK.City}> ; <{KK.partnerOf}> <{BASE}place/Q8684> }}"
    page = read(client, "/sparql?lang=id&query=" + quote(query))
    assert "2 baris" in page.words("b")
    assert {"/place/Q3630?lang=id", "/place/Q10389?lang=id"} <= set(page.local_links())
    downloads = [address for address in page.local_links() if "format=" in address]
    assert [client.get(address).mimetype for address in downloads] == [
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    ]


def test_the_sparql_page_keeps_the_graphs_that_were_asked(client):
    graph = f"{BASE}graph/core"
    query = quote("SELECT (COUNT(*) AS ?n) WHERE { ?s a ?o }")
    page = read(client, f"/sparql?query={query}&default-graph-uri={graph}")
    assert page.all("input", name="default-graph-uri") == [
        {"type": "hidden", "name": "default-graph-uri", "value": graph}
    ]
    assert all(quote(graph, safe="") in a for a in page.local_links() if "format=" in a)


def test_the_sparql_page_says_what_is_wrong_and_keeps_the_query(client):
    page = read(client, "/sparql?query=" + quote("SELECT <b> WHERE"), 400)
    assert page.texts["textarea"][0].strip() == "SELECT <b> WHERE"
    assert len(page.all("div", role="alert")) == 1
    assert page.all("textarea")[0]["aria-invalid"] == "true"


@pytest.mark.parametrize(("path", "name"), ENTITIES.items())
def test_a_thing_has_a_page_with_its_name(client, path, name):
    page = read(client, path)
    assert page.words("h1") == [name]
    assert f"{BASE}{path[1:]}" in page.words("code")


def test_a_place_links_to_its_partners_and_agreements(client):
    page = read(client, "/place/Q11462")
    rows = page.words("tr")
    assert rows[1] == "Busan South Korea 24 August 1994 Active Sister city / twin town 4 Surabaya – Busan"
    assert "/agreement/Q11462-Q24826-founding-2018" in page.local_links()
    assert "\u22127.25; 112.74" in page.words("dd")


def test_a_partnership_shows_its_claims_with_sources_and_what_a_value_rests_on(client):
    page = read(client, "/partnership/Q11462-Q16520?lang=id")
    assert len(page.words("tr")) == 1 + 5 + 1 + 1
    assert page.words("tr")[-1].startswith("Tanggal berbeda Dipersoalkan The sources give three days")
    assert "29 Agustus 1994" in page.words("time")
    since = next(text for text in page.words("dd") if text.startswith("24 Agustus 1994"))
    assert since == "24 Agustus 1994 menurut Busan"
    assert "/source/" in " ".join(page.local_links())


def test_a_source_lists_its_claims(client):
    address = next(a for a in read(client, "/claim/indonesia/F003").local_links() if a.startswith("/source/"))
    page = read(client, address)
    assert "/claim/indonesia/F003" in page.local_links()


def test_a_concept_leads_to_what_bears_it(client):
    page = read(client, "/vocab/status/terminated")
    assert "/partnership/Q8684-Q10389" in page.local_links()


def test_signatures_are_named_by_who_signed_for_whom(client):
    page = read(client, "/agreement/Q11462-Q24826-founding-2018")
    assert "Tri Rismaharini for Surabaya" in page.words("a")


@pytest.mark.parametrize("suffix", [suffix for suffix, _, _ in FORMATS])
def test_a_thing_can_be_had_as_a_graph_by_suffix_and_by_accept(client, suffix):
    media_type = next(media for name, _, media in FORMATS if name == suffix)
    by_suffix = client.get(f"/place/Q11462.{suffix}")
    by_accept = client.get("/place/Q11462", headers={"Accept": media_type})
    assert by_suffix.mimetype == by_accept.mimetype == media_type
    graph = Graph().parse(data=by_suffix.text, format=media_type)
    surabaya = URIRef(f"{BASE}place/Q11462")
    assert (surabaya, RDF.type, KK.City) in graph
    assert (URIRef(f"{BASE}partnership/Q11462-Q16520"), KK.party, surabaya) in graph
    assert graph.value(URIRef(f"{surabaya}#geometry")) is None
    assert len(list(graph.triples((URIRef(f"{surabaya}#geometry"), None, None)))) == 2


@pytest.mark.parametrize("path", ["/place/Q99999999", "/claim/indonesia/F999", "/vocab/domain/nothing"])
def test_what_is_not_there_is_404_in_every_form(client, path):
    read(client, path, 404)
    assert client.get(path, headers={"Accept": "text/turtle"}).status_code == 404
    assert client.get(f"{path}.ttl").status_code == 404


@pytest.mark.parametrize("local", ["Q1> <x", 'Q1"', "Q1 }", "a\\u003e", "Q1`"])
def test_no_path_becomes_sparql_text(client, local):
    assert client.get("/place/" + quote(local), headers=HTML).status_code == 404


def test_iri_term_refuses_what_no_iri_holds():
    assert iri_term("https://example.org/a") == "<https://example.org/a>"
    with pytest.raises(ValueError, match="is not an IRI"):
        iri_term("https://example.org/a> ?b <c")


def test_split_suffix_knows_only_its_formats():
    assert split_suffix("Q11462.ttl") == ("Q11462", "ttl")
    assert split_suffix("Q11462") == ("Q11462", None)
    assert split_suffix("a.b") == ("a.b", None)


def test_the_ontology_page_has_every_class_and_an_anchor_for_it(client):
    page = read(client, "/ontology")
    assert len(page.all("div", class_="term", id="City")) == 1
    assert "/vocab/domain" in page.local_links()
    turtle = client.get("/ontology", headers={"Accept": "text/turtle"})
    assert turtle.mimetype == "text/turtle"
    assert (KK.City, RDF.type, None) in Graph().parse(data=turtle.text, format="turtle")
    assert client.get("/ontology.nt").mimetype == "application/n-triples"


def test_an_unknown_path_is_a_page_for_browsers(client):
    assert read(client, "/nothing-here", 404).words("h1") == ["Not Found"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_pages_only_answer_reading(client, method):
    assert client.open("/about", method=method).status_code == 405


def test_every_route_says_what_it_answers(app):
    ours = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in {"canned", "entity", "pages"}
    ]
    assert len(ours) == 9
    for rule in ours:
        assert app.view_functions[rule.endpoint].__doc__.startswith("Answer /"), rule


def test_every_kind_of_thing_has_a_word():
    from endpoint.texts import translate

    assert [translate(f"kind.{kind}", "id") for kind in KINDS]


def test_every_local_link_of_the_site_leads_somewhere(client):
    seen, waiting, anchors = set(), ["/"], set()
    while waiting:
        path = waiting.pop()
        page = read(client, path)
        for address in page.local_links():
            parts = urlsplit(address)
            if parts.path == "/ontology" and parts.fragment:
                anchors.add(parts.fragment)
            is_page = not parts.query and "." not in parts.path and parts.path != "/health"
            if parts.path not in seen and is_page:
                seen.add(parts.path)
                waiting.append(parts.path)
    assert len(seen) > 250
    terms = {given["id"] for _, given in read(client, "/ontology").elements if "id" in given}
    assert len(anchors) > 10
    assert anchors <= terms

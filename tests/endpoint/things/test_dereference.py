"""Every IRI that we mint answers on its path: which document, in which format, with which headers."""

import re
from html import unescape
from random import Random

import pytest
from pyoxigraph import NamedNode
from rdflib import RDFS, Graph, URIRef

from endpoint.show.addresses import THING_KINDS
from endpoint.things.documents import DATA, SUFFIXES, split_suffix
from endpoint.things.rdf.serialization import write_graph
from ontology import BASE, KK, ONTOLOGY_IRI, SCHEMA, read_text
from tests.kit.http.site import HTML, RELEASE, Page
from tests.kit.world import world_store

MEDIA_TYPES = {"html": "text/html"} | {form.suffix: form.media_type for form in DATA}
THINGS = {
    "place": "/place/Q11462",
    "country": "/place/Q252",
    "minted place": "/place/x-id-kabupaten-bantul-fd1824",
    "partnership": "/partnership/Q11462-Q24826",
    "claimed partnership": "/partnership/Q7568-Q120730",
    "agreement": "/agreement/Q11462-Q24826-founding-2018",
    "claim": "/claim/indonesia/F003",
    "source": "/source/wikidata-org-acfea0",
    "collection": "/collection/indonesia",
    "event": "/event/Q11462-Q16520-anniversary-2014",
    "person": "/person/tri-rismaharini",
    "signature": "/signature/Q11462-Q24826-founding-2018-1",
    "regulation": "/regulation/permendagri-25-2020",
    "assessment": "/assessment/000000000001",
    "measure": "/measure/network",
    "country pair": "/measure/country-pair/Q252-Q884",
    "scheme": "/vocab/domain",
    "concept": "/vocab/domain/smart-city",
    "ontology": "/ontology",
    "version": "/ontology/0.1.0",
}
EVERYTHING = THINGS | {"graph": "/graph/core"}
ABSENT = [f"/{kind}/nothing-9" for kind in (*THING_KINDS, "ontology")] + [
    "/claim/indonesia/F999",
    "/vocab/domain/none",
]


def parse(response):
    return Graph().parse(data=response.data, format=response.mimetype)


def links(response):
    """The links of a response as (target, relation, media type)."""
    found = re.findall(r'<([^>]*)>; rel="([\w-]+)"(?:; type="([^"]*)")?', response.headers["Link"])
    assert len(found) == response.headers["Link"].count("<")
    return found


@pytest.mark.parametrize("path", EVERYTHING.values(), ids=EVERYTHING.keys())
def test_the_questions_behind_a_page_can_be_opened(client, path):
    found = re.findall(r'href="(/sparql\?[^"]*)"', client.get(f"{path}.html", headers=HTML).text)
    assert found or path.startswith("/ontology")
    for address in found:
        assert client.get(unescape(address), headers=HTML).status_code == 200, address


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("path", EVERYTHING.values(), ids=EVERYTHING.keys())
def test_a_thing_leads_to_the_document_that_is_asked_for(client, path, suffix):
    response = client.get(path, headers={"Accept": MEDIA_TYPES[suffix]})
    assert response.status_code == 303
    assert response.headers["Location"] == f"{path}.{suffix}"
    assert "Accept" in response.vary
    assert response.cache_control.max_age == 3600
    assert links(response) == [(f"{path}.{one}", "describedby", MEDIA_TYPES[one]) for one in SUFFIXES]


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        (HTML["Accept"], "html"),
        ("*/*", "ttl"),
        (None, "ttl"),
        ("application/json", "jsonld"),
        ("text/plain", "nt"),
        ("application/xml", "rdf"),
        ("text/html;q=0.2, application/rdf+xml;q=0.9", "rdf"),
        ("text/html, text/turtle", "ttl"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "jsonld"),
    ],
)
def test_the_wish_of_a_client_decides(client, accept, suffix):
    response = client.get("/place/Q11462", headers={"Accept": accept} if accept else {})
    assert response.headers["Location"] == f"/place/Q11462.{suffix}"


def test_what_we_cannot_write_is_406_with_what_there_is(client):
    response = client.get("/place/Q11462", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert response.json["available"] == ["text/html", *(form.media_type for form in DATA)]


@pytest.mark.parametrize(
    ("query", "kept"), [("lang=id", "?lang=id"), ("lang=en", "?lang=en"), ("lang=xx", ""), ("x=1", "")]
)
def test_a_chosen_language_stays_chosen(client, query, kept):
    response = client.get(f"/place/Q11462?{query}", headers=HTML)
    assert response.headers["Location"] == f"/place/Q11462.html{kept}"
    page = client.get(response.headers["Location"], headers=HTML)
    assert page.headers["Content-Language"] == ("id" if kept == "?lang=id" else "en")


def signposts(path, suffix, release):
    """https://signposting.org/FAIR/: from the page to the data, and from the data to the page."""
    cited, whole = (f"{BASE}{path[1:]}", "cite-as", ""), (f"/data/{release}/", "collection", "text/html")
    if suffix != "html":
        return [cited, (f"{path}.html", "describes", "text/html"), whole]
    data = [(f"{path}.{one}", "describedby", MEDIA_TYPES[one]) for one in SUFFIXES if one != "html"]
    return [cited, ("https://schema.org/AboutPage", "type", ""), *data, whole]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("path", EVERYTHING.values(), ids=EVERYTHING.keys())
def test_a_document_has_its_type_its_links_and_a_strong_tag(client, path, suffix):
    response = client.get(f"{path}.{suffix}")
    assert (response.status_code, response.mimetype) == (200, MEDIA_TYPES[suffix])
    assert "Accept" not in response.vary
    assert links(response) == [
        (f"{BASE}{path[1:]}", "canonical", ""),
        *((f"{path}.{one}", "alternate", MEDIA_TYPES[one]) for one in SUFFIXES if one != suffix),
        ("/.well-known/void", "describedby", ""),
        *signposts(path, suffix, response.headers["X-Kembar-Release"]),
    ]
    tag = response.headers["ETag"]
    assert tag.startswith('"')
    assert client.get(f"{path}.{suffix}").data == response.data
    again = client.get(f"{path}.{suffix}", headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert client.get(f"{path}.{suffix}", headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", [THINGS["place"], *(f"{THINGS['place']}.{suffix}" for suffix in SUFFIXES)])
def test_head_tells_the_same_without_the_body(client, path):
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.data) == (get.status_code, b"")
    told = [{name: value for name, value in one.headers.items() if name != "Date"} for one in (head, get)]
    assert told[0] == told[1]


@pytest.mark.slow
@pytest.mark.parametrize("path", THINGS.values(), ids=THINGS.keys())
def test_every_graph_is_of_the_thing_and_the_same_in_all_formats(client, path):
    graphs = {form.suffix: set(parse(client.get(f"{path}.{form.suffix}"))) for form in DATA}
    thing = URIRef(ONTOLOGY_IRI if path.startswith("/ontology") else BASE + path[1:])
    for suffix, graph in graphs.items():
        assert any(subject == thing for subject, _, _ in graph), suffix
        assert graph == graphs["nt"], suffix


def test_a_graph_has_what_links_to_the_thing_and_the_names_of_all_around_it(client):
    graph = parse(client.get("/place/Q11462.ttl"))
    surabaya, busan = URIRef(f"{BASE}place/Q11462"), URIRef(f"{BASE}place/Q16520")
    partnership = URIRef(f"{BASE}partnership/Q11462-Q16520")
    assert (partnership, KK.party, surabaya) in graph
    assert (busan, KK.partnerOf, surabaya) in graph
    assert {str(label) for label in graph.objects(partnership, RDFS.label)} == {"Surabaya – Busan"}
    assert {label.language for label in graph.objects(KK.City, RDFS.label)} == {"en", "id"}
    assert len(list(graph.predicate_objects(URIRef(f"{surabaya}#geometry")))) == 2


def test_the_graph_of_an_agreement_holds_its_signatures_whole(client):
    graph = parse(client.get("/agreement/Q11462-Q24826-founding-2018.ttl"))
    first = URIRef(f"{BASE}signature/Q11462-Q24826-founding-2018-1")
    mayor = URIRef(f"{BASE}person/tri-rismaharini")
    assert (first, KK.signedBy, mayor) in graph
    assert [str(name) for name in graph.objects(mayor, RDFS.label)] == ["Tri Rismaharini"]


def test_the_graph_of_a_country_is_complete(client):
    graph = parse(client.get("/place/Q252.nt"))
    assert len(list(graph.subjects(KK.country, URIRef(f"{BASE}place/Q252")))) == 9


def test_a_vocabulary_comes_with_its_concepts(client):
    graph = parse(client.get("/vocab/status.ttl"))
    active = URIRef(f"{BASE}vocab/status/active")
    definition = URIRef("http://www.w3.org/2004/02/skos/core#definition")
    assert {text.language for text in graph.objects(active, definition)} == {"en", "id"}


def test_turtle_opens_with_the_thing_and_uses_prefixes(client):
    text = client.get("/place/Q11462.ttl").text
    head, body = text.split("\n\n", 1)
    assert all(line.startswith("@prefix ") for line in head.splitlines())
    assert "@prefix kk: " in head
    assert "@prefix sourcetype: " not in head
    assert body.startswith("place:Q11462 a kk:City , kk:LocalGovernment , kk:Place ;\n  rdfs:label ")
    assert body.index("\n\nplace:Q11462\\#geometry a geo:Geometry") < body.index(
        "\n\npartnership:Q11462-Q16520"
    )


def test_json_ld_reads_as_plain_json(client):
    document = client.get("/agreement/Q11462-Q24826-founding-2018.jsonld").json
    agreement = document["@graph"][0]
    assert agreement["@id"] == f"{BASE}agreement/Q11462-Q24826-founding-2018"
    assert agreement["@type"] == "Agreement"
    assert agreement["rdfs:label"]["id"] == "Nota kesepahaman Surabaya – Liverpool, 2018"
    assert (agreement["signedOn"], agreement["signedYear"], agreement["venue"]) == (
        "2018-03-19",
        2018,
        "Balai Kota Surabaya",
    )
    assert agreement["contractingParty"] == [f"{BASE}place/Q11462", f"{BASE}place/Q24826"]


def test_a_person_without_a_language_has_a_name_in_json_ld(client):
    person = client.get("/person/tri-rismaharini.jsonld").json["@graph"][0]
    assert person["rdfs:label"] == {"@none": "Tri Rismaharini"}


@pytest.mark.parametrize("suffix", [form.suffix for form in DATA])
def test_a_graph_is_the_same_in_whatever_order_the_engine_answers(suffix):
    store = world_store()
    triples = [
        quad.triple for quad in store.quads_for_pattern(None, None, None, NamedNode(f"{BASE}graph/core"))
    ]
    iri = f"{BASE}place/Q11462"
    expected = write_graph(triples, iri, suffix)
    for seed in range(3):
        Random(seed).shuffle(triples)
        assert write_graph([*triples, *triples[:9]], iri, suffix) == expected


def test_a_named_graph_is_its_contents(client):
    store = world_store()
    core = sum(1 for _ in store.quads_for_pattern(None, None, None, NamedNode(f"{BASE}graph/core")))
    assert len(parse(client.get("/graph/core.nt"))) == core
    page = Page(client.get("/graph/core.html").text)
    assert f"{core:,} triples".replace(",", "") in page.words("h2")[0].replace(",", "")


def test_the_ontology_as_turtle_is_the_file_itself(client):
    assert client.get("/ontology.ttl").text == read_text("kembar.ttl")
    graph = parse(client.get("/ontology/0.1.0.rdf"))
    assert (KK.City, RDFS.subClassOf, SCHEMA.City) in graph


def test_another_version_of_the_ontology_is_not_here(client):
    assert client.get("/ontology/0.0.9", headers=HTML).status_code == 404
    assert client.get("/ontology/0.0.9.ttl").status_code == 404


def test_a_release_leads_to_its_files(client):
    response = client.get(f"/release/{RELEASE}?lang=id", headers=HTML)
    assert (response.status_code, response.headers["Location"]) == (303, f"/data/{RELEASE}/?lang=id")
    assert client.get("/release/2020-01-01-00000000").status_code == 404


@pytest.mark.parametrize("path", ABSENT)
def test_what_is_not_there_is_404_for_people_and_for_programs(client, path):
    for address in (path, f"{path}.html"):
        response = client.get(address, headers=HTML)
        assert (response.status_code, response.mimetype) == (404, "text/html")
        Page(response.text).assert_sound()
    for suffix in (form.suffix for form in DATA):
        for address, accept in ((path, MEDIA_TYPES[suffix]), (f"{path}.{suffix}", "*/*")):
            response = client.get(address, headers={"Accept": accept})
            assert (response.status_code, response.mimetype) == (404, "application/problem+json")
            assert response.json["type"] == f"{BASE}problem/not-found"


def test_an_address_of_no_page_leads_to_the_list_of_all(client):
    problem = client.get("/no/such").json
    assert problem["type"] == f"{BASE}problem/not-found"
    assert problem["detail"] == "there is nothing at /no/such. /openapi.json lists all addresses"
    assert client.get("/openapi.json").status_code == 200


@pytest.mark.parametrize("local", ["Q1> <x", 'Q1"', "Q1 }", "a\\u003e", "Q1`", "Q1>.ttl", "Q1>.html"])
def test_no_path_becomes_sparql_text(client, local):
    assert client.get(f"/place/{local}".replace("%", "%25"), headers=HTML).status_code == 404


@pytest.mark.parametrize("path", [*EVERYTHING.values(), "/place/Q11462.ttl"])
def test_only_reading_is_allowed(client, path):
    assert client.post(path).status_code == 405
    assert client.delete(path).status_code == 405


def test_split_suffix_knows_only_its_formats():
    assert split_suffix("Q11462.ttl") == ("Q11462", "ttl")
    assert split_suffix("Q11462") == ("Q11462", None)
    assert split_suffix("0.1.0") == ("0.1.0", None)
    assert split_suffix(".ttl") == ("", "ttl")

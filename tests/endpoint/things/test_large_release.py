"""Pages and documents over a release with thousands of links to one thing: cut, and they say so."""

import re
from dataclasses import asdict

import pytest
from flask import Flask
from pyoxigraph import NamedNode, RdfFormat, Store
from rdflib import Graph, URIRef
from rdflib.namespace import RDFS

from endpoint.app import close_app, create_app
from endpoint.engine.engine import Engine
from endpoint.questions.forms import MOST_SUGGESTIONS
from endpoint.releases.issues import ISSUES_SHOWN
from endpoint.things.parts.claims.table import CLAIMS_SHOWN
from endpoint.things.parts.links import LINKS_SHOWN
from endpoint.things.rdf.description import LINKS_DESCRIBED
from endpoint.things.rdf.named_graphs import TRIPLES_SERVED
from graph.downloads.quality import COLUMNS
from graph.pipeline.publish import write_texts
from graph.store.files import write_file
from graph.store.manifest import write_manifest
from graph.store.releases import current_release, publish
from graph.store.store import load_store
from ontology import BASE, PREFIXES
from queries import query_texts
from tests.kit.http.engine import small_config
from tests.kit.http.site import MANIFEST, RELEASE, Page
from tests.kit.world import world_store

pytestmark = pytest.mark.slow

CLAIMS = 13_000
PLACES = MOST_SUGGESTIONS + 100
SOURCE, COLLECTION, CONCEPT = "source/big-000000", "collection/big", "vocab/assertion/continuation"
PAIR = "partnership/Q11462-Q24826"
STATEMENT = "http://www.wikidata.org/entity/statement/Q11462-6B8F1D2A"
CITED = "https://example.org/cited"
MATCH, OPEN_MATCH = "match/big/0123456789ab", "match/big/ba9876543210"
MOST_BYTES = 600_000
"""No query of a page may bring more than this; one row a claim would be millions."""
PATHS = (SOURCE, COLLECTION, CONCEPT, "place/Q252", "place/Q900001", "claim/big/L1", MATCH, "graph/big")


def describe_claims():
    """13,000 claims of one source, the first about Surabaya and Liverpool, as Turtle."""
    for number in range(1, CLAIMS + 1):
        yield (
            f"<{BASE}claim/big/L{number}> a kk:Claim ; kk:collection <{BASE}{COLLECTION}> ;\n"
            f" kk:source <{BASE}{SOURCE}> ; kk:assertion <{BASE}{CONCEPT}> ; kk:about <{BASE}{PAIR}> ;\n"
            f' kk:recordedAs "row" ; kk:since "{1950 + number % 70}"^^xsd:gYear ;\n'
            f' dcterms:description "Row {number} lists the pair."@en .'
        )


def describe_places():
    """Places without a country, each with its neighbour as a partner, as Turtle."""
    for number in range(900_000, 900_000 + PLACES):
        yield (
            f"<{BASE}place/Q{number}> a kk:Place , kk:LocalGovernment ;\n"
            f" kk:partnerOf <{BASE}place/Q{number ^ 1}> ;\n"
            f' rdfs:label "Town {number}"@en , "Kota {number}"@id .'
        )


REST = f"""
<{BASE}{SOURCE}> a kk:Source ; dcterms:title "The big list" ; dcterms:identifier "https://example.org/big" ;
  kk:sourceType <{BASE}vocab/source-type/register> ; dcterms:language "en" .
<{BASE}{COLLECTION}> a kk:Collection ; dcterms:title "The big collection"@en , "Koleksi besar"@id .
<{BASE}claim/big/L1> kk:statedParty "Soerabaja"@en ; kk:wikidataStatement <{STATEMENT}> ;
  dcterms:references <{CITED}> .
<{BASE}{MATCH}> a kk:Match ; kk:collection <{BASE}{COLLECTION}> ; kk:statedName "Soerabaja" ;
  kk:statedCountry "Dutch East Indies" ; kk:matchedPlace <{BASE}place/Q11462> ; kk:score 0.92 ;
  kk:decision <{BASE}vocab/decision/matched> ; kk:matchReason <{BASE}vocab/match-reason/other-name> .
<{BASE}{OPEN_MATCH}> a kk:Match ; kk:collection <{BASE}{COLLECTION}> ; kk:statedName "Springfield" ;
  kk:decision <{BASE}vocab/decision/undecided> ; kk:score 0.0 .
<{BASE}place/Q900001> skos:altLabel "Old Town" ; kk:population 4321 .
"""


def make_store() -> Store:
    store = world_store()
    head = "".join(f"@prefix {name}: <{base}> .\n" for name, base in PREFIXES.items())
    text = "\n".join([head, *describe_claims(), *describe_places(), REST])
    store.load(text.encode(), RdfFormat.TURTLE, to_graph=NamedNode(f"{BASE}graph/big"))
    return store


def write_issues() -> str:
    row = ["row", "big", "unknown-country", *[""] * 5, "big.csv", "7", "L7", "why"]
    return "\n".join([",".join(COLUMNS), *[",".join(row)] * (ISSUES_SHOWN + 25)]) + "\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("large")
    folder = home / "releases" / RELEASE
    triples = load_store(make_store(), folder / "store")
    write_texts(folder / "queries", query_texts())
    texts = {"issues.csv": write_issues(), "kota-kembar.trig.gz": ""}
    files = [
        write_file(folder / "files", name, text.encode(), "text/csv", "quality")
        for name, text in texts.items()
    ]
    manifest = {
        **MANIFEST,
        "counts": {**MANIFEST["counts"], "triples": triples},
        "files": [asdict(file) for file in files],
    }
    write_manifest(folder, manifest)
    publish(home, RELEASE)
    return home


@pytest.fixture(scope="module")
def large(home):
    app: Flask = create_app(small_config(home, queue=8), current_release(home))
    yield app.test_client()
    close_app(app)


def read(large, path, **headers):
    response = large.get(path, headers={"Accept": "text/html", **headers})
    assert response.status_code == 200, path
    return Page(response.text), response


@pytest.mark.parametrize("path", ["", *(f"{path}.html" for path in PATHS), "ontology.html", "sources"])
def test_no_question_of_a_page_brings_more_than_the_page_can_show(large, monkeypatch, path):
    sizes = []
    run = Engine.run

    def measured(self, *args, **more):
        answer = run(self, *args, **more)
        sizes.append(len(answer.body))
        return answer

    monkeypatch.setattr(Engine, "run", measured)
    page, response = read(large, f"/{path}?lang=en")
    page.assert_sound()
    assert len(sizes) <= 40
    assert max(sizes) <= MOST_BYTES
    assert len(response.data) <= 150_000


def test_the_claims_of_a_long_list_are_cut_with_their_number_and_a_way_to_all(large):
    page, response = read(large, f"/{SOURCE}.html")
    assert response.text.count('<td class="when">') == CLAIMS_SHOWN
    assert f"{CLAIMS_SHOWN} of 13,000 are shown. All 13,000, in SPARQL" in " ".join(
        page.words("section")[0].split()
    )
    (all_of_them,) = [a["href"] for a in page.all("a", class_="button") if "statement" in a["href"]]
    answer = large.get(all_of_them, headers={"Accept": "text/csv"})
    assert len(answer.text.splitlines()) == 1 + CLAIMS


def test_the_links_to_a_concept_are_cut_with_their_number_and_a_way_to_all(large):
    page, _ = read(large, f"/{CONCEPT}.html")
    (heading,) = [words for words in page.words("h2") if words.startswith("Claims")]
    count = int(re.search(r"[\d,]+", heading)[0].replace(",", ""))
    assert count > CLAIMS
    assert f"All {count:,}, in SPARQL" in page.words("a")
    shown = [href for href in page.local_links() if href.startswith("/claim/")]
    assert len(shown) == LINKS_SHOWN


@pytest.mark.parametrize("suffix", ["ttl", "jsonld", "nt", "rdf"])
@pytest.mark.parametrize("path", [SOURCE, CONCEPT])
def test_a_document_that_leaves_links_out_says_so_and_leads_to_all(large, path, suffix):
    response = large.get(f"/{path}.{suffix}")
    graph = Graph().parse(data=response.data, format=response.mimetype)
    thing, document = URIRef(BASE + path), URIRef(f"{BASE}{path}.{suffix}")
    links = {subject for subject, _ in graph.subject_predicates(thing)}
    assert LINKS_DESCRIBED <= len(links) < LINKS_DESCRIBED + 100
    (comment,) = graph.objects(document, RDFS.comment)
    assert f"holds {LINKS_DESCRIBED} of the 13" in comment
    assert list(graph.objects(document, RDFS.seeAlso)) == [URIRef(f"{BASE}release/{RELEASE}")]
    assert (thing, None, None) in graph
    assert all((link, None, None) in graph for link in links)


def test_a_document_with_all_links_says_nothing_of_itself(large):
    graph = Graph().parse(data=large.get("/place/Q11462.ttl").data, format="turtle")
    assert (URIRef(f"{BASE}place/Q11462.ttl"), None, None) not in graph


def test_a_large_graph_is_no_document_but_leads_to_the_dumps(large):
    response = large.get("/graph/big.ttl")
    problem = response.get_json(force=True)
    assert (response.status_code, problem["limit"]) == (413, TRIPLES_SERVED)
    assert f"http://localhost/data/{RELEASE}/kota-kembar.trig.gz" in problem["detail"]
    page, _ = read(large, "/graph/big.html")
    assert f"/data/{RELEASE}/kota-kembar.trig.gz" in page.local_links()
    assert "/graph/big.ttl" not in page.local_links()
    assert "More triples than a document holds (100,000)" in " ".join(page.words("p"))
    assert large.get("/graph/vocabulary.ttl").status_code == 200


def test_too_many_places_are_not_offered_but_still_called_by_name(large):
    page, _ = read(large, "/queries/partners-of-a-city?city=Q900001")
    assert not page.all("datalist")
    assert [one["value"] for one in page.all("input", name="city")] == ["Town 900001"]


def test_long_lists_of_issues_are_cut_with_their_number(large):
    page, _ = read(large, f"/data/{RELEASE}/issues")
    assert len(page.texts["tr"]) < ISSUES_SHOWN + 20
    assert any(
        words.startswith(f"{ISSUES_SHOWN} of {ISSUES_SHOWN + 25} are shown") for words in page.words("p")
    )


def test_a_place_without_a_country_has_a_page_with_its_further_names_and_people(large):
    page, _ = read(large, "/place/Q900001.html")
    facts = dict(zip(page.words("dt"), page.words("dd"), strict=True))
    assert (facts["Other name"], facts["Population"]) == ("Old Town", "4321")
    assert "Country" not in facts
    assert large.get("/place/Q900001.ttl").status_code == 200


def test_a_match_says_what_a_list_writes_and_which_place_is_meant(large):
    page, _ = read(large, f"/{MATCH}.html")
    assert page.words("h1") == ["Soerabaja (Dutch East Indies)"]
    assert "The list “The big collection” writes “Soerabaja”; we take it to mean Surabaya." in page.words("p")
    facts = dict(zip(page.words("dt"), page.words("dd"), strict=True))
    assert facts["Matched place"] == "Surabaya"
    assert facts["Score"] == "0.92"
    page, _ = read(large, f"/{OPEN_MATCH}.html?lang=id")
    assert "wilayah mana yang dimaksud belum diputuskan" in " ".join(page.words("p"))


def test_a_place_shows_how_lists_write_it(large):
    page, _ = read(large, "/place/Q11462.html")
    assert "Soerabaja (Dutch East Indies)" in page.words("a")
    assert "How lists write it 1" in page.words("h2")


def test_a_claim_of_a_list_links_to_its_statement_what_it_cites_and_the_matches_of_its_names(large):
    page, _ = read(large, "/claim/big/L1.html")
    outside = {a["href"] for a in page.all("a")}
    assert {STATEMENT, CITED} <= outside
    (table,) = [words for words in page.words("table") if "Soerabaja" in words]
    assert table == "As written Place Decision Score Soerabaja Surabaya Matched 0.92"
    assert f"/{MATCH}.html" in page.local_links()
    assert "How its names are read 1" in page.words("h2")

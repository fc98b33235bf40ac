"""Every IRI that we mint answers on its path: which document, in which format, with which headers."""

import re
import shutil
from html import unescape
from random import Random

import psutil
import pytest
from pyoxigraph import NamedNode, RdfFormat
from rdflib import RDF, RDFS, Graph, URIRef

from endpoint.app import close_app, create_app
from endpoint.show.addresses import THING_KINDS
from endpoint.things.documents import DATA, SUFFIXES, split_suffix
from endpoint.things.rdf.serialization import write_graph
from graph.pipeline.build import build
from graph.store.manifest import write_manifest
from graph.store.releases import current_release, publish, read_release
from graph.store.store import load_store
from loaders.collection import load_collections
from ontology import BASE, KK, ONTOLOGY_IRI, SCHEMA, read_text
from tests.kit.graph.collections import write_collection
from tests.kit.http.engine import small_config
from tests.kit.http.site import MANIFEST, RELEASE, Page
from tests.kit.world import world_store

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
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


# ---- what moved and what is gone: an older release, and a newer one

OLD, NEW = "2026-11-20-00000001", "2026-11-22-00000002"
MINTED, GONE = f"{BASE}place/x-id-kota-lama-0a1b2c", f"{BASE}partnership/Q11462-Q8131"
LABEL = f"<{RDFS.label}>"
MOVED = [
    ("partnership/Q16520-x-id-kota-lama-0a1b2c", "partnership/Q11462-Q16520"),
    ("agreement/Q16520-x-id-kota-lama-0a1b2c-founding-1994", "agreement/Q11462-Q16520-founding-1994"),
    ("signature/Q24826-x-id-kota-lama-0a1b2c-founding-2018-1", "signature/Q11462-Q24826-founding-2018-1"),
]


def make_release(home, name, triples):
    store = world_store()
    store.load(triples.encode(), RdfFormat.TURTLE, to_graph=NamedNode(f"{BASE}graph/core"))
    folder = home / "releases" / name
    load_store(store, folder / "store")
    write_manifest(folder, MANIFEST | {"id": name})
    publish(home, name)


@pytest.fixture(scope="module")
def two_releases(tmp_path_factory):
    home = tmp_path_factory.mktemp("two")
    old = f'<{MINTED}> a <{KK.Place}> ; {LABEL} "Old Town"@en . <{GONE}> a <{KK.Partnership}> ; '
    make_release(home, OLD, f'{old} {LABEL} "Surabaya – Chengdu"@en , "Kota Surabaya – Chengdu"@id .')
    moved = "".join(
        f"<{BASE}{old}> <http://purl.org/dc/terms/isReplacedBy> <{BASE}{new}> .\n"
        for old, new in [(MINTED.removeprefix(BASE), "place/Q11462"), *MOVED]
    )
    make_release(home, NEW, moved)
    app = create_app(small_config(home), current_release(home))
    yield app.test_client()
    close_app(app)


@pytest.mark.parametrize(
    ("asked", "location"),
    [
        ("", "/place/Q11462"),
        ("?lang=id", "/place/Q11462?lang=id"),
        (".html", "/place/Q11462.html"),
        (".ttl", "/place/Q11462.ttl"),
        (".jsonld?lang=en", "/place/Q11462.jsonld?lang=en"),
    ],
)
def test_a_place_that_has_got_a_qid_has_moved_for_good(two_releases, asked, location):
    response = two_releases.get(MINTED.replace(BASE, "/") + asked, headers=HTML)
    assert (response.status_code, response.headers["Location"]) == (301, location)
    assert two_releases.get(location, headers=HTML, follow_redirects=True).status_code == 200


@pytest.mark.parametrize(("old", "new"), MOVED)
def test_partnerships_and_agreements_of_a_place_that_has_got_a_qid_move_with_it(two_releases, old, new):
    response = two_releases.get(f"/{old}", headers=HTML)
    assert (response.status_code, response.headers["Location"]) == (301, f"/{new}")
    assert two_releases.get(f"/{new}", headers=HTML).status_code == 303


def test_a_claimed_pair_that_stands_for_another_stays_where_it_is(client):
    assert client.get("/partnership/Q7568-Q120730", headers=HTML).status_code == 303


def test_what_an_earlier_release_had_is_gone_for_people(two_releases):
    for address in (GONE, f"{GONE}.html"):
        response = two_releases.get(address.replace(BASE, "/") + "?lang=id", headers=HTML)
        assert response.status_code == 410
        page = Page(response.text)
        assert page.words("h1") == ["Kota Surabaya – Chengdu"]
        assert f"Rilis {OLD} memuatnya" in page.words("p")[1]
        assert f"/release/{OLD}?lang=id" in page.local_links()
        assert sum(link.startswith(f"/release/{OLD}/sparql?") for link in page.local_links()) == len(DATA)


@pytest.mark.parametrize("suffix", [form.suffix for form in DATA])
def test_what_an_earlier_release_had_is_gone_for_programs(two_releases, suffix):
    path = GONE.replace(BASE, "/")
    for address, accept in ((path, MEDIA_TYPES[suffix]), (f"{path}.{suffix}", MEDIA_TYPES[suffix])):
        response = two_releases.get(address, headers={"Accept": accept})
        assert (response.status_code, response.mimetype) == (410, "application/problem+json")
        assert response.json["type"] == f"{BASE}problem/gone"
        assert OLD in response.json["detail"]


def test_what_was_gone_can_still_be_had_from_its_release(two_releases):
    page = Page(two_releases.get(GONE.replace(BASE, "/") + ".html", headers=HTML).text)
    turtle = next(link for link in page.local_links() if link.endswith("format=ttl"))
    graph = parse(two_releases.get(turtle))
    assert (URIRef(GONE), RDF.type, KK.Partnership) in graph


def test_what_no_release_had_is_404_and_not_gone(two_releases):
    assert two_releases.get("/place/Q99999999", headers=HTML).status_code == 404


def test_an_older_current_release_knows_nothing_of_newer_ones(tmp_path):
    make_release(tmp_path, OLD, "")
    make_release(tmp_path, NEW, f"<{GONE}> a <{KK.Partnership}> .")
    old = read_release(tmp_path / "releases" / OLD)
    app = create_app(small_config(tmp_path), old)
    assert app.test_client().get(GONE.replace(BASE, "/"), headers=HTML).status_code == 404
    close_app(app)


def test_an_earlier_release_that_cannot_be_opened_is_passed_over(tmp_path):
    make_release(tmp_path, OLD, f"<{GONE}> a <{KK.Partnership}> .")
    make_release(tmp_path, NEW, "")
    shutil.rmtree(tmp_path / "releases" / OLD / "store")
    app = create_app(small_config(tmp_path), current_release(tmp_path))
    assert app.test_client().get(GONE.replace(BASE, "/"), headers=HTML).status_code == 404
    close_app(app)


# ---- what is gone for a reason that somebody wrote down

PATH = "event/Q11462-Q188806-exploration-2019"
REASON = "The source speaks of 2020."


@pytest.fixture(scope="module")
def reasoned(tmp_path_factory):
    folder, home = write_collection(tmp_path_factory.mktemp("tiny") / "tiny"), tmp_path_factory.mktemp("home")
    (folder / "gone.csv").write_text(f"path,reason\n{PATH},{REASON}\n", encoding="utf-8")
    app = create_app(small_config(home), build(lambda: load_collections([folder]), home).release)
    yield app.test_client()
    close_app(app)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["", *(f".{form.suffix}" for form in DATA)])
def test_programs_get_a_problem_with_the_reason(reasoned, suffix):
    answer = reasoned.get(f"/{PATH}{suffix}", headers={"Accept": "text/turtle"})
    assert (answer.status_code, answer.json["type"].rsplit("/", 1)[1]) == (410, "gone")
    assert answer.json["detail"] == f"{PATH} is no more: {REASON}"


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["", ".html"])
def test_people_get_a_page_with_the_reason(reasoned, suffix):
    for language in ("en", "id"):
        answer = reasoned.get(f"/{PATH}{suffix}?lang={language}", headers=HTML)
        assert answer.status_code == 410
        assert REASON in answer.text and PATH in answer.text
    assert reasoned.get("/event/Q11462-Q188806-exploration-2018").status_code == 404


def open_files_below(folder):
    return [opened.path for opened in psutil.Process().open_files() if opened.path.startswith(str(folder))]


def test_a_release_that_was_asked_what_it_had_holds_no_file_open_when_it_is_pruned(tmp_path):
    make_release(tmp_path, OLD, f"<{GONE}> a <{KK.Partnership}> .")
    make_release(tmp_path, NEW, "")
    app = create_app(small_config(tmp_path), current_release(tmp_path))
    older = tmp_path / "releases" / OLD
    try:
        assert app.test_client().get(GONE.replace(BASE, "/"), headers=HTML).status_code == 410
        assert len(app.extensions["kembar.kept"]) == 1 and open_files_below(older)
        older.rename(tmp_path / "away")
        shutil.rmtree(tmp_path / "away")
        app.extensions["kembar"].update()
        assert (len(app.extensions["kembar.kept"]), open_files_below(tmp_path / "away")) == (0, [])
        assert app.test_client().get(GONE.replace(BASE, "/"), headers=HTML).status_code == 404
    finally:
        close_app(app)

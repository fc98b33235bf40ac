"""Addresses that have moved lead on for good, and those of what is gone say so, and why."""

import shutil

import psutil
import pytest
from pyoxigraph import NamedNode, RdfFormat
from rdflib import RDF, RDFS, Graph, URIRef

from endpoint.app import close_app, create_app
from endpoint.things.documents import DATA
from graph.pipeline.build import build
from graph.store.manifest import write_manifest
from graph.store.releases import current_release, publish, read_release
from graph.store.store import load_store
from loaders.collection import load_collections
from ontology import BASE, KK
from tests.kit.graph.collections import write_collection
from tests.kit.http.engine import small_config
from tests.kit.http.site import HTML, MANIFEST, Page
from tests.kit.world import world_store

OLD, NEW = "2026-11-20-00000001", "2026-11-22-00000002"
MINTED, GONE = f"{BASE}place/x-id-kota-lama-0a1b2c", f"{BASE}partnership/Q11462-Q8131"
LABEL = f"<{RDFS.label}>"
MOVED = [
    ("partnership/Q16520-x-id-kota-lama-0a1b2c", "partnership/Q11462-Q16520"),
    ("agreement/Q16520-x-id-kota-lama-0a1b2c-founding-1994", "agreement/Q11462-Q16520-founding-1994"),
    ("signature/Q24826-x-id-kota-lama-0a1b2c-founding-2018-1", "signature/Q11462-Q24826-founding-2018-1"),
]
PATH = "event/Q11462-Q188806-exploration-2019"
REASON = "The source speaks of 2020."


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


@pytest.mark.slow
def test_a_page_lists_the_addresses_that_its_thing_had_as_such(two_releases):
    page = Page(two_releases.get("/place/Q11462.html?lang=en").text)
    assert "Former addresses 1" in page.words("h2")
    assert not [words for words in page.words("h2") if words.startswith("Claimed instead")]


@pytest.mark.slow
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


@pytest.mark.parametrize("form", DATA, ids=lambda form: form.suffix)
def test_what_an_earlier_release_had_is_gone_for_programs(two_releases, form):
    path = GONE.replace(BASE, "/")
    for address in (path, f"{path}.{form.suffix}"):
        response = two_releases.get(address, headers={"Accept": form.media_type})
        assert (response.status_code, response.mimetype) == (410, "application/problem+json")
        assert response.json["type"] == f"{BASE}problem/gone"
        assert OLD in response.json["detail"]


def test_what_was_gone_can_still_be_had_from_its_release(two_releases):
    page = Page(two_releases.get(GONE.replace(BASE, "/") + ".html", headers=HTML).text)
    turtle = next(link for link in page.local_links() if link.endswith("format=ttl"))
    graph = Graph().parse(data=two_releases.get(turtle).text, format="turtle")
    assert (URIRef(GONE), RDF.type, KK.Partnership) in graph


def test_what_no_release_had_is_404_and_not_gone(two_releases):
    assert two_releases.get("/place/Q99999999", headers=HTML).status_code == 404


@pytest.mark.slow
def test_an_older_current_release_knows_nothing_of_newer_ones(tmp_path):
    make_release(tmp_path, OLD, "")
    make_release(tmp_path, NEW, f"<{GONE}> a <{KK.Partnership}> .")
    old = read_release(tmp_path / "releases" / OLD)
    app = create_app(small_config(tmp_path), old)
    assert app.test_client().get(GONE.replace(BASE, "/"), headers=HTML).status_code == 404
    close_app(app)


@pytest.mark.slow
def test_an_earlier_release_that_cannot_be_opened_is_passed_over(tmp_path):
    make_release(tmp_path, OLD, f"<{GONE}> a <{KK.Partnership}> .")
    make_release(tmp_path, NEW, "")
    shutil.rmtree(tmp_path / "releases" / OLD / "store")
    app = create_app(small_config(tmp_path), current_release(tmp_path))
    assert app.test_client().get(GONE.replace(BASE, "/"), headers=HTML).status_code == 404
    close_app(app)


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


@pytest.mark.slow
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

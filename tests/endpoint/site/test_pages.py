"""The pages of the site over the world, as a browser gets them."""

from urllib.parse import urlsplit

import pytest

from endpoint.site.pages import release_numbers
from ontology import BASE
from queries import catalogue
from tests.kit.http.site import HTML, RELEASE, Page, read_page

NOT_IN_THE_WORLD = {"/health", "/.well-known/void"}
NOT_IN_THE_WORLD |= {
    f"/{name}.{suffix}" for name in ("agreements", "places") for suffix in ("csv", "parquet")
}
"""Addresses that are no page, or of which the world, a release without files, has nothing."""
PAGES = [
    "/",
    "/about",
    "/queries/",
    "/sparql",
    "/ontology.html",
    "/places",
    "/places/Q252",
    "/agreements",
    "/agreements?year=1994",
    "/network",
    "/search",
    "/search?q=s",
]


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_sound_in_both_languages(client, path, language):
    page = read_page(client, f"{path}{'&' if '?' in path else '?'}lang={language}")
    assert page.all("html")[0]["lang"] == language


def test_home_shows_the_numbers_of_the_release(client):
    page = read_page(client, "/")
    assert page.words("h1") == ["Which cities are twinned, since when, and who says so?"]
    assert page.words("dd")[:8] == ["14", "4", "5", "7", "24", "14", "100%", "80%"]
    assert page.words("dt")[2] == "partnerships"
    links = page.local_links()
    assert {"/sparql", "/places", "/queries/", "/network", "/data/", "/wikidata", "/about"} <= set(links)
    assert {"/agreements", "/sources", "/ontology.html", "/reconcile", "/limits", "/health"} <= set(links)
    assert {f"/queries/{slug}" for slug in catalogue()} <= set(links)
    assert f"Release {RELEASE}, data of 21 November 2026" in page.words("footer")[0]


def test_release_numbers_are_written_in_the_language():
    counts = {name: 12345 for name in ("places", "countries", "agreements", "claims", "sources")}
    counts |= {"partnerships": {"accepted": 10}, "share_dated": 0.762, "share_two_sources": 0.5}
    counts |= {"share_worked_out": 0.1, "share_read_twice": 0.884}
    assert release_numbers({"counts": counts}, "id") == [
        ("wilayah", "12.345", "/places"),
        ("negara", "12.345", "/places"),
        ("kemitraan", "10", ""),
        ("perjanjian", "12.345", "/agreements"),
        ("klaim", "12.345", ""),
        ("sumber", "12.345", "/sources"),
        ("kemitraan memiliki tanggal", "76%", ""),
        ("dengan awal yang disimpulkan, tidak disebut sumber", "10%", ""),
        ("bersandar pada dua sumber mandiri atau lebih", "50%", "/queries/one-source-only"),
        ("klaim dibaca dua kali dalam sumbernya", "88%", ""),
    ]


@pytest.mark.parametrize(
    ("share", "written"), [(0.0, "0%"), (0.0031, "0,3%"), (0.012, "1%"), (0.996, "99,6%"), (1.0, "100%")]
)
def test_a_share_of_almost_nothing_is_not_nothing(share, written):
    counts = dict.fromkeys(("places", "countries", "agreements", "claims", "sources"), 1)
    counts |= {"partnerships": {"accepted": 1}, "share_dated": share, "share_two_sources": 0}
    assert release_numbers({"counts": counts}, "id")[6][1] == written


def test_an_older_release_tells_the_shares_that_it_has():
    counts = {name: 1 for name in ("places", "countries", "agreements", "claims", "sources")}
    counts |= {"partnerships": {"accepted": 1}, "share_dated": 1.0}
    assert release_numbers({"counts": counts}, "en")[6:] == [("of partnerships have a date", "100%", "")]


def test_the_language_comes_from_the_address_or_from_the_browser(client):
    indonesian = client.get("/", headers=HTML | {"Accept-Language": "id-ID,id;q=0.9,en;q=0.5"})
    assert indonesian.headers["Content-Language"] == "id"
    assert "Accept-Language" in indonesian.headers["Vary"]
    chosen = client.get("/?lang=en", headers=HTML | {"Accept-Language": "id"})
    assert chosen.headers["Content-Language"] == "en"
    assert client.get("/?lang=xx", headers=HTML).headers["Content-Language"] == "en"


def test_a_chosen_language_stays_chosen_on_every_link(client):
    page = read_page(client, "/?lang=id")
    switches = {"/?lang=en", "/?lang=id"}
    for_programs = {"/health", "/data/changes.atom"}
    assert all("lang=id" in a for a in page.local_links() if a not in switches | for_programs)


def test_a_page_has_a_strong_etag_and_answers_304(client):
    first = client.get("/about", headers=HTML)
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    again = client.get("/about", headers=HTML | {"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_about_names_collections_licence_and_citation(client):
    page = read_page(client, "/about")
    assert page.words("tr")[1] == "Indonesian places CC BY 4.0 21 November 2026 21"
    assert page.words("pre") == [
        f"Kota Kembar, release {RELEASE}. An open knowledge graph of sister-city cooperation. {BASE}"
    ]


def test_an_unknown_path_is_a_page_for_browsers(client):
    page = read_page(client, "/nothing-here", 404)
    assert page.words("h1") == ["There is no page at this address"]
    assert page.all("input", id="find-page-box")[0]["value"] == "nothing here"


def test_an_address_that_leads_nowhere_is_searched_for(client):
    page = read_page(client, "/wiki/Surabaya", 404)
    assert page.all("input", id="find-page-box")[0]["value"] == "Surabaya"
    assert "/place/Q11462.html" in page.local_links()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_pages_only_answer_reading(client, method):
    assert client.open("/about", method=method).status_code == 405


def test_every_route_says_what_it_answers(app):
    ours = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    assert len(ours) > 40
    for rule in ours:
        assert app.view_functions[rule.endpoint].__doc__.startswith("Answer /"), rule


@pytest.mark.slow
def test_every_local_link_of_the_site_leads_somewhere(client):
    seen, waiting, anchors = set(), ["/"], set()
    while waiting:
        path = waiting.pop()
        response = client.get(path, headers=HTML, follow_redirects=True)
        assert response.status_code == 200, path
        if response.mimetype != "text/html":
            continue
        page = Page(response.text)
        page.assert_sound()
        for address in page.local_links():
            parts = urlsplit(address)
            if parts.path == "/ontology.html" and parts.fragment:
                anchors.add(parts.fragment)
            if parts.path not in {*seen, *NOT_IN_THE_WORLD} and not parts.query:
                seen.add(parts.path)
                waiting.append(parts.path)
    assert sum(path.endswith(".html") for path in seen) > 300
    assert sum(path.endswith(".rdf") for path in seen) > 300
    terms = {given["id"] for _, given in read_page(client, "/ontology.html").elements if "id" in given}
    assert len(anchors) > 10
    assert anchors <= terms

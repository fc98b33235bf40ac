"""The lists of countries, places and agreements, and the headers and files of all pages."""

import datetime as dt
import re
from dataclasses import replace
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from endpoint.config import Config
from endpoint.site.files import crawlers, security
from endpoint.site.files.policy import CONTENT_SECURITY_POLICY
from tests.kit.http.site import HTML, read_page

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def test_the_countries_lead_to_their_places_and_those_to_their_pages(client):
    page = read_page(client, "/places")
    assert page.words("tr")[1:] == [
        "Indonesia 4 5 –",
        "South Korea 2 3 –",
        "Japan 1 1 –",
        "United Kingdom 1 1 –",
    ]
    places = read_page(client, "/places/Q252")
    assert [text.split()[0] for text in places.words("tr")[1:]] == [
        "Surabaya",
        "Bandung",
        "Jakarta",
        "Special",
    ]
    assert "/place/Q11462.html" in places.local_links()
    assert read_page(client, "/places/Q252?sort=name").words("tr")[1].startswith("Bandung")


@pytest.mark.parametrize("address", ["/places/Q11462", "/places/nowhere", "/places/Q252?page=2&lang=id"])
def test_no_list_is_made_up(client, address):
    assert client.get(address, headers=HTML).status_code in (400, 404)


def test_agreements_are_listed_by_year_and_without_one(client):
    page = read_page(client, "/agreements")
    years = [a["href"] for a in page.all("a") if a["href"].startswith("/agreements?year=")]
    assert years
    for address in years:
        one = read_page(client, address)
        assert {row.split()[-1] for row in one.words("time")} == {address[-4:]}
    total = int(re.search(r"of (\d+)", " ".join(page.words("span")))[1])
    assert total == len(page.words("tr")) - 1


@pytest.mark.parametrize("year", ["199x", "12345", "-1"])
def test_a_year_that_is_none_is_refused(client, year):
    assert client.get(f"/agreements?year={year}", headers=HTML).status_code == 400


@pytest.mark.parametrize(
    "address", ["/", "/place/Q11462.html", "/nothing", "/queries/growth-by-year", "/sparql"]
)
def test_a_page_runs_nothing_inline_and_is_framed_by_nobody(client, address):
    response = client.get(address, headers=HTML)
    assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "'unsafe" not in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY
    assert response.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert re.search(r"<[^>]* (style|on\w+)=", response.text) is None
    assert re.findall(r"<script(?![^>]* src=)[^>]*>", response.text) in (
        [],
        ['<script type="application/ld+json">'],
    )


def test_what_a_page_loads_is_kept_under_an_address_of_its_content(client):
    page = read_page(client, "/")
    (sheet,) = [a["href"] for a in page.all("link", rel="stylesheet") if "/site.css" in a["href"]]
    first = client.get(sheet, headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    assert "immutable" in first.headers["Cache-Control"]
    other = client.get("/static/site.css?v=0")
    assert "no-cache" in other.headers["Cache-Control"]
    assert client.get("/static/../app.py").status_code == 404
    assert client.get("/static/" + "x" * 300).status_code == 404


def test_search_engines_learn_what_there_is_and_what_to_leave_alone(client):
    robots = client.get("/robots.txt").text
    assert "Disallow: /sparql\n" in robots
    assert robots.endswith("Sitemap: http://localhost/sitemap.xml\n")
    parts = listed(client, "/sitemap.xml")
    assert parts == ["/sitemap/pages.xml", "/sitemap/places-1.xml", "/sitemap/partnerships-1.xml"]
    pages = listed(client, parts[0])
    assert {"/", "/places", "/queries/growth-by-year"} <= set(pages)
    assert len(pages) == len(set(pages))


def listed(client, path):
    """The addresses in a list for search engines."""
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (200, "application/xml")
    root = ElementTree.fromstring(response.text)
    return [loc.text.removeprefix("http://localhost") for loc in root.iter(f"{SITEMAP}loc")]


def in_store(client, pattern):
    query = f"PREFIX kk: <https://w3id.org/kota-kembar/ontology#> SELECT DISTINCT ?x {{ {pattern} }}"
    rows = client.get("/sparql", query_string={"query": query, "format": "csv"}).text.splitlines()[1:]
    return sorted("/" + row.removeprefix("https://w3id.org/kota-kembar/") + ".html" for row in rows)


@pytest.mark.parametrize("most", [50_000, 7, 4, 3])
def test_the_lists_have_all_places_and_partnerships_each_once(client, monkeypatch, most):
    monkeypatch.setattr(crawlers, "MOST_ADDRESSES", most)
    parts = listed(client, "/sitemap.xml")[1:]
    found = [listed(client, part) for part in parts]
    assert all(0 < len(addresses) <= most for addresses in found)
    places = in_store(client, "?x a kk:Place")
    pairs = in_store(client, "{ ?x a kk:Partnership } UNION { ?x a kk:ClaimedPartnership }")
    assert sorted(address for addresses in found for address in addresses) == sorted(places + pairs)
    last = parts[-1].replace(".xml", "0.xml")
    assert client.get(last).status_code == client.get("/sitemap/places-0.xml").status_code == 404


def test_an_address_of_the_lists_is_a_page(client):
    for part in listed(client, "/sitemap.xml")[1:]:
        assert client.get(listed(client, part)[0]).status_code == 200


def test_a_weakness_is_reported_where_the_operator_says(client, monkeypatch):
    assert client.get("/.well-known/security.txt").status_code == 404
    config = replace(Config.from_environ({}), contact="mailto:a@example.org")
    monkeypatch.setattr(security, "service", lambda: SimpleNamespace(config=config))
    lines = dict(line.split(": ", 1) for line in client.get("/.well-known/security.txt").text.splitlines())
    assert lines["Contact"] == "mailto:a@example.org"
    assert lines["Canonical"] == "http://localhost/.well-known/security.txt"
    left = dt.datetime.fromisoformat(lines["Expires"]) - dt.datetime.now(dt.UTC)
    assert dt.timedelta(days=178) < left < dt.timedelta(days=365)  # RFC 9116, 2.5.5


def test_a_page_tells_its_languages_and_what_it_is_about(client):
    page = read_page(client, "/places?lang=id")
    links = [given for given in page.all("link", rel="alternate") if "hreflang" in given]
    assert {given["hreflang"]: given["href"] for given in links} == {
        "en": "http://localhost/places?lang=en",
        "id": "http://localhost/places?lang=id",
        "x-default": "http://localhost/places",
    }
    assert page.all("meta", property="og:locale") == [{"property": "og:locale", "content": "id_ID"}]
    (preview,) = page.all("meta", property="og:image")
    picture = client.get(preview["content"].removeprefix("http://localhost"))
    assert (picture.status_code, picture.mimetype, picture.data[:3]) == (200, "image/jpeg", b"\xff\xd8\xff")
    assert len(page.all("meta", name="description")) == 1


def test_the_map_of_the_world_has_a_line_for_each_link_with_coordinates(client):
    response = client.get("/world.svg")
    assert response.mimetype == "image/svg+xml"
    assert response.text.startswith("<svg ")
    assert client.get("/world.svg", headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
    fine = client.get("/world.svg?detail=fine").text
    assert fine.count("M") == response.text.partition("<g ")[2].count("M")
    assert client.get("/world.svg?detail=finest").status_code == 400

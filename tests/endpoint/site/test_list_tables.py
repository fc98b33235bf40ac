"""A list of the site is a table for programs: by its suffix, and by Accept."""

import csv
import io

import pytest

from tests.kit.graph.releases import open_site
from tests.kit.http.site import HTML, read_page

CSV = {"Accept": "text/csv"}


@pytest.fixture(scope="module")
def site(bundled):
    with open_site(bundled.release) as opened:
        yield opened.test_client()


@pytest.mark.parametrize(("name", "count"), [("places", "places"), ("agreements", "agreements")])
def test_the_table_has_all_that_the_release_has(site, bundled, name, count):
    seen = site.get(f"/{name}", headers=CSV)
    assert (seen.status_code, seen.headers["Location"], seen.vary.as_set()) == (
        303,
        f"/{name}.csv",
        {"accept"},
    )
    answer = site.get(seen.headers["Location"], follow_redirects=True)
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    assert len(rows) >= bundled.release.manifest["counts"][count] > 0
    assert site.get(f"/{name}.parquet").headers["Location"] == f"/data/{bundled.release.id}/{name}.parquet"


@pytest.mark.parametrize("name", ["places", "agreements"])
def test_its_page_leads_to_it(client, name):
    page = read_page(client, f"/{name}")
    assert {f"/{name}.csv", f"/{name}.parquet"} <= set(page.local_links())
    assert {"rel": "alternate", "type": "text/csv", "href": f"/{name}.csv"} in page.all(
        "link", rel="alternate"
    )
    for headers in (HTML, {"Accept": "*/*"}, {}, {"Accept": "text/html, text/csv;q=0.9"}):
        assert client.get(f"/{name}", headers=headers).mimetype == "text/html"


@pytest.mark.parametrize(
    "address",
    ["/agreements?year=2017", "/places?sort=name", "/agreements.csv?year=2017", "/places/Q252?sort=name"],
)
def test_who_asks_for_a_part_is_not_given_all(client, address):
    answer = client.get(address, headers=CSV, follow_redirects=True)
    assert answer.status_code == 400
    assert answer.json["parameter"] in {"year", "sort"}


def test_the_places_of_a_country_are_the_rows_of_a_question(client):
    page = read_page(client, "/places/Q252")
    assert {"/places/Q252.csv", "/places/Q252.json", "/places/Q252.parquet"} <= set(page.local_links())
    seen = client.get("/places/Q252", headers=CSV)
    assert (seen.status_code, seen.headers["Location"]) == (303, "/places/Q252.csv")
    answer = client.get(seen.headers["Location"], follow_redirects=True)
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    assert len(rows) == 4
    assert [row["cityLabel"] for row in rows] == page.words("th")[3:]
    assert client.get("/places/Q1.csv").status_code == 404

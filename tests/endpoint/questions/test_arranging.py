"""Rows of a question on its page: sorted by their heads, narrowed down by values, cited with the release."""

import csv
import io
import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from ontology import BASE
from tests.kit.http.site import HTML, RELEASE, read_page

CITIES = "/queries/cities-with-multiple-partners"
ALL = f"{CITIES}?min=1"


def names_of(client, address):
    text = client.get(address, headers=HTML).text
    return re.findall(r'<th scope="row">(?:<a [^>]*>)?([^<]*)', text)


@pytest.mark.slow
def test_the_head_of_a_column_sorts_and_then_sorts_the_other_way_round(client):
    page = read_page(client, f"{ALL}&page=1")
    by_name = next(a["href"] for a in page.all("a") if "sort=cityLabel" in a["href"])
    assert "page=" not in by_name
    names = names_of(client, by_name)
    assert names == sorted(names, key=str.lower)
    page = read_page(client, by_name)
    assert page.all("th", aria_sort="ascending")
    back = next(a["href"] for a in page.all("a") if "sort=-cityLabel" in a["href"])
    assert names_of(client, back) == names[::-1]
    assert any("sort=-partners" in a["href"] for a in page.all("a"))


@pytest.mark.slow
def test_the_file_of_sorted_rows_has_them_in_the_same_order(client):
    page = read_page(client, f"{ALL}&sort=-cityLabel")
    file = next(a["href"] for a in page.all("a") if urlsplit(a["href"]).path.endswith(".csv"))
    rows = list(csv.DictReader(io.StringIO(client.get(file).text)))
    assert [row["cityLabel"] for row in rows] == names_of(client, f"{ALL}&sort=-cityLabel")


@pytest.mark.slow
def test_values_are_offered_with_their_numbers_and_one_of_them_narrows_the_rows(client):
    assert read_page(client, ALL).all("ul", class_="choices") == []
    page = read_page(client, f"{ALL}&facet=country")
    (country,) = [a["href"] for a in page.all("a") if "only-country=place%2FQ252" in a["href"]]
    assert "facet=" not in country
    narrowed = read_page(client, country)
    assert "Country: Indonesia ×" in narrowed.words("span")
    total = len(names_of(client, country))
    assert f"Indonesia {total}" in page.words("li")
    assert total == len(list(csv.reader(io.StringIO(client.get(f"{CITIES}.csv?min=1&country=ID").text)))) - 1
    again = [a["href"] for a in narrowed.all("a") if a.get("aria-label", "").startswith("All rows again")]
    assert [parse_qs(urlsplit(href).query) for href in again] == [{"min": ["1"]}]


@pytest.mark.parametrize(
    "wrong", ["sort=nothing", "only-nothing=1", "facet=cityLabel", "sort=cityLabel&sort=city"]
)
def test_what_is_no_column_is_refused(client, wrong):
    assert client.get(f"{CITIES}?{wrong}", headers=HTML).status_code == 400


def test_an_answer_is_cited_with_its_release_under_an_address_that_keeps_it(client):
    page = read_page(client, f"{ALL}&sort=-partners")
    (text,) = [words for words in page.words("pre") if words.startswith("Kota Kembar, “Which cities")]
    assert f"release {RELEASE}, data of 21 November 2026." in text
    (address,) = re.findall(r"http://localhost(/\S+)", text)
    assert address.startswith(f"/release/{RELEASE}{CITIES}.csv?")
    assert client.get(address).text == client.get(f"{CITIES}.csv?min=1&sort=-partners").text
    (entry,) = [words for words in page.words("pre") if words.startswith("@misc")]
    assert f"{{kota-kembar-{RELEASE}-cities-with-multiple-partners, title = {{{{Which cities have" in entry
    assert f"url = {{http://localhost{address}}}" in entry


def test_total_and_pages_are_those_of_the_rows_that_are_left(client):
    response = client.get(f"{ALL}&only-country=place/Q252&limit=1", headers={"Accept": "application/json"})
    assert response.headers["X-Kembar-Total"] == str(len(names_of(client, f"{ALL}&only-country=place/Q252")))
    (row,) = json.loads(response.text)["results"]["bindings"]
    assert row["country"]["value"] == f"{BASE}place/Q252"

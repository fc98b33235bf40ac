"""Search over HTTP: a unique name leads to its page, others to a list; JSON while somebody types."""

import pytest

from endpoint.site.search.hits import words_of_path
from tests.kit.http.site import HTML, read_page


def test_a_name_that_only_one_thing_has_leads_to_its_page(client):
    response = client.get("/search?q=Surabaya&lang=id", headers=HTML)
    assert (response.status_code, response.headers["Location"]) == (303, "/place/Q11462.html?lang=id")


def test_the_beginning_of_a_name_gives_a_list(client):
    page = read_page(client, "/search?q=surab")
    assert "/place/Q11462.html" in page.local_links()
    assert page.words("h2")[0].startswith("Places ")
    assert page.all("input", id="find-page-box")[0]["value"] == "surab"


def test_nothing_found_is_said_with_ways_on(client):
    page = read_page(client, "/search?q=qqqqq")
    assert "Nothing here is called “qqqqq”." in page.words("p")
    assert {"/places", "/queries/"} <= set(page.local_links())


@pytest.mark.parametrize("text", ["", "<script>alert(1)</script>", '" onfocus="x', "{{7*7}}", "x" * 300])
def test_any_text_may_be_searched_for_and_never_becomes_markup(client, text):
    response = client.get("/search", query_string={"q": text}, headers=HTML)
    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert 'onfocus="x"' not in response.text
    assert client.get("/search.json", query_string={"q": text}).status_code == 200


def test_suggestions_say_what_each_is_and_where(client):
    first = client.get("/search.json?q=surab&lang=id").json[0]
    assert (first["kind"], first["kindLabel"], first["path"]) == (
        "place",
        "wilayah",
        "/place/Q11462.html?lang=id",
    )


@pytest.mark.parametrize(
    "address",
    [
        *("/search?q=a&skip=x", "/search.json?q=a&limit=51", "/search?q=a&skip=-1"),
        *("/search?q=a&q=b", "/search.json?q=a&limit=1&limit=2"),
        *("/search.json?q=a&limit=00000000099", "/search.json?q=a&limit=000000000" + "9" * 5000),
        *("/search?q=%00", "/search?q=a%1b%5B2J", "/search.json?q=%EF%BF%BE"),
    ],
)
def test_a_number_that_is_none_is_refused(client, address):
    assert client.get(address, headers=HTML).status_code == 400


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/place/Kota-Surabaya.html", "Kota Surabaya"),
        ("/wiki/Yogyakarta_(city)", "Yogyakarta city"),
        ("/a%20b/", "a b"),
        ("/", ""),
    ],
)
def test_the_words_of_an_address(path, words):
    assert words_of_path(path) == words

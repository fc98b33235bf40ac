"""What an address asks for that a page does not know: told, refused, or, when others added it, left out."""

import re

import pytest

from endpoint.show.addresses import _READ_BY_THEIR_VIEW, _TAKEN
from tests.kit.http.site import HTML, read_page
from tests.kit.paths import ROOT

TRACKING = (
    "utm_source=wa&utm_campaign=x&fbclid=1&gclid=2&msclkid=3&srsltid=4&igshid=5&mc_eid=6&_gl=7&gad_source=8"
)
NOTE = "X-Kembar-Note"


@pytest.mark.parametrize(
    "address", ["/places", "/places/Q252?sort=name", "/agreements?page=1", "/sources?kind=news"]
)
@pytest.mark.parametrize(
    ("lang", "words"), [("en", "mean nothing here"), ("id", "tidak berarti apa-apa di sini")]
)
def test_a_list_tells_what_it_does_not_know(client, address, lang, words):
    joint = "&" if "?" in address else "?"
    page = client.get(f"{address}{joint}lang={lang}&sorted=name&%3Cb%3E=1", headers=HTML)
    (notice,) = re.findall(r'<div class="notice" role="note"><p>(.*)</p>', page.text)
    assert words in notice
    assert "<code>sorted</code>, <code>&lt;b&gt;</code>." in notice
    assert page.headers[NOTE].startswith("no parameter here: sorted, %3Cb%3E; there is: ")
    assert "mean nothing" not in client.get(f"{address}{joint}lang=en", headers=HTML).text


@pytest.mark.parametrize(
    "address", ["/", "/about", "/place/Q11462.html", "/data/", "/network", "/queries/", "/limits"]
)
def test_so_does_every_page(client, address):
    page = client.get(f"{address}?foo=1", headers=HTML)
    assert "<code>foo</code>." in page.text
    assert page.status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/search.json?q=Sura&foo=1", "/place/Q11462.ttl?foo=1", "/data.json?foo=1", "/world.svg?foo=1"],
)
def test_programs_are_told_in_a_header(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers[NOTE].startswith("no parameter here: foo; there is: ")


def test_many_and_long_names_are_cut(client):
    note = client.get("/places?" + "&".join(f"{number}{'x' * 200}=1" for number in range(9))).headers[NOTE]
    assert note.count("x" * 49) == 5
    assert "x" * 50 not in note


@pytest.mark.parametrize(
    "address", ["/sources.csv?knd=news", "/sources?knd=news", "/data/latest/issues?knd=x"]
)
def test_a_table_of_all_is_not_given_to_who_asks_for_some(client, address):
    answer = client.get(address, follow_redirects=True)
    assert (answer.status_code, answer.json["parameter"]) == (400, "knd")


@pytest.mark.parametrize(
    "address",
    [
        *("/queries/partners-of-a-city?city=Surabaya", "/queries/partners-of-a-city.csv?city=Surabaya"),
        *(
            "/queries/partners-of-a-city.rq?city=Surabaya",
            "/sources.csv?lang=en",
            "/places?sort=name",
            "/wikidata?page=1",
        ),
        *("/search?q=an", "/search.json?q=an", "/sparql?query=ASK%7B%7D", "/reconcile?lang=en"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTML])
def test_what_others_add_to_find_out_who_came_changes_nothing(client, address, headers):
    plain, tracked = (
        client.get(f"{address}{more}", headers=headers) for more in ("", f"&{TRACKING}&utm_source=b")
    )
    assert plain.status_code == 200
    assert (tracked.status_code, tracked.data) == (200, plain.data)
    assert NOTE not in tracked.headers


def test_a_question_goes_on_refusing_what_it_does_not_know(client):
    assert client.get("/queries/partners-of-a-city.csv?city=Surabaya&utm=1").status_code == 400


def test_every_parameter_that_a_view_reads_is_known(app):
    """A name that stands in `request.args.get` or the like of a module is one that some view of it takes."""
    views = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {name for name in _TAKEN if name not in views} == set()
    assert {name for name in _READ_BY_THEIR_VIEW if name not in views | set(app.blueprints)} == set()
    known = {"lang", *_TAKEN["sources.show_sources"]}.union(*_TAKEN.values())
    for folder in ("releases", "site", "things"):
        for path in (ROOT / "endpoint" / folder).rglob("*.py"):
            read = re.findall(
                r'(?:args\.get|read_choice|_read_text|_read_number)\("(\w+)"', path.read_text("utf-8")
            )
            assert set(read) <= known, path


def test_pages_link_to_the_next_page_without_tracking(client):
    page = read_page(client, "/places?sort=name&utm_source=wa")
    assert not [link for link in page.local_links() if "utm_source" in link]

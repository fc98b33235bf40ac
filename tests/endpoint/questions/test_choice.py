"""A name of several places: a choice for people and for who takes JSON, an error for all others."""

import pytest

from endpoint.show.names import IndexCache
from graph.names.index.ask import NameIndex
from graph.names.index.entry import Entry
from graph.names.index.read import Named
from ontology import BASE
from tests.kit.http.protocol import BROWSER
from tests.kit.http.site import Page

PARTNERS = "/queries/partners-of-a-city"
SAN_JOSE = NameIndex.of(
    Named(
        (
            Entry("Q252", frozenset({"Place", "Country"}), {"en": "Indonesia"}, facts={"isoCode": "ID"}),
            Entry("Q11462", labels={"en": "San José"}, facts={"country": "Q252"}, partners=(("Q1", 2018),)),
            Entry("Q10389", labels={"en": "San Jose"}, facts={"country": "Q252"}),
        )
    )
)


@pytest.fixture
def ambiguous(app, monkeypatch):
    """A client of the world, where two places are called San José."""
    monkeypatch.setitem(app.extensions, "kembar.names", IndexCache(lambda _: SAN_JOSE))
    return app.test_client()


CANDIDATES = [
    {
        "id": "Q11462",
        "iri": f"{BASE}place/Q11462",
        "label": "San José",
        "name": "San José",
        "kind": "place in Indonesia",
        "country": "Indonesia",
        "partners": 1,
        "url": "http://localhost/queries/partners-of-a-city{}?city=Q11462&lang=en",
    },
    {
        "id": "Q10389",
        "iri": f"{BASE}place/Q10389",
        "label": "San Jose",
        "name": "San Jose",
        "kind": "place in Indonesia",
        "country": "Indonesia",
        "partners": 0,
        "url": "http://localhost/queries/partners-of-a-city{}?city=Q10389&lang=en",
    },
]


def test_a_browser_gets_a_page_with_the_choice(ambiguous):
    response = ambiguous.get(f"{PARTNERS}?city=san+jos%C3%A9&lang=en", headers=BROWSER)
    assert response.status_code == 300
    page = Page(response.text)
    page.assert_sound()
    assert page.words("li")[-2:] == [
        "San José place in Indonesia · 1 partner · Q11462",
        "San Jose place in Indonesia · 0 partners · Q10389",
    ]
    assert [a for a in page.local_links() if a.startswith(f"{PARTNERS}?city=Q")] == [
        f"{PARTNERS}?city=Q11462&lang=en",
        f"{PARTNERS}?city=Q10389&lang=en",
    ]
    assert page.all("table") == []


@pytest.mark.parametrize(
    ("suffix", "accept"),
    [(".json", "*/*"), ("", "application/json"), ("", "*/*"), ("", "application/sparql-results+json")],
)
def test_who_takes_json_gets_the_choice_as_json(ambiguous, suffix, accept):
    response = ambiguous.get(f"{PARTNERS}{suffix}?city=San+Jose&lang=en", headers={"Accept": accept})
    assert response.status_code == 300
    assert response.json["type"] == f"{BASE}problem/ambiguous-name"
    assert response.json["parameter"] == "city"
    assert response.json["candidates"] == [c | {"url": c["url"].format(suffix)} for c in CANDIDATES]


@pytest.mark.parametrize(
    ("suffix", "accept"),
    [(".csv", "*/*"), (".tsv", "*/*"), (".xml", "application/json"), ("", "text/csv")],
)
def test_for_other_formats_a_choice_is_an_error(ambiguous, suffix, accept):
    response = ambiguous.get(f"{PARTNERS}{suffix}?city=San+Jose", headers={"Accept": accept})
    assert response.status_code == 400
    assert response.mimetype in {"application/json", "application/problem+json"}
    assert [candidate["id"] for candidate in response.json["candidates"]] == ["Q11462", "Q10389"]


def test_no_name_is_answered_for_by_guess(ambiguous):
    assert ambiguous.get(f"{PARTNERS}.csv?city=San+Jos").status_code == 400
    assert ambiguous.get(f"{PARTNERS}.csv?city=Q11462").status_code == 200

"""What the reconciliation service offers beside candidates: values, proposals, suggestions, previews."""

import json

import pytest

from endpoint.reconcile.properties import PROPERTIES_BY_ID
from endpoint.reconcile.request import LONGEST_TEXT
from graph.names.index.entry import TYPES
from tests.kit.http.clients.reconciliation import check, post
from tests.kit.http.protocol import BROWSER
from tests.kit.http.site import Page

BANTUL = "x-id-kabupaten-bantul-fd1824"


# ---- data extension


def test_values_of_properties_are_fetched(client):
    wanted = [{"id": name} for name in ("country", "level", "wikidataId", "coordinates", "partnerCount")]
    response = post(client, extend={"ids": ["Q11462", "Q252", "Q0"], "properties": wanted})
    assert check("data-extension-response", response.json) == {
        "meta": [
            {"id": "country", "name": "country", "type": {"id": "Country", "name": "country"}},
            {"id": "level", "name": "administrative level"},
            {"id": "wikidataId", "name": "Wikidata QID"},
            {"id": "coordinates", "name": "coordinates"},
            {"id": "partnerCount", "name": "number of partners"},
        ],
        "rows": {
            "Q11462": {
                "country": [{"id": "Q252", "name": "Indonesia"}],
                "level": [{"str": "City or municipality"}],
                "wikidataId": [{"str": "Q11462"}],
                "coordinates": [{"str": "-7.25,112.74"}],
                "partnerCount": [{"int": 2}],
            },
            "Q252": {
                "country": [],
                "level": [{"str": "Country"}],
                "wikidataId": [{"str": "Q252"}],
                "coordinates": [],
                "partnerCount": [{"int": 0}],
            },
            "Q0": {"country": [], "level": [], "wikidataId": [], "coordinates": [], "partnerCount": []},
        },
    }


def test_partners_and_their_years_stand_in_the_same_rows(client):
    response = post(
        client, extend={"ids": ["Q8684"], "properties": [{"id": "partnerOf"}, {"id": "sinceYear"}]}
    )
    assert response.json["rows"]["Q8684"] == {
        "partnerOf": [{"id": "Q3630", "name": "Jakarta"}, {"id": "Q10389", "name": "Bandung"}],
        "sinceYear": [{"int": 1984}, {"int": 2016}],
    }


@pytest.mark.parametrize(("limit", "count"), [(0, 2), (1, 1), ("1", 1), (9, 2), ("", 2), (None, 2)])
def test_the_setting_limits_the_values(client, limit, count):
    wanted = [{"id": "partnerOf", "settings": {"limit": limit}}]
    response = post(client, extend={"ids": ["Q8684"], "properties": wanted})
    assert len(response.json["rows"]["Q8684"]["partnerOf"]) == count


@pytest.mark.parametrize("settings", [None, {}, []])
def test_without_settings_all_values_are_given(client, settings):
    wanted = [{"id": "partnerOf", "settings": settings}]
    response = post(client, extend={"ids": ["Q8684"], "properties": wanted})
    assert len(response.json["rows"]["Q8684"]["partnerOf"]) == 2


def test_other_properties_of_places(client):
    wanted = [{"id": name} for name in ("partOf", "kemendagriCode", "isoCode", "label", "nativeName")]
    rows = post(client, extend={"ids": ["Q11462", "Q8684", "Q145"], "properties": wanted}).json["rows"]
    assert rows["Q11462"]["partOf"] == [{"id": "Q3586", "name": "East Java"}]
    assert rows["Q11462"]["kemendagriCode"] == [{"str": "35.78"}]
    assert rows["Q145"]["isoCode"] == [{"str": "GB"}]
    assert rows["Q145"]["label"] == [{"str": "United Kingdom"}, {"str": "Britania Raya"}]
    assert rows["Q8684"]["nativeName"] == [{"str": "서울"}]


@pytest.mark.parametrize("language", ["en", "id"])
def test_every_property_is_proposed_and_can_be_fetched(client, language):
    path = f"/reconcile/properties?type=City&lang={language}"
    proposal = check("data-extension-property-proposal", client.get(path).json)
    assert [property_["id"] for property_ in proposal["properties"]] == [*PROPERTIES_BY_ID]
    ids = [{"id": property_["id"]} for property_ in proposal["properties"]]
    data = {"extend": json.dumps({"ids": ["Q8684"], "properties": ids})}
    answer = check("data-extension-response", client.post(f"/reconcile?lang={language}", data=data).json)
    assert [column["id"] for column in answer["meta"]] == [*PROPERTIES_BY_ID]


def test_proposals_are_of_a_type_and_not_more_than_wanted(client):
    answer = client.get("/reconcile/properties?type=Country&limit=3").json
    assert [property_["id"] for property_ in answer.pop("properties")] == ["level", "wikidataId", "isoCode"]
    assert answer == {"type": "Country", "limit": 3}
    assert client.get("/reconcile/properties?type=Town").status_code == 400
    assert client.get("/reconcile/properties?type=City&limit=many").status_code == 400


# ---- suggestions and previews


def suggest(client, kind, prefix, **more):
    response = client.get(f"/reconcile/suggest/{kind}", query_string={"prefix": prefix, **more})
    assert response.status_code == 200, response.text
    return [suggestion["id"] for suggestion in response.json["result"]]


@pytest.mark.parametrize(
    ("prefix", "ids"),
    [
        ("ban", ["Q10389", "Q10332", BANTUL]),
        ("Bandung", ["Q10389", "Q10332"]),
        ("kota ban", ["Q10389", "Q10332", BANTUL]),
        ("서", ["Q8684"]),
        ("Q16520", ["Q16520"]),
        ("Surabyaa", ["Q11462"]),
        ("zzyzx", []),
        ("", []),
        ("!", []),
    ],
)
def test_places_are_suggested_by_the_beginning_of_a_name(client, prefix, ids):
    assert suggest(client, "entity", prefix) == ids


def test_more_suggestions_are_had_by_the_cursor(client):
    assert suggest(client, "entity", "ban", cursor=1) == ["Q10332", BANTUL]
    assert suggest(client, "entity", "ban", cursor=3) == []
    assert client.get("/reconcile/suggest/entity?prefix=ban&cursor=-1").status_code == 400
    long = "a" * (LONGEST_TEXT + 1)
    assert client.get(f"/reconcile/suggest/entity?prefix={long}").status_code == 400


def test_types_and_properties_are_suggested_in_both_languages(client):
    assert suggest(client, "type", "") == [*TYPES]
    assert suggest(client, "type", "kot") == suggest(client, "type", "City") == ["City"]
    assert suggest(client, "property", "negara") == ["country"]
    assert suggest(client, "property", "partner") == ["partnerOf", "sinceYear", "partnerCount"]


def test_a_flyout_describes_a_suggestion(client):
    for kind, id_, text in (
        ("entity", "Q8684", "city in South Korea"),
        ("property", "kemendagriCode", "35.78"),
        ("type", "City", "city"),
    ):
        answer = check("flyout-response", client.get(f"/reconcile/flyout/{kind}?id={id_}").json)
        assert answer["id"] == id_
        assert text in answer["html"]
        assert client.get(f"/reconcile/flyout/{kind}?id=nothing").status_code == 404


def test_a_preview_is_a_page_that_any_page_may_frame(client):
    response = client.get("/reconcile/preview?id=Q8684", base_url="https://cities.example/")
    page = Page(response.text)
    assert page.words("p") == ["Seoul 서울", "city in South Korea", "2 partners on record · Q8684"]
    (link,) = page.all("a")
    assert link["href"] == "https://cities.example/place/Q8684"
    assert link["target"] == "_blank"
    assert "X-Frame-Options" not in response.headers
    assert (
        response.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'self' 'unsafe-inline'"
    )


def test_a_preview_is_in_the_language_of_the_reader(client):
    response = client.get("/reconcile/preview?id=Q34600", headers={"Accept-Language": "id"})
    assert Page(response.text).words("p")[1] == "kota di Prefektur Kyoto, Jepang"
    assert response.headers["Content-Language"] == "id"


def test_there_is_no_preview_of_what_is_not_there(client):
    response = client.get("/reconcile/preview?id=%3Cscript%3E", headers=BROWSER)
    assert response.status_code == 404
    assert "<script>" not in response.text

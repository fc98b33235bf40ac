"""The reconciliation service over HTTP: its manifest, its batches, and what it refuses."""

import json
import re

import pytest

from endpoint.reconcile.request import MOST_QUERIES
from endpoint.show.texts import translate
from tests.kit.http.protocol import BROWSER, problem, world_protocol
from tests.kit.http.reconciliation import check, post
from tests.kit.http.site import Page

# ---- the manifest


def test_the_manifest_says_what_there_is_at_addresses_of_the_host_that_was_asked(client):
    response = client.get("/reconcile", base_url="https://cities.example/")
    manifest = check("manifest", response.json)
    assert manifest["versions"] == ["0.1", "0.2"]
    assert manifest["identifierSpace"] == "https://w3id.org/kota-kembar/place/"
    assert manifest["schemaSpace"] == "https://w3id.org/kota-kembar/ontology#"
    assert [one["id"] for one in manifest["defaultTypes"]] == ["City", "LocalGovernment", "Country", "Place"]
    assert manifest["view"] == {"url": "https://cities.example/place/{{id}}"}
    assert manifest["preview"] == {
        "url": "https://cities.example/reconcile/preview?id={{id}}",
        "width": 400,
        "height": 120,
    }
    assert manifest["suggest"]["entity"] == {
        "service_url": "https://cities.example",
        "service_path": "/reconcile/suggest/entity",
        "flyout_service_url": "https://cities.example",
        "flyout_service_path": "/reconcile/flyout/entity?id=${id}",
    }
    assert manifest["batchSize"] == 1000
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Accept" in response.vary


def test_the_manifest_keeps_a_language_that_was_asked_for(client):
    manifest = check("manifest", client.get("/reconcile?lang=id").json)
    assert manifest["name"] == "Kota Kembar: wilayah"
    assert manifest["suggest"]["type"]["flyout_service_path"] == "/reconcile/flyout/type?lang=id&id=${id}"
    assert client.get("/reconcile/suggest/type?lang=id&prefix=kota").json["result"][0]["name"] == "kota"


def test_an_unchanged_manifest_is_not_sent_again(client):
    tag = client.get("/reconcile").headers["ETag"]
    assert client.get("/reconcile", headers={"If-None-Match": tag}).status_code == 304


def test_scripts_of_other_sites_may_ask(client):
    response = client.options("/reconcile")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert {"GET", "POST"} <= set(response.headers["Access-Control-Allow-Methods"].split(", "))


@pytest.mark.parametrize("language", ["en", "id"])
def test_browsers_get_a_page_that_says_how_to_add_the_service(client, language):
    response = client.get(f"/reconcile?lang={language}", headers=BROWSER)
    page = Page(response.text)
    page.assert_sound()
    assert page.words("h1") == [translate("reconcile.heading", language)]
    assert "http://localhost/reconcile" in page.words("code")
    assert {"kemendagriCode", "coordinates"} <= set(page.words("th"))


# ---- queries


def test_a_batch_is_answered_the_same_by_post_and_get(client):
    batch = {"a": {"query": "Seoul"}, "b": {"query": "Zzyzx"}}
    by_post = check("reconciliation-result-batch", post(client, queries=batch).json)
    assert client.get("/reconcile", query_string={"queries": json.dumps(batch)}).json == by_post
    assert [one["id"] for one in by_post["a"]["result"]] == ["Q8684"]
    assert by_post["b"] == {"result": []}


@pytest.mark.parametrize("query", ["Seoul", '{"query": "Seoul", "limit": 1}'])
def test_one_query_is_answered_as_version_0_1_has_it(client, query):
    response = client.get("/reconcile", query_string={"query": query})
    assert [one["id"] for one in response.json["result"]] == ["Q8684"]


def test_an_empty_batch_has_no_results(client):
    assert post(client, queries={}).json == {}


NESTED = "[" * 50_000
WRONG = {
    "no JSON": ("queries", "{'q': 1}", "is not JSON: Expecting property name"),
    "no object": ("queries", "[]", "must be an object"),
    "a key twice": ("queries", '{"q": {"query": "a"}, "q": {"query": "b"}}', "stands twice"),
    "no number": ("queries", '{"q": {"query": "a", "limit": NaN}}', "NaN is not JSON"),
    "too deep": ("queries", NESTED, "nested too deeply"),
    "empty query": ("queries", '{"q": {"query": " "}}', "at q needs a query that is not empty"),
    "no query": ("queries", '{"q": {"limit": 1}}', "at q needs a query"),
    "another field": ("queries", '{"q": {"query": "a", "typ": "City"}}', "is no field of a query"),
    "a number as query": ("queries", '{"q": {"query": 1}}', "at q.query must be a text"),
    "a long query": ("queries", json.dumps({"q": {"query": "a" * 201}}), "longer than 200"),
    "another type": ("queries", '{"q": {"query": "a", "type": "Town"}}', "is no type of this service"),
    "another strictness": ("queries", '{"q": {"query": "a", "type_strict": "x"}}', "any, all or should"),
    "no limit": ("queries", '{"q": {"query": "a", "limit": 0}}', "at q.limit must be a whole number"),
    "true as limit": ("queries", '{"q": {"query": "a", "limit": true}}', "at q.limit must be a whole number"),
    "half a limit": ("queries", '{"q": {"query": "a", "limit": 1.5}}', "at q.limit must be a whole number"),
    "another property": (
        "queries",
        '{"q": {"query": "a", "properties": [{"pid": "mayor", "v": "x"}]}}',
        "at q.properties.0.pid cannot be stated of a place; there is: country",
    ),
    "a property that is only given": (
        "queries",
        '{"q": {"query": "a", "properties": [{"pid": "partnerOf", "v": "x"}]}}',
        "at q.properties.0.pid cannot be stated",
    ),
    "a map of properties": ("queries", '{"q": {"query": "a", "properties": {}}}', "must be an array"),
    "many values": (
        "queries",
        json.dumps({"q": {"query": "a", "properties": [{"pid": "country", "v": ["x"] * 51}]}}),
        "at most 50",
    ),
    "many queries": (
        "queries",
        json.dumps({str(n): {"query": "a"} for n in range(MOST_QUERIES + 1)}),
        "send at most 1000 at a time",
    ),
    "no ids": ("extend", '{"properties": []}', "at ids must be an array"),
    "unknown property": ("extend", '{"ids": [], "properties": [{"id": "mayor"}]}', "is no property"),
    "a property twice": (
        "extend",
        '{"ids": [], "properties": [{"id": "country"}, {"id": "country"}]}',
        "names a property twice",
    ),
    "another setting": (
        "extend",
        '{"ids": [], "properties": [{"id": "country", "settings": {"rank": 1}}]}',
        "is no setting",
    ),
    "a bad setting": (
        "extend",
        '{"ids": [], "properties": [{"id": "country", "settings": {"limit": -1}}]}',
        "at properties.0.settings.limit must be 0 or more",
    ),
    "a lone surrogate": ("queries", '{"q": {"query": "a", "type": "\\ud800"}}', "is no type"),
}


@pytest.mark.parametrize(("name", "text", "what"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_told_with_its_place(client, name, text, what):
    response = client.post("/reconcile", data={name: text})
    assert (response.status_code, problem(response)) == (400, "parameter")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.json["parameter"] == name
    assert what in response.json["detail"]


def test_a_wrong_query_is_told_to_browsers_too(client):
    response = client.post("/reconcile", data={"queries": WRONG["a lone surrogate"][1]}, headers=BROWSER)
    assert response.status_code == 400
    Page(response.text)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"data": {"q": "Seoul"}}, 400),
        ({}, 415),
        ({"data": {"queries": "{}", "extend": "{}"}}, 400),
        ({"json": {"queries": {}}}, 415),
        ({"data": {"queries": " " * 300_000}}, 413),
    ],
)
def test_a_post_that_is_none_of_ours_is_refused(client, request_, status):
    assert client.post("/reconcile", **request_).status_code == status


@pytest.mark.parametrize("path", ["/reconcile", "/reconcile?queries={}", "/reconcile/suggest/type?prefix=c"])
def test_jsonp_calls_the_function_that_was_named(client, path):
    joined = "&" if "?" in path else "?"
    response = client.get(f"{path}{joined}callback=jQuery.cb_1")
    assert response.mimetype == "text/javascript"
    (inner,) = re.fullmatch(r"/\*\*/jQuery\.cb_1\((.*)\);\n", response.text, re.DOTALL).groups()
    assert json.loads(inner) == client.get(path).json


@pytest.mark.parametrize("callback", ["", "alert(1)", "a b", "a\nb", "é", "a" * 101, "x;y"])
def test_jsonp_calls_nothing_else(client, callback):
    response = client.get("/reconcile", query_string={"callback": callback})
    assert (response.status_code, response.json["parameter"]) == (400, "callback")


def test_only_one_client_at_a_time_takes_the_process(tmp_path):
    with world_protocol(tmp_path, queue_seconds=0.05) as app:
        turn = app.extensions["kembar.reconciliation.turn"]
        client = app.test_client()
        with turn:
            response = post(client, queries={"q": {"query": "Seoul"}})
            assert (response.status_code, problem(response)) == (503, "overload")
            assert int(response.headers["Retry-After"]) >= 1
            assert client.get("/reconcile").status_code == 200
        assert post(client, queries={"q": {"query": "Seoul"}}).status_code == 200

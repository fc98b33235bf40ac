"""The reconciliation service over HTTP: its manifest, its batches, and what it refuses."""

import json
import re

import pytest

from endpoint.reconcile.request import MOST_QUERIES
from endpoint.show.texts import translate
from tests.kit.http.clients.reconciliation import check, post
from tests.kit.http.protocol import BROWSER, problem, world_protocol
from tests.kit.http.site import Page

# ---- the manifest


def test_the_manifest_says_what_there_is_at_addresses_of_the_host_that_was_asked(client):
    response = client.get("/reconcile", base_url="https://cities.example/")
    manifest = check("manifest", response.json)
    assert manifest["versions"] == ["0.1", "0.2", "1.0-draft"]
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


def one_query(**fields):
    return json.dumps({"q": {"query": "a"} | fields})


def one_value(value):
    return one_query(properties=[{"pid": "country", "v": value}])


def one_setting(text):
    return f'{{"ids": [], "properties": [{{"id": "country", "settings": {text}}}]}}'


DIGITS = "9" * 5000
# The parameter, its value, and what is said of it.
WRONG = {
    "no JSON": ("queries", "{'q': 1}", "is not JSON: Expecting property name"),
    "no object": ("queries", "[]", "does not fit: Expected `object`, got `array`"),
    "no query object": ("queries", '{"q": "a"}', "at q does not fit: Expected `object`, got `str`"),
    "a key twice": ("queries", '{"q": {"query": "a"}, "q": {"query": "b"}}', "stands twice"),
    "5,000 digits as text": (
        "extend",
        one_setting(f'{{"limit": "{DIGITS}"}}'),
        "at properties.0.settings.limit does not fit: Expected `str` of length <= 200",
    ),
    "another field": (
        "queries",
        one_query(typ="City"),
        "at q does not fit: Object contains unknown field `typ`",
    ),
    "a field that looks like a path": (
        "queries",
        one_query(**{"x` - at `$.y[0]": 1}),
        " at q.y.0 does not fit: Object contains unknown field `x`",
    ),
    "another type": (
        "queries",
        one_query(type="Town"),
        "at q.type is no type of this service; there is: City",
    ),
    "a number as type": (
        "queries",
        one_query(type=["City", 1]),
        "at q.type.1 does not fit: Expected `str | object`, got `int`",
    ),
    "another strictness": (
        "queries",
        one_query(type_strict="x"),
        "'x' at q.type_strict must be any, all or should",
    ),
    "no limit": ("queries", one_query(limit=0), "'0' at q.limit does not fit: Expected `int` >= 1"),
    "true as limit": (
        "queries",
        one_query(limit=True),
        "at q.limit does not fit: Expected `int | null`, got `bool`",
    ),
    "half a limit": (
        "queries",
        one_query(limit=1.5),
        "at q.limit does not fit: Expected `int | null`, got `float`",
    ),
    "another property": (
        "queries",
        one_query(properties=[{"pid": "mayor", "v": "x"}]),
        "'mayor' at q.properties.0.pid cannot be stated of a place; there is: country",
    ),
    "a property that is only given": (
        "queries",
        one_query(properties=[{"pid": "country"}, {"pid": "partnerOf", "v": "x"}]),
        "'partnerOf' at q.properties.1.pid cannot be stated",
    ),
    "a property without an id": (
        "queries",
        one_query(properties=[{"v": "x"}]),
        "at q.properties.0 does not fit: Object missing required field `pid`",
    ),
    "a map of properties": (
        "queries",
        one_query(properties={}),
        "at q.properties does not fit: Expected `array | null`, got `object`",
    ),
    "a value in two arrays": (
        "queries",
        one_value(["x", ["y"]]),
        "at q.properties.0.v.1 does not fit: Expected `bool | int | float | str | object | null`, got",
    ),
    "many values": (
        "queries",
        one_value(["x"] * 51),
        "'51' at q.properties values are too many; state at most 50",
    ),
    "many queries": (
        "queries",
        json.dumps({str(n): {"query": "a"} for n in range(MOST_QUERIES + 1)}),
        "send at most 1000 at a time",
    ),
    "no ids": ("extend", '{"properties": []}', "does not fit: Object missing required field `ids`"),
    "many ids": (
        "extend",
        json.dumps({"ids": ["Q1"] * (MOST_QUERIES + 1), "properties": []}),
        "at ids does not fit: Expected `array` of length <= 1000",
    ),
    "unknown property": (
        "extend",
        '{"ids": [], "properties": [{"id": "mayor"}]}',
        "'mayor' at properties.0.id is no property of this service; there is: country",
    ),
    "a property twice": (
        "extend",
        '{"ids": [], "properties": [{"id": "country"}, {"id": "country"}]}',
        "at properties names a property twice",
    ),
    "another setting": (
        "extend",
        one_setting('{"rank": 1}'),
        "at properties.0.settings does not fit: Object contains unknown field `rank`",
    ),
    "a bad setting": (
        "extend",
        one_setting('{"limit": -1}'),
        "'-1' at properties.0.settings.limit does not fit: Expected `int` >= 0",
    ),
    "a lone surrogate": ("queries", one_query(type="\ud800"), "'\\\\ud800' at q.type is no type"),
    "a lone surrogate as key": ("queries", '{"\\ud800": 1}', "at \\ud800 does not fit"),
    "a lone surrogate as field": (
        "queries",
        '{"q": {"\\ud800": 1}}',
        "at q does not fit: 'utf-8' codec can't encode character '\\ud800'",
    ),
}


@pytest.mark.parametrize(("name", "text", "what"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_request_is_refused_with_the_place_in_it(client, name, text, what):
    response = client.post("/reconcile", data={name: text})
    assert (response.status_code, problem(response)) == (400, "parameter")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.json["parameter"] == name
    assert what in response.json["detail"]
    page = client.post("/reconcile", data={name: text}, headers=BROWSER)
    assert page.status_code == 400
    Page(page.text)


# A cell, as JSON, and the candidates of a query for it.
CELLS = {
    "blank": ('"  "', []),
    "nothing": ("null", []),
    "a truth value": ("true", []),
    "a number": ("1990", []),
    "a code as a number": ("35.78", ["Q11462"]),
    "an endless number": ("1e400", []),
    "5,000 digits": (DIGITS, []),
    "no number": ("NaN", []),
    "too long": (json.dumps("Seoul " * 40), []),
    "half a pair of surrogates": (r'"\ud800"', []),
    "no text": ('["Seoul"]', []),
    "an object": ('{"name": "Seoul"}', []),
}


@pytest.mark.parametrize(("cell", "found"), CELLS.values(), ids=CELLS.keys())
def test_one_cell_refuses_no_other(client, cell, found):
    text = f'{{"good": {{"query": "Seoul"}}, "cell": {{"query": {cell}}}}}'
    response = client.post("/reconcile", data={"queries": text})
    assert response.status_code == 200
    answer = check("reconciliation-result-batch", response.json)
    assert {key: [one["id"] for one in value["result"]] for key, value in answer.items()} == {
        "good": ["Q8684"],
        "cell": found,
    }


def test_a_wrong_query_refuses_no_other_and_is_told_of(client):
    response = post(client, queries={"a": {"query": "Seoul"}, "b": {"query": "Seoul", "type": "Town"}})
    assert [len(response.json[key]["result"]) for key in "ab"] == [1, 0]
    assert response.headers["X-Kembar-Unread"].startswith(
        "1 of 2: parameter queries: 'Town' at b.type is no type"
    )
    assert "X-Kembar-Unread" not in post(client, queries={"a": {"query": "Seoul"}}).headers


def test_values_that_say_nothing_draw_a_score_and_refuse_nothing(client):
    stated = [{"pid": "country", "v": ["x" * 5000]}, {"pid": "partOf", "v": 10**400}]
    response = post(client, queries={"a": {"query": "Seoul", "properties": stated}})
    (candidate,) = response.json["a"]["result"]
    assert (candidate["id"], candidate["match"]) == ("Q8684", False)


@pytest.mark.parametrize("depth", [10, *range(900, 1000, 10), 10_000])
@pytest.mark.parametrize("form", ["[{}]", '{{"q": {{"query": {}}}}}', '{{"q": {{"typ": {}}}}}'])
def test_json_however_deep_is_refused(client, form, depth):
    text = form.format("[" * depth + "]" * depth)
    response = client.post("/reconcile", data={"queries": text})
    assert (response.status_code, problem(response)) == (400, "parameter")
    assert "does not fit" in response.json["detail"] or "nested too deeply" in response.json["detail"]


# What clients send beyond the letter of the protocol, and what it is read as.
LENIENT = {
    "null": (
        {"query": "Seoul", "type": None, "type_strict": None, "limit": None, "properties": None},
        {"query": "Seoul"},
    ),
    "no type": ({"query": "Seoul", "type": ""}, {"query": "Seoul"}),
    "a type with a name": (
        {"query": "Bandung", "type": [{"id": "kk:City", "name": "city"}], "type_strict": "any"},
        {"query": "Bandung", "type": "City", "type_strict": "any"},
    ),
    "a whole number with a point": ({"query": "Bandung", "limit": 1.0}, {"query": "Bandung", "limit": 1}),
    "a limit over ours": ({"query": "Bandung", "limit": 10**300}, {"query": "Bandung"}),
    "a property with a name, and no value": (
        {
            "query": "Seoul",
            "properties": [{"pid": "country", "p": "country", "v": v} for v in (None, True, "", {})],
        },
        {"query": "Seoul"},
    ),
    "an entity by its name": (
        {"query": "Seoul", "properties": [{"pid": "country", "v": {"name": "Korea Selatan"}}]},
        {"query": "Seoul", "properties": [{"pid": "country", "v": "Q884"}]},
    ),
    "a number as value": (
        {"properties": [{"pid": "kemendagriCode", "v": 35.78}]},
        {"properties": [{"pid": "kemendagriCode", "v": "35.78"}]},
    ),
}


@pytest.mark.parametrize(("sent", "meant"), LENIENT.values(), ids=LENIENT.keys())
def test_what_clients_send_beyond_the_protocol_is_read_as_they_mean_it(client, sent, meant):
    response = post(client, queries={"sent": sent, "meant": check_query(meant)})
    assert response.status_code == 200, response.text
    assert response.json["sent"] == response.json["meant"]
    assert response.json["sent"]["result"]


def check_query(query):
    return check("reconciliation-query-batch", {"q": query})["q"]


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"data": {"q": "Seoul"}}, 400),
        ({}, 415),
        ({"data": {"queries": "{}", "extend": "{}"}}, 400),
        ({"json": {"queries": {}}}, 400),
        ({"data": "<queries/>", "content_type": "application/xml"}, 415),
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


@pytest.mark.slow
def test_only_one_client_at_a_time_takes_the_process(tmp_path):
    with world_protocol(tmp_path, queue_seconds=0.05) as app:
        client, turns = app.test_client(), app.extensions["kembar.reconciliation.turns"]
        turn = turns.take(lambda: None)
        response = post(client, queries={"q": {"query": "Seoul"}})
        assert (response.status_code, problem(response)) == (503, "overload")
        assert int(response.headers["Retry-After"]) >= 1
        assert client.get("/reconcile").status_code == 200
        turns.put(turn)
        assert post(client, queries={"q": {"query": "Seoul"}}).status_code == 200


def test_a_batch_of_a_client_that_left_is_not_worked_on(client):
    queries = {"q": {"query": "Surabaya"}}
    for gone, status in ((True, 408), (False, 200)):
        told = {"waitress.client_disconnected": lambda gone=gone: gone}
        response = client.post("/reconcile", data={"queries": json.dumps(queries)}, environ_overrides=told)
        assert response.status_code == status


def test_each_name_of_a_batch_has_a_turn_of_its_own(client, monkeypatch):
    turns, taken = client.application.extensions["kembar.reconciliation.turns"], []
    take = turns.take
    monkeypatch.setattr(turns, "take", lambda *given: taken.append(given[1]) or take(*given))
    queries = {str(number): {"query": "Surabaya"} for number in range(7)}
    assert len(post(client, queries=queries).json) == 7
    assert len(taken) == 7
    assert len(set(taken)) == 1

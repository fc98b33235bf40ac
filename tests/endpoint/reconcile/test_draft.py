"""Version 1.0 of the Reconciliation Service API, in its draft, beside 0.2: conditions and their answers."""

import json

import pytest

from tests.kit.http.clients.reconciliation import check, post
from tests.kit.http.protocol import problem


def named(text: str, *conditions: dict, **more: object) -> dict:
    """A query for a name, with what is stated beside it."""
    return {"conditions": [{"matchType": "name", "propertyValue": text}, *conditions], **more}


def stated(name: str, value: object, **more: object) -> dict:
    return {"matchType": "property", "propertyId": name, "propertyValue": value, **more}


def ask(client, *queries: dict, path: str = "/reconcile", **headers: str):
    batch = check("1.0/reconciliation-query-batch", {"queries": [*queries]})
    response = client.post(path, json=batch, headers=headers)
    assert response.status_code == 200, response.text
    return [
        result["candidates"] for result in check("1.0/reconciliation-result-batch", response.json)["results"]
    ]


def test_the_manifest_of_each_version_is_at_one_address(client):
    old = check("manifest", client.get("/reconcile").json)
    new = check("1.0/manifest", client.get("/reconcile?version=1.0-draft").json)
    assert old["versions"] == new["versions"] == ["0.1", "0.2", "1.0-draft"]
    assert new["view"] == {"url": "http://localhost/place/{id}"}
    assert new["suggest"] == {"entity": True, "property": True, "type": True}
    for path in (
        "suggest/entity?prefix=Sur",
        "suggest/property?prefix=c",
        "suggest/type?prefix=",
        "preview?id=Q11462",
    ):
        assert client.get(f"/reconcile/{path}").status_code == 200


@pytest.mark.parametrize("path", ["/reconcile", "/reconcile/reconcile"])
def test_results_come_in_the_order_of_the_queries(client, path):
    seoul, nothing, busan = ask(client, named("Seoul"), named("Zzyzx"), named("Busan"), path=path)
    assert [seoul[0]["id"], nothing, busan[0]["id"]] == ["Q8684", [], "Q16520"]
    assert seoul[0]["match"] is True


def test_features_have_names_in_the_language_of_the_audience(client):
    query = named("Surabaya", stated("country", "Indonesia"), type="City")
    ((found,),) = ask(client, query, **{"Accept-Language": "id"})
    names = {feature["id"]: feature["name"] for feature in found["features"]}
    assert names == {
        "name": "kemiripan nama",
        "exactName": "nama ditulis demikian",
        "country": "negara",
        "type": "jenis",
        "partnerCount": "jumlah mitra",
    }
    response = client.post("/reconcile", json={"queries": [query]}, headers={"Accept-Language": "id"})
    assert response.headers["Content-Language"] == "id"


def test_what_is_required_leaves_out_what_does_not_agree(client):
    free, bound = ask(
        client,
        named("Surabaya", stated("country", "Japan")),
        named("Surabaya", stated("country", "Japan", required=True)),
    )
    assert [candidate["id"] for candidate in free] == ["Q11462"]
    assert bound == []
    assert ask(client, named("Seoul", stated("partOf", "Gyeonggi", required=True))) == [[]]
    slipped = {"conditions": [{"matchType": "name", "propertyValue": "Surabya", "required": True}]}
    assert [len(found) for found in ask(client, named("Surabya"), slipped)] == [1, 0]
    ((kept,),) = ask(client, named("Surabaya", stated("country", "ID", required=True), limit=1))
    assert kept["id"] == "Q11462"


def test_the_short_names_of_earlier_drafts_are_read_too(client):
    conditions = [{"matchType": "name", "v": "Seoul"}, {"matchType": "property", "pid": "country", "v": "KR"}]
    answer = client.post("/reconcile", json={"queries": [{"conditions": conditions}]}).json
    assert answer["results"][0]["candidates"] == ask(client, named("Seoul", stated("country", "KR")))[0]


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ({"conditions": []}, "at 0.conditions"),
        (named("Seoul", unknown=1), "unknown"),
        (named("Seoul", {"matchType": "name", "propertyValue": "Soul"}), "at 0.conditions.1 is another name"),
        (named("Seoul", stated("mayor", "x")), "at 0.conditions.1.propertyId cannot be stated of a place"),
        (named("Seoul", stated("country", "x", matchQualifier="fuzzy")), "is no qualifier here"),
        (named("Seoul", stated("country", "x", matchQuantifier="none")), "is not offered here"),
        (named("Seoul", stated("country", ["KR", "JP"], matchQuantifier="all")), "cannot have all"),
        (named("Seoul", type="Village"), "is no type of this service"),
        (named("Seoul", limit=0), "at 0.limit"),
    ],
)
def test_a_query_that_is_wrong_is_told_and_keeps_no_other_from_its_answer(client, query, what):
    refused = client.post("/reconcile", json={"queries": [query]})
    assert (refused.status_code, problem(refused)) == (400, "parameter")
    assert what in refused.json["detail"]
    answer = client.post("/reconcile", json={"queries": [query, named("Seoul")]})
    assert [len(result["candidates"]) for result in answer.json["results"]] == [0, 1]
    assert answer.headers["X-Kembar-Unread"].startswith("1 of 2: ")


def test_a_body_that_is_none_is_refused(client):
    assert client.post("/reconcile", data="{", content_type="application/json").status_code == 400
    assert client.post("/reconcile/extend", data="x=1").status_code == 415
    assert client.post("/reconcile", data=b"\xff", content_type="application/json").status_code == 400
    assert client.get("/reconcile/reconcile").status_code == 405


def test_properties_are_extended_row_by_row_as_before(client):
    query = {"ids": ["Q8684", "none", "Q11462"], "properties": [{"id": "country"}, {"id": "partnerOf"}]}
    new = check("1.0/data-extension-response", client.post("/reconcile/extend", json=query).json)
    old = post(client, extend=query).json
    assert new["meta"] == old["meta"]
    assert [row["id"] for row in new["rows"]] == query["ids"]
    assert {row["id"]: {p["id"]: p["values"] for p in row["properties"]} for row in new["rows"]} == old[
        "rows"
    ]
    proposed = client.get("/reconcile/extend/propose?type=City&limit=3").json
    assert proposed == client.get("/reconcile/properties?type=City&limit=3").json
    assert json.dumps(proposed).count('"id"') == 3

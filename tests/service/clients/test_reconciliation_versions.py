"""Both versions of the reconciliation service decide alike: a thousand names, right, slipped, of nobody."""

from itertools import cycle, islice

import pytest

from endpoint import create_app
from endpoint.app import close_app
from tests.kit.http.clients.reconciliation import check, post
from tests.kit.http.engine import small_config

pytestmark = pytest.mark.slow

COUNT = 1000


@pytest.fixture(scope="module")
def client(bundled):
    app = create_app(small_config(bundled.home, result_bytes=64 << 20), bundled.release)
    yield app.test_client()
    close_app(app)


def make_names(bundled) -> list[str]:
    """Names as tables have them: labels, without accents and in capitals, with a letter lost or doubled."""
    labels = bundled.values("label", "?place a kk:Place ; rdfs:label|skos:altLabel ?label")
    slips = cycle(
        [str, str.upper, lambda name: name[1:], lambda name: name + name[-1], lambda name: "Kota " + name]
    )
    names = [slip(label) for label, slip in zip(labels, slips, strict=False)]
    nobody = [f"Zzyzx {number}" for number in range(20)]
    return [*islice(cycle(names), COUNT - len(nobody)), *nobody]


def test_a_thousand_names_mean_the_same_in_both_versions(bundled, client):
    names = make_names(bundled)
    countries = list(islice(cycle(["", "Indonesia", "", "JP", "South Korea"]), COUNT))
    old = {
        str(number): {"query": name, "type": "City", "properties": [{"pid": "country", "v": country}]}
        for number, (name, country) in enumerate(zip(names, countries, strict=True))
    }
    new = [
        {
            "type": "City",
            "conditions": [
                {"matchType": "name", "propertyValue": name},
                {"matchType": "property", "propertyId": "country", "propertyValue": country},
            ],
        }
        for name, country in zip(names, countries, strict=True)
    ]
    before, after = {}, []
    for start in range(0, COUNT, 200):
        keys = [str(number) for number in range(start, start + 200)]
        before |= post(client, queries={key: old[key] for key in keys}).json
        answer = client.post("/reconcile", json={"queries": new[start : start + 200]}).json
        after += check("1.0/reconciliation-result-batch", answer)["results"]
    decided = [[(c["id"], c["score"], c["match"]) for c in result["candidates"]] for result in after]
    assert decided == [
        [(c["id"], c["score"], c["match"]) for c in before[str(number)]["result"]] for number in range(COUNT)
    ]
    assert sum(bool(found and found[0][2]) for found in decided) > 100
    assert sum(bool(found) for found in decided) > 500
    assert sum(not found for found in decided) > 10

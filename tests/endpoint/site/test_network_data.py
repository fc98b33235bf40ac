"""The network as the picture reads it: every place with a partner and every link, beside the plain quads."""

import pytest

from endpoint.drawing.world import WIDTH
from ontology import BASE
from tests.kit.world import world_store

KK = f"{BASE}ontology#"


@pytest.fixture(scope="module")
def quads():
    return [(q.subject.value, q.predicate.value, q.object) for q in world_store()]


@pytest.mark.parametrize("language", ["en", "id"])
def test_every_place_and_link_is_there_with_its_label(client, quads, language):
    response = client.get(f"/network.json?lang={language}")
    assert (response.mimetype, response.headers["Content-Language"]) == ("application/json", language)
    data = response.json
    degrees = {s: int(o.value) for s, p, o in quads if p == KK + "degree"}
    assert [BASE + "place/" + name for name in data["id"]] == sorted(degrees)
    assert {len(data[name]) for name in ("label", "community", "country", "x", "y", "mapX", "mapY")} == {
        len(degrees)
    }
    ids = [BASE + "place/" + name for name in data["id"]]
    links = {
        frozenset((ids[a], ids[b])) for a, b in zip(data["links"][::2], data["links"][1::2], strict=True)
    }
    assert links == {frozenset((s, o.value)) for s, p, o in quads if p == KK + "partnerOf"}
    assert len(data["links"]) == 2 * len(links)
    labels = {
        (s, o.language): o.value for s, p, o in quads if p.endswith("rdf-schema#label") and s in degrees
    }
    assert data["label"] == [labels.get((iri, language)) or labels[iri, "en"] for iri in ids]
    countries = {s: o.value for s, p, o in quads if p == KK + "country"}
    assert [number >= 0 for number in data["country"]] == [iri in countries for iri in ids]


def test_a_place_without_coordinates_is_not_on_the_map(client, quads):
    data = client.get("/network.json").json
    placed = {s for s, p, _ in quads if p.endswith("hasGeometry")}
    known = [BASE + "place/" + name in placed for name in data["id"]]
    assert [x is not None for x in data["mapX"]] == [y is not None for y in data["mapY"]] == known
    east = dict(zip(data["id"], data["mapX"], strict=True))
    assert 0 < east["Q24826"] < WIDTH / 2 < east["Q11462"] < east["Q16520"] < WIDTH


def test_it_is_asked_again_with_its_tag(client):
    tag = client.get("/network.json").headers["ETag"]
    assert client.get("/network.json", headers={"If-None-Match": tag}).status_code == 304

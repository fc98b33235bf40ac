"""What the world says of an item may be odd: no release is refused for it, and nothing is made up."""

import json

import pytest

from graph.reconcile.reconcile import reconcile
from graph.triples.model import build_quads
from loaders.collection import read_collections
from loaders.wikidata.entity_json import read_entities
from loaders.wikidata.model import Twinning, Unreadable

SETTINGS = """title = "Wikidata"
licence = "https://creativecommons.org/publicdomain/zero/1.0/"
creator = "Wikidata"
compiled = 2026-02-01
[wikidata]
files = ["items.json"]
"""
ITEM = "wikibase-entityid"


def statement(name, kind, value, number=1):
    snak = {"snaktype": "value", "property": name, "datavalue": {"type": kind, "value": value}}
    identity = f"Q1040$0000000{number}-0000-4000-8000-000000000000"
    return {"id": identity, "type": "statement", "rank": "normal", "mainsnak": snak}


def item(qid, labels, *statements):
    claims = {}
    for one in statements:
        claims.setdefault(one["mainsnak"]["property"], []).append(one)
    written = {language: {"language": language, "value": text} for language, text in labels.items()}
    return {"type": "item", "id": qid, "labels": written, "claims": claims}


def load(folder, *statements, labels=None, other=()):
    """Return the places of Karlsruhe, which has the statements, and of its partner, and their quads."""
    twinned = statement("P190", ITEM, {"id": "Q6602"}, 2)
    names = {"en": "Karlsruhe"} if labels is None else labels
    entities = [item("Q1040", names, twinned, *statements), item("Q6602", {"en": "Strasbourg"}, *other)]
    folder = folder / "odd"
    folder.mkdir()
    (folder / "collection.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "items.json").write_text(json.dumps(entities), encoding="utf-8")
    model = reconcile(read_collections([folder]).collections)
    assert [pair.id for pair in model.pairs] == ["Q1040-Q6602"]
    return model.places["Q1040"], model.places["Q6602"], [*build_quads(model)]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"en": "Karlsruhe"}, {"en": "Karlsruhe", "id": "Karlsruhe"}),
        ({"mul": "Karlsruhe"}, {"en": "Karlsruhe", "id": "Karlsruhe"}),
        ({"de": "Karlsruhe"}, {"": "Karlsruhe", "de": "Karlsruhe"}),
        ({"ar": "كارلسروه"}, {"": "كارلسروه", "ar": "كارلسروه"}),
        ({"be-x-old": "Я"}, {"": "Я", "be-x-old": "Я"}),
        ({"e n": "X"}, {"": "X"}),
        ({"en": ""}, {"": "Q1040"}),
        ({}, {"": "Q1040"}),
    ],
)
def test_r11_a_label_is_of_the_language_that_wikidata_states(tmp_path, labels, expected):
    place, _, quads = load(tmp_path, labels=labels)
    assert dict(place.labels) == expected
    published = {
        quad.object.language or "": quad.object.value
        for quad in quads
        if quad.subject.value.endswith("place/Q1040") and quad.predicate.value.endswith("#label")
    }
    assert published == expected


@pytest.mark.parametrize("language", ["e n", "日", "", "en-x"])
def test_a_native_name_of_no_language_has_no_tag(tmp_path, language):
    place, _, _ = load(tmp_path, statement("P1705", "monolingualtext", {"text": "K", "language": language}))
    assert place.native_names == (("", "K"),)


@pytest.mark.parametrize(("latitude", "longitude"), [(0, 0), (0.001, -0.004)])
def test_a_point_at_0_0_is_none(tmp_path, latitude, longitude):
    point = {"latitude": latitude, "longitude": longitude, "globe": None}
    place, _, _ = load(tmp_path, statement("P625", "globecoordinate", point))
    assert (place.latitude, place.longitude) == ("", "")


@pytest.mark.parametrize("circle", [["Q1040"], ["Q6602", "Q1040"]])
def test_a_place_that_is_part_of_itself_is_part_of_nothing(tmp_path, caplog, circle):
    above = [statement("P131", ITEM, {"id": qid}) for qid in circle]
    place, partner, _ = load(tmp_path, above[0], other=above[1:])
    assert (place.part_of, partner.part_of) == ("", "")
    assert f"Q1040 of {circle[0]}" in caplog.text


@pytest.mark.parametrize("text", ["a\x00b", "\x1b[2J", "\ud800"])
def test_an_item_with_what_no_text_can_hold_is_told_and_its_twinnings_are_read(tmp_path, text):
    twinned = statement("P190", ITEM, {"id": "Q6602"})
    (tmp_path / "item.json").write_text(json.dumps(item("Q1040", {"en": text}, twinned)), encoding="utf-8")
    found = list(read_entities(tmp_path / "item.json"))
    assert [type(one) for one in found] == [Unreadable, Twinning]
    assert "has the control character U+" in found[0].reason

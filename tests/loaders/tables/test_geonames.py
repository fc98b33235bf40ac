import pytest

from graph.errors import CollectionError, TableError
from graph.model.claims import GeoNamesEntry
from graph.reconcile.reconcile import reconcile
from graph.triples.model import build_quads
from loaders.collection import load_collections
from tests.kit.graph.collections import FILES, write_collection

HEAD = "place,geonames,lat,lon,point_of,origin\n"
SETTINGS = """
name = "geonames"
licence = "https://creativecommons.org/licenses/by/4.0/"
creator = "GeoNames"
compiled = 2026-01-31
title = "GeoNames"
[geonames]
"""
BASE = "https://w3id.org/kota-kembar/"


def load(folder, *rows, **changes):
    """The tiny collection together with a table of GeoNames of these rows."""
    (folder / "geonames").mkdir()
    (folder / "geonames" / "collection.toml").write_text(SETTINGS)
    (folder / "geonames" / "geonames.csv").write_text(HEAD + "".join(f"{row}\n" for row in rows))
    return load_collections([write_collection(folder / "tiny", **changes), folder / "geonames"])


def places(loaded):
    return {place.id: place for collection in loaded for place in collection.places}


def graph_of(loaded, *subjects):
    """The triples of subjects by graph, properties without their prefix."""
    quads = [q for q in build_quads(reconcile(loaded)) if q.subject.value.removeprefix(BASE) in subjects]
    names = ("sameAs", "geonamesId", "hasGeometry", "asWKT")
    found = {
        (q.graph_name.value.rsplit("/", 1)[1], q.predicate.value.rsplit("#", 1)[1], q.object.value)
        for q in quads
    }
    return sorted(row for row in found if row[1] in names)


def test_a_place_has_its_id_there_and_a_point_that_nobody_else_gives(tmp_path):
    rows = "Q11462,1625822,,,,list", "Q24826,2644210,53.41,-2.98,2644210,list"
    loaded = load(tmp_path, *rows)
    found = places(loaded)
    assert [collection.info.name for collection in loaded] == ["tiny", "geonames"]
    assert found["Q11462"].geonames == GeoNamesEntry(1625822)
    assert found["Q24826"].geonames == GeoNamesEntry(2644210, gives_point=True)
    assert (found["Q24826"].longitude, found["Q24826"].latitude) == ("-2.98", "53.41")
    assert graph_of(loaded, "place/Q24826", "place/Q24826#geometry") == [
        ("core", "sameAs", "http://www.wikidata.org/entity/Q24826"),
        ("geonames", "asWKT", "POINT(-2.98 53.41)"),
        ("geonames", "geonamesId", "2644210"),
        ("geonames", "hasGeometry", f"{BASE}place/Q24826#geometry"),
        ("geonames", "sameAs", "https://sws.geonames.org/2644210/"),
    ]
    assert ("core", "asWKT", "POINT(112.75 -7.25)") in graph_of(loaded, "place/Q11462#geometry")


def test_further_names_are_hidden_labels_in_the_graph_of_geonames(tmp_path):
    (tmp_path / "geonames").mkdir()
    (tmp_path / "geonames" / "collection.toml").write_text(SETTINGS)
    table = "place,geonames,lat,lon,point_of,names,origin\nQ11462,1625822,,,,Soerabaja; 泗水,list\n"
    (tmp_path / "geonames" / "geonames.csv").write_text(table)
    loaded = load_collections([write_collection(tmp_path / "tiny"), tmp_path / "geonames"])
    assert places(loaded)["Q11462"].geonames == GeoNamesEntry(1625822, further=("Soerabaja", "泗水"))
    quads = build_quads(reconcile(loaded))
    hidden = [
        (q.graph_name.value, q.object.value) for q in quads if q.predicate.value.endswith("hiddenLabel")
    ]
    assert sorted(hidden) == [(f"{BASE}graph/geonames", name) for name in ("Soerabaja", "泗水")]


def test_the_point_of_a_seat_gives_no_id(tmp_path):
    loaded = load(tmp_path, "Q24826,,53.41,-2.98,2644210,its seat")
    assert places(loaded)["Q24826"].geonames == GeoNamesEntry(None, gives_point=True)
    assert [row[1] for row in graph_of(loaded, "place/Q24826")] == ["sameAs", "hasGeometry"]


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        (["Q5,1,,,,list"], "there is no place Q5"),
        (["Q11462,1,,,,list", "Q24826,1,,,,list"], "1 is Q11462 already"),
        (["Q11462,1,,,,list", "Q11462,2,,,,list"], "'Q11462' is there twice"),
        (["Q11462,1,-7.25,112.75,1,list"], "Q11462 has a point in places.csv"),
        (["Q24826,1,53.41,,1,list"], "only one of lat and lon is given"),
        (["Q24826,1,53.41,-2.98,,list"], "a point and the entry that it is of go together"),
        (["Q24826,1,,,1,list"], "a point and the entry that it is of go together"),
        (["Q24826,one,,,,list"], "column geonames"),
        (["Q24826,1,,,,"], "column origin is empty"),
    ],
)
def test_a_row_that_cannot_be_right_is_told(tmp_path, rows, wrong):
    with pytest.raises(TableError, match=wrong):
        load(tmp_path, *rows)


def test_a_section_with_keys_is_refused(tmp_path):
    (tmp_path / "geonames").mkdir()
    (tmp_path / "geonames" / "collection.toml").write_text(SETTINGS + 'file = "other.csv"\n')
    with pytest.raises(CollectionError, match="file"):
        load_collections([tmp_path / "geonames"])


TERRITORY = "Q16641,American Samoa,US,territory,,,American Samoa,Samoa Amerika,,,,,,\n"
CITY_STATE = "Q334,Singapore,SG,city,,,Singapore,Singapura,,,,,,\n"


def added(row):
    """The tiny places with one more, and its origins."""
    name = row.split(",", 1)[0]
    origins = "".join(f"{name},{field},test\n" for field in ("level_written", "name_en", "name_id"))
    return {"places": FILES["places.csv"] + row, "origins": FILES["origins.csv"] + origins}


def test_a_territory_that_has_a_code_as_a_country_is_what_its_row_says(tmp_path):
    found = places(load_collections([write_collection(tmp_path, **added(TERRITORY))]))
    assert (found["Q16641"].country, found["Q16641"].level, found["Q16641"].is_country) == (
        "Q30", "province", False,
    )  # fmt: skip


def test_a_city_that_is_a_country_is_both(tmp_path):
    loaded = load_collections([write_collection(tmp_path, **added(CITY_STATE))])
    assert places(loaded)["Q334"].is_country and places(loaded)["Q334"].is_city
    quads = [q for q in build_quads(reconcile(loaded)) if q.subject.value == f"{BASE}place/Q334"]
    told = {
        q.object.value.rsplit("#", 1)[-1] for q in quads if q.predicate.value.endswith(("type", "#country"))
    }
    assert told == {"Place", "Country", "LocalGovernment", "City", f"{BASE}place/Q334"}

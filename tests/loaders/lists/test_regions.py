"""Indonesian regions by their official codes."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from graph.errors import CollectionError, TableError
from graph.model.iris import mint_place_id
from loaders.lists.regions import Region, known_codes, load_region_collection, load_regions, place_regions
from tests.kit.graph.tables import INFO
from tests.kit.paths import SHARED

DATA = SHARED / "data" / "indonesia-regions" / "provinsi_kabkota.csv"

TABLE = (
    "kode,nama,level\n"
    "35,Jawa Timur,provinsi\n"
    "35.07,Kabupaten Malang,kabupaten\n"
    "35.73,Kota Malang,kota\n"
    "35.99,Kota Contoh,kota\n"
    "31.71,Kota Administrasi Jakarta Pusat ,kota\n"
    "99,Provinsi Baru,provinsi\n"
    "99.01,Kabupaten Administrasi Baru,kabupaten\n"
)


def write(folder, text=TABLE):
    (folder / "regions.csv").write_text(text, encoding="utf-8")
    return folder / "regions.csv"


def test_regions_are_read_by_code(tmp_path):
    regions = load_regions(write(tmp_path))
    assert regions["35.07"] == Region("Kabupaten Malang", "regency")
    assert regions["35.73"] == ("Kota Malang", "city")
    assert regions["31.71"] == ("Kota Administrasi Jakarta Pusat", "administrative city")
    assert len(regions) == 7


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("36.01,Desa X,desa", "level 'desa' is unknown"),
        ("35,X,kota", "is there twice"),
        ("36,,kota", "is empty"),
    ],
)
def test_a_table_of_another_kind_is_refused(tmp_path, row, told):
    with pytest.raises(TableError, match=told):
        load_regions(write(tmp_path, TABLE + row + "\n"))


def test_places_are_minted_for_what_is_not_known(tmp_path):
    known = {"35": "Q3586", "35.73": "Q11445"}
    places = place_regions(load_regions(write(tmp_path)), known)
    assert [dict(place.codes)["kemendagri"] for place in places] == ["31.71", "35.07", "35.99", "99", "99.01"]
    centre, regency, city, province, new = places
    assert regency.id == mint_place_id("ID", "Malang Regency")
    assert regency.labels == (("en", "Malang Regency"), ("id", "Kabupaten Malang"))
    assert (regency.country, regency.part_of, regency.level, regency.is_city) == (
        "Q252",
        "Q3586",
        "regency",
        False,
    )
    assert (city.label("en"), city.label("id"), city.level, city.is_city) == (
        "Contoh",
        "Kota Contoh",
        "city",
        True,
    )
    assert (centre.label("en"), centre.level, centre.part_of) == ("Jakarta Pusat", "borough", "")
    assert (province.label("en"), province.part_of) == ("Provinsi Baru", "")
    assert (new.label("en"), new.part_of) == ("Baru Regency", province.id)


def test_a_collection_of_regions_has_the_places_that_the_facts_lack_and_no_records(tmp_path):
    write(tmp_path)
    loaded = load_region_collection(tmp_path, INFO, {"regions": {"file": "regions.csv"}})
    assert (loaded.info.compiled, loaded.records, loaded.rows) == (dt.date(2026, 11, 21), (), 7)
    assert [place.label("id") for place in loaded.places] == [
        "Kota Administrasi Jakarta Pusat",
        "Kota Contoh",
        "Provinsi Baru",
        "Kabupaten Administrasi Baru",
    ]


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ({"file": "none.csv"}, "file 'none.csv': there is none"),
        ({"file": "../regions.csv"}, "is outside of the collection's folder"),
        ({"file": "/etc/hostname"}, "is outside of the collection's folder"),
        ({"file": "*.csv"}, r"\[regions\] file names 2 files, not one"),
        ({"file": "regions.csv", "codes": 1}, r"\[regions\] has unknown keys: codes"),
        ({}, "file '' names no file"),
    ],
)
def test_a_section_that_is_wrong_is_refused(tmp_path, stated, told):
    write(tmp_path)
    (tmp_path / "other.csv").write_text("x\n")
    with pytest.raises(CollectionError, match=told):
        load_region_collection(tmp_path, INFO, {"regions": stated})


def test_bundled_places_are_known_by_their_codes():
    codes = known_codes()
    assert (codes["31"], codes["34"], codes["35.78"], codes["35.73"]) == (
        "Q3630",
        "Q3741",
        "Q11462",
        "Q11445",
    )


@pytest.mark.shared
@pytest.mark.skipif(not DATA.is_file(), reason="needs ../shared/data beside the project")
def test_all_regions_of_indonesia():
    regions = load_regions(DATA)
    assert Counter(region.level for region in regions.values()) == {
        "province": 38, "regency": 416, "city": 93, "administrative city": 5,
    }  # fmt: skip
    codes = known_codes()
    assert {*codes} <= {*regions}
    places = place_regions(regions, codes)
    assert len(places) == len(regions) - len(codes)
    ids = {place.id for place in places}
    assert len(ids) == len(places)
    assert all(place.part_of in ids | {*codes.values()} for place in places)

"""The reference table of countries: all of ISO 3166-1, with the items that are meant."""

from __future__ import annotations

import csv

import pytest
from babel import Locale

from graph.model.iris import is_qid
from loaders.folders import REFERENCE
from loaders.tables.places import load_countries
from loaders.tables.table import read_table
from tests.kit.paths import SHARED

DATA = SHARED / "data"

NO_COUNTRY = {
    "AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ",
}  # fmt: skip
"""Codes of CLDR that are exceptional reservations, groups of states or tests: no country of ISO 3166-1."""


def test_every_country_of_cldr_is_there_once():
    territories = {code for code in Locale("en").territories if len(code) == 2 and code.isalpha()}
    assert {*load_countries()} == territories - NO_COUNTRY
    assert len(load_countries()) == 250


def test_ids_are_items_and_no_two_are_alike():
    ids = [place.id for place in load_countries().values()]
    assert len({*ids}) == 250
    assert all(is_qid(one) for one in ids)


def test_names_are_distinct_in_both_languages():
    for language in ("en", "id"):
        assert len({place.label(language) for place in load_countries().values()}) == 250


@pytest.mark.parametrize(
    ("iso", "qid"),
    [
        ("NL", "Q55"),
        ("DK", "Q35"),
        ("CN", "Q148"),
        ("TW", "Q865"),
        ("GB", "Q145"),
        ("FR", "Q142"),
        ("IE", "Q27"),
        ("GE", "Q230"),
        ("CG", "Q971"),
        ("CD", "Q974"),
        ("EH", "Q6250"),
        ("NA", "Q1030"),
        ("PS", "Q219060"),
        ("XK", "Q1246"),
        ("GL", "Q223"),
        ("MK", "Q221"),
    ],
)
def test_the_item_that_is_meant(iso, qid):
    assert load_countries()[iso].id == qid


def test_a_country_is_a_place_of_its_own():
    namibia = load_countries()["NA"]
    assert (namibia.country, namibia.label("en"), namibia.label("id")) == ("Q1030", "Namibia", "Namibia")
    assert (namibia.is_country, namibia.level, namibia.codes) == (True, "country", (("iso", "NA"),))


def test_the_table_is_in_order_and_says_where_it_is_from():
    rows = read_table(REFERENCE / "countries.csv", ("iso2", "qid", "name_en", "name_id", "origin"))
    assert [row["iso2"] for row in rows] == sorted(row["iso2"] for row in rows)
    assert all("CLDR via Babel" in row["origin"] for row in rows)


@pytest.mark.shared
@pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data beside the project")
def test_ids_differ_from_the_shared_table_only_where_we_say_so():
    with (DATA / "countries" / "country-codes.csv").open(encoding="utf-8", newline="") as file:
        theirs = {
            row["ISO3166-1-Alpha-2"]: row["wikidata_id"].rpartition("/")[2] for row in csv.DictReader(file)
        }
    ours = {iso: place.id for iso, place in load_countries().items()}
    assert {iso for iso in ours if ours[iso] != theirs.get(iso)} == {"NL", "EH", "NA", "XK"}

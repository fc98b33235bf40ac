"""Ids, codes and points that a list gives for its places."""

from __future__ import annotations

import pytest

from graph.errors import CollectionError
from loaders.lists.words.cells import read_geonames_id
from tests.kit.graph.tables import faults, load


def head(fields: str) -> str:
    """Return a header of fields, which need no mapping."""
    return fields.replace(" ", ",") + "\n"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("2950159", "2950159"),
        ("2950159.0", "2950159"),
        ("geonames:2950159", "2950159"),
        ("https://www.geonames.org/2950159/berlin.html", "2950159"),
        ("https://sws.geonames.org/2950159/", "2950159"),
        ("", ""),
        ("0", ""),
        ("Berlin", ""),
        ("https://example.org/2950159", ""),
    ],
)
def test_a_geonames_id_is_a_number_or_an_address(written, found):
    assert read_geonames_id(written) == found


def test_a_list_can_have_ids_of_its_own_and_points_in_one_cell(tmp_path):
    data = head("party_a country_a geonames_a iso_a point_a party_b country_b") + (
        "Berlin,,https://www.geonames.org/2950159/berlin.html,,,Reims,FR\n"
        "Columbus,,,US-OH,POINT(-82.99 39.96),Reims,FR\n"
        'Ulm,DE,many,DE-XX,"48.4, 9.98",Reims,FR\n'
        "Ulm,DE,,DE,somewhere,Paris,FR\n"
    )
    loaded = load(tmp_path, "", data)
    berlin, columbus, ulm, other = (one.parties[0] for one in loaded.records)
    assert (berlin.geonames, berlin.country) == ("2950159", "")
    assert (columbus.country, columbus.region, columbus.stated_country) == ("Q30", "Ohio", "US-OH")
    assert (columbus.latitude, columbus.longitude) == (39.96, -82.99)
    assert (ulm.geonames, ulm.region, ulm.latitude, other.latitude) == ("", "", 48.4, None)
    assert [one.claim.remark for one in loaded.records[2:]] == [
        "'many' is no GeoNames id. 'DE-XX' is no code of ISO 3166.",
        "The point of Ulm ('somewhere') is none and was left out.",
    ]


def test_a_code_that_contradicts_country_or_region_is_an_issue(tmp_path):
    data = head("party_a country_a region_a iso_a party_b country_b") + (
        "Ulm,Germany,,FR,Reims,FR\nAustin,USA,Ohio,US-TX,Reims,FR\nAustin,Ohio,,US-TX,Reims,FR\n"
        "Austin,USA,Texas,US-TX,Reims,FR\nSan Juan,USA,,PR,Reims,FR\nLiverpool,England,,GB-LIV,Reims,FR\n"
    )
    loaded = load(tmp_path, "", data)
    assert faults(loaded) == [(2, "id-conflict"), (3, "id-conflict"), (4, "id-conflict")]
    assert loaded.issues[1].reason == "the code 'US-TX' of 'Austin' contradicts 'Ohio USA'"
    told = [one.parties[0] for one in loaded.records]
    assert [(one.country, one.region) for one in told] == [
        ("Q30", "Texas"),
        ("Q30", ""),
        ("Q145", "Liverpool"),
    ]


def test_a_point_in_one_cell_and_one_in_two_are_not_both_read(tmp_path):
    data = head("party_a country_a point_a latitude_a longitude_a party_b country_b")
    with pytest.raises(CollectionError, match="point_a and latitude_a are both mapped"):
        load(tmp_path, "", data + 'Ulm,DE,"48.4, 9.98",48.4,9.98,Reims,FR\n')

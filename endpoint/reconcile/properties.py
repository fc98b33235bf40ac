"""The properties of places, one row each: what a data extension gives, and what a query may state.

The ids are those of our ontology where it has the property (``kk:country`` is ``country``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from endpoint.show.texts import LANGUAGES
from graph.names.comparisons import ANCESTORS, CODES, COUNTRIES, LEVELS, POINTS, Comparison
from graph.names.describe import concept_word
from graph.names.index.ask import NameIndex
from graph.names.index.entry import CITY, COUNTRY, LOCAL, PLACE, TYPES, Entry
from ontology import KK

Value = dict[str, str | int]
"""A value of a data extension: a "str" or an "int", an "id" with its "name", or nothing.

https://reconciliation-api.github.io/specs/0.2/#data-extension-responses
"""
ReadValues = Callable[[Entry, NameIndex, str], list[Value]]
"""Returns the values of a property of a place, names in a language."""

_BUT_COUNTRIES = (CITY, LOCAL, PLACE)


@dataclass(frozen=True)
class Property:
    """A property of places; `names` and `descriptions` are in the order of LANGUAGES.

    `types` are the types of the places that have it, `value_type` is the type of its values where they are
    places. With a comparison, queries may state it.
    """

    id: str
    names: tuple[str, str]
    descriptions: tuple[str, str]
    values: ReadValues
    types: tuple[str, ...] = TYPES
    value_type: str = ""
    comparison: Comparison | None = None

    def name(self, language: str) -> str:
        """Return its name in a language of ours."""
        return self.names[LANGUAGES.index(language)]

    def description(self, language: str) -> str:
        """Return what it holds, in a language of ours."""
        return self.descriptions[LANGUAGES.index(language)]


def entity_value(place: str, index: NameIndex, language: str) -> Value:
    """Return a place as a value, by its id and its name in a language."""
    found = index.get(place)
    return {"id": place, "name": found.label(language) if found else place}


def read_type(text: str) -> str | None:
    """Return the class that a type id means: ``City``, ``kk:City`` or its IRI; None for any other text."""
    name = text.strip().removeprefix("kk:").removeprefix(str(KK))
    return name if name in TYPES else None


def _read_text(name: str, entry: Entry, index: NameIndex, language: str) -> list[Value]:
    return [{"str": entry.facts[name]}] if name in entry.facts else []


def _read_place(name: str, entry: Entry, index: NameIndex, language: str) -> list[Value]:
    return [entity_value(entry.facts[name], index, language)] if name in entry.facts else []


def _read_population(entry: Entry, index: NameIndex, language: str) -> list[Value]:
    return [{"int": int(entry.facts["population"])}] if "population" in entry.facts else []


def _read_level(entry: Entry, index: NameIndex, language: str) -> list[Value]:
    slug = entry.facts.get("level")
    return [{"str": concept_word("level", slug, language)}] if slug else []


def _read_labels(entry: Entry, index: NameIndex, language: str) -> list[Value]:
    return [{"str": label} for label in dict.fromkeys(entry.labels.values())]


def _read_native_names(entry: Entry, index: NameIndex, language: str) -> list[Value]:
    return [{"str": name} for name in entry.native_names]


def _read_other_names(entry: Entry, index: NameIndex, language: str) -> list[Value]:
    return [{"str": name} for name in entry.other_names]


def _read_partners(entry: Entry, index: NameIndex, language: str) -> list[Value]:
    return [entity_value(place, index, language) for place, _ in entry.partners]


def _count_partners(entry: Entry, index: NameIndex, language: str) -> list[Value]:
    return [{"int": len(entry.partners)}]


def _read_years(entry: Entry, index: NameIndex, language: str) -> list[Value]:
    """Return one value for each partner, in the same order, empty where the year is unknown."""
    return [{"int": year} if year is not None else {} for _, year in entry.partners]


def _read_point(entry: Entry, index: NameIndex, language: str) -> list[Value]:
    return [{"str": f"{entry.point[0]:.2f},{entry.point[1]:.2f}"}] if entry.point else []


PROPERTIES: tuple[Property, ...] = (
    Property(
        "country",
        ("country", "negara"),
        ("the country it belongs to today", "negara tempatnya sekarang"),
        partial(_read_place, "country"),
        _BUT_COUNTRIES,
        COUNTRY,
        COUNTRIES,
    ),
    Property(
        "partOf",
        ("part of", "bagian dari"),
        ("the next place above it: province, state, …", "wilayah tepat di atasnya: provinsi, …"),
        partial(_read_place, "partOf"),
        _BUT_COUNTRIES,
        PLACE,
        ANCESTORS,
    ),
    Property(
        "level",
        ("administrative level", "tingkat pemerintahan"),
        ("its level: province, regency, city, …", "tingkatnya: provinsi, kabupaten, kota, …"),
        _read_level,
        comparison=LEVELS,
    ),
    Property(
        "wikidataId",
        ("Wikidata QID", "QID Wikidata"),
        ("its item in Wikidata: Q11462", "butirnya di Wikidata: Q11462"),
        partial(_read_text, "wikidataId"),
        comparison=CODES["wikidataId"],
    ),
    Property(
        "kemendagriCode",
        ("Kemendagri code", "kode Kemendagri"),
        (
            "code of the Indonesian Ministry of Home Affairs: 35.78",
            "kode Kementerian Dalam Negeri: 35.78",
        ),
        partial(_read_text, "kemendagriCode"),
        _BUT_COUNTRIES,
        comparison=CODES["kemendagriCode"],
    ),
    Property(
        "isoCode",
        ("ISO 3166 code", "kode ISO 3166"),
        ("alpha-2 code of a country, or ISO 3166-2", "kode alpha-2 negara, atau ISO 3166-2"),
        partial(_read_text, "isoCode"),
        comparison=CODES["isoCode"],
    ),
    Property(
        "coordinates",
        ("coordinates", "koordinat"),
        ("latitude,longitude in degrees: -7.25,112.74", "lintang,bujur dalam derajat: -7.25,112.74"),
        _read_point,
        _BUT_COUNTRIES,
        comparison=POINTS,
    ),
    Property(
        "partnerOf",
        ("partners", "mitra"),
        ("the places it has an accepted partnership with", "wilayah yang bermitra dengannya"),
        _read_partners,
        _BUT_COUNTRIES,
        PLACE,
    ),
    Property(
        "sinceYear",
        ("partners since", "bermitra sejak"),
        (
            "the year of each partnership, in the order of the partners",
            "tahun tiap kemitraan, menurut urutan mitra",
        ),
        _read_years,
        _BUT_COUNTRIES,
    ),
    Property(
        "partnerCount",
        ("number of partners", "jumlah mitra"),
        ("how many accepted partnerships it has", "banyaknya kemitraan yang diterima"),
        _count_partners,
        _BUT_COUNTRIES,
    ),
    Property(
        "label",
        ("name", "nama"),
        ("its names in English and Indonesian", "namanya dalam bahasa Inggris dan Indonesia"),
        _read_labels,
    ),
    Property(
        "nativeName",
        ("native name", "nama asli"),
        ("its names in languages and scripts of the place", "namanya dalam bahasa dan aksara setempat"),
        _read_native_names,
    ),
    Property(
        "altLabel",
        ("other name", "nama lain"),
        ("further names and spellings", "nama dan ejaan lain"),
        _read_other_names,
    ),
    Property(
        "population",
        ("population", "jumlah penduduk"),
        ("inhabitants, as last counted or estimated", "penduduk menurut hitungan terakhir"),
        _read_population,
    ),
)
"""All properties, the most useful first."""

PROPERTIES_BY_ID = {property_.id: property_ for property_ in PROPERTIES}

"""What can be asked of a place, and what can be stated of one to find it: a table, one row a property.

The ids are those of our ontology where it has the property (``kk:country`` is ``country``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from rdflib import URIRef
from rdflib.namespace import SKOS

from endpoint.reconcile.constraints import (
    COUNTRY_IS,
    IS_PART_OF,
    LEVEL_IS,
    POINT_IS,
    Constraint,
    code_constraint,
)
from endpoint.reconcile.index import CITY, COUNTRY, LOCAL, PLACE, TYPES, Entry, PlaceIndex
from endpoint.show.labels import ontology_label
from endpoint.show.texts import LANGUAGES
from ontology import KK, PREFIXES, vocabulary

Value = dict[str, str | int | float]
"""One value in a table: https://reconciliation-api.github.io/specs/0.2/#data-extension-responses."""
Values = Callable[[Entry, PlaceIndex, str], list[Value]]

_OF_GOVERNMENTS = (CITY, LOCAL, PLACE)


@dataclass(frozen=True)
class Property:
    """One property; `says` is what it is in our languages, `entities` the type of its values if places."""

    id: str
    names: tuple[str, str]
    says: tuple[str, str]
    values: Values
    types: tuple[str, ...] = TYPES
    entities: str = ""
    constraint: Constraint | None = None

    def name(self, language: str) -> str:
        """Return its name in a language of ours."""
        return self.names[LANGUAGES.index(language)]

    def description(self, language: str) -> str:
        """Return what it holds, in a language of ours."""
        return self.says[LANGUAGES.index(language)]


def entity_value(place: str, index: PlaceIndex, language: str) -> Value:
    """Return a place as a value in a table."""
    found = index.entries.get(place)
    return {"id": place, "name": found.label(language) if found else place}


def type_name(kind: str, language: str) -> str:
    """Return the name of a class of places in a language."""
    return ontology_label(str(KK[kind]), language) or kind


def read_type(text: str) -> str | None:
    """Return the class that a type id means: ``City``, ``kk:City`` or its IRI; None for no class of ours."""
    name = text.strip().removeprefix("kk:").removeprefix(str(KK))
    return name if name in TYPES else None


def _fact(name: str) -> Values:
    return lambda entry, index, language: [{"str": v}] if (v := entry.facts.get(name)) else []


def _number_fact(name: str) -> Values:
    return lambda entry, index, language: [{"int": int(v)}] if (v := entry.facts.get(name)) else []


def _entity_fact(name: str) -> Values:
    return lambda entry, index, language: (
        [entity_value(v, index, language)] if (v := entry.facts.get(name)) else []
    )


def _level(entry: Entry, index: PlaceIndex, language: str) -> list[Value]:
    slug = entry.facts.get("level")
    return [{"str": _level_labels(slug).get(language, slug)}] if slug else []


def _texts(of: Callable[[Entry], Iterable[str]]) -> Values:
    return lambda entry, index, language: [{"str": text} for text in of(entry)]


def _partners(entry: Entry, index: PlaceIndex, language: str) -> list[Value]:
    return [entity_value(place, index, language) for place, _ in entry.partners]


def _years(entry: Entry, index: PlaceIndex, language: str) -> list[Value]:
    """Return one value for each partner, in the same order, empty where the year is unknown."""
    return [{"int": year} if year is not None else {} for _, year in entry.partners]


def _point(entry: Entry, index: PlaceIndex, language: str) -> list[Value]:
    return [{"str": f"{entry.point[0]:.2f},{entry.point[1]:.2f}"}] if entry.point else []


@cache
def _level_labels(slug: str) -> dict[str, str]:
    labels = vocabulary().objects(URIRef(PREFIXES["level"] + slug), SKOS.prefLabel)
    return {str(getattr(label, "language", "")): str(label) for label in labels}


PROPERTIES: tuple[Property, ...] = (
    Property(
        "country",
        ("country", "negara"),
        ("the country it belongs to today", "negara tempatnya sekarang"),
        _entity_fact("country"),
        _OF_GOVERNMENTS,
        COUNTRY,
        COUNTRY_IS,
    ),
    Property(
        "partOf",
        ("part of", "bagian dari"),
        ("the next place above it: province, state, …", "wilayah tepat di atasnya: provinsi, …"),
        _entity_fact("partOf"),
        _OF_GOVERNMENTS,
        PLACE,
        IS_PART_OF,
    ),
    Property(
        "level",
        ("administrative level", "tingkat pemerintahan"),
        ("its level: province, regency, city, …", "tingkatnya: provinsi, kabupaten, kota, …"),
        _level,
        constraint=LEVEL_IS,
    ),
    Property(
        "wikidataId",
        ("Wikidata QID", "QID Wikidata"),
        ("its item in Wikidata: Q11462", "butirnya di Wikidata: Q11462"),
        _fact("wikidataId"),
        constraint=code_constraint("wikidataId"),
    ),
    Property(
        "kemendagriCode",
        ("Kemendagri code", "kode Kemendagri"),
        (
            "code of the Indonesian Ministry of Home Affairs: 35.78",
            "kode Kementerian Dalam Negeri: 35.78",
        ),
        _fact("kemendagriCode"),
        _OF_GOVERNMENTS,
        constraint=code_constraint("kemendagriCode"),
    ),
    Property(
        "isoCode",
        ("ISO 3166 code", "kode ISO 3166"),
        ("alpha-2 code of a country, or ISO 3166-2", "kode alpha-2 negara, atau ISO 3166-2"),
        _fact("isoCode"),
        constraint=code_constraint("isoCode"),
    ),
    Property(
        "coordinates",
        ("coordinates", "koordinat"),
        ("latitude,longitude in degrees: -7.25,112.74", "lintang,bujur dalam derajat: -7.25,112.74"),
        _point,
        _OF_GOVERNMENTS,
        constraint=POINT_IS,
    ),
    Property(
        "partnerOf",
        ("partners", "mitra"),
        ("the places it has an accepted partnership with", "wilayah yang bermitra dengannya"),
        _partners,
        _OF_GOVERNMENTS,
        PLACE,
    ),
    Property(
        "sinceYear",
        ("partners since", "bermitra sejak"),
        (
            "the year of each partnership, in the order of the partners",
            "tahun tiap kemitraan, menurut urutan mitra",
        ),
        _years,
        _OF_GOVERNMENTS,
    ),
    Property(
        "partnerCount",
        ("number of partners", "jumlah mitra"),
        ("how many accepted partnerships it has", "banyaknya kemitraan yang diterima"),
        lambda entry, index, language: [{"int": len(entry.partners)}],
        _OF_GOVERNMENTS,
    ),
    Property(
        "label",
        ("name", "nama"),
        ("its names in English and Indonesian", "namanya dalam bahasa Inggris dan Indonesia"),
        _texts(lambda entry: dict.fromkeys(entry.labels.values())),
    ),
    Property(
        "nativeName",
        ("native name", "nama asli"),
        ("its names in languages and scripts of the place", "namanya dalam bahasa dan aksara setempat"),
        _texts(lambda entry: entry.native_names),
    ),
    Property(
        "altLabel",
        ("other name", "nama lain"),
        ("further names and spellings", "nama dan ejaan lain"),
        _texts(lambda entry: entry.other_names),
    ),
    Property(
        "population",
        ("population", "jumlah penduduk"),
        ("inhabitants, as last counted or estimated", "penduduk menurut hitungan terakhir"),
        _number_fact("population"),
    ),
)
"""All properties, the most useful first."""

BY_ID = {one.id: one for one in PROPERTIES}

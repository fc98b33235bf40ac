"""Countries as lists write them: "England", "Grece", "Ohio, United States", "Jepang", "DEU"."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from babel import Locale
from babel.core import get_global

from graph.matching.known.names import normalize_name
from loaders.folders import REFERENCE
from loaders.tables.places import load_countries
from loaders.tables.table import read_map, read_table

LANGUAGES = (
    "en", "id", "de", "fr", "es", "it", "nl", "pl", "pt", "ja", "zh", "ko", "ru", "sv", "nb", "da", "fi",
    "cs", "hu", "tr",
)  # fmt: skip
"""The languages whose names of countries in CLDR are understood."""

_LITTLE_WORDS = {"and", "the"}


@dataclass(frozen=True, slots=True)
class CountryReading:
    """What a country as written means: the id of the country's place, and the part of it that was named.

    `region` is "Scotland" for "Scotland, United Kingdom", empty for a whole country. `note` says why, where
    the reviewed table has something to say.
    """

    country: str
    region: str = ""
    note: str = ""


@lru_cache(maxsize=4096)
def read_country(written: str) -> CountryReading | None:
    """Return the country that a text means, or None when it means none, or more than one ("Korea").

    Looked up in this order: the reviewed table reference/country_names.csv, names of CLDR, ISO 3166-1 codes,
    and "part, country". A territory with a code of its own is a country here ("Guadeloupe, France").
    """
    key = _key(written)
    if key in _reviewed():
        return _reviewed()[key]
    return _names().get(key) or _codes().get(written.strip()) or _read_part(written)


@lru_cache(maxsize=4096)
def country_after_comma(party: str) -> CountryReading | None:
    """Return the country that a party's name ends with ("Varna, Bulgaria"), or None when that is not sure.

    Not sure are codes ("Sacramento, CA") and countries that share their name with a region elsewhere
    ("Athens, Georgia").
    """
    _, comma, last = party.rpartition(",")
    key = _key(last)
    found = _reviewed()[key] if key in _reviewed() else _names().get(key)
    is_clear = found is not None and (bool(found.region) or key not in _regions())
    return found if comma and is_clear else None


@cache
def load_states() -> dict[str, str]:
    """Return, for each territory with a code of its own, the id of the state that it belongs to."""
    countries = load_countries()
    rows = read_table(REFERENCE / "territories.csv", ("iso2", "state", "relation", "origin"))
    return {countries[row["iso2"]].id: countries[row["state"]].id for row in rows}


def _key(written: str) -> str:
    words = normalize_name(written).split()
    return " ".join(word for word in words if word not in _LITTLE_WORDS)


@cache
def _reviewed() -> dict[str, CountryReading | None]:
    """Return the reviewed readings by key; None for a text that means no one country."""
    countries = load_countries()
    found: dict[str, CountryReading | None] = {}
    path = REFERENCE / "country_names.csv"
    for row in read_map(path, "written", ("written", "iso2", "region", "note")).values():
        iso = row["iso2"]
        if iso and iso not in countries:
            raise row.fault(f"country {iso!r} is unknown", "Add it to reference/countries.csv.")
        reading = CountryReading(countries[iso].id, row["region"], row["note"]) if iso else None
        if found.setdefault(_key(row["written"]), reading) != reading:
            raise row.fault(f"{row['written']!r} is read otherwise in an earlier row", "Remove one.")
    return found


@cache
def _names() -> dict[str, CountryReading]:
    """Return the countries by their names in CLDR, without the names that two of them share ("Kongo")."""
    found: dict[str, CountryReading] = {}
    shared: set[str] = set()
    for iso, place in load_countries().items():
        reading = CountryReading(place.id)
        for key in {_key(Locale(language).territories[iso]) for language in LANGUAGES}:
            if found.setdefault(key, reading) != reading:
                shared.add(key)
    return {key: reading for key, reading in found.items() if key not in shared}


@cache
def _codes() -> dict[str, CountryReading]:
    """Return the countries by ISO 3166-1 code of two or three capital letters."""
    by_iso = {iso: CountryReading(place.id) for iso, place in load_countries().items()}
    aliases = get_global("territory_aliases")
    longer = {
        code: by_iso[isos[0]]
        for code, isos in aliases.items()
        if len(code) == 3 and code.isalpha() and len(isos) == 1 and isos[0] in by_iso
    }
    return by_iso | longer


@cache
def _regions() -> frozenset[str]:
    return frozenset(_key(reading.region) for reading in _reviewed().values() if reading and reading.region)


def _read_part(written: str) -> CountryReading | None:
    """Return the reading of "part, country", or None."""
    whole = country_after_comma(written)
    if whole is None:
        return None
    part = written.rpartition(",")[0].strip()
    known = read_country(part)
    if known and whole.country in {known.country, load_states().get(known.country)}:
        return known
    return CountryReading(whole.country, part, whole.note)

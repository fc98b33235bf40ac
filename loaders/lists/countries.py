"""Countries as lists write them: "England", "Grece", "Ohio, United States", "Jepang", "DEU"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import pycountry
from babel.core import get_global

from graph.model.claims import Place
from loaders.folders import REFERENCE
from loaders.lists.words.country_names import (
    Words,
    all_names,
    common_long_names,
    common_names,
    find_abbreviated,
    find_in_all_languages,
    first_names,
    words_of,
)
from loaders.tables.places import load_countries
from loaders.tables.table import read_map, read_table

_SUBDIVISION = re.compile(r"([A-Z]{2})-([A-Z0-9]{1,3})")
_IN_BRACKETS = re.compile(r"([^(),;/|&]+)\(([^()]+)\)")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
"""Two letters of a code, as the flag that a browser draws."""
_FLAG_A = 0x1F1E6
_TWO_NAMES = re.compile(r"(.+?)(?: \((.+)\)| [-–—] (.+)| ?/ ?(.+))")


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

    Looked up in this order: the reviewed table reference/country_names.csv, names in the common languages and
    of ISO 3166-1, codes of ISO 3166, two names of which one is in the other ("England, UK", "UK - England",
    "Ohio (USA)"), what is cut short ("Dem. Rep. Congo"), names in all languages. A territory with a code of
    its own is a country here ("Guadeloupe, France"); "Taiwan, China" is Taiwan as its list writes it.
    """
    text = " ".join(written.split())
    text = _code_of_flag(text) if _FLAG.fullmatch(text) else text
    if words_of(text) in _reviewed():
        return _reviewed()[words_of(text)]
    quick = _known(text) or _codes().get(text) or _read_subdivision(text)
    found = quick or _read_part(text) or _read_two_names(text)
    cut_short = _read_abbreviated(text) if found is None and "." in text else None
    return found or cut_short or _reading(find_in_all_languages(text))


def _code_of_flag(flag: str) -> str:
    return "".join(chr(ord(letter) - _FLAG_A + ord("A")) for letter in flag)


@lru_cache(maxsize=4096)
def read_code(written: str) -> CountryReading | None:
    """Return what a code of ISO 3166-1 or 3166-2 means ("DE", "deu", "276", "US-OH"); None for no code."""
    code = normalize_code(written)
    numbered = pycountry.countries.get(numeric=code.zfill(3)) if code.isdecimal() else None
    return _codes().get(numbered.alpha_2 if numbered else code) or _read_subdivision(code)


def normalize_code(written: str) -> str:
    """Return a code of ISO 3166 as the standard writes it."""
    return written.strip().upper().replace("_", "-")


def is_region(written: str, code: str) -> bool | None:
    """Return whether a text can name the part of a country that a code of ISO 3166-2 has, or what it is in.

    None when nobody knows. The parts that are known are those of ISO 3166-2, by their names and codes.
    """
    words, wanted = words_of(written), _lineage(code)
    named = [
        part
        for part in _parts().values()
        if part.country_code == code.partition("-")[0]
        and words in {*map(words_of, (*_names_of_part(part.name), part.code, part.code.partition("-")[2]))}
    ]
    if not named or not wanted:
        return None
    return any(part.code in wanted or code in _lineage(part.code) for part in named)


def _lineage(code: str) -> list[str]:
    """Return a code of ISO 3166-2 and those of the parts that it is in."""
    found = []
    while code in _parts():
        found.append(code)
        code = _parts()[code].parent_code or ""
    return found


@cache
def _parts() -> dict[str, Any]:
    """Return the parts of countries that ISO 3166-2 has, by code."""
    return {part.code: part for part in pycountry.subdivisions}


@lru_cache(maxsize=4096)
def country_at_end(party: str) -> CountryReading | None:
    """Return the country that a party's name ends with, or None when that is not sure.

    After a comma ("Varna, Bulgaria") or in brackets ("Varna (Bulgaria)"); not one of several ("Varna
    (Bulgaria), Izmir (Turkey)").
    """
    in_brackets = _IN_BRACKETS.fullmatch(party)
    return country_after_comma(f"{in_brackets[1]}, {in_brackets[2]}" if in_brackets else party)


def country_after_comma(party: str) -> CountryReading | None:
    """Return the country that stands behind a comma ("Varna, Bulgaria"), or None when that is not sure.

    Not sure are codes ("Sacramento, CA") and countries that share their name with a region elsewhere
    ("Athens, Georgia").
    """
    _, comma, last = party.rpartition(",")
    found = _known(last)
    is_clear = found is not None and (bool(found.region) or words_of(last) not in _regions())
    return found if comma and is_clear else None


def _known(text: str) -> CountryReading | None:
    """Return what a text means by the reviewed table, else by the common names."""
    words = words_of(text)
    return _reviewed()[words] if words in _reviewed() else _reading(common_names().get(words, ""))


def _reading(iso: str) -> CountryReading | None:
    return CountryReading(_countries()[iso].id) if iso else None


@cache
def load_states() -> dict[str, str]:
    """Return, for each territory with a code of its own, the id of the state that it belongs to."""
    countries = load_countries()
    rows = read_table(REFERENCE / "territories.csv", ("iso2", "state", "relation", "origin"))
    return {countries[row["iso2"]].id: countries[row["state"]].id for row in rows}


@cache
def _reviewed() -> dict[Words, CountryReading | None]:
    """Return the reviewed readings by the words of a name; None for a text that means no one country."""
    countries = load_countries()
    found: dict[Words, CountryReading | None] = {}
    path = REFERENCE / "country_names.csv"
    for row in read_map(path, "written", ("written", "iso2", "region", "note")).values():
        iso = row["iso2"]
        if iso and iso not in countries:
            raise row.fault(f"country {iso!r} is unknown", "Add it to reference/countries.csv.")
        reading = CountryReading(countries[iso].id, row["region"], row["note"]) if iso else None
        known = found.setdefault(words_of(row["written"]), reading)
        if (known and (known.country, known.region)) != (reading and (reading.country, reading.region)):
            raise row.fault(f"{row['written']!r} is read otherwise in an earlier row", "Remove one.")
    return found


@cache
def _countries() -> dict[str, Place]:
    return load_countries()


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
def _regions() -> frozenset[Words]:
    return frozenset(
        words_of(reading.region) for reading in _reviewed().values() if reading and reading.region
    )


def _read_subdivision(text: str) -> CountryReading | None:
    """Return the reading of a code of ISO 3166-2 ("US-OH"); some of a state's are a territory's ("US-PR")."""
    match = _SUBDIVISION.fullmatch(text)
    found = _parts().get(text)
    whole = _codes().get(match[1]) if match else None
    if match is None or found is None or whole is None:
        return None
    own = _codes().get(match[2])
    if own and load_states().get(own.country) == whole.country:
        return own
    return CountryReading(whole.country, _names_of_part(found.name)[0])


def _names_of_part(written: str) -> list[str]:
    """Return the names that ISO 3166-2 has for a part: "Cataluña [Catalunya]" are two."""
    return [name.strip("] ") for name in written.split("[")]


def _read_part(written: str) -> CountryReading | None:
    """Return the reading of "part, country", or None."""
    whole = country_after_comma(written)
    if whole is None:
        return None
    part = written.rpartition(",")[0].strip()
    known = _known(part)
    if known and whole.country in {known.country, load_states().get(known.country)}:
        return known
    if known and not (known.region or whole.region) and not _has_part(whole.country, part):
        return None
    return CountryReading(whole.country, part, whole.note)


def _has_part(country: str, name: str) -> bool:
    """Return whether ISO 3166-2 has a part of a country of that name: Georgia is one, and a country."""
    words, iso = words_of(name), dict(_countries_by_id()[country].codes)["iso"]
    return any(
        part.country_code == iso and words in map(words_of, _names_of_part(part.name))
        for part in _parts().values()
    )


@cache
def _countries_by_id() -> dict[str, Place]:
    return {place.id: place for place in _countries().values()}


def _read_abbreviated(text: str) -> CountryReading | None:
    """Return what a text means whose words with a point are only begun, None when that is not one thing.

    The reviewed names and those in English and Indonesian come first, then those in the common languages:
    "N. Mexico" is New Mexico, and not Mexico by its name in a language that hardly any list is in. Names in
    all languages count for other scripts.
    """
    first = {**{words: _reading(iso) for words, iso in first_names().items()}, **_reviewed()}
    if fitting := find_abbreviated(text, first):
        return _only(first[words] for words in fitting)
    common = {**({} if text.isascii() else all_names()), **common_long_names()}
    return _only(_reading(common[words]) for words in find_abbreviated(text, common))


def _only(readings: Iterable[CountryReading | None]) -> CountryReading | None:
    """Return the one thing that all readings say, None when they differ or one of them means none."""
    found = {(one.country, one.region) if one else None: one for one in readings}
    return next(iter(found.values())) if len(found) == 1 else None


def _read_two_names(text: str) -> CountryReading | None:
    """Return the reading of two names when one is that of the other, or of a part of it, or None."""
    match = _TWO_NAMES.fullmatch(text)
    if match is None:
        return None
    first, second = (_read_one_name(part) for part in match.groups() if part)
    if first is None or second is None:
        return None
    for one, other in ((first, second), (second, first)):
        if one.country == other.country and not other.region:
            return one
        if load_states().get(one.country) == other.country:
            return one
    return None


def _read_one_name(text: str) -> CountryReading | None:
    """Return what one of two names means, which may be a code ("Switzerland (CH)") or in any language."""
    if words_of(text) in _reviewed():
        return _known(text)
    return _known(text) or _codes().get(text) or _reading(find_in_all_languages(text))

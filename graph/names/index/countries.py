"""Names and codes of countries and regions that every release knows: CLDR in all its languages, ISO 3166."""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path

import pycountry
from babel import localedata
from babel.core import get_global

_ISO_NAMES = ("name", "official_name", "common_name")


def alpha_2(code: str) -> str:
    """Return the ISO 3166-1 alpha-2 code for another code of a country (IDN, 360, UK), else the code itself.

    The aliases are those of CLDR: https://www.unicode.org/reports/tr35/#Territory_Based_Preferences
    """
    aliases: list[str] = get_global("territory_aliases").get(code.upper(), [])
    return aliases[0] if len(aliases) == 1 else code.upper()


def names_of_countries(codes: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the names of countries by their alpha-2 codes, in every language and script that CLDR has.

    A name that two of the countries share is left out, except for those of ISO 3166-1.
    """
    bearers: dict[str, set[str]] = defaultdict(set)
    for name in localedata.locale_identifiers():
        _, _, variant = name.partition("_")
        if not variant or len(variant) == len("Cyrl"):  # a script, no region
            for code, text in _territories(name).items():
                if code in codes:
                    bearers[text].add(code)
    found: dict[str, list[str]] = {code: _iso_names(code) for code in sorted(codes)}
    for text, codes_of_text in sorted(bearers.items()):
        if len(codes_of_text) == 1:
            found[min(codes_of_text)].append(text)
    return {code: tuple(dict.fromkeys(texts)) for code, texts in found.items()}


def _territories(locale: str) -> Mapping[str, str]:
    """Return the names of territories in one language; Babel's own reader would keep all in memory."""
    body = Path(localedata.resolve_locale_filename(locale)).read_bytes()
    found: Mapping[str, str] = pickle.loads(body).get("territories", {})  # noqa: S301 - Babel's own file
    return found


def _iso_names(code: str) -> list[str]:
    country = pycountry.countries.get(alpha_2=code)
    return [name for kind in _ISO_NAMES if (name := getattr(country, kind, None))]


def names_of_regions() -> frozenset[str]:
    """Return the names that ISO 3166-2 gives states and provinces, all countries together."""
    return frozenset(subdivision.name for subdivision in pycountry.subdivisions)

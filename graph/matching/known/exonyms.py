"""Names of large cities in other languages ("Rom", "Moskau", "Wien"): the cities of CLDR's time zones."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from babel import Locale

from graph.matching.known.names import normalize_name

LANGUAGES = ("en", "id", "de", "fr", "es", "it", "nl", "pl", "pt", "sv", "da", "nb", "fi", "cs", "hu", "tr")


def english_names(name: str) -> tuple[str, ...]:
    """Return the English name of a city that is known by another name, else nothing: "Rom" gives "Rome"."""
    return _english().get(normalize_name(name), ())


@cache
def _english() -> dict[str, tuple[str, ...]]:
    """Return the English names by other names; a name that a country or another city has too means none."""
    countries = {
        normalize_name(country) for language in LANGUAGES for country in Locale(language).territories.values()
    }
    zones = Locale("en").time_zones.keys() | Locale("de").time_zones.keys()
    english: dict[str, set[str]] = defaultdict(set)
    for zone in zones:
        for language in LANGUAGES:
            english[normalize_name(_city(zone, language))].add(_city(zone, "en"))
    return {
        form: (*names,)
        for form, names in english.items()
        if len(names) == 1 and form not in countries and form != normalize_name(next(iter(names)))
    }


def _city(zone: str, language: str) -> str:
    """Return the city of a time zone such as ``Europe/Rome``; CLDR leaves out what the zone's id says."""
    known: dict[str, str] = Locale(language).time_zones.get(zone, {})
    return known.get("city") or zone.rsplit("/", 1)[-1].replace("_", " ")

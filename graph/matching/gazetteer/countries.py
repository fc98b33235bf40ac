"""Countries as names of places say them, and which of them have places in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from babel import Locale

from graph.matching.known.names import normalize_name

DISPUTED = (
    {"Q212", "Q159"}, {"Q219060", "Q801"}, {"Q1246", "Q403"}, {"Q6250", "Q1028"}, {"Q229", "Q43"},
    {"Q865", "Q148"}, {"Q399", "Q227"}, {"Q230", "Q159"},
)  # fmt: skip
"""Countries that sources give to the same places: Ukraine and Russia (Crimea), Palestine and Israel, Kosovo
and Serbia, Western Sahara and Morocco, Cyprus and Turkey, Taiwan and China, Armenia and Azerbaijan, Georgia
and Russia.
"""

LANGUAGES = ("en", "id", "de", "fr", "es", "it", "nl", "pl", "pt", "sv", "da", "nb", "fi", "cs", "hu", "tr")
"""The languages in which the name of its country may stand beside that of a place."""


def find_kin(states: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return, by country, the territories of its state, its state, and those that claim the same places."""
    kin: dict[str, set[str]] = defaultdict(set)
    for territory, state in states.items():
        kin[territory].add(state)
        kin[state].add(territory)
    for a, b in DISPUTED:
        kin[a].add(b)
        kin[b].add(a)
    return {country: (*sorted(others),) for country, others in kin.items()}


@cache
def countries_named() -> dict[str, str]:
    """Return ISO codes by the names of countries in sixteen languages, and by the codes in small letters."""
    named: dict[str, str] = {}
    for language in LANGUAGES:
        for iso, name in Locale(language).territories.items():
            if len(iso) == 2:
                named |= {normalize_name(name): iso, iso.casefold(): iso}
    return named

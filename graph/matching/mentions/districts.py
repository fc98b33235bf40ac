"""Names of one place with "and" or a hyphen between two words, which may be towns as well."""

from __future__ import annotations

import re
from functools import cache

import pycountry

from graph.matching.known.names import HYPHENS, normalize_name

AND = re.compile(
    r"\s*[&+]\s*"
    r"|\s(?:and|und|et|y|e|i|en|och|og|ja|és|ve|a|dan|і|и|та|or|oder|ou|o|u|atau|lub|или)\s",
    re.IGNORECASE,
)
"""What joins two names, or the words of one ("Brighton and Hove")."""
_JOINER = re.compile(rf"{AND.pattern}|[{HYPHENS}]", re.IGNORECASE)
_CALLED_BY_TOWNS = (
    # districts of England, today's and former, that ISO 3166-2 does not have
    "Basingstoke and Deane", "Crewe and Nantwich", "Ellesmere Port and Neston", "Epsom and Ewell",
    "Hinckley and Bosworth", "King's Lynn and West Norfolk", "Newark and Sherwood", "Nuneaton and Bedworth",
    "Oadby and Wigston", "Reigate and Banstead", "Tonbridge and Malling", "Weymouth and Portland",
)  # fmt: skip


def is_district(name: str) -> bool:
    """Return whether a name is that of one district, province or country, however its two words are joined.

    Those of ISO 3166 ("Brighton & Hove", "Massa-Carrara", "Trinidad & Tobago") and the districts of England
    are known.
    """
    return _form(name) in _names_of_districts()


@cache
def _names_of_districts() -> frozenset[str]:
    iso = (*pycountry.subdivisions, *pycountry.countries, *pycountry.historic_countries)
    names = [part.name for part in iso if _JOINER.search(part.name)]
    return frozenset(map(_form, (*names, *_CALLED_BY_TOWNS)))


def _form(name: str) -> str:
    return normalize_name(_JOINER.sub(" and ", name))

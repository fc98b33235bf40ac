"""How the values of a query are read, and how far a place agrees with them: one comparison a property.

The name of a query has remarks to compare, too: "Varna, Bulgaria" says where, "Kabupaten Bandung" what it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial

from rdflib import URIRef
from rdflib.namespace import SKOS

from graph.matching.known import names
from graph.matching.known.names import Name
from graph.model.points import distance_km, parse_point
from graph.names.index.ask import NameIndex
from graph.names.index.entry import CITY, COUNTRY, IDENTIFIERS, Entry, full_key
from ontology import WIKIDATA, concepts, vocabulary

Meaning = frozenset[str] | tuple[float, float] | None
"""What a value means: ids of places, slugs of levels, codes; latitude and longitude; None where unknown."""
Read = Callable[[str, NameIndex], Meaning]
Compare = Callable[[Meaning, Entry, NameIndex], float | None]
"""Gives the agreement of a place with a meaning, from 0 to 1; None where the place does not say."""

SAME_PLACE_KM, OTHER_PLACE_KM = 15.0, 100.0
"""Up to the first, two points are of one place, from the second on of two; agreement falls evenly between."""
_LATITUDE_LONGITUDE = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*[,; ]\s*(-?\d+(?:\.\d+)?)\s*")

_KINDS = {
    "city": {names.CITY, names.MUNICIPALITY},
    "regency": {names.DISTRICT, names.MUNICIPALITY},
    "province": {names.PROVINCE},
    "borough": {names.BOROUGH, names.DISTRICT},
    "metro-region": {names.CITY, names.MUNICIPALITY, names.PROVINCE},
    "village": {names.MUNICIPALITY, names.CITY},
}
"""What kind of place a name may call a place of a level (graph/matching/known/names.py)."""


@dataclass(frozen=True)
class Comparison:
    """How the values of a property are read and compared, and what that weighs; the name weighs 1."""

    weight: float
    read: Read
    compare: Compare

    def read_all(self, values: Iterable[str], index: NameIndex) -> Meaning:
        """Return what these values mean together, of points the first; None when none has a meaning."""
        known = [meaning for value in values if (meaning := self.read(value, index)) is not None]
        if not known or isinstance(known[0], tuple):
            return known[0] if known else None
        return frozenset().union(*(meaning for meaning in known if isinstance(meaning, frozenset)))


def _read_countries(text: str, index: NameIndex) -> Meaning:
    return index.find_country_ids(text) or None


def _compare_country(meaning: Meaning, entry: Entry, index: NameIndex) -> float | None:
    country = entry.id if COUNTRY in entry.classes else entry.facts.get("country")
    return float(country in frozenset(meaning or ())) if country else None


def _read_places(text: str, index: NameIndex) -> Meaning:
    return index.find_place_ids(text) or None


def _compare_ancestors(meaning: Meaning, entry: Entry, index: NameIndex) -> float | None:
    ancestors = {*index.ancestors(entry), entry.facts.get("country")}
    return float(not ancestors.isdisjoint(meaning or ())) if "partOf" in entry.facts else None


def _read_level(text: str, index: NameIndex) -> Meaning:
    return frozenset({slug}) if (slug := _slugs_by_word().get(text.strip().casefold())) else None


@cache
def _slugs_by_word() -> dict[str, str]:
    """Return the levels by their slugs, labels, other labels, and the words of their labels."""
    slugs: dict[str, str] = {}
    for slug, iri in concepts("level").items():
        preferred = vocabulary().objects(URIRef(iri), SKOS.prefLabel)
        alternative = vocabulary().objects(URIRef(iri), SKOS.altLabel)
        for label in (*preferred, *alternative, slug):
            text = str(label).casefold()
            for word in (text, *re.split(r", | or | atau ", text)):
                slugs.setdefault(word, slug)
    return slugs


def _compare_level(meaning: Meaning, entry: Entry, index: NameIndex) -> float | None:
    levels = entry.levels | ({"city"} if CITY in entry.classes else frozenset())
    return float(not levels.isdisjoint(meaning or ())) if levels else None


def _read_point(text: str, index: NameIndex) -> Meaning:
    pair = _LATITUDE_LONGITUDE.fullmatch(text)
    return parse_point(f"POINT({pair[2]} {pair[1]})" if pair else text)


def _compare_point(meaning: Meaning, entry: Entry, index: NameIndex) -> float | None:
    if entry.point is None or not isinstance(meaning, tuple):
        return None
    too_far = (distance_km(*entry.point, *meaning) - SAME_PLACE_KM) / (OTHER_PLACE_KM - SAME_PLACE_KM)
    return round(1 - min(max(too_far, 0.0), 1.0), 2)


def _read_code(text: str, index: NameIndex) -> Meaning:
    return frozenset({_plain_code(text)})


def _compare_code(name: str, meaning: Meaning, entry: Entry, index: NameIndex) -> float | None:
    code = entry.facts.get(name)
    return float(_plain_code(code) in frozenset(meaning or ())) if code else None


def _plain_code(text: str) -> str:
    """Return the letters and digits of a code."""
    return re.sub(r"[^A-Z0-9]", "", text.removeprefix(str(WIKIDATA)).upper())


COUNTRIES = Comparison(0.5, _read_countries, _compare_country)
ANCESTORS = Comparison(0.3, _read_places, _compare_ancestors)
LEVELS = Comparison(0.3, _read_level, _compare_level)
POINTS = Comparison(0.5, _read_point, _compare_point)
CODES = {name: Comparison(1.0, _read_code, partial(_compare_code, name)) for name in IDENTIFIERS}


@dataclass(frozen=True)
class Remark:
    """What a name says beside itself on where the place is: a text, the places that it means, if any.

    `regions_of` are the countries that have a state or province called so.
    """

    text: str
    places: Meaning
    regions_of: frozenset[str]


def read_where(name: Name, index: NameIndex) -> list[Remark]:
    """Return what each remark in a name on where the place is means: "Varna, Bulgaria", "Portland, OR"."""
    return [
        Remark(text, _read_places(text, index), index.countries_of_region(text))
        for text in sorted(name.where)
    ]


def compare_where(remarks: Iterable[Remark], entry: Entry, index: NameIndex) -> float | None:
    """Return 1 for a place in all that the remarks mean, 0 for one that is not, None where unknown."""
    agreements = [_compare_region(remark, entry, index) for remark in remarks]
    return 0.0 if 0.0 in agreements else None if None in agreements else 1.0


def _compare_region(remark: Remark, entry: Entry, index: NameIndex) -> float | None:
    """Return whether a place is in a region or country; one of its own country's regions has its names."""
    country, meaning = entry.facts.get("country"), remark.places
    if full_key(remark.text) in entry.region_keys:
        return 1.0
    if isinstance(meaning, frozenset) and (
        country in meaning or not meaning.isdisjoint(index.ancestors(entry))
    ):
        return 1.0
    if country in remark.regions_of:
        return 0.0 if entry.regions else None
    if not isinstance(meaning, frozenset):
        return None
    if "partOf" in entry.facts:
        return 0.0
    is_countries = all(_is_country(index.get(place)) for place in meaning)
    return 0.0 if country and is_countries else None


def _is_country(entry: Entry | None) -> bool:
    return entry is not None and COUNTRY in entry.classes


def is_of_other_kind(name: Name, entry: Entry) -> bool:
    """Return whether a name says it is of another kind than the place: "Kabupaten Bandung" is no city."""
    kinds = _kinds_of(entry)
    return bool(name.kinds) and bool(kinds) and kinds.isdisjoint(name.kinds)


def is_of_this_kind(name: Name, entry: Entry) -> bool:
    """Return whether a place is known to be of the kind that a name says, or the name says none."""
    return not name.kinds or not _kinds_of(entry).isdisjoint(name.kinds)


def _kinds_of(entry: Entry) -> frozenset[str]:
    """Return what a name may call the place; nothing when its level is not known."""
    levels = entry.levels | ({"city"} if CITY in entry.classes else frozenset())
    return frozenset(kind for level in levels for kind in _KINDS.get(level, ()))

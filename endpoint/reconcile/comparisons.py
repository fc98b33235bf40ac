"""What is stated of a place, read, and compared with what we know of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from rdflib import URIRef
from rdflib.namespace import SKOS

from endpoint.reconcile.index import CITY, COUNTRY, Entry, PlaceIndex
from graph.model.points import distance_km, parse_point
from ontology import WIKIDATA, concepts, vocabulary

Meaning = frozenset[str] | tuple[float, float] | None
"""What a stated value was read as; None when it means nothing to us, so that it tells nothing."""
Read = Callable[[str, PlaceIndex], Meaning]
Agrees = Callable[[Meaning, Entry, PlaceIndex], float | None]

HERE_KM, ELSEWHERE_KM = 15.0, 100.0
"""Points so near are the same place, and so far are not; in between the agreement falls evenly."""
_LATITUDE_LONGITUDE = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*[,; ]\s*(-?\d+(?:\.\d+)?)\s*")


@dataclass(frozen=True)
class Constraint:
    """How a stated value is read, how far a place agrees with it (0 to 1, None unknown), and its weight.

    The name weighs 1.
    """

    weight: float
    read: Read
    agrees: Agrees


def _read_countries(text: str, index: PlaceIndex) -> Meaning:
    return index.countries(text) or None


def _in_country(meaning: Meaning, entry: Entry, index: PlaceIndex) -> float | None:
    country = entry.id if COUNTRY in entry.classes else entry.facts.get("country")
    return float(country in frozenset(meaning or ())) if country else None


def _read_places(text: str, index: PlaceIndex) -> Meaning:
    return index.places(text) or None


def _part_of(meaning: Meaning, entry: Entry, index: PlaceIndex) -> float | None:
    above = {*index.above(entry)} | ({entry.facts["country"]} if "country" in entry.facts else set())
    return float(not above.isdisjoint(meaning or ())) if "partOf" in entry.facts else None


def _read_level(text: str, index: PlaceIndex) -> Meaning:
    return frozenset({slug}) if (slug := _level_words().get(text.strip().casefold())) else None


def _on_level(meaning: Meaning, entry: Entry, index: PlaceIndex) -> float | None:
    levels = entry.levels | ({"city"} if CITY in entry.classes else frozenset())
    return float(not levels.isdisjoint(meaning or ())) if levels else None


def _read_code(text: str, index: PlaceIndex) -> Meaning:
    return frozenset({_plain_code(text)})


def _plain_code(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.removeprefix(str(WIKIDATA)).upper())


def _has_code(name: str) -> Agrees:
    return lambda meaning, entry, index: (
        float(_plain_code(code) in frozenset(meaning or ())) if (code := entry.facts.get(name)) else None
    )


def _read_point(text: str, index: PlaceIndex) -> Meaning:
    pair = _LATITUDE_LONGITUDE.fullmatch(text)
    return parse_point(f"POINT({pair[2]} {pair[1]})" if pair else text)


def _is_near(meaning: Meaning, entry: Entry, index: PlaceIndex) -> float | None:
    if entry.point is None or not isinstance(meaning, tuple):
        return None
    away = (distance_km(*entry.point, *meaning) - HERE_KM) / (ELSEWHERE_KM - HERE_KM)
    return round(1 - min(max(away, 0.0), 1.0), 2)


@cache
def _level_words() -> dict[str, str]:
    """Return the levels by their slugs, labels, other labels, and the words of their labels."""
    words: dict[str, str] = {}
    for slug, iri in concepts("level").items():
        for name in (*vocabulary().objects(URIRef(iri), SKOS.prefLabel), *_other_labels(iri), slug):
            text = str(name).casefold()
            for word in (text, *re.split(r", | or | atau ", text)):
                words.setdefault(word, slug)
    return words


def _other_labels(iri: str) -> Iterable[object]:
    return vocabulary().objects(URIRef(iri), SKOS.altLabel)


def code_constraint(name: str) -> Constraint:
    """Return the constraint of a code: as heavy as the name, letters and digits compared."""
    return Constraint(1.0, _read_code, _has_code(name))


COUNTRY_IS = Constraint(0.5, _read_countries, _in_country)
IS_PART_OF = Constraint(0.3, _read_places, _part_of)
LEVEL_IS = Constraint(0.3, _read_level, _on_level)
POINT_IS = Constraint(0.5, _read_point, _is_near)

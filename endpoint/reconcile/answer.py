"""What the service answers, as JSON: candidates, values of properties, suggestions and proposals.

The shapes are those of https://reconciliation-api.github.io/specs/0.2/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from endpoint.reconcile.index import CITY, COUNTRY, LOCAL, PLACE, TYPES, Entry, PlaceIndex
from endpoint.reconcile.match import Candidate, Query, find_candidates
from endpoint.reconcile.properties import PROPERTIES, Property, Value, type_name
from endpoint.reconcile.request import Extension, Wanted
from endpoint.show.texts import LANGUAGES
from graph.matching.known.names import normalize_name

Json = dict[str, Any]

PAGE = 20
"""Suggestions at a time."""
_BROADER: Mapping[str, str] = {CITY: LOCAL, LOCAL: PLACE, COUNTRY: PLACE}
_LEVELS: Mapping[str, tuple[str, str]] = {
    "country": ("country", "negara"),
    "province": ("province or state", "provinsi"),
    "regency": ("regency or county", "kabupaten"),
    "city": ("municipality", "munisipalitas"),
    "borough": ("borough", "wilayah kota"),
    "metro-region": ("metropolitan region", "kawasan perkotaan"),
    "village": ("village", "desa"),
    "port": ("port", "pelabuhan"),
}
_IN = ("in", "di")


def describe(entry: Entry, index: PlaceIndex, language: str) -> str:
    """Return what tells a place from its namesakes: "city in East Java, Indonesia"."""
    number = LANGUAGES.index(language)
    level = _LEVELS.get(entry.facts.get("level", ""))
    plain = type_name(entry.types[0], language)
    kind = level[number] if level and CITY not in entry.classes else plain
    around = [index.entries[place] for place in index.above(entry) if place in index.entries]
    country = index.entries.get(entry.facts.get("country", ""))
    names = [place.label(language) for place in (*around[:1], *([country] if country else []))]
    return f"{kind} {_IN[number]} {', '.join(dict.fromkeys(names))}" if names else kind


def answer_queries(queries: Mapping[str, Query], index: PlaceIndex, language: str) -> Json:
    """Return the candidates for each query of a batch."""
    return {key: answer_query(query, index, language) for key, query in queries.items()}


def answer_query(query: Query, index: PlaceIndex, language: str) -> Json:
    """Return the candidates for one query."""
    return {"result": [_candidate(one, index, language) for one in find_candidates(query, index)]}


def _candidate(one: Candidate, index: PlaceIndex, language: str) -> Json:
    return {
        "id": one.entry.id,
        "name": one.entry.label(language),
        "description": describe(one.entry, index, language),
        "type": [{"id": kind, "name": type_name(kind, language)} for kind in one.entry.types],
        "score": one.score,
        "match": one.match,
        "features": [{"id": name, "value": value} for name, value in one.features],
    }


# ---- data extension


def extend(extension: Extension, index: PlaceIndex, language: str) -> Json:
    """Return the wanted properties of places; an id that is none of ours has no values."""
    rows = {text: _row(index.find(text), extension.wanted, index, language) for text in extension.ids}
    return {"meta": [_meta(one.property, language) for one in extension.wanted], "rows": rows}


def _meta(one: Property, language: str) -> Json:
    of_type = {"type": {"id": one.entities, "name": type_name(one.entities, language)}}
    return {"id": one.id, "name": one.name(language)} | (of_type if one.entities else {})


def _row(
    entry: Entry | None, wanted: Sequence[Wanted], index: PlaceIndex, language: str
) -> dict[str, list[Value]]:
    return {
        one.property.id: one.property.values(entry, index, language)[: one.most or None] if entry else []
        for one in wanted
    }


def propose(kind: str | None, limit: int | None, language: str) -> Json:
    """Return the properties that places of a type may have, the most useful first."""
    fitting = [_property(one, language) for one in PROPERTIES if kind is None or kind in one.types]
    asked = {"type": kind, "limit": limit}
    return {name: value for name, value in asked.items() if value is not None} | {
        "properties": fitting[:limit]
    }


# ---- suggestions


def suggest_entities(prefix: str, skip: int, index: PlaceIndex, language: str) -> Json:
    """Return places by the beginning of a name or by id; when there is none, those with a name like it."""
    found = index.identified(prefix)
    found += [one for one in index.beginning_with(prefix) if one not in found]
    found = found or [one.entry for one in find_candidates(Query(prefix, limit=PAGE), index)]
    return {"result": [_suggestion(one, index, language) for one in found[skip : skip + PAGE]]}


def _suggestion(entry: Entry, index: PlaceIndex, language: str) -> Json:
    return {
        "id": entry.id,
        "name": entry.label(language),
        "description": describe(entry, index, language),
        "notable": [{"id": kind, "name": type_name(kind, language)} for kind in entry.types[:1]],
    }


def suggest_types(prefix: str, skip: int, language: str) -> Json:
    """Return classes of places by the beginning of an id or a name in either language."""
    found = [kind for kind in TYPES if _begins(prefix, kind, *(type_name(kind, one) for one in LANGUAGES))]
    return {"result": [describe_type(kind, language) for kind in found[skip : skip + PAGE]]}


def describe_type(kind: str, language: str) -> Json:
    """Return a type with the one above it."""
    broader = _BROADER.get(kind)
    above = {"broader": [{"id": broader, "name": type_name(broader, language)}]} if broader else {}
    return {"id": kind, "name": type_name(kind, language)} | above


def suggest_properties(prefix: str, skip: int, language: str) -> Json:
    """Return properties by the beginning of an id or of a word of a name in either language."""
    found = [one for one in PROPERTIES if _begins(prefix, one.id, *one.names)]
    return {"result": [_property(one, language) for one in found[skip : skip + PAGE]]}


def _property(one: Property, language: str) -> Json:
    return {"id": one.id, "name": one.name(language), "description": one.description(language)}


def _begins(prefix: str, *names: str) -> bool:
    start = normalize_name(prefix)
    texts = [normalize_name(name) for name in names]
    words = [" ".join(text.split()[n:]) for text in texts for n in range(text.count(" ") + 1)]
    return any(text.startswith(start) for text in words)

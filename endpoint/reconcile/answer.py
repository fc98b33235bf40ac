"""What the service answers, as JSON: candidates, data extensions, property proposals and suggestions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from endpoint.reconcile.properties import PROPERTIES, Property, Value
from endpoint.reconcile.request import Batch, Extension
from endpoint.show.texts import LANGUAGES
from graph.matching.known.names import normalize_name
from graph.names.describe import class_label, describe_place
from graph.names.index.ask import NameIndex
from graph.names.index.entry import CITY, COUNTRY, LOCAL, PLACE, TYPES, Entry
from graph.names.match import Candidate, Query, find_candidates

Json = dict[str, Any]
"""An object of the protocol."""
Turn = Callable[[], AbstractContextManager[None]]
"""Waits until it is this client's turn to take the processor for a moment."""

PAGE = 20
"""Suggestions at a time."""
_BROADER: Mapping[str, str] = {CITY: LOCAL, LOCAL: PLACE, COUNTRY: PLACE}


def answer_batch(batch: Batch, index: NameIndex, language: str, turn: Turn) -> Json:
    """Return a reconciliation result batch: the candidates of each query by its key, in a turn each."""
    return {key: answer_query(query, index, language, turn) for key, query in batch.queries.items()}


def answer_query(query: Query | None, index: NameIndex, language: str, turn: Turn) -> Json:
    """Return the candidates of a query, the best first; none for a query that nothing can answer.

    https://reconciliation-api.github.io/specs/0.2/#reconciliation-query-responses
    """
    if query is None:
        return {"result": []}
    with turn():
        candidates = find_candidates(query, index)
    return {"result": [describe_candidate(candidate, index, language) for candidate in candidates]}


def describe_candidate(candidate: Candidate, index: NameIndex, language: str) -> Json:
    """Return a candidate as the protocol has it, its names in a language."""
    return {
        "id": candidate.entry.id,
        "name": candidate.entry.label(language),
        "description": describe_place(candidate.entry, index, language),
        "type": [{"id": kind, "name": class_label(kind, language)} for kind in candidate.entry.types],
        "score": candidate.score,
        "match": candidate.match,
        "features": [{"id": name, "value": value} for name, value in candidate.features],
    }


# ---- data extension


def answer_extension(extension: Extension, index: NameIndex, language: str, turn: Turn) -> Json:
    """Return the properties of places; an id that is none of ours has no values.

    https://reconciliation-api.github.io/specs/0.2/#data-extension-responses
    """
    meta = [_describe_column(extended.property, language) for extended in extension.properties]
    with turn():
        rows = {text: _read_row(index.find(text), extension, index, language) for text in extension.ids}
    return {"meta": meta, "rows": rows}


def _describe_column(property_: Property, language: str) -> Json:
    column: Json = {"id": property_.id, "name": property_.name(language)}
    if kind := property_.value_type:
        column["type"] = {"id": kind, "name": class_label(kind, language)}
    return column


def _read_row(
    entry: Entry | None, extension: Extension, index: NameIndex, language: str
) -> dict[str, list[Value]]:
    row = {}
    for extended in extension.properties:
        values = extended.property.values(entry, index, language) if entry else []
        row[extended.property.id] = values[: extended.limit or None]
    return row


def propose_properties(kind: str | None, limit: int | None, language: str) -> Json:
    """Return the properties of places of a type (None: of any), the most useful first, `limit` at most.

    https://reconciliation-api.github.io/specs/0.2/#data-extension-property-proposals
    """
    fitting = [property_ for property_ in PROPERTIES if kind is None or kind in property_.types]
    asked = {"type": kind, "limit": limit}
    proposal: Json = {name: value for name, value in asked.items() if value is not None}
    return proposal | {"properties": [_describe_property(found, language) for found in fitting[:limit]]}


# ---- suggest services: https://reconciliation-api.github.io/specs/0.2/#suggest-services


def suggest_entities(prefix: str, skip: int, index: NameIndex, language: str) -> Json:
    """Return places by identifier or by the beginning of a name; when there is none, those named alike."""
    found = index.find_by_identifier(prefix)
    found += [entry for entry in index.find_by_prefix(prefix) if entry not in found]
    if not found:
        found = [candidate.entry for candidate in find_candidates(Query(prefix, limit=PAGE), index)]
    return {"result": [_suggest_entity(entry, index, language) for entry in found[skip : skip + PAGE]]}


def _suggest_entity(entry: Entry, index: NameIndex, language: str) -> Json:
    return {
        "id": entry.id,
        "name": entry.label(language),
        "description": describe_place(entry, index, language),
        "notable": [{"id": kind, "name": class_label(kind, language)} for kind in entry.types[:1]],
    }


def suggest_types(prefix: str, skip: int, language: str) -> Json:
    """Return types by their id or the beginning of a word of their name in any of our languages."""
    found = [
        kind for kind in TYPES if _begins(prefix, [kind, *(class_label(kind, lang) for lang in LANGUAGES)])
    ]
    return {"result": [describe_type(kind, language) for kind in found[skip : skip + PAGE]]}


def describe_type(kind: str, language: str) -> Json:
    """Return a type with its name and the type above it."""
    described: Json = {"id": kind, "name": class_label(kind, language)}
    if broader := _BROADER.get(kind):
        described["broader"] = [{"id": broader, "name": class_label(broader, language)}]
    return described


def suggest_properties(prefix: str, skip: int, language: str) -> Json:
    """Return properties by their id or the beginning of a word of their name in any of our languages."""
    found = [property_ for property_ in PROPERTIES if _begins(prefix, [property_.id, *property_.names])]
    return {"result": [_describe_property(property_, language) for property_ in found[skip : skip + PAGE]]}


def _describe_property(property_: Property, language: str) -> Json:
    return {
        "id": property_.id,
        "name": property_.name(language),
        "description": property_.description(language),
    }


def _begins(prefix: str, names: Iterable[str]) -> bool:
    """Return whether a word of any of these names begins so, whatever the case and accents."""
    return any(f" {normalize_name(prefix)}" in f" {normalize_name(name)}" for name in names)

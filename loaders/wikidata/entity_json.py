"""Entity JSON of Wikidata: answers of the API, Special:EntityData, lists of entities, the dump as a stream.

The form is that of https://doc.wikimedia.org/Wikibase/master/php/docs_topics_json.html.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from graph.model.iris import is_qid
from loaders.wikidata.files import DAMAGED, limit_bytes, open_stream, read_lines
from loaders.wikidata.item import ALL_LANGUAGES, LANGUAGES, make_item
from loaders.wikidata.model import (
    END,
    ITEM_PROPERTIES,
    NO_TARGET,
    POINT_IN_TIME,
    REFERENCE_URL,
    RETRIEVED,
    START,
    STATED_IN,
    TWINNED,
    Found,
    Item,
    Moment,
    Reference,
    Twinning,
    Unreadable,
    Value,
    statement_id,
)
from loaders.wikidata.twinning import make_twinning, read_day, to_gregorian

_JULIAN = "http://www.wikidata.org/entity/Q1985786"
_EARTH = "http://www.wikidata.org/entity/Q2"
_TIMES = (START, END, POINT_IN_TIME)


def read_entities(path: Path, only_with: str = "") -> Iterator[Found]:
    """Yield each item of a file and its twinnings, in the order of the file, in constant memory for a dump.

    `only_with` is a property such as P190: lines of a dump that do not name it are skipped unread, and so are
    items that do not state it. A line, an entity or a statement that cannot be read is yielded as such, and
    the rest is read on.
    """
    needle = f'"{only_with}"'.encode()
    for line, value in _read_values(path, needle if only_with else b""):
        if isinstance(value, Unreadable):
            yield value
        else:
            yield from _read_value(value, line, only_with)


def _read_values(path: Path, needle: bytes) -> Iterator[tuple[int, Any]]:
    """Yield (line, JSON value) of each line, or of the whole file when it is one document over many lines."""
    line = 1
    try:
        with open_stream(path) as stream:
            lines = read_lines(stream)
            first, second = next(lines, b""), next(lines, b"")
            if _is_document(first, second):
                yield line, _parse(b"".join(limit_bytes(chain((first, second), lines))), line)
                return
            for line, text in enumerate(chain((first, second), lines), start=1):
                if needle in text and (stripped := text.strip().rstrip(b",")) not in (b"", b"[", b"]"):
                    yield line, _parse(stripped, line)
    except DAMAGED as exc:
        yield line, Unreadable(line, f"the file ends early or is damaged here: {exc}")


def _is_document(first: bytes, second: bytes) -> bool:
    """Return whether the file is one value spread over its lines, not one value a line as dumps are."""
    head = first.strip().rstrip(b",")
    if head == b"[":
        return second.strip() == b"{"
    return bool(second) and not head.endswith((b"}", b"]"))


def _parse(text: bytes, line: int) -> Any:
    try:
        return json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError) as exc:
        return Unreadable(line, f"no JSON: {exc}")


def _read_value(value: Any, line: int, only_with: str) -> Iterator[Found]:
    for entity in _entities(value):
        if not isinstance(entity, dict) or "id" not in entity:
            yield Unreadable(line, "this is no entity of Wikidata: it has no id")
            continue
        try:
            if not only_with or only_with in _mapping(entity.get("claims")):
                yield from _read_entity(entity, line)
        except (AttributeError, KeyError, TypeError, ValueError) as exc:
            yield Unreadable(line, f"{entity['id']} is not as Wikidata writes an entity: {exc!r}")


def _entities(value: Any) -> list[Any]:
    """Return the entities of a list, of an answer of the API, or the one entity that the value is."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and "entities" in value:
        return list(_mapping(value["entities"]).values())
    return [value]


def _mapping(value: Any) -> Mapping[str, Any]:
    """Return an object; Wikidata writes an empty one as an empty list, and leaves out what there is not."""
    return value if isinstance(value, dict) else {}


def _read_entity(entity: Mapping[str, Any], line: int) -> Iterator[Found]:
    if "missing" in entity:
        yield Unreadable(line, f"Wikidata has no item {entity.get('id', '')}".rstrip())
        return
    if entity.get("type", "item") != "item":
        return
    if not is_qid(entity["id"]):
        raise ValueError(f"{entity['id']!r} is the id of no item")
    claims = _mapping(entity.get("claims"))
    try:
        yield _item(entity, claims)
    except (AttributeError, KeyError, TypeError, ValueError) as exc:
        yield Unreadable(line, f"{entity['id']} is not as Wikidata writes an entity: {exc!r}")
    for statement in claims.get(TWINNED, ()):
        try:
            yield _twinning(entity["id"], statement, line)
        except (AttributeError, KeyError, TypeError, ValueError) as exc:
            yield Unreadable(
                line, f"a P190 statement of {entity['id']} is not as Wikidata writes it: {exc!r}"
            )


def _item(entity: Mapping[str, Any], claims: Mapping[str, Any]) -> Item:
    labels = {language: _text(label["value"]) for language, label in _mapping(entity.get("labels")).items()}
    aliases = _mapping(entity.get("aliases"))
    written = (alias for language in (*LANGUAGES, ALL_LANGUAGES) for alias in aliases.get(language, ()))
    redirects = _mapping(entity.get("redirects"))
    return make_item(
        entity["id"],
        labels,
        [_text(alias["value"]) for alias in written],
        {name: _values(claims.get(name, ())) for name in ITEM_PROPERTIES},
        [redirects["from"]] if redirects else (),
    )


def _values(statements: Any) -> list[Value]:
    return [value for value in map(_value, statements) if value is not None]


def _value(statement: Mapping[str, Any]) -> Value | None:
    """Return the value of one statement; None for an unknown one, no value, or a type that is not read."""
    read = _READERS.get(_type(statement["mainsnak"]))
    if read is None:
        return None
    text, language = read(statement["mainsnak"]["datavalue"]["value"])
    qualifiers = _mapping(statement.get("qualifiers"))
    times = [moment.time for moment in _moments(qualifiers.get(POINT_IN_TIME, ()))]
    rank = _text(statement.get("rank", "normal"))
    return Value(_text(text), rank, _text(language), END in qualifiers, max(times, default=""))


def _text(value: Any) -> str:
    """Return a value that must be a text; raises TypeError."""
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _type(snak: Mapping[str, Any]) -> str:
    return snak["datavalue"]["type"] if snak.get("snaktype") == "value" else ""


def _read_point(value: Mapping[str, Any]) -> tuple[str, str]:
    """Return a point as RDF has it: WKT, longitude first, with the globe before it unless it is the Earth."""
    globe = value.get("globe") or _EARTH
    point = f"Point({value['longitude']} {value['latitude']})"
    return (point if globe == _EARTH else f"<{globe}> {point}"), ""


def _qid(value: Mapping[str, Any]) -> str:
    return value.get("id") or f"Q{value['numeric-id']}"


_READERS = {
    "string": lambda value: (value, ""),
    "wikibase-entityid": lambda value: (_qid(value), ""),
    "quantity": lambda value: (value["amount"], ""),
    "monolingualtext": lambda value: (value["text"], value["language"]),
    "globecoordinate": _read_point,
}
"""How the value of a statement is read, by its type: (text, language)."""


def _twinning(subject: str, statement: Mapping[str, Any], line: int) -> Twinning:
    qualifiers = _mapping(statement.get("qualifiers"))
    target, remarks = _target(statement["mainsnak"])
    if others := sorted({*qualifiers} - {*_TIMES}):
        remarks = (*remarks, f"further qualifiers: {', '.join(others)}")
    return make_twinning(
        statement_id(statement["id"]),
        subject,
        target,
        _text(statement["rank"]),
        {name: _moments(qualifiers.get(name, ())) for name in _TIMES},
        [_reference(_mapping(cited["snaks"])) for cited in statement.get("references", ())],
        remarks=remarks,
        line=line,
    )


def _target(snak: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Return the item that is listed, and what to remark when the value is unknown or none."""
    if snak["snaktype"] != "value":
        return "", NO_TARGET[snak["snaktype"]]
    target = _qid(snak["datavalue"]["value"])
    if not is_qid(target):
        raise ValueError(f"{target!r} is no item")
    return target, ()


def _moments(snaks: Any) -> list[Moment]:
    """Return the times of one qualifier; an unknown one is empty, `no value` says that there is none."""
    return [_moment(snak) for snak in snaks if snak["snaktype"] != "novalue"]


def _moment(snak: Mapping[str, Any]) -> Moment:
    if snak["snaktype"] != "value":
        return Moment("")
    value = snak["datavalue"]["value"]
    is_julian = value.get("calendarmodel") == _JULIAN
    is_day = value["precision"] >= 11
    written = _text(value["time"])
    time = to_gregorian(written) if is_julian and is_day else written
    return Moment(time, value["precision"], is_julian)


def _reference(snaks: Mapping[str, Any]) -> Reference:
    """Return one reference; of several values of a property the first."""
    known = {name: [snak["datavalue"]["value"] for snak in snaks[name] if _type(snak)] for name in snaks}
    retrieved = known.get(RETRIEVED, [])
    return Reference(
        url=_text(next(iter(known.get(REFERENCE_URL, ())), "")),
        stated_in=next(map(_qid, known.get(STATED_IN, ())), ""),
        retrieved=read_day(retrieved[0]["time"]) if retrieved else None,
    )

"""JSON as a table: a list of objects, or one object a line (NDJSON); each name in them is a column."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from graph.errors import TableError
from loaders.lists.files.layout import CellRow, Layout, Rows
from loaders.lists.files.text import NULL, read_text

_MEND = "Give a list of objects, or one object a line."
_DEEP = "its objects and lists are nested too deeply"
_TEXT_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|["[{}]|]', re.DOTALL)
_ENDS = {"[": "]", "{": "}"}


def read_json(path: Path, name: str, layout: Layout) -> Rows:
    """Yield the names of all columns in the order of their first use, then the rows of a file.

    An object within an object has columns such as "place.name"; values of a list stand in one cell with ``;``
    between. A line of NDJSON that is no object is a row that cannot be read, and so is an object that is too
    deep. Raises TableError for a list that is damaged: what follows the damage cannot be told.
    """
    text = read_text(path, name, layout.encodings)
    read = _read_list if text.lstrip().startswith("[") else _read_lines
    rows = list(read(text, name))
    columns = dict.fromkeys(column for _, cells, _ in rows for column in cells)
    if columns:
        yield CellRow(1, tuple(columns))
    for line, cells, fault in rows:
        if fault or any(cells.values()):
            yield CellRow(line, [cells.get(column, "") for column in columns], fault)


Found = Iterator[tuple[int, Mapping[str, str], str]]
"""The line of each object, its cells by column, or why it cannot be read."""


def _read_lines(text: str, name: str) -> Found:
    """Yield the objects of NDJSON."""
    decoder = _decoder()
    for line, written in enumerate(text.split("\n"), start=1):
        if not written.strip():
            continue
        try:
            value = decoder.decode(written)
        except RecursionError:
            yield line, {}, _DEEP
        except ValueError as exc:
            yield line, {}, f"it is no JSON ({exc})"
        else:
            yield line, *_read_object(value)


def _read_list(text: str, name: str) -> Found:
    """Yield the objects of a list, each with the line that it begins in."""
    decoder = _decoder()
    line, seen = 1, 0
    at = _skip_space(text, text.index("[") + 1)
    while not text.startswith("]", at):
        line, seen = line + text.count("\n", seen, at), at
        try:
            cells, fault, at = _read_item(decoder, text, at)
            yield line, cells, fault
            at = _skip_space(text, at)
            if text.startswith(",", at):
                at = _skip_space(text, at + 1)
            elif not text.startswith("]", at):
                raise ValueError("a comma or the end of the list is missing")
        except ValueError as exc:
            raise TableError(name, line, f"from here on it is no JSON ({exc})", _MEND) from exc
    if text[at + 1 :].strip():
        raise TableError(name, line, "something follows the end of the list", _MEND)


def _read_item(decoder: json.JSONDecoder, text: str, at: int) -> tuple[Mapping[str, str], str, int]:
    """Return the cells of the item of a list that begins here, or why there are none, and where it ends."""
    try:
        value, end = decoder.raw_decode(text, at)
    except RecursionError:
        return {}, _DEEP, _find_end(text, at)
    return *_read_object(value), end


def _find_end(text: str, at: int) -> int:
    """Return where an object or list that begins here ends, however deep; raises ValueError for nowhere."""
    awaited: list[str] = []
    for found in _TEXT_OR_BRACKET.finditer(text, at):
        mark = found[0]
        if mark in _ENDS:
            awaited.append(_ENDS[mark])
        elif mark == '"' or (mark in _ENDS.values() and awaited.pop() != mark):
            break
        if not awaited:
            return found.end()
    raise ValueError("a bracket or a text is never closed")


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


class _Twice:
    """Stands for an object that has one name twice: the list goes on behind it."""


class _Digits(str):
    """A whole number as it is written: Python reads none of 5,000 digits."""


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=_make_object, parse_int=_Digits)


def _make_object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any] | _Twice:
    found = dict(pairs)
    return found if len(found) == len(pairs) else _Twice()


def _read_object(value: Any) -> tuple[Mapping[str, str], str]:
    """Return the cells of an object, or why there are none."""
    if not isinstance(value, dict | _Twice):
        return {}, "it is no object"
    try:
        named = list(_flatten(value))
    except TypeError:
        return {}, "it is no JSON (an object has one name twice)"
    except RecursionError:
        return {}, _DEEP
    cells = dict(named)
    if len(cells) < len(named):
        return {}, "two of its values have one name"
    if any(_is_broken(cell) for cell in cells.values()):
        return {}, "it holds half a character, or a null character"
    return cells, ""


def _flatten(value: Mapping[str, Any] | _Twice, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield the cells of an object; raises TypeError where one has a name twice."""
    if isinstance(value, _Twice):
        raise TypeError
    for name, inner in value.items():
        if isinstance(inner, dict | _Twice):
            yield from _flatten(inner, f"{before}{name}.")
        else:
            yield before + name, _text(inner)


def _text(value: Any) -> str:
    """Return a value as a cell; raises TypeError where an object in it has a name twice."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(filter(None, map(_text, value)))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.strip() if isinstance(value, str) else _write(value)


def _write(value: Any) -> str:
    """Return a value as JSON, its whole numbers as they are written; raises TypeError as `_text` does."""
    if isinstance(value, _Digits):
        return value
    if isinstance(value, list):
        return f"[{', '.join(map(_write, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_write(name)}: {_write(inner)}' for name, inner in value.items())}}}"
    return json.dumps(value, ensure_ascii=False)


def _is_broken(cell: str) -> bool:
    return NULL in cell or any("\ud800" <= char <= "\udfff" for char in cell)

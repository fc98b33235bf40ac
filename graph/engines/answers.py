"""Bodies of an engine elsewhere as results, once it is proven that they are whole and what was asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pyoxigraph
from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Triple

from graph.engines.connection import Body
from graph.engines.triple_store import Form, Result
from graph.errors import EngineFailed, EngineTimeout, ResultCut

ACCEPT = {
    "select": "application/sparql-results+json",
    "ask": "application/sparql-results+json",
    "graph": "application/n-triples",
}
"""The one format that is asked for: others are written here, from its terms."""
_TAKEN = {
    "application/sparql-results+json": {"application/sparql-results+json", "application/json"},
    "application/n-triples": {"application/n-triples"},
}
_OK = 200
HIDDEN = "__kembar"
"""What the names of variables begin with that only the engine is to see."""
# https://docs.openlinksw.com/virtuoso/anytimequeries/: a result cut by time or by size has these headers.
_STATE, _MESSAGE = "X-SQL-State", "X-SQL-Message"
_TIMED_OUT = "S1TAT"
_VIRTUOSO_ASK = "__ASK_RETVAL"
_BOOLEAN = re.compile(
    rb'("datatype"\s*:\s*"http://www\.w3\.org/2001/XMLSchema#boolean"\s*,\s*"value"\s*:\s*)"([01])"'
)


class _Head(msgspec.Struct):
    vars: list[str] = []


class _Bindings(msgspec.Struct):
    bindings: list[msgspec.Raw]


class _Results(msgspec.Struct):
    head: _Head
    results: _Bindings | None = None
    boolean: bool | None = None


def read_answer(body: Body, form: Form, row_limit: int | None, datatypes: Mapping[str, str]) -> Result:
    """Return the result in an answer to a query of this form; `datatypes` are those with a stand-in.

    Raises EngineFailed for what is no whole result of this form, EngineTimeout when the engine says that its
    time was over, ResultCut when it has `row_limit` rows: then there may be more.
    """
    check_body(body, form)
    if form == "graph":
        return read_triples(body.content, datatypes)
    content = body.content
    for datatype, stand_in in datatypes.items():
        content = content.replace(f'"{stand_in}"'.encode(), f'"{datatype}"'.encode())
    return _read_results(content, form, row_limit)


def check_body(body: Body, form: Form) -> None:
    """Raise EngineFailed or EngineTimeout for an answer of another type, or one that is not whole."""
    check_type(body, ACCEPT[form])
    if form == "graph" and not body.is_marked:  # N-Triples say nothing of their own end
        raise EngineFailed("the answer of the engine has no length, so it may have been cut off")


def check_type(body: Body, media_type: str) -> None:
    """Raise EngineFailed or EngineTimeout for what is no answer of this type, or said to be a part of one."""
    if body.status != _OK:  # RFC 9110, section 15.3: 202 has no result, 206 and 226 a part
        raise EngineFailed(f"the engine answers {body.status}, which is no whole result")
    state = body.header(_STATE)
    if state == _TIMED_OUT:
        raise EngineTimeout
    if state:
        raise EngineFailed(f"the engine gives a part of the result only: {body.header(_MESSAGE) or state}")
    if body.media_type not in _TAKEN.get(media_type, {media_type}):
        named = f"{body.media_type or 'no type'}, not {media_type}"
        raise EngineFailed(f"the engine answers with {named}: {body.words}")


def _read_results(content: bytes, form: Form, row_limit: int | None) -> QuerySolutions | QueryBoolean:
    try:
        found = msgspec.json.decode(content, type=_Results)
    except (msgspec.MsgspecError, RecursionError) as exc:
        raise EngineFailed(f"the answer of the engine is no whole result ({exc})") from exc
    if form == "ask":
        content = json.dumps({"head": {}, "boolean": _boolean_of(found)}).encode()
    elif found.results is None:
        raise EngineFailed("the engine answers a SELECT with no table")
    elif row_limit is not None and len(found.results.bindings) >= row_limit:
        raise ResultCut(row_limit)
    elif any(name.startswith(HIDDEN) for name in found.head.vars):
        content = _hide(content)
    return pyoxigraph.parse_query_results(_BOOLEAN.sub(_write_boolean, content), QueryResultsFormat.JSON)


def _boolean_of(found: _Results) -> bool:
    """Return a yes or no; Virtuoso gives a table with the number 1 or without a row."""
    if found.boolean is not None:
        return found.boolean
    if found.results is None or found.head.vars != [_VIRTUOSO_ASK]:
        raise EngineFailed("the engine answers an ASK with no boolean")
    return bool(found.results.bindings)


def _write_boolean(found: re.Match[bytes]) -> bytes:
    """Return a boolean in its canonical form (https://www.w3.org/TR/xmlschema-2/#boolean)."""
    return found[1] + (b'"true"' if found[2] == b"1" else b'"false"')


def _hide(content: bytes) -> bytes:
    """Return a result without the variables that only the engine is to see."""
    result: dict[str, Any] = json.loads(content)
    result["head"]["vars"] = [name for name in result["head"]["vars"] if not name.startswith(HIDDEN)]
    for row in result["results"]["bindings"]:
        for name in [name for name in row if name.startswith(HIDDEN)]:
            del row[name]
    return json.dumps(result).encode()


def read_triples(content: bytes, datatypes: Mapping[str, str]) -> Iterator[Triple]:
    """Yield the triples of N-Triples, with the datatypes that they had before."""
    for datatype, stand_in in datatypes.items():
        content = content.replace(f'"^^<{stand_in}>'.encode(), f'"^^<{datatype}>'.encode())
    try:
        for quad in pyoxigraph.parse(content, RdfFormat.N_TRIPLES, lenient=True):
            yield quad.triple
    except SyntaxError as exc:
        raise EngineFailed(f"the answer of the engine is no whole graph ({exc})") from exc

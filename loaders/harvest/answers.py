"""What SPARQL endpoints answer: results as JSON, proven to be whole, and the errors of QLever."""

from __future__ import annotations

import msgspec

Binding = dict[str, dict[str, str]]
"""One result: by variable, what it is bound to (``value``, ``type``, ``xml:lang``, ``datatype``)."""


class _Results(msgspec.Struct, frozen=True):
    bindings: list[Binding]


class _Meta(msgspec.Struct, frozen=True):
    size: int | None = msgspec.field(default=None, name="result-size-total")


class _Answer(msgspec.Struct, frozen=True):
    """What is read of an answer, https://www.w3.org/TR/sparql11-results-json/; `meta` is of QLever."""

    results: _Results
    meta: _Meta | None = None


class _Error(msgspec.Struct, frozen=True):
    """What is read of an error of QLever: its `status` is ``ERROR`` whatever went wrong."""

    exception: str


def read_bindings(body: bytes) -> list[Binding]:
    """Return the results of a SELECT query.

    Raises ValueError unless the answer is one whole JSON document with all of them. The Wikidata Query
    Service that runs out of time in the middle ends a 200 with a Java stack trace, QLever with words of its
    own. QLever says how many results there are: fewer are not all.
    """
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except RecursionError as exc:
        raise ValueError("it is nested too deeply") from exc
    bindings, meta = answer.results.bindings, answer.meta
    if meta and meta.size not in (None, len(bindings)):
        raise ValueError(f"it has {len(bindings)} of {meta.size} results")
    return bindings


def is_whole(body: bytes) -> bool:
    """Return whether an answer is one that `read_bindings` reads."""
    try:
        read_bindings(body)
    except ValueError:
        return False
    return True


def read_exception(body: bytes) -> str:
    """Return what an error of QLever says, an empty text for anything else."""
    try:
        return msgspec.json.decode(body, type=_Error).exception
    except (ValueError, RecursionError):
        return ""

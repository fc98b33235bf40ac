"""What may be asked here, decided on tokens: a word inside a string, an IRI or a comment decides nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from endpoint.tokens import Kind, Token, is_doubtful, locate, tokenize
from graph.errors import QueryRefused, QuerySyntaxError

DEFAULT_LIMIT = 64 * 1024

_UPDATES = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
)  # https://www.w3.org/TR/sparql11-update/
_VOLATILE = frozenset({"RAND", "UUID", "STRUUID", "NOW", "BNODE"})
_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.\-]*:[^<>"{}|^`\\\x00-\x20]*')
_BEFORE_A_GRAPH_NAME = frozenset({"GRAPH", "FROM", "NAMED", "DESCRIBE"})


class QueryKind(StrEnum):
    """What comes back: rows, a yes or no, or triples (CONSTRUCT and DESCRIBE)."""

    SELECT = "select"
    ASK = "ask"
    GRAPH = "graph"


_FORMS = {
    "SELECT": QueryKind.SELECT,
    "ASK": QueryKind.ASK,
    "CONSTRUCT": QueryKind.GRAPH,
    "DESCRIBE": QueryKind.GRAPH,
}


class QueryTooLong(QueryRefused):
    """The text of the query is over the limit."""

    def __init__(self, length: int, limit: int) -> None:
        """Carry the length and the limit in bytes."""
        self.length, self.limit = length, limit
        super().__init__(
            f"the query has {length} bytes, more than the {limit} that are read here",
            "Split it, or put long lists of values into several queries",
        )


@dataclass(frozen=True)
class Reading:
    """What the tokens tell.

    ``own_dataset``: it has a FROM clause, so the default graph is not the union of all graphs.
    ``stable``: the same release gives the same bytes; not so with RAND(), NOW() or new blank nodes.
    """

    kind: QueryKind
    own_dataset: bool
    stable: bool


def inspect(query: str) -> QueryKind:
    """Return the kind of a query that may be run. Raises what ``read`` raises."""
    return read(query).kind


def is_iri(text: str) -> bool:
    """Return whether a text from outside is an absolute IRI, as the engine would take it between < and >."""
    return _IRI.fullmatch(text) is not None


@lru_cache(maxsize=512)
def read(query: str, limit: int = DEFAULT_LIMIT) -> Reading:
    """Return what kind of query this is and how it may be treated.

    Raises QueryTooLong (``limit`` is in bytes), QueryRefused for updates and SERVICE, QuerySyntaxError for
    a text that is no query at all. That it raises nothing does not make the text SPARQL: the engine decides.
    """
    try:
        length = len(query.encode())
    except UnicodeEncodeError as exc:
        raise QuerySyntaxError("half of a surrogate pair is no character", *locate(query, exc.start)) from exc
    if length > limit:
        raise QueryTooLong(length, limit)
    tokens = list(tokenize(query))
    kind = _form(query, tokens)
    _refuse_service(query, tokens)
    words = {token.text.upper() for token in tokens if token.kind is Kind.WORD}
    made_nodes = kind is QueryKind.GRAPH and any(t.kind is Kind.BLANK or t.text == "[" for t in tokens)
    return Reading(
        kind,
        any(t.depth == 0 and t.kind is Kind.WORD and t.text.upper().startswith("FROM") for t in tokens),
        not made_nodes and words.isdisjoint(_VOLATILE),
    )


def _form(query: str, tokens: Sequence[Token]) -> QueryKind:
    """Return the form by the first word after BASE, PREFIX and VERSION."""
    place = 0
    skip = {"BASE": 2, "PREFIX": 3, "VERSION": 2}
    while place < len(tokens) and tokens[place].text.upper() in skip:
        place += skip[tokens[place].text.upper()]
    if place >= len(tokens):
        raise QuerySyntaxError("there is no query: it needs SELECT, ASK, CONSTRUCT or DESCRIBE")
    first = tokens[place]
    word = first.text.upper()
    if first.kind is Kind.WORD and word in _UPDATES:
        raise QueryRefused(f"{word} changes data, and this endpoint only answers queries", _ADVICE)
    if first.kind is not Kind.WORD or word not in _FORMS:
        raise QuerySyntaxError(
            f"a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, not with {first.text[:40]}",
            *locate(query, first.start),
        )
    return _FORMS[word]


_ADVICE = "Download the release and change your own copy"


def _refuse_service(query: str, tokens: Sequence[Token]) -> None:
    """Refuse SERVICE wherever the engine could read that keyword.

    It needs no space around keywords: ``1SERVICE``, ``SERVICESILENT`` and ``SERVICE:x{`` all call out.
    """
    if "service" not in query.lower():
        return
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        if _calls_out(before, token, after):
            line, column = locate(query, token.start)
            raise QueryRefused(
                f"SERVICE (line {line}, column {column}) asks another server, which is closed here",
                "Ask the other endpoint yourself, or download the release and join there",
            )
        if is_doubtful(token):
            line, column = locate(query, token.start)
            raise QueryRefused(
                f"{token.text} (line {line}, column {column}) may hide a SERVICE",
                "Put a space after each keyword, and give prefixes other names than those of keywords",
            )


def _calls_out(before: Token | None, token: Token, after: Token | None) -> bool:
    text = token.text.upper()
    if token.kind is Kind.WORD:
        return "SERVICE" in text
    if token.kind is not Kind.NAME or "SERVICE" not in text.split(":")[0]:
        return False
    names_a_graph = before is not None and before.text.upper() in _BEFORE_A_GRAPH_NAME
    return token.depth > 0 and not names_a_graph and after is not None and after.text == "{"

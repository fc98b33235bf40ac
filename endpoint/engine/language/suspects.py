"""Whether a query may have to be written anew, told from its tokens: reading it whole costs more.

What is not told here is left as it is, so this says yes too often rather than too seldom.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from endpoint.engine.language.grouping import AGGREGATES, has_ungrouped, split_braces
from endpoint.engine.language.tokens import MARK, WORD, Kind, Token

_BEFORE_CONDITIONS = frozenset({"(", ",", "!", "=", "!=", "<", ">", "<=", ">=", "&&", "||"})
_BEFORE_COLUMNS = frozenset({"SELECT", "DISTINCT", "REDUCED", "DESCRIBE", "("})
_GROUPING = AGGREGATES | {"GROUP"}
_HAVE_MORE = frozenset({"GRAPH", "MINUS", "MAX"})
_INSIDE = (("BIND", "OPTIONAL"), ("SELECT", "EXISTS"))


def may_have_paths(tokens: Sequence[Token]) -> bool:
    """Return whether a ``|``, ``?``, ``*`` or ``!`` may be one of a path."""
    return any(
        token.kind is MARK
        and (
            token.text in ("|", "?")
            or (token.text == "*" and before.text.upper() not in _BEFORE_COLUMNS)
            or (token.text == "!" and before.text not in _BEFORE_CONDITIONS)
        )
        for before, token in pairwise(tokens)
    )


def has_more(tokens: Sequence[Token]) -> bool:
    """Return whether there may be a ``*`` for columns, but COUNT(*), or what GRAPH, MINUS, groups are about.

    Or BIND in OPTIONAL, a subselect in EXISTS. ``(!`` begins a path too, where a name follows.
    """
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if token.text == "*" and before.text != "(":
            return True
        if token.text == "!" and (after.kind in (Kind.IRI, Kind.NAME) or after.text in ("a", "^", "(")):
            return True
    words = [token.text.upper() for token in tokens if token.kind is WORD]
    if not _HAVE_MORE.isdisjoint(words) or words.count("FROM") > 1:
        return True
    for word, around in _INSIDE:
        if word in words and around in words and _stands_inside(tokens, word, around):
            return True
    return not _GROUPING.isdisjoint(words) and any(map(has_ungrouped, split_braces(tokens)))


def _stands_inside(tokens: Sequence[Token], word: str, around: str) -> bool:
    """Return whether a keyword stands in the group after another one, however deep."""
    inside = [False]
    for before, token in pairwise(tokens):
        if token.kind is MARK and token.text == "{":
            inside.append(inside[-1] or before.text.upper() == around)
        elif token.kind is MARK and token.text == "}":
            del inside[max(1, len(inside) - 1) :]
        elif inside[-1] and token.text.upper() == word:
            return True
    return False

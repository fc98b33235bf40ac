"""Whether a query has a path that may go on: ``p*``, ``p+`` or ``p?``, which some engines get wrong."""

from __future__ import annotations

from collections.abc import Sequence

from endpoint.engine.language.tokens import MARK, WORD, Kind, Token

_MARKS = frozenset("*+?")
_IN_A_PATH = frozenset("/|^!*+?()")


def has_closure(tokens: Sequence[Token]) -> bool:
    """Return whether there is such a path; a product of numbers in brackets is none.

    https://www.w3.org/TR/sparql11-query/#rPathMod
    """
    return any(
        token.kind is MARK and token.text in _MARKS and place and _ends_path(tokens, place - 1)
        for place, token in enumerate(tokens)
    )


def _ends_path(tokens: Sequence[Token], place: int) -> bool:
    """Return whether the token at a place is a step of a path, or closes brackets that hold nothing else."""
    if tokens[place].text != ")":
        return _is_step(tokens[place])
    opened = 0
    for token in reversed(tokens[: place + 1]):
        if not _is_step(token) and not (token.kind is MARK and token.text in _IN_A_PATH):
            return False
        opened += (token.text == ")") - (token.text == "(")
        if not opened:
            return True
    return False


def _is_step(token: Token) -> bool:
    return token.kind in (Kind.IRI, Kind.NAME) or (token.kind is WORD and token.text == "a")

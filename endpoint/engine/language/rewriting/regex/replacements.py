r"""The third argument of REPLACE, which the engine reads otherwise than XPath, which SPARQL names.

https://www.w3.org/TR/xpath-functions/#func-replace: ``$1`` is the first group, whatever stands after it, and
a backslash stands before a ``$`` or a backslash that mean themselves. The engine takes ``$1_`` for a group of
this name, which is empty, a backslash for itself, and ``$$`` for a dollar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from endpoint.engine.language.rewriting.cursor import end_of
from endpoint.engine.language.rewriting.edits import Edit
from endpoint.engine.language.rewriting.regex.patterns import list_calls, spell_out
from endpoint.engine.language.tokens import Kind, Token

_PIECES = re.compile(r"\\\\(?:\\\\|\$)?|\\.|\$\d*", re.DOTALL)
_GROUPS = re.compile(r"\\\\(?:\\.|.)|\[(?:\\\\.|[^\]])*\]|(?P<group>\((?!\?))", re.DOTALL)
_MEANS_MORE = re.compile(r"\$\d*|\\\\")
_UNLIKE = re.compile(r"\\\\|\$(?!\d)|\$\d\w")
_NOTHING = (
    r"{} in what REPLACE puts in means nothing (regular-expressions on /limits): $1 to $9 are the groups, "
    r"and a $ or a backslash that mean themselves have a backslash before them, as in '\\$'"
)
_UNWRITTEN = (
    "what REPLACE puts in has {} in it and is not written out, so that it cannot be read as XPath does "
    "(regular-expressions on /limits); write what it puts in as one text, and the pattern too"
)


class NoReplacement(Exception):
    """The engine cannot be asked for what REPLACE should put in; says why."""


def write_replacements(tokens: Sequence[Token]) -> Iterator[Edit]:
    """Yield the edits of texts that REPLACE puts in, so that the engine reads them as XPath does.

    Raises NoReplacement.
    """
    calls = list(list_calls(tokens))
    patterns = {token.start for call in calls for token in call.pattern}
    for call in calls:
        if [token.kind for token in call.replacement if token.kind is not Kind.LANGUAGE] == [Kind.STRING]:
            token = call.replacement[0]
            text = _write(token.text, _count_groups(call.pattern))
            if text != token.text:
                yield Edit(token.start, end_of(token), text)
            continue
        is_open = any(token.kind is Kind.VARIABLE for token in call.replacement)
        for token in tokens if is_open else call.replacement:
            is_piece = token.kind is Kind.STRING and token.start not in patterns
            if is_piece and (found := _MEANS_MORE.search(spell_out(token.text))):
                raise NoReplacement(_UNWRITTEN.format(found[0]))


def _write(text: str, groups: int | None) -> str:
    """Return a text as the engine must read it; one that both read alike stays as it is."""
    told = spell_out(text)
    if not _UNLIKE.search(told):
        return text
    return _PIECES.sub(lambda found: _write_piece(found[0], groups), told)


def _write_piece(piece: str, groups: int | None) -> str:
    r"""Return a piece of a text in its quotes, where ``\\`` is one backslash."""
    if piece in ("\\\\", "$"):
        raise NoReplacement(_NOTHING.format("a backslash" if piece != "$" else "a $"))
    if piece.startswith("\\"):
        return {r"\\\\": r"\\", r"\\$": "$$"}.get(piece, piece)
    digits = piece[1:]
    if len(digits) > 1 and groups is None:
        raise NoReplacement(_UNWRITTEN.format(piece))
    number = len(digits)
    while number > 1 and int(digits[:number]) > (groups or 0):
        number -= 1
    return f"${{{digits[:number]}}}{digits[number:]}"


def _count_groups(pattern: Sequence[Token]) -> int | None:
    """Return how many groups a pattern has, None for one that is not written out."""
    if [token.kind for token in pattern] != [Kind.STRING]:
        return None
    return sum(found["group"] is not None for found in _GROUPS.finditer(spell_out(pattern[0].text)))

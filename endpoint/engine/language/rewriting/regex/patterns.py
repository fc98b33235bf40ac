r"""Regular expressions that the engine reads otherwise than XPath, which SPARQL names, or not at all.

https://www.w3.org/TR/xpath-functions/#regex-syntax: back-references, names of XML (``\i``, ``\c``), blocks of
Unicode, and a class less another one; in classes of the engine ``&&``, ``--`` and ``~~`` are operators.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from endpoint.engine.language.tokens import WORD, Kind, Token

_FUNCTIONS = frozenset({"REGEX", "REPLACE"})
_PIECES = re.compile(r"\\p\{Is|\\.|-\[|&&|--|~~|\[\^?\]?|\]", re.IGNORECASE | re.DOTALL)
_WITHOUT_VALUE = re.compile(r"\\[1-9icIC]|\\p\{Is", re.IGNORECASE)
_ESCAPES = re.compile(r"\\(.)", re.DOTALL)
_OPERATORS = frozenset({"-[", "&&", "--", "~~"})


def find_unread(tokens: Sequence[Token]) -> str:
    """Return the piece of a pattern of REGEX or REPLACE that the engine cannot be asked, nothing without one.

    A pattern that is not written out may be any text of the query.
    """
    patterns = list(_list_patterns(tokens))
    if any(token.kind is Kind.VARIABLE for token in patterns):
        patterns = list(tokens)
    for token in patterns:
        if token.kind is Kind.STRING and (found := _find_in(_read_string(token.text))):
            return found
    return ""


def _list_patterns(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens of the second argument of each call."""
    for place, token in enumerate(tokens):
        if token.kind is not WORD or token.text.upper() not in _FUNCTIONS:
            continue
        depth, arguments, following = 0, 0, place + 1
        while following < len(tokens) and arguments < 2:
            inner = tokens[following]
            depth += (inner.text == "(") - (inner.text == ")")
            if depth < 1:
                break
            if depth == 1 and inner.text == ",":
                arguments += 1
            elif arguments == 1:
                yield inner
            following += 1


def _read_string(text: str) -> str:
    """Return what a string says, as far as it matters here: its line feeds become letters."""
    quotes = 3 if text[:3] in ('"""', "'''") else 1
    return _ESCAPES.sub(r"\1", text[quotes:-quotes])


def _find_in(pattern: str) -> str:
    is_class = False
    for found in _PIECES.finditer(pattern):
        piece = found[0]
        if _WITHOUT_VALUE.fullmatch(piece) or (is_class and piece in _OPERATORS):
            return piece
        if piece.startswith(("[", "-[")):
            is_class = True
        elif piece == "]":
            is_class = False
    return ""

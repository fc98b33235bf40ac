r"""Regular expressions that the engine reads otherwise than XPath, which SPARQL names, or not at all.

https://www.w3.org/TR/xpath-functions/#regex-syntax: back-references, names of XML (``\i``, ``\c``), blocks of
Unicode, and a class less another one; in classes of the engine ``&&``, ``--`` and ``~~`` are operators. With
the flag x it takes ``#`` for the begin of a comment, and leaves spaces in classes out too.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from endpoint.engine.language.tokens import WORD, Kind, Token

_FUNCTIONS = frozenset({"REGEX", "REPLACE"})
_PIECES = re.compile(r"\\p\{Is|\\.|-\[|&&|--|~~|\[\^?\]?|\]", re.IGNORECASE | re.DOTALL)
_WITHOUT_VALUE = re.compile(r"\\[1-9icIC]|\\p\{Is", re.IGNORECASE)
_ESCAPES = re.compile(r"\\(.)", re.DOTALL)
_CHARACTERS = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|.)", re.DOTALL)
_ESCAPED = {"\\": r"\\", '"': r"\"", "'": r"\'", "\n": r"\n", "\r": r"\r"}
_SPACED = re.compile(r"#|\[[^\]]*[ \t\r]")
_OPERATORS = frozenset({"-[", "&&", "--", "~~"})


class Call(NamedTuple):
    """A call of REGEX or REPLACE: the tokens of its arguments after the first; those left out have none."""

    pattern: list[Token]
    replacement: list[Token]
    flags: list[Token]


def list_calls(tokens: Sequence[Token]) -> Iterator[Call]:
    """Yield each call of REGEX and REPLACE."""
    for place, token in enumerate(tokens):
        if token.kind is WORD and (name := token.text.upper()) in _FUNCTIONS:
            _, pattern, second, third = (*_list_arguments(tokens, place + 1), *[list[Token]()] * 3)[:4]
            yield Call(pattern, second, third) if name == "REPLACE" else Call(pattern, [], second)


def _list_arguments(tokens: Sequence[Token], opening: int) -> list[list[Token]]:
    depth, arguments = 0, [list[Token]()]
    for place in range(opening, len(tokens)):
        token = tokens[place]
        depth += (token.text == "(") - (token.text == ")")
        if depth < 1:
            break
        if depth == 1 and token.text == ",":
            arguments.append([])
        elif place > opening:
            arguments[-1].append(token)
    return arguments


def find_unread(tokens: Sequence[Token]) -> str:
    """Return the piece of a pattern of REGEX or REPLACE that the engine cannot be asked, nothing without one.

    A pattern that is not written out may be any text of the query.
    """
    calls = list(list_calls(tokens))
    patterns = [token for call in calls for token in call.pattern]
    if any(token.kind is Kind.VARIABLE for token in patterns):
        patterns = list(tokens)
    for text in _read_strings(patterns):
        if found := _find_in(text):
            return found
    for call in calls:
        is_spaced = any("x" in spell_out(token.text) for token in call.flags)
        for text in _read_strings(call.pattern if is_spaced else []):
            if space := _SPACED.search(text):
                return f"{space[0]} with the flag x"
    return ""


def _read_strings(tokens: Sequence[Token]) -> Iterator[str]:
    return (_read_string(token.text) for token in tokens if token.kind is Kind.STRING)


def _read_string(text: str) -> str:
    """Return what a string says, as far as it matters here: its line feeds become letters."""
    quotes = 3 if text[:3] in ('"""', "'''") else 1
    return _ESCAPES.sub(r"\1", spell_out(text)[quotes:-quotes])


def spell_out(text: str) -> str:
    r"""Return a string in its quotes with the characters that it has by number: ``\u0024`` is a dollar."""
    return _CHARACTERS.sub(_write_character, text) if r"\u" in text.lower() else text


def _write_character(escape: re.Match[str]) -> str:
    number = int(escape[1] or escape[2] or "0", 16)
    if not number or 0xD800 <= number <= 0xDFFF or number > sys.maxunicode:
        return escape[0]
    return _ESCAPED.get(chr(number), chr(number))


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

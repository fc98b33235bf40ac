"""SPARQL text as tokens: enough of its grammar to know a keyword from what only looks like one.

The one hard point is ``<``: ``?a<?b)#>`` opens an IRI in a pattern and is "less than" in an expression. The
engine has no separate lexer and decides by where it stands, so this one keeps the same account of brackets
and clauses.
Productions are those of https://www.w3.org/TR/sparql11-query/#sparqlGrammar.
"""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from typing import NamedTuple

from graph.errors import QuerySyntaxError, QueryTooComplex


class Kind(StrEnum):
    """What a token is; the names are those of the groups in the expression below."""

    SPACE = "space"
    STRING = "string"
    IRI = "iri"
    VARIABLE = "variable"
    BLANK = "blank"
    NAME = "name"
    NUMBER = "number"
    LANGUAGE = "language"
    WORD = "word"
    MARK = "mark"


IRI, LANGUAGE, MARK, NAME, WORD = Kind.IRI, Kind.LANGUAGE, Kind.MARK, Kind.NAME, Kind.WORD
"""Looked up once: each look-up of an enum's member takes ten times as long as that of a name."""


class Token(NamedTuple):
    """A token, its text, where it starts, and how many brackets are open before it."""

    kind: Kind
    text: str
    start: int
    depth: int


_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = _BASE + "_0-9\u00b7\u0300-\u036f\u203f-\u2040"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
# Bounded, or a long text of "a.a.a" would be tried anew at every letter.
_PREFIX = rf"[{_BASE}](?:[{_NAME}.\-]{{0,63}}[{_NAME}\-])?"
_LOCAL = rf"(?:[{_BASE}_0-9:]|{_PLX})(?:(?:[{_NAME}\-.:]|{_PLX})*(?:[{_NAME}\-:]|{_PLX}))?"
_ESCAPE = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_IRI = rf'<(?:[^<>"{{}}|^`\\\x00-\x20]|{_ESCAPE})*>'
_BLANK = r"(?:[\ \t\r\n]++|\#[^\r\n]*+)*+"
_SPACE = re.compile(_BLANK)
_TOKEN = re.compile(
    rf"""
    {_BLANK}
  (?:(?P<string>\"\"\"(?:(?:\"|\"\")?(?:[^"\\]|\\.))*\"\"\"|'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''
      |"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
  | (?P<iri>{_IRI})
  | (?P<variable>[?$][{_BASE}_0-9][{_BASE}_0-9\u00b7\u0300-\u036f\u203f-\u2040]*)
  | (?P<blank>_:[{_BASE}_0-9](?:[{_NAME}.\-]*[{_NAME}\-])?)
  | (?P<name>(?:{_PREFIX})?:(?:{_LOCAL})?)
  | (?P<number>(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)[eE][+-]?[0-9]+|[0-9]*+\.[0-9]+|[0-9]+)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[A-Za-z]+)?)
  | (?P<word>[A-Za-z][A-Za-z0-9_]*)
  | (?P<mark><<|>>|\^\^|&&|\|\||[<>!]=|\{{\||\|\}}|[{{}}()\[\].,;*/|^!?+\-=<>&~$@]))
    """,
    re.VERBOSE | re.DOTALL,
)
_KINDS: dict[int | None, Kind] = {number: Kind(name) for name, number in _TOKEN.groupindex.items()}
_TOO_MANY, _SHORTEN = "has too many words and marks", "Split it, or download the release and join there"
_TRUTHS = frozenset({"TRUE", "FALSE"})
_OPENING = frozenset({"(", "[", "{", "<<"})
_OPENED_BY = {")": "(e", "}": "{", "]": "[", ">>": "q"}
_CLAUSES = {
    **dict.fromkeys(("SELECT", "GROUP", "ORDER", "HAVING"), "many"),
    **dict.fromkeys(("FILTER", "BIND"), "one"),
    **dict.fromkeys(("WHERE", "FROM", "VALUES", "LIMIT", "OFFSET"), ""),
}
"""How many parentheses after the word hold expressions."""


def tokenize(text: str, most: int = sys.maxsize) -> list[Token]:
    """Return the tokens of a query, without white space and comments.

    Raises QuerySyntaxError where no token of SPARQL can begin, such as in a string that is never closed,
    and QueryTooComplex at once where there are more than ``most``.
    """
    tokens: list[Token] = []
    state = _State()
    opened, match, position = state.open, _TOKEN.match, 0
    new, append = tuple.__new__, tokens.append
    while (found := match(text, position)) is not None:
        group = found.lastindex or 0
        kind, word = _KINDS[group], found[group]
        start, position = found.span(group)
        if len(tokens) == most:
            raise QueryTooComplex("query-tokens", _TOO_MANY, most + 1, most, locate(text, start), _SHORTEN)
        if word[0] == "<" and word != "<=" and state.expects_operator():
            kind, word, position = MARK, "<", start + 1
        append(new(Token, (kind, word, start, len(opened))))
        if kind is MARK or kind is WORD:
            state.pass_over(kind, word)
        else:
            state.after_operand = True
    blank = _SPACE.match(text, position)
    end = blank.end() if blank else position
    if end < len(text):
        raise QuerySyntaxError(_no_token(text[end]), *locate(text, end))
    return tokens


def locate(text: str, position: int) -> tuple[int, int]:
    """Return the line and column of a position, both from 1."""
    before = text[:position]
    return before.count("\n") + 1, position - before.rfind("\n")


def _no_token(character: str) -> str:
    if character in "\"'":
        return f"a text that begins here with {character} is not closed"
    if character in "‘’“”„«»":
        return f"{character} is no quotation mark of SPARQL; write ' or \""
    return f"the character {character!r} cannot stand here"


def is_doubtful(token: Token) -> bool:
    """Return whether the engine might read a clause keyword here that stands glued to its neighbour.

    It accepts ``trueFILTER(`` and ``FILTER:f(``; then the account of expressions kept here is not sure.
    """
    text = token.text.upper()
    if token.kind is Kind.NAME:
        return text.split(":")[0].endswith(("FILTER", "HAVING"))
    glued = text not in _CLAUSES and text != "GROUP_CONCAT" and any(clause in text for clause in _CLAUSES)
    return token.kind is Kind.WORD and glued


class _State:
    """Which brackets are open: "{", "[", "e" and "(" (parentheses with or without expressions), "q" (<<)."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.clauses = [""]
        self.after_operand = False

    def expects_operator(self) -> bool:
        return self.after_operand and self.open[-1:] == ["e"]

    def pass_over(self, kind: Kind, word: str) -> None:
        self.after_operand = True
        if kind is WORD:
            word = word.upper()
            self.after_operand = word in _TRUTHS
            self.clauses[-1] = _CLAUSES.get(word, self.clauses[-1])
        elif kind is MARK:
            self.after_operand = word in _OPENED_BY
            if self.after_operand:
                self._leave(word)
            elif word in _OPENING:
                self._enter(word)

    def _enter(self, mark: str) -> None:
        around = self.open[-1] if self.open else "{"
        if mark == "<<":
            self.open.append("q")
        elif mark == "(":
            inside = around == "e" or (around not in "(q" and self.clauses[-1] != "")
            self.open.append("e" if inside else "(")
        else:
            self.clauses[-1] = ""
            self.open.append(mark)
            self.clauses.append("")

    def _leave(self, mark: str) -> None:
        if not self.open or self.open[-1] not in _OPENED_BY[mark]:
            return
        inner = self.open.pop()
        if mark in "}]":
            self.clauses.pop()
        elif inner == "e" and self.open[-1:] != ["e"] and self.clauses[-1] == "one":
            self.clauses[-1] = ""

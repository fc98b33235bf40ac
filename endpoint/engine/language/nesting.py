"""How deep and how long a query is by its tokens, so that what the engine cannot bear is refused beforehand.

The parser and the evaluator recurse along brackets, operators and clauses, and a process ends when its stack
does; the planner takes the cube of the number of patterns that must be joined (100: a second, 200: ten).
Every number here is an upper bound, and any text has it, also one that is no query.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from endpoint.engine.language.tokens import MARK, WORD, Kind, Token

_OPENS = {"(": "(", "[": "[", "{": "{", "{|": "[", "<<": "["}
_CLOSES = {")": "(", "]": "[", "}": "{", "|}": "[", ">>": "["}
_ENDS = frozenset(".;,")
_OPERATORS = frozenset({*"/|+-*^!=<>?", "||", "&&", "!=", "<=", ">=", "NOT", "IN"})
_CLAUSES = frozenset({"UNION", "OPTIONAL", "MINUS", "FILTER", "GRAPH", "LATERAL", "VALUES", "HAVING"})
_NOT_JOINED = frozenset({"UNION", "OPTIONAL", "MINUS", "EXISTS", "LATERAL", "CONSTRUCT"})
_GEOMETRY = re.compile("COLLECTION", re.IGNORECASE)
_PARENTHESES = re.compile("[()]")


class Peak(NamedTuple):
    """The greatest value of something, and where in the text it is reached."""

    value: int = 0
    start: int = 0


@dataclass(frozen=True)
class Shape:
    """The most brackets that are open, links that hang on one another, and patterns that are joined."""

    depth: Peak
    chain: Peak
    patterns: Peak


FLAT = Shape(Peak(), Peak(), Peak())
"""The shape of no text at all."""


class _Group:
    """One open bracket: its clauses, and the operators of the expression or path under way."""

    __slots__ = ("before", "home", "kind", "operators", "patterns", "template")

    def __init__(self, kind: str, before: int, template: bool, around: _Group | None = None) -> None:
        self.kind, self.before, self.template = kind, before, template
        self.operators = self.patterns = 0
        self.home: _Group = around.home if around and kind == "[" else self


class _Measure:
    """``length`` is how many links the place just passed hangs on; a group gives back what it added."""

    def __init__(self) -> None:
        self.groups = [_Group("", 0, True)]
        self.length = 0
        self.depth = self.chain = self.patterns = Peak()

    def pass_over(self, word: str, text: str, start: int) -> None:
        """Count a mark or keyword; ``word`` is the one before it."""
        if text in _OPENS:
            self._open(_OPENS[text], word, start)
        elif text in _CLOSES:
            self._close(_CLOSES[text])
        elif text in _ENDS:
            self._end_operators()
            self._join(start)
        elif text in _OPERATORS:
            self.groups[-1].operators += 1
            self.length += 1
            if text == "/":
                self._join(start)
        elif text in _CLAUSES:
            self._end_operators()
            self.length += 1
        elif text == "AS":
            self._name_value()
        if self.length > self.chain.value:
            self.chain = Peak(self.length, start)

    def _open(self, kind: str, word: str, start: int) -> None:
        if kind == "{" and self.groups[-1].kind == "{":
            self.length += 1
            if word not in _NOT_JOINED:
                self._join(start)
        self.groups.append(_Group(kind, self.length, word == "CONSTRUCT", self.groups[-1]))
        self.length += 1
        if len(self.groups) - 1 > self.depth.value:
            self.depth = Peak(len(self.groups) - 1, start)

    def _close(self, kind: str) -> None:
        if self.groups[-1].kind == kind:
            self.length = self.groups.pop().before

    def _end_operators(self) -> None:
        group = self.groups[-1]
        self.length -= group.operators
        group.operators = 0

    def _name_value(self) -> None:
        """Count ``(... AS ?x)`` as a clause of what is around the parentheses."""
        self.groups[-1].before += 1
        self.length += 1

    def _join(self, start: int) -> None:
        """Count one more pattern for the innermost group in braces; in parentheses there are none."""
        group = self.groups[-1].home
        if group.kind == "{" and not group.template:
            group.patterns += 1
            if group.patterns >= self.patterns.value:
                self.patterns = Peak(group.patterns + 1, start)


def measure(tokens: Iterable[Token]) -> Shape:
    """Return the shape of a text; in a text that may be a geometry, parentheses count as brackets."""
    state, before = _Measure(), ""
    for kind, text, start, _ in tokens:
        if kind is MARK:
            state.pass_over(before, text, start)
            before = text
        elif kind is WORD:
            word = text.upper()
            state.pass_over(before, word, start)
            before = word
        else:
            before = ""
            if kind is Kind.STRING and _GEOMETRY.search(text):
                state.depth = max(state.depth, Peak(_depth_inside(text), start), key=_value)
    return Shape(state.depth, state.chain, state.patterns)


def _depth_inside(text: str) -> int:
    depth = deepest = 0
    for mark in _PARENTHESES.findall(text):
        depth += 1 if mark == "(" else -1
        deepest = max(deepest, depth)
    return deepest


def _value(peak: Peak) -> int:
    return peak.value

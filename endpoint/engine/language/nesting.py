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

from endpoint.engine.language.tokens import LANGUAGE, MARK, WORD, Kind, Token

_OPENS = {"(": "(", "[": "[", "{": "{", "{|": "[", "<<": "["}
_CLOSES = {")": "(", "]": "[", "}": "{", "|}": "[", ">>": "["}
_ENDS = frozenset(".;,")
_OPERATORS = frozenset({*"/|+-*^!=<>?", "||", "&&", "!=", "<=", ">=", "NOT", "IN"})
_CLAUSES = frozenset({"UNION", "OPTIONAL", "MINUS", "FILTER", "GRAPH", "LATERAL", "VALUES", "HAVING"})
_NOT_JOINED = frozenset({"UNION", "OPTIONAL", "MINUS", "EXISTS", "LATERAL", "CONSTRUCT"})
_ENDS_TERM = frozenset({"", ")", "]", ">>"})
"""What stands before a token when a term ends there; a term has no word or mark."""
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
    """One open bracket: its clauses, and the operators of the expression or path under way.

    ``home`` is what its triples are counted for, ``braces`` the innermost group in braces around its terms;
    nothing is counted for a ``template``, or a table of values.
    """

    __slots__ = ("before", "braces", "home", "kind", "operators", "patterns", "template")

    def __init__(self, kind: str, before: int, template: bool, around: _Group | None = None) -> None:
        self.kind, self.before, self.template = kind, before, template
        self.operators = self.patterns = 0
        self.home: _Group = around.home if around and kind == "[" else self
        self.braces: _Group = around.braces if around and kind != "{" else self


class _Measure:
    """``length`` is how many links the place just passed hangs on; a group gives back what it added."""

    def __init__(self) -> None:
        self.groups = [_Group("", 0, True)]
        self.length = 0
        self.before_table = False
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
            self.before_table = text == "VALUES"
        elif text == "AS":
            self._name_value()
        if self.length > self.chain.value:
            self.chain = Peak(self.length, start)

    def pass_member(self, start: int) -> None:
        """Count a term right after another one: in parentheses, only members of a collection stand so."""
        group = self.groups[-1]
        if group.kind == "(" and not self.before_table:
            self._add_pattern(group.braces, start)

    def _open(self, kind: str, word: str, start: int) -> None:
        is_template = word == "CONSTRUCT"
        if kind == "{":
            is_template |= self.before_table
            self.before_table = False
        elif word in _ENDS_TERM and (word or kind == "["):  # after a name a parenthesis may be a call
            self.pass_member(start)
        if kind == "{" and self.groups[-1].kind == "{":
            self.length += 1
            if word not in _NOT_JOINED:
                self._join(start)
        self.groups.append(_Group(kind, self.length, is_template, self.groups[-1]))
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
        self._add_pattern(self.groups[-1].home, start)

    def _add_pattern(self, group: _Group, start: int) -> None:
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
        elif kind is not LANGUAGE:
            if before in _ENDS_TERM:
                state.pass_member(start)
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

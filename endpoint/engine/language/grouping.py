"""Variables of a select with groups that are neither what it groups by nor in an aggregate.

By https://www.w3.org/TR/sparql11-query/#sparqlGroupAggregate each stands for a sample of its values there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from endpoint.engine.language.tokens import MARK, WORD, Kind, Token

AGGREGATES = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})
_CLAUSES = frozenset({"SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"})


def find_ungrouped(own: Sequence[Token]) -> Iterator[tuple[str, Token]]:
    """Yield such variables of the tokens of a select that are in no braces, each with its clause.

    The clause is SELECT, HAVING or ORDER; AS in place of the first two for a name that SELECT itself gives,
    and BOUND for all when that asks for it.
    """
    words = {token.text.upper() for token in own if token.kind is WORD}
    if "GROUP" not in words and words.isdisjoint(AGGREGATES):
        return
    uses = list(_list_variables(own))
    keys = {use.name for use in uses if use.clause == "GROUP" and (use.is_named or not use.depth)}
    columns = {use.name for use in uses if use.clause == "SELECT" and use.is_named}
    for use in uses:
        is_column = use.name in columns
        if use.is_named or use.name in keys or (use.clause == "SELECT" and not use.depth):
            continue
        if use.clause in ("SELECT", "HAVING") or (use.clause in ("ORDER", "BOUND") and not is_column):
            yield ("AS" if is_column else use.clause), use.token


def has_ungrouped(own: Sequence[Token]) -> bool:
    """Return whether the tokens of a select that are in no braces have such a variable."""
    return next(find_ungrouped(own), None) is not None


def split_braces(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of each pair of braces that are in no others within, those around all of them last."""
    opened = [list[Token]()]
    for token in tokens:
        if token.kind is MARK and token.text == "{":
            opened.append([])
        elif token.kind is MARK and token.text == "}" and len(opened) > 1:
            yield opened.pop()
        else:
            opened[-1].append(token)
    yield from reversed(opened)


class _Use(NamedTuple):
    """A variable outside of aggregates: its clause, whether AS names it, how many parentheses are open."""

    clause: str
    is_named: bool
    depth: int
    token: Token

    @property
    def name(self) -> str:
        """Return it without its mark: ``?x`` and ``$x`` are one variable."""
        return self.token.text[1:]


def _list_variables(own: Sequence[Token]) -> Iterator[_Use]:
    clause, before, opened = "SELECT", "", list[str]()
    for token in own:
        text = token.text.upper()
        if token.kind is WORD and text in _CLAUSES:
            clause = text
        elif text == "(":
            opened.append(opened[-1] if opened and opened[-1] in AGGREGATES else before)
        elif text == ")":
            del opened[-1:]
        elif token.kind is Kind.VARIABLE and not (opened and opened[-1] in AGGREGATES):
            is_tested = opened[-1:] == ["BOUND"] and clause in ("HAVING", "ORDER")
            yield _Use("BOUND" if is_tested else clause, before == "AS", len(opened), token)
        before = text

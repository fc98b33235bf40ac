"""Variables of a select with groups that are neither what it groups by nor in an aggregate.

By https://www.w3.org/TR/sparql11-query/#sparqlGroupAggregate each stands for a sample of its values there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
    used = list(_list_variables(own))
    keys = {
        _name(token)
        for clause, is_named, depth, token in used
        if clause == "GROUP" and (is_named or not depth)
    }
    columns = {_name(token) for clause, is_named, _, token in used if clause == "SELECT" and is_named}
    for clause, is_named, depth, token in used:
        is_column = _name(token) in columns
        if is_named or _name(token) in keys or (clause == "SELECT" and not depth):
            continue
        if clause in ("SELECT", "HAVING") or (clause in ("ORDER", "BOUND") and not is_column):
            yield ("AS" if is_column else clause), token


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


def _list_variables(own: Sequence[Token]) -> Iterator[tuple[str, bool, int, Token]]:
    """Yield each variable outside of aggregates: its clause, if AS stands before it, open parentheses."""
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
            yield "BOUND" if is_tested else clause, before == "AS", len(opened), token
        before = text


def _name(variable: Token) -> str:
    return variable.text[1:]

"""A subselect in GRAPH ?g, which has rows of its own in each graph, as a subselect that names the graph.

The engine asks all graphs at once there and forgets which. With the variable of the graph among its columns
and its groups, and GRAPH around its pattern, it gives the same rows in each graph.
"""

from __future__ import annotations

from collections.abc import Sequence

from endpoint.engine.language.grouping import AGGREGATES
from endpoint.engine.language.rewriting.cursor import end_of
from endpoint.engine.language.rewriting.edits import Edit
from endpoint.engine.language.rewriting.groups import Refused, Scope
from endpoint.engine.language.tokens import WORD, Token

_FOR_ALL = frozenset({"LIMIT", "OFFSET", "HAVING"}) | AGGREGATES
_OF_ALL_GRAPHS = (
    "{1} in a subselect inside of GRAPH {0} would be that of all graphs together "
    "(graph-around-a-subselect on /limits); put GRAPH {0} into the subselect, with {0} among its columns"
)


def name_graph(
    graph: str, own: Sequence[Token], columns: Scope | None, body: tuple[Token, Token]
) -> list[Edit]:
    """Return the edits of a subselect of which the ``own`` tokens are in no braces.

    ``columns`` are None for ``*``; the ``body`` lies between its braces. Raises Refused where the engine
    cannot be asked for the rows of each graph.
    """
    words = [token.text.upper() if token.kind is WORD else "" for token in own]
    is_grouped = "GROUP" in words
    for word in words:
        if word in _FOR_ALL and not (is_grouped and word not in ("LIMIT", "OFFSET")):
            raise Refused(_OF_ALL_GRAPHS.format(graph, word))
    opening, closing = body
    edits = [Edit(end_of(opening), end_of(opening), f"GRAPH {graph} {{")]
    edits.append(Edit(closing.start, closing.start, "}"))
    if columns is not None and "?" + graph[1:] not in columns:
        head = own[1] if words[1] in ("DISTINCT", "REDUCED") else own[0]
        edits.append(Edit(end_of(head), end_of(head), graph))
    if is_grouped:
        by = own[words.index("GROUP") + 1]
        edits.append(Edit(end_of(by), end_of(by), graph))
    return edits


def hide_graph(graph: str, as_graph: str, columns: Scope, start: int, end: int) -> list[Edit]:
    """Return the edits that give the graph of a subselect, between two places, another name outside of it."""
    head = f"SELECT {' '.join(columns)} ({graph} AS {as_graph}) {{ {{"
    return [Edit(start, start, head), Edit(end, end, "} }")]

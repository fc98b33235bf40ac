"""A subselect in GRAPH ?g, which has rows of its own in each graph, as a subselect that names the graph.

The engine asks all graphs at once there and forgets which. With the variable of the graph among its columns
and its groups, and GRAPH around its pattern, it gives the same rows in each graph.
"""

from __future__ import annotations

from collections.abc import Sequence

from endpoint.engine.language.rewriting.cursor import end_of
from endpoint.engine.language.rewriting.edits import Edit
from endpoint.engine.language.rewriting.groups import Refused, Scope
from endpoint.engine.language.rewriting.triples import name_of
from endpoint.engine.language.tokens import WORD, Kind, Token

AGGREGATES = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})
_FOR_ALL = frozenset({"LIMIT", "OFFSET", "HAVING"}) | AGGREGATES
_OF_ALL_GRAPHS = (
    "{1} in a subselect inside of GRAPH {0} would be that of all graphs together "
    "(graph-around-a-subselect on /limits); put GRAPH {0} into the subselect, with {0} among its columns"
)
_OTHER_VARIABLE = (
    "{0} in a subselect inside of GRAPH {0} is another variable as long as it is no column of it "
    "(graph-around-a-subselect on /limits); give one of them another name"
)


def name_graph(
    graph: str,
    tokens: Sequence[Token],
    own: Sequence[Token],
    columns: Scope | None,
    body: tuple[Token, Token],
) -> list[Edit]:
    """Return the edits of a subselect of these ``tokens``, of which its ``own`` are in no braces.

    ``columns`` are None for ``*``; the ``body`` lies between its braces. Raises Refused where the engine
    cannot be asked for the rows of each graph.
    """
    name = "?" + graph[1:]
    words = [token.text.upper() if token.kind is WORD else "" for token in own]
    is_grouped = "GROUP" in words
    for word in words:
        if word in _FOR_ALL and not (is_grouped and word not in ("LIMIT", "OFFSET")):
            raise Refused(_OF_ALL_GRAPHS.format(graph, word))
    variables = {name_of(token) for token in tokens if token.kind is Kind.VARIABLE}
    if columns is not None and name in variables and name not in columns:
        raise Refused(_OTHER_VARIABLE.format(graph))
    opening, closing = body
    edits = [Edit(end_of(opening), end_of(opening), f"GRAPH {graph} {{")]
    edits.append(Edit(closing.start, closing.start, "}"))
    if columns is not None and name not in columns:
        head = own[1] if words[1] in ("DISTINCT", "REDUCED") else own[0]
        edits.append(Edit(end_of(head), end_of(head), graph))
    if is_grouped:
        by = own[words.index("GROUP") + 1]
        edits.append(Edit(end_of(by), end_of(by), graph))
    return edits

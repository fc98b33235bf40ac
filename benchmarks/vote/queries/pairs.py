"""Pairs of queries that must agree by what their operators mean: no other engine need judge."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping

from benchmarks.vote.engines import Bag
from benchmarks.vote.queries.generate import Generator
from benchmarks.vote.queries.trees import Tree, sequence

Ask = Callable[[str], Bag]
Law = Callable[[Tree, Ask, Generator, random.Random], bool]


def union_doubles(query: Tree, ask: Ask, *_: object) -> bool:
    """P UNION P has each row of P twice."""
    group = query.parts[-1]
    once = ask(f"SELECT * {group}")
    return ask(f"SELECT * {{ {group} UNION {group} }}") == once + once


def distinct_is_a_set(query: Tree, ask: Ask, *_: object) -> bool:
    """DISTINCT has each row once."""
    group = query.parts[-1]
    return ask(f"SELECT DISTINCT * {group}") == Counter(set(ask(f"SELECT * {group}")))


def count_is_the_rows(query: Tree, ask: Ask, *_: object) -> bool:
    """COUNT(*) is the number of rows."""
    group = query.parts[-1]
    ((row, _once),) = ask(f"SELECT (COUNT(*) AS ?n) {group}").items()
    ((_name, number),) = row
    return int(number.split('"')[1]) == ask(f"SELECT * {group}").total()


def a_condition_is_true_false_or_an_error(
    query: Tree, ask: Ask, generator: Generator, _: random.Random
) -> bool:
    """P is P where a condition holds, P where it does not, and P where it is an error."""
    group = query.parts[-1]
    condition = generator.make_condition(query)
    failed = f"COALESCE(IF({condition}, false, false), true)"
    parts = [ask(f"SELECT * {{ {group} FILTER({one}) }}") for one in (condition, f"!({condition})", failed)]
    return parts[0] + parts[1] + parts[2] == ask(f"SELECT * {group}")


def patterns_may_be_shuffled(query: Tree, ask: Ask, _: Generator, dice: random.Random) -> bool:
    """Triples that are joined may stand in any order."""
    group = query.parts[-1]
    elements = group.parts[0].parts
    texts = [str(element) for element in elements]
    if any(text.startswith(("OPTIONAL", "MINUS", "BIND")) for text in texts):
        return True
    shuffled = Tree(
        "group", group.form, (sequence("elements", " ", dice.sample(elements, len(elements)), 0),)
    )
    return ask(f"SELECT * {shuffled}") == ask(f"SELECT * {group}")


LAWS: Mapping[str, Law] = {
    law.__name__.replace("_", " "): law
    for law in (
        union_doubles,
        distinct_is_a_set,
        count_is_the_rows,
        a_condition_is_true_false_or_an_error,
        patterns_may_be_shuffled,
    )
}
"""What must hold of every group, by its name."""

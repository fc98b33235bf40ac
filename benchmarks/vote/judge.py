"""Who stands alone: one query asked of all engines, and a difference made as small as it can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from benchmarks.vote.causes import explain
from benchmarks.vote.engines import Abstains, Bag, TooMuch
from benchmarks.vote.queries.trees import Tree, shrink

_OF_PATHS = {"|": "p|q", ")*": "p*", ")?": "p?", ")+": "p+", "!(": "!p", "/": "p/q"}
_WORDS = (
    *("OPTIONAL", "UNION", "MINUS", "EXISTS", "GRAPH", "VALUES", "BIND", "FILTER", "SELECT DISTINCT"),
    *("COUNT(DISTINCT", "COUNT", "SUM", "MIN(", "MAX(", "HAVING", "GROUP BY", "{ SELECT", "ASK"),
)


NOBODY, TOO_LARGE = "nobody", "too large"


class Engine(Protocol):
    """What votes."""

    name: str

    def ask(self, query: str) -> Bag:
        """Return the rows. Raises Abstains."""


@dataclass(frozen=True)
class Difference:
    """A query that engines answer differently; ``alone`` names the one against the others, if there is one.

    ``query`` is as small as it was made, ``answers`` what each engine gives to it; ``number`` is the round.
    """

    alone: str
    query: Tree
    answers: dict[str, Bag]
    number: int = 0

    @cached_property
    def cause(self) -> str:
        """Return the slug of what explains it, nothing when that is not known."""
        return explain(self.alone, str(self.query), self.answers)

    @property
    def key(self) -> tuple[str, str]:
        """Return what the difference is counted under: who stands alone, and the cause or the words."""
        return self.alone, self.cause or describe(self.query)

    @property
    def is_ours(self) -> bool:
        """Return whether it tells of a fault of ours that is not listed."""
        return self.alone == "ours" and not self.cause

    def __str__(self) -> str:
        """Return the query, and below it how many rows each engine gives, and which only some do."""
        common = None
        for bag in self.answers.values():
            common = bag if common is None else common & bag
        lines = [f"{self.alone} alone: {self.query}"]
        for name, bag in self.answers.items():
            own = bag - (common or Counter())
            rows = "; ".join(f"{times} × {_write(row)}" for row, times in list(own.items())[:3])
            lines.append(f"    {name}: {bag.total()} rows{', of them ' + rows if rows else ''}")
        return "\n".join(lines)


def _write(row: frozenset[tuple[str, str]]) -> str:
    return " ".join(f"?{name} {term}" for name, term in sorted(row)) or "()"


def describe(query: Tree) -> str:
    """Return the words of SPARQL and the operators of paths that a query has."""
    text = str(query)
    words = [word for word in _WORDS if word in text.removeprefix("SELECT")]
    stripped = "".join(part for place, part in enumerate(text.replace(">", "<").split("<")) if not place % 2)
    words = [word.removesuffix("(") for word in words]
    return " ".join([*words, *(name for mark, name in _OF_PATHS.items() if mark in stripped)]) or "triples"


def vote(engines: Sequence[Engine], query: Tree) -> tuple[str, dict[str, Bag]]:
    """Return who stands alone against the others ("nobody" when all agree), and the answers.

    Who abstains has no vote. "one of ..." when two are left and differ, "each" when no two agree, TOO_LARGE
    for a query whose result is not put to the vote.
    """
    answers: dict[str, Bag] = {}
    for engine in engines:
        try:
            answers[engine.name] = engine.ask(str(query))
        except TooMuch:
            return TOO_LARGE, {}
        except Abstains:
            continue
    distinct = [[name for name, bag in answers.items() if bag == one] for one in answers.values()]
    if len(answers) < 2 or len(distinct[0]) == len(answers):
        return NOBODY, answers
    if len(answers) == 2:
        return "one of " + " and ".join(answers), answers
    single = [names[0] for names in distinct if len(names) == 1]
    return (single[0] if len(single) == 1 else "each"), answers


def shrink_difference(engines: Sequence[Engine], query: Tree, alone: str, number: int = 0) -> Difference:
    """Return the smallest query that is found in which the same engine stands alone.

    The last engine is the slowest: it is asked only where the others leave it to decide.
    """
    voters = [engine for engine in engines if engine.name in vote(engines, query)[1]]
    quick, last = voters[:-1], voters[-1].name

    def shows(tree: Tree) -> bool:
        if len(quick) > 1 and (vote(quick, tree)[0] == NOBODY) is not (alone == last):
            return False
        return vote(voters, tree)[0] == alone

    tree = shrink(query, shows)
    found, answers = vote(engines, tree)
    return Difference(found if found != NOBODY else alone, tree, answers, number)

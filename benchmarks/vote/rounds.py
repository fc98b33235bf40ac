"""Rounds of the vote: one slice each, queries over it that engines answer, pairs that must agree."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Self

from benchmarks.vote.engines import Abstains, Ours, Rdflib, Sparq, TooMuch
from benchmarks.vote.faults import FAULTS
from benchmarks.vote.judge import NOBODY, TOO_LARGE, Difference, Engine, shrink_difference, vote
from benchmarks.vote.queries.generate import Generator
from benchmarks.vote.queries.pairs import LAWS
from benchmarks.vote.queries.trees import Tree
from benchmarks.vote.slices import Slice, Slicer

QUERIES_OF_A_ROUND = 40
QUADS_OF_A_SLICE = 60
SHOWN = 3
"""How many differences of one kind are kept to be shown."""


@dataclass(frozen=True)
class Plan:
    """What makes the rounds what they are: the same plan makes the same queries of a round.

    ``rdflib_share`` of the queries are asked of rdflib too, and all in which the other two differ: it takes
    five times as long as both. ``fault`` is planted into our engine; elements of queries that come ``often``
    are called as the generator calls them.
    """

    store_path: Path
    seed: int
    fault: str = ""
    rdflib_share: float = 1.0
    often: tuple[str, ...] = ()


@dataclass
class Tally:
    """What came of the queries so far; ``asked`` is the one asked now, ``lost`` are those without an end."""

    queries: int = 0
    by_three: int = 0
    pairs: int = 0
    empty: int = 0
    too_large: int = 0
    abstained: Counter[str] = field(default_factory=Counter)
    kinds: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    unlisted: int = 0
    asked: Tree | None = None

    def ours_alone(self) -> bool:
        """Return whether our engine was found alone in what is not listed."""
        return self.unlisted > 0

    def add(self, other: Self) -> None:
        """Count what another tally has too; of each kind no more differences are kept than are shown."""
        for name in ("queries", "by_three", "pairs", "empty", "too_large", "unlisted"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.abstained += other.abstained
        self.broken += other.broken
        self.lost += other.lost
        self.kinds += other.kinds
        for one in other.differences:
            self._keep(one)

    def note(self, difference: Difference) -> None:
        """Count a difference."""
        self.kinds[difference.key] += 1
        self.unlisted += difference.is_ours
        self._keep(difference)

    def _keep(self, difference: Difference) -> None:
        if sum(one.key == difference.key for one in self.differences) < SHOWN:
            self.differences.append(difference)


def run(plan: Plan, queries: int) -> Iterator[Tally]:
    """Yield the tally before each query and after the last one, in this process, however long it takes."""
    slicer, tally = Slicer(plan.store_path), Tally()
    for number in count():
        for now in vote_on_slice(slicer, plan, number):
            yield now
            if now.asked and tally.queries + now.queries >= queries:
                break
        tally.add(now)
        if tally.queries >= queries:
            yield tally
            return


def vote_on_slice(slicer: Slicer, plan: Plan, number: int) -> Iterator[Tally]:
    """Yield the tally of one round before each of its queries, and after the last one."""
    seed = f"{plan.seed} {number}"
    dice, tally = random.Random(seed), Tally()
    data = slicer.cut(dice, QUADS_OF_A_SLICE)
    generator, referee = Generator(data, dice, plan.often), _Referee(data, plan)
    for place in range(QUERIES_OF_A_ROUND):
        query = tally.asked = generator.make_query()
        yield tally
        referee.judge(tally, query, number, random.Random(f"{seed} {place}"))
    tally.asked = None
    yield tally


class _Referee:
    """Asks the engines over one slice. The dice of a query are its own: no answer changes the next query."""

    def __init__(self, data: Slice, plan: Plan) -> None:
        self._data, self._plan = data, plan
        self._ours = Ours(data, FAULTS.get(plan.fault))
        self._engines: Sequence[Engine] = (self._ours, Sparq(data), Rdflib(data))

    def judge(self, tally: Tally, query: Tree, number: int, dice: random.Random) -> None:
        """Ask all engines, and ours what must agree with the query, by all laws where one has no vote."""
        asked = self._engines if dice.random() < self._plan.rdflib_share else self._engines[:2]
        alone, answers = vote(asked, query)
        if alone not in (NOBODY, TOO_LARGE) and len(asked) < len(self._engines):
            alone, answers = vote(self._engines, query)
        if alone == TOO_LARGE:
            tally.too_large += 1
            return
        tally.queries += 1
        tally.by_three += len(answers) == len(self._engines)
        tally.empty += not any(answers.values())
        tally.abstained.update(engine.name for engine in asked if engine.name not in answers)
        if alone != NOBODY:
            tally.note(shrink_difference(self._engines, query, alone, number))
        if not self._plan.fault:
            for name in LAWS if len(answers) < len(self._engines) else [dice.choice(list(LAWS))]:
                self._check_pair(tally, name, query, dice)

    def _check_pair(self, tally: Tally, name: str, query: Tree, dice: random.Random) -> None:
        tally.pairs += 1
        try:
            if not LAWS[name](query, self._ours.ask, Generator(self._data, dice), dice):
                tally.broken.append(f"{name}: {query}")
        except TooMuch:
            tally.pairs -= 1
        except Abstains:
            tally.abstained["ours, in a pair"] += 1

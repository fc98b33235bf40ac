"""How much of what a release holds: exact counts of its quads, in one pass."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from graph.downloads.describe.counts.schema import NO_SCHEMA, Schema
from graph.model.terms import A
from graph.store.quads import SortedQuads, split_line


@dataclass(frozen=True)
class Counts:
    """The numbers of one graph, or of all together: an entity is a subject that has a class."""

    triples: int
    entities: int
    subjects: int
    objects: int
    properties: int
    classes: int


@dataclass(frozen=True)
class PropertyCounts:
    """How often one property is used, on how many subjects and with how many values."""

    triples: int
    subjects: int
    objects: int


@dataclass(frozen=True)
class Statistics:
    """The numbers of a whole dataset, of each named graph, class and property; all keys are IRIs.

    `examples` gives one thing of each class, the first in the order of the quads; `schema` is how the things
    of each class use properties, of all graphs but the one that says so.
    """

    whole: Counts
    graphs: Mapping[str, Counts]
    classes: Mapping[str, int]
    properties: Mapping[str, PropertyCounts]
    examples: Mapping[str, str]
    schema: Schema = NO_SCHEMA


_CLASS = str(A).encode()
_ANY = b""
Use = tuple[bytes, bytes]
"""A graph and a property, as they stand in the lines; `_ANY` for any graph or any property."""


@dataclass
class _Tally:
    """What is gathered: the objects are numbered, so that each is kept once whatever it is used for."""

    numbers: dict[bytes, int] = field(default_factory=dict)
    triples: Counter[Use] = field(default_factory=Counter)
    subjects: Counter[Use] = field(default_factory=Counter)
    objects: defaultdict[Use, set[int]] = field(default_factory=lambda: defaultdict(set))
    classes: Counter[bytes] = field(default_factory=Counter)
    examples: dict[bytes, bytes] = field(default_factory=dict)

    def add_subject(self, subject: bytes, quads: Iterable[Sequence[bytes]]) -> None:
        """Count all quads of one subject, each as its terms."""
        used: set[Use] = set()
        for _, predicate, value, graph in quads:
            use = graph, predicate
            used.add(use)
            self.triples[use] += 1
            self.objects[use].add(self.numbers.setdefault(value, len(self.numbers)))
            if predicate == _CLASS:
                self.classes[value] += 1
                self.examples.setdefault(value, subject)
        self.subjects.update(used)
        self.subjects.update({(graph, _ANY) for graph, _ in used})
        self.subjects.update({(_ANY, predicate) for _, predicate in used})
        self.subjects[_ANY, _ANY] += 1

    def count(self, graph: bytes) -> Counts:
        """Return the numbers of one graph, or of all together."""
        uses = [use for use in self.triples if graph in (use[0], _ANY)]
        return Counts(
            triples=sum(self.triples[use] for use in uses),
            entities=self.subjects[graph, _CLASS],
            subjects=self.subjects[graph, _ANY],
            objects=self._count_objects(uses),
            properties=len({predicate for _, predicate in uses}),
            classes=self._count_objects([use for use in uses if use[1] == _CLASS]),
        )

    def count_property(self, predicate: bytes) -> PropertyCounts:
        """Return the numbers of one property, in any graph."""
        uses = [use for use in self.triples if use[1] == predicate]
        triples = sum(self.triples[use] for use in uses)
        return PropertyCounts(triples, self.subjects[_ANY, predicate], self._count_objects(uses))

    def _count_objects(self, uses: Collection[Use]) -> int:
        return len(set().union(*(self.objects[use] for use in uses)))


def count_quads(quads: SortedQuads, schema: Schema = NO_SCHEMA) -> Statistics:
    """Return the statistics of quads of which no triple is in two graphs, with their schema.

    One pass; what is kept in memory are the different objects, not the quads.
    """
    tally = _Tally()
    for subject, described in groupby(map(split_line, quads.lines()), key=itemgetter(0)):
        tally.add_subject(subject, described)
    graphs, properties = {graph for graph, _ in tally.triples}, {name for _, name in tally.triples}
    return Statistics(
        whole=tally.count(_ANY),
        graphs={_iri(name): tally.count(name) for name in sorted(graphs, key=_iri)},
        classes={_iri(name): tally.classes[name] for name in sorted(tally.classes, key=_iri)},
        properties={_iri(name): tally.count_property(name) for name in sorted(properties, key=_iri)},
        examples={_iri(name): _iri(subject) for name, subject in tally.examples.items()},
        schema=schema,
    )


def _iri(term: bytes) -> str:
    return term[1:-1].decode()

"""How much of what a release holds: exact counts of its quads, in one pass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Quad

from graph.terms import A


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

    `examples` gives one thing of each class, the first in the order of the quads.
    """

    whole: Counts
    graphs: Mapping[str, Counts]
    classes: Mapping[str, int]
    properties: Mapping[str, PropertyCounts]
    examples: Mapping[str, str]


@dataclass
class _Tally:
    """What is gathered of one graph."""

    triples: int = 0
    entities: set[object] = field(default_factory=set)
    subjects: set[object] = field(default_factory=set)
    objects: set[object] = field(default_factory=set)
    properties: set[NamedNode] = field(default_factory=set)
    classes: set[object] = field(default_factory=set)

    def add(self, quad: Quad) -> None:
        self.triples += 1
        self.subjects.add(quad.subject)
        self.objects.add(quad.object)
        self.properties.add(quad.predicate)
        if quad.predicate == A:
            self.entities.add(quad.subject)
            self.classes.add(quad.object)

    def counts(self) -> Counts:
        return Counts(
            self.triples,
            len(self.entities),
            len(self.subjects),
            len(self.objects),
            len(self.properties),
            len(self.classes),
        )


def count_quads(quads: Iterable[Quad]) -> Statistics:
    """Return the statistics of quads that come once each, a triple in one graph only.

    One pass; what is kept in memory are the different terms, not the quads.
    """
    whole, graphs = _Tally(), defaultdict[str, _Tally](_Tally)
    by_class, by_property = defaultdict[str, set[object]](set), defaultdict[str, _Tally](_Tally)
    examples: dict[str, str] = {}
    for quad in quads:
        whole.add(quad)
        graphs[getattr(quad.graph_name, "value", "")].add(quad)
        by_property[quad.predicate.value].add(quad)
        if quad.predicate == A and isinstance(quad.object, NamedNode):
            by_class[quad.object.value].add(quad.subject)
            examples.setdefault(quad.object.value, str(getattr(quad.subject, "value", "")))
    return Statistics(
        whole=whole.counts(),
        graphs={name: graphs[name].counts() for name in sorted(graphs)},
        classes={name: len(by_class[name]) for name in sorted(by_class)},
        properties={name: _count_property(by_property[name]) for name in sorted(by_property)},
        examples=examples,
    )


def _count_property(tally: _Tally) -> PropertyCounts:
    return PropertyCounts(tally.triples, len(tally.subjects), len(tally.objects))

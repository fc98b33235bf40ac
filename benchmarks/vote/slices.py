"""Small pieces of a release, with the words that queries over them are made of."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, serialize

from ontology import BASE, KK, PREFIXES

STARTS = tuple(
    NamedNode(iri)
    for iri in (
        *(KK["Partnership"], KK["Claim"], KK["Agreement"], KK["Assessment"], KK["ClaimedPartnership"]),
        *(KK["Place"], KK["Country"], KK["CountryPair"], KK["Match"], KK["Event"], KK["Signature"]),
        *(KK["Source"], PREFIXES["skos"] + "Concept"),
    )
)
"""The classes whose things slices begin with, in turn: large or small, each has its own kinds of triples."""
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_MOST_AFTER, _MOST_BEFORE = 9, 4
"""How many quads a slice takes that have one thing as their subject, and as their object."""
_MOST_LOOKED_AT = 60
_LONGEST = 60
_WORDS_FOLLOWED = 0.15
_WORDS = (BASE + "ontology", BASE + "vocab/", BASE + "graph/")


@dataclass(frozen=True)
class Slice:
    """Quads of a release that hang together, and which quads each term is the subject or object of."""

    quads: tuple[Quad, ...]
    around: dict[object, list[Quad]]
    graphs: tuple[str, ...]

    def nquads(self, with_default: bool = False) -> str:
        """Return the quads as N-Quads; ``with_default``: each also in the default graph, as a union."""
        quads = list(self.quads)
        if with_default:
            quads += {Quad(quad.subject, quad.predicate, quad.object) for quad in self.quads}
        return (serialize(quads, format=RdfFormat.N_QUADS) or b"").decode()


class Slicer:
    """Cuts slices out of the store of a release."""

    def __init__(self, store_path: Path) -> None:
        """Open the store, which is only read."""
        self._store = Store.read_only(str(store_path))

    @cached_property
    def _starts(self) -> list[list[NamedNode]]:
        """Return the things of each class that has any."""
        things = [
            sorted(
                (quad.subject for quad in self._store.quads_for_pattern(None, _TYPE, kind)),
                key=str,
            )
            for kind in STARTS
        ]
        return [[one for one in each if isinstance(one, NamedNode)] for each in things if each]

    def cut(self, dice: random.Random, size: int) -> Slice:
        """Return a slice of at most so many quads around a thing."""
        waiting: list[object] = [dice.choice(dice.choice(self._starts))]
        found: dict[Quad, None] = {}
        seen = set(waiting)
        while waiting and len(found) < size:
            node = waiting.pop(dice.randrange(min(3, len(waiting))))
            for quad in self._quads_of(node, dice):
                found[quad] = None
                for term in (quad.subject, quad.object):
                    if term not in seen and _is_followed(term, dice):
                        seen.add(term)
                        waiting.append(term)
        return _arrange(tuple(found)[:size])

    def _quads_of(self, node: object, dice: random.Random) -> list[Quad]:
        chosen: list[Quad] = []
        for most, pattern in ((_MOST_AFTER, (node, None, None)), (_MOST_BEFORE, (None, None, node))):
            found = islice(self._store.quads_for_pattern(*pattern), _MOST_LOOKED_AT)
            quads = [quad for quad in found if _is_short(quad.object)]
            chosen += dice.sample(quads, min(len(quads), most))
        return chosen


def _arrange(quads: Sequence[Quad]) -> Slice:
    around: dict[object, list[Quad]] = defaultdict(list)
    for quad in quads:
        around[quad.subject].append(quad)
        around[quad.object].append(quad)
    graphs = sorted({quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode)})
    return Slice(tuple(quads), dict(around), tuple(graphs))


def _is_short(term: object) -> bool:
    return not isinstance(term, Literal) or len(term.value) <= _LONGEST


def _is_followed(term: object, dice: random.Random) -> bool:
    """Return whether a slice goes on from a term: seldom from a word, which leads to everything."""
    if not isinstance(term, NamedNode) or not term.value.startswith(BASE):
        return False
    return not term.value.startswith(_WORDS) or dice.random() < _WORDS_FOLLOWED

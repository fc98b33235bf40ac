"""Small pieces of a release, with the words that queries over them are made of."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, serialize

_MOST_OF_ONE = 9
"""How many quads of one thing a slice takes in each direction."""
_LONGEST = 60


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


def open_release(store_path: Path) -> Store:
    """Return the store of a release."""
    return Store.read_only(str(store_path))


def cut(store: Store, places: list[NamedNode], dice: random.Random, size: int) -> Slice:
    """Return a slice of at most so many quads around one of the places."""
    waiting: list[object] = [dice.choice(places)]
    found: dict[Quad, None] = {}
    seen = set(waiting)
    while waiting and len(found) < size:
        node = waiting.pop(dice.randrange(min(3, len(waiting))))
        for quad in _quads_of(store, node, dice):
            found[quad] = None
            for term in (quad.subject, quad.object):
                if isinstance(term, NamedNode) and term not in seen:
                    seen.add(term)
                    waiting.append(term)
    quads = tuple(found)[:size]
    around: dict[object, list[Quad]] = defaultdict(list)
    for quad in quads:
        around[quad.subject].append(quad)
        around[quad.object].append(quad)
    graphs = sorted({quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode)})
    return Slice(quads, dict(around), tuple(graphs))


def _quads_of(store: Store, node: object, dice: random.Random) -> list[Quad]:
    chosen: list[Quad] = []
    for pattern in ((node, None, None), (None, None, node)):
        quads = [quad for quad, _ in zip(store.quads_for_pattern(*pattern), range(60), strict=False)]
        quads = [quad for quad in quads if _is_short(quad.object)]
        chosen += dice.sample(quads, min(len(quads), _MOST_OF_ONE))
    return chosen


def _is_short(term: object) -> bool:
    return not isinstance(term, Literal) or len(term.value) <= _LONGEST

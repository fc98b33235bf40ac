"""What is drawn once for each release, and kept as long as its engine: the map of the world, the network."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable, Hashable, Iterator
from weakref import WeakKeyDictionary

from endpoint.drawing.sphere import Position, position_of
from endpoint.engine.engine import Lane
from endpoint.engine.language.guard import QueryKind, trust
from endpoint.engine.release_engine import ReleaseEngine
from endpoint.show.lookup import prefix_lines
from ontology import PREFIXES

_POINTS = "SELECT ?place ?point WHERE { ?place geo:hasGeometry/geo:asWKT ?point }"
_PAIRS = "SELECT ?a ?b WHERE { ?a kk:partnerOf ?b }"
_SECONDS = 30.0


class Drawings:
    """Keeps what is drawn for an engine; who asks while it is drawn waits. Safe for many threads."""

    def __init__(self) -> None:
        """Begin with none."""
        self._drawn: WeakKeyDictionary[ReleaseEngine, dict[Hashable, str]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def get(self, engine: ReleaseEngine, key: Hashable, draw: Callable[[ReleaseEngine], str]) -> str:
        """Return what is kept under a key of its own, drawn now when nobody asked before."""
        with self._lock:
            drawn = self._drawn.setdefault(engine, {})
            if key not in drawn:
                drawn[key] = draw(engine)
            return drawn[key]


def read_links(engine: ReleaseEngine) -> Iterator[tuple[str, str]]:
    """Yield both places of each accepted pair by IRI, each pair once."""
    return ((a, b) for a, b in read_rows(engine, _PAIRS) if a < b)


def read_positions(engine: ReleaseEngine) -> dict[str, Position]:
    """Return where places are, longitude first, by IRI; those without coordinates are left out."""
    return {place: found for place, wkt in read_rows(engine, _POINTS) if (found := position_of(wkt))}


def read_rows(engine: ReleaseEngine, query: str) -> Iterator[list[str]]:
    """Yield the rows of a SELECT of our own as plain texts, empty where a variable has no value."""
    reading = trust(f"{prefix_lines(PREFIXES)}\n{query}", QueryKind.SELECT)
    answer = engine.run(reading, "text/csv", lane=Lane.PAGES, seconds=_SECONDS, cached=False)
    rows = csv.reader(io.StringIO(answer.body.decode(), newline=""))
    next(rows)
    return rows

"""What is drawn of a whole release: all links, and where the places are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from endpoint.drawing.sphere import Position, position_of
from endpoint.engine.engine import Lane
from endpoint.engine.language.guard import QueryKind, trust
from endpoint.engine.release_engine import ReleaseEngine
from endpoint.show.lookup import prefix_lines
from ontology import PREFIXES

_POINTS = "SELECT ?place ?point WHERE { ?place geo:hasGeometry/geo:asWKT ?point }"
_PAIRS = "SELECT ?a ?b WHERE { ?a kk:partnerOf ?b }"
_SECONDS = 30.0


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

"""``/world.svg``: all links of the release on one map."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from flask import Blueprint, Response

from endpoint.drawing.sphere import Position, position_of
from endpoint.drawing.world import draw_world
from endpoint.engine.engine import Engine, Lane
from endpoint.engine.language.guard import QueryKind, trust
from endpoint.serving.current import service
from endpoint.show.lookup import prefix_lines
from endpoint.show.rendering import revalidated
from ontology import PREFIXES

blueprint = Blueprint("world", __name__)

_POINTS = "SELECT ?place ?point WHERE { ?place kk:degree ?partners ; geo:hasGeometry/geo:asWKT ?point }"
_PAIRS = "SELECT ?a ?b WHERE { ?a kk:partnerOf ?b }"
_SECONDS = 30.0
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""Its style sheet is its own; no page is affected by it."""

_lock = threading.Lock()
_drawn: WeakKeyDictionary[Engine, str] = WeakKeyDictionary()


@blueprint.get("/world.svg")
def show_world() -> Response:
    """Answer /world.svg : the links of all places with coordinates, drawn once for each release."""
    response = Response(read_world(service().engine), content_type="image/svg+xml")
    response.headers["Content-Security-Policy"] = _POLICY
    return revalidated(response)


def read_world(engine: Engine) -> str:
    """Return the map of the engine's release, drawn now when nobody asked before."""
    with _lock:
        if engine not in _drawn:
            _drawn[engine] = draw_world(_read_links(engine))
        return _drawn[engine]


def _read_links(engine: Engine) -> Iterator[tuple[Position, Position]]:
    """Yield the ends of all links, longitude first; without those of places that have no coordinates.

    They are joined here, which takes a tenth of the time that the store would.
    """
    points = {place: found for place, wkt in _rows(engine, _POINTS) if (found := position_of(wkt))}
    for a, b in _rows(engine, _PAIRS):
        if a < b and a in points and b in points:
            yield points[a], points[b]


def _rows(engine: Engine, query: str) -> Iterator[list[str]]:
    reading = trust(f"{prefix_lines(PREFIXES)}\n{query}", QueryKind.SELECT)
    answer = engine.run(reading, "text/csv", lane=Lane.PAGES, seconds=_SECONDS, cached=False)
    rows = csv.reader(io.StringIO(answer.body.decode(), newline=""))
    next(rows)
    return rows

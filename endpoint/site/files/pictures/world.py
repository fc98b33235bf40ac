"""``/world.svg``: all links of the release on one map."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from flask import Blueprint, Response, request

from endpoint.drawing.sphere import Position
from endpoint.drawing.world import draw_fine_arcs, draw_world
from endpoint.engine.release_engine import ReleaseEngine
from endpoint.serving.current import service
from endpoint.serving.releases.kept import Kept
from endpoint.show.rendering import revalidated
from endpoint.site.files.pictures.drawings import read_links, read_positions
from graph.errors import ParameterError
from queries.mistakes import Mistake

blueprint = Blueprint("world", __name__)

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""Its style sheet is its own; no page is affected by it."""

_DETAILS = {"": (Kept[str](), draw_world), "fine": (Kept[str](), draw_fine_arcs)}
"""How each detail is drawn; nobody who wants the whole map waits for the fine one."""


@blueprint.get("/world.svg")
def show_world() -> Response:
    """Answer /world.svg : the links of all places with coordinates, drawn once for each release.

    ``detail=fine`` gives the arcs alone, for those who come nearer. Raises ParameterError for another.
    """
    detail = request.args.get("detail", "")
    if detail not in _DETAILS:
        raise ParameterError(
            "detail", detail[:50], Mistake.NO_CHOICE, choices=", ".join(filter(None, _DETAILS))
        )
    drawings, draw = _DETAILS[detail]
    drawn = drawings.get(service().engine, None, partial(_draw, draw=draw))
    response = Response(drawn, content_type="image/svg+xml")
    response.headers["Content-Security-Policy"] = _POLICY
    return revalidated(response)


def _draw(engine: ReleaseEngine, draw: Callable[[Iterable[tuple[Position, Position]]], str]) -> str:
    """Return a map; places and links are joined here, which takes a tenth of the time of the store."""
    points = read_positions(engine)
    links = read_links(engine)
    return draw((points[a], points[b]) for a, b in links if a in points and b in points)

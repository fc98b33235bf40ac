"""``/world.svg``: all links of the release on one map."""

from __future__ import annotations

from flask import Blueprint, Response

from endpoint.drawing.world import draw_world
from endpoint.engine.engine import ReleaseEngine
from endpoint.serving.current import service
from endpoint.show.rendering import revalidated
from endpoint.site.files.pictures.drawings import Drawings, read_links, read_positions

blueprint = Blueprint("world", __name__)

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""Its style sheet is its own; no page is affected by it."""

_drawings = Drawings()


@blueprint.get("/world.svg")
def show_world() -> Response:
    """Answer /world.svg : the links of all places with coordinates, drawn once for each release."""
    response = Response(_drawings.get(service().engine, None, _draw), content_type="image/svg+xml")
    response.headers["Content-Security-Policy"] = _POLICY
    return revalidated(response)


def _draw(engine: ReleaseEngine) -> str:
    """Return the map; places and links are joined here, which takes a tenth of the time of the store."""
    points = read_positions(engine)
    links = read_links(engine)
    return draw_world((points[a], points[b]) for a, b in links if a in points and b in points)

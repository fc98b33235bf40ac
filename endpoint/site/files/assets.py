"""The files that pages load: the style sheet, scripts, the icon."""

from __future__ import annotations

from flask import Blueprint, Response, request

from endpoint.errors import NotFound
from endpoint.show.rendering import PATH, read_asset, revalidated

blueprint = Blueprint("assets", __name__)

_KEPT_SECONDS = 365 * 24 * 3600
_FONT_SECONDS = 7 * 24 * 3600
"""Type faces are named by a style sheet, without a version."""


@blueprint.get(f"{PATH}/<path:name>")
def send_asset(name: str) -> Response:
    """Answer /static/<name> : a file; under the address with its version it never changes."""
    return _send(name)


@blueprint.get("/favicon.ico")
def send_icon() -> Response:
    """Answer /favicon.ico : the icon, for what asks for it unasked."""
    return _send("favicon.ico")


def _send(name: str) -> Response:
    asset = read_asset(name)
    if asset is None:
        raise NotFound(f"there is no file {name}")
    response = revalidated(Response(asset.body, content_type=_content_type(asset.media_type)))
    is_versioned = request.args.get("v") == asset.version
    if is_versioned or asset.media_type.startswith("font/"):
        response.cache_control.no_cache = None
        response.cache_control.max_age = _KEPT_SECONDS if is_versioned else _FONT_SECONDS
        response.cache_control.immutable = is_versioned
    return response


def _content_type(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type

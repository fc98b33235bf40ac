"""Pages as HTTP responses: the templates with what all of them need, their language, tag and caching.

The files that pages load have addresses that change with their content, so that caches keep them.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import lru_cache, partial
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, make_response, render_template
from markupsafe import Markup

from endpoint.serving.current import service
from endpoint.show.addresses import language, link, taken_parameters, unread_parameters
from endpoint.show.texts import LANGUAGES, format_number, plural, translate
from endpoint.show.values import format_day

STATIC = Path(__file__).parent.parent / "static"
PATH = "/static"
_HASH_LETTERS = 12
STYLE_SHEET = "site.css"
_SHEETS = ("base", "controls", "pages", "things", "screens")
"""The sheets that it is made of, in the order in which the later ones prevail."""
_FILES_KEPT = 32
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Download:
    """One format that a page can be had in."""

    name: str
    media_type: str
    href: str


def install(app: Flask) -> None:
    """Give the templates of `app` their helpers."""
    app.jinja_env.globals.update(link=link, languages=LANGUAGES, asset=asset_path)
    app.jinja_env.globals.update(optional_asset=optional_asset_path)
    app.context_processor(_context)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.finalize = show_controls


def show_controls(value: object) -> object:
    """Return a value of a template; a text in it with U+FFFD for characters that HTML cannot have.

    https://infra.spec.whatwg.org/#control but for white space.
    """
    if not isinstance(value, str) or value.isprintable() or not _CONTROLS.search(value):
        return value
    shown = _CONTROLS.sub("\ufffd", value)
    return Markup(shown) if isinstance(value, Markup) else shown  # noqa: S704 - what was markup stays it


def _context() -> dict[str, object]:
    lang = language()
    return {
        "lang": lang,
        "release": service().release,
        "contact": service().config.contact,
        "unread": unread_parameters(),
        "taken": taken_parameters(),
        "t": partial(translate, language=lang),
        "plural": partial(plural, language=lang),
        "number": partial(format_number, language=lang),
        "date": partial(format_day, language=lang),
    }


def render(template: str, status: int = HTTPStatus.OK, **context: object) -> Response:
    """Return a page as a response with its language and what it varies by."""
    response = make_response(render_template(template, **context), status)
    response.headers["Content-Language"] = language()
    response.vary.update(("Accept", "Accept-Language"))
    return response


def respond(template: str, status: int = HTTPStatus.OK, **context: object) -> Response:
    """Return a page that depends on nothing but the release and its address.

    An error page, of another status than 200, has no tag.
    """
    response = render(template, status, **context)
    return revalidated(response) if status == HTTPStatus.OK else response


def revalidated(response: Response) -> Response:
    """Return an answer that caches keep but ask for again each time: with a strong ETag.

    https://www.rfc-editor.org/rfc/rfc9110#name-conditional-requests
    """
    response.cache_control.public = True
    response.cache_control.no_cache = True
    response.add_etag()
    return response


@dataclass(frozen=True)
class Asset:
    """One file: its bytes, its media type, and the letters that stand for its content."""

    body: bytes
    media_type: str
    version: str


@lru_cache(_FILES_KEPT)
def read_asset(name: str) -> Asset | None:
    """Return a file below the static folder, None when there is none; read once while the service runs.

    ``site.css`` is made of the sheets of ``site/``, so that a page asks for one.
    """
    parts = [f"site/{part}.css" for part in _SHEETS] if name == STYLE_SHEET else [name]
    bodies = [body for part in parts if (body := _read_file(part)) is not None]
    if not bodies:
        return None
    body = b"\n".join(bodies)
    media_type = mimetypes.guess_type(parts[-1])[0] or "application/octet-stream"
    return Asset(body, media_type, hashlib.sha256(body).hexdigest()[:_HASH_LETTERS])


def _read_file(name: str) -> bytes | None:
    """Return the bytes of a file below the static folder, None when there is none."""
    try:
        path = (STATIC / name).resolve()
        if not path.is_relative_to(STATIC.resolve()) or not path.is_file():
            return None
        return path.read_bytes()
    except (OSError, ValueError):  # a name that no file can have
        return None


def asset_path(name: str) -> str:
    """Return the address of a file with the letters of its content; raises KeyError for no such file."""
    if address := optional_asset_path(name):
        return address
    raise KeyError(name)


def optional_asset_path(name: str) -> str:
    """Return the address of a file that the installation may have been unable to get, else nothing."""
    asset = read_asset(name)
    return f"{PATH}/{name}?v={asset.version}" if asset else ""

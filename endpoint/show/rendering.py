"""Pages as HTTP responses: the templates with what all of them need, their language, tag and caching."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from flask import Flask, Response, make_response, render_template, request

from endpoint.serving.current import service
from endpoint.show.addresses import language, link
from endpoint.show.texts import LANGUAGES, format_number, plural, translate
from endpoint.show.values import format_day


@dataclass(frozen=True)
class Download:
    """One format that a page can be had in."""

    name: str
    media_type: str
    href: str


def install(app: Flask) -> None:
    """Give the templates of `app` their helpers."""
    app.jinja_env.globals.update(link=link, languages=LANGUAGES)
    app.context_processor(_context)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _context() -> dict[str, object]:
    lang = language()
    return {
        "lang": lang,
        "release": service().release,
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
    """Return an answer that caches keep but ask for again each time: with a strong ETag, or 304.

    https://www.rfc-editor.org/rfc/rfc9110#name-conditional-requests
    """
    response.cache_control.public = True
    response.cache_control.no_cache = True
    response.add_etag()
    response.make_conditional(request)
    return response

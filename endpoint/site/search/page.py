"""``/search``: everything that has a name, found by it; as a page, and as JSON while somebody types."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Flask, Response, jsonify, make_response, redirect, request

from endpoint.show.addresses import language, link
from endpoint.show.names import find
from endpoint.show.rendering import respond, revalidated
from endpoint.show.texts import translate
from endpoint.site.search.hits import Hit, find_by_path, find_hits, group_hits, make_hit, words_of_path
from graph.errors import ParameterError
from graph.model.terms import find_control
from queries.mistakes import Mistake

blueprint = Blueprint("search", __name__)

PAGE_HITS = 30
SUGGESTED = 8
_MOST_SUGGESTED = 50
_MOST_SKIPPED = 990


def install(app: Flask) -> None:
    """Let the templates of `app` search, those of errors among them."""
    app.jinja_env.globals.update(find_by_path=find_by_path, words_of_path=words_of_path)


@blueprint.get("/search")
def show_search() -> Response:
    """Answer /search?q= : what a text may name; what it names exactly and alone, by 303 to its page."""
    lang, text, skip = language(), _read_text("q").strip(), _read_number("skip", 0, _MOST_SKIPPED)
    found = find(text, lang) if text and not skip else None
    if found is not None:
        return make_response(redirect(link(make_hit(found, lang).path), HTTPStatus.SEE_OTHER))
    hits = find_hits(text, lang, PAGE_HITS + 1, skip) if text else []
    shown = hits[:PAGE_HITS]
    more = link("/search", q=text, skip=str(skip + PAGE_HITS)) if len(hits) > PAGE_HITS else ""
    return respond(
        "site/search.html",
        heading=translate("search.heading", lang),
        text=text,
        count=len(shown),
        groups=group_hits(shown, lang),
        next=more if skip + PAGE_HITS <= _MOST_SKIPPED else "",
    )


@blueprint.get("/search.json")
def suggest_as_json() -> Response:
    """Answer /search.json?q= : what a text may name, the likeliest first, with addresses."""
    lang, limit = language(), _read_number("limit", SUGGESTED, _MOST_SUGGESTED)
    hits = find_hits(_read_text("q"), lang, limit)
    response = jsonify([_as_json(hit) for hit in hits])
    response.headers["Content-Language"] = lang
    response.vary.update(("Accept-Language",))
    return revalidated(response)


def _as_json(hit: Hit) -> dict[str, object]:
    return {
        "label": hit.label,
        "name": hit.name,
        "kind": hit.kind,
        "kindLabel": hit.kind_label,
        "description": hit.description,
        "partners": hit.partners,
        "path": link(hit.path),
    }


def _read_text(name: str) -> str:
    """Return a parameter of the address, nothing when it is left out.

    Raises ParameterError for a text with a control character, which no page can hold.
    """
    text = request.args.get(name, "")
    if control := find_control(text):
        raise ParameterError(name, text[:50], Mistake.CONTROL, control=control)
    return text


def _read_number(name: str, default: int, most: int) -> int:
    """Return a number of the address; raises ParameterError for what is none or too large."""
    text = _read_text(name)
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and int(text) <= most):
        raise ParameterError(name, text[:50], Mistake.NO_NUMBER, least=0, most=most)
    return int(text)

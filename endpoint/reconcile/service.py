"""``/reconcile``: the Reconciliation Service API over the places of a release, for OpenRefine and others.

https://reconciliation-api.github.io/specs/0.2/, and with JSONP its version 0.1.
The same under ``/release/<id>/``, from that release.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, jsonify, render_template, request, url_for

from endpoint.errors import NotFound, UnsupportedBody
from endpoint.reconcile import answer as reconciliation_answer
from endpoint.reconcile import request as reconciliation_request
from endpoint.reconcile.answer import Json, describe
from endpoint.reconcile.index import CITY, COUNTRY, LOCAL, PLACE, PlaceIndex
from endpoint.reconcile.manifest import asked_language, manifest
from endpoint.reconcile.properties import BY_ID, read_type, type_name
from endpoint.reconcile.read import Indexes
from endpoint.serving.current import service
from endpoint.serving.pinned import pin
from endpoint.show import present
from endpoint.show.texts import translate
from endpoint.sparql.negotiation import prefers_html
from endpoint.sparql.request import FORM
from graph.errors import EngineOverloaded, ParameterError
from ontology import KK

blueprint = Blueprint("reconciliation", __name__)

_OPERATIONS = ("queries", "query", "extend")
_MOST_DIGITS = 6
# A name of JavaScript, with dots as in Library.callbacks.x1; it becomes code in the page that asked.
_CALLBACK = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*", re.ASCII)
_LONGEST_CALLBACK = 100
_QUIET = "default-src 'none'; style-src 'self' 'unsafe-inline'"
"""The policy of a preview; it names no frame-ancestors, since any page may frame it, a local file too."""
_RETRY_SECONDS = 2


def install(app: Flask) -> None:
    """Add the service to an application, over the current release and over each that is kept."""
    app.extensions["kembar.reconciliation"] = Indexes()
    app.extensions["kembar.reconciliation.turn"] = threading.Lock()
    app.register_blueprint(blueprint)
    app.register_blueprint(blueprint, url_prefix="/release/<release_id>", name="reconciliation_pinned")


@blueprint.url_value_preprocessor
def _enter_release(_: str | None, values: dict[str, Any] | None) -> None:
    """Answer from the release of the address, until the request ends."""
    if values and (release := values.pop("release_id", None)):
        g.reconciled_release, g.reconciled_until = release, ExitStack()
        g.reconciled_until.enter_context(pin(release))


@blueprint.url_defaults
def _stay_in_release(_: str, values: dict[str, Any]) -> None:
    if "reconciled_release" in g:
        values.setdefault("release_id", g.reconciled_release)


@blueprint.teardown_request
def _leave_release(_: BaseException | None) -> None:
    if (until := g.pop("reconciled_until", None)) is not None:
        until.close()


@blueprint.before_request
def _check_callback() -> None:
    callback = request.args.get("callback")
    if callback is not None and (
        len(callback) > _LONGEST_CALLBACK or not _CALLBACK.fullmatch(callback) or request.method == "POST"
    ):
        raise ParameterError("callback", callback[:_LONGEST_CALLBACK], "is no name of a function, or no GET")


@blueprint.after_request
def _wrap(response: Response) -> Response:
    """Write an answer as a script where the client asks for JSONP; errors stay errors."""
    callback = request.args.get("callback")
    if callback and response.is_json and response.status_code < 300:
        response.set_data(f"/**/{callback}({response.get_data(as_text=True).rstrip()});\n")
        response.mimetype = "text/javascript"
    return response


@blueprint.route("/reconcile", methods=["GET", "POST"])
def answer() -> Response:
    """Answer /reconcile : candidates for queries, values of properties, else the manifest or a page."""
    given = _read_form() if request.method == "POST" else request.args
    asked = [name for name in _OPERATIONS if name in given]
    if len(asked) > 1:
        raise ParameterError(asked[1], given[asked[1]][:50], f"cannot be asked together with {asked[0]}")
    if asked:
        return _answer(_operate(asked[0], given[asked[0]]))
    if request.method == "POST":
        raise ParameterError("queries", "", "is missing from the form, and so is extend")
    if prefers_html(request.accept_mimetypes) and "callback" not in request.args:
        return _show_page()
    response = _answer(manifest())
    response.vary.add("Accept")
    return response


def _read_form() -> dict[str, str]:
    if request.mimetype != FORM:
        raise UnsupportedBody(request.content_type or "", [FORM])
    return {**request.args, **request.form}


def _operate(operation: str, text: str) -> Json:
    index, lang = _index(), asked_language()
    with _turn():
        if operation == "extend":
            return reconciliation_answer.extend(reconciliation_request.read_extension(text), index, lang)
        if operation == "query":
            return reconciliation_answer.answer_query(reconciliation_request.read_single(text), index, lang)
        return reconciliation_answer.answer_queries(reconciliation_request.read_batch(text), index, lang)


@contextmanager
def _turn() -> Iterator[None]:
    """Let one client at a time reconcile: it takes this process, which all the pages share.

    Raises EngineOverloaded when the turn does not come.
    """
    turn: threading.Lock = current_app.extensions["kembar.reconciliation.turn"]
    if not turn.acquire(timeout=service().config.queue_seconds):
        raise EngineOverloaded(_RETRY_SECONDS)
    try:
        yield
    finally:
        turn.release()


@blueprint.get("/reconcile/suggest/<any(entity,type,property):kind>")
def suggest(kind: str) -> Response:
    """Answer /reconcile/suggest/<kind>?prefix= : what begins so, `cursor` suggestions left out."""
    prefix, skip, lang = _text("prefix"), _count("cursor") or 0, asked_language()
    if kind == "entity":
        return _answer(reconciliation_answer.suggest_entities(prefix, skip, _index(), lang))
    if kind == "type":
        return _answer(reconciliation_answer.suggest_types(prefix, skip, lang))
    return _answer(reconciliation_answer.suggest_properties(prefix, skip, lang))


@blueprint.get("/reconcile/flyout/<any(entity,type,property):kind>")
def flyout(kind: str) -> Response:
    """Answer /reconcile/flyout/<kind>?id= : a few lines of HTML about a suggestion."""
    shown, lang = _text("id"), asked_language()
    if kind == "entity":
        html = render_template("reconcile/card.html", **_card(shown, _index(), lang))
    else:
        name, text = _name_and_text(kind, shown, lang)
        html = render_template("reconcile/flyout.html", name=name, text=text)
    return _answer({"id": shown, "html": html})


def _name_and_text(kind: str, shown: str, lang: str) -> tuple[str, str]:
    if kind == "property" and shown in BY_ID:
        return BY_ID[shown].name(lang), BY_ID[shown].description(lang)
    if kind == "type" and (name := read_type(shown)) is not None:
        return type_name(name, lang), str(KK[name])
    raise NotFound(f"there is no {kind} {shown!r}; {url_for('.suggest', kind=kind)} lists all")


@blueprint.get("/reconcile/preview")
def preview() -> Response:
    """Answer /reconcile/preview?id= : a place in 400 by 120 pixels, for a frame in any page."""
    lang = present.language()
    response = present.respond("reconcile/preview.html", **_card(_text("id"), _index(), lang))
    response.headers["Content-Security-Policy"] = _QUIET
    return response


def _card(shown: str, index: PlaceIndex, lang: str) -> Json:
    """Return what the templates tell of a place."""
    entry = index.find(shown)
    if entry is None:
        raise NotFound(f"there is no place {shown!r} in this release")
    return {
        "entry": entry,
        "label": entry.label(lang),
        "description": describe(entry, index, lang),
        "address": f"{request.host_url}place/{entry.id}",
        "in_language": lang,
    }


@blueprint.get("/reconcile/properties")
def propose() -> Response:
    """Answer /reconcile/properties?type= : which properties such places have, not more than `limit`."""
    asked = _text("type")
    kind = read_type(asked)
    if asked and kind is None:
        raise ParameterError("type", asked, "is no type of this service; /reconcile/suggest/type lists all")
    return _answer(reconciliation_answer.propose(kind, _count("limit"), asked_language()))


def _show_page() -> Response:
    lang = present.language()
    return present.respond(
        "reconcile/service.html",
        heading=translate("reconcile.heading", lang),
        address=request.host_url.rstrip("/") + url_for(".answer"),
        properties=[one for one in BY_ID.values() if one.constraint],
        types=[(kind, type_name(kind, lang)) for kind in (CITY, LOCAL, COUNTRY, PLACE)],
    )


def _answer(content: Json) -> Response:
    response = jsonify(content)
    if request.method != "POST":
        response.cache_control.public = True
        response.cache_control.no_cache = True
        response.add_etag()
        response.make_conditional(request)
    return response


def _index() -> PlaceIndex:
    """Return the places of the release of this request. Raises the QueryError tree."""
    indexes: Indexes = current_app.extensions["kembar.reconciliation"]
    return indexes.of(service().engine)


def _text(name: str) -> str:
    value = request.args.get(name, "").strip()
    if len(value) > reconciliation_request.LONGEST_TEXT:
        raise ParameterError(name, value[:50], f"is over {reconciliation_request.LONGEST_TEXT} characters")
    return value


def _count(name: str) -> int | None:
    value = request.args.get(name, "").strip()
    if not value:
        return None
    if not (value.isascii() and value.isdecimal()) or len(value) > _MOST_DIGITS:
        raise ParameterError(name, value[:50], f"must be a whole number of at most {_MOST_DIGITS} digits")
    return int(value)

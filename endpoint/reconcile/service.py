"""``/reconcile``: the Reconciliation Service API over the places of a release, for OpenRefine and others.

https://reconciliation-api.github.io/specs/0.2/, with JSONP its version 0.1, and with bodies of JSON the draft
of version 1.0. The same under ``/release/<id>/``, from that release. A wrong request is a ParameterError,
answered with 400.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, jsonify, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from endpoint.engine.processes.worker_queue import WorkerQueue
from endpoint.errors import NotFound, UnsupportedBody
from endpoint.reconcile import answer
from endpoint.reconcile.answer import Json, Turn
from endpoint.reconcile.draft import (
    VERSION,
    answer_draft_batch,
    answer_draft_extension,
    read_draft_batch,
)
from endpoint.reconcile.manifest import describe_draft, describe_service, requested_language
from endpoint.reconcile.properties import PROPERTIES, PROPERTIES_BY_ID, read_type
from endpoint.reconcile.request import LONGEST_TEXT, Batch, read_batch, read_extension, read_query
from endpoint.serving.clients import current_client
from endpoint.serving.connection import client_is_gone
from endpoint.serving.pinned import pin
from endpoint.show.addresses import language
from endpoint.show.names import names
from endpoint.show.rendering import respond
from endpoint.show.texts import translate
from endpoint.sparql.negotiation import prefers_html
from endpoint.sparql.request import FORM, check_single
from graph.errors import ParameterError, QueryAbandoned
from graph.names.describe import class_label, describe_place
from graph.names.index.ask import NameIndex
from graph.names.index.entry import TYPES
from ontology import KK

blueprint = Blueprint("reconciliation", __name__)

# What a form or query string asks by each parameter: how its text is read, and how that is answered.
_OPERATIONS: Mapping[str, tuple[Callable[[str], Any], Callable[[Any, NameIndex, str, Turn], Json]]] = {
    # https://reconciliation-api.github.io/specs/0.2/#sending-reconciliation-queries-to-a-service
    "queries": (read_batch, answer.answer_batch),
    # https://reconciliation-api.github.io/specs/0.1/
    "query": (read_query, answer.answer_query),
    # https://reconciliation-api.github.io/specs/0.2/#data-extension-query-requests
    "extend": (read_extension, answer.answer_extension),
}
_JSON = "application/json"
_MOST_DIGITS = 6
# A name of JavaScript, with dots as in Library.callbacks.x1; it becomes code in the page that asked.
_CALLBACK = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*", re.ASCII)
_LONGEST_CALLBACK = 100
_PREVIEW_POLICY = "default-src 'none'; style-src 'self' 'unsafe-inline'"
"""The Content-Security-Policy of a preview. No frame-ancestors: any page may frame it, even a local file."""
UNREAD = "X-Kembar-Unread"
"""The header that tells how many queries of a batch were wrong, and what was wrong with the first."""


# ---- the application, and what goes round every request


def install(app: Flask) -> None:
    """Add the service to an application, over the current release and over each that is kept."""
    config = app.extensions["kembar"].config
    turns = app.extensions["kembar.reconciliation.turns"] = WorkerQueue[object](
        1, config.queue, config.queue_seconds
    )
    turns.put(object())
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
    if callback is None:
        return
    is_name = len(callback) <= _LONGEST_CALLBACK and _CALLBACK.fullmatch(callback)
    if not is_name or request.method == "POST":
        raise ParameterError("callback", callback[:_LONGEST_CALLBACK], "is no name of a function, or no GET")


@blueprint.after_request
def _wrap_jsonp(response: Response) -> Response:
    """Write an answer as a script where the client asks for JSONP; errors stay errors."""
    callback = request.args.get("callback")
    if callback and response.is_json and response.status_code < 300:
        response.set_data(f"/**/{callback}({response.get_data(as_text=True).rstrip()});\n")
        response.mimetype = "text/javascript"
    return response


# ---- queries, data extensions and the manifest


@blueprint.route("/reconcile", methods=["GET", "POST"])
def reconcile() -> Response:
    """Answer /reconcile : candidates of queries, values of properties, else the manifest or a page."""
    if request.method == "POST" and request.mimetype == _JSON:
        return reconcile_conditions()
    if request.args.get("version") == VERSION:
        return _respond(describe_draft(_audience()))
    parameters = _read_form() if request.method == "POST" else request.args
    operations = [name for name in _OPERATIONS if name in parameters]
    if len(operations) > 1:
        first, second, *_ = operations
        raise ParameterError(second, parameters[second][:50], f"cannot be asked together with {first}")
    if operations:
        return _respond(_operate(operations[0], parameters[operations[0]]))
    if request.method == "POST":
        raise ParameterError("queries", "", "is missing from the form, and so is extend")
    if prefers_html(request.accept_mimetypes) and "callback" not in request.args:
        return _show_page()
    response = _respond(describe_service())
    response.vary.add("Accept")
    return response


# ---- version 1.0: https://reconciliation-api.github.io/specs/draft/


@blueprint.post("/reconcile/reconcile")
def reconcile_conditions() -> Response:
    """Answer /reconcile/reconcile : candidates of queries by conditions, in their order."""
    batch = read_draft_batch(_read_body())
    _note_problems(batch.problems, len(batch.queries))
    return _respond_to(answer_draft_batch(batch, names(), _audience(), _turn))


@blueprint.post("/reconcile/extend")
def extend() -> Response:
    """Answer /reconcile/extend : values of properties, row by row."""
    extension = read_extension(_read_body())
    return _respond_to(answer_draft_extension(extension, names(), _audience(), _turn))


@blueprint.get("/reconcile/extend/propose")
def propose_in_draft() -> Response:
    """Answer /reconcile/extend/propose?type= : which properties such places have."""
    return propose()


def _audience() -> str:
    """Return the language of who asks: ``?lang=``, else Accept-Language, as version 1.0 has it."""
    return language()


def _respond_to(content: Json) -> Response:
    response = _respond(content)
    response.headers["Content-Language"] = _audience()
    return response


def _read_body() -> str:
    """Return a body of JSON. Raises UnsupportedBody for another one, ParameterError when it is not UTF-8."""
    if request.mimetype != _JSON:
        raise UnsupportedBody(request.content_type or "", [_JSON])
    try:
        return request.get_data().decode()
    except UnicodeDecodeError as exc:
        raise ParameterError("body", "", f"is not UTF-8 (byte {exc.start})") from exc


def _note_problems(problems: Sequence[ParameterError], count: int) -> None:
    if problems:
        g.unread = f"{len(problems)} of {count}: {problems[0]}"


# ---- forms


def _read_form() -> Mapping[str, str]:
    """Return the parameters of the form and of the address.

    Raises UnsupportedBody for any other body, and ParameterError for one that is given twice.
    """
    if request.mimetype != FORM:
        raise UnsupportedBody(request.content_type or "", [FORM, _JSON])
    given = MultiDict([*request.args.items(multi=True), *request.form.items(multi=True)])
    check_single(given)
    return given


def _operate(operation: str, text: str) -> Json:
    read, respond = _OPERATIONS[operation]
    asked = read(text)
    if isinstance(asked, Batch):
        _note_problems(asked.problems, len(asked.queries))
    return respond(asked, names(), requested_language(), _turn)


@contextmanager
def _turn() -> Iterator[None]:
    """Let one client at a time reconcile a name: it takes this process, which all the pages share.

    Clients have their turns, so a batch of one delays a name of another by one of its names.
    Raises EngineOverloaded when the others take too long, QueryAbandoned when the client has left.
    """
    turns: WorkerQueue[object] = current_app.extensions["kembar.reconciliation.turns"]
    _check_client()
    turn = turns.take(_check_client, current_client())
    try:
        yield
    finally:
        turns.put(turn)


def _check_client() -> None:
    if client_is_gone():
        raise QueryAbandoned


def _show_page() -> Response:
    lang = language()
    return respond(
        "reconcile/service.html",
        heading=translate("reconcile.heading", lang),
        address=request.host_url.rstrip("/") + url_for(".reconcile"),
        properties=[property_ for property_ in PROPERTIES if property_.comparison],
        types=[(kind, class_label(kind, lang)) for kind in TYPES],
    )


# ---- suggestions, previews and proposals


@blueprint.get("/reconcile/suggest/<any(entity,type,property):kind>")
def suggest(kind: str) -> Response:
    """Answer /reconcile/suggest/<kind>?prefix= : what begins so, without the first `cursor` suggestions."""
    prefix, skip, lang = _read_text("prefix"), _read_count("cursor") or 0, requested_language()
    if kind == "entity":
        return _respond(answer.suggest_entities(prefix, skip, names(), lang))
    if kind == "type":
        return _respond(answer.suggest_types(prefix, skip, lang))
    return _respond(answer.suggest_properties(prefix, skip, lang))


@blueprint.get("/reconcile/flyout/<any(entity,type,property):kind>")
def flyout(kind: str) -> Response:
    """Answer /reconcile/flyout/<kind>?id= : a few lines of HTML about a suggestion."""
    id_, lang = _read_text("id"), requested_language()
    if kind == "entity":
        html = render_template("reconcile/card.html", **_describe_card(id_, lang))
    else:
        name, text = _describe_term(kind, id_, lang)
        html = render_template("reconcile/flyout.html", name=name, text=text)
    return _respond({"id": id_, "html": html})


def _describe_term(kind: str, id_: str, lang: str) -> tuple[str, str]:
    """Return the name of a type or property, and what it is. Raises NotFound."""
    if kind == "property" and id_ in PROPERTIES_BY_ID:
        property_ = PROPERTIES_BY_ID[id_]
        return property_.name(lang), property_.description(lang)
    if kind == "type" and (name := read_type(id_)) is not None:
        return class_label(name, lang), str(KK[name])
    raise NotFound(f"there is no {kind} {id_!r}; {url_for('.suggest', kind=kind)} lists all")


@blueprint.get("/reconcile/preview")
def preview() -> Response:
    """Answer /reconcile/preview?id= : a place in 400 by 120 pixels, for a frame in any page."""
    card = _describe_card(_read_text("id"), language())
    response = respond("reconcile/preview.html", **card)
    response.headers["Content-Security-Policy"] = _PREVIEW_POLICY
    return response


def _describe_card(id_: str, lang: str) -> Json:
    """Return what the templates show of a place. Raises NotFound."""
    index = names()
    entry = index.find(id_)
    if entry is None:
        raise NotFound(f"there is no place {id_!r} in this release")
    return {
        "entry": entry,
        "label": entry.label(lang),
        "description": describe_place(entry, index, lang),
        "address": f"{request.host_url}place/{entry.id}",
        "in_language": lang,
    }


@blueprint.get("/reconcile/properties")
def propose() -> Response:
    """Answer /reconcile/properties?type= : which properties such places have, not more than `limit`."""
    text = _read_text("type")
    kind = read_type(text)
    if text and kind is None:
        raise ParameterError("type", text, "is no type of this service; /reconcile/suggest/type lists all")
    return _respond(answer.propose_properties(kind, _read_count("limit"), requested_language()))


# ---- what all of them need


def _respond(content: Json) -> Response:
    """Return the content as JSON; GET answers with an ETag, to be asked again each time."""
    response = jsonify(content)
    if "unread" in g:
        response.headers[UNREAD] = ascii(g.unread)[1:-1]
    if request.method != "POST":
        response.cache_control.public = True
        response.cache_control.no_cache = True
        response.add_etag()
    return response


def _read_text(name: str) -> str:
    value = request.args.get(name, "").strip()
    if len(value) > LONGEST_TEXT:
        raise ParameterError(name, value[:50], f"is over {LONGEST_TEXT} characters")
    return value


def _read_count(name: str) -> int | None:
    """Return a whole number of the query string, None when it is not there. Raises ParameterError."""
    value = request.args.get(name, "").strip()
    if not value:
        return None
    if not (value.isascii() and value.isdecimal()) or len(value) > _MOST_DIGITS:
        raise ParameterError(name, value[:50], f"must be a whole number of at most {_MOST_DIGITS} digits")
    return int(value)

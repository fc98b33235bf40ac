"""The web application: its parts put together over one configuration and the current release."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from http import HTTPStatus
from typing import Any, cast

from flask import Flask, Request, Response, current_app, g, make_response, redirect, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.datastructures import MIMEAccept, MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_accept_header

from endpoint import errors
from endpoint.config import Config
from endpoint.questions import answer as questions
from endpoint.questions import faults
from endpoint.reconcile import service as reconciliation
from endpoint.releases import downloads, issues, signposting, sources
from endpoint.releases import pages as releases
from endpoint.serving import current, encoding, quota
from endpoint.serving.clients import request_address
from endpoint.serving.connection import FAILED
from endpoint.serving.current import service
from endpoint.serving.pinned import OlderReleases, PinnedReleases
from endpoint.serving.quota import Quota
from endpoint.serving.records import metrics
from endpoint.serving.records.access_log import AccessLog, RecordObserver, current_record
from endpoint.serving.records.metrics import Metrics
from endpoint.serving.releases.service import ReleaseSwitch
from endpoint.serving.releases.switch import Switch
from endpoint.show import addresses, conditions, names, rendering
from endpoint.site import agreements, health, network, pages, places, preparation, wikidata
from endpoint.site.files import assets, crawlers, policy, security
from endpoint.site.files.pictures import network_data, world
from endpoint.site.files.tools import catalogue
from endpoint.site.files.tools.agents import http as agents
from endpoint.site.search import page as search
from endpoint.sparql import answer as sparql
from endpoint.sparql import graph_store, limits
from endpoint.sparql.editor import completion
from endpoint.sparql.editor.terms import NOTE
from endpoint.sparql.request import PATH as PROTOCOL
from endpoint.sparql.request import check_single
from endpoint.things import dereference, identity
from graph.store.releases import Release

_EXPOSED = (
    "Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag, Link, Location, Retry-After, "
    "X-Kembar-Note, X-Kembar-Release, X-Kembar-Total, X-Kembar-Unread"
)
"""Headers that scripts of other sites may read (https://fetch.spec.whatwg.org/#http-cors-protocol)."""
_OF_THE_PROCESS = {"health", "metrics"}
"""The routes that tell how the process is, whatever becomes of its releases."""
_ALWAYS = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", _EXPOSED),
    ("X-Content-Type-Options", "nosniff"),
)


@lru_cache(maxsize=256)
def _read_accept(header: str) -> MIMEAccept:
    return parse_accept_header(header, MIMEAccept)


class _Request(Request):
    """Reads what a client accepts once: most send the same again and again. Tracking is no parameter."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        return addresses.leave_out_tracking(super().args)

    @cached_property
    def accept_mimetypes(self) -> MIMEAccept:
        return _read_accept(self.headers.get("Accept", ""))


class _App(Flask):
    """Has no coroutines among its views and hooks, so none is looked for at every call."""

    request_class = _Request

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


@dataclass(frozen=True)
class Parts:
    """What an application is put together over; they are of this process, or stand for those of another."""

    switch: ReleaseSwitch
    older: OlderReleases
    quota: Quota
    metrics: Metrics
    log: AccessLog


def create_app(config: Config, release: Release, counters: Metrics | None = None) -> Flask:
    """Return the application over one release, with its worker processes started; it follows `current`.

    Call it in the process that serves, after any fork. ``close_app`` ends the workers; the end of the
    process does too. Raises EngineFailed when they do not start.
    """
    log, counters = AccessLog(config), counters or Metrics()
    observer = RecordObserver(counters)
    switch = Switch(config, release, observer)
    older = PinnedReleases(config, observer, switch.verifier)
    app = make_app(Parts(switch, older, Quota(config), counters, log))
    counters.observe(
        lambda: [(one.release.id, one.engine.state()) for one in (*switch.services(), *older.services())]
    )
    switch.housekeeping.append(older.close_idle)
    switch.prepare_with(partial(preparation.list_steps, app))
    return app


def make_app(parts: Parts) -> Flask:
    """Return the application over parts that there are."""
    app, switch = _App(__name__, static_folder=None), parts.switch
    most_bytes = limits.BODY_FACTOR * switch.config.query_bytes
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = most_bytes
    cast(DefaultJSONProvider, app.json).sort_keys = False
    app.extensions["kembar"], app.extensions["kembar.pinned"] = switch, parts.older
    app.extensions["kembar.metrics"], app.extensions["kembar.log"] = parts.metrics, parts.log
    app.before_request(begin_request)
    app.after_request(end_request)  # the last one to be called, since it is the first one here
    app.after_request(add_headers)
    app.teardown_appcontext(current.give_back)
    errors.install(app)
    _register(app, parts)
    switch.housekeeping.append(app.extensions["kembar.kept"].close_idle)
    return app


def close_app(app: Flask) -> None:
    """End all workers of an application, also those at work, whose requests end with an error."""
    app.extensions["kembar"].close()
    app.extensions["kembar.pinned"].close()
    app.extensions["kembar.log"].close()


def _register(app: Flask, parts: Parts) -> None:
    """Add all routes."""
    rendering.install(app)
    names.install(app)
    faults.install(app)
    identity.install(app, parts.switch.verifier)
    of_releases = (releases, downloads, issues, sources, signposting)
    of_site = (pages, places, agreements, network, network_data, world, health, wikidata)
    for_tools = (assets, crawlers, security, catalogue, agents)
    others = (*of_releases, *of_site, *for_tools)
    for module in (sparql, completion, questions, search, metrics, *others, dereference):
        app.register_blueprint(module.blueprint)
    limits.install(app)
    graph_store.install(app)
    quota.install(app, parts.quota)
    for part in (encoding, conditions, policy, search, reconciliation):
        part.install(app)


def begin_request() -> Response | None:
    """Bind the request to a release, and start its clock; raises DamagedRelease when none may answer.

    An address with a slash too many is moved. Raises the error of a request that has failed already, and
    ParameterError for a parameter that is given twice; the protocol only looks at its own, since libraries
    send it others (SPARQLWrapper: ``results``, twice).
    """
    if (failure := request.environ.get(FAILED)) is not None:
        raise failure
    current.lease()
    current_record()
    refusal = current.switch().refusal
    if refusal and request.blueprint not in _OF_THE_PROCESS:
        raise refusal
    if not request.path.rstrip("/").endswith(PROTOCOL):
        check_single(request.args)
    rule, path = request.url_rule, request.path.rstrip("/")
    if not request.path.endswith("/") or not path or (rule is not None and rule.rule.endswith("/")):
        return None
    if not _is_routed(path):
        return None
    return _list_methods(path) if request.method == "OPTIONS" else _move_to(path)


def _is_routed(path: str) -> bool:
    routes = current_app.url_map.bind_to_environ(request.environ)
    try:
        routes.match(path, method=request.method)
    except HTTPException:
        return False
    return True


def _list_methods(path: str) -> Response:
    """Return what may be done at an address: who asks that for another site follows no redirection."""
    response = current_app.response_class()
    response.allow.update(current_app.url_map.bind_to_environ(request.environ).allowed_methods(path))
    return response


def _move_to(path: str) -> Response:
    """Return a redirection that keeps method, body and query string: 308."""
    query = request.query_string.decode("latin-1")
    return make_response(redirect(path + (f"?{query}" if query else ""), HTTPStatus.PERMANENT_REDIRECT))


def end_request(response: Response) -> Response:
    """Count the request and write it down."""
    length = response.content_length
    write_down(
        request, response.status_code, response.calculate_content_length() if length is None else length
    )
    return response


def write_down(request: Request, status: int, size: int | None) -> None:
    """Count a request and its answer, and write them down."""
    record = current_record()
    record.end(status, size, service().release.id, g.get("problem", ""))
    current_app.extensions["kembar.metrics"].request_ended(record)
    log: AccessLog = current_app.extensions["kembar.log"]
    if log.is_open:
        client = request_address(request, current.lease().service.config.trusted_proxies)
        log.write(record, client, request.args)


def add_headers(response: Response) -> Response:
    """Let pages of other sites read every answer (errors too), name the release, and what was not read."""
    headers = response.headers
    if response.status_code == HTTPStatus.OK and (unread := addresses.describe_unread()):
        headers.setdefault(NOTE, unread)
    for name, value in usual_headers():
        headers.setdefault(name, value)
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, HEAD, OPTIONS")
        # * is every header but Authorization: https://fetch.spec.whatwg.org/#http-access-control-allow-headers
        headers["Access-Control-Allow-Headers"] = (
            "*, Accept, Authorization, Content-Type, If-None-Match, If-Range, Mcp-Method, Mcp-Name, "
            "Mcp-Protocol-Version, Range, X-Requested-With"
        )
        headers["Access-Control-Max-Age"] = "86400"
    return response


def usual_headers() -> list[tuple[str, str]]:
    """Return what every answer has."""
    return [*_ALWAYS, ("X-Kembar-Release", service().release.id)]

"""The web application: its parts put together over one configuration and the current release."""

from __future__ import annotations

from flask import Flask, Response, current_app, g, request

from endpoint import errors
from endpoint.config import Config
from endpoint.engine.observer import Observer
from endpoint.questions import answer as questions
from endpoint.reconcile import service as reconciliation
from endpoint.releases import downloads, issues, sources
from endpoint.releases import pages as releases
from endpoint.serving import current, encoding, metrics, pinned, quota
from endpoint.serving.access_log import AccessLog, RecordObserver, current_record
from endpoint.serving.current import service
from endpoint.serving.metrics import Metrics
from endpoint.serving.quota import request_address
from endpoint.serving.switch import Switch
from endpoint.show import rendering
from endpoint.site import health, pages, wikidata
from endpoint.sparql import answer as sparql
from endpoint.sparql import graph_store, limits
from endpoint.things import dereference
from graph.store.releases import Release

_EXPOSED = (
    "Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag, Link, Location, Retry-After, "
    "X-Kembar-Release"
)
"""Headers that scripts of other sites may read (https://fetch.spec.whatwg.org/#http-cors-protocol)."""
_ALWAYS = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", _EXPOSED),
    ("X-Content-Type-Options", "nosniff"),
)


def create_app(config: Config, release: Release) -> Flask:
    """Return the application over one release, with its worker processes started; it follows `current`.

    Call it in the process that serves, after any fork. ``close_app`` ends the workers; the end of the
    process does too. Raises EngineFailed when they do not start.
    """
    app = Flask(__name__)
    most_bytes = limits.BODY_FACTOR * config.query_bytes
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = most_bytes
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["kembar.log"] = AccessLog(config)
    counters = app.extensions["kembar.metrics"] = Metrics()
    observer = RecordObserver(counters)
    switch = app.extensions["kembar"] = Switch(config, release, observer)
    app.before_request(begin_request)
    app.after_request(end_request)  # the last one to be called, since it is the first one here
    app.teardown_appcontext(current.give_back)
    errors.install(app)
    _register(app, config, observer)
    counters.observe(lambda: [*switch.services(), *app.extensions["kembar.pinned"].services()])
    switch.housekeeping.append(app.extensions["kembar.pinned"].close_idle)
    app.after_request(add_headers)
    return app


def close_app(app: Flask) -> None:
    """End all workers of an application, also those at work, whose requests end with an error."""
    app.extensions["kembar"].close()
    app.extensions["kembar.pinned"].close()
    app.extensions["kembar.log"].close()


def _register(app: Flask, config: Config, observer: Observer) -> None:
    """Add all routes."""
    rendering.install(app)
    pinned.install(app, config, observer)
    of_releases = (releases, downloads, issues, sources)
    for module in (sparql, questions, pages, health, metrics, *of_releases, dereference, wikidata):
        app.register_blueprint(module.blueprint)
    for part in (limits, graph_store, quota, encoding, reconciliation):
        part.install(app)


def begin_request() -> None:
    """Bind the request to a release, and start its clock."""
    current.lease()
    current_record()


def end_request(response: Response) -> Response:
    """Count the request and write it down."""
    record = current_record()
    record.end(response, service().release.id, g.get("problem", ""))
    current_app.extensions["kembar.metrics"].request_ended(record)
    log: AccessLog = current_app.extensions["kembar.log"]
    if log.is_open:
        log.write(record, request_address(current.lease().service.config.trusted_proxies), request.args)
    return response


def add_headers(response: Response) -> Response:
    """Let pages of other sites read every answer (errors too), and name the release on it."""
    headers = response.headers
    headers.extend(_ALWAYS)
    headers.setdefault("X-Kembar-Release", service().release.id)
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, HEAD, OPTIONS")
        headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match, If-Range, Range"
        headers["Access-Control-Max-Age"] = "86400"
    return response

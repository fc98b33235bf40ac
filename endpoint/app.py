"""The web application: its parts put together over one configuration and one release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Flask, Response, current_app, jsonify, request

from endpoint import errors
from endpoint.config import Config
from endpoint.engine import Engine, Lane
from graph.errors import QueryError
from graph.release import Release

HEALTH_SECONDS = 2.0


@dataclass(frozen=True)
class Service:
    """What a request needs: the settings, the release it is answered from, and the engine over it."""

    config: Config
    release: Release
    engine: Engine


def service() -> Service:
    """Return the parts of the application that handles the current request."""
    return cast("Service", current_app.extensions["kembar"])


def create_app(config: Config, release: Release) -> Flask:
    """Return the application over one release, with its worker processes started.

    Call it in the process that serves, after any fork. Closing ``app.extensions["kembar"].engine`` ends the
    workers; the end of the process does too. Raises EngineFailed when they do not start.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = 4 * config.query_bytes
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["kembar"] = Service(config, release, Engine(config, release.store_path))
    errors.install(app)
    _register(app)
    app.add_url_rule("/health", view_func=report_health)
    app.after_request(add_headers)
    return app


def _register(app: Flask) -> None:
    """Add all routes; imported here because their modules ask this one for the service."""
    from endpoint import canned, entity, pages, present, sparql

    present.install(app)
    for module in (sparql, canned, pages, entity):
        app.register_blueprint(module.blueprint)


def report_health() -> Response:
    """Answer whether a query goes through, and over which release."""
    state = service()
    report: dict[str, object] = {"status": "ok", "release": state.release.id}
    response = Response()
    try:
        state.engine.run("ASK {}", "application/sparql-results+json", lane=Lane.PAGES, seconds=HEALTH_SECONDS)
    except QueryError as error:
        report |= {"status": "failing", "detail": str(error)}
        response = jsonify(report)
        response.status_code = errors.UNHEALTHY
    else:
        response = jsonify(report)
    response.cache_control.no_store = True
    return response


def add_headers(response: Response) -> Response:
    """Let pages of other sites read every answer (errors too), and name the release on it."""
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = "ETag, Retry-After, X-Kembar-Release"
    headers["X-Kembar-Release"] = service().release.id
    headers["X-Content-Type-Options"] = "nosniff"
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, HEAD, OPTIONS")
        headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match"
        headers["Access-Control-Max-Age"] = "86400"
    return response

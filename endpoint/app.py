"""The web application: its parts put together over one configuration and one release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import Flask, Response, current_app, g, jsonify, request

from endpoint import errors
from endpoint.config import Config
from endpoint.engine import Engine, Lane
from graph.errors import QueryError
from graph.release import Release
from queries import CannedQuery, catalogue

HEALTH_SECONDS = 2.0


@dataclass(frozen=True)
class Service:
    """What a request needs: the settings, the release it is answered from, its questions and its engine."""

    config: Config
    release: Release
    engine: Engine
    questions: Mapping[str, CannedQuery]

    @property
    def home(self) -> Path:
        """Return the folder that holds the releases."""
        return self.config.home


def service() -> Service:
    """Return what the current request is answered from: a pinned release, else the current one."""
    return cast("Service", g.get("pinned") or current_app.extensions["kembar"])


def create_app(config: Config, release: Release) -> Flask:
    """Return the application over one release, with its worker processes started.

    Call it in the process that serves, after any fork. Closing ``app.extensions["kembar"].engine`` ends the
    workers; the end of the process does too. Raises EngineFailed when they do not start.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = 4 * config.query_bytes
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["kembar"] = Service(config, release, Engine(config, release.store_path), catalogue())
    errors.install(app)
    _register(app)
    app.add_url_rule("/health", view_func=report_health)
    app.after_request(add_headers)
    return app


def _register(app: Flask) -> None:
    """Add all routes; imported here because their modules ask this one for the service."""
    from endpoint import canned, entity, pages, pinned, present, sparql

    present.install(app)
    pinned.install(app, service_config=cast("Service", app.extensions["kembar"]).config)
    for module in (sparql, canned, pages, pinned, entity):
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

"""``/limits``: every limit that an answer of this service may run into, from the settings in force.

With it, where answers differ from SPARQL 1.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, jsonify, request

from endpoint.config import Config
from endpoint.serving.current import service
from endpoint.serving.quota import BURST_MINUTES
from endpoint.show.addresses import language
from endpoint.show.rendering import respond
from endpoint.show.texts import LANGUAGES, format_number, translate
from endpoint.sparql.deviations import Deviation, deviations_of
from graph.engines.products import product_named
from ontology import BASE

if TYPE_CHECKING:
    from graph.engines.remote import Generation

blueprint = Blueprint("limits", __name__)


@dataclass(frozen=True)
class Limit:
    """One limit: ``unit`` is seconds, bytes, rows, ..., ``setting`` the variable that sets it.

    Over it, the answer has ``status`` and the problem type that ends in ``problem``. A value of None means
    that there is no such limit.
    """

    slug: str
    unit: str
    setting: str
    status: int
    problem: str
    value: float | None

    @property
    def type(self) -> str:
        """Return the IRI of the kind of problem that tells of this limit."""
        return f"{BASE}problem/{self.problem}"

    def describe(self, lang: str) -> str:
        """Return what is limited, in words."""
        return translate(f"limit.{self.slug}", lang)


# What is limited, its unit, the setting, the status, and the slug of the problem over it.
_TABLE: tuple[tuple[str, str, str, int, str], ...] = (
    ("query-seconds", "seconds", "query_seconds", 504, "timeout"),
    ("most-query-seconds", "seconds", "max_query_seconds", 400, "parameter"),
    ("query-memory", "bytes", "memory_bytes", 500, "engine"),
    ("result-bytes", "bytes", "result_bytes", 413, "result-size"),
    ("result-rows", "rows", "result_rows", 413, "result-size"),
    ("query-bytes", "bytes", "query_bytes", 413, "query-length"),
    ("query-tokens", "tokens", "query_tokens", 400, "query-shape"),
    ("query-depth", "brackets", "query_depth", 400, "query-shape"),
    ("query-chain", "links", "query_chain", 400, "query-shape"),
    ("query-patterns", "patterns", "query_patterns", 400, "query-shape"),
    ("body-bytes", "bytes", "query_bytes", 413, "body-size"),
    ("running", "queries", "workers", 503, "overload"),
    ("waiting", "queries", "queue", 503, "overload"),
    ("waiting-seconds", "seconds", "queue_seconds", 503, "overload"),
    ("client-queries", "queries", "client_queries", 429, "rate"),
    ("client-seconds", "seconds-per-minute", "client_seconds_per_minute", 429, "rate"),
    ("client-bytes", "bytes", "sending_bytes", 429, "rate"),
    ("client-errors", "queries-per-minute", "client_errors_per_minute", 429, "rate"),
)
CAVEATS = ("behind", "unknown", "rows", "order", "untaken", "stops", "runs-on", "proof")
"""What is said of an engine elsewhere, in this order, as far as it holds."""
_BIGGER = (("mebibytes", 1 << 20), ("kibibytes", 1 << 10))
BODY_FACTOR = 4
"""A body may be so many times as long as a query: in a form, a letter takes up to three bytes more."""


def limits_of(config: Config) -> list[Limit]:
    """Return all limits with the values of these settings."""
    return [
        Limit(slug, unit, f"KEMBAR_{setting.upper()}", status, problem, _value(config, slug, setting))
        for slug, unit, setting, status, problem in _TABLE
    ]


def _value(config: Config, slug: str, setting: str) -> float | None:
    value: float = getattr(config, setting)
    if slug == "body-bytes":
        return BODY_FACTOR * value
    if slug == "client-bytes":
        return value // 2
    return None if slug.startswith("client-") and not value else value


@blueprint.get("/limits")
def show_limits() -> Response:
    """Answer /limits : a page for browsers, JSON for programs."""
    best = request.accept_mimetypes.best_match(["application/json", "text/html"], "application/json")
    if best == "application/json":
        return show_limits_as_json()
    lang = language()
    rows = [(limit, _format_value(limit, lang)) for limit in limits_of(service().config)]
    heading = translate("limits.heading", lang)
    engine = service().engine
    return respond(
        "sparql/limits.html",
        heading=heading,
        limits=rows,
        deviations=deviations_of(engine),
        caveats=[] if engine.elsewhere is None else list_caveats(engine.elsewhere, lang),
    )


@blueprint.get("/limits.json")
def show_limits_as_json() -> Response:
    """Answer /limits.json : the limits as a list of objects."""
    engine = service().engine
    told = {
        "limits": [_describe(limit) for limit in limits_of(service().config)],
        "burst_minutes": BURST_MINUTES,
        "deviations": [_describe_deviation(deviation) for deviation in deviations_of(engine)],
        "release": service().release.id,
    }
    if engine.elsewhere is not None:
        told["engine"] = _describe_engine(engine.elsewhere)
    response = jsonify(told)
    response.vary.add("Accept")
    response.cache_control.public = True
    response.cache_control.no_cache = True
    response.add_etag()
    return response


def list_caveats(elsewhere: Generation, lang: str) -> list[str]:
    """Return what a service with an engine elsewhere cannot promise, one sentence each."""
    product = product_named(elsewhere.product)
    holds = {
        "behind": bool(product.name),
        "unknown": not product.name,
        "stops": product.stops,
        "runs-on": not product.stops,
        "rows": elsewhere.row_limit is not None,
    }
    values = {"name": product.name.capitalize(), "rows": format_number(elsewhere.row_limit or 0, lang)}
    return [translate(f"engine.{slug}", lang, **values) for slug in CAVEATS if holds.get(slug, True)]


def _describe_engine(elsewhere: Generation) -> dict[str, object]:
    return {
        "name": elsewhere.product or None,
        "rows": elsewhere.row_limit,
        "stops": product_named(elsewhere.product).stops,
        "says": {lang: list_caveats(elsewhere, lang) for lang in LANGUAGES},
    }


def _describe(limit: Limit) -> dict[str, object]:
    return {
        "name": limit.slug,
        "value": limit.value,
        "unit": limit.unit,
        "setting": limit.setting,
        "status": limit.status,
        "type": limit.type,
        "says": {lang: limit.describe(lang) for lang in LANGUAGES},
    }


def _describe_deviation(deviation: Deviation) -> dict[str, object]:
    return {
        "name": deviation.slug,
        "section": deviation.section,
        "query": deviation.query,
        "standard": deviation.right,
        "given": deviation.given,
        "says": {lang: deviation.describe(lang) for lang in LANGUAGES},
    }


def _format_value(limit: Limit, lang: str) -> str:
    """Return the value with its unit in words."""
    if limit.value is None:
        return translate("limits.none", lang)
    size, unit = limit.value, limit.unit
    for bigger, power in _BIGGER:
        if unit == "bytes" and not size % power:
            size, unit = size / power, bigger
    return translate(f"unit.{unit}", lang, count=format_number(f"{size:.10g}", lang))


def install(app: Flask) -> None:
    """Add the page to an application; a second time does nothing."""
    if blueprint.name not in app.blueprints:
        app.register_blueprint(blueprint)

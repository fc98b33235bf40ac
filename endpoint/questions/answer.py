"""The questions over HTTP: their list, and each one's answer in the format asked for or as a page."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from difflib import get_close_matches
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request

from endpoint.engine.engine import Lane
from endpoint.engine.language.guard import QueryKind
from endpoint.errors import MISSING, NotFound, status_of
from endpoint.questions.chart import year_chart
from endpoint.questions.forms import form_fields
from endpoint.serving.current import service
from endpoint.serving.pinned import pin
from endpoint.show.lookup import ask, fill_in
from endpoint.show.present import Download, language, respond
from endpoint.show.tables import page_table
from endpoint.show.texts import translate
from endpoint.sparql import answer as sparql
from endpoint.sparql.negotiation import choose, prefers_html
from graph.errors import ParameterError
from queries.header import LANG, CannedQuery

blueprint = Blueprint("canned", __name__)

SUFFIXES = ("csv", "tsv", "json", "xml")
"""The formats that a question can be had in by suffix."""


@blueprint.get("/queries/")
def list_queries() -> Response:
    """Answer /queries/ : every question, as a page or as JSON."""
    best = request.accept_mimetypes.best_match(["application/json", "text/html"], "application/json")
    if best == "application/json":
        return list_as_json()
    heading = translate("questions.heading", language())
    return respond("questions/questions.html", heading=heading, questions=list(service().questions.values()))


@blueprint.get("/queries.json")
def list_as_json() -> Response:
    """Answer /queries.json : every question with its parameters and columns."""
    response = jsonify([_describe(query) for query in service().questions.values()])
    response.vary.add("Accept")
    return response


@blueprint.get("/queries/<slug>")
def show_query(slug: str) -> Response:
    """Answer /queries/<slug> : a page for browsers, else the format that Accept prefers."""
    if not prefers_html(request.accept_mimetypes, QueryKind.SELECT):
        return answer_query(slug)
    query = service().questions.get(slug)
    return _show_missing(slug) if query is None else _show_page(query)


@blueprint.get(f"/queries/<slug>.<any({','.join(SUFFIXES)}):suffix>")
def answer_query(slug: str, suffix: str | None = None) -> Response:
    """Answer /queries/<slug>.<suffix> : the rows in that format, complete or an error."""
    query = service().questions.get(slug)
    if query is None:
        raise NotFound(_missing_text(slug))
    text = fill_in(query, _given_values(query))
    return sparql.respond(text, lane=Lane.PAGES, format_name=suffix)


@blueprint.get("/release/<release_id>/queries/<slug>")
@blueprint.get(f"/release/<release_id>/queries/<slug>.<any({','.join(SUFFIXES)}):suffix>")
def answer_pinned(release_id: str, slug: str, suffix: str | None = None) -> Response:
    """Answer /release/<id>/queries/<slug>.<suffix> : the rows of one question over one release."""
    with pin(release_id):
        return answer_query(slug, suffix)


def _show_page(query: CannedQuery) -> Response:
    lang, values = language(), _reader_values(query)
    try:
        text = fill_in(query, values)
    except ParameterError as problem:
        return _show_problem(query, values, problem)
    table = page_table(ask(text), ask, lang, query)
    return respond(
        "questions/question.html",
        title=query.title[lang],
        heading=query.summary[lang],
        description=query.description[lang],
        fields=form_fields(query, values, lang, ask),
        table=table,
        chart=year_chart(table, query.display.get("columns", "")),
        downloads=_downloads(query, values),
        sparql=text,
        snippets=_snippets(query, values),
    )


def _show_problem(query: CannedQuery, values: Mapping[str, str], problem: ParameterError) -> Response:
    lang = language()
    fields = form_fields(query, values, lang, ask, (problem.parameter, _sentence(problem)))
    return respond(
        "questions/question.html",
        status_of(problem),
        title=query.title[lang],
        heading=query.summary[lang],
        description=query.description[lang],
        fields=fields,
        problem=problem,
    )


def _sentence(problem: ParameterError) -> str:
    return f"“{problem.value}” {problem.what}" if problem.value else problem.what


def _show_missing(slug: str) -> Response:
    lang = language()
    close = [(service().questions[name].summary[lang], f"/queries/{name}") for name in _close(slug)]
    return respond("things/missing.html", MISSING, heading=translate("missing.heading", lang), close=close)


def _missing_text(slug: str) -> str:
    close = " or ".join(_close(slug))
    return f"there is no question {slug!r}; " + (f"did you mean {close}?" if close else "/queries/ lists all")


def _close(slug: str) -> list[str]:
    """Return the slugs like `slug`, the likest first; those that share a word when none is spelled alike."""
    words = set(slug.lower().split("-"))
    alike = get_close_matches(slug, service().questions, n=5, cutoff=0.5)
    return alike or [name for name in service().questions if words & set(name.split("-"))][:5]


def _given_values(query: CannedQuery) -> dict[str, str]:
    """Return the values of the request; ``lang`` may always be given, also where there are no labels."""
    return {
        name: value for name, value in request.args.items() if name != LANG.name or LANG in query.parameters
    }


def _reader_values(query: CannedQuery) -> dict[str, str]:
    """Return the values of the request, with the page's language for a query that has labels."""
    return _given_values(query) | ({LANG.name: language()} if LANG in query.parameters else {})


def _downloads(query: CannedQuery, values: Mapping[str, str]) -> list[Download]:
    return [
        Download(
            suffix.upper(), choose(QueryKind.SELECT, request.accept_mimetypes, suffix).media_type, address
        )
        for suffix in SUFFIXES
        for address in [_address(query, values, suffix)]
    ]


def _address(query: CannedQuery, values: Mapping[str, str], suffix: str) -> str:
    given = {name: value for name, value in values.items() if (name, value) != (LANG.name, LANG.default)}
    return f"/queries/{query.slug}.{suffix}" + ("?" + urlencode(given) if given else "")


def _snippets(query: CannedQuery, values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return how to get this answer from the command line and from pandas, as (name, code)."""
    address = request.host_url.rstrip("/") + _address(query, values, "csv")
    options = [f"--{name} {shlex.quote(value)}" for name, value in values.items() if value]
    return [
        ("curl", f"curl -L -o {query.slug}.csv {shlex.quote(address)}"),
        ("pandas", f"import pandas\n\ntable = pandas.read_csv({address!r})"),
        ("kembar", " ".join(["kembar query", query.slug, *options, "--format csv"])),
    ]


def _describe(query: CannedQuery) -> dict[str, object]:
    return {
        "slug": query.slug,
        "url": f"{request.host_url}queries/{query.slug}",
        "title": query.title,
        "summary": query.summary,
        "description": query.description,
        "tags": query.tags,
        "parameters": [
            {
                "name": parameter.name,
                "kind": parameter.kind,
                "required": parameter.required,
                "default": parameter.default,
                "choices": parameter.choices,
                "label": parameter.label,
            }
            for parameter in query.parameters
        ],
        "columns": query.columns,
    }

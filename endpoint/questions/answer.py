"""The questions over HTTP: their list, and each one's answer in the format asked for or as a page."""

from __future__ import annotations

from difflib import get_close_matches

from flask import Blueprint, Response, jsonify, request

from endpoint.engine.engine import Lane
from endpoint.engine.language.guard import QueryKind, trust
from endpoint.errors import NotFound
from endpoint.questions.faults import answer_choice
from endpoint.questions.formats.sheets import SHEETS, sheet_form
from endpoint.questions.formats.spreadsheet_text import GUARD, MARK, find_text_form
from endpoint.questions.groups import group_questions
from endpoint.questions.page import SPARQL, SUFFIXES, show_missing, show_question
from endpoint.questions.rows.facets import FACET
from endpoint.questions.rows.numbers import add_headers, read_pages
from endpoint.serving.current import service
from endpoint.serving.pinned import pin
from endpoint.show.addresses import language
from endpoint.show.names import fill_in
from endpoint.show.rendering import respond, revalidated
from endpoint.show.texts import translate
from endpoint.sparql import answer as sparql
from endpoint.sparql.negotiation import formats_for, prefers_html
from endpoint.sparql.request import QUERY
from queries.canned import LANG, CannedQuery, Parameter
from queries.resolve import UnclearName

blueprint = Blueprint("canned", __name__)


@blueprint.get("/queries/")
def list_queries() -> Response:
    """Answer /queries/ : every question, as a page or as JSON."""
    best = request.accept_mimetypes.best_match(["application/json", "text/html"], "application/json")
    if best == "application/json":
        return list_as_json()
    lang = language()
    groups = group_questions(service().questions.values(), lang)
    heading = translate("questions.heading", lang)
    return respond("questions/questions.html", heading=heading, groups=groups)


@blueprint.get("/queries.json")
def list_as_json() -> Response:
    """Answer /queries.json : every question with its parameters and columns."""
    response = jsonify([_describe_query(query) for query in service().questions.values()])
    response.vary.add("Accept")
    return response


@blueprint.get("/queries/<slug>")
def show_query(slug: str) -> Response:
    """Answer /queries/<slug> : a page for browsers, else the format that Accept prefers."""
    if not prefers_html(request.accept_mimetypes, QueryKind.SELECT):
        return answer_query(slug)
    query = service().questions.get(slug)
    return show_missing(_find_similar(slug)) if query is None else show_question(query, _read_values(query))


@blueprint.get(f"/queries/<slug>.<any({','.join(SUFFIXES)}):suffix>")
def answer_query(slug: str, suffix: str | None = None) -> Response:
    """Answer /queries/<slug>.<suffix> : the rows in that format, complete or an error."""
    query = _find_question(slug)
    values = _read_values(query)
    try:
        filled = fill_in(query, values)
    except UnclearName as unclear:
        return answer_choice(unclear, suffix)
    pages, form = read_pages(filled), find_text_form(request.args)
    suffix = suffix or _prefer_sheet()
    if suffix in SHEETS:
        suffix, form = "json", sheet_form(suffix, query, values, filled, pages)
    reading = trust(filled.text, QueryKind.SELECT)
    response = sparql.respond(request, reading, lane=Lane.QUESTIONS, format_name=suffix, form=form)
    return add_headers(response, pages)


@blueprint.get(f"/queries/<slug>.{SPARQL}")
def show_sparql(slug: str) -> Response:
    """Answer /queries/<slug>.rq : the question with its values as plain SPARQL, for any endpoint."""
    query = _find_question(slug)
    try:
        filled = fill_in(query, _read_values(query))
    except UnclearName as unclear:
        return answer_choice(unclear, SPARQL)
    return revalidated(Response(filled.text, content_type=f"{QUERY}; charset=utf-8"))


@blueprint.get("/release/<release_id>/queries/<slug>")
@blueprint.get(f"/release/<release_id>/queries/<slug>.<any({','.join(SUFFIXES)}):suffix>")
def answer_pinned(release_id: str, slug: str, suffix: str | None = None) -> Response:
    """Answer /release/<id>/queries/<slug>.<suffix> : the rows of one question over one release."""
    with pin(release_id):
        return answer_query(slug, suffix)


def _find_question(slug: str) -> CannedQuery:
    query = service().questions.get(slug)
    if query is None:
        similar = " or ".join(query.slug for query in _find_similar(slug))
        hint = f"did you mean {similar}?" if similar else "/queries/ lists all"
        raise NotFound(f"there is no question {slug!r}; {hint}")
    return query


def _prefer_sheet() -> str | None:
    """Return the suffix of the file that Accept prefers to all other formats, if it does."""
    others = [form.media_type for form in formats_for(QueryKind.SELECT)]
    best = request.accept_mimetypes.best_match([*others, *SHEETS.values()])
    return next((suffix for suffix, media_type in SHEETS.items() if media_type == best), None)


def _read_values(query: CannedQuery) -> dict[str, str]:
    """Return the values of the request; ``lang`` may always be given, also where there are no labels."""
    takes_language = LANG in query.parameters
    ours = {MARK, GUARD, FACET} if takes_language else {MARK, GUARD, FACET, LANG.name}
    return {name: value for name, value in request.args.items() if name not in ours}


def _find_similar(slug: str) -> list[CannedQuery]:
    """Return the questions with a slug like this one, the likest first; else those that share a word."""
    questions, words = service().questions, set(slug.lower().split("-"))
    similar = get_close_matches(slug, questions, n=5, cutoff=0.5)
    similar = similar or [name for name in questions if words & set(name.split("-"))][:5]
    return [questions[name] for name in similar]


def _describe_query(query: CannedQuery) -> dict[str, object]:
    return {
        "slug": query.slug,
        "url": f"{request.host_url}queries/{query.slug}",
        "title": query.title,
        "summary": query.summary,
        "description": query.description,
        "tags": query.tags,
        "parameters": [_describe_parameter(parameter) for parameter in query.parameters],
        "columns": query.columns,
    }


def _describe_parameter(parameter: Parameter) -> dict[str, object]:
    return {
        "name": parameter.name,
        "kind": parameter.kind,
        "required": parameter.required,
        "default": parameter.default,
        "example": parameter.example or None,
        "choices": parameter.choices,
        "label": parameter.label,
    }

"""The page of one question: its form, the rows of its answer, and how to get them elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Response, request

from endpoint.engine.engine import Lane
from endpoint.engine.language.guard import QueryKind
from endpoint.errors import MISSING
from endpoint.questions.faults import explain, list_choices, status_of_choice
from endpoint.questions.formats.sheets import SHEETS
from endpoint.questions.formats.spreadsheet_text import MARK
from endpoint.questions.forms import form_fields
from endpoint.questions.pictures.chart import year_chart
from endpoint.questions.pictures.maps import map_rows
from endpoint.questions.quoting import cite, make_path, write_snippets
from endpoint.questions.rows.facets import find_facets, read_sorting
from endpoint.questions.rows.numbers import add_headers, count_beside, read_pages
from endpoint.show.addresses import language
from endpoint.show.lookup import ask
from endpoint.show.names import fill_in
from endpoint.show.rendering import Download, respond
from endpoint.show.tables import page_table
from endpoint.show.texts import translate
from endpoint.sparql.negotiation import choose
from graph.errors import ParameterError
from queries.canned import LANG, LIMIT, PAGE, CannedQuery
from queries.pages import USUAL_ROWS, cut

WRITTEN = ("csv", "tsv", "json", "xml")
"""The formats that the engine writes, by suffix."""
SUFFIXES = (*WRITTEN, *SHEETS)
"""The formats that the rows of a question can be had in by suffix."""
SPARQL = "rq"
"""The suffix of a question as plain SPARQL."""


def show_question(query: CannedQuery, values: Mapping[str, str]) -> Response:
    """Return the page that answers a question with these values, labels in the language of the page.

    A value that cannot be read is said at its field, with the status of the error.
    """
    lang = language()
    values = {**values, **({LANG.name: lang} if LANG in query.parameters else {})}
    if query.examples and not values.keys() - {LANG.name}:
        return _respond(query, fields=form_fields(query, values, lang, ask), asks=True)
    try:
        filled = fill_in(query, values, USUAL_ROWS)
    except ParameterError as problem:
        fault = explain(problem, lang)
        return _respond(
            query,
            status_of_choice(problem),
            fields=form_fields(query, values, lang, ask, fault),
            problem=problem,
            fault=fault,
            choices=list_choices(problem),
        )
    facets = find_facets(query, filled, values, lang)
    answer = ask(filled.text, Lane.QUESTIONS)
    table = page_table(answer, ask, lang, query)
    pages = read_pages(filled)
    whole = {name: value for name, value in values.items() if name not in {LIMIT, PAGE}}
    response = _respond(
        query,
        fields=form_fields(query, values, lang, ask),
        table=table,
        rows_map=map_rows(answer, table, query),
        pages=pages,
        counts=count_beside(filled, lang),
        chart=year_chart(table, query.display.get("columns", "")),
        downloads=[_describe_download(query, whole, suffix) for suffix in SUFFIXES],
        excel=make_path(query, {**whole, MARK: "1"}, "csv"),
        sparql=cut(filled.whole, None),
        sparql_file=make_path(query, whole, SPARQL),
        snippets=write_snippets(query, whole, make_path(query, whole, "csv")),
        citations=cite(query, make_path(query, whole, "csv"), lang),
        sorting=read_sorting(query, values) if query.has_pages else None,
        facets=facets,
    )
    return add_headers(response, pages)


def show_missing(similar: Sequence[CannedQuery]) -> Response:
    """Return the page for a question that is not there, with links to those like it."""
    lang = language()
    links = [(query.summary[lang], f"/queries/{query.slug}") for query in similar]
    return respond("things/missing.html", MISSING, heading=translate("missing.heading", lang), close=links)


def _respond(query: CannedQuery, status: int = 200, **context: object) -> Response:
    lang = language()
    return respond(
        "questions/question.html",
        status,
        title=query.title[lang],
        heading=query.summary[lang],
        description=query.description[lang],
        **context,
    )


def _describe_download(query: CannedQuery, values: Mapping[str, str], suffix: str) -> Download:
    media_type = SHEETS.get(suffix) or choose(QueryKind.SELECT, request.accept_mimetypes, suffix).media_type
    return Download(suffix.upper(), media_type, make_path(query, values, suffix))

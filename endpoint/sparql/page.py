"""The page of ``/sparql`` for browsers: the form, and below it a result or what is wrong with the query."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlencode

from flask import Response, request

from endpoint.engine.language.guard import QueryKind
from endpoint.engine.results import Table
from endpoint.errors import problem_of
from endpoint.serving.current import service
from endpoint.show.addresses import language
from endpoint.show.lookup import ask, fill_in, prefix_lines
from endpoint.show.rendering import Download, render
from endpoint.show.tables import page_table
from endpoint.show.texts import format_number, translate
from endpoint.sparql.negotiation import formats_for
from graph.errors import KembarError, ParameterError
from ontology import PREFIXES
from queries import catalogue

_OWN_FIELDS = {"query", "lang", "format"}
_PAGE_PREFIXES = ("kk", "place", "rdfs")
_STARTING_QUERY = """SELECT ?name ?partners WHERE {
  { SELECT ?city (COUNT(DISTINCT ?partner) AS ?partners) WHERE { ?city a kk:City ; kk:partnerOf ?partner }
    GROUP BY ?city }
  ?city rdfs:label ?name . FILTER(LANG(?name) = "en")
} ORDER BY DESC(?partners) ?name LIMIT 20"""


def sparql_page(
    query: str = "",
    table: Table | None = None,
    kind: QueryKind | None = None,
    error: KembarError | None = None,
) -> Response:
    """Return the page /sparql: the form, and below it the answer of `query` or why there is none.

    An answer is the `table` and the `kind` of the query, which decides about its formats.
    """
    lang = language()
    text = query or starting_query()
    shown = page_table(table, ask, lang) if table is not None else None
    return render(
        "sparql/sparql.html",
        heading=translate("sparql.heading", lang),
        query=text,
        height=min(max(text.count("\n") + 2, 10), 28),
        seconds_allowed=format_number(f"{service().config.query_seconds:g}", lang),
        address=request.host_url + "sparql",
        extra=_other_fields(),
        prefixes=prefix_lines(PREFIXES),
        examples=_examples(lang),
        table=shown,
        downloads=_downloads(query, kind) if kind is not None else (),
        problem=problem_of(error) if error is not None else None,
    )


def starting_query() -> str:
    """Return the query that the empty form holds: prefixes filled in, and one that gives rows."""
    return prefix_lines({name: PREFIXES[name] for name in _PAGE_PREFIXES}) + "\n\n" + _STARTING_QUERY


def _examples(lang: str) -> list[tuple[str, str]]:
    """Return the questions that need no value from the reader, as (words, SPARQL with the defaults)."""
    examples = []
    for query in catalogue().values():
        with suppress(ParameterError):
            examples.append((query.title[lang], fill_in(query, {})))
    return examples


def _other_fields() -> list[tuple[str, str]]:
    """Return what the request says besides the query: graphs and the timeout, as (name, value)."""
    return [pair for pair in request.args.items(multi=True) if pair[0] not in _OWN_FIELDS]


def _downloads(query: str, kind: QueryKind) -> list[Download]:
    """Return the formats that the answer of `query` can be had in, with their addresses."""
    asked = [("query", query), *_other_fields()]
    return [
        Download(form.name, form.media_type, "/sparql?" + urlencode([*asked, ("format", form.suffix)]))
        for form in formats_for(kind)
    ]

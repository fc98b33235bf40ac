"""The page of ``/sparql`` for browsers: the form, and below it a result or what is wrong with the query."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlencode

from flask import Response, request

from endpoint.engine.language.guard import QueryKind
from endpoint.engine.language.tokens import Token
from endpoint.engine.results import Table
from endpoint.errors import problem_of
from endpoint.serving.current import service
from endpoint.show.addresses import language
from endpoint.show.lookup import ask, ontology_label, prefix_lines
from endpoint.show.names import fill_in
from endpoint.show.release import read_statistics
from endpoint.show.rendering import Download, render
from endpoint.show.tables import page_table
from endpoint.show.texts import format_number, translate
from endpoint.show.values import compact
from endpoint.sparql.editor.terms import find_unknown_terms
from endpoint.sparql.negotiation import formats_for
from graph.errors import KembarError, ParameterError
from ontology import KK, PREFIXES
from queries.pages import USUAL_ROWS

_OWN_FIELDS = {"query", "lang", "format"}
_TIME_LIMITS = (5, 10, 20, 30, 60)
_WORDS_SHOWN = 40
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
    tokens: Sequence[Token] = (),
) -> Response:
    """Return the page /sparql: the form, and below it the answer of `query` or why there is none.

    An answer is the `table` and the `kind` of the query, which decides about its formats. The words of the
    query that are no terms of ours are named where its `tokens` are known.
    """
    lang = language()
    text = query or starting_query()
    shown = page_table(table, ask, lang, as_asked=True) if table is not None else None
    return render(
        "sparql/sparql.html",
        heading=translate("sparql.heading", lang),
        query=text,
        height=min(max(text.count("\n") + 2, 10), 28),
        seconds_allowed=format_number(f"{service().config.query_seconds:g}", lang),
        address=request.host_url + "sparql",
        extra=[pair for pair in _other_fields() if pair[0] != "timeout"],
        prefixes=prefix_lines(PREFIXES),
        all_prefixes=PREFIXES,
        timeout=request.values.get("timeout", f"{service().config.query_seconds:g}"),
        time_limits=_time_limits(),
        notes=find_unknown_terms(tokens),
        vocabulary=_count_words(lang),
        examples=_examples(lang),
        table=shown,
        downloads=_downloads(query, kind) if kind is not None else (),
        problem=problem_of(error) if error is not None else None,
    )


def _time_limits() -> list[str]:
    """Return the time limits that may be chosen: the usual one, some others up to the most, the one given."""
    config = service().config
    limits = {limit for limit in _TIME_LIMITS if limit <= config.max_query_seconds}
    known = {f"{limit:g}" for limit in (*limits, config.query_seconds)}
    given = request.values.get("timeout", "")
    return sorted({*known, *filter(_is_number, [given])}, key=float)


def _is_number(text: str) -> bool:
    return text.isascii() and text.replace(".", "", 1).isdecimal()


def _count_words(lang: str) -> list[tuple[str, str, int]]:
    """Return the terms of our ontology that the release uses most, as (word, label, count)."""
    statistics = read_statistics(service().release)
    if statistics is None:
        return []
    counts = {**statistics.classes, **statistics.properties}
    ours = sorted(((-count, iri) for iri, count in counts.items() if iri.startswith(str(KK))))[:_WORDS_SHOWN]
    return [(compact(iri), ontology_label(iri, lang) or "", -count) for count, iri in ours]


def starting_query() -> str:
    """Return the query that the empty form holds: prefixes filled in, and one that gives rows."""
    return prefix_lines({name: PREFIXES[name] for name in _PAGE_PREFIXES}) + "\n\n" + _STARTING_QUERY


def _examples(lang: str) -> list[tuple[str, str]]:
    """Return the questions that need no value from the reader, as (words, SPARQL with the defaults)."""
    examples = []
    for query in service().questions.values():
        with suppress(ParameterError):
            examples.append((query.title[lang], fill_in(query, query.examples, USUAL_ROWS).text))
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

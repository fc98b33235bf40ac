"""The pages of the site itself: home, about, and the SPARQL page for browsers."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from endpoint.app import service
from endpoint.engine.results import Table
from endpoint.errors import problem_of
from endpoint.questions.forms import Field, parameter_field
from endpoint.show.licences import licence_name
from endpoint.show.lookup import ask, fill_in, prefix_lines
from endpoint.show.present import Download, language, render, respond
from endpoint.show.tables import page_table
from endpoint.show.texts.texts import format_number, translate
from endpoint.sparql.negotiation import formats_for
from graph.errors import KembarError, ParameterError
from ontology import BASE, PREFIXES
from queries import catalogue

blueprint = Blueprint("pages", __name__)

_COUNTS = ("places", "countries", "partnerships", "agreements", "claims", "sources")
_SHARES = (("share_dated", "count.dated"), ("share_two_sources", "count.two_sources"))
_OWN_FIELDS = {"query", "lang", "format"}
_ENTRY = "partners-of-a-city"
_PAGE_PREFIXES = ("kk", "place", "rdfs")
_STARTING_QUERY = """SELECT ?name ?partners WHERE {
  { SELECT ?city (COUNT(DISTINCT ?partner) AS ?partners) WHERE { ?city a kk:City ; kk:partnerOf ?partner }
    GROUP BY ?city }
  ?city rdfs:label ?name . FILTER(LANG(?name) = "en")
} ORDER BY DESC(?partners) ?name LIMIT 20"""


@blueprint.get("/")
def show_home() -> Response:
    """Answer / : what this is, the release in numbers, the questions, and where everything is."""
    lang = language()
    places = [
        ("/sparql", translate("where.sparql", lang)),
        ("/queries/", translate("where.queries", lang)),
        ("/data/", translate("where.data", lang)),
        ("/sources", translate("where.sources", lang)),
        ("/ontology", translate("where.ontology", lang)),
        ("/about", translate("where.about", lang)),
        ("/health", translate("where.health", lang)),
    ]
    return respond(
        "site/home.html",
        heading=translate("home.heading", lang),
        numbers=release_numbers(service().release.manifest, lang),
        questions=list(catalogue().values()),
        entry=_entry(lang),
        places=places,
    )


@blueprint.get("/about")
def show_about() -> Response:
    """Answer /about : method, collections, licence, how to cite."""
    lang = language()
    collections = [_collection(entry, lang) for entry in service().release.manifest.get("collections", ())]
    return respond(
        "site/about.html", heading=translate("about.heading", lang), collections=collections, base=BASE
    )


def release_numbers(manifest: Mapping[str, Any], lang: str) -> list[tuple[str, str]]:
    """Return what a release holds, as (words, number) in `lang`: counts, then shares of partnerships."""
    counts: Mapping[str, Any] = manifest["counts"]
    numbers = {name: counts[name] for name in _COUNTS} | {"partnerships": counts["partnerships"]["accepted"]}
    shown = [(translate(f"count.{name}", lang), format_number(n, lang)) for name, n in numbers.items()]
    return shown + [
        (translate(text, lang), format_number(round(100 * counts[name]), lang) + "%")
        for name, text in _SHARES
    ]


def sparql_page(query: str = "", table: Table | None = None, error: KembarError | None = None) -> Response:
    """Return the page /sparql: the form, and below it the answer of `query` or why there is none."""
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
        downloads=_downloads(query) if table is not None else (),
        problem=problem_of(error) if error is not None else None,
    )


def starting_query() -> str:
    """Return the query that the empty form holds: prefixes filled in, and one that gives rows."""
    return prefix_lines({name: PREFIXES[name] for name in _PAGE_PREFIXES}) + "\n\n" + _STARTING_QUERY


@dataclass(frozen=True)
class _Entry:
    slug: str
    heading: str
    field: Field


def _entry(lang: str) -> _Entry | None:
    """Return the question that the home page opens with, when the catalogue has it."""
    query = catalogue().get(_ENTRY)
    place = next((p for p in query.parameters if p.kind == "place"), None) if query else None
    if query is None or place is None:
        return None
    return _Entry(
        query.slug, query.summary[lang], parameter_field(replace(place, default=None), {}, lang, ask)
    )


def _collection(entry: Mapping[str, Any], lang: str) -> dict[str, object]:
    title = entry.get("title", {})
    licence = str(entry.get("licence", ""))
    return {
        "name": entry["name"],
        "title": title.get(lang) or title.get("en") or entry["name"],
        "licence": licence,
        "licence_name": licence_name(licence),
        "compiled": entry.get("compiled", ""),
        "claims": entry.get("claims", 0),
    }


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


def _downloads(query: str) -> list[Download]:
    """Return the formats that the answer of `query` can be had in, with their addresses."""
    asked = [("query", query), *_other_fields()]
    return [
        Download(form.name, form.media_type, "/sparql?" + urlencode([*asked, ("format", form.suffix)]))
        for form in formats_for(service().engine.read(query).kind)
    ]

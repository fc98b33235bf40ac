"""Each thing of the graph at its own address: a page for people, a graph for programs."""

from __future__ import annotations

from flask import Blueprint, Response, request

from endpoint import sparql
from endpoint.describe import (
    Values,
    describe_query,
    facts,
    heading,
    links_from,
    outgoing_values,
)
from endpoint.engine import Lane
from endpoint.errors import MISSING, NotFound
from endpoint.evidence import assessments_of, claims_about, claims_of_source
from endpoint.guard import QueryKind
from endpoint.lookup import ask, fill_in
from endpoint.negotiate import prefers_html
from endpoint.present import Download, language, respond
from endpoint.tables import PageTable, page_table
from endpoint.texts import translate
from endpoint.words import concept_schemes, ontology_terms
from ontology import BASE, ontology
from queries import catalogue
from queries.header import LANG

blueprint = Blueprint("entity", __name__)

KINDS = (
    "place",
    "partnership",
    "agreement",
    "claim",
    "source",
    "collection",
    "event",
    "person",
    "signature",
    "regulation",
    "assessment",
    "vocab",
)
"""The first path segments of our IRIs."""

FORMATS: tuple[tuple[str, str, str], ...] = (
    ("ttl", "Turtle", "text/turtle"),  # https://www.w3.org/TR/turtle/
    ("jsonld", "JSON-LD", "application/ld+json"),  # https://www.w3.org/TR/json-ld11/
    ("nt", "N-Triples", "application/n-triples"),  # https://www.w3.org/TR/n-triples/
)
"""What a thing can be had in, as (suffix, name, media type)."""

PARTNERS = "partners-of-a-city"
"""The question whose answer stands on the page of a place."""


@blueprint.get(f"/<any({','.join(KINDS)}):kind>/<path:local>")
def show_thing(kind: str, local: str) -> Response:
    """Answer /place/Q11462 and the like, by Accept or by a suffix (.ttl, .jsonld, .nt)."""
    stem, suffix = split_suffix(local)
    iri = f"{BASE}{kind}/{stem}"
    values = outgoing_values(ask, iri)
    if suffix is None and prefers_html(request.accept_mimetypes, QueryKind.GRAPH):
        return _show_page(kind, stem, iri, values) if values else _show_missing()
    if not values:
        raise NotFound(f"there is no {kind} at this address in the current release")
    return sparql.respond(describe_query(iri), lane=Lane.PAGES, format_name=suffix)


@blueprint.get("/ontology")
@blueprint.get(f"/ontology.<any({','.join(suffix for suffix, _, _ in FORMATS)}):suffix>")
def show_ontology(suffix: str | None = None) -> Response:
    """Answer /ontology : one page with every term at its anchor, or the ontology as a graph."""
    if suffix is None and prefers_html(request.accept_mimetypes, QueryKind.GRAPH):
        return _show_ontology_page()
    known = {media_type: name for name, _, media_type in FORMATS}
    best = request.accept_mimetypes.best_match(list(known), "text/turtle")
    media_type = next((media for name, _, media in FORMATS if name == suffix), best)
    response = Response(_serialize_ontology(media_type), content_type=f"{media_type}; charset=utf-8")
    response.vary.add("Accept")
    response.add_etag()
    response.make_conditional(request)
    return response


def split_suffix(local: str) -> tuple[str, str | None]:
    """Return a path without the suffix of one of our formats, and that suffix or None."""
    stem, dot, suffix = local.rpartition(".")
    known = dot and suffix in {name for name, _, _ in FORMATS}
    return (stem, suffix) if known else (local, None)


def downloads(path: str) -> list[Download]:
    """Return the formats that the thing at `path` can be had in."""
    return [Download(name, media_type, f"{path}.{suffix}") for suffix, name, media_type in FORMATS]


def _show_page(kind: str, stem: str, iri: str, values: Values) -> Response:
    lang = language()
    kind_name = translate(f"kind.{kind}", lang)
    title = heading(values, lang) or f"{kind_name} {stem}"
    of_source = kind == "source"
    claims = claims_of_source(ask, iri, lang) if of_source else claims_about(ask, iri, lang)
    partners = _partners(stem, lang) if kind == "place" else None
    apart = {"kk:basedOn": bool(claims.count), "kk:partnerOf": bool(partners), "kk:event": kind == "place"}
    shown_apart = [name for name, is_apart in apart.items() if is_apart]
    return respond(
        "entity.html",
        partners=partners,
        kind=kind_name,
        heading=title,
        iri=iri,
        local=stem,
        facts=facts(ask, values, lang, title, shown_apart),
        claims=claims,
        claims_heading=translate("entity.claims.of" if of_source else "entity.claims", lang),
        assessments=assessments_of(ask, iri, lang),
        incoming=links_from(ask, iri, lang),
        downloads=downloads(f"/{kind}/{stem}"),
        sparql=describe_query(iri),
    )


def _partners(place: str, lang: str) -> PageTable | None:
    """Return the table of a place's partners, None when it has none."""
    query = catalogue()[PARTNERS]
    table = page_table(ask(fill_in(query, {"city": place, LANG.name: lang})), ask, lang, query)
    return table if table.count else None


def _show_missing() -> Response:
    return respond("missing.html", MISSING, heading=translate("missing.heading", language()), close=[])


def _show_ontology_page() -> Response:
    lang = language()
    classes, properties = ontology_terms(lang)
    groups = [
        (translate("ontology.classes", lang), classes),
        (translate("ontology.properties", lang), properties),
    ]
    return respond(
        "ontology.html",
        heading=translate("ontology.heading", lang),
        schemes=concept_schemes(lang),
        groups=groups,
        downloads=downloads("/ontology"),
    )


def _serialize_ontology(media_type: str) -> str:
    return ontology().serialize(format=media_type, encoding=None)

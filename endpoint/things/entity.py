"""Each thing of the graph at its own address: 303 to a page for people or to a graph for programs."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, request

from endpoint.engine.engine import Lane
from endpoint.engine.results import NTRIPLES
from endpoint.errors import MISSING, Gone, NotFound, status_of
from endpoint.serving.current import service
from endpoint.serving.pinned import find_kept
from endpoint.show.lookup import ask, prefix_lines, with_prefixes
from endpoint.show.present import KINDS, language, link, local_path, respond
from endpoint.show.texts import translate
from endpoint.sparql import answer as sparql
from endpoint.things import documents
from endpoint.things.documents import DATA, PAGE, SUFFIXES, split_suffix
from endpoint.things.identity import Last, find_last, find_standing
from endpoint.things.page import page_context, read_page
from endpoint.things.parts.named_graphs import check_size, find_dumps
from endpoint.things.parts.ontology_page import ONTOLOGY_PATH, answer_ontology, current_version
from endpoint.things.rdf.graphs import (
    describe_query,
    describes,
    many_links_query,
    read_triples,
    tell_cut,
    write_graph,
)
from graph.downloads.describe.description import release_iri
from ontology import BASE, PREFIXES
from queries.terms import iri_term

blueprint = Blueprint("entity", __name__)

GRAPH = "graph"


@blueprint.get(f"/<any({','.join(KINDS)}):kind>/<path:local>")
def show_thing(kind: str, local: str) -> Response:
    """Answer /place/Q11462 and the like by 303, and its documents (.html, .ttl, .nt, .jsonld, .rdf)."""
    stem, suffix = split_suffix(local)
    path = f"/{kind}/{stem}"
    iri = documents.iri_of(path)
    standing = find_standing(ask, iri)
    if standing.moved_to is not None:
        return documents.moved(local_path(standing.moved_to) or standing.moved_to, suffix)
    if not standing.here:
        return _show_absent(kind, iri, suffix)
    if suffix is None:
        return documents.see_other(path)
    if suffix == PAGE:
        return _show_page(kind, path, iri)
    return _answer_contents(path, suffix, iri) if kind == GRAPH else _answer_data(path, suffix, iri)


@blueprint.get(ONTOLOGY_PATH)
@blueprint.get(f"{ONTOLOGY_PATH}.<any({','.join(SUFFIXES)}):suffix>")
def show_ontology(suffix: str | None = None) -> Response:
    """Answer /ontology by 303, and its documents: a page with every term at its anchor, or the graph."""
    return documents.see_other(ONTOLOGY_PATH) if suffix is None else answer_ontology(ONTOLOGY_PATH, suffix)


@blueprint.get(f"{ONTOLOGY_PATH}/<local>")
def show_version(local: str) -> Response:
    """Answer /ontology/<version> by 303, and its documents, as long as that is the current version."""
    version, suffix = split_suffix(local)
    path = f"{ONTOLOGY_PATH}/{version}"
    if version != current_version():
        return _show_absent("ontology", documents.iri_of(path), suffix)
    return documents.see_other(path) if suffix is None else answer_ontology(path, suffix)


@blueprint.get("/release/<release_id>")
def show_release(release_id: str) -> Response:
    """Answer /release/<id> by 303 to the page of its files; 410 for a release that is not kept any more."""
    release = find_kept(release_id)
    return make_response(redirect(link(f"/data/{release.id}/"), HTTPStatus.SEE_OTHER))


def _show_page(kind: str, path: str, iri: str) -> Response:
    context = page_context(read_page(kind, iri, language()), f"{request.host_url.rstrip('/')}{path}.{PAGE}")
    tree, whole = "tree" in context, kind != GRAPH or context["contents"].is_served
    response = respond(
        "things/vocabulary.html" if tree else "things/entity.html",
        **context,
        downloads=documents.downloads(path) if whole else find_dumps(service().release),
        sparql=with_prefixes(describe_query(iri)) if kind != GRAPH else _contents_query(iri) if whole else "",
    )
    return documents.add_document_links(response, path, PAGE, iri)


def _answer_data(path: str, suffix: str, iri: str) -> Response:
    cut = {row["property"].value: int(row["count"].value) for row in ask(many_links_query(iri)).rows}
    query = f"{prefix_lines(PREFIXES)}\n{describe_query(iri, cut)}"
    triples = read_triples(service().engine.run(query, NTRIPLES, lane=Lane.PAGES).body)
    if not describes(triples, iri):
        raise NotFound(f"nothing is said of {iri}")
    if cut:
        triples += tell_cut(f"{iri}.{suffix}", cut, release_iri(service().release.id))
    return documents.data_response(write_graph(triples, iri, suffix), path, suffix, iri)


def _contents_query(iri: str) -> str:
    pattern = "{ ?subject ?property ?value }"
    return f"CONSTRUCT {pattern} WHERE {{ GRAPH {iri_term(iri)} {pattern} }}"


def _answer_contents(path: str, suffix: str, iri: str) -> Response:
    """Return all triples of a named graph, as its IRI stands for them in queries; refuse what takes long."""
    check_size(ask, iri, request.host_url.rstrip("/"))
    response = sparql.respond(_contents_query(iri), lane=Lane.PAGES, format_name=suffix)
    return documents.add_document_links(response, path, suffix, iri)


def _show_absent(kind: str, iri: str, suffix: str | None) -> Response:
    """Return 410 when an earlier release had it, else 404: a page for people, a problem for programs."""
    lang = language()
    last = find_last(service().home, service().release.id, iri, lang)
    if documents.for_people(suffix):
        return _show_gone(iri, last) if last else _show_missing()
    local = iri.removeprefix(BASE)
    if last is None:
        raise NotFound(f"there is no {kind} at this address in the current release: {local}")
    raise Gone(f"{local} was in release {last.release.id} and is not in {service().release.id}")


def _show_missing() -> Response:
    return respond("things/missing.html", MISSING, heading=translate("missing.heading", language()), close=[])


def _show_gone(iri: str, last: Last) -> Response:
    then = f"/release/{last.release.id}/sparql"
    query = f"{prefix_lines(PREFIXES)}\n{describe_query(iri)}"
    return respond(
        "things/gone.html",
        status_of(Gone("")),
        heading=last.name,
        old=last.release,
        iri=iri,
        downloads=[(form.name, link(then, query=query, format=form.suffix)) for form in DATA],
    )

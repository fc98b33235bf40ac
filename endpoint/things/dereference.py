"""Each thing of the graph at its own address: 303 to a page for people or to a graph for programs."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, request

from endpoint.engine.engine import Lane
from endpoint.engine.language.guard import QueryKind, trust
from endpoint.engine.results import NTRIPLES
from endpoint.errors import MISSING, Gone, NotFound, status_of
from endpoint.serving.current import service
from endpoint.serving.pinned import find_kept
from endpoint.show.addresses import THING_KINDS, language, link, local_path
from endpoint.show.lookup import ask, prefix_lines, with_prefixes
from endpoint.show.rendering import respond
from endpoint.show.texts import translate
from endpoint.sparql import answer as sparql
from endpoint.things import documents
from endpoint.things.documents import DATA, PAGE, SUFFIXES, split_suffix
from endpoint.things.identity import LastKnown, find_last_known, find_presence
from endpoint.things.kinds import read_page
from endpoint.things.ontology.page import ONTOLOGY_PATH, answer_ontology, current_version
from endpoint.things.page import template_values
from endpoint.things.rdf.description import describe_query, describe_truncation, many_links_query
from endpoint.things.rdf.named_graphs import check_size, find_dumps
from endpoint.things.rdf.serialization import describes, read_triples, write_graph
from graph.downloads.describe.publication import release_iri
from ontology import BASE, PREFIXES
from queries.terms import iri_term

blueprint = Blueprint("things", __name__)

GRAPH = "graph"


@blueprint.get(f"/<any({','.join(THING_KINDS)}):kind>/<path:local>")
def show_thing(kind: str, local: str) -> Response:
    """Answer /place/Q11462 and the like by 303, and its documents (.html, .ttl, .nt, .jsonld, .rdf)."""
    stem, suffix = split_suffix(local)
    path = f"/{kind}/{stem}"
    iri = documents.iri_of(path)
    presence = find_presence(ask, iri)
    if presence.moved_to is not None:
        return documents.moved(local_path(presence.moved_to) or presence.moved_to, suffix)
    if not presence.exists:
        return _show_absent(kind, iri, suffix, presence.gone)
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
    address = f"{request.host_url.rstrip('/')}{path}.{PAGE}"
    values = template_values(read_page(kind, iri, language()), address)
    is_document = kind != GRAPH or values["contents"].is_served
    query = with_prefixes(describe_query(iri)) if kind != GRAPH else _contents_query(iri)
    response = respond(
        _choose_template(values),
        **values,
        downloads=documents.downloads(path) if is_document else find_dumps(service().release),
        sparql=query if is_document else "",
    )
    return documents.add_document_links(response, path, PAGE, iri)


def _choose_template(values: Mapping[str, object]) -> str:
    if "tree" in values:
        return "things/concept_scheme.html"
    return "things/claim.html" if "statement" in values else "things/thing.html"


def _answer_data(path: str, suffix: str, iri: str) -> Response:
    truncated = {row["property"].value: int(row["count"].value) for row in ask(many_links_query(iri)).rows}
    query = trust(f"{prefix_lines(PREFIXES)}\n{describe_query(iri, truncated)}", QueryKind.GRAPH)
    triples = read_triples(service().engine.run(query, NTRIPLES, lane=Lane.PAGES).body)
    if not describes(triples, iri):
        raise NotFound(f"nothing is said of {iri}")
    if truncated:
        triples += describe_truncation(f"{iri}.{suffix}", truncated, release_iri(service().release.id))
    return documents.data_response(write_graph(triples, iri, suffix), path, suffix, iri)


def _contents_query(iri: str) -> str:
    pattern = "{ ?subject ?property ?value }"
    return f"CONSTRUCT {pattern} WHERE {{ GRAPH {iri_term(iri)} {pattern} }}"


def _answer_contents(path: str, suffix: str, iri: str) -> Response:
    """Return all triples of a named graph, as its IRI stands for them in queries; refuse what takes long."""
    check_size(ask, service().release, iri, request.host_url.rstrip("/"))
    query = trust(_contents_query(iri), QueryKind.GRAPH)
    response = sparql.respond(request, query, lane=Lane.PAGES, format_name=suffix)
    return documents.add_document_links(response, path, suffix, iri)


def _show_absent(kind: str, iri: str, suffix: str | None, reason: str = "") -> Response:
    """Return 410 when there is a reason or an earlier release had it, else 404.

    That is a page for people, a problem for programs.
    """
    lang = language()
    last = find_last_known(service().home, service().release.id, iri, lang)
    if documents.for_people(suffix):
        return _show_gone(iri, last, reason) if last or reason else _show_missing()
    local = iri.removeprefix(BASE)
    if reason:
        raise Gone(f"{local} is no more: {reason}")
    if last is None:
        raise NotFound(f"there is no {kind} at this address in the current release: {local}")
    raise Gone(f"{local} was in release {last.release.id} and is not in {service().release.id}")


def _show_missing() -> Response:
    return respond("things/missing.html", MISSING, heading=translate("missing.heading", language()), close=[])


def _show_gone(iri: str, last: LastKnown | None, reason: str) -> Response:
    return respond(
        "things/gone.html",
        status_of(Gone("")),
        heading=last.label if last else iri.removeprefix(BASE),
        reason=reason,
        old=last.release if last else None,
        iri=iri,
        downloads=_then(iri, last) if last else [],
    )


def _then(iri: str, last: LastKnown) -> list[tuple[str, str]]:
    """Return the formats, with their addresses, of what an earlier release said of a thing."""
    sparql_path = f"/release/{last.release.id}/sparql"
    query = f"{prefix_lines(PREFIXES)}\n{describe_query(iri)}"
    return [(form.name, link(sparql_path, query=query, format=form.suffix)) for form in DATA]

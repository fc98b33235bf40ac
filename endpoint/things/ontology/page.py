"""The ontology as documents: one page with an anchor for each term, and the file itself as a graph."""

from __future__ import annotations

from functools import lru_cache

from flask import Response
from pyoxigraph import RdfFormat, parse
from rdflib.namespace import DCTERMS, OWL

from endpoint.serving.current import service
from endpoint.show.addresses import language
from endpoint.show.lookup import ask
from endpoint.show.rendering import respond
from endpoint.show.texts import translate
from endpoint.things import documents
from endpoint.things.documents import PAGE
from endpoint.things.ontology.model import HEIGHT, WIDTH, draw_model
from endpoint.things.ontology.terms import (
    Term,
    list_concept_schemes,
    ontology_text,
    read_terms,
    rules_of,
)
from endpoint.things.rdf.schema_org import describe_terms
from endpoint.things.rdf.serialization import write_graph
from ontology import KK, ONTOLOGY_IRI, read_text

ONTOLOGY_PATH = "/ontology"
_FILE = "kembar.ttl"
_TURTLE = "ttl"


def current_version() -> str:
    """Return the version of the ontology that is served, as its IRI ends: ``0.1.0``."""
    return ontology_text(OWL.versionInfo, "")


def answer_ontology(path: str, suffix: str) -> Response:
    """Return one document of the ontology, or of its current version, at a path without suffix.

    Raises the QueryError tree.
    """
    iri = documents.iri_of(path)
    if suffix == PAGE:
        return _show_page(path, iri)
    return documents.data_response(_write(suffix), path, suffix, iri)


@lru_cache(len(documents.SUFFIXES))
def _write(suffix: str) -> bytes:
    """Return the ontology in one format; the Turtle is the file as it was written, notes and all."""
    text = read_text(_FILE).encode()
    if suffix == _TURTLE:
        return text
    triples = (quad.triple for quad in parse(text, RdfFormat.TURTLE))
    return write_graph(triples, ONTOLOGY_IRI, suffix)


def _show_page(path: str, iri: str) -> Response:
    lang = language()
    classes, properties = read_terms(service().release, ask, lang)
    title = ontology_text(DCTERMS.title, lang) or translate("ontology.heading", lang)
    description = ontology_text(DCTERMS.description, lang)
    groups = [
        (translate("ontology.classes", lang), classes),
        (translate("ontology.properties", lang), properties),
    ]
    response = respond(
        "things/ontology.html",
        heading=title,
        lede=description,
        iri=iri,
        version=current_version(),
        issued=ontology_text(DCTERMS.issued, ""),
        licence=ontology_text(DCTERMS.license, ""),
        namespace=str(KK),
        rules=rules_of(classes, properties),
        schemes=list_concept_schemes(lang),
        model=draw_model(lang),
        model_size=(WIDTH, HEIGHT),
        groups=groups,
        downloads=documents.downloads(path),
        schema=describe_terms(title, description, ONTOLOGY_IRI, _definitions([*classes, *properties])),
    )
    return documents.add_document_links(response, path, PAGE, iri)


def _definitions(terms: list[Term]) -> dict[str, tuple[str, str]]:
    return {str(KK[term.name]): (term.label, term.comment) for term in terms}

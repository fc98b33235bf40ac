"""The ontology as documents: one page with an anchor for each term, and the file itself as a graph."""

from __future__ import annotations

from functools import lru_cache

from flask import Response
from pyoxigraph import RdfFormat, parse
from rdflib.namespace import DCTERMS, OWL

from endpoint.show.present import language, respond
from endpoint.show.texts import translate
from endpoint.things import documents
from endpoint.things.documents import PAGE
from endpoint.things.parts.words import Term, concept_schemes, ontology_terms, ontology_text, rules_of
from endpoint.things.rdf.graphs import write_graph
from endpoint.things.rdf.schema_org import describe_terms
from ontology import KK, ONTOLOGY_IRI, read_text

ONTOLOGY_PATH = "/ontology"
_FILE = "kembar.ttl"
_TURTLE = "ttl"


def current_version() -> str:
    """Return the version of the ontology that is served, as its IRI ends: ``0.1.0``."""
    return ontology_text(OWL.versionInfo, "")


def answer_ontology(path: str, suffix: str) -> Response:
    """Return one document of the ontology, or of its current version, at a path without suffix."""
    iri = documents.iri_of(path)
    if suffix == PAGE:
        return _show_page(path, iri)
    return documents.data_response(_write(suffix), path, suffix, iri)


@lru_cache
def _write(suffix: str) -> bytes:
    """Return the ontology in one format; the Turtle is the file as it was written, notes and all."""
    text = read_text(_FILE).encode()
    if suffix == _TURTLE:
        return text
    triples = (quad.triple for quad in parse(text, RdfFormat.TURTLE))
    return write_graph(triples, ONTOLOGY_IRI, suffix)


def _show_page(path: str, iri: str) -> Response:
    lang = language()
    classes, properties = ontology_terms(lang)
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
        schemes=concept_schemes(lang),
        groups=groups,
        downloads=documents.downloads(path),
        schema=describe_terms(title, description, ONTOLOGY_IRI, _definitions([*classes, *properties])),
    )
    return documents.add_document_links(response, path, PAGE, iri)


def _definitions(terms: list[Term]) -> dict[str, tuple[str, str]]:
    return {str(KK[term.name]): (term.label, term.comment) for term in terms}

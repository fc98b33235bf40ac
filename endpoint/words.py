"""The terms of the ontology and the vocabularies, as the ontology page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import Node, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from endpoint.forms import concept_label
from endpoint.labels import ontology_label
from endpoint.present import Shown, compact, link, local_path
from ontology import KK, ontology, vocabulary

_PROPERTY_CLASSES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property)


@dataclass(frozen=True)
class Term:
    """One class or property; `name` is its anchor."""

    name: str
    label: str
    comment: str
    domain: Shown | None
    range: Shown | None


def ontology_terms(language: str) -> tuple[list[Term], list[Term]]:
    """Return the classes and the properties of our ontology, each in the order of their names."""
    classes = set(ontology().subjects(RDF.type, OWL.Class))
    properties = {term for kind in _PROPERTY_CLASSES for term in ontology().subjects(RDF.type, kind)}
    return _terms(classes, language), _terms(properties, language)


def concept_schemes(language: str) -> list[tuple[str, str]]:
    """Return the vocabularies as (name, path), in the order of their names."""
    schemes = [str(scheme) for scheme in vocabulary().subjects(RDF.type, SKOS.ConceptScheme)]
    named = [(concept_label(iri, language), local_path(iri) or iri) for iri in schemes]
    return sorted(named, key=lambda pair: pair[0].casefold())


def _terms(subjects: set[Node], language: str) -> list[Term]:
    ours = sorted(str(subject) for subject in subjects if str(subject).startswith(str(KK)))
    return [
        Term(
            name=iri.removeprefix(str(KK)),
            label=ontology_label(iri, language) or iri.removeprefix(str(KK)),
            comment=_comment(iri, language),
            domain=_target(iri, RDFS.domain, language),
            range=_target(iri, RDFS.range, language),
        )
        for iri in ours
    ]


def _comment(iri: str, language: str) -> str:
    texts = [
        (getattr(text, "language", None) or "", str(text))
        for relation in (RDFS.comment, SKOS.definition)
        for text in ontology().objects(URIRef(iri), relation)
    ]
    by_language = dict(texts)
    return by_language.get(language) or by_language.get("en") or by_language.get("") or ""


def _target(iri: str, relation: URIRef, language: str) -> Shown | None:
    target = ontology().value(URIRef(iri), relation)
    if target is None:
        return None
    path = local_path(str(target))
    if path is None:
        return Shown(compact(str(target)))
    return Shown(ontology_label(str(target), language) or compact(str(target)), href=link(path))

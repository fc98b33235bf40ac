"""The terms of the ontology, its rules and its concept schemes, as the page of the ontology shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rdflib import Node, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from endpoint.engine.results import Cell
from endpoint.show.addresses import link, page_path
from endpoint.show.lookup import LABEL_PROPERTIES, Select, concept_label, find_labels, ontology_label
from endpoint.show.texts import LANGUAGES
from endpoint.show.values import FormattedValue, compact, format_value
from endpoint.things.ontology.usage import Usage, read_usage
from graph.store.releases import Release
from ontology import KK, ONTOLOGY_IRI, SCHEMA, concepts, ontology, vocabulary

_PROPERTY_CLASSES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property)
_MAPPINGS = (SKOS.exactMatch, SKOS.closeMatch, RDFS.seeAlso)
_RULE = re.compile(r"(R[1-9][0-9]?)\. (.+)", re.DOTALL)


@dataclass(frozen=True)
class Rule:
    """One rule of reconciliation (``R6``), its sentence, and the term that it decides."""

    name: str
    sentence: str
    term: FormattedValue


@dataclass(frozen=True)
class Term:
    """One class or property; `name` is its anchor, `other_label` its label in the other language.

    `superterms` are the classes or properties above it; `uses` is how often the release uses it, and
    `example` a thing that does.
    """

    name: str
    label: str
    other_label: str
    other_language: str
    comment: str
    rule: Rule | None
    domains: tuple[FormattedValue, ...]
    ranges: tuple[FormattedValue, ...]
    scheme: FormattedValue | None
    superterms: tuple[FormattedValue, ...]
    mappings: tuple[FormattedValue, ...]
    uses: int
    example: FormattedValue | None


def read_terms(release: Release, select: Select, language: str) -> tuple[list[Term], list[Term]]:
    """Return the classes and the properties of our ontology, each in the order of their names.

    Their uses are those in the release, which `select` asks. Raises the QueryError tree.
    """
    classes = set(ontology().subjects(RDF.type, OWL.Class))
    properties = {term for kind in _PROPERTY_CLASSES for term in ontology().subjects(RDF.type, kind)}
    usage = read_usage(release, select)
    examples = (used.example for used in usage.values())
    labels = find_labels(select, examples, language, LABEL_PROPERTIES)
    return (
        [_describe_term(iri, language, usage, labels) for iri in _ours(classes)],
        [_describe_term(iri, language, usage, labels) for iri in _ours(properties)],
    )


def rules_of(*groups: list[Term]) -> list[Rule]:
    """Return the rules of reconciliation that terms carry, R1 first."""
    return sorted(
        (term.rule for terms in groups for term in terms if term.rule), key=lambda rule: int(rule.name[1:])
    )


def ontology_text(relation: URIRef, language: str) -> str:
    """Return what the ontology says of itself by one property, empty when it says nothing."""
    return _text(ONTOLOGY_IRI, relation, language)


def list_concept_schemes(language: str) -> list[tuple[str, str, int]]:
    """Return the concept schemes as (label, path of the page, number of concepts), by label."""
    iris = [str(scheme) for scheme in vocabulary().subjects(RDF.type, SKOS.ConceptScheme)]
    schemes = [
        (concept_label(iri, language), page_path(iri) or iri, len(concepts(iri.rsplit("/", 1)[1])))
        for iri in iris
    ]
    return sorted(schemes, key=lambda scheme: scheme[0].casefold())


def _ours(subjects: set[Node]) -> list[str]:
    return sorted(str(subject) for subject in subjects if str(subject).startswith(str(KK)))


def _describe_term(iri: str, language: str, usage: Mapping[str, Usage], labels: Mapping[str, str]) -> Term:
    name = iri.removeprefix(str(KK))
    other_language = next(code for code in LANGUAGES if code != language)
    used = usage.get(iri)
    schemes = _targets(iri, (URIRef(KK.scheme),), language)
    return Term(
        name=name,
        label=ontology_label(iri, language) or name,
        other_label=ontology_label(iri, other_language) or "",
        other_language=other_language,
        comment=_text(iri, SKOS.definition, language) or _text(iri, RDFS.comment, language),
        rule=_rule(iri, language),
        domains=_targets(iri, (RDFS.domain, SCHEMA.domainIncludes), language),
        ranges=() if schemes else _targets(iri, (RDFS.range, SCHEMA.rangeIncludes), language),
        scheme=schemes[0] if schemes else None,
        superterms=_targets(iri, (RDFS.subClassOf, RDFS.subPropertyOf), language),
        mappings=_targets(iri, _MAPPINGS, language),
        uses=used.count if used else 0,
        example=format_value(Cell("iri", used.example), language, labels) if used else None,
    )


def _rule(iri: str, language: str) -> Rule | None:
    match = _RULE.fullmatch(_text(iri, SKOS.scopeNote, language))
    if match is None:
        return None
    name, sentence = match.groups()
    return Rule(name, sentence, _format_target(iri, language))


def _text(iri: str, relation: URIRef, language: str) -> str:
    """Return the text in `language`, else in English, else without language, else empty."""
    texts = {
        str(getattr(text, "language", None) or ""): str(text)
        for text in ontology().objects(URIRef(iri), relation)
    }
    return next((texts[tag] for tag in (language, LANGUAGES[0], "") if tag in texts), "")


def _targets(iri: str, relations: tuple[URIRef, ...], language: str) -> tuple[FormattedValue, ...]:
    targets = {str(target) for relation in relations for target in ontology().objects(URIRef(iri), relation)}
    return tuple(_format_target(target, language) for target in sorted(targets, key=compact))


def _format_target(iri: str, language: str) -> FormattedValue:
    """Return a term, concept scheme or class of another ontology as a link under its label."""
    path = page_path(iri)
    if path is None:
        return FormattedValue(_compact_external(iri), href=iri, external=True)
    in_vocabulary = (URIRef(iri), RDF.type, SKOS.ConceptScheme) in vocabulary()
    label = concept_label(iri, language) if in_vocabulary else ontology_label(iri, language)
    return FormattedValue(label or compact(iri), href=link(path))


def _compact_external(iri: str) -> str:
    """Return an IRI of another ontology with the prefix that ours writes it with, or as it is."""
    short = compact(iri)
    if short != iri:
        return short
    bases = ((prefix, str(base)) for prefix, base in ontology().namespaces() if iri.startswith(str(base)))
    return next((f"{prefix}:{iri.removeprefix(base)}" for prefix, base in bases), iri)

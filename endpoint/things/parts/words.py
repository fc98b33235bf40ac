"""The terms of the ontology, its rules and the vocabularies, as the ontology page shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rdflib import Node, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from endpoint.engine.results import Cell
from endpoint.serving.current import service
from endpoint.show.counts import read_held
from endpoint.show.labels import concept_label, find_labels, ontology_label
from endpoint.show.lookup import ask
from endpoint.show.present import Shown, compact, link, page_path, show
from endpoint.show.texts import LANGUAGES
from endpoint.things.describe import NAMES
from ontology import KK, ONTOLOGY_IRI, SCHEMA, concepts, ontology, vocabulary
from queries.terms import iri_term

_PROPERTY_CLASSES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property)
_MAPPINGS = (SKOS.exactMatch, SKOS.closeMatch, RDFS.seeAlso)
_EXAMPLES_SORTED = 5000
_TERMS_ASKED = 50
_RULE = re.compile(r"(R[1-9])\. (.+)", re.DOTALL)


@dataclass(frozen=True)
class Usage:
    """How often the release uses a term, and the first thing in the order of IRIs that does."""

    count: int
    example: str


@dataclass(frozen=True)
class Rule:
    """One rule of reconciliation (``R6``), its sentence, and the term that it decides."""

    name: str
    sentence: str
    term: Shown


@dataclass(frozen=True)
class Term:
    """One class or property; `name` is its anchor, `other_label` its label in the other language."""

    name: str
    label: str
    other_label: str
    other_language: str
    comment: str
    rule: Rule | None
    domains: tuple[Shown, ...]
    ranges: tuple[Shown, ...]
    scheme: Shown | None
    above: tuple[Shown, ...]
    mappings: tuple[Shown, ...]
    uses: int
    example: Shown | None


def ontology_terms(language: str) -> tuple[list[Term], list[Term]]:
    """Return the classes and the properties of our ontology, each in the order of their names."""
    classes = set(ontology().subjects(RDF.type, OWL.Class))
    properties = {term for kind in _PROPERTY_CLASSES for term in ontology().subjects(RDF.type, kind)}
    usage = read_usage(service().release.path)
    examples = find_labels(ask, (one.example for one in usage.values()), language, NAMES)
    return (
        [_term(iri, language, usage, examples) for iri in _ours(classes)],
        [_term(iri, language, usage, examples) for iri in _ours(properties)],
    )


def rules_of(*groups: list[Term]) -> list[Rule]:
    """Return the rules of reconciliation that terms carry, R1 first."""
    return sorted((term.rule for terms in groups for term in terms if term.rule), key=lambda rule: rule.name)


def ontology_text(relation: URIRef, language: str) -> str:
    """Return what the ontology says of itself by one property, empty when it says nothing."""
    return _text(ONTOLOGY_IRI, relation, language)


def concept_schemes(language: str) -> list[tuple[str, str, int]]:
    """Return the vocabularies as (name, path of the page, number of concepts), in the order of names."""
    schemes = [str(scheme) for scheme in vocabulary().subjects(RDF.type, SKOS.ConceptScheme)]
    named = [
        (concept_label(iri, language), page_path(iri) or iri, len(concepts(iri.rsplit("/", 1)[1])))
        for iri in schemes
    ]
    return sorted(named, key=lambda one: one[0].casefold())


@lru_cache(4)
def read_usage(release: Path) -> Mapping[str, Usage]:
    """Return how often the current release uses each term; kept by its folder, since it never changes."""
    held = read_held(service().release)
    counts = {**held.classes, **held.properties} if held else _count_uses()
    ours = sorted(iri for iri in counts if iri.startswith(str(KK)))
    found = [
        row
        for start in range(0, len(ours), _TERMS_ASKED)
        for row in ask(
            _example_query({term: counts[term] for term in ours[start : start + _TERMS_ASKED]})
        ).rows
    ]
    return {
        row["term"].value: Usage(counts[row["term"].value], row["example"].value)
        for row in found
        if "example" in row
    }


def _count_uses() -> dict[str, int]:
    """Count the uses of all terms, where the release does not say; it runs through the whole store."""
    table = ask(
        "SELECT ?term (COUNT(*) AS ?count) WHERE { { ?s ?term ?o } UNION { ?s a ?term } } GROUP BY ?term"
    )
    return {row["term"].value: int(row["count"].value) for row in table.rows}


def _example_query(counts: Mapping[str, int]) -> str:
    """Return the SELECT of one thing that bears each term: the first by IRI, of many the first found."""
    parts = []
    for term, count in counts.items():
        bears = f"{iri_term(term)} ?value" if _is_property(term) else f"a {iri_term(term)}"
        seen = count if count <= _EXAMPLES_SORTED else 1
        parts.append(
            f"{{ SELECT ({iri_term(term)} AS ?term) (MIN(STR(?thing)) AS ?example) WHERE {{\n"
            f"  {{ SELECT ?thing WHERE {{ ?thing {bears} . "
            f'FILTER(!STRSTARTS(STR(?thing), "{KK}")) }} LIMIT {seen} }} }} }}'
        )
    return f"SELECT ?term ?example WHERE {{ {' UNION '.join(parts)} }}"


def _is_property(iri: str) -> bool:
    return iri.removeprefix(str(KK))[:1].islower()


def _ours(subjects: set[Node]) -> list[str]:
    return sorted(str(subject) for subject in subjects if str(subject).startswith(str(KK)))


def _term(iri: str, language: str, usage: Mapping[str, Usage], examples: Mapping[str, str]) -> Term:
    name = iri.removeprefix(str(KK))
    other = next(one for one in LANGUAGES if one != language)
    used = usage.get(iri)
    schemes = _targets(iri, (URIRef(KK.scheme),), language)
    return Term(
        name=name,
        label=ontology_label(iri, language) or name,
        other_label=ontology_label(iri, other) or "",
        other_language=other,
        comment=_text(iri, SKOS.definition, language) or _text(iri, RDFS.comment, language),
        rule=_rule(iri, language),
        domains=_targets(iri, (RDFS.domain, SCHEMA.domainIncludes), language),
        ranges=() if schemes else _targets(iri, (RDFS.range, SCHEMA.rangeIncludes), language),
        scheme=schemes[0] if schemes else None,
        above=_targets(iri, (RDFS.subClassOf, RDFS.subPropertyOf), language),
        mappings=_targets(iri, _MAPPINGS, language),
        uses=used.count if used else 0,
        example=show(Cell("iri", used.example), language, examples) if used else None,
    )


def _rule(iri: str, language: str) -> Rule | None:
    match = _RULE.fullmatch(_text(iri, SKOS.scopeNote, language))
    if match is None:
        return None
    name, sentence = match.groups()
    return Rule(name, sentence, _shown(iri, language))


def _text(iri: str, relation: URIRef, language: str) -> str:
    """Return the text in `language`, else in English, else without language, else empty."""
    texts = {
        str(getattr(text, "language", None) or ""): str(text)
        for text in ontology().objects(URIRef(iri), relation)
    }
    return next((texts[one] for one in (language, LANGUAGES[0], "") if one in texts), "")


def _targets(iri: str, relations: tuple[URIRef, ...], language: str) -> tuple[Shown, ...]:
    targets = {str(target) for relation in relations for target in ontology().objects(URIRef(iri), relation)}
    return tuple(_shown(target, language) for target in sorted(targets, key=compact))


def _shown(iri: str, language: str) -> Shown:
    path = page_path(iri)
    if path is None:
        return Shown(_compact_outside(iri), href=iri, outside=True)
    in_vocabulary = (URIRef(iri), RDF.type, SKOS.ConceptScheme) in vocabulary()
    label = concept_label(iri, language) if in_vocabulary else ontology_label(iri, language)
    return Shown(label or compact(iri), href=link(path))


def _compact_outside(iri: str) -> str:
    """Return an IRI of another ontology with the prefix that ours writes it with, or as it is."""
    short = compact(iri)
    if short != iri:
        return short
    bases = ((prefix, str(base)) for prefix, base in ontology().namespaces() if iri.startswith(str(base)))
    return next((f"{prefix}:{iri.removeprefix(base)}" for prefix, base in bases), iri)

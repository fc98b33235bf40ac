"""What the rules need to know of the vocabulary: labels, and which domains lie under which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from rdflib import URIRef
from rdflib.namespace import SKOS

from graph.model.iris import concept_iri
from ontology import concepts, vocabulary


@cache
def concept_label(scheme: str, concept: str, language: str) -> str:
    """Return the preferred label of a concept in `language` (en or id); raises KeyError if it has none."""
    node = URIRef(concept_iri(scheme, concept))
    for label in vocabulary().objects(node, SKOS.prefLabel):
        if getattr(label, "language", None) == language:
            return str(label)
    raise KeyError(f"{scheme}/{concept} has no label in {language}")


@cache
def top_concepts(domain: str) -> frozenset[str]:
    """Return the slugs of the top concepts above a domain, or the domain itself when it is one."""
    node = URIRef(concepts("domain")[domain])
    broader = set(vocabulary().transitive_objects(node, SKOS.broader))
    tops = {concept for concept in broader if (concept, SKOS.broader, None) not in vocabulary()}
    return frozenset(str(top).rsplit("/", 1)[1] for top in tops)


@cache
def concepts_by_name(scheme: str) -> Mapping[str, str]:
    """Return the slugs of a scheme by slug and by label in either language, in small letters.

    A label that two concepts share is not there.
    """
    slugs: dict[str, set[str]] = defaultdict(set)
    for slug, iri in concepts(scheme).items():
        for name in (slug, *_labels(URIRef(iri))):
            slugs[name.casefold()].add(slug)
    return {name: found.pop() for name, found in slugs.items() if len(found) == 1}


def _labels(node: URIRef) -> list[str]:
    kinds = (SKOS.prefLabel, SKOS.altLabel)
    return [str(label) for kind in kinds for label in vocabulary().objects(node, kind)]

"""The method in words: the rules that turn claims into a view, and the measures of the network.

Both stand in the ontology beside the terms that they explain.
"""

from __future__ import annotations

from rdflib import URIRef
from rdflib.namespace import RDFS

from endpoint.show.lookup import Select
from endpoint.show.values import compact
from endpoint.things.ontology.terms import Rule, Term, read_terms, rules_of
from endpoint.things.parts.measures import LINK_MEASURES, MEASURES
from graph.store.releases import Release
from ontology import KK, SCHEMA, ontology

_MEASURED = ("NetworkMeasure", "Place", "Partnership", "Country", "CountryPair")
"""What is measured: the whole network first."""
_ONLY_MEASURED = {"NetworkMeasure", "CountryPair"}
"""Classes all of whose properties are measures."""


def read_rules(release: Release, select: Select, language: str) -> list[Rule]:
    """Return the rules of reconciliation, R1 first. Raises the QueryError tree."""
    return rules_of(*read_terms(release, select, language))


def read_measures(release: Release, select: Select, language: str) -> list[tuple[Term, list[Term]]]:
    """Return each class that is measured with its measures, by name. Raises the QueryError tree."""
    classes, properties = read_terms(release, select, language)
    by_name = {term.name: term for term in classes}
    return [(by_name[name], [term for term in properties if _measures(term, name)]) for name in _MEASURED]


def _measures(term: Term, measured: str) -> bool:
    """Return whether a property is a measure of a class."""
    iri = URIRef(KK[term.name])
    domains = {
        compact(str(domain)).removeprefix("kk:")
        for relation in (RDFS.domain, SCHEMA.domainIncludes)
        for domain in ontology().objects(iri, relation)
    }
    is_measure = bool(domains & _ONLY_MEASURED) or f"kk:{term.name}" in MEASURES | LINK_MEASURES
    return is_measure and measured in domains

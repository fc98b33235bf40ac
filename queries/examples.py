"""The questions as examples in RDF, for editors, assistants and whoever collects SPARQL examples.

The vocabulary is that of https://github.com/sib-swiss/sparql-examples: each question is an executable of
SHACL (https://www.w3.org/TR/shacl-af/) with its text, what it asks, its tags and its target.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import Literal

from graph.errors import ParameterError
from graph.model.iris import graph_iri
from graph.model.terms import A, Triple, node, text
from ontology import BASE, PREFIXES, concepts
from queries.bind import fill, is_found_by_names
from queries.canned import LANGUAGES, CannedQuery
from queries.resolve import Resolver

GRAPH = graph_iri("questions")
"""The graph of a release that holds its questions as examples."""
DOCUMENT = BASE + ".well-known/sparql-examples"
_SH, _SCHEMA = "http://www.w3.org/ns/shacl#", "https://schema.org/"
_DCTERMS, _RDFS = PREFIXES["dcterms"], PREFIXES["rdfs"]
EXAMPLE_PREFIXES: Mapping[str, str] = {
    "sh": _SH, "schema": _SCHEMA, "dcterms": _DCTERMS, "rdfs": _RDFS, "xsd": PREFIXES["xsd"]
}  # fmt: skip
_ANY_URI = node(PREFIXES["xsd"] + "anyURI")
_PLACES = BASE + "place/"


class StatedNames(Resolver):
    """Takes the values that headers give as examples and defaults: ids of places, names of concepts."""

    def __init__(self) -> None:
        """Need no index: nothing is looked up."""

    def find_place(self, parameter: str, text: str) -> str:
        """Return the IRI of the place with this id."""
        return _PLACES + text

    find_country = find_place

    def find_concept(self, parameter: str, scheme: str, text: str) -> str:
        """Return the IRI of a concept by its name; raises ParameterError when there is none."""
        if iri := concepts(scheme).get(text):
            return iri
        raise ParameterError(parameter, text, f"is no {scheme}")


def describe_examples(queries: Iterable[CannedQuery], endpoint: str = BASE + "sparql") -> Iterator[Triple]:
    """Yield each question as an example for an endpoint, with the values of its header and all its rows.

    Left out is a question whose answer needs the index of names, which no endpoint has.
    """
    names = StatedNames()
    for query in queries:
        if not is_found_by_names(query):
            yield from _describe(query, fill(query, query.examples, names).text, endpoint)
    document = node(DOCUMENT)
    for prefix, namespace in PREFIXES.items():
        declared = node(f"{DOCUMENT}#prefix-{prefix}")
        yield document, node(_SH + "declare"), declared
        yield declared, node(_SH + "prefix"), text(prefix)
        yield declared, node(_SH + "namespace"), Literal(namespace, datatype=_ANY_URI)


def _describe(query: CannedQuery, sparql: str, endpoint: str) -> Iterator[Triple]:
    subject = node(f"{BASE}queries/{query.slug}")
    for name in ("SPARQLExecutable", "SPARQLSelectExecutable"):
        yield subject, A, node(_SH + name)
    for language in LANGUAGES:
        yield subject, node(_RDFS + "comment"), text(query.summary[language], language)
        yield subject, node(_DCTERMS + "title"), text(query.title[language], language)
        yield subject, node(_DCTERMS + "description"), text(query.description[language], language)
    yield subject, node(_SH + "select"), text(sparql)
    yield subject, node(_SH + "prefixes"), node(DOCUMENT)
    yield from ((subject, node(_SCHEMA + "keywords"), text(tag)) for tag in query.tags)
    yield subject, node(_SCHEMA + "target"), node(endpoint)

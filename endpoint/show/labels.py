"""Names for IRIs in the reader's language, asked from the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from rdflib import URIRef
from rdflib.namespace import DCTERMS, RDFS, SKOS

from endpoint.engine.results import Cell, Table
from endpoint.show.texts import LANGUAGES
from ontology import ontology, vocabulary
from queries.terms import iri_term

Select = Callable[[str], Table]
"""Answers a SELECT query with its table."""

LABEL_PROPERTIES = tuple(
    str(iri) for iri in (RDFS.label, SKOS.prefLabel, DCTERMS.title, DCTERMS.description, RDFS.comment)
)
"""What may serve as a name, the best first."""

_BATCH = 400


def find_labels(
    select: Select, iris: Iterable[str], language: str, properties: Sequence[str] = LABEL_PROPERTIES
) -> dict[str, str]:
    """Return the best name of each IRI that has one: by property in the order given, then by language.

    The languages are tried in this order: `language`, English, none, any other.
    """
    found: dict[str, tuple[tuple[int, int], str]] = {}
    for batch in _batches(sorted(set(iris))):
        for row in select(_label_query(batch, properties)).rows:
            rank = (properties.index(row["property"].value), _language_rank(row["label"], language))
            thing = row["thing"].value
            if thing not in found or rank < found[thing][0]:
                found[thing] = (rank, row["label"].value)
    return {thing: label for thing, (_, label) in found.items()}


def best_text(cells: Iterable[Cell], language: str) -> str:
    """Return the text of the cell in the best language (as in find_labels), empty when there are no cells."""
    ranked = sorted(cells, key=lambda cell: (_language_rank(cell, language), cell.value))
    return ranked[0].value if ranked else ""


def ontology_label(iri: str, language: str) -> str | None:
    """Return the label that our ontology gives a class or property, in `language` or English, else None."""
    labels = {
        str(getattr(label, "language", None) or ""): str(label)
        for label in ontology().objects(URIRef(iri), RDFS.label)
    }
    return labels.get(language) or labels.get(LANGUAGES[0])


def _language_rank(cell: Cell, language: str) -> int:
    order = (language, LANGUAGES[0], "")
    tag = cell.language or ""
    return order.index(tag) if tag in order else len(order)


def _batches(iris: list[str]) -> Iterator[list[str]]:
    rest = iter(iris)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _label_query(iris: list[str], properties: Sequence[str]) -> str:
    """Return one lookup a thing and property; a second VALUES would run through all labels of the store."""
    things = " ".join(iri_term(iri) for iri in iris)
    named_by = (
        f"{{ ?thing {iri_term(iri)} ?label BIND({iri_term(iri)} AS ?property) }}" for iri in properties
    )
    return (
        f"SELECT ?thing ?property ?label WHERE {{ VALUES ?thing {{ {things} }} {' UNION '.join(named_by)} }}"
    )


def concept_label(iri: str, language: str) -> str:
    """Return the preferred label of a concept in `language`, else in English, else its slug."""
    labels = concept_labels(iri)
    return labels.get(language) or labels.get("en") or iri.rsplit("/", 1)[1]


def concept_labels(iri: str) -> dict[str, str]:
    """Return the preferred labels of a concept by language."""
    labels = vocabulary().objects(URIRef(iri), SKOS.prefLabel)
    return {str(getattr(label, "language", "") or ""): str(label) for label in labels}

"""What pages look up: tables from the store over the lane of pages, and labels in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from rdflib import URIRef
from rdflib.namespace import DCTERMS, RDFS, SKOS

from endpoint.engine.engine import Lane
from endpoint.engine.results import Cell, Table, select_rows
from endpoint.serving.current import service
from endpoint.show.texts import LANGUAGES
from ontology import KK, PREFIXES, ontology, vocabulary
from queries.terms import iri_term

Row = Mapping[str, Cell]
"""One solution by the names of its variables; one that is unbound is absent."""
Select = Callable[[str], Table]
"""Answers a SELECT query with its table."""

LABEL_PROPERTIES = tuple(str(iri) for iri in (RDFS.label, SKOS.prefLabel, DCTERMS.title, KK.describedAs))
"""The properties whose value is a label, the best first."""
TEXT_PROPERTIES = (*LABEL_PROPERTIES, *(str(iri) for iri in (DCTERMS.description, RDFS.comment)))
"""What may serve as a label, the best first: a label, else a sentence."""

_PREFIX = re.compile(r"(?<![\w/<#])([a-z]+):\w")
_BATCH = 400


class Label(str):
    """A label that knows its language: a BCP 47 tag, empty where the data have none."""

    language: str

    def __new__(cls, text: str, language: str = "") -> Label:
        """Return the text with its language."""
        label = super().__new__(cls, text)
        label.language = language
        return label


def ask(query: str, lane: Lane = Lane.PAGES) -> Table:
    """Return the table of a SELECT of our own; our prefixes are put before it. Raises the QueryError tree."""
    return select_rows(service().engine, f"{prefix_lines(PREFIXES)}\n{query}", lane)


def with_prefixes(query: str) -> str:
    """Return a query of a page for people to open: with the PREFIX lines of those that it uses."""
    named = set(_PREFIX.findall(query))
    used = {name: base for name, base in PREFIXES.items() if name in named}
    return f"{prefix_lines(used)}\n{query}" if used else query


def prefix_lines(prefixes: Mapping[str, str]) -> str:
    """Return the PREFIX lines for `prefixes`, one a line."""
    return "\n".join(f"PREFIX {name}: <{base}>" for name, base in prefixes.items())


def text_of(row: Row, name: str) -> str:
    """Return the IRI or the lexical form that a variable is bound to, empty when it is not."""
    return row[name].value if name in row else ""


def group_rows(rows: Iterable[Row], name: str) -> dict[str, list[Row]]:
    """Return the rows by the value of one variable that all of them bind, each group in their order."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[name].value, []).append(row)
    return groups


def find_labels(
    select: Select, iris: Iterable[str], language: str, properties: Sequence[str] = TEXT_PROPERTIES
) -> dict[str, str]:
    """Return the best label of each IRI that has one: by property in the order given, then by language.

    Each is a Label, so that a page can say in which language it is.

    The languages are tried in this order: `language`, English, none, any other.
    """
    best: dict[str, tuple[tuple[int, int], str]] = {}
    for batch in _batches(sorted(set(iris))):
        for row in select(_label_query(batch, properties)).rows:
            rank = (properties.index(row["property"].value), _language_rank(row["label"], language))
            thing = row["thing"].value
            if thing not in best or rank < best[thing][0]:
                best[thing] = (rank, Label(row["label"].value, row["label"].language or ""))
    return {thing: label for thing, (_, label) in best.items()}


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


def best_text(cells: Iterable[Cell], language: str) -> str:
    """Return the text of the cell in the best language (as in find_labels), empty when there are no cells."""
    ranked = sorted(cells, key=lambda cell: (_language_rank(cell, language), cell.value))
    return ranked[0].value if ranked else ""


def _language_rank(cell: Cell, language: str) -> int:
    order = (language, LANGUAGES[0], "")
    tag = cell.language or ""
    return order.index(tag) if tag in order else len(order)


def ontology_label(iri: str, language: str) -> str | None:
    """Return the label that our ontology gives a class or property, in `language` or English, else None."""
    labels = {
        str(getattr(label, "language", None) or ""): str(label)
        for label in ontology().objects(URIRef(iri), RDFS.label)
    }
    return labels.get(language) or labels.get(LANGUAGES[0])


def concept_label(iri: str, language: str) -> str:
    """Return the preferred label of a concept in `language`, else in English, else its slug."""
    labels = concept_labels(iri)
    return labels.get(language) or labels.get(LANGUAGES[0]) or iri.rsplit("/", 1)[1]


def concept_labels(iri: str) -> dict[str, str]:
    """Return the preferred labels of a concept by language."""
    labels = vocabulary().objects(URIRef(iri), SKOS.prefLabel)
    return {str(getattr(label, "language", "") or ""): str(label) for label in labels}

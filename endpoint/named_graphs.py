"""The named graphs of the store: what each holds."""

from __future__ import annotations

from dataclasses import dataclass

from endpoint.describe import names_of
from endpoint.labels import Select, iri_term
from endpoint.present import Shown, show
from endpoint.texts import translate
from ontology import BASE

OWN_GRAPHS = ("core", "assessments", "measures", "vocabulary", "ontology")
"""The graphs that are not of one collection."""


@dataclass(frozen=True)
class Contents:
    """What a named graph holds: its triples, and its things by class, the most numerous first.

    `collection` is the collection whose claims these are, None for the graphs of our own.
    """

    triples: int
    things: tuple[tuple[Shown, int], ...]
    collection: Shown | None


def read_contents(select: Select, iri: str, language: str) -> Contents:
    """Return what is in the named graph with this IRI."""
    graph = iri_term(iri)
    (total,) = select(f"SELECT (COUNT(*) AS ?count) WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}").rows
    table = select(
        "SELECT ?class (COUNT(?thing) AS ?count) WHERE {\n"
        f"  GRAPH {graph} {{ ?thing a ?class }} }} GROUP BY ?class ORDER BY DESC(?count) ?class"
    )
    names = names_of(select, (row["class"] for row in table.rows), language)
    things = tuple((show(row["class"], language, names), int(row["count"].value)) for row in table.rows)
    return Contents(int(total["count"].value), things, _collection(select, iri, language))


def _collection(select: Select, iri: str, language: str) -> Shown | None:
    name = iri.removeprefix(f"{BASE}graph/")
    if name in OWN_GRAPHS:
        return None
    table = select(
        f"SELECT ?collection WHERE {{ VALUES ?collection {{ {iri_term(f'{BASE}collection/{name}')} }} "
        "?collection a kk:Collection }"
    )
    if not table.rows:
        return None
    cell = table.rows[0]["collection"]
    return show(cell, language, names_of(select, [cell], language))


def graph_title(name: str, language: str) -> str:
    """Return what a graph is called: by its contents where it is one of our own, else by its name."""
    return translate(f"graph.{name}", language) if name in OWN_GRAPHS else f"graph/{name}"


def graph_text(name: str, language: str) -> str:
    """Return a sentence on what one of our own graphs holds, empty for others."""
    return translate(f"graph.{name}.text", language) if name in OWN_GRAPHS else ""

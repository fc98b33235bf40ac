"""The named graphs of the store: what each holds."""

from __future__ import annotations

from dataclasses import dataclass

from endpoint.serving.current import service
from endpoint.show.counts import read_held
from endpoint.show.labels import Select
from endpoint.show.present import Download, Shown, show
from endpoint.show.texts import translate
from endpoint.things.describe import names_of
from graph.downloads.dumps import FORMATS, STEM
from graph.errors import ResultTooLarge
from graph.store.releases import Release
from ontology import BASE
from queries.terms import iri_term

OWN_GRAPHS = ("core", "assessments", "measures", "vocabulary", "ontology")
"""The graphs that are not of one collection."""

TRIPLES_SERVED = 100_000
"""A graph of more triples is no document, since to write it takes seconds; the dumps hold it."""
_DUMPS = {f"{STEM}.{form.suffix}.gz": form for form in FORMATS if form.graphs}


class GraphTooLarge(ResultTooLarge):
    """A named graph has more triples than a document may have; no part of it is given."""

    limited = "graph-triples"

    def __init__(self, triples: int, dump: str) -> None:
        """Carry the limit in triples, and say where the graph is to be had."""
        super().__init__(TRIPLES_SERVED)
        self.args = (
            f"the graph has {triples} triples, and a document at most {TRIPLES_SERVED}; it is in {dump}, "
            "which keeps the named graphs",
        )


@dataclass(frozen=True)
class Contents:
    """What a named graph holds: its triples, and its things by class, the most numerous first.

    `collection` is the collection whose claims these are, None for the graphs of our own.
    """

    triples: int
    things: tuple[tuple[Shown, int], ...]
    collection: Shown | None

    limit: int = TRIPLES_SERVED

    @property
    def is_served(self) -> bool:
        """Return whether the graph is small enough to be a document."""
        return self.triples <= self.limit


def check_size(select: Select, iri: str, host: str) -> None:
    """Raise GraphTooLarge, with the address of a dump on this host, for a graph that is no document."""
    release = service().release
    triples = _count_triples(select, iri)
    if triples > TRIPLES_SERVED:
        dumps = find_dumps(release)
        raise GraphTooLarge(triples, host + (dumps[0].href if dumps else f"/data/{release.id}/"))


def find_dumps(release: Release) -> list[Download]:
    """Return the dumps of a release that keep its named graphs."""
    names = {file.name for file in release.files}
    return [
        Download(f"{form.syntax.name} (gzip)", "application/gzip", f"/data/{release.id}/{name}")
        for name, form in _DUMPS.items()
        if name in names
    ]


def _count_triples(select: Select, iri: str) -> int:
    """Return how many triples a named graph has, as the release says, else as the store does."""
    held = read_held(service().release)
    if held is not None:
        return held.graphs.get(iri, 0)
    (total,) = select(f"SELECT (COUNT(*) AS ?count) WHERE {{ GRAPH {iri_term(iri)} {{ ?s ?p ?o }} }}").rows
    return int(total["count"].value)


def read_contents(select: Select, iri: str, language: str) -> Contents:
    """Return what is in the named graph with this IRI."""
    graph = iri_term(iri)
    table = select(
        "SELECT ?class (COUNT(?thing) AS ?count) WHERE {\n"
        f"  GRAPH {graph} {{ ?thing a ?class }} }} GROUP BY ?class ORDER BY DESC(?count) ?class"
    )
    names = names_of(select, (row["class"] for row in table.rows), language)
    things = tuple((show(row["class"], language, names), int(row["count"].value)) for row in table.rows)
    return Contents(_count_triples(select, iri), things, _collection(select, iri, language))


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

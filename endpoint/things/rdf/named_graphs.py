"""The named graphs of the store: what each holds, and whether it is small enough to be a document."""

from __future__ import annotations

from dataclasses import dataclass

from endpoint.show.lookup import Select
from endpoint.show.release import read_statistics
from endpoint.show.rendering import Download
from endpoint.show.texts import translate
from endpoint.show.values import FormattedValue, format_value
from endpoint.things.parts.labels import label_cells
from graph.downloads.dumps import FORMATS, STEM
from graph.errors import ResultTooLarge
from graph.store.releases import Release
from ontology import BASE
from queries.terms import iri_term

SHARED_GRAPHS = ("core", "assessments", "measures", "vocabulary", "ontology", "questions", "void")
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

    `collection` is the collection whose claims these are, None for the graphs that are of none.
    """

    triples: int
    things: tuple[tuple[FormattedValue, int], ...]
    collection: FormattedValue | None

    limit: int = TRIPLES_SERVED

    @property
    def is_served(self) -> bool:
        """Return whether the graph is small enough to be a document."""
        return self.triples <= self.limit


def read_contents(select: Select, release: Release, iri: str, language: str) -> Contents:
    """Return what is in the named graph with this IRI of a release; `select` asks that release.

    Raises the QueryError tree.
    """
    table = select(
        "SELECT ?class (COUNT(?thing) AS ?count) WHERE {\n"
        f"  GRAPH {iri_term(iri)} {{ ?thing a ?class }} }} GROUP BY ?class ORDER BY DESC(?count) ?class"
    )
    labels = label_cells(select, (row["class"] for row in table.rows), language)
    things = tuple(
        (format_value(row["class"], language, labels), int(row["count"].value)) for row in table.rows
    )
    return Contents(_count_triples(select, release, iri), things, _find_collection(select, iri, language))


def check_size(select: Select, release: Release, iri: str, host: str) -> None:
    """Raise GraphTooLarge, with the address of a dump on `host`, for a graph that is no document.

    `host` is the address of the site without a last slash.
    """
    triples = _count_triples(select, release, iri)
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


def _count_triples(select: Select, release: Release, iri: str) -> int:
    """Return how many triples a named graph has, as the release says, else as the store does."""
    statistics = read_statistics(release)
    if statistics is not None:
        return statistics.graphs.get(iri, 0)
    (total,) = select(f"SELECT (COUNT(*) AS ?count) WHERE {{ GRAPH {iri_term(iri)} {{ ?s ?p ?o }} }}").rows
    return int(total["count"].value)


def _find_collection(select: Select, iri: str, language: str) -> FormattedValue | None:
    name = iri.removeprefix(f"{BASE}graph/")
    if name in SHARED_GRAPHS:
        return None
    table = select(
        f"SELECT ?collection WHERE {{ VALUES ?collection {{ {iri_term(f'{BASE}collection/{name}')} }} "
        "?collection a kk:Collection }"
    )
    if not table.rows:
        return None
    cell = table.rows[0]["collection"]
    return format_value(cell, language, label_cells(select, [cell], language))


def graph_title(name: str, language: str) -> str:
    """Return what a graph is called: by its contents where it is of no collection, else by its name."""
    return translate(f"graph.{name}", language) if name in SHARED_GRAPHS else f"graph/{name}"


def graph_text(name: str, language: str) -> str:
    """Return a sentence on what a graph holds that is of no collection, empty for others."""
    return translate(f"graph.{name}.text", language) if name in SHARED_GRAPHS else ""

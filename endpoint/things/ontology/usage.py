"""How often a release uses each term of the ontology, and one thing that does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from endpoint.show.lookup import Select
from endpoint.show.release import read_statistics
from graph.store.releases import Release
from ontology import KK
from queries.terms import iri_term

_EXAMPLES_SORTED = 5000
"""Of more things that bear a term the example is the first found; to sort IRIs takes the store long."""
_TERMS_ASKED = 50


@dataclass(frozen=True)
class Usage:
    """How often a release uses a term, and the IRI of the first thing in the order of IRIs that does."""

    count: int
    example: str


def read_usage(release: Release, select: Select) -> dict[str, Usage]:
    """Return the usage of each term of ours that a release uses, by IRI; `select` asks that release.

    Nothing is kept here: the engine keeps the answers, which live and die with its release. Raises the
    QueryError tree.
    """
    statistics = read_statistics(release)
    counts = {**statistics.classes, **statistics.properties} if statistics else _count_uses(select)
    terms = sorted(iri for iri in counts if iri.startswith(str(KK)))
    batches = (terms[start : start + _TERMS_ASKED] for start in range(0, len(terms), _TERMS_ASKED))
    return {
        row["term"].value: Usage(counts[row["term"].value], row["example"].value)
        for batch in batches
        for row in select(_example_query({term: counts[term] for term in batch})).rows
        if "example" in row
    }


def _count_uses(select: Select) -> dict[str, int]:
    """Count the uses of all terms, where the release does not say; it runs through the whole store."""
    table = select(
        "SELECT ?term (COUNT(*) AS ?count) WHERE { { ?s ?term ?o } UNION { ?s a ?term } } GROUP BY ?term"
    )
    return {row["term"].value: int(row["count"].value) for row in table.rows}


def _example_query(counts: Mapping[str, int]) -> str:
    """Return the SELECT of one thing that bears each term: the first by IRI, of many the first found."""
    parts = []
    for term, count in counts.items():
        bears = f"{iri_term(term)} ?value" if _is_property(term) else f"a {iri_term(term)}"
        sorted_most = count if count <= _EXAMPLES_SORTED else 1
        parts.append(
            f"{{ SELECT ({iri_term(term)} AS ?term) (MIN(STR(?thing)) AS ?example) WHERE {{\n"
            f"  {{ SELECT ?thing WHERE {{ ?thing {bears} . "
            f'FILTER(!STRSTARTS(STR(?thing), "{KK}")) }} LIMIT {sorted_most} }} }} }}'
        )
    return f"SELECT ?term ?example WHERE {{ {' UNION '.join(parts)} }}"


def _is_property(iri: str) -> bool:
    return iri.removeprefix(str(KK))[:1].islower()

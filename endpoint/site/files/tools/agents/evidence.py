"""The evidence of rows: which claims of which sources speak of the things that a row names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from endpoint.engine.engine import Lane
from endpoint.engine.results import Cell
from endpoint.show.lookup import Row, ask, text_of
from ontology import BASE
from queries.terms import iri_term

THING = "thing"
"""The column of what a row is about, whatever else it names."""
MOST_SOURCES = 8
"""So many sources of a row are named, those with the most claims first; all are counted."""
_TRACED = frozenset(
    {"claim", "source", "partnership", "agreement", "event", "assessment", "signature", "regulation"}
)
"""The kinds of things that claims are about or come from, besides places."""
_BATCH = 200
_Claims = Mapping[str, Collection[tuple[str, str]]]
"""By thing, the claims about it: source and claim."""

_OF_THINGS = """SELECT DISTINCT ?thing ?source ?claim WHERE {{
  VALUES ?thing {{ {things} }}
  {{ ?thing a kk:Claim BIND(?thing AS ?claim) }}
  UNION {{ ?claim kk:about ?thing }}
  UNION {{ ?thing kk:assesses ?claim }}
  UNION {{ ?thing kk:basedOn ?claim }}
  UNION {{ ?agreement kk:signature ?thing . ?claim kk:about ?agreement }}
  UNION {{ ?claim kk:source ?thing }}
  ?claim a kk:Claim ; kk:source ?source }}"""
_OF_PLACES = """SELECT DISTINCT ?thing ?source ?claim WHERE {{
  VALUES ?thing {{ {things} }}
  {{ ?about kk:party ?thing }} UNION {{ ?about kk:place ?thing }}
  ?claim kk:about ?about ; kk:source ?source }}"""
_PAIRS = """SELECT ?one ?other ?pair WHERE {{
  VALUES (?one ?other) {{ {things} }} ?pair kk:party ?one . ?pair kk:party ?other }}"""
_DESCRIBED = """SELECT ?source (SAMPLE(?name) AS ?title) (SAMPLE(?address) AS ?url) WHERE {{
  VALUES ?source {{ {things} }}
  OPTIONAL {{ ?source dcterms:title|kk:describedAs ?name }} OPTIONAL {{ ?source dcterms:identifier ?address }}
}} GROUP BY ?source"""


def find_evidence(rows: Sequence[Mapping[str, Cell]]) -> list[dict[str, Any]]:
    """Return for each row the ``sources`` of what it names, and how many. Raises the QueryError tree.

    A row is about its ``thing`` if it has such a column; else about its claims, sources, pairs and
    agreements; else about the pairs of its places; else about its places. Others have no source of their own.
    """
    named = [_list_iris({THING: row[THING]} if THING in row else row) for row in rows]
    places = [[iri for iri in iris if _kind_of(iri) == "place"] for iris in named]
    pairs = _find_pairs({pair for iris in places for pair in combinations(iris, 2)})
    traced = [
        [iri for iri in iris if _kind_of(iri) in _TRACED]
        or [pairs[pair] for pair in combinations(of_row, 2) if pair in pairs]
        for iris, of_row in zip(named, places, strict=True)
    ]
    alone = [[] if things else of_row for things, of_row in zip(traced, places, strict=True)]
    claims = _find_claims(_OF_THINGS, traced) | _find_claims(_OF_PLACES, alone)
    found = [_group(claims, [*things, *of_row]) for things, of_row in zip(traced, alone, strict=True)]
    described = _describe({source for sources in found for source, _ in sources[:MOST_SOURCES]})
    return [
        {
            "sources": [
                {**described[source], "claims": len(of_source), "claim": of_source[0]}
                for source, of_source in sources[:MOST_SOURCES]
            ],
            "sources_total": len(sources),
        }
        for sources in found
    ]


def _list_iris(row: Mapping[str, Cell]) -> list[str]:
    return sorted({cell.value for cell in row.values() if cell.kind == "iri"})


def _kind_of(iri: str) -> str:
    return iri.removeprefix(BASE).partition("/")[0] if iri.startswith(BASE) else ""


def _find_pairs(pairs: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    terms = [f"({iri_term(one)} {iri_term(other)})" for one, other in sorted(pairs)]
    rows = _ask_about(_PAIRS, terms)
    return {(row["one"].value, row["other"].value): row["pair"].value for row in rows}


def _find_claims(query: str, things: Sequence[Sequence[str]]) -> dict[str, list[tuple[str, str]]]:
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    terms = [iri_term(iri) for iri in sorted({iri for of_row in things for iri in of_row})]
    for row in _ask_about(query, terms):
        found[row["thing"].value].append((row["source"].value, row["claim"].value))
    return dict(found)


def _group(claims: _Claims, things: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Return each source with its claims about these things, the one with the most claims first."""
    by_source: defaultdict[str, set[str]] = defaultdict(set)
    for thing in things:
        for source, claim in claims.get(thing, ()):
            by_source[source].add(claim)
    return sorted(
        ((source, sorted(of_source)) for source, of_source in by_source.items()),
        key=lambda item: (-len(item[1]), item[0]),
    )


def _describe(sources: set[str]) -> dict[str, dict[str, str]]:
    """Return title and address of each source, as far as it has them."""
    found = {iri: {"source": iri} for iri in sources}
    for row in _ask_about(_DESCRIBED, [iri_term(iri) for iri in sorted(sources)]):
        if iri := text_of(row, "source"):
            facts = {name: text_of(row, name) for name in ("title", "url")}
            found[iri] |= {name: value for name, value in facts.items() if value}
    return found


def _ask_about(query: str, terms: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of a query about terms of SPARQL, asked for some of them at a time."""
    for start in range(0, len(terms), _BATCH):
        yield from ask(query.format(things=" ".join(terms[start : start + _BATCH])), Lane.QUESTIONS).rows

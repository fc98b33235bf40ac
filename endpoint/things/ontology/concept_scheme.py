"""A vocabulary as a tree of concepts with the number of their uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from endpoint.engine.results import Cell
from endpoint.show.labels import Select, best_text
from endpoint.show.values import Shown, show
from endpoint.things.parts.facts import names_of
from queries.terms import iri_term

_CONCEPTS = """SELECT ?concept ?broader ?rank WHERE {{
  ?concept skos:inScheme {scheme} .
  OPTIONAL {{ ?concept skos:broader ?broader . ?broader skos:inScheme {scheme} }}
  OPTIONAL {{ ?concept kk:trustRank ?rank }}
}}"""
_TEXTS = """SELECT ?concept ?property ?text WHERE {{
  ?concept skos:inScheme {scheme} . VALUES ?property {{ skos:definition skos:altLabel }}
  ?concept ?property ?text }}"""
_USES = """SELECT ?concept (COUNT(DISTINCT ?thing) AS ?count) WHERE {{
  ?concept skos:inScheme {scheme} . ?thing ?property ?concept .
  FILTER(!STRSTARTS(STR(?property), "http://www.w3.org/2004/02/skos/core#")) }} GROUP BY ?concept"""
_MOST_RANK = 999


@dataclass(frozen=True)
class Concept:
    """One concept with those under it; `uses` counts the things that bear it, `width` is in per cent."""

    name: Shown
    slug: str
    definition: str
    others: tuple[str, ...]
    uses: int
    width: int
    narrower: tuple[Concept, ...]

    @property
    def size(self) -> int:
        """Return the number of concepts from here down, this one with them."""
        return 1 + sum(concept.size for concept in self.narrower)


@dataclass(frozen=True)
class _Scheme:
    names: Mapping[str, str]
    texts: Mapping[tuple[str, str], list[Cell]]
    uses: Mapping[str, int]
    ranks: Mapping[str, int]
    below: Mapping[str, list[str]]


def read_tree(select: Select, scheme: str, language: str) -> tuple[Concept, ...]:
    """Return the top concepts of a vocabulary: in the order of trust where it has one, else by name."""
    concepts, texts, uses = (
        select(query.format(scheme=iri_term(scheme))) for query in (_CONCEPTS, _TEXTS, _USES)
    )
    below: defaultdict[str, list[str]] = defaultdict(list)
    by_concept: defaultdict[tuple[str, str], list[Cell]] = defaultdict(list)
    for row in concepts.rows:
        below[row["broader"].value if "broader" in row else ""].append(row["concept"].value)
    for row in texts.rows:
        by_concept[row["concept"].value, row["property"].value.rsplit("#", 1)[1]].append(row["text"])
    read = _Scheme(
        names_of(select, (row["concept"] for row in concepts.rows), language),
        by_concept,
        {row["concept"].value: int(row["count"].value) for row in uses.rows},
        {row["concept"].value: int(row["rank"].value) for row in concepts.rows if "rank" in row},
        below,
    )
    return _under("", read, language)


def _under(broader: str, read: _Scheme, language: str) -> tuple[Concept, ...]:
    def order(iri: str) -> tuple[int, str]:
        return (read.ranks.get(iri, _MOST_RANK), read.names.get(iri, iri).casefold())

    return tuple(_concept(iri, read, language) for iri in sorted(read.below.get(broader, []), key=order))


def _concept(iri: str, read: _Scheme, language: str) -> Concept:
    uses, most = read.uses.get(iri, 0), max(read.uses.values(), default=0)
    return Concept(
        name=show(Cell("iri", iri), language, read.names),
        slug=iri.rsplit("/", 1)[1],
        definition=best_text(read.texts.get((iri, "definition"), []), language),
        others=_others(read.texts.get((iri, "altLabel"), []), language),
        uses=uses,
        width=round(100 * uses / most) if most else 0,
        narrower=_under(iri, read, language),
    )


def _others(names: Iterable[Cell], language: str) -> tuple[str, ...]:
    """Return the other names of a concept in one language, and those without a language."""
    return tuple(sorted({cell.value for cell in names if cell.language in {language, None}}))

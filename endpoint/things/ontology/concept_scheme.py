"""A concept scheme (SKOS) as a tree of its concepts, each with the number of its uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from endpoint.engine.results import Cell
from endpoint.show.lookup import Select, best_text, text_of
from endpoint.show.values import FormattedValue, format_value
from endpoint.things.parts.labels import label_cells
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
_LAST_RANK = 999
_TOP = ""
"""What the top concepts of a scheme are narrower than."""


@dataclass(frozen=True)
class Concept:
    """One concept with those under it; `uses` counts the things that bear it.

    `width` is its uses in per cent of those of the most used concept of the scheme.
    """

    label: FormattedValue
    slug: str
    definition: str
    other_labels: tuple[str, ...]
    uses: int
    width: int
    narrower: tuple[Concept, ...]

    @property
    def size(self) -> int:
        """Return the number of concepts from here down, this one with them."""
        return 1 + sum(concept.size for concept in self.narrower)


@dataclass(frozen=True)
class _Scheme:
    """What the store says of the concepts of a scheme, by their IRIs; `narrower` by the broader one."""

    language: str
    labels: Mapping[str, str]
    texts: Mapping[tuple[str, str], list[Cell]]
    uses: Mapping[str, int]
    ranks: Mapping[str, int]
    narrower: Mapping[str, list[str]]

    def order(self, iri: str) -> tuple[int, str]:
        """Return the place of a concept among its siblings: by trust where it has a rank, then by label."""
        return self.ranks.get(iri, _LAST_RANK), self.labels.get(iri, iri).casefold()


def read_concept_tree(select: Select, scheme: str, language: str) -> tuple[Concept, ...]:
    """Return the top concepts of a concept scheme: in the order of trust where it has one, else by label.

    Raises the QueryError tree.
    """
    concepts, texts, uses = (
        select(query.format(scheme=iri_term(scheme))).rows for query in (_CONCEPTS, _TEXTS, _USES)
    )
    narrower: defaultdict[str, list[str]] = defaultdict(list)
    for row in concepts:
        narrower[text_of(row, "broader") or _TOP].append(row["concept"].value)
    texts_of: defaultdict[tuple[str, str], list[Cell]] = defaultdict(list)
    for row in texts:
        texts_of[row["concept"].value, row["property"].value.rsplit("#", 1)[1]].append(row["text"])
    read = _Scheme(
        language,
        label_cells(select, (row["concept"] for row in concepts), language),
        texts_of,
        {row["concept"].value: int(row["count"].value) for row in uses},
        {row["concept"].value: int(row["rank"].value) for row in concepts if "rank" in row},
        narrower,
    )
    return _concepts_under(_TOP, read)


def _concepts_under(broader: str, scheme: _Scheme) -> tuple[Concept, ...]:
    return tuple(_concept(iri, scheme) for iri in sorted(scheme.narrower.get(broader, ()), key=scheme.order))


def _concept(iri: str, scheme: _Scheme) -> Concept:
    uses, most = scheme.uses.get(iri, 0), max(scheme.uses.values(), default=0)
    return Concept(
        label=format_value(Cell("iri", iri), scheme.language, scheme.labels),
        slug=iri.rsplit("/", 1)[1],
        definition=best_text(scheme.texts.get((iri, "definition"), ()), scheme.language),
        other_labels=_in_language(scheme.texts.get((iri, "altLabel"), ()), scheme.language),
        uses=uses,
        width=round(100 * uses / most) if most else 0,
        narrower=_concepts_under(iri, scheme),
    )


def _in_language(cells: Iterable[Cell], language: str) -> tuple[str, ...]:
    """Return the texts in one language and those without a language, sorted."""
    return tuple(sorted({cell.value for cell in cells if cell.language in {language, None}}))

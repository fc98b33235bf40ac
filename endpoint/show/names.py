# ruff: noqa: E501
"""Names of places, sources, questions and terms, found as people write them (stands in for graph.names)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from endpoint.serving.current import service
from endpoint.show.addresses import local_path
from endpoint.show.lookup import Row, ask, text_of
from ontology import BASE
from queries.terms import text_term

KINDS = ("place", "partnership", "source", "question", "term")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing that a text may name."""

    iri: str
    kind: str
    label: str
    name: str
    description: str
    country: str
    country_id: str
    partners: int | None
    exact: bool

    @property
    def path(self) -> str:
        """Return the path of the thing on this host."""
        return local_path(self.iri) or self.iri


def suggest(
    text: str, language: str, limit: int = 10, kinds: Collection[str] = KINDS, skip: int = 0
) -> list[Candidate]:
    """Return what the text may name, the likeliest first."""
    if not text.strip() or len(text) > 200:
        return []
    start = text_term(text.strip().lower())
    rows = ask(
        f"""SELECT ?place ?label ?country ?countryLabel ?partners WHERE {{
  ?place a kk:Place ; rdfs:label ?label . FILTER(LANG(?label) = "{language}" && STRSTARTS(LCASE(STR(?label)), {start}))
  OPTIONAL {{ ?place kk:country ?country . ?country rdfs:label ?countryLabel . FILTER(LANG(?countryLabel) = "{language}") }}
  OPTIONAL {{ ?place kk:degree ?partners }} }} ORDER BY DESC(?partners) ?label ?place LIMIT {skip + limit}"""
    ).rows
    found = [_candidate(row, text) for row in rows] if "place" in kinds else []
    questions = [
        Candidate(
            f"{BASE}queries/{q.slug}",
            "question",
            q.summary[language],
            q.title[language],
            q.title[language],
            "",
            "",
            None,
            False,
        )
        for q in service().questions.values()
        if text.casefold() in q.summary[language].casefold() and "question" in kinds
    ]
    return (found + questions)[skip : skip + limit]


def find(text: str, language: str, kinds: Collection[str] = KINDS) -> Candidate | None:
    """Return the one thing that the text names exactly, None when several or none do."""
    exact = [candidate for candidate in suggest(text, language, 10, kinds) if candidate.exact]
    return exact[0] if len(exact) == 1 else None


def _candidate(row: Row, text: str) -> Candidate:
    label = row["label"].value
    return Candidate(
        row["place"].value,
        "place",
        label,
        label,
        text_of(row, "countryLabel"),
        text_of(row, "countryLabel"),
        text_of(row, "country").rsplit("/", 1)[-1],
        int(text_of(row, "partners") or 0),
        label.casefold() == text.strip().casefold(),
    )

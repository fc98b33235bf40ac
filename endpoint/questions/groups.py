"""The questions in five groups, for readers who do not know their names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from endpoint.show.texts import translate
from queries import CannedQuery

GROUPS: dict[str, frozenset[str]] = {
    "wikidata": frozenset({"wikidata"}),
    "network": frozenset({"network"}),
    "time": frozenset({"time", "agreements", "status"}),
    "evidence": frozenset({"evidence", "quality"}),
    "places": frozenset({"finding", "policy", "domains", "countries"}),
}
"""The groups with the tags that bring a question into each; the first that fits has it."""
_ORDER = ("places", "time", "evidence", "network", "wikidata")
_FIRST_TAG = {"finding": "places", "policy": "places"}


@dataclass(frozen=True)
class QuestionGroup:
    """Questions of one kind under their heading."""

    key: str
    heading: str
    questions: tuple[CannedQuery, ...]


def group_questions(questions: Iterable[CannedQuery], language: str) -> list[QuestionGroup]:
    """Return the groups that have questions, in the order of the pages; no question is left out."""
    groups: dict[str, list[CannedQuery]] = {key: [] for key in _ORDER}
    for question in questions:
        groups[group_of(question)].append(question)
    return [
        QuestionGroup(key, translate(f"group.{key}", language), tuple(found))
        for key, found in groups.items()
        if found
    ]


def group_of(question: CannedQuery) -> str:
    """Return the group of a question: by its first tag where that decides, else the first that fits."""
    first = _FIRST_TAG.get(question.tags[0]) if question.tags else None
    fitting = (key for key, tags in GROUPS.items() if tags & set(question.tags))
    return first or next(fitting, _ORDER[0])

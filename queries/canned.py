"""What a canned query is: a question with texts for people, typed parameters, columns, and its SPARQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LANGUAGES = ("en", "id")
CONCEPT_SCHEMES: Mapping[str, str] = {
    "domain": "domain",
    "level": "level",
    "sourcetype": "source-type",
    "status": "status",
    "verdict": "verdict",
}
"""Kinds of parameters whose values are concepts, with the scheme of each."""

VARIABLE_SUFFIXES: Mapping[str, str] = {
    **dict.fromkeys(("place", "country", *CONCEPT_SCHEMES), "iri"),
    **dict.fromkeys(("integer", "count", "year"), "integer"),
    **dict.fromkeys(("date", "text"), ""),
}
"""Every kind of parameter, with what its variable ends in; an ``integer`` may be 0, a ``count`` is from 1."""
LIMIT, PAGE = "limit", "page"
"""How many rows a page has, and which page is asked for; every question takes them.

A question of an older release may declare a limit itself, without a variable: it sets the number of each
LIMIT that has a line of its own.
"""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a canned query; `variable` is its SPARQL variable without the question mark.

    The values of `default` and `example` are texts as people would give them; `choices` are the only values
    that it takes, any when there are none. One that is required has no default.
    """

    name: str
    variable: str
    kind: str
    required: bool
    default: str | None
    label: Mapping[str, str]
    choices: tuple[str, ...] = ()
    example: str = ""

    @property
    def is_optional(self) -> bool:
        """Return whether it may be left out, so that it restricts nothing: ``?__country_iri``."""
        return self.variable.startswith("__")


@dataclass(frozen=True)
class Count:
    """A number beside an answer: what is counted in it, or left out, and why; `where` is a graph pattern."""

    name: str
    label: Mapping[str, str]
    where: str


@dataclass(frozen=True)
class CannedQuery:
    """One question that the data answers. Texts for people are maps of language (en, id) to text.

    `columns` are the projected variables in order; `display` maps a kind of picture (bars, columns, map)
    to the column that it draws, for ``map`` one with WKT points.
    """

    slug: str
    title: Mapping[str, str]
    summary: Mapping[str, str]
    description: Mapping[str, str]
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: tuple[str, ...]
    text: str
    column_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    display: Mapping[str, str] = field(default_factory=dict)
    counts: tuple[Count, ...] = ()

    @property
    def examples(self) -> dict[str, str]:
        """Return a value for each parameter that is required, so that the question can be shown."""
        return {parameter.name: parameter.example for parameter in self.parameters if parameter.example}

    @property
    def has_pages(self) -> bool:
        """Return whether its rows can be had page by page; some of older releases have their own limit."""
        return all(parameter.name != LIMIT for parameter in self.parameters)


LANG = Parameter(
    "lang", "_lang", "text", False, "en", {"en": "Language of labels", "id": "Bahasa label"}, LANGUAGES
)
"""The language of labels: every query that mentions ``?_lang`` has it, no header declares it."""

"""How the rows of a question may be sorted and narrowed down: links that the table and its head offer.

Values are counted only when a reader asks for those of a column (``?facet=country``), since that takes
another look at all rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request

from endpoint.engine.engine import Lane
from endpoint.show.addresses import link
from endpoint.show.lookup import LABEL_PROPERTIES, Row, ask, find_labels, text_of
from endpoint.show.tables import column_heading
from endpoint.show.texts import translate
from endpoint.show.values import format_value
from graph.errors import ParameterError
from ontology import BASE
from queries.arrange import ONLY, SORT, count_values, read_arrangement
from queries.bind import Filled
from queries.canned import PAGE, CannedQuery
from queries.mistakes import Mistake

FACET = "facet"
"""The parameter of pages that asks for the values of a column."""
_COLUMNS = (
    "country",
    "status",
    "level",
    "document",
    "relation",
    "domain",
    "sourceType",
    "verdict",
    "issue",
    "reason",
)
"""The columns of IRIs that have few values, each of which many rows share."""


@dataclass(frozen=True)
class Choice:
    """A value of a column with the number of its rows and the path of these rows alone."""

    text: str
    count: int
    href: str


@dataclass(frozen=True)
class Filter:
    """A column and the one value that all rows now have in it, with the path of the rows without it."""

    heading: str
    text: str
    href: str


@dataclass(frozen=True)
class Facets:
    """What rows may be narrowed down by: `columns` as (heading, path), the values of the one that is open."""

    columns: tuple[tuple[str, str], ...]
    opened: str
    choices: tuple[Choice, ...]
    filters: tuple[Filter, ...]


@dataclass(frozen=True)
class Sorting:
    """The paths that sort by each column, and how the rows are sorted now."""

    column: str
    descending: bool

    def state(self, column: str) -> str:
        """Return the value of aria-sort: ascending, descending, or nothing."""
        if column != self.column:
            return ""
        return "descending" if self.descending else "ascending"

    def link(self, column: str, number: bool) -> str:
        """Return the path that sorts by a column, numbers from the highest; the other way round at second."""
        descending = not self.descending if column == self.column else number
        return _change({SORT: f"-{column}" if descending else column})


def read_sorting(query: CannedQuery, values: Mapping[str, str]) -> Sorting:
    """Return how the rows are sorted. Raises ParameterError for a column that there is not."""
    arrangement = read_arrangement(query, values)
    return Sorting(arrangement.column, arrangement.descending)


def find_facets(query: CannedQuery, filled: Filled, values: Mapping[str, str], language: str) -> Facets:
    """Return what the rows can be narrowed down by. The engine is asked for the values of an open column."""
    columns = [name for name in _COLUMNS if name in query.columns and ONLY + name not in values]
    opened = request.args.get(FACET, "")
    if opened and opened not in columns:
        raise ParameterError(FACET, opened[:50], Mistake.NO_CHOICE, choices=", ".join(columns) or "-")
    only = {name.removeprefix(ONLY): value for name, value in values.items() if name.startswith(ONLY)}
    labels = find_labels(ask, (_iri(value) for value in only.values() if value), language, LABEL_PROPERTIES)
    unknown = translate("question.facet.unknown", language)
    return Facets(
        tuple(
            (_heading(query, name, language), _change({FACET: name})) for name in columns if name not in only
        ),
        _heading(query, opened, language) if opened else "",
        tuple(_list_choices(filled, opened, language, unknown)) if opened else (),
        tuple(
            Filter(
                _heading(query, name, language),
                labels.get(_iri(value), value) or unknown,
                _change({}, without=ONLY + name),
            )
            for name, value in only.items()
        ),
    )


def _list_choices(filled: Filled, column: str, language: str, unknown: str) -> list[Choice]:
    rows = ask(count_values(filled.whole, column), Lane.QUESTIONS).rows
    labels = find_labels(ask, (text_of(row, "facet") for row in rows if "facet" in row), language)
    return [_make_choice(row, column, language, labels, unknown) for row in rows]


def _make_choice(row: Row, column: str, language: str, labels: Mapping[str, str], unknown: str) -> Choice:
    value = text_of(row, "facet")
    text = format_value(row["facet"], language, labels).text if value else unknown
    href = _change({ONLY + column: value.removeprefix(BASE)}, without=FACET)
    return Choice(text, int(row["count"].value), href)


def _heading(query: CannedQuery, column: str, language: str) -> str:
    labelled = f"{column}Label"
    return column_heading(labelled if labelled in query.columns else column, query.column_labels, language)


def _iri(value: str) -> str:
    return value if ":" in value else BASE + value


def _change(values: Mapping[str, str], without: str = "") -> str:
    """Return the path of this page with other values, from its first rows on."""
    kept = {name: value for name, value in request.args.items() if name not in {PAGE, without}}
    return link(request.path, {**kept, **values})

"""Rows of a question in another order, and only those that have one value in a column.

``sort=partners`` sorts by a column, ``sort=-partners`` from its highest value; rows without one come last.
``only-status=vocab/status/active`` keeps the rows whose column has this IRI (one of ours without its
beginning) or text; without a value, those that have none. Both hold for pages, totals and files alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graph.errors import ParameterError
from graph.model.terms import is_iri
from ontology import BASE
from queries.canned import CannedQuery
from queries.mistakes import Mistake
from queries.pages import first_select, without_order
from queries.terms import iri_term, text_term

SORT = "sort"
ONLY = "only-"


@dataclass(frozen=True)
class Arrangement:
    """By which column rows are sorted (none: as the question has them), and what other columns must hold."""

    column: str
    descending: bool
    only: Mapping[str, str]

    def __bool__(self) -> bool:
        """Return whether anything is asked for."""
        return bool(self.column or self.only)


def is_arrangement(name: str) -> bool:
    """Return whether a parameter is about the rows of any question, not of one question."""
    return name == SORT or name.startswith(ONLY)


def read_arrangement(query: CannedQuery, values: Mapping[str, str]) -> Arrangement:
    """Return what `sort` and `only-…` ask for; some rows alone are sorted by the column with bars, if any.

    Raises ParameterError for a column that there is not.
    """
    sort = values.get(SORT, "").strip()
    only = {name.removeprefix(ONLY): value for name, value in values.items() if name.startswith(ONLY)}
    column = sort.removeprefix("-")
    for name, parameter in [(column, SORT)] * bool(column) + [(one, ONLY + one) for one in only]:
        if name not in query.columns:
            known = ", ".join(query.columns)
            raise ParameterError(parameter, name[:50], Mistake.NO_COLUMN, query=query.slug, choices=known)
    if only and not column:
        return Arrangement(query.display.get("bars", ""), True, only)
    return Arrangement(column, sort.startswith("-"), only)


def arrange(text: str, query: CannedQuery, arrangement: Arrangement) -> str:
    """Return the SPARQL of a question with its rows in that order, and only those asked for."""
    if not arrangement:
        return text
    order = list(_order(query, arrangement))
    tail = f"ORDER BY {' '.join(order)}\n" if order else ""
    return _select(text, " ".join(f"?{name}" for name in query.columns), arrangement.only) + tail


def count_values(text: str, column: str) -> str:
    """Return SPARQL with each value of a column as ``?facet`` and its rows as ``?count``, most first."""
    select = f"(?{column} AS ?facet) (COUNT(*) AS ?count)"
    return _select(text, select, {}) + f"GROUP BY ?{column}\nORDER BY DESC(?count) ?facet\n"


def _select(text: str, select: str, only: Mapping[str, str]) -> str:
    whole = without_order(text)
    start = first_select(whole)
    conditions = "".join(f"  FILTER({_condition(name, value)})\n" for name, value in only.items())
    return f"{whole[:start]}SELECT {select} WHERE {{ {{\n{whole[start:]}}}\n{conditions}}}\n"


def _condition(column: str, value: str) -> str:
    if not value:
        return f'!BOUND(?{column}) || STR(?{column}) = ""'
    iri = value if ":" in value else BASE + value
    same_text = f"STR(?{column}) = {text_term(value, ONLY + column)}"
    return f"{same_text} || sameTerm(?{column}, {iri_term(iri)})" if is_iri(iri) else same_text


def _order(query: CannedQuery, arrangement: Arrangement) -> Iterator[str]:
    """Yield what rows are sorted by: the column, then all others, so that pages never overlap."""
    if not arrangement.column:
        yield from (f"?{name}" for name in query.columns)
        return
    column = f"?{arrangement.column}"
    key = f"IF(isNumeric({column}), {column}, LCASE(STR({column})))"
    yield f"(!BOUND({column}))"
    yield f"DESC({key})" if arrangement.descending else f"({key})"
    yield from (f"?{name}" for name in query.columns)

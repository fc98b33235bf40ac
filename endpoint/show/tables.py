"""A result as a table for people: names instead of IRIs, headings in their language, bars for counts.

Long lists are cut into pages, and say how many there are in all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from flask import Response, make_response, redirect, request

from endpoint.engine.results import Cell, Table
from endpoint.show.addresses import LANGUAGE, host_of, link, local_path
from endpoint.show.lookup import LABEL_PROPERTIES, Select, find_labels
from endpoint.show.values import FormattedValue, column_label, foreign, format_value
from graph.errors import ParameterError
from queries import CannedQuery
from queries.mistakes import Mistake

PAGE_ROWS = 100
_MOST_DIGITS = 6
ROWS_SHOWN = 1000
"""A page shows no more rows than this, and says so; the downloads hold all."""

_OF_ADDRESS = re.compile(r" \((address|alamat)\)$")
_ANY_NAME = ("label", "title")


@dataclass(frozen=True)
class Column:
    """One column of a page's table; `top` is the largest amount, None when no bars are drawn."""

    name: str
    heading: str
    number: bool = False
    long: bool = False
    top: float | None = None

    @property
    def bar(self) -> bool:
        """Return whether bars are drawn beside the numbers."""
        return self.top is not None

    def width(self, value: FormattedValue) -> int:
        """Return the length of the bar in per cent of the longest."""
        return round(100 * (value.amount or 0) / self.top) if self.top else 0


@dataclass(frozen=True)
class PageTable:
    """What a page shows of a result: the first ROWS_SHOWN rows, cells as `columns`; `count` is of all."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[FormattedValue | None, ...], ...]
    count: int


def page_table(
    table: Table, select: Select, language: str, query: CannedQuery | None = None, as_asked: bool = False
) -> PageTable:
    """Return `table` for people: a column of names and the column of their IRIs become one of links.

    `query` gives the headings, which column has bars, and which holds points for a map (left out here);
    `as_asked` lets the variables of a free query be the headings.
    """
    headings = query.column_labels if query else {}
    display = query.display if query else {}
    addresses = pair_columns(table, headings)
    hidden = {*addresses.values(), display.get("map", ""), *doubled_columns(table.columns)}
    kept = [name for name in table.columns if name not in hidden]
    shown_rows = table.rows[:ROWS_SHOWN]
    labels = find_labels(select, _iris_to_label(shown_rows, kept), language, LABEL_PROPERTIES)
    rows = tuple(
        tuple(_format_cell(row, name, addresses, labels, language) for name in kept) for row in shown_rows
    )
    heading = str if as_asked else partial(column_heading, headings=headings, language=language)
    columns = (
        _column(name, heading(name), values, name == display.get("bars"))
        for name, values in zip(kept, zip(*rows, strict=True) if rows else [()] * len(kept), strict=True)
    )
    return PageTable(tuple(columns), rows, len(table.rows) + table.unread)


def doubled_columns(columns: Sequence[str]) -> set[str]:
    """Return the columns whose values stand in words in another one: ``year`` beside ``yearLabel``."""
    return {name for name in columns if f"{name}Label" in columns}


def pair_columns(table: Table, headings: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return for each column of names the column of IRIs that it names.

    They belong together by their variables (``city``, ``cityLabel``), or by their headings ("City", "City
    (address)"); a column ``label`` or ``title`` that is left names the first column of IRIs that is left.
    """
    iris = [name for name in table.columns if _holds_iris(table, name)]
    texts = [name for name in table.columns if name not in iris]
    by_heading = {headings[name]["en"]: name for name in reversed(texts) if name in headings}
    iri_of: dict[str, str] = {}
    for iri in iris:
        base = _OF_ADDRESS.sub("", headings[iri]["en"]) if iri in headings else None
        candidates = (f"{iri}Label", f"{iri}Title", by_heading.get(base or ""))
        name = next((name for name in candidates if name in texts and name not in iri_of), None)
        if name:
            iri_of[name] = iri
    unnamed = [iri for iri in iris if iri not in iri_of.values()]
    labels = [name for name in _ANY_NAME if name in texts and name not in iri_of]
    return iri_of | dict(zip(labels, unnamed, strict=False))


def _holds_iris(table: Table, name: str) -> bool:
    cells = [row[name] for row in table.rows if name in row]
    return bool(cells) and all(cell.kind == "iri" for cell in cells)


def _iris_to_label(rows: Sequence[Mapping[str, Cell]], columns: Sequence[str]) -> set[str]:
    cells = (row[name] for row in rows for name in columns if name in row)
    return {cell.value for cell in cells if cell.kind == "iri" and local_path(cell.value) is not None}


def _format_cell(
    row: Mapping[str, Cell], name: str, addresses: Mapping[str, str], labels: Mapping[str, str], language: str
) -> FormattedValue | None:
    cell, address = row.get(name), row.get(addresses.get(name, ""))
    if address is not None:
        linked = format_value(address, language, labels)
        return linked.with_text(cell.value, foreign(cell, language)) if cell else linked
    return _with_host(format_value(cell, language, labels)) if cell else None


def _with_host(value: FormattedValue) -> FormattedValue:
    """Return an address of another site under the name of its host; whole, it would fill the table."""
    host = host_of(value.text) if value.external else ""
    return value.with_text(host.removeprefix("www.")) if host else value


def column_heading(name: str, headings: Mapping[str, Mapping[str, str]], language: str) -> str:
    """Return the heading of a column, without the remark that it holds addresses."""
    return _OF_ADDRESS.sub("", headings[name][language]) if name in headings else column_label(name, language)


def _column(name: str, heading: str, values: Sequence[FormattedValue | None], bars: bool) -> Column:
    present = [value for value in values if value is not None]
    amounts = [value.amount for value in present if value.amount is not None]
    number = bool(present) and len(amounts) == len(present)
    top = max(amounts) if bars and number and max(amounts) > 0 else None
    return Column(name, heading, number, any(value.long for value in present), top)


@dataclass(frozen=True)
class Paging:
    """The page of a list that is shown, from 1, and the number of things in the whole list."""

    page: int
    total: int
    rows: int = PAGE_ROWS

    @property
    def skipped(self) -> int:
        """Return how many things stand before this page."""
        return (self.page - 1) * self.rows

    @property
    def first(self) -> int:
        """Return the number of the first thing of this page, 0 for an empty list."""
        return min(self.skipped + 1, self.total)

    @property
    def last(self) -> int:
        """Return the number of the last thing of this page."""
        return min(self.skipped + self.rows, self.total)

    @property
    def pages(self) -> int:
        """Return how many pages there are, one at least."""
        return max(1, -(-self.total // self.rows))

    def address(self, page: int) -> str:
        """Return the address of another page of the list, empty when there is none."""
        if not 1 <= page <= self.pages or page == self.page:
            return ""
        values = {name: value for name, value in request.args.items() if name != "page"}
        return link(request.path, values if page == 1 else {**values, "page": str(page)})


def see_table(path: str) -> Response | None:
    """Return a redirection to the whole list as a table for who prefers CSV to a page, else nothing."""
    if request.accept_mimetypes.best_match(["text/html", "text/csv"]) != "text/csv":
        return None
    response = make_response(redirect(link(path, request.args), HTTPStatus.SEE_OTHER))
    response.vary.add("Accept")
    return response


def take_no_part(path: str) -> None:
    """Raise ParameterError when the address of a table with all rows asks for some, as its page can be."""
    for name, value in request.args.items():
        if value and name != LANGUAGE:
            raise ParameterError(name[:50], value[:50], Mistake.UNKNOWN, query=path, choices="-")


def read_choice(name: str, choices: Iterable[str]) -> str:
    """Return which of the choices the address asks for, else nothing; raises ParameterError for another."""
    chosen, known = request.args.get(name, ""), sorted(set(choices))
    if chosen and chosen not in known:
        raise ParameterError(name, chosen[:50], Mistake.NO_CHOICE, choices=", ".join(known) or "-")
    return chosen


def read_paging(total: int, rows: int = PAGE_ROWS) -> Paging:
    """Return the page that the address asks for; raises ParameterError for one that there is not."""
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS and int(text)):
        raise ParameterError("page", text, Mistake.NO_NUMBER, least=1, most=10**_MOST_DIGITS - 1)
    paging = Paging(int(text), total, rows)
    if paging.page > paging.pages:
        raise ParameterError("page", text, Mistake.NO_PAGE, most=paging.pages)
    return paging

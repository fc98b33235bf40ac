"""How many rows a question has in all, the pages that they fill, and what is counted beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, request

from endpoint.engine.engine import Lane
from endpoint.engine.results import Table
from endpoint.show.addresses import link
from endpoint.show.lookup import ask
from queries.bind import Filled
from queries.canned import LIMIT, PAGE
from queries.pages import Page

TOTAL = "X-Kembar-Total"
"""The header that tells how many rows there are in all, where only some of them are given."""


@dataclass(frozen=True)
class Pages:
    """Which page of how many rows is given; `links` are the paths of others, by their relation."""

    total: int
    page: Page
    links: Mapping[str, str]

    @property
    def count(self) -> int:
        """Return how many pages there are."""
        return self.page.count_pages(self.total)

    @property
    def first_row(self) -> int:
        """Return the number of the first row of the page, from 1."""
        return self.page.offset + 1

    @property
    def are_over(self) -> bool:
        """Return whether the rows end before this page, although there are some."""
        return self.page.offset >= self.total > 0

    @property
    def last_row(self) -> int:
        """Return the number of the last row of the page."""
        return min(self.page.offset + self.page.size, self.total)


def read_pages(filled: Filled) -> Pages | None:
    """Return the pages of a question for this request, None when all rows are asked for. Asks the engine."""
    if filled.page is None:
        return None
    total = count(filled.total)
    return Pages(total, filled.page, _link_pages(filled.page, total))


def count(query: str) -> int:
    """Return the number that a SELECT gives as ``?count``."""
    table: Table = ask(query, Lane.QUESTIONS)
    return int(table.rows[0]["count"].value)


def _link_pages(page: Page, total: int) -> dict[str, str]:
    """Return the paths of the first, previous, next and last page, as far as there are such pages."""
    last = page.count_pages(total)
    numbers = {"first": 1, "prev": min(page.number - 1, last), "next": page.number + 1, "last": last}
    given = request.args.to_dict() | {LIMIT: str(page.size)}
    return {
        relation: link(request.path, {**given, PAGE: str(number)})
        for relation, number in numbers.items()
        if 1 <= number <= last and number != page.number
    }


def add_headers(response: Response, pages: Pages | None) -> Response:
    """Tell the total and the other pages in the headers of an answer (RFC 8288)."""
    if pages is not None:
        response.headers[TOTAL] = str(pages.total)
        links = (f'<{path}>; rel="{relation}"' for relation, path in pages.links.items())
        if text := ", ".join(links):
            response.headers["Link"] = text
    return response


def count_beside(filled: Filled, language: str) -> list[tuple[str, int]]:
    """Return what is counted beside an answer, in words of a language, each with its number."""
    return [(counted.label[language], count(query)) for counted, query in filled.counts]

"""A long list in pages: how many there are is always said."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from endpoint.show.addresses import link
from graph.errors import ParameterError

PAGE_ROWS = 100
_MOST_DIGITS = 6


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


def read_paging(total: int, rows: int = PAGE_ROWS) -> Paging:
    """Return the page that the address asks for; raises ParameterError for one that there is not."""
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS and int(text)):
        raise ParameterError("page", text, "must be a whole number from 1")
    paging = Paging(int(text), total, rows)
    if paging.page > paging.pages:
        raise ParameterError("page", text, f"is over the number of pages, {paging.pages}")
    return paging

"""A part of the rows of a question, and how many there are in all.

A question is written without LIMIT. A line ``# page`` in it is where the rows of a page are cut, as deep
inside as can be, so that names are looked up for these rows only; without one they are cut at the end. A
line ``# top`` takes the rows of this page and of those before it. What stands between ``# begin page`` and
``# end page`` is for pages only, what stands between ``# begin names`` and ``# end names`` is left out when
rows are only counted: it neither adds nor removes any.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from graph.errors import ParameterError
from queries.canned import LIMIT, PAGE
from queries.mistakes import Mistake

MOST_ROWS = 1_000_000
"""The largest page."""
USUAL_ROWS = 100
"""The size of a page when only its number is given, and on pages for people."""

_NUMBER = re.compile(r"[0-9]{1,9}")
_CUT = re.compile(r"^( *)# page$", re.MULTILINE)
_TOP = re.compile(r"^( *)# top$", re.MULTILINE)
_BLOCK = re.compile(r"^ *# begin (page|names)$.*?^ *# end \1$\n", re.MULTILINE | re.DOTALL)
_SELECT = re.compile(r"^SELECT\b", re.MULTILINE)
_MARK = re.compile(r"^ *# (?:begin|end) names\n", re.MULTILINE)
_ORDER = re.compile(r"\n *ORDER BY [^}]*\Z")


@dataclass(frozen=True)
class Page:
    """Which rows of an answer: `size` of them, after those of the pages before; `number` is from 1."""

    size: int
    number: int = 1

    @property
    def offset(self) -> int:
        """Return how many rows stand before the page."""
        return self.size * (self.number - 1)

    def count_pages(self, total: int) -> int:
        """Return how many pages so many rows fill, one at least."""
        return max(1, -(-total // self.size))


def read_page(values: Mapping[str, str], usual: int | None = None) -> Page | None:
    """Return the page that `limit` and `page` ask for, of the usual size without a limit; None for all rows.

    Raises ParameterError for a number that is none.
    """
    size = _read_number(LIMIT, values.get(LIMIT, ""))
    number = _read_number(PAGE, values.get(PAGE, ""))
    if size is None and number is None and usual is None:
        return None
    return Page(size or usual or USUAL_ROWS, number or 1)


def _read_number(name: str, text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if _NUMBER.fullmatch(text) is None or not 1 <= int(text) <= MOST_ROWS:
        raise ParameterError(name, text[:50], Mistake.NO_NUMBER, least=1, most=MOST_ROWS)
    return int(text)


def cut(text: str, page: Page | None) -> str:
    """Return the SPARQL of a question for the rows of a page; of all rows without one."""
    if page is None:
        return _CUT.sub("", _TOP.sub("", _without(text, "page")))
    lines = f"LIMIT {page.size} OFFSET {page.offset}"
    text = _TOP.sub(rf"\g<1>LIMIT {page.offset + page.size}", text)
    if _CUT.search(text):
        return _CUT.sub(rf"\g<1>{lines}", text)
    return f"{text.rstrip()}\n{lines}\n"


def count_rows(text: str) -> str:
    """Return SPARQL that counts the rows of a question as ``?count``; their order does not matter."""
    whole = _ORDER.sub("\n", cut(_without(text, "names"), None))
    start = first_select(whole)
    return f"{whole[:start]}SELECT (COUNT(*) AS ?count) WHERE {{ {{\n{whole[start:]}}} }}\n"


def _without(text: str, block: str) -> str:
    """Return a question without its blocks of a kind."""
    return _BLOCK.sub(lambda found: "" if found[1] == block else found[0], text)


def count_pattern(text: str, where: str) -> str:
    """Return SPARQL that counts the solutions of a pattern as ``?count``, with the prefixes of a question."""
    return f"{text[: first_select(text)]}SELECT (COUNT(*) AS ?count)\nWHERE {{\n  {where}\n}}\n"


def without_order(text: str) -> str:
    """Return the SPARQL of all rows of a question in any order, with nothing that a count may leave out."""
    return _MARK.sub("", _ORDER.sub("\n", cut(text, None)))


def first_select(text: str) -> int:
    """Return where the outermost SELECT of a question begins; its prefixes stand before it."""
    found = _SELECT.search(text)
    assert found  # noqa: S101 - the header reader has found its columns
    return found.start()

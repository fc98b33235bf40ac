"""How many rows a table in one of the formats of SPARQL has, counted without reading its terms."""

from __future__ import annotations

from collections.abc import Callable

from graph.errors import ResultTooLarge


class TooManyRows(ResultTooLarge):
    """The result has more rows than a table may have here; no part of it is given."""

    limited = "result-rows"

    def __init__(self, limit: int) -> None:
        """Carry the limit in rows."""
        super().__init__(limit)
        self.args = (f"the result has more than {limit} rows",)


def _count_json(body: bytes) -> int:
    """Count where one row ends and the next begins; in a string, a quotation mark has a backslash before."""
    start = body.find(b'"bindings":[') + len(b'"bindings":[')
    if body[start : start + 1] != b"{":
        return 0
    return 1 + body.count(b'},{"', start) + body.count(b",{}", start)


def _count_xml(body: bytes) -> int:
    return body.count(b"<result>")


def _count_csv(body: bytes) -> int:
    """Count line ends, but those inside quotation marks only when it could matter that they are none."""
    if b'"' not in body:
        return body.count(b"\r\n") - 1
    return sum(part.count(b"\r\n") for part in body.split(b'"')[::2]) - 1


def _count_tsv(body: bytes) -> int:
    return body.count(b"\n") - 1


_COUNTERS: dict[str, Callable[[bytes], int]] = {
    "application/sparql-results+json": _count_json,
    "application/sparql-results+xml": _count_xml,
    "text/csv": _count_csv,
    "text/tab-separated-values": _count_tsv,
}
_LEAST_BYTES = {
    "application/sparql-results+json": 3,
    "application/sparql-results+xml": 17,
    "text/csv": 2,
    "text/tab-separated-values": 1,
}
"""What a row takes at least: ``{},``, ``<result></result>``, and the ends of empty lines."""


def has_more_rows(body: bytes, media_type: str, limit: int) -> bool:
    """Return whether a result holds more rows than ``limit``; a graph or another format never does."""
    counter = _COUNTERS.get(media_type)
    return counter is not None and len(body) > limit * _LEAST_BYTES[media_type] and counter(body) > limit

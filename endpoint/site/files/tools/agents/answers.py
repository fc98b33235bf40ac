"""What every answer to an agent holds: rows with IRIs and sources, the release, and what was left out.

An answer is made here or not at all, so none lacks its evidence, and none that is cut passes for whole: one
that is over the limits of rows and bytes says how many rows there are, and has a cursor for the next ones. A
cursor names the release that it goes on in, so pages never mix two of them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from endpoint.engine.results import Cell, Table
from endpoint.serving.current import service
from endpoint.show.release import list_collections
from endpoint.site.files.tools.agents.evidence import find_evidence
from graph.errors import ParameterError

Json = dict[str, Any]

MOST_ROWS = 50
"""So many rows are in one answer."""
MOST_BYTES = 48 * 1024
"""So many bytes of JSON the rows of one answer take; but one row is always given, and whole."""
_CURSOR = re.compile(r"(?P<release>[0-9-]{10}-[0-9a-f]{8})\.(?P<start>[0-9]{1,9})\.(?P<call>[0-9a-f]{12})")


@dataclass(frozen=True)
class Cursor:
    """Where an answer goes on: a row (from 0) of what one call gives in one release."""

    release: str
    start: int
    call: str

    def __str__(self) -> str:
        """Return it as the agent gets it and gives it back."""
        return f"{self.release}.{self.start}.{self.call}"


def hash_call(tool: str, arguments: Mapping[str, object]) -> str:
    """Return what stands for a call in its cursors."""
    said = json.dumps([tool, arguments], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()[:12]


def read_cursor(text: str, call: str) -> Cursor:
    """Return a cursor that the same call gave. Raises ParameterError for any other text."""
    found = _CURSOR.fullmatch(text)
    if found is None:
        raise ParameterError("cursor", text[:60], "is no cursor; give back the one of the answer before")
    if found["call"] != call:
        raise ParameterError("cursor", text, "belongs to another call; repeat the arguments of that one")
    return Cursor(found["release"], int(found["start"]), call)


def build_answer(table: Table, start: int, call: str, **more: object) -> Json:
    """Return the rows of a whole table from `start` on, as many as an answer holds, each with its evidence.

    Raises ParameterError for a start behind the last row.
    """
    total = len(table.rows) + table.unread
    if start and start >= total:
        raise ParameterError("cursor", str(start), f"is behind the last of {total} rows")
    rows = _fit(table.columns, table.rows[start : start + MOST_ROWS])
    end = start + len(rows)
    left = total - end
    cursor = str(Cursor(service().release.id, end, call)) if left else None
    with_collections = not rows or not all(row["sources"] for row in rows)
    return {
        "release": service().release.id,
        **more,
        "total": total,
        "first": start + 1 if rows else 0,
        "last": end,
        "complete": not start and not left,
        "left_out": total - len(rows),
        "cursor": cursor,
        "note": _tell(start, end, total),
        "columns": list(table.columns),
        "rows": rows,
        "computed_from": _list_collections() if with_collections else None,
    }


def _tell(start: int, end: int, total: int) -> str:
    if not start and end == total:
        return f"All {total} rows."
    left_out = total - (end - start)
    said = f"PART OF THE ANSWER: rows {start + 1} to {end} of {total}. {left_out} rows are left out."
    more = " Call again with the same arguments and this cursor for the next rows." if end < total else ""
    return said + more


def _fit(columns: Sequence[str], rows: Sequence[Mapping[str, Cell]]) -> list[Json]:
    """Return as many rows as fit into the limit of bytes, one at least, with their evidence."""
    found = [_as_row(columns, row, sources) for row, sources in zip(rows, find_evidence(rows), strict=True)]
    size, count = 0, 0
    for row in found:
        size += len(json.dumps(row, ensure_ascii=False).encode())
        if count and size > MOST_BYTES:
            break
        count += 1
    return found[:count]


def _as_row(columns: Sequence[str], row: Mapping[str, Cell], evidence: Json) -> Json:
    values = {name: row[name].value for name in columns if name in row}
    iris = list(dict.fromkeys(cell.value for cell in row.values() if cell.kind == "iri"))
    return {"values": values, "iris": iris, **evidence, "release": service().release.id}


def _list_collections() -> list[Json]:
    """Return what rows without a source are computed from, and no row was found in: all collections."""
    return [
        {"collection": info.name, "title": info.title, "licence": info.licence, "claims": info.claims}
        for info in list_collections(service().release, "en")
    ]

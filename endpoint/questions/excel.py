"""Tables that spreadsheets open right: a byte order mark, and no cell that is taken for a formula.

Excel does not take CSV for UTF-8 without the mark. A cell that begins with =, +, -, @, a tab or a carriage
return is calculated by every spreadsheet: what stands in a source, or in an address, must not be.
"""

from __future__ import annotations

import codecs
import csv
import io
import re

from flask import Response, request

from graph.errors import ParameterError

MARK, GUARD = "bom", "guard"
"""The parameters that ask for the mark and for guarded cells: ``?bom=1&guard=1``."""
_CSV, _TSV = "text/csv", "text/tab-separated-values"
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?")
_CALCULATED = ("=", "+", "-", "@", "\t", "\r")
# https://www.w3.org/TR/sparql11-results-csv-tsv/#tsv-terms: texts are in quotes, numbers are not
_CALCULATED_TERM = re.compile(r'(^|\t)"(?=[=+\-@]|\\t|\\r)', re.MULTILINE)


def fit_for_spreadsheets(response: Response) -> Response:
    """Return an answer as the request wants it for a spreadsheet, under a tag of its own; only tables change.

    Raises ParameterError for another value than 0 and 1.
    """
    wanted = [name for name in (MARK, GUARD) if _wants(name)]
    if not wanted or response.mimetype not in (_CSV, _TSV) or response.status_code != 200:
        return response
    body = response.get_data()
    if GUARD in wanted:
        body = (guard_csv if response.mimetype == _CSV else guard_tsv)(body.decode()).encode()
    response.set_data((codecs.BOM_UTF8 if MARK in wanted else b"") + body)
    tag, _ = response.get_etag()
    if tag:
        response.set_etag("-".join([tag, *wanted]))
        response.make_conditional(request)
    return response


def guard_csv(text: str) -> str:
    """Return CSV in which an apostrophe stands before each cell that would be calculated, but numbers."""
    out = io.StringIO()
    rows = csv.reader(io.StringIO(text, newline=""))
    csv.writer(out).writerows([_guard(cell) for cell in row] for row in rows)
    return out.getvalue()


def guard_tsv(text: str) -> str:
    """Return SPARQL's TSV in which an apostrophe begins each text that would be calculated."""
    return _CALCULATED_TERM.sub(lambda found: f"{found[0]}'", text)


def _guard(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_CALCULATED) and not _NUMBER.fullmatch(cell) else cell


def _wants(name: str) -> bool:
    given = request.args.get(name, "0")
    if given not in {"0", "1"}:
        raise ParameterError(name, given[:50], "is not 1 or 0")
    return given == "1"

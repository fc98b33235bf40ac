"""Tables of text that spreadsheets open right: a byte order mark, and no cell that is taken for a formula.

Excel does not take CSV for UTF-8 without the mark. A cell that begins with =, +, -, @, a tab or a carriage
return is calculated by every spreadsheet: what stands in a source, or in an address, must not be.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Mapping

from endpoint.sparql.answer import Form
from graph.errors import ParameterError
from queries.mistakes import Mistake

MARK, GUARD = "bom", "guard"
"""The parameters that ask for the mark and for guarded cells: ``?bom=1&guard=1``."""
_TABLES = ("text/csv", "text/tab-separated-values")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?")
_CALCULATED = (*"=+-@\uff1d\uff0b\uff0d\uff20", "\t", "\r", "\n")
# also in full width: https://owasp.org/www-community/attacks/CSV_Injection
# https://www.w3.org/TR/sparql11-results-csv-tsv/#tsv-terms: texts are in quotes, numbers are not
_CALCULATED_TERM = re.compile(r'(^|\t)"(?=[=+\-@\uff1d\uff0b\uff0d\uff20]|\\[trn])', re.MULTILINE)


def find_text_form(parameters: Mapping[str, str]) -> Form | None:
    """Return what a request wants a table of text to be, None when it is to stay as the engine wrote it.

    Raises ParameterError for another value than 0 and 1.
    """
    guards, marks = (_wants(parameters, name) for name in (GUARD, MARK))

    def write(body: bytes) -> bytes:
        return (codecs.BOM_UTF8 if marks else b"") + (_guard_table(body) if guards else body)

    name = "-".join([MARK] * marks + [GUARD] * guards)
    return Form(name, _TABLES, write) if name else None


def _guard_table(body: bytes) -> bytes:
    """Return a table with its cells guarded; in TSV the header begins with a question mark, in CSV never."""
    text = body.decode()
    return (guard_tsv(text) if text.startswith("?") else guard_csv(text)).encode()


def guard_csv(text: str) -> str:
    """Return CSV in which an apostrophe stands before each cell that would be calculated, but numbers."""
    out = io.StringIO()
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))  # the limit of the process is 128 KiB a cell
    rows = csv.reader(io.StringIO(text, newline=""))
    csv.writer(out).writerows([_guard(cell) for cell in row] for row in rows)
    return out.getvalue()


def guard_tsv(text: str) -> str:
    """Return SPARQL's TSV in which an apostrophe begins each text that would be calculated."""
    return _CALCULATED_TERM.sub(lambda found: f"{found[0]}'", text)


def _guard(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_CALCULATED) and not _NUMBER.fullmatch(cell) else cell


def _wants(parameters: Mapping[str, str], name: str) -> bool:
    given = parameters.get(name, "0")
    if given not in {"0", "1"}:
        raise ParameterError(name, given[:50], Mistake.NO_SWITCH)
    return given == "1"

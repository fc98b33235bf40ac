"""The files of the questions: one ``.rq`` each, beside this module.

How they are written, for an engine that looks up each bare pattern row by row: a subselect of one pattern is
joined in one pass instead (a tenth of the time when most rows match). What few rows need, names above all,
comes after the LIMIT or in OPTIONAL. Long lists sort by the first letters before the whole name: a text of up
to 16 bytes is compared without a look-up. The same questions in plain SPARQL stand in tests/queries/plain.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from graph.errors import TableError
from graph.reading import read_text
from queries.canned import CannedQuery
from queries.header import read_query

_FOLDER = Path(__file__).parent


@cache
def catalogue() -> Mapping[str, CannedQuery]:
    """Return every canned query by its slug (the name of its file), in the order of the slugs.

    Raises InputError when a file cannot be read as one; it names the file and the key.
    """
    return read_catalogue(_FOLDER)


def query_texts() -> dict[str, str]:
    """Return the files of all canned queries as text, by file name."""
    return {path.name: path.read_text("utf-8") for path in sorted(_FOLDER.glob("*.rq"))}


def read_catalogue(folder: Path) -> Mapping[str, CannedQuery]:
    """Return the canned queries of one folder, as ``catalogue`` does; a release keeps its own."""
    paths = sorted(folder.glob("*.rq"))
    return MappingProxyType({path.stem: read_query(path.stem, _read(path)) for path in paths})


def _read(path: Path) -> str:
    try:
        return read_text(path)
    except (OSError, UnicodeDecodeError) as exc:
        raise TableError(path.name, None, f"cannot be read ({exc})", "Save it as UTF-8.") from exc

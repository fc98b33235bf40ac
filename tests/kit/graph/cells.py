"""Files of lists, and the rows that are read of them."""

from __future__ import annotations

from loaders.lists.files.cells import read_cells
from loaders.lists.files.layout import Layout


def rows(path, layout=None):
    """Return the rows of a file, the broken ones by their reason."""
    table = read_cells(path, layout or Layout())
    return [(row.line, row.fault or tuple(row.cells)) for row in table.rows]


def write(tmp_path, content, name="list.csv"):
    """Return the path of a new file with this text, or these bytes, in it."""
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path

"""What changed since the release before, as files: short ones to read, and one that lists everything.

A first list of the world changes tens of thousands of pairs. So ``changes.json`` and ``changes.txt`` list the
first of each kind with the number of all, and ``changes.ndjson.gz`` has a line for each.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from graph.diff.text import describe_diff
from graph.diff.types import Diff
from graph.downloads.dumps import gzip_chunks
from graph.store.files import ReleaseFile, write_file

WHOLE = "changes.ndjson.gz"
"""The file with every change, a JSON object on each line."""


def write_changes(diff: Diff, folder: Path) -> list[ReleaseFile]:
    """Write the files that tell of the changes, and return what the manifest states of them."""
    short = diff.shortened()
    lines = gzip_chunks(_lines(diff))
    return [
        write_file(folder, "changes.json", short.as_json().encode(), "application/json", "changes"),
        write_file(folder, "changes.txt", describe_diff(short).encode(), "text/plain", "changes"),
        write_file(folder, WHOLE, lines, "application/x-ndjson", "changes", "gzip"),
    ]


def _lines(diff: Diff) -> Iterator[bytes]:
    for record in diff.records():
        yield json.dumps(record, ensure_ascii=False).encode() + b"\n"

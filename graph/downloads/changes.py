"""What changed since the release before, as files: short ones to read, one that lists everything, a patch.

A first list of the world changes tens of thousands of pairs. So ``changes.json`` and ``changes.txt`` list the
first of each kind with the number of all, and ``changes.ndjson.gz`` has a line for each. The patch has the
quads themselves, for copies that follow: https://afs.github.io/rdf-delta/rdf-patch.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from graph.diff.text import describe_diff
from graph.diff.types import Diff
from graph.downloads.dumps import gzip_chunks
from graph.store.files import ReleaseFile, write_file
from ontology import BASE

WHOLE = "changes.ndjson.gz"
"""The file with every change, a JSON object on each line."""
PATCH = "changes.rdfp.gz"
"""The file with every quad that was removed or added, as RDF Patch."""
PATCH_TYPE = "application/rdf-patch"


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


def write_patch(
    ids: tuple[str, str], old: Iterable[bytes], new: Iterable[bytes], sha256: str, folder: Path
) -> ReleaseFile:
    """Write the patch between two releases (ids) by their sorted N-Quads lines, and return what it is.

    `sha256` is that of the lines of the new one: what a copy must have after the patch.
    """
    chunks = gzip_chunks(_patch(ids, old, new, sha256))
    return write_file(folder, PATCH, chunks, PATCH_TYPE, "changes", "gzip")


def _patch(ids: tuple[str, str], old: Iterable[bytes], new: Iterable[bytes], sha256: str) -> Iterator[bytes]:
    before, after = (f"<{BASE}release/{release}>" for release in ids)
    yield f'H id {after} .\nH prev {before} .\nH sha256 "{sha256}" .\nTX .\n'.encode()
    marked = merge(((line, b"D ") for line in old), ((line, b"A ") for line in new))
    for line, found in groupby(marked, key=itemgetter(0)):
        (_, mark), *more = found
        if not more:
            yield mark + line
    yield b"TC .\n"

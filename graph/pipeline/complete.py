"""The rest of a release whose files and questions came from elsewhere: its store, its names, its manifest.

The id is a hash of files, questions and statements, which are compared with it. It proves nothing of the
store and the index of names; they follow from the dump, so they are made anew, and nobody has to be believed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from pyoxigraph import Quad

from graph.downloads.dumps import read_lines
from graph.errors import ReleaseError, UnprovenRelease
from graph.names.index.write import FILE as NAMES_FILE
from graph.names.index.write import write_names
from graph.pipeline.content import STATED, hash_published, make_id
from graph.store.manifest import FILES, NAMES, STORE, write_manifest
from graph.store.quads import parse_lines
from graph.store.store import load_store, open_store, select

_KEPT = (*STATED, "id", "sha256", "previous", "files")
"""What is taken over of a manifest; the rest states what is made here."""


def complete_release(
    folder: Path, stated: Mapping[str, Any], progress: Callable[[str], None] = lambda step: None
) -> None:
    """Make the store, the index of names and the manifest of a release whose other files lie in `folder`.

    `stated` is the manifest that came with them; their checksums have been compared with it.
    Raises UnprovenRelease when they are not the content that the id names, or the dump does not hold it,
    ReleaseError when the store cannot be written.
    """
    progress("computing the id")
    check_id(stated, hash_published(folder, stated))
    for made in (STORE, NAMES):
        shutil.rmtree(folder / made, ignore_errors=True)
    progress("loading the store")
    _load_dump(folder, stated["counts"]["triples"])
    progress("indexing the names")
    (folder / NAMES).mkdir()
    write_names(partial(select, open_store(folder / STORE)), folder / NAMES / NAMES_FILE)
    write_manifest(folder, {name: stated[name] for name in _KEPT if name in stated})


def check_id(stated: Mapping[str, Any], sha256: str) -> None:
    """Raise UnprovenRelease unless a manifest states this hash of its content, and the id that follows."""
    if stated["sha256"] != sha256:
        raise UnprovenRelease(f"its content has the SHA-256 {sha256}, not {stated['sha256']}")
    if stated["id"] != (named := make_id(stated["compiled"], sha256)):
        raise UnprovenRelease(f"its content has the id {named}")


def _load_dump(folder: Path, triples: int) -> None:
    """Load the dump of all quads into a fresh store; raises UnprovenRelease unless it holds so many."""
    lines = read_lines(folder / FILES)
    if lines is None:
        raise UnprovenRelease("it has no dump of all quads")
    loaded = load_store(islice(_parse(lines), triples + 1), folder / STORE)
    if loaded != triples:
        raise UnprovenRelease(f"its dump does not hold the {triples} quads that are stated")


def _parse(lines: Iterator[bytes]) -> Iterator[Quad]:
    try:
        yield from parse_lines(lines)
    except (SyntaxError, ReleaseError) as exc:
        raise UnprovenRelease(f"its dump is no N-Quads ({exc})") from exc

"""The index of a release: its file where the manifest states one, else made in memory from its store."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from graph.errors import ReleaseError
from graph.names.index.ask import NameIndex
from graph.names.index.read import Select, read_named
from graph.names.index.write import FILE
from graph.store.files import hash_file
from graph.store.manifest import NAMES
from graph.store.releases import Release


def open_names(release: Release, select: Callable[[], Select]) -> NameIndex:
    """Return the index of a release; `select` gives what asks its store, for one without an index.

    Raises ReleaseError when the file is not the one that was published.
    """
    stated = {entry["name"]: entry["sha256"] for entry in release.manifest.get(NAMES, ())}
    if FILE not in stated:
        return NameIndex.of(read_named(select()))
    path, actual = release.path / NAMES / FILE, ""
    with suppress(OSError):
        actual = hash_file(path)
    if actual != stated[FILE]:
        raise ReleaseError(f"{path} is missing or damaged; run `kembar build --force`")
    return NameIndex.open(path)

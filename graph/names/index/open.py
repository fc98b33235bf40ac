"""The index of a release: its file where the manifest names one, else made in memory from its store."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from graph.errors import ReleaseError
from graph.names.index.ask import NameIndex
from graph.names.index.read import Select, read_named
from graph.names.index.write import FILE, VERSION
from graph.store.files import hash_file
from graph.store.releases import Release


def open_names(release: Release, select: Callable[[], Select]) -> NameIndex:
    """Return the index of a release; `select` gives what asks its store, for one without an index.

    Raises ReleaseError when the file is not the one that was published.
    """
    stated = release.manifest.get("names", {})
    if stated.get("version") != VERSION:
        return NameIndex.of(read_named(select()))
    path, actual = release.path / FILE, ""
    with suppress(OSError):
        actual = hash_file(path)
    if actual != stated["sha256"]:
        raise ReleaseError(f"{path} is missing or damaged; run `kembar build --force`")
    return NameIndex.open(path)

"""The embedded triple store: made once by bulk load, then opened read-only and never changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import TypeVar

from pyoxigraph import Quad, QuerySolutions, RdfFormat, Store

from graph.errors import ReleaseError

_Item = TypeVar("_Item")

BATCH = 100_000
"""How many quads are loaded at once; the engine holds them in memory, some 1.3 kB each."""


def load_store(quads: Iterable[Quad], path: Path) -> int:
    """Write `quads` into a fresh store at `path` and return their number.

    Raises ReleaseError when the folder is there already (a release is never edited in place), or when it
    cannot be written, as on a full disk.
    """
    return _write_store(path, quads, lambda store, batch: store.bulk_extend(batch))


def load_lines(lines: Iterable[bytes], path: Path) -> int:
    """Write quads, given as N-Quads lines, into a fresh store: as `load_store`, without objects."""
    return _write_store(path, lines, _load_batch)


def _load_batch(store: Store, lines: Iterable[bytes]) -> None:
    store.bulk_load(b"".join(lines), format=RdfFormat.N_QUADS, lenient=True)


def _write_store(path: Path, items: Iterable[_Item], load: Callable[[Store, list[_Item]], None]) -> int:
    if path.exists():
        raise ReleaseError(f"{path} is there already; a store is made once and never changed")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        store = Store(str(path))
        remaining = iter(items)
        while batch := list(islice(remaining, BATCH)):
            load(store, batch)
        store.optimize()
        store.flush()
        return len(store)
    except (OSError, RuntimeError) as exc:
        raise ReleaseError(f"the store at {path} cannot be written: {exc}") from exc


def open_store(path: Path) -> Store:
    """Return the store at `path` opened read-only.

    Raises ReleaseError when there is none or it cannot be read.
    """
    if not path.is_dir():
        raise ReleaseError(f"there is no store at {path}; run `kembar build`")
    try:
        return Store.read_only(str(path))
    except (OSError, RuntimeError) as exc:
        raise ReleaseError(f"the store at {path} cannot be read: {exc}; run `kembar build --force`") from exc


def select(store: Store, query: str) -> list[dict[str, str]]:
    """Return the rows of a SELECT over the union of all graphs, each a map of variable to plain text.

    Only for queries of this project: nothing here stops one that runs for ever. Unbound ones are left out.
    """
    solutions = store.query(query, use_default_graph_as_union=True)
    assert isinstance(solutions, QuerySolutions)  # noqa: S101 - the callers pass SELECT queries
    names = [variable.value for variable in solutions.variables]
    return [{name: _plain(row[name]) for name in names if row[name] is not None} for row in solutions]


def _plain(term: object) -> str:
    value = getattr(term, "value", None)
    return value if isinstance(value, str) else str(term)

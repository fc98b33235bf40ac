"""Betweenness kept from one build to the next: most changes of a row leave the links as they were.

What is kept is found again by all that decides it: the links, the code, the versions of the libraries. A file
that is not as it was written is not read.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path

from graph.network import betweenness
from graph.network.betweenness import count_pivots, start_betweenness
from graph.network.network import Network
from graph.reading import read_whole
from graph.store.files import hash_file, write_json

_LIBRARIES = ("rustworkx", "networkx", "numpy")


@contextmanager
def find_kept(network: Network, path: Path) -> Iterator[Callable[[], Sequence[float]]]:
    """Yield what returns the betweenness of a network: from the file at `path`, or found anew and kept there.

    As with `start_betweenness`, which it is found by, a process that is at work ends with the context.
    """
    key = _key_of(network)
    if (values := _read(path, key)) is not None:
        kept = values
        yield lambda: kept
        return
    with start_betweenness(network) as wait:
        yield partial(_keep, wait, path, key)


def _key_of(network: Network) -> str:
    """Return the SHA-256 of all that decides the values."""
    nodes, ends = len(network.nodes), network.number_ends()
    versions = [platform.python_version(), *map(version, _LIBRARIES)]
    code = hash_file(Path(betweenness.__file__))
    return _hash([nodes, ends, count_pivots(nodes, len(ends)), code, versions])


def _keep(wait: Callable[[], list[float]], path: Path, key: str) -> list[float]:
    values = wait()
    write_json(path, {"values": values, "sha256": _hash([key, values])})
    return values


def _read(path: Path, key: str) -> list[float] | None:
    """Return the values that are kept under a key, None when there are none, or not as they were written."""
    try:
        kept = json.loads(read_whole(path))
        values: list[float] = kept["values"]
        is_whole = kept["sha256"] == _hash([key, values])
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    return values if is_whole else None


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()

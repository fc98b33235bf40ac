"""Graphs into an engine elsewhere and out of it again, by the one protocol or the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from graph.engines.connection import Refusal
from graph.engines.target import Target
from graph.errors import EngineFailed, ReleaseError

BATCH = {"graph-store": 50_000, "update": 1_000}
"""How many triples are sent at a time; Virtuoso compiles an update as a program, and takes no long one."""
_MOST_BYTES = 1 << 20
_MISSING = (
    "it is not known where this engine takes graphs; give the address as --graph-store "
    "(Graph Store Protocol) or --update (SPARQL Update)"
)


def load_graph(target: Target, name: str, lines: Iterable[bytes]) -> None:
    """Replace a graph by the triples of N-Triples lines; a full replace, not a merge.

    Raises ReleaseError when no address is known for that, and the QueryError tree.
    """
    batches = _batches(lines, BATCH[_protocol(target)])
    remove_graph(target, name)
    for batch in batches:
        if target.addresses.graph_store:
            _change(target, _graph_request(target, "POST", name, batch))
        else:
            _update(target, f"INSERT DATA {{ GRAPH <{name}> {{\n{batch.decode()}}} }}")


def remove_graph(target: Target, name: str) -> None:
    """Remove a graph, whether there is one or not. Raises what `load_graph` raises."""
    if _protocol(target) == "update":
        _update(target, f"DROP SILENT GRAPH <{name}>")
    else:
        _change(target, _graph_request(target, "DELETE", name), may_be_missing=True)


def _protocol(target: Target) -> str:
    if target.addresses.graph_store:
        return "graph-store"
    if target.addresses.update:
        return "update"
    raise ReleaseError(_MISSING)


def _batches(lines: Iterable[bytes], size: int) -> Iterator[bytes]:
    remaining = iter(lines)
    while batch := b"".join(islice(remaining, size)):
        yield batch


def _graph_request(target: Target, method: str, name: str, body: bytes | None = None) -> Mapping[str, Any]:
    """Return a request for a graph by its name (https://www.w3.org/TR/sparql11-http-rdf-update/)."""
    request = {"method": method, "url": target.addresses.graph_store, "params": {"graph": name}}
    if body is None:
        return request
    return {**request, "content": body, "headers": {"Content-Type": "application/n-triples"}}


def _update(target: Target, text: str) -> None:
    _change(target, {"method": "POST", "url": target.addresses.update, "data": {"update": text}})


def _change(target: Target, request: Mapping[str, Any], may_be_missing: bool = False) -> None:
    try:
        target.connection.fetch(request, _MOST_BYTES)
    except Refusal as exc:
        if not (may_be_missing and exc.status == 404):
            raise EngineFailed(f"the engine does not take a graph: {exc}") from exc

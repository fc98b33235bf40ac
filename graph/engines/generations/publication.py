"""A release into an engine elsewhere: one graph after the other, proven by reading it back, marked last.

What is there already and right is left as it is, so that a publication that broke off goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Store

from graph.engines.generations.digests import (
    GraphDigest,
    count_triples,
    digest_in_engine,
    digest_release,
)
from graph.engines.generations.loading import load_graph, remove_graph
from graph.engines.generations.names import (
    is_marked,
    lines_of_mark,
    list_generations,
    mark_of,
    name_graphs,
)
from graph.engines.target import Target
from graph.errors import ReleaseError
from graph.store.history import read_history
from graph.store.releases import Release
from graph.store.store import open_store


@dataclass(frozen=True)
class PublishedGraph:
    """One graph of a release in an engine: its names here and there, its digest, and whether it was sent."""

    graph: str
    name: str
    digest: GraphDigest
    was_loaded: bool


def publish_to_engine(
    release: Release, target: Target, progress: Callable[[str], None] = lambda graph: None
) -> list[PublishedGraph]:
    """Return the graphs of a release once all of them are in an engine as they are here, and marked as such.

    `progress` is told of each graph before its turn. Raises ReleaseError when one that was sent is not
    given back as it is, and the QueryError tree; then the generation has no mark.
    """
    store = open_store(release.store_path)
    names = name_graphs(release.id, store)
    mark = mark_of(release.id)
    if not is_marked(target, release.id):
        load_graph(target, mark, lines_of_mark(release.id, names.values(), whole=False))
    published = []
    for graph, name in names.items():
        progress(graph)
        published.append(_publish_graph(store, graph, name, target))
    load_graph(target, mark, lines_of_mark(release.id, names.values(), whole=True))
    return published


def remove_older(home: Path, release_id: str, target: Target, keep: int) -> list[str]:
    """Remove all generations but that of a release and the newest others, `keep` in all; return their ids.

    The newest are those published last in `home`; what that does not know is older than all it knows. Each
    loses its id first, so that nobody takes the rest for a release. Raises the QueryError tree.
    """
    there = list_generations(target)
    newest_first = [name for name in reversed(read_history(home).ids) if name in there and name != release_id]
    kept = {release_id, *newest_first[: keep - 1]}
    gone = [name for name in there if name not in kept]
    for name in gone:
        load_graph(target, mark_of(name), lines_of_mark(name, there[name], whole=False))
        for graph in (*there[name], mark_of(name)):
            remove_graph(target, graph)
    return gone


def _publish_graph(store: Store, graph: str, name: str, target: Target) -> PublishedGraph:
    expected = digest_release(store, graph)
    is_there = count_triples(target, name) == expected.triples and digest_in_engine(target, name) == expected
    if not is_there:
        load_graph(target, name, lines_of_graph(store, graph, target))
        if (found := digest_in_engine(target, name)) != expected:
            what = f"{graph} has {expected.triples} triples, the engine gives back {found.triples}"
            alike = "; as many, but others" if found.triples == expected.triples else ""
            raise ReleaseError(
                f"the engine does not keep a graph as it is: {what}{alike}. See docs/engines.md"
            )
    return PublishedGraph(graph, name, expected, not is_there)


def lines_of_graph(store: Store, graph: str, target: Target) -> Iterator[bytes]:
    """Yield the N-Triples lines of a graph as the engine is to keep them."""
    for quad in store.quads_for_pattern(None, None, None, NamedNode(graph)):
        line = f"{quad.triple} .\n"
        for datatype, stand_in in target.product.datatypes.items():
            line = line.replace(f'"^^<{datatype}>', f'"^^<{stand_in}>')
        yield line.encode()

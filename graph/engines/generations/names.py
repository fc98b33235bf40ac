"""The names that the graphs of a release have in an engine elsewhere: each release is a generation there.

Several lie beside one another, so a new one is loaded while the old one answers, and nothing that answers
is ever changed. A name is that of the graph in the release with the id before it:
``https://w3id.org/kota-kembar/release/<id>/graph/core``. One more graph, ``…/release/<id>``, lists them, and
is the mark of a generation that is whole: it gets the id last and loses it first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyoxigraph import NamedNode, Store

from graph.engines.target import Target
from ontology import BASE, PREFIXES

_RELEASE = BASE + "release/"
_IDENTIFIER, _HAS_PART = PREFIXES["dcterms"] + "identifier", PREFIXES["dcterms"] + "hasPart"


def name_graphs(release_id: str, store: Store) -> Mapping[str, str]:
    """Return the names in an engine of all graphs in the store of a release, by their IRIs, in order."""
    graphs = sorted(graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode))
    return {graph: f"{mark_of(release_id)}/{graph.removeprefix(BASE)}" for graph in graphs}


def mark_of(release_id: str) -> str:
    """Return the name of the graph that marks a generation as whole."""
    return _RELEASE + release_id


def lines_of_mark(release_id: str, graphs: Iterable[str], *, whole: bool) -> list[bytes]:
    """Return the N-Triples lines of that graph: what belongs to it, and its id once all of it is there."""
    parts = [f"<{mark_of(release_id)}> <{_HAS_PART}> <{name}> .\n".encode() for name in graphs]
    return [f"{_triple_of_whole(release_id)} .\n".encode(), *parts] if whole else parts


def is_marked(target: Target, release_id: str) -> bool:
    """Return whether a generation was once loaded whole. Raises the QueryError tree."""
    return target.ask(f"ASK {{ GRAPH <{mark_of(release_id)}> {{ {_triple_of_whole(release_id)} }} }}")


def list_generations(target: Target) -> Mapping[str, list[str]]:
    """Return the graphs of every release in an engine, also of one that is not whole, by its id.

    Raises the QueryError tree.
    """
    query = f"SELECT ?mark ?part WHERE {{ GRAPH ?mark {{ ?mark <{_HAS_PART}> ?part }} }} ORDER BY ?part"
    found: dict[str, list[str]] = {}
    for row in target.select(query):
        if row["mark"].startswith(_RELEASE):
            found.setdefault(row["mark"].removeprefix(_RELEASE), []).append(row["part"])
    return found


def _triple_of_whole(release_id: str) -> str:
    return f'<{mark_of(release_id)}> <{_IDENTIFIER}> "{release_id}"'

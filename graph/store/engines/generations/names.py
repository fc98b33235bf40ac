"""The names that the graphs of a release have in an engine elsewhere: each release is a generation there.

Several lie beside one another, so a new one is loaded while the old one answers, and nothing that answers
is ever changed. A name is that of the graph in the release with the id before it:
``https://w3id.org/kota-kembar/release/<id>/graph/core``. One more graph, ``…/release/<id>``, is the mark of
a generation that is whole: made last, removed first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pyoxigraph import NamedNode, Store

from graph.store.engines.target import Target
from ontology import BASE, PREFIXES

_OF_A_RELEASE = re.compile(re.escape(BASE) + r"release/([^/]+)(?:/.*)?")
_IDENTIFIER = PREFIXES["dcterms"] + "identifier"


def name_graphs(release_id: str, store: Store) -> Mapping[str, str]:
    """Return the names in an engine of all graphs in the store of a release, by their IRIs, in order."""
    graphs = sorted(graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode))
    return {graph: f"{mark_of(release_id)}/{graph.removeprefix(BASE)}" for graph in graphs}


def mark_of(release_id: str) -> str:
    """Return the name of the graph that marks a generation as whole."""
    return f"{BASE}release/{release_id}"


def triple_of_mark(release_id: str) -> str:
    """Return the one triple of that graph."""
    return f'<{mark_of(release_id)}> <{_IDENTIFIER}> "{release_id}"'


def is_marked(target: Target, release_id: str) -> bool:
    """Return whether a generation was once loaded whole. Raises the QueryError tree."""
    return target.ask(f"ASK {{ GRAPH <{mark_of(release_id)}> {{ {triple_of_mark(release_id)} }} }}")


def list_generations(target: Target) -> Mapping[str, list[str]]:
    """Return the graphs of every release in an engine, also of one that is not whole, by its id.

    Raises the QueryError tree.
    """
    rows = target.select("SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } }")
    found: dict[str, list[str]] = {}
    for name in sorted(row["graph"] for row in rows):
        if match := _OF_A_RELEASE.fullmatch(name):
            found.setdefault(match[1], []).append(name)
    return found

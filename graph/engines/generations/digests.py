"""What a graph holds, as one number: how many triples, and the SHA-256 of their sorted canonical lines.

Canonical are the N-Triples lines of pyoxigraph, of literals as the embedded store has them: numbers, truth
values and language tags in their one form, datatypes those of the release. An engine that gives a literal
back otherwise is given a stand-in to keep (``products``), which is undone before the lines are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from graph.engines.answers import ACCEPT, check_body
from graph.engines.target import Target
from graph.engines.triple_store import Dataset
from graph.errors import EngineFailed
from graph.store.quads import sort_quads


@dataclass(frozen=True)
class GraphDigest:
    """The number of triples of a graph, and what they are: 64 hex digits."""

    triples: int
    sha256: str


def digest_release(store: Store, graph: str) -> GraphDigest:
    """Return the digest of a graph of a release."""
    return _digest(store.quads_for_pattern(None, None, None, NamedNode(graph)))


def digest_in_engine(target: Target, name: str) -> GraphDigest:
    """Return the digest of a graph read back from an engine.

    Raises EngineFailed when it gives fewer triples than it counts, and the QueryError tree.
    """
    counted, dataset = count_triples(target, name), Dataset((name,), (name,))
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} }}"
    with TemporaryDirectory(prefix="kembar-graph-") as folder:
        path = Path(folder) / "graph.nt"
        check_body(target.save(query, ACCEPT["graph"], dataset, path), "graph")
        found = _digest(_read(path, target.product.datatypes))
    if found.triples != counted:
        told = f"it gives {found.triples} of the {counted} triples that it counts in {name}"
        raise EngineFailed(f"the engine cuts answers: {told}. Raise its limit of rows (ResultSetMaxRows)")
    return found


def count_triples(target: Target, name: str) -> int:
    """Return how many triples the engine counts in a graph. Raises the QueryError tree."""
    query = f"SELECT (COUNT(*) AS ?count) WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} }}"
    try:
        (row,) = target.select(query, Dataset((name,), (name,)))
        return int(row["count"])
    except (ValueError, KeyError) as exc:
        raise EngineFailed(f"the engine answers with no number when it is to count {name}") from exc


def _digest(quads: Iterable[Quad]) -> GraphDigest:
    plain = (Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    with TemporaryDirectory(prefix="kembar-digest-") as folder:
        lines = sort_quads(plain, Path(folder) / "graph.nt")
        return GraphDigest(lines.count, lines.sha256)


def _read(path: Path, datatypes: Mapping[str, str]) -> Iterable[Quad]:
    """Yield the triples in a file of N-Triples with the datatypes that they had in the release."""
    if datatypes:
        content = path.read_bytes()
        for datatype, stand_in in datatypes.items():
            content = content.replace(f'"^^<{stand_in}>'.encode(), f'"^^<{datatype}>'.encode())
        path.write_bytes(content)
    try:
        yield from parse(path=str(path), format=RdfFormat.N_TRIPLES, lenient=True)
    except SyntaxError as exc:
        raise EngineFailed(f"the answer of the engine is no whole graph ({exc})") from exc

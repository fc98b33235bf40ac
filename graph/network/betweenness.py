"""Betweenness: exact by rustworkx; in a network too large for that, from pivots by networkx.

rustworkx keeps the interpreter to itself while it works, so `start_betweenness` lets it work in a process of
its own: ``python -m graph.network.betweenness`` reads its arguments and writes the values, both in JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from tempfile import TemporaryFile

from graph.errors import MeasureError
from graph.network.network import Network
from graph.processes import end_with_parent

Ends = Sequence[tuple[int, int]]
"""The two nodes of each edge, as numbers from 0."""

SEED = 1
"""Of all that is drawn at random: pivots where there are fewer than nodes, and the Louvain method."""
EXACT_STEPS = 5_000_000_000
"""How many nodes and edges the shortest paths from all nodes may visit, some three minutes: enough for 45,000
nodes with 60,000 edges. In a larger network the paths start from as many pivots as PIVOT_STEPS allows."""
PIVOT_STEPS = 16_000_000
"""How many nodes and edges the paths from pivots may visit, about a minute."""


def count_pivots(nodes: int, edges: int) -> int:
    """Return from how many nodes the shortest paths start: from all where betweenness is exact."""
    steps = nodes + edges
    return nodes if nodes * steps <= EXACT_STEPS else max(1, PIVOT_STEPS // steps)


def find_betweenness(nodes: int, ends: Ends, pivots: int) -> list[float]:
    """Return for each node the share, 0 to 1, of the shortest paths between two other nodes through it.

    Exact when there are as many pivots as nodes. The same bits for the same network: one thread, one order,
    one seed. Brandes 2001, doi:10.1080/0022250X.2001.9990249.
    """
    found = _find_exact(nodes, ends) if pivots == nodes else _find_from(pivots, nodes, ends)
    return [found[node] for node in range(nodes)]


def _find_exact(nodes: int, ends: Ends) -> Mapping[int, float]:
    import rustworkx  # here, like networkx below: a command that measures nothing does not wait for it

    graph: rustworkx.PyGraph[None, None] = rustworkx.PyGraph()
    graph.add_nodes_from([None] * nodes)
    graph.extend_from_edge_list(list(ends))
    # In several threads the order in which they end would decide the last bits of the sums.
    return rustworkx.betweenness_centrality(graph, parallel_threshold=10**9)


def _find_from(pivots: int, nodes: int, ends: Ends) -> Mapping[int, float]:
    import networkx

    graph: networkx.Graph[int] = networkx.Graph()
    graph.add_nodes_from(range(nodes))
    graph.add_edges_from(ends)
    found: dict[int, float] = networkx.betweenness_centrality(graph, k=pivots, seed=SEED)
    return found


@contextmanager
def start_betweenness(network: Network) -> Iterator[Callable[[], list[float]]]:
    """Start to find the betweenness of a network in a process of its own, which ends with the context.

    What is yielded waits for it and returns the value of each node, in the order of the nodes; it raises
    MeasureError when the process failed or was killed.
    """
    command = [sys.executable, "-P", "-m", "graph.network.betweenness"]
    nodes, ends = len(network.nodes), network.number_ends()
    with TemporaryFile("w+") as given:
        json.dump([os.getpid(), nodes, ends, count_pivots(nodes, len(ends))], given)
        given.seek(0)
        with subprocess.Popen(  # noqa: S603 - our own module, no text of a user
            command, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                yield partial(_wait, process)
            finally:
                process.kill()


def _wait(process: subprocess.Popen[str]) -> list[float]:
    values, complaint = process.communicate()
    if process.returncode:
        raise MeasureError("betweenness", process.returncode, complaint.strip().rpartition("\n")[2])
    found: list[float] = json.loads(values)
    return found


def main() -> None:
    """Read our parent and the arguments of `find_betweenness` from stdin, write what it returns to stdout."""
    parent, nodes, ends, pivots = json.load(sys.stdin)
    end_with_parent(parent)
    json.dump(find_betweenness(nodes, [(a, b) for a, b in ends], pivots), sys.stdout)


if __name__ == "__main__":
    main()

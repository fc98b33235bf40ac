"""Compares betweenness from pivots with the exact one, in the network of an edge list; prints a table.

    .venv/bin/python benchmarks/betweenness.py HOME/current/files/network-edges.csv --pivots 311,1000

"Missed" counts those of the 100 nodes with the highest exact values that a sample does not have among its own
100 highest, and "off" is the median error of these nodes. Seconds are processor time.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from graph.network.betweenness import Ends, find_betweenness
from graph.network.edges import read_edges

HIGHEST = 100
"""How many nodes are compared."""


def measure(nodes: int, ends: Ends, pivots: int) -> tuple[list[float], float]:
    """Return the betweenness of each node and the processor seconds that it took."""
    started = time.process_time()
    return find_betweenness(nodes, ends, pivots), time.process_time() - started


def find_highest(values: Sequence[float]) -> list[int]:
    """Return the nodes with the highest values, the highest first."""
    return sorted(range(len(values)), key=lambda node: -values[node])[:HIGHEST]


def compare(exact: Sequence[float], sampled: Sequence[float]) -> tuple[int, float]:
    """Return how many of the highest nodes a sample misses, and the median relative error of them."""
    highest = find_highest(exact)
    errors = (abs(sampled[node] - exact[node]) / exact[node] for node in highest if exact[node])
    return len({*highest} - {*find_highest(sampled)}), statistics.median(errors)


def main() -> None:
    """Measure what the options say and print the table."""
    parser = argparse.ArgumentParser(description="Compare betweenness from pivots with the exact one.")
    parser.add_argument("file", type=Path, help="an edge list, as kembar measures reads it")
    parser.add_argument("--pivots", type=lambda text: [*map(int, text.split(","))], default=[311])
    chosen = parser.parse_args()
    network = read_edges(chosen.file).network
    nodes, ends = len(network.nodes), network.number_ends()
    exact, seconds = measure(nodes, ends, nodes)
    print(f"{nodes:,} nodes, {len(ends):,} edges\n")
    print("| pivots | seconds | missed | off |\n| ---: | ---: | ---: | ---: |")
    print(f"| all | {seconds:.1f} | 0 | 0 % |")
    for pivots in chosen.pivots:
        sampled, seconds = measure(nodes, ends, pivots)
        missed, error = compare(exact, sampled)
        print(f"| {pivots:,} | {seconds:.1f} | {missed} | {error:.0%} |")


if __name__ == "__main__":
    main()

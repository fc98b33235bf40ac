"""Betweenness: what rustworkx finds against networkx, from pivots, and in a process that may fail."""

import os
import sys
from pathlib import Path

import networkx as nx
import pytest

from graph.errors import MeasureError
from graph.network import betweenness
from graph.network.betweenness import count_pivots, find_betweenness, start_betweenness
from graph.network.network import Edge, Network, Node, make_network
from tests.kit.processes import wait_until

GRAPHS = {
    "karate club": nx.karate_club_graph(),
    "no node": nx.empty_graph(0),
    "one node": nx.empty_graph(1),
    "parts of one node": nx.empty_graph(5),
    "one link": nx.path_graph(2),
    "a path and a part of one node": nx.disjoint_union(nx.path_graph(3), nx.empty_graph(1)),
    "a cycle with several shortest paths": nx.cycle_graph(8),
    "many parts": nx.gnm_random_graph(300, 250, seed=7),
    "hubs": nx.barabasi_albert_graph(400, 2, seed=3),
    "a grid": nx.convert_node_labels_to_integers(nx.grid_2d_graph(9, 11)),
}
PATH = make_network([Node(n) for n in "abcd"], [Edge(a, b, a + b) for a, b in ("ab", "bc", "cd")])


def values_of(graph: nx.Graph) -> list[float]:
    pivots = count_pivots(len(graph), graph.number_of_edges())
    return find_betweenness(len(graph), list(graph.edges), pivots)


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
def test_rustworkx_finds_what_networkx_finds(graph: nx.Graph) -> None:
    known = nx.betweenness_centrality(graph)
    assert values_of(graph) == pytest.approx([known[node] for node in range(len(graph))], rel=1e-12, abs=0)


def test_a_network_that_is_too_large_is_measured_from_pivots_that_never_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = GRAPHS["hubs"]
    steps = graph.number_of_nodes() + graph.number_of_edges()
    exact = values_of(graph)
    monkeypatch.setattr(betweenness, "EXACT_STEPS", 400 * steps)
    assert count_pivots(400, graph.number_of_edges()) == 400
    monkeypatch.setattr(betweenness, "EXACT_STEPS", 400 * steps - 1)
    monkeypatch.setattr(betweenness, "PIVOT_STEPS", 100 * steps)
    assert count_pivots(400, graph.number_of_edges()) == 100
    sampled = values_of(graph)
    assert sampled == values_of(graph) != exact
    hubs = sorted(graph, key=exact.__getitem__, reverse=True)[:5]
    assert [sampled[n] for n in hubs] == pytest.approx([exact[n] for n in hubs], rel=0.25)


def test_the_merged_world_is_exact_and_a_million_links_are_not() -> None:
    assert count_pivots(19_694, 31_616) == 19_694
    assert count_pivots(300_000, 1_000_000) == 12
    assert count_pivots(3, 10**11) == 1


@pytest.mark.slow
@pytest.mark.parametrize("pivots", [400, 100])
def test_a_process_finds_the_same_bits_beside_us(pivots: int, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = GRAPHS["hubs"]
    nodes = [Node(f"{n:03}") for n in graph]
    network = make_network(nodes, [Edge(f"{a:03}", f"{b:03}", f"{a}-{b}") for a, b in graph.edges])
    monkeypatch.setattr(betweenness, "EXACT_STEPS", 0 if pivots < 400 else 10**9)
    monkeypatch.setattr(betweenness, "PIVOT_STEPS", pivots * (400 + len(network.edges)))
    with start_betweenness(network) as wait:
        assert wait() == find_betweenness(400, network.number_ends(), pivots)
    with start_betweenness(Network((), ())) as wait:
        assert wait() == []


def run_instead(script: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "python"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))


@pytest.mark.parametrize(
    ("script", "code", "why"),
    [
        ("kill -9 $$", -9, "out of memory or killed"),
        ("echo Traceback >&2; echo MemoryError >&2; exit 1", 1, "MemoryError"),
    ],
)
def test_a_process_that_dies_is_an_error_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, code: int, why: str
) -> None:
    run_instead(script, tmp_path, monkeypatch)
    with start_betweenness(PATH) as wait, pytest.raises(MeasureError) as error:
        wait()
    words = f"betweenness was not computed, its process ended with {code}: {why}; try again"
    assert (error.value.code, str(error.value)) == (code, words)


def test_the_process_ends_with_the_work_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pid_file = tmp_path / "pid"
    run_instead(
        f"echo $$ >{pid_file}.part; mv {pid_file}.part {pid_file}; exec sleep 600", tmp_path, monkeypatch
    )
    with pytest.raises(ZeroDivisionError), start_betweenness(PATH):
        wait_until(pid_file.exists)
        raise ZeroDivisionError
    with pytest.raises(ProcessLookupError):  # neither at work nor a zombie
        os.kill(int(pid_file.read_text()), 0)

"""Betweenness that is kept is that of the same links, by the same code, in a file as it was written."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from graph.network import kept
from graph.network.betweenness import find_betweenness
from graph.network.kept import find_kept
from graph.network.network import Edge, Network, Node, make_network

PLACES = [Node(f"{n:02}") for n in range(30)]
PATH = make_network([Node(n) for n in "abcd"], [Edge(a, b, a + b) for a, b in ("ab", "bc", "cd")])
VALUES = [0.0, 2 / 3, 2 / 3, 0.0]


def find_anew(network: Network) -> list[float]:
    return find_betweenness(len(network.nodes), network.number_ends(), len(network.nodes))


def find(network: Network, path: Path) -> list[float]:
    with find_kept(network, path) as betweenness:
        return list(betweenness())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that keeps the betweenness of PATH."""
    path = tmp_path / "betweenness.json"
    assert find(PATH, path) == pytest.approx(VALUES)
    return path


def refuse(network: Network) -> None:
    raise AssertionError("it is found anew")


def test_the_same_links_are_not_measured_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = find(PATH, file)
    monkeypatch.setattr(kept, "start_betweenness", refuse)
    told_more = replace(PATH, edges=tuple(replace(edge, status="active") for edge in PATH.edges))
    assert find(told_more, file) == before


def test_other_links_code_or_libraries_are_measured(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "start_betweenness", refuse)
    with pytest.raises(AssertionError, match="anew"):
        find(make_network(PATH.nodes, PATH.edges[:2]), file)
    for name, other in (
        ("hash_file", lambda path: "other code"),
        ("version", lambda name: "0.1"),
        ("count_pivots", lambda nodes, edges: 2),
    ):
        with monkeypatch.context() as patch, pytest.raises(AssertionError, match="anew"):
            patch.setattr(kept, name, other)
            find(PATH, file)


@pytest.mark.slow
@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("0.66", "0.56", 1),
        lambda text: json.dumps({**json.loads(text), "values": [0.0, 0.0, 0.0, 0.0]}),
        lambda text: "[]",
        lambda text: "{}",
        lambda text: "\x00",
    ],
)
def test_a_damaged_file_is_made_again(file: Path, damage) -> None:
    whole = file.read_text()
    file.write_text(damage(whole))
    assert find(PATH, file) == find_anew(PATH)
    assert file.read_text() == whole


@pytest.mark.slow
def test_fifty_random_edits_give_what_a_build_from_nothing_gives(tmp_path: Path) -> None:
    chance, file = random.Random(1), tmp_path / "betweenness.json"
    links = {(a, b) for a in range(30) for b in range(a) if chance.random() < 0.08}
    found = 0
    for number in range(50):
        if number % 2:
            links ^= {tuple(sorted(chance.sample(range(30), 2), reverse=True))}
        edges = [Edge(PLACES[a].id, PLACES[b].id, f"{a}-{b}", sources=chance.randrange(9)) for a, b in links]
        network = make_network(PLACES, edges)
        before = file.read_text() if file.exists() else ""
        assert find(network, file) == find_anew(network)
        found += file.read_text() == before
    assert found >= 24

"""Sorting in runs gives what sorting at once gives; the file can be read whole, by graph and by property."""

import hashlib

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph.errors import ReleaseError
from graph.store import quads as quads_module
from graph.store.quads import check_one_graph_each, sort_quads
from tests.kit.world import world_store

E = "http://example.org/"


def quad(subject, predicate, thing, graph="g"):
    return Quad(NamedNode(E + subject), NamedNode(E + predicate), thing, NamedNode(E + graph))


@pytest.mark.slow
@pytest.mark.parametrize("run", [7, 1000, 10**6])
def test_the_file_has_every_line_once_in_their_order(tmp_path, monkeypatch, run):
    monkeypatch.setattr(quads_module, "RUN", run)
    expected = sorted(f"{one} .\n".encode() for one in world_store())
    twice = [*world_store(), *world_store()]
    quads = sort_quads(twice, tmp_path / "new" / "sorted.nq")
    assert quads.path.read_bytes() == b"".join(expected)
    assert list(quads.lines()) == expected
    assert (len(quads), quads.sha256) == (len(expected), hashlib.sha256(b"".join(expected)).hexdigest())
    assert set(quads) == set(world_store())
    assert list((tmp_path / "new").iterdir()) == [quads.path]


def test_the_order_is_that_of_code_points(tmp_path):
    things = [Literal("z"), Literal("a"), Literal("é"), Literal("\U0001f600"), Literal("￼"), Literal("a\nb")]
    quads = sort_quads((quad("s", "p", one) for one in things), tmp_path / "sorted.nq")
    assert [one.object.value for one in quads] == ["a", "a\nb", "z", "é", "￼", "\U0001f600"]


def test_nothing_makes_an_empty_file(tmp_path):
    quads = sort_quads([], tmp_path / "sorted.nq")
    assert (len(quads), list(quads), list(quads.triple_lines())) == (0, [], [])
    with quads.graph_by_graph() as arranged:
        assert list(arranged) == []
    assert quads.sha256 == hashlib.sha256(b"").hexdigest()


def test_quads_are_read_by_graph_and_by_property(tmp_path):
    one, other = quad("a", "p", Literal("x"), "g1"), quad("b", "p", Literal(f"<{E}q> <{E}g1> .\n"), "g2")
    third = quad("b", "q", Literal(f"see <{E}p> there"), "g2")
    quads = sort_quads([third, other, one], tmp_path / "sorted.nq")
    with quads.graph_by_graph() as arranged:
        assert list(arranged) == [one, other, third]
    assert list(quads.in_graph(E + "g1")) == [one]
    assert list(quads.in_graph(E + "g2")) == [other, third]
    assert list(quads.of_property(NamedNode(E + "p"))) == [one, other]
    assert list(quads.of_property(NamedNode(E + "none"))) == []


def test_a_triple_of_two_graphs_is_one_line_of_the_union(tmp_path):
    quads = sort_quads(
        [
            quad("s", "p", Literal("a"), "g1"),
            quad("s", "p", Literal("a"), "g2"),
            quad("s", "p", Literal("b")),
        ],
        tmp_path / "sorted.nq",
    )
    assert list(quads.triple_lines()) == [
        f'<{E}s> <{E}p> "a" .\n'.encode(),
        f'<{E}s> <{E}p> "b" .\n'.encode(),
    ]
    with pytest.raises(ReleaseError, match=f'two graphs, <{E}g1> and <{E}g2>: <{E}s> <{E}p> "a"'):
        check_one_graph_each(quads)


@pytest.mark.parametrize(
    "things",
    [
        (Literal("a"), Literal("a", language="en")),
        (Literal("a"), Literal('a" ')),
        (NamedNode(E + "a"), NamedNode(E + "ab")),
        (Literal("a <b"), Literal("a <b c")),
    ],
)
def test_triples_that_begin_alike_are_two(tmp_path, things):
    one, other = things
    quads = sort_quads([quad("s", "p", one, "g1"), quad("s", "p", other, "g2")], tmp_path / "sorted.nq")
    check_one_graph_each(quads)
    assert len(quads) == len(list(quads.triple_lines())) == 2

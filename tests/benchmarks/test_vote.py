"""The vote finds planted faults, blames nobody without one, and shrinks what it finds."""

import threading
from collections import Counter

import pytest

from benchmarks.vote import __main__ as vote_command
from benchmarks.vote.__main__ import Tally, main, report, run
from benchmarks.vote.engines import Abstains, TooMuch
from benchmarks.vote.faults import FAULTS
from benchmarks.vote.judge import LISTED, describe, shrink_difference, vote
from benchmarks.vote.trees import Tree, leaf, sequence, shrink, smaller
from endpoint.sparql.deviations import DEVIATIONS
from tests.kit.processes import PATIENCE

QUERIES = 1500
A, B = Counter([frozenset({("x", "1")})]), Counter([frozenset({("x", "2")})])


class Fixed:
    """An engine that answers what it is told to."""

    def __init__(self, name, answer):
        self.name, self.answer = name, answer

    def ask(self, query):
        answer = self.answer(query) if callable(self.answer) else self.answer
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.mark.parametrize(
    ("answers", "alone"),
    [
        ((A, A, A), "nobody"),
        ((B, A, A), "one"),
        ((A, A, B), "three"),
        ((A, B, Counter()), "each"),
        ((A, Abstains(), A), "nobody"),
        ((A, Abstains(), B), "one of one and three"),
        ((Abstains(), Abstains(), B), "nobody"),
        ((TooMuch(), A, B), "too large"),
        ((A + A, A, A), "one"),
    ],
)
def test_who_stands_alone(answers, alone):
    engines = [Fixed(name, answer) for name, answer in zip(("one", "two", "three"), answers, strict=True)]
    assert vote(engines, leaf("query", "SELECT"))[0] == alone


def query_of(*elements):
    group = Tree("group", "{{ {0} }}", (sequence("elements", " ", list(elements), least=0),))
    return Tree("query", "SELECT * {0}", (group,))


def test_what_shows_a_difference_is_shrunk_to_what_cannot_be_taken_away():
    path = Tree("path", "({0})*", (sequence("alternatives", "|", [leaf("path", "p"), leaf("path", "q")]),))
    triple = Tree("element", "{0} {1} {2} .", (leaf("variable", "?a"), path, leaf("variable", "?b")))
    optional = Tree("element", "OPTIONAL {0}", (query_of(triple).parts[0],))
    engines = [Fixed("one", lambda query: B if "q" in query else A), Fixed("two", A), Fixed("three", A)]
    difference = shrink_difference(engines, query_of(triple, optional, triple), "one")
    assert str(difference.query) == "SELECT * { ?a q ?b . }"
    assert str(difference).startswith(f"one alone: {difference.query}\n    one: 1 rows, of them 1 × ?x 2")


def test_a_tree_gets_smaller_in_one_place_at_a_time():
    tree = query_of(leaf("element", "a"), leaf("element", "b"))
    assert [str(one) for one in smaller(tree)] == ["SELECT * { b }", "SELECT * { a }"]
    assert str(shrink(tree, lambda one: True)) == "SELECT * {  }"


def test_queries_are_described_by_their_words_and_paths():
    text = "SELECT ?a { GRAPH ?g { ?a (<http://x/y?z*>|<p>) ?b OPTIONAL { ?a !(<q>) ?c } } }"
    assert describe(leaf("query", text)) == "OPTIONAL GRAPH p|q !p"


def test_what_is_listed_is_in_the_list():
    assert {slug for _, slug in LISTED} <= {deviation.slug for deviation in DEVIATIONS}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(bundled, fault):
    tallies = run(bundled.release, seed=5, seconds=600, queries=QUERIES, fault=fault, rdflib_share=0)
    found = next((tally for tally in tallies if tally.ours_alone()), None)
    assert found is not None, f"not found in {QUERIES} queries"
    (difference,) = [one for one in found.differences if one.alone == "ours"]
    assert len(str(difference.query)) < 400


@pytest.mark.slow
def test_without_a_fault_we_stand_alone_in_nothing_that_is_not_listed(bundled):
    *_, tally = run(bundled.release, seed=6, seconds=600, queries=200)
    assert tally.queries == 200
    assert tally.pairs > 150
    assert tally.by_three > 100
    told = "\n".join(report(tally, 6, 1.0))
    assert not tally.ours_alone(), told
    assert tally.broken == [], told


@pytest.mark.slow
def test_the_seed_is_printed_and_makes_the_same_queries(bundled, capsys):
    options = ["--home", str(bundled.home), "--queries", "30", "--rdflib", "0"]
    assert main(options) == 0
    first = capsys.readouterr().out
    seed = first.split("\n")[0].removeprefix("seed ")
    assert main([*options, "--seed", seed]) == 0
    again = capsys.readouterr().out
    assert again.split("\n")[4:] == first.split("\n")[4:]


def test_an_engine_that_does_not_end_ends_the_vote(bundled, capsys, monkeypatch):
    ended, codes = threading.Event(), []

    def run_on(*_, **__):
        tally = Tally(queries=7, asked="ASK {}")
        yield tally
        assert ended.wait(PATIENCE)

    def exit_now(code):
        codes.append(code)
        ended.set()

    monkeypatch.setattr(vote_command, "run", run_on)
    monkeypatch.setattr(vote_command, "MOST_LATE_SECONDS", 0.0)
    monkeypatch.setattr(vote_command.os, "_exit", exit_now)
    main(["--home", str(bundled.home), "--seconds", "0.01"])
    assert codes == [0]
    assert "not counted, for it did not end: ASK {}" in capsys.readouterr().out

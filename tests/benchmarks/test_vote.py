"""The vote finds planted faults, blames nobody without one, and shrinks what it finds."""

import gc
import os
import random
import signal
from collections import Counter

import pytest
from pyoxigraph import Literal

from benchmarks.vote import processes
from benchmarks.vote.__main__ import main, report
from benchmarks.vote.causes import explain
from benchmarks.vote.engines import Abstains, TooMuch, at_most
from benchmarks.vote.faults import FAULTS
from benchmarks.vote.judge import describe, shrink_difference, vote
from benchmarks.vote.processes import Rounds
from benchmarks.vote.queries.trees import Tree, leaf, sequence, shrink, smaller
from benchmarks.vote.rounds import QUADS_OF_A_SLICE, QUERIES_OF_A_ROUND, SHOWN, Plan, Tally, run
from benchmarks.vote.slices import Slicer

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


ROW, OTHER, NUMBER = frozenset({("x", "1")}), frozenset({("x", "2")}), frozenset({("n", "1")})
EMPTY = frozenset()


@pytest.mark.parametrize(
    ("alone", "query", "answers", "slug"),
    [
        (
            "rdflib",
            "SELECT ?a (COUNT(*) AS ?n) { ?a <p> <q> . } GROUP BY ?a",
            ([], [], [ROW]),
            "group-of-nothing",
        ),
        ("rdflib", "SELECT * { ?a ((<p>)*)? ?b . }", ([ROW], [ROW], [ROW, ROW]), "closures"),
        ("rdflib", "SELECT * { ?a <p> ?b . }", ([ROW], [ROW], [ROW, ROW]), ""),
        ("rdflib", "SELECT * { ?a <p)*> ?b . }", ([ROW], [ROW], []), ""),
        ("rdflib", "SELECT * { ?a !(<p>) ?b . }", ([ROW], [ROW], [ROW, ROW]), "negated-sets"),
        ("rdflib", "SELECT * { ?a !(<p>) ?b . }", ([ROW], [ROW], [OTHER]), ""),
        ("ours", "SELECT * { ?a !(<p>) ?b . }", ([ROW, ROW], [ROW], [ROW]), ""),
        ("ours", "SELECT (MIN(?a) AS ?n) { ?a <p> ?b }", ([EMPTY], [ROW], [ROW]), "least-of-errors"),
        ("ours", "SELECT (MIN(?a) AS ?n) { ?a <p> ?b }", ([NUMBER], [ROW], [ROW]), ""),
        ("ours", "SELECT * { ?a ((<p>)*)? ?b . }", ([ROW], [], []), ""),
        ("ours", "SELECT * { ?a <p> 'x && y' . { SELECT ?a { ?a <p> ?b } } }", ([ROW], [], []), ""),
    ],
)
def test_a_cause_has_its_marks_and_is_that_of_who_stands_alone(alone, query, answers, slug):
    bags = {name: Counter(rows) for name, rows in zip(("ours", "sparq", "rdflib"), answers, strict=True)}
    assert explain(alone, query, bags) == slug


def compute_for_ever():
    while True:
        pass


def test_what_swallows_the_end_of_its_time_is_stopped_the_next_time():
    swallowed = []
    with pytest.raises(TimeoutError), at_most(0.01):
        try:
            compute_for_ever()
        except TimeoutError as error:
            swallowed.append(error)
        compute_for_ever()
    assert (len(swallowed), gc.isenabled()) == (1, True)


def test_tallies_add_up_and_keep_a_few_differences_of_a_kind():
    engines = [Fixed("ours", A), Fixed("sparq", B), Fixed("rdflib", A)]
    total = Tally()
    for number in range(SHOWN + 2):
        one = Tally(queries=2, broken=["pair"])
        one.note(shrink_difference(engines, query_of(leaf("element", "?a ?b ?c .")), "sparq", number))
        total.add(one)
    assert (total.queries, len(total.broken)) == (2 * (SHOWN + 2), SHOWN + 2)
    assert total.kinds == {("sparq", "triples"): SHOWN + 2}
    assert [one.number for one in total.differences] == list(range(SHOWN))
    assert not total.ours_alone()


@pytest.mark.slow
def test_slices_are_small_and_have_what_makes_queries_hard(bundled):
    slicer, dice = Slicer(bundled.release.store_path), random.Random(8)
    shapes = Counter()
    for _ in range(60):
        quads = slicer.cut(dice, QUADS_OF_A_SLICE).quads
        assert len(quads) <= QUADS_OF_A_SLICE
        literals = [quad.object for quad in quads if isinstance(quad.object, Literal)]
        kinds = {
            quad.object.value.rpartition("#")[2] for quad in quads if quad.predicate.value.endswith("#type")
        }
        shapes["graphs"] += len({quad.graph_name for quad in quads}) > 1
        shapes["languages"] += len({literal.language for literal in literals} - {None}) > 1
        shapes["numbers"] += any(literal.datatype.value.endswith("#integer") for literal in literals)
        shapes["dates"] += any("#date" in literal.datatype.value for literal in literals)
        shapes.update(kinds & {"Claim", "Agreement", "Partnership", "Assessment", "Event"})
    assert min(shapes[name] for name in ("graphs", "languages", "numbers")) > 40
    assert min(shapes[name] for name in ("dates", "Claim", "Agreement", "Partnership", "Event")) > 5


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(bundled, fault):
    plan = Plan(bundled.release.store_path, seed=5, fault=fault, rdflib_share=0)
    found = next((tally for tally in run(plan, QUERIES) if tally.ours_alone()), None)
    assert found is not None, f"not found in {QUERIES} queries"
    (difference,) = [one for one in found.differences if one.alone == "ours"]
    assert len(str(difference.query)) < 500


@pytest.mark.slow
def test_without_a_fault_we_stand_alone_in_nothing_that_is_not_listed(bundled):
    *_, tally = run(Plan(bundled.release.store_path, seed=6), 200)
    assert tally.queries == 200
    assert tally.pairs > 150
    assert tally.by_three > 100
    told = "\n".join(report(tally, 6, 1.0))
    assert not tally.ours_alone(), told
    assert tally.broken == [], told


@pytest.mark.slow
@pytest.mark.parametrize(
    "often", ["graph,subselect", "exists,values,path", "path,properties", "minus,exists"]
)
def test_nor_in_what_is_written_anew(bundled, often):
    plan = Plan(bundled.release.store_path, seed=7, often=tuple(often.split(",")))
    *_, tally = run(plan, 80)
    told = "\n".join(report(tally, 7, 1.0))
    assert not tally.ours_alone(), told
    assert tally.broken == [], told


@pytest.mark.slow
def test_the_seed_is_printed_and_makes_the_same_queries_in_any_number_of_processes(bundled, capsys):
    options = ["--home", str(bundled.home), "--queries", "80", "--rdflib", "0"]
    assert main([*options, "--processes", "2"]) == 0
    first = capsys.readouterr().out.split("\n")
    seed = first[0].removeprefix("seed ")
    assert main([*options, "--processes", "1", "--seed", seed]) == 0
    again = capsys.readouterr().out.split("\n")
    assert (again[0], again[1]) == (first[0], first[1])
    assert sorted(again[3:]) == sorted(first[3:])


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_stops_it_gets_the_tables_of_what_was_asked(bundled, capsys, monkeypatch, number):
    ended = Rounds.__iter__

    def stop_in_the_first_round(rounds):
        for tally in ended(rounds):
            os.kill(os.getpid(), number)
            yield tally

    monkeypatch.setattr(Rounds, "__iter__", stop_in_the_first_round)
    before = signal.getsignal(number)
    assert main(["--home", str(bundled.home), "--queries", "4000", "--rdflib", "0", "--processes", "1"]) == 0
    asked = int(capsys.readouterr().out.split("\n")[1].split()[0])
    assert 0 < asked <= QUERIES_OF_A_ROUND
    assert signal.getsignal(number) is before


def run_on(_, connection):
    """Be a process whose first query does not end."""
    connection.recv()
    connection.send("ASK {}")
    connection.recv()


@pytest.mark.slow
def test_a_round_that_does_not_end_is_given_up_and_told(bundled, monkeypatch):
    monkeypatch.setattr(processes, "_serve", run_on)
    monkeypatch.setattr(processes, "MOST_SECONDS", 0.0)
    plan = Plan(bundled.release.store_path, seed=1)
    tallies = Rounds(plan, 1, seconds=600, queries=2 * QUERIES_OF_A_ROUND)
    told = [tally.lost for tally in tallies]
    for number, (line,) in enumerate(told):  # it may be given up before it has told its first query
        assert line in (f"it did not end: round {number}", "it did not end: ASK {}")
    assert len(told) == 2


def die(_, connection):
    """Be a process that dies in its first query."""
    connection.recv()
    connection.send("ASK {}")
    os._exit(9)


@pytest.mark.slow
def test_a_process_that_dies_is_told_with_its_query(bundled, monkeypatch):
    monkeypatch.setattr(processes, "_serve", die)
    plan = Plan(bundled.release.store_path, seed=1)
    (tally,) = Rounds(plan, 1, seconds=600, queries=QUERIES_OF_A_ROUND)
    assert tally.lost == ["its process died: ASK {}"]
    assert "not counted, its process died: ASK {}" in list(report(tally, 1, 1.0))

"""Texts that nobody thought of, and the gate that they come to.

The engine is the judge: what the gate lets through must be no update for it, must be of the kind that the
gate told, and must not make it call out when it is run in this process, where nothing else holds it back.
``KEMBAR_TEST_EXAMPLES=5000`` looks further, at random.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
)

from endpoint.engine.language.guard import QueryKind
from endpoint.engine.language.nesting import measure
from endpoint.engine.language.tokens import Kind, tokenize
from graph.errors import QueryRefused, QuerySyntaxError
from queries import catalogue
from tests.kit.http.clients.random_texts import MARKS, SMALL, WORDS, changed, quick
from tests.kit.http.engine import CALLS, canary, reading_of
from tests.service.test_hostile import CALLS_OUT, CHANGES, HARMLESS, fill

pytestmark = pytest.mark.slow

SEEDS = [*CALLS_OUT, *CHANGES, *HARMLESS]


@pytest.fixture(scope="module")
def bird():
    with canary() as bird:
        yield bird


@pytest.fixture(scope="module")
def store():
    store = Store()
    for name in ("a:s", "a:o"):
        store.add(Quad(NamedNode(name), NamedNode("a:p"), NamedNode("a:o"), NamedNode("a:g")))
    return store


def admitted(text):
    """Return what the gate tells of a text, None when it refuses it; it fails in no other way."""
    try:
        return reading_of(text)
    except (QuerySyntaxError, QueryRefused) as refusal:
        assert str(refusal)
        return None


KINDS = {
    QuerySolutions: {QueryKind.SELECT},
    QueryBoolean: {QueryKind.ASK},
    QueryTriples: {QueryKind.GRAPH},
}


def judge(store, bird, text):
    """Let the engine say what a text is that the gate lets through."""
    reading = admitted(text)
    if reading is None:
        return
    with pytest.raises((SyntaxError, UnicodeEncodeError)):
        Store().update(text)
    before = bird.contacts
    try:
        result = store.query(text, use_default_graph_as_union=not reading.has_dataset)
        assert reading.kind in KINDS[type(result)]
        if not isinstance(result, QueryBoolean):
            for _, _ in zip(range(20), result, strict=False):
                pass
    except (SyntaxError, OSError, RuntimeError, ValueError):
        pass
    assert bird.contacts == before, text


@quick
@given(data=st.data())
def test_nothing_that_the_gate_lets_through_calls_out_or_changes_data(store, bird, data):
    judge(store, bird, fill(data.draw(changed(SEEDS)), bird))


@quick
@given(data=st.data())
def test_nor_do_changed_queries_of_every_day(store, bird, data):
    judge(store, bird, fill(data.draw(changed([*SMALL, *CALLS])), bird))


@quick
@given(text=st.lists(st.sampled_from([*WORDS, *MARKS]), max_size=40))
def test_nor_do_words_and_marks_in_any_order(store, bird, text):
    judge(store, bird, fill(" ".join(["SELECT * {", *text, "}"]), bird))
    judge(store, bird, fill("".join(text), bird))


@quick
@given(text=st.text(max_size=200))
def test_no_text_at_all_breaks_the_gate(text):
    admitted(text)
    admitted("SELECT * { ?s ?p " + text)


@quick
@given(text=st.one_of(changed(SEEDS), changed(SMALL), st.text(max_size=100)))
def test_the_tokens_are_the_text_without_its_spaces(text):
    try:
        tokens = list(tokenize(text))
    except QuerySyntaxError:
        return
    assert all(text.startswith(token.text, token.start) for token in tokens)
    ends = [0, *(token.start + len(token.text) for token in tokens)]
    starts = [*(token.start for token in tokens), len(text)]
    between = [text[end:start] for end, start in zip(ends, starts, strict=True)]
    assert all(gap.strip(" \t\r\n") == "" or gap.lstrip().startswith("#") for gap in between)
    assert all(token.kind is not Kind.SPACE for token in tokens)
    shape = measure(tokens)
    assert 0 <= shape.depth.value <= len(tokens) + text.count("(")
    assert all(0 <= peak.start <= len(text) for peak in (shape.depth, shape.chain, shape.patterns))


@quick
@given(marks=st.text(alphabet="(){}[]", max_size=60))
def test_the_depth_is_that_of_a_count_by_hand(marks):
    opened, deepest = [], 0
    for mark in marks:
        if mark in "([{":
            opened.append(mark)
            deepest = max(deepest, len(opened))
        elif opened and opened[-1] == {")": "(", "]": "[", "}": "{"}[mark]:
            opened.pop()
    assert measure(tokenize(marks)).depth.value == deepest


@pytest.mark.parametrize("slug", catalogue())
def test_the_gate_lets_through_the_questions(slug):
    assert admitted(catalogue()[slug].text).kind is QueryKind.SELECT

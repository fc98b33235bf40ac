"""Suggestions while somebody types: every kind of thing, exact names first, then the most linked."""

import pytest

from graph.names.index.ask import NameIndex
from graph.names.index.entry import Entry, Thing
from graph.names.index.read import Named, read_named
from graph.names.suggest import suggest
from ontology import BASE
from tests.kit.world import selector, world_store

QUESTION = Thing(
    f"{BASE}queries/partners-of-a-city",
    "question",
    {"en": "Partners of a city"},
    facts={"summary-en": "Which?"},
)


@pytest.fixture(scope="module")
def world():
    return NameIndex.of(read_named(selector(world_store())))


def found(index, text, **more):
    return [(c.kind, c.id, c.name) for c in suggest(text, index, "en", questions=[QUESTION], **more)]


def test_a_beginning_gives_places_and_pairs(world):
    assert found(world, "surab")[:3] == [
        ("place", "Q11462", "Surabaya"),
        ("partnership", "Q11462-Q16520", "Surabaya – Busan"),
        ("partnership", "Q11462-Q24826", "Surabaya – Liverpool"),
    ]


def test_words_may_come_in_any_order_each_only_begun(world):
    assert ("partnership", "Q11462-Q24826", "Surabaya – Liverpool") in found(world, "liv sura")
    assert found(world, "city partn", kinds=("question",)) == [
        ("question", "partners-of-a-city", "Partners of a city")
    ]


def test_other_scripts_and_names_are_told_beside_the_label(world):
    (first, *_) = suggest("京都府", world, "en")
    assert (first.label, first.name, first.country) == ("Kyoto Prefecture", "京都府", "Japan")


def test_an_exact_name_comes_first_and_a_slip_last():
    index = NameIndex.of(
        Named(
            (
                Entry("Q1", labels={"en": "York"}),
                Entry("Q2", labels={"en": "Yorkton"}, partners=(("Q1", None), ("Q3", None))),
                Entry("Q3", labels={"en": "New York"}, partners=(("Q1", None),) * 3),
            )
        )
    )
    assert [(c.id, c.exact) for c in suggest("york", index, "en")] == [
        ("Q1", True),
        ("Q2", False),
        ("Q3", False),
    ]
    assert [c.id for c in suggest("york", index, "en", limit=1, skip=1)] == ["Q2"]
    assert [c.id for c in suggest("Yorck", index, "en")] == ["Q1"]


def test_terms_and_sources_are_found(world):
    assert ("term", "environment", "Environment") in found(world, "environ", kinds=("term",))
    assert all(kind == "source" for kind, _, _ in found(world, "surabaya", kinds=("source",)))


@pytest.mark.parametrize(
    "text", ["", " ", "!!!", "x" * 300, '"', "a OR b*", "\ud800", "NEAR(", "กรุงเทพ", "'"]
)
def test_no_text_is_too_odd(world, text):
    assert isinstance(suggest(text, world, "id"), list)


def test_a_hidden_name_is_suggested_last_and_told():
    places = (
        Entry("Q1", labels={"en": "Cologne"}, partners=(("Q2", None), ("Q3", None))),
        Entry("Q2", labels={"en": "Colorno"}, partners=(("Q1", None),)),
    )
    index = NameIndex.of(Named(places, hidden={"Q1": ("Colonia", "Colónia"), "Q2": ("Kolorno",)}))
    assert [(c.id, c.name) for c in suggest("colo", index, "en")] == [("Q1", "Cologne"), ("Q2", "Colorno")]
    assert [(c.id, c.name, c.exact) for c in suggest("colonia", index, "en")] == [("Q1", "Colonia", True)]
    assert [(c.id, c.name) for c in suggest("kolo", index, "en")] == [("Q2", "Kolorno")]

"""Rows in another order are the same rows; rows with one value in a column are those, and all of those."""

from collections import Counter

import pytest

from graph.errors import ParameterError
from ontology import BASE
from queries import catalogue
from queries.arrange import count_values
from queries.bind import fill
from tests.kit.world import resolver_of, selector, world_store

PLAIN = "cities-with-multiple-partners"


@pytest.fixture(scope="module")
def store():
    return world_store()


@pytest.fixture(scope="module")
def rows_of(store):
    """Answers a question: its rows as tuples of texts, None where a column has no value."""
    select, resolver = selector(store), resolver_of(store)

    def ask(query, **values):
        text = fill(query, {**query.examples, **values}, resolver).text
        return [tuple(row.get(name) for name in query.columns) for row in select(text)]

    return ask


def key(value):
    """Return what a value sorts by: those that are missing last, numbers as numbers."""
    try:
        return (0, float(value), "")
    except ValueError:
        return (1, 0.0, value.lower())


@pytest.mark.parametrize("query", catalogue().values(), ids=catalogue())
def test_every_column_sorts_the_same_rows(query, rows_of):
    whole = Counter(rows_of(query))
    for place, column in enumerate(query.columns):
        for sign in ("", "-"):
            rows = rows_of(query, sort=sign + column)
            assert Counter(rows) == whole, column
            known = [row[place] for row in rows if row[place] is not None]
            assert [row[place] for row in rows[len(known) :]] == [None] * (len(rows) - len(known))
            assert known == sorted(known, key=key, reverse=bool(sign)), column


@pytest.mark.slow
@pytest.mark.parametrize("query", catalogue().values(), ids=catalogue())
def test_the_values_of_a_column_part_all_rows(query, rows_of, store):
    whole = rows_of(query)
    select, resolver = selector(store), resolver_of(store)
    text = fill(query, query.examples, resolver).whole
    for place, column in enumerate(query.columns):
        counted = Counter()
        for row in select(count_values(text, column)):
            counted[row.get("facet") or ""] += int(row["count"])
        assert Counter(row[place] or "" for row in whole) == counted, column
        for value, count in counted.items():
            only = {f"only-{column}": value.removeprefix(BASE)}
            rows = Counter(rows_of(query, **only))
            assert rows == Counter(row for row in whole if (row[place] or "") == value), (column, value)
            filled = fill(query, {**query.examples, **only, "limit": "1"}, resolver)
            assert int(select(filled.total)[0]["count"]) == count


def test_pages_of_sorted_rows_follow_each_other(rows_of):
    query = catalogue()[PLAIN]
    whole = rows_of(query, min="1", sort="-cityLabel")
    pages = [rows_of(query, min="1", sort="-cityLabel", limit="2", page=str(page)) for page in (1, 2, 3)]
    assert [row for page in pages for row in page] == whole[:6]


@pytest.mark.parametrize("name", ["sort", "only-nothing"])
def test_a_column_that_there_is_not_is_an_error(name, rows_of):
    with pytest.raises(ParameterError, match="is no column of"):
        rows_of(catalogue()[PLAIN], **{name: "nothing"})


@pytest.mark.parametrize("text", ['"} #', "\\", "> } #", "?city", "a:b> } #"])
def test_a_hostile_value_never_becomes_sparql(text, rows_of):
    assert rows_of(catalogue()[PLAIN], **{"only-cityLabel": text}) == []

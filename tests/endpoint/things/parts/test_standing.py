"""How a pair stands, in words."""

import pytest

from endpoint.engine.results import Cell
from endpoint.things.parts.pairs.standing import HERE, THERE, describe_standing


def row(**values):
    return {name: Cell("literal", value) for name, value in values.items()}


@pytest.mark.parametrize(
    ("values", "group", "status", "lists", "words"),
    [
        ({"asOf": "2019-05-03"}, "active", "Active", (), "active, last heard of in 2019"),
        ({}, "active", "Active", (), "active"),
        ({"asOf": "2016"}, "listed", "Listed", (THERE,), "listed in 2016, undated, by the other side only"),
        ({"asOf": "2016", "since": "1990"}, "listed", "Listed", (HERE, THERE), "listed in 2016"),
        ({"since": "1990"}, "listed", "Listed", (HERE,), "on somebody's list, by this side only"),
        ({}, "unknown", "Unknown", (), "signed, outcome unknown"),
        ({"until": "2020"}, "ended", "Terminated by a party", (), "terminated by a party, 2020"),
        ({"asOf": "2020"}, "ended", "Expired", (), "expired, last heard of in 2020"),
        ({}, "claimed", "", (), ""),
        ({}, "intent", "Declared intent", (), ""),
    ],
)
def test_a_pair_stands_in_words(values, group, status, lists, words):
    assert describe_standing(row(**values), group, status, lists, "en") == words


def test_it_is_said_in_indonesian():
    words = describe_standing(row(asOf="2016"), "listed", "Tercantum", (THERE,), "id")
    assert words == "tercantum dalam daftar 2016, tanpa tanggal, hanya oleh pihak lain"

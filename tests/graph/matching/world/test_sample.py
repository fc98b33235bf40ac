"""Two hundred decisions of the real world, each checked by a person: tests/data/matching_sample.csv.

Drawn at random (seed 777) from the mentions that were matched, minted or left undecided when the bundled
data, Wikidata of 2016, the Wikipedia lists of 2026 and three countries of the Query Service were merged.
`truth` is the Wikidata id, `new` for a place that is no item of 2016, or empty where nobody can tell: what is
decided then is neither right nor wrong. A mention that is open is no mistake.
"""

from __future__ import annotations

import csv

import pytest

from graph.model.iris import is_qid
from graph.model.matches import Match
from tests.kit.paths import DATA
from tests.kit.shared import in_one_process, read_world

pytestmark = [pytest.mark.shared, pytest.mark.slow, in_one_process]

SAMPLE = DATA / "matching_sample.csv"


@pytest.fixture(scope="module")
def matches() -> tuple[Match, ...]:
    """The decisions about the real world."""
    return read_world().matches


def _sample() -> list[dict[str, str]]:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _compare(row: dict[str, str], matches: list[Match]) -> str:
    """Whether the decision about a mention is right, wrong or open; one part of a split mention is enough."""
    if not row["truth"]:
        return "undecidable"
    decided = [match for match in matches if match.place]
    if not decided:
        return "open"
    is_new = row["truth"] == "new"
    good = any(not is_qid(match.place) if is_new else match.place == row["truth"] for match in decided)
    return "right" if good else "wrong"


def test_the_sample_holds_two_hundred_checked_decisions():
    rows = _sample()
    assert len(rows) == 200
    assert {row["verdict"] for row in rows} == {"right", "wrong", "undecided", "undecidable"}
    assert all(row["reason"] for row in rows)


@pytest.mark.slow
def test_98_of_100_decisions_are_right(matches):
    by_mention: dict[tuple[str, ...], list[Match]] = {}
    for match in matches:
        mention = match.mention
        key = (match.collection, mention.name, mention.country, mention.region)
        by_mention.setdefault(key, []).append(match)
    rows = _sample()
    keys = [(row["collection"], row["name"], row["country"], row["region"]) for row in rows]
    assert [key for key in keys if key not in by_mention] == []
    verdicts = [_compare(row, by_mention[key]) for row, key in zip(rows, keys, strict=True)]
    decided = verdicts.count("right") + verdicts.count("wrong")
    assert verdicts.count("right") >= 0.98 * decided
    assert verdicts.count("right") >= 180
    taken = zip(rows, keys, strict=True)
    merged = [m for row, key in taken if row["truth"] == "new" for m in by_mention[key] if is_qid(m.place)]
    assert merged == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "country", "place"),
    [
        ("Gwangju", "Q884", "Q41283"),
        ("Bandung", "Q252", "Q10389"),
        ("Malang", "Q252", "Q11445"),
        ("Suzhou, Jiangsu", "Q148", "Q42622"),
        ("Munich", "Q183", "Q1726"),
        ("Rome", "Q38", "Q220"),
        ("Kaliningrad", "Q159", "Q1829"),
        ("Tuzla", "Q43", "Q938548"),
    ],
)
def test_well_known_homonyms_and_names(matches, name, country, place):
    found = {m.place for m in matches if (m.mention.name, m.mention.country) == (name, country)}
    assert found - {""} == {place}


@pytest.mark.slow
def test_two_portlands_in_one_line_of_a_list(matches):
    found = {m.place for m in matches if (m.mention.name, m.mention.country) == ("Portland", "Q30")}
    assert {"Q6106", "Q1663450"} >= found - {""}
    assert "Q6106" in found

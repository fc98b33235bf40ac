"""R3: a publication that several collections describe has one description, and one trust for its claims."""

from dataclasses import replace

import pytest

from graph.model.claims import Source
from graph.model.conclusions import Outcome
from graph.model.dates import PartialDate
from graph.reconcile.reconcile import reconcile
from graph.reconcile.sources import merge_sources
from tests.graph.reconcile.test_order import collection
from tests.kit.graph.claims import claim

LIST_DAY, OTHER_DAY = PartialDate(2026, 1, 1), PartialDate(2025, 5, 5)
CURATED = Source("page", "https://example.org/", "The page", "City", "id", "opinion")
LISTED = Source(
    "page", "https://example.org/", "https://example.org/", "example.org", "en", "government-site"
)
LISTED = replace(LISTED, compiled=LIST_DAY, issued=PartialDate(2020))


def claims_of(*sources):
    return [
        replace(claim("founding", "2001", parties=("Q1", "Q3")), id=f"c{number}/1", source=source)
        for number, source in enumerate(sources)
    ]


@pytest.mark.parametrize("turn", [1, -1])
def test_a_curated_table_knows_better_and_lists_fill_in(turn):
    first, second = merge_sources(claims_of(*(CURATED, LISTED)[::turn]))[::turn]
    assert first.source == replace(CURATED, issued=PartialDate(2020))
    assert second.source == replace(first.source, compiled=LIST_DAY)


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_lists_the_one_that_says_more_counts_and_each_keeps_its_day(turn):
    more = replace(LISTED, title="A title", source_type="news", compiled=OTHER_DAY)
    first, second = merge_sources(claims_of(*(LISTED, more)[::turn]))[::turn]
    assert (second.source, first.source) == (more, replace(more, compiled=LIST_DAY))


@pytest.mark.parametrize("turn", [1, -1])
def test_between_equals_no_source_gains_trust(turn, caplog):
    both = (CURATED, replace(CURATED, source_type="government-site"))[::turn]
    assert {one.source.source_type for one in merge_sources(claims_of(*both))} == {"opinion"}
    assert "https://example.org/ is government-site and opinion, taken as opinion" in caplog.text


@pytest.mark.parametrize("turn", [1, -1])
def test_a_pair_is_accepted_by_the_type_that_is_published(turn):
    own = claims_of(*(CURATED, replace(CURATED, source_type="government-site"))[::turn])
    model = reconcile([collection("c0", own[:1]), collection("c1", own[1:])])
    (pair,) = model.pairs
    assert pair.outcome is Outcome.CLAIMED
    assert len({one.source for one in model.claims}) == 1


def test_sources_that_are_described_alike_are_left_as_they_are(caplog):
    own = claims_of(CURATED, CURATED, replace(LISTED, id="other"))
    assert [*merge_sources(own)] == own
    assert not caplog.text

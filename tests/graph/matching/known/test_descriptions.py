"""R11: one place that several collections describe, merged field by field; the order makes no difference."""

import itertools

import pytest

from graph.matching.known.descriptions import CURATED, CountryVotes, Description, merge_descriptions
from graph.model.claims import TRUST, Place

REGISTER, WIKIDATA, WIKIPEDIA = (TRUST.index(one) for one in ("register", "knowledge-base", "encyclopedia"))


def place(**known):
    return Place("Q1439", known.pop("country", ""), known.pop("labels", ()), **known)


def merged(*described):
    """The merged place, which is the same whatever comes first."""
    found = {
        merge_descriptions([Description(trust, name, one) for trust, name, one in order])
        for order in itertools.permutations(described)
    }
    assert len(found) == 1
    return found.pop()


def test_each_field_is_from_the_most_trusted_that_has_it():
    got = merged(
        (WIKIPEDIA, "a", place(country="Q38", labels=(("de", "Leipzig"),), level="city", population=3)),
        (
            WIKIDATA,
            "b",
            place(country="Q183", labels=(("en", "Leipzig"),), latitude="51.3", longitude="12.4"),
        ),
        (REGISTER, "c", place(level="regency", population=600_000)),
    )
    assert (got.country, got.level, got.population) == ("Q183", "regency", 600_000)
    assert (got.latitude, got.longitude) == ("51.3", "12.4")
    assert dict(got.labels) == {"de": "Leipzig", "en": "Leipzig"}


def test_of_equal_trust_the_more_specific_counts_then_the_more_frequent():
    rough = {"latitude": "51.3", "longitude": "12.4"}
    fine = {"latitude": "51.34", "longitude": "12.37"}
    assert (
        merged(*((WIKIDATA, n, place(**rough)) for n in "ab"), (WIKIDATA, "c", place(**fine))).latitude
        == "51.34"
    )
    countries = [
        (WIKIDATA, name, place(country=one)) for name, one in zip("abc", ("Q1", "Q2", "Q2"), strict=True)
    ]
    assert merged(*countries).country == "Q2"


def test_what_loses_stays_as_a_further_name():
    got = merged(
        (REGISTER, "a", place(labels=(("en", "Leipzig"),))),
        (WIKIDATA, "b", place(labels=(("en", "Leipsic"),), other_names=("Lipsk",))),
    )
    assert dict(got.labels) == {"en": "Leipzig"}
    assert got.other_names == ("Leipsic", "Lipsk")


@pytest.mark.parametrize(
    ("votes", "confirmed", "country"),
    [
        ([("Q34", WIKIDATA, 5), ("Q35", WIKIDATA, 2)], "", "Q34"),
        ([("Q34", WIKIDATA, 5), ("Q35", WIKIDATA, 2)], "Q35", "Q35"),
        ([("Q34", WIKIDATA, 5), ("Q35", REGISTER, 1)], "", "Q35"),
        ([("Q34", CURATED, 1), ("Q35", WIKIDATA, 9)], "Q35", "Q34"),
        ([("Q34", WIKIDATA, 1)], "Q35", "Q34"),
        ([("Q35", WIKIDATA, 3), ("Q4628", WIKIDATA, 1)], "", "Q4628"),
        ([], "Q35", ""),
    ],
)
def test_the_country_is_decided_by_trust_by_what_confirms_it_and_by_number(votes, confirmed, country):
    cast = CountryVotes()
    for one, trust, records in votes:
        cast.add(one, trust, records)
    assert cast.choose(confirmed, {"Q4628": "Q35"}) == country

"""Questions about claims, agreements and sources agree with the tables, beside plain Python."""

from collections import Counter, defaultdict

import pytest

from graph.model.iris import iri
from tests.kit.graph.gaps import ask, beside


def local(iri_):
    return iri_.rpartition("/")[2]


def test_one_source_and_more_sources_are_all(release):
    rows = ask(release, "one-source-only")
    numbers = beside(release, "one-source-only")
    known = [row for row in release.pairs if row["outcome"] in {"accepted", "intent"}]
    single = {row["id"] for row in known if row["source_count"] == "1"}
    assert {local(row["partnership"]) for row in rows} == single
    assert numbers == {"partnerships": len(known), "more": len(known) - len(single)}


def test_domains_count_each_partnership_and_those_not_known(release):
    numbers = beside(release, "domains-ranked")
    known = [row for row in release.pairs if row["outcome"] in {"accepted", "intent"}]
    assert numbers == {
        "partnerships": len(known),
        "notKnown": sum(not row["domains"] for row in known),
    }


def test_lapsed_are_those_whose_status_says_so(release):
    rows = ask(release, "lapsed-or-dormant")
    silent = {"expired", "terminated", "dormant", "suspended", "superseded", "emeritus"}
    known = [row for row in release.pairs if row["outcome"] in {"accepted", "intent"}]
    assert {local(row["partnership"]) for row in rows} == {
        row["id"] for row in known if row["status"] in silent
    }


def test_places_without_a_partner_are_counted_with_those_of_unknown_level(release, graph):
    country = next(row for row in release.places.values() if row["kind"] == "country" and row["iso_code"])
    rows = ask(release, "provinces-without-partner", country=country["id"], level="city")
    own = [row for row in release.places.values() if row["country"] == country["iso_code"] != ""]
    own.remove(country) if country in own else None
    without = {row["id"] for row in own if "city" in row["comparable_levels"].split(";")} - set(graph)
    assert {row["place"] for row in rows} == {iri("place", place) for place in without}
    numbers = beside(release, "provinces-without-partner", country=country["id"], level="city")
    unknown = sum(not row["comparable_levels"] for row in own)
    assert (numbers["places"], numbers["levelUnknown"]) == (len(own), unknown)


def known_pairs(release):
    return [row for row in release.pairs if row["outcome"] in {"accepted", "intent"}]


def most(rows, *columns, number=3):
    """Return the values that come most often in some columns, without the empty one."""
    counted = Counter(row[column] for row in rows for column in columns if row[column])
    return sorted(counted, key=lambda value: (-counted[value], value))[:number]


def test_the_agreements_of_a_place_are_those_of_the_table(release):
    for place in most(release.agreements, "party_a", "party_b"):
        own = [row for row in release.agreements if place in (row["party_a"], row["party_b"])]
        partners = {(row["id"], row["party_b" if row["party_a"] == place else "party_a"]) for row in own}
        rows = ask(release, "agreements-timeline", city=place)
        assert {(local(row["agreement"]), local(row["partner"])) for row in rows} == partners
        assert sum("signedOn" not in row for row in rows) == sum(not row["signed_on"] for row in own)
        numbers = beside(release, "agreements-timeline", city=place)
        assert sorted(numbers.values()) == sorted([len(own), sum(not row["signed_year"] for row in own)])


def test_pairs_that_are_claimed_only_are_those_of_the_table(release):
    claimed = {row["id"]: row for row in release.pairs if row["outcome"] == "claimed"}
    rows = ask(release, "claimed-only")
    assert {local(row["pair"]) for row in rows} == set(claimed)
    assert all(row["claims"] == claimed[local(row["pair"])]["claim_count"] for row in rows)
    for code in most(claimed.values(), "party_a_country", "party_b_country"):
        country = next(
            row["id"]
            for row in release.places.values()
            if row["kind"] == "country" and row["iso_code"] == code
        )
        own = {
            name for name, row in claimed.items() if code in (row["party_a_country"], row["party_b_country"])
        }
        assert {local(row["pair"]) for row in ask(release, "claimed-only", country=country)} == own


def test_what_sources_say_about_a_pair_are_its_claims(release):
    for name in most(release.claims, "partnership"):
        pair = next(row for row in release.pairs if row["id"] == name)
        ends = {pair["party_a"], pair["party_b"]}
        own = {row["id"] for row in release.claims if {row["party_a"], row["party_b"]} == ends}
        rows = ask(release, "evidence-for-a-pair", city=pair["party_a"], partner=pair["party_b"])
        assert {row["claim"].partition("/claim/")[2] for row in rows} == own
        again = ask(release, "evidence-for-a-pair", city=pair["party_b"], partner=pair["party_a"])
        assert [row["claim"] for row in again] == [row["claim"] for row in rows]


def test_sources_have_the_claims_and_partnerships_of_the_tables(release):
    known = {row["id"]: row for row in known_pairs(release)}
    spoken = defaultdict(set)
    for row in release.claims:
        if row["partnership"] in known:
            spoken[row["source"]].add(row["partnership"])
    expected = {
        source: (
            claims,
            len(spoken[source]),
            sum(known[name]["source_count"] == "1" for name in spoken[source]),
        )
        for source, claims in Counter(row["source"] for row in release.claims).items()
    }
    rows = ask(release, "sources-ranked")
    columns = ("claims", "partnerships", "alone")
    assert {local(row["source"]): tuple(int(row[one]) for one in columns) for row in rows} == expected
    for kind in most(release.claims, "source_type"):
        own = {row["source"] for row in release.claims if row["source_type"] == kind}
        assert {local(row["source"]) for row in ask(release, "sources-ranked", sourcetype=kind)} == own


def test_partnerships_of_a_domain_are_those_that_name_it(release):
    named = [(row, domain) for row in known_pairs(release) for domain in row["domains"].split(";") if domain]
    counted = Counter(domain for _, domain in named)
    for asked in sorted(counted, key=lambda domain: (-counted[domain], domain))[:3]:
        rows = ask(release, "partnerships-by-domain", domain=asked)
        found = {(local(row["partnership"]), local(row["domain"])) for row in rows}
        assert {pair for pair in found if pair[1] == asked} == {
            (row["id"], domain) for row, domain in named if domain == asked
        }
        assert found <= {(row["id"], domain) for row, domain in named}
        assert len(found) == len(rows)


@pytest.mark.parametrize(("years", "year"), [("0", "2030"), ("5", "2030"), ("40", "2030"), ("1", "2001")])
def test_letters_that_nobody_answered_are_those_of_the_table(release, years, year):
    answers = defaultdict(list)
    for row in release.agreements:
        if row["family"] in {"founding", "renewal"}:
            answers[row["partnership"]].append(int(row["signed_year"] or 9999))
    expected = {}
    for row in release.agreements:
        if row["family"] != "intent" or row["document_type"] == "mou":
            continue
        signed, answered = row["signed_year"], answers[row["partnership"]]
        if answered and not (signed and max(answered) < int(signed)):
            continue
        is_open = int(year) - int(signed) if signed else None
        if is_open is None or is_open >= int(years):
            expected[row["id"]] = is_open
    rows = ask(release, "loi-without-mou", years=years, year=year)
    found = {local(row["agreement"]): int(row["yearsOpen"]) if "yearsOpen" in row else None for row in rows}
    assert found == expected


def test_doubtful_claims_are_those_that_an_assessment_doubts(release):
    doubts = {"disputed", "refuted", "partly-supported", "unverified"}
    expected = {
        (claim, one.verdict) for one in release.assessments if one.verdict in doubts for claim in one.assesses
    }
    rows = ask(release, "doubtful-claims")
    found = {(row["claim"].partition("/claim/")[2], local(row["verdict"])) for row in rows}
    assert found == expected
    for verdict in sorted(doubts):
        rows = ask(release, "doubtful-claims", verdict=verdict)
        assert {row["claim"].partition("/claim/")[2] for row in rows} == {
            claim for claim, judged in expected if judged == verdict
        }


@pytest.mark.parametrize("years", [0, 2])
def test_conflicts_of_dates_are_those_that_the_build_found(release, years):
    dated = {row["id"]: row for row in release.claims if row["year"]}
    expected = set()
    for one in release.assessments:
        said = [claim for claim in one.evidence if claim in dated]
        if one.issue == "date-conflict" and one.maker == "build" and said:
            span = [int(dated[claim]["year"]) for claim in said]
            expected |= {(claim, max(span) - min(span)) for claim in said if max(span) - min(span) >= years}
    rows = ask(release, "conflicting-dates", years=str(years))
    assert {(row["claim"].partition("/claim/")[2], int(row["years"])) for row in rows} == expected

"""Totals agree with the data: every question beside plain Python over the CSV tables, and beside networkx.

What is not known (a country, a level, a year, a point) is a row or a number, so that sums are whole. Tried on
a small release with gaps of every kind, and on the merged world where its data are.
"""

from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import networkx as nx
import pytest

from queries import catalogue
from queries.bind import fill
from tests.kit.graph.gaps import ask, beside
from tests.kit.world import resolver_of, selector

ENDED = {"expired", "terminated", "superseded"}


def total(rows, column="partnerships"):
    return sum(int(row[column]) for row in rows)


def local(iri_):
    return iri_.rpartition("/")[2]


def hub(graph):
    return max(sorted(graph), key=graph.degree)


def test_the_release_has_gaps_of_every_kind(release):
    linked = {party for row in release.accepted for party in (row["party_a"], row["party_b"])}
    places = [release.places[party] for party in linked]
    for column in ("country", "level", "latitude"):
        assert any(not row[column] for row in places), column
    assert any(not row["since_year"] for row in release.accepted)


def test_country_pairs_add_up_to_all_partnerships(release):
    rows = ask(release, "country-pairs")
    expected = Counter(
        tuple(sorted((row["party_a_country"], row["party_b_country"]))) for row in release.accepted
    )
    assert total(rows) == len(release.accepted)
    assert len(rows) == len(expected)
    unknown = [row for row in rows if "countryA" not in row or "countryB" not in row]
    assert total(unknown) == sum(count for pair, count in expected.items() if "" in pair)
    assert {row["countryALabel"] for row in unknown if "countryA" not in row} <= {"not known"}
    assert beside(release, "country-pairs") == {
        "partnerships": len(release.accepted),
        "withoutCountry": total(unknown),
    }


def test_years_and_not_known_add_up_to_all_partnerships(release):
    rows = ask(release, "growth-by-year")
    expected = Counter(row["since_year"] for row in release.accepted)
    assert {row.get("year", ""): int(row["partnerships"]) for row in rows} == dict(expected)
    assert rows[-1]["yearLabel"] == "not known"


def test_bands_of_distance_add_up_to_all_partnerships(release):
    rows = ask(release, "distance-distribution")
    located = {place for place, row in release.places.items() if row["latitude"]}
    far = [row for row in release.accepted if not {row["party_a"], row["party_b"]} <= located]
    assert total(rows) == len(release.accepted)
    assert total(row for row in rows if row["bandLabel"] == "not known") == len(far)
    unclear = sum(not row["domestic"] for row in release.accepted)
    assert total(rows, "countryUnknown") == unclear
    assert total(rows, "domestic") == sum(row["domestic"] == "true" for row in release.accepted)


@pytest.mark.parametrize("least", [1, 2, 5])
def test_cities_are_all_that_are_not_known_to_be_something_else(release, graph, least):
    kinds = Counter()
    expected = {}
    for place, degree in graph.degree:
        if degree >= least:
            row = release.places[place]
            kind = "cities" if row["kind"] == "city" else "others" if row["level"] else "unknown"
            kinds[kind] += 1
            kinds["withoutCountry"] += not row["country"] and row["kind"] != "country"
            if kind != "others":
                expected[place] = degree
    rows = ask(release, "cities-with-multiple-partners", min=str(least))
    assert {local(row["city"]): int(row["partners"]) for row in rows} == expected
    assert beside(release, "cities-with-multiple-partners", min=str(least)) == {
        name: kinds[name] for name in ("cities", "unknown", "others", "withoutCountry")
    }
    everything = ask(release, "cities-with-multiple-partners", min=str(least), level="all")
    assert len(everything) == kinds["cities"] + kinds["unknown"] + kinds["others"]
    known = ask(release, "cities-with-multiple-partners", min=str(least), level="known")
    assert len(known) == kinds["cities"]
    for row in rows:
        is_unknown = not release.places[local(row["city"])]["level"]
        assert (row["levelLabel"] == "not known") == is_unknown


@pytest.mark.slow
def test_partners_of_a_place_are_all_of_them_whatever_is_known(release, graph):
    for place in sorted(graph, key=lambda one: (-graph.degree[one], one))[:10]:
        rows = ask(release, "partners-of-a-city", city=place)
        assert {local(row["partner"]) for row in rows} == set(graph[place])
        numbers = beside(release, "partners-of-a-city", city=place)
        without = [partner for partner in graph[place] if not release.places[partner]["country"]]
        assert (numbers["partners"], numbers["withoutCountry"]) == (len(rows), len(without))
        assert {local(row["partner"]) for row in rows if "country" not in row} == set(without)


def test_partners_of_partners_are_those_two_links_away(release, graph):
    place = hub(graph)
    rows = ask(release, "partner-of-partner", city=place)
    lengths = nx.single_source_shortest_path_length(graph, place, cutoff=2)
    found = {local(row["candidate"]): int(row["common"]) for row in rows}
    assert found == {
        one: len(list(nx.common_neighbors(graph, place, one)))
        for one, length in lengths.items()
        if length == 2
    }


def test_partners_in_common_are_those_of_networkx(release, graph):
    one, other, *_ = sorted(graph, key=lambda place: (-graph.degree[place], place))
    rows = ask(release, "partners-in-common", city=one, other=other)
    assert {local(row["partner"]) for row in rows} == set(nx.common_neighbors(graph, one, other))


def test_triads_are_the_triangles_of_networkx(release, graph):
    for place in sorted(graph, key=lambda one: (-graph.degree[one], one))[:5]:
        assert len(ask(release, "triads-of-a-place", city=place)) == nx.triangles(graph, place)


def test_chains_are_as_short_as_those_of_networkx(release, graph):
    places = sorted(graph, key=lambda one: (graph.degree[one], one))
    start = hub(graph)
    for end in places[:5] + places[-5:]:
        rows = ask(release, "chain-of-partners", from_=start, to=end)
        hops = [(local(row["a"]), local(row["b"])) for row in rows]
        expected = nx.shortest_path_length(graph, start, end) if nx.has_path(graph, start, end) else 0
        assert len(hops) == expected
        assert all(graph.has_edge(a, b) for a, b in hops)
        assert all(before[1] == after[0] for before, after in pairwise(hops))


def test_a_chain_between_countries_is_the_shortest_of_any_of_their_places(release, graph):
    codes = {row["iso_code"]: place for place, row in release.places.items() if row["kind"] == "country"}
    by_country = {codes[code]: [] for code in codes}
    for place in graph:
        if code := release.places[place]["country"]:
            by_country[codes[code]].append(place)
    first, second, *_ = sorted(by_country, key=lambda country: (-len(by_country[country]), country))
    rows = ask(release, "chain-of-partners", from_=first, to=second)
    lengths = nx.multi_source_dijkstra_path_length(graph, set(by_country[first]))
    assert len(rows) == min(lengths[place] for place in by_country[second] if place in lengths)


def test_hubs_are_all_places_with_a_partner(release, graph):
    rows = ask(release, "hubs-and-bridges")
    assert {local(row["place"]): int(row["degree"]) for row in rows} == dict(graph.degree)
    assert beside(release, "hubs-and-bridges")["places"] == len(graph)


def test_endings_are_all_that_are_over(release):
    rows = ask(release, "endings-by-year")
    over = [row for row in release.accepted if row["status"] in ENDED or row["until"]]
    found = {(row.get("year", ""), local(row.get("reason", ""))): int(row["partnerships"]) for row in rows}
    reasons = ((row["until_year"], row["status"] if row["status"] in ENDED else "") for row in over)
    assert found == Counter(reasons)


def test_a_panel_has_every_country_in_every_year(release):
    rows = ask(release, "panel-by-country", from_="1990", to="2000")
    countries = [{row["party_a_country"], row["party_b_country"]} for row in release.accepted]
    pairs = defaultdict(list)
    for row, keys in zip(release.accepted, countries, strict=True):
        for key in keys:
            pairs[key].append(row)
    assert len(rows) == 11 * len(pairs)
    for row in rows:
        key = release.places[local(row["country"])]["iso_code"] if "country" in row else ""
        year = int(row["year"])
        own = pairs[key]
        dated = [pair for pair in own if pair["since_year"]]
        assert int(row["partnerships"]) == len(own)
        assert int(row["undated"]) == len(own) - len(dated)
        assert int(row["formed"]) == sum(int(pair["since_year"]) == year for pair in dated)
        assert int(row["ended"]) == sum(pair["until_year"] == str(year) for pair in own)
        living = [pair for pair in dated if pair["until_year"] or pair["status"] not in ENDED]
        assert int(row["inForce"]) == sum(
            int(pair["since_year"]) <= year < int(pair["until_year"] or 9999) for pair in living
        )


def test_what_changed_is_what_the_tables_date_so(release):
    rows = ask(release, "what-changed-between", from_="1995", to="2004")
    counted = Counter(row["what"] for row in rows)
    years = range(1995, 2005)
    assert counted["began"] == sum(int(row["since_year"] or 0) in years for row in release.accepted)
    assert counted["ended"] == sum(int(row["until_year"] or 0) in years for row in release.accepted)
    assert counted["signed"] == sum(int(row["signed_year"] or 0) in years for row in release.agreements)
    numbers = beside(release, "what-changed-between", from_="1995", to="2004")
    assert numbers["undated"] == sum(not row["since_year"] for row in release.accepted)
    assert numbers["unsigned"] == sum(not row["signed_year"] for row in release.agreements)


def test_the_numbers_of_quality_are_those_of_the_tables(release):
    value = {row["measure"]: int(row["value"]) for row in ask(release, "quality-overview")}
    levels = {place: {*row["comparable_levels"].split(";")} - {""} for place, row in release.places.items()}
    ends = [(levels[row["party_a"]], levels[row["party_b"]]) for row in release.accepted]
    assert value["partnerships"] == len(release.accepted)
    assert value["dated"] + value["undated"] == len(release.accepted)
    assert value["undated"] == sum(not row["since_year"] for row in release.accepted)
    assert value["level-unknown"] == sum(not a or not b for a, b in ends)
    assert value["unequal"] == sum(bool(a) and bool(b) and a.isdisjoint(b) for a, b in ends)
    assert value["country-unknown"] == sum(not row["domestic"] for row in release.accepted)
    assert value["claimed"] == sum(row["outcome"] == "claimed" for row in release.pairs)
    assert value["agreements"] == len(release.agreements)


TRIED_ELSEWHERE = {"differs-from-wikidata", "missing-in-wikidata", "one-sided-in-wikidata"}
"""Questions about snapshots of Wikidata, which have no table; test_wikidata_questions.py has their rows."""


@pytest.mark.parametrize("slug", sorted(TRIED_ELSEWHERE))
def test_every_other_question_counts_its_own_rows(release, slug):
    filled = fill(catalogue()[slug], {}, resolver_of(release.store))
    select = selector(release.store)
    assert int(select(filled.total)[0]["count"]) == len(select(filled.text))


def test_every_question_is_tried():
    text = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_totals*.py"))
    assert [slug for slug in catalogue() if f'"{slug}"' not in text] == []

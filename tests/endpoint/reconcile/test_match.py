"""Which places a name means: every answer over the world, exactly; what is certain and what only likely."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from endpoint.reconcile.properties import PROPERTIES_BY_ID
from graph.names.index.ask import NameIndex
from graph.names.index.entry import Entry
from graph.names.index.read import Named
from graph.names.match import Condition, Query, find_candidates
from tests.kit.http.clients.reconciliation import check

BANTUL = "x-id-kabupaten-bantul-fd1824"


def state(**values):
    return [{"pid": name, "v": value} for name, value in values.items()]


def ask(client, **query):
    check("reconciliation-query-batch", {"q": query})
    response = client.post("/reconcile", data={"queries": json.dumps({"q": query})})
    assert response.status_code == 200, response.text
    return check("reconciliation-result-batch", response.json)["q"]["result"]


def shorten(result):
    return [(candidate["id"], candidate["score"], candidate["match"]) for candidate in result]


# The query, and all candidates with score and match.
ANSWERS = {
    "as written": ({"query": "Surabaya"}, [("Q11462", 100.0, True)]),
    "other letters and spaces": ({"query": "  SURA bäya "}, [("Q11462", 100.0, True)]),
    "Indonesian name": ({"query": "Prefektur Kyoto"}, [("Q120730", 100.0, True)]),
    "native name": ({"query": "서울"}, [("Q8684", 100.0, True)]),
    "typing error": ({"query": "Surabya"}, [("Q11462", 88.7, False)]),
    "a namesake regency": ({"query": "Bandung"}, [("Q10389", 100.0, False), ("Q10332", 97.0, False)]),
    "the city by type": (
        {"query": "Bandung", "type": "City"},
        [("Q10389", 100.0, True), ("Q10332", 74.6, False)],
    ),
    "only cities": ({"query": "Bandung", "type": ["City"], "type_strict": "any"}, [("Q10389", 100.0, True)]),
    "the regency by name": (
        {"query": "Kabupaten Bandung"},
        [("Q10332", 100.0, True), ("Q10389", 83.3, False)],
    ),
    "the city by name": ({"query": "Kota Bandung"}, [("Q10389", 98.0, False), ("Q10332", 82.5, False)]),
    "the city by name and country": (
        {"query": "City of Bandung", "properties": state(country="Indonesia")},
        [("Q10389", 98.7, True), ("Q10332", 88.3, False)],
    ),
    "the country in the name": ({"query": "Liverpool, United Kingdom"}, [("Q24826", 98.7, True)]),
    "another country in the name": ({"query": "Liverpool, Japan"}, [("Q24826", 65.3, False)]),
    "the province in the name": (
        {"query": "Bandung (West Java)", "type": "City"},
        [("Q10389", 98.9, True), ("Q10332", 81.7, False)],
    ),
    "nobody knows where": ({"query": "Liverpool, Nowhere"}, [("Q24826", 82.0, False)]),
    "another country": (
        {"query": "Liverpool", "properties": state(country="ID")},
        [("Q24826", 66.7, False)],
    ),
    "a country that is not known": (
        {"query": "Liverpool", "properties": state(country="Ruritania")},
        [("Q24826", 83.3, False)],
    ),
    "an id": ({"query": "Q11462"}, [("Q11462", 100.0, True)]),
    "a minted id": ({"query": BANTUL}, [(BANTUL, 100.0, True)]),
    "an IRI": ({"query": "https://w3id.org/kota-kembar/place/Q8684"}, [("Q8684", 100.0, True)]),
    "an item of Wikidata": ({"query": "http://www.wikidata.org/entity/Q8684"}, [("Q8684", 100.0, True)]),
    "a country by its code": ({"query": "ID", "type": "Country"}, [("Q252", 100.0, True)]),
    "a code of the ministry": ({"query": "35.78"}, [("Q11462", 100.0, True)]),
    "an id beside an old spelling": (
        {"query": "Soerabaja", "properties": state(wikidataId="Q11462")},
        [("Q11462", 83.5, True)],
    ),
    "an id beside a like name": (
        {"query": "Surabaia", "properties": state(wikidataId="q11462")},
        [("Q11462", 91.6, True)],
    ),
    "an id beside another name": (
        {"query": "Seoul", "properties": state(wikidataId="Q11462")},
        [("Q11462", 64.6, False), ("Q8684", 50.0, False)],
    ),
    "only an id": ({"properties": state(kemendagriCode="3578")}, []),
    "only a code": ({"properties": state(kemendagriCode="35.78")}, [("Q11462", 100.0, True)]),
    "only a country": (
        {"properties": state(country="Jepang")},
        [("Q120730", 100.0, False), ("Q34600", 100.0, False)],
    ),
    "a limit": ({"query": "Bandung", "limit": 1}, [("Q10389", 100.0, False)]),
    "nothing like it": ({"query": "Zzyzx"}, []),
}


@pytest.mark.parametrize(("query", "expected"), ANSWERS.values(), ids=ANSWERS.keys())
def test_candidates(client, query, expected):
    assert shorten(ask(client, **query)) == expected


@pytest.mark.parametrize("point", ["-7.25, 112.24", "-7.25;112.24", "-7.25 112.24", "point( 112.24 -7.25 )"])
def test_a_near_point_agrees_in_part_however_it_is_written(client, point):
    (found,) = ask(client, query="Surabaya", properties=state(coordinates=point))
    assert {"id": "coordinates", "value": 0.53} in found["features"]


@pytest.mark.parametrize("country", ["Indonesia", "indonesia", "ID", "Q252", {"id": "Q252"}, ["X", "ID"]])
def test_a_country_is_known_by_name_code_and_id(client, country):
    (first, *_) = ask(client, query="Surabaya", properties=state(country=country))
    assert (first["id"], first["score"], first["match"]) == ("Q11462", 100.0, True)
    assert {"id": "country", "value": True} in first["features"]


# A place, a value that agrees with it, one that does not, and one that means nothing.
STATED = {
    "country": ("Q24826", "Britania Raya", "Japan", "Ruritania"),
    "partOf": ("Q11462", "Jawa Timur", "West Java", "Middle Earth"),
    "level": ("Q10332", "kabupaten", "province", "shire"),
    "wikidataId": ("Q11462", "Q11462", "Q8684", None),
    "kemendagriCode": ("Q11462", "35.78", "32.73", None),
    "isoCode": ("Q252", "ID", "JP", None),
    "coordinates": ("Q11462", "-7.26,112.75", "POINT(0 0)", "somewhere"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", [id_ for id_, property_ in PROPERTIES_BY_ID.items() if property_.comparison])
def test_what_agrees_raises_the_score_and_what_does_not_lowers_it(client, name):
    place, agreeing, contradicting, unknown = STATED[name]
    (label,) = {candidate["name"] for candidate in ask(client, query=place)}
    misspelt = label[:-1] + "q"

    def score(value):
        found = ask(client, query=misspelt, properties=state(**{name: value} if value else {}))
        return next((candidate["score"] for candidate in found if candidate["id"] == place), None)

    plain = score(None)
    assert score(agreeing) > plain > score(contradicting)
    assert unknown is None or plain > score(unknown) > score(contradicting)


def test_types_are_wished_for_or_required(client):
    def ids(**more):
        return [candidate["id"] for candidate in ask(client, query="Bandung", **more)]

    assert ids(type="Country", type_strict="should") == ["Q10389", "Q10332"]
    assert ids(type="Country", type_strict="any") == []
    assert ids(type=["City", "LocalGovernment"], type_strict="any") == ["Q10389", "Q10332"]
    assert ids(type=["City", "LocalGovernment"], type_strict="all") == ["Q10389"]
    assert ids(type="https://w3id.org/kota-kembar/ontology#City", type_strict="all") == ["Q10389"]


def test_a_candidate_has_every_field_of_the_protocol(client):
    (found,) = ask(client, query="Jakarta", properties=state(country="Indonesia"))
    assert found == {
        "id": "Q3630",
        "name": "Jakarta",
        "description": "city in Indonesia",
        "type": [
            {"id": "City", "name": "city"},
            {"id": "LocalGovernment", "name": "local government area"},
            {"id": "Place", "name": "place"},
        ],
        "score": 100.0,
        "match": True,
        "features": [
            {"id": "name", "value": 100.0},
            {"id": "exactName", "value": True},
            {"id": "country", "value": True},
            {"id": "partnerCount", "value": 1},
        ],
    }


def test_names_and_descriptions_are_had_in_indonesian(client):
    response = client.post("/reconcile?lang=id", data={"queries": '{"q": {"query": "Kyoto"}}'})
    city, prefecture = response.json["q"]["result"]
    assert (city["name"], city["description"]) == ("Kyoto", "kota di Prefektur Kyoto, Jepang")
    assert (prefecture["name"], prefecture["description"]) == ("Prefektur Kyoto", "provinsi di Jepang")


# ---- places that the world has not


def city(id_, country, *names, **more):
    labels = {"en": names[0]}
    return Entry(
        id_,
        frozenset({"Place", "LocalGovernment", "City"}),
        labels,
        other_names=names[1:],
        facts={"country": country},
        levels=frozenset({"city"}),
        **more,
    )


def country(id_, name, code):
    return Entry(id_, frozenset({"Place", "Country"}), {"en": name}, facts={"isoCode": code})


def index_of(entries, replaced=None):
    return NameIndex.of(Named(tuple(entries), replaced or {}))


SMALL = index_of(
    [
        country("Q1", "Germany", "DE"),
        country("Q2", "United States", "US"),
        city("Q3", "Q1", "Frankfurt am Main"),
        city("Q4", "Q1", "Frankfurt (Oder)"),
        city("Q5", "Q2", "Springfield", partners=(("Q3", None),)),
        city("Q6", "Q2", "Springfield"),
        city("Q7", "Q2", "St. Louis", "Saint-Louis"),
        city("Q8", "", "Atlantis"),
    ],
    {"x-us-springfield-1": "Q5"},
)


def found(text, **stated):
    query = Query(text, conditions=make_conditions(stated))
    return [(candidate.entry.id, candidate.match) for candidate in find_candidates(query, SMALL)]


def make_conditions(stated):
    comparisons = {name: PROPERTIES_BY_ID[name].comparison for name in stated}
    return tuple(Condition(name, comparisons[name], (value,)) for name, value in stated.items())


def test_namesakes_are_never_a_match_and_the_better_linked_comes_first():
    assert found("Springfield", country="US") == [("Q5", False), ("Q6", False)]
    assert found("Frankfurt", country="DE") == [("Q3", False), ("Q4", False)]


def test_a_name_that_says_which_is_meant_is_a_match():
    assert found("frankfurt am main", country="DE")[0] == ("Q3", True)
    assert found("Frankfurt/Oder", country="DE")[0][0] == "Q4"
    assert found("Sankt Louis", country="US") == [("Q7", True)]


def test_a_place_whose_country_nobody_knows_is_no_match_in_a_country():
    assert found("Atlantis") == [("Q8", True)]
    assert found("Atlantis", country="US") == [("Q8", False)]


def test_a_place_directly_below_its_country_is_found_there_once():
    facts = {"country": "Q1", "partOf": "Q1"}
    index = index_of([country("Q1", "Germany", "DE"), Entry("Q9", labels={"en": "Bavaria"}, facts=facts)])
    assert [entry.id for entry in index.find_in_region("Q1")] == ["Q9"]


def test_a_former_id_leads_to_the_place_of_today():
    assert found("x-us-springfield-1") == [("Q5", True)]
    assert SMALL.find("https://w3id.org/kota-kembar/place/x-us-springfield-1").id == "Q5"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40), st.sampled_from(["", "DE", "Q2", "\ud800"]))
def test_whatever_is_asked_the_answer_is_in_order(text, stated):
    query = Query(text, conditions=make_conditions({"country": stated} if stated else {}), limit=5)
    candidates = find_candidates(query, SMALL)
    scores = [candidate.score for candidate in candidates]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 100 for score in scores)
    assert len(candidates) <= 5
    assert sum(candidate.match for candidate in candidates) <= 1

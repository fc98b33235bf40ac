"""An agent without a model, by the library's own client, over HTTP and stdio: facts with their sources."""

import csv
import io
import sys

import pytest
from mcp.client.stdio import StdioServerParameters

from tests.kit.http.clients.agents import Agent, check_answer
from tests.kit.http.server import UNMETERED, running_server

pytestmark = pytest.mark.slow

KK = "PREFIX kk: <https://w3id.org/kota-kembar/ontology#> "
SINCE = [
    # two places as a person names them, and since when they are partners, as precise as known
    ("Surabaya", "Liverpool", "2018-03-19"),
    ("Surabaya", "Kitakyushu", "2012-11"),
    ("Bandung", "Braunschweig", "1960-05-24"),
    ("Jakarta", "Seoul", "1984"),
    ("Special Region of Yogyakarta", "Kyoto Prefecture", "1985-07-16"),
    ("Medan", "Gwangju", "1997-09-24"),
    ("Malang", "Fuqing", "2017-04-17"),
    ("Surabaya", "Busan", "1994-08-24"),
]
COUNTED = [
    # a query, and the number of the manifest that it must give
    ("SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a kk:Agreement }", ("agreements",)),
    ("SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a kk:Claim }", ("claims",)),
    ("SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a kk:Source }", ("sources",)),
    ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", ("triples",)),
    ("SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a kk:Partnership . ?x kk:party ?a, ?b . ?a kk:partnerOf ?b }",
     ("partnerships", "accepted")),
    ("SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a kk:ClaimedPartnership }", ("partnerships", "claimed")),
]  # fmt: skip


@pytest.fixture(scope="module")
def agent(bundled):
    with running_server(bundled.home, **UNMETERED) as server:
        yield Agent(f"{server.address}/mcp")


def find_place(agent: Agent, name: str) -> str:
    """The id of the city or province that alone has this name, as a careful agent takes it."""
    found = agent.call("find", text=name, kind="place")
    check_answer(found)
    exact = [row["values"] for row in found["rows"] if row["values"]["exact"] == "true"]
    partners = [values for values in exact if int(values["partners"]) > 0]
    assert partners, name
    return max(partners, key=lambda values: int(values["partners"]))["iri"]


@pytest.mark.parametrize(("one", "other", "since"), SINCE)
def test_since_when_two_places_are_partners(agent, one, other, since):
    place, partner = find_place(agent, one), find_place(agent, other)
    rows = agent.read_all("ask", question="partners-of-a-city", values={"city": place})
    (row,) = [row for row in rows if row["values"]["partner"] == partner]
    assert row["values"]["since"] == since
    assert all(source["url"].startswith(("http", "urn:")) for source in row["sources"])
    evidence = agent.call("read", thing=row["values"]["partnership"])
    check_answer(evidence, lambda row: len(row["sources"]) == 1)
    claims = {row["values"]["claim"] for row in agent.read_all("read", thing=row["values"]["partnership"])}
    assert {source["claim"] for source in row["sources"]} <= claims


@pytest.mark.parametrize(("query", "path"), COUNTED)
def test_a_count_is_that_of_the_manifest(agent, bundled, query, path):
    expected = bundled.release.manifest["counts"]
    for name in path:
        expected = expected[name]
    assert agent.call("check_query", query=KK + query)["valid"]
    answer = agent.call("run_query", query=KK + query)
    check_answer(answer)
    assert answer["rows"][0]["values"]["n"] == str(expected)
    assert {one["collection"] for one in answer["computed_from"]} == {
        "founding-articles",
        "geonames",
        "indonesia",
    }


def test_the_partnerships_of_a_table_are_read_page_by_page(agent, bundled):
    table = csv.DictReader(io.StringIO(bundled.release.read("partnerships.csv").decode()))
    accepted = {row["iri"] for row in table if row["iri"]}
    query = (
        KK
        + "SELECT ?pair { { ?pair a kk:Partnership } UNION { ?pair a kk:ClaimedPartnership } } ORDER BY ?pair"
    )
    rows = agent.read_all("run_query", query=query)
    assert {row["values"]["pair"] for row in rows} == accepted
    assert all(row["sources"] for row in rows)


def test_the_schema_tells_what_the_parties_of_a_partnership_are(agent, bundled):
    told = agent.call("describe_schema", term="kk:Partnership")
    party = next(one for one in told["properties"] if one["term"] == "kk:party")
    assert [str(party["triples"])] == bundled.values(
        "n", "{ SELECT (COUNT(*) AS ?n) { ?p a kk:Partnership ; kk:party ?x } }"
    )
    used = agent.call("describe_schema", term="kk:partnerOf")
    assert {one["term"] for one in used["classes"]} >= {"kk:Place", "kk:City"}
    classes = agent.call("describe_schema")
    assert classes["total"] == len(classes["classes"]) > 20


def test_a_name_of_several_places_is_told_with_its_candidates(agent):
    found = agent.call("find", text="Gwangju", kind="place")
    exact = [row["values"]["id"] for row in found["rows"] if row["values"]["exact"] == "true"]
    assert "Q41283" in exact


def test_who_claims_what_about_a_pair_that_sources_disagree_on(agent):
    answer = agent.call("read", thing="partnership/Q11462-Q16520")
    check_answer(answer)
    dates = {row["values"].get("date") for row in answer["rows"]}
    assert len(dates) > 1


def test_the_same_over_stdin_and_stdout(bundled):
    command = ["-m", "endpoint.cli.main", "--home", str(bundled.home), "mcp"]
    agent = Agent(StdioServerParameters(command=sys.executable, args=command))
    answers = agent.call_all(
        [
            ("find", {"text": "Q11462"}),
            ("ask", {"question": "partners-of-a-city", "values": {"city": "Q11462"}}),
        ]
    )
    for answer in answers:
        check_answer(answer, lambda row: bool(row["sources"]))
    assert answers[1]["release"] == bundled.release.id

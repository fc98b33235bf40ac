"""An agent without a model is asked for facts that are easy to get wrong: in conflict, derived, denied.

What is expected was read in the tables of the bundled collections (loaders/collections), not in answers.
"""

import pytest

from tests.kit.http.clients.agents import Agent, check_answer
from tests.kit.http.server import UNMETERED, running_server

pytestmark = pytest.mark.slow

BASE = "https://w3id.org/kota-kembar"
KK = (
    f"PREFIX kk: <{BASE}/ontology#> PREFIX place: <{BASE}/place/> "
    "PREFIX dcterms: <http://purl.org/dc/terms/> "
)
BUSAN, COMMEWIJNE = "partnership/Q11462-Q16520", "partnership/Q7568-Q952510"
CITY_REGION = "partnership/Q11462-x-gb-liverpool-city-region-34755c"
EXPIRED = "Expired (term ended, not renewed)"


def query(text):
    return "run_query", {"query": KK + text}


def ask(question, **values):
    return "ask", {"question": question, "values": values}


def read(thing):
    return "read", {"thing": thing}


def claims(*names, collection="indonesia"):
    return {(f"{BASE}/claim/{collection}/{name}",) for name in names}


FACTS = {
    # how to ask, which rows (values that hold a text), which columns of them, what they must be
    "three days are told for one signing": (
        read(BUSAN), {"assertionLabel": "Founding", "verdicts": "Disputed"}, ["date"],
        {("1994-08-24",), ("1994-08-29",), ("1994-11-10",)},
    ),
    "one of them was chosen, by a claim that is named": (
        query(f"SELECT * {{ <{BASE}/{BUSAN}> kk:since ?since ; kk:sinceBasedOn ?claim }}"),
        {}, ["since", "claim"], {("1994-08-24", f"{BASE}/claim/indonesia/F412")},
    ),
    "a beginning is worked out, and says so": (
        read("Q11462"), {"partnerLabel": "City Region"}, ["since", "basisLabel"],
        {("2024", "Worked out from a count of years")},
    ),
    "its source states no date": (read(CITY_REGION), {}, ["date", "derived"], {("", "2024")}),
    "another is taken from the day of a report": (
        ask("partners-of-a-city", city="Semarang"), {"basisLabel": "Worked out"},
        ["partnerLabel", "since", "basisLabel"],
        {("Beihai", "2008-10-14", "Worked out from the day of the report")},
    ),
    "a month is not a day": (
        read("Q11462"), {"partnerLabel": "Kitakyushu"}, ["since", "basisLabel"], {("2012-11", "")},
    ),
    "a founding is denied": (
        read(COMMEWIJNE), {"assertionLabel": "Denial"}, ["claim"], claims("F051-4b"),
    ),
    "and stated by another": (
        read(COMMEWIJNE), {"verdicts": "Disputed"}, ["claim"], claims("F051-4b", "F469"),
    ),
    "a city's own list lacks a partner that claims it": (
        read("partnership/Q1467-Q11462"), {"verdicts": "Disputed"}, ["assertionLabel"],
        {("Denial",), ("Listing",)},
    ),
    "two pairs are claimed where others are meant": (
        query("SELECT ?meant { ?p a kk:ClaimedPartnership ; dcterms:isReplacedBy ?meant }"), {}, ["meant"],
        {(f"{BASE}/partnership/Q3741-Q120730",), (f"{BASE}/partnership/Q14136-Q771546",)},
    ),
    "who says Lisbon is refuted": (
        ask("evidence-for-a-pair", city="East Flores Regency", partner="Lisbon"), {"verdicts": "Refuted"},
        ["claim"], claims("F933", "F934"),
    ),
    "two terms have run out": (
        ask("lapsed-or-dormant"), {"statusLabel": "Expired"}, ["label", "statusLabel", "statusAsOf"],
        {
            ("East Flores Regency – Ourém", EXPIRED, "2023-03-27"),
            ("Kumamoto Prefecture – Bali", EXPIRED, "2021-02-08"),
        },
    ),
    "one is in force and asleep": (
        read("Q11462"), {"partnerLabel": "Varna"}, ["statusLabel"], {("Dormant (in force, no activity)",)},
    ),
    "parties that nobody could tell": (
        ask("doubtful-claims"), {"issueLabel": "Ambiguous party"}, ["claim"],
        claims("F1087", "F207", "F699"),
    ),
    "invented cities are no fact": (
        ask("doubtful-claims"), {"issueLabel": "Hypothetical"}, ["claim"],
        claims("S32a", "S32b", "S34", "S38", "S39", "S41", collection="founding-articles"),
    ),
    "two partners of Surabaya are only intended": (
        query(
            f"SELECT ?partner {{ ?pair kk:status <{BASE}/vocab/status/intent> ; kk:party place:Q11462 "
            "; kk:party ?partner FILTER(?partner != place:Q11462) }"
        ),
        {}, ["partner"], {(f"{BASE}/place/Q500033",), (f"{BASE}/place/Q93338",)},
    ),
    "the letter of intent came before the memorandum": (
        ask("agreements-timeline", city="Q11462"), {"partner": "Q24826"}, ["signedOn", "documentLabel"],
        {("2017-05-17", "Letter of intent"), ("2018-03-19", "Memorandum of understanding")},
    ),
    "one report is a copy of another": (
        query(f"SELECT ?of {{ <{BASE}/source/malangvoice-com-e4099d> kk:copyOf ?of }}"), {}, ["of"],
        {(f"{BASE}/source/memontum-com-4c1e35",)},
    ),
    "a city is not the regency around it": (
        ("find", {"text": "Malang", "kind": "place"}), {"exact": "true"}, ["id"], {("Q11445",)},
    ),
    "nobody names these two together": (
        ask("evidence-for-a-pair", city="Surabaya", partner="Jakarta"), {}, ["claim"], set(),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def agent(bundled):
    with running_server(bundled.home, **UNMETERED) as server:
        yield Agent(f"{server.address}/mcp")


@pytest.mark.parametrize("fact", FACTS)
def test_a_fact_comes_with_its_sources(agent, fact):
    (tool, arguments), where, columns, expected = FACTS[fact]
    chosen = [
        row
        for row in agent.read_all(tool, **arguments)
        if all(text in row["values"].get(name, "") for name, text in where.items())
    ]
    assert {tuple(row["values"].get(name, "") for name in columns) for row in chosen} == expected
    assert all(row["sources"] for row in chosen)


def test_what_is_left_out_is_counted_beside_the_partners(agent):
    answer = agent.call("read", thing="Q11462")
    check_answer(answer)
    assert answer["beside"]["Left out: pairs claimed or intended, but not accepted"] == 7
    assert "dcterms:isReplacedBy" in agent.call("read", thing="partnership/Q7568-Q34600")["facts"]

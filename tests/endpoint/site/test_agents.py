"""The tools for agents over the world: evidence in every row, and no part that passes for whole."""

import inspect
import json

import pytest

from endpoint.app import close_app, create_app
from endpoint.site.files.tools.agents import answers
from endpoint.site.files.tools.agents.server import make_server
from endpoint.site.files.tools.agents.tools import TOOLS
from graph.store.manifest import write_manifest
from graph.store.releases import current_release, publish
from graph.store.store import load_store
from ontology import BASE
from tests.kit.http.clients.agents import Agent, ToolFailed, check_answer, run_apart
from tests.kit.http.engine import small_config
from tests.kit.http.site import MANIFEST, RELEASE, make_world_home
from tests.kit.world import world_store

PLACES = "PREFIX kk: <https://w3id.org/kota-kembar/ontology#> "
NEXT = "2026-11-22-0a1b2c3f"
NUMBERS = "SELECT ?n {{ VALUES ?n {{ {} }} }}"


@pytest.fixture(scope="module")
def agent(app):
    return Agent(make_server(lambda: app.test_request_context("/mcp", base_url="http://localhost/")))


def numbers(count: int) -> str:
    return NUMBERS.format(" ".join(map(str, range(count))))


def test_each_tool_tells_its_rule_workflow_and_an_example(agent):
    told = agent.list_tools()
    assert list(told) == [tool.__name__ for tool in TOOLS]
    for tool in TOOLS:
        assert told[tool.__name__] == inspect.cleandoc(tool.__doc__)
        for word in ("Rule: ", "Workflow: ", "Example: "):
            assert word in told[tool.__name__]


def test_a_name_is_found_with_its_evidence(agent):
    found = agent.call("find", text="surabaya", kind="place")
    check_answer(found, lambda row: bool(row["sources"]))
    assert found["rows"][0]["values"]["iri"] == f"{BASE}place/Q11462"
    assert found["rows"][0]["values"]["exact"] == "true"
    assert found["release"] == RELEASE


def test_a_place_gives_its_partners_with_the_sources_of_each_pair(agent):
    answer = agent.call("read", thing="Q11462")
    check_answer(answer)
    assert answer["complete"]
    partners = {row["values"]["partnerLabel"]: row for row in answer["rows"]}
    assert {name: row["values"]["since"] for name, row in partners.items()} == {
        "Busan": "1994-08-24",
        "Liverpool": "2018-03-19",
    }
    assert {name: row["sources_total"] for name, row in partners.items()} == {"Busan": 4, "Liverpool": 3}
    assert answer["beside"]["Partners listed"] == 2
    assert answer["thing"] == f"{BASE}place/Q11462"


def test_a_partnership_gives_what_each_source_claims(agent):
    for thing in (
        "partnership/Q11462-Q24826",
        f"{BASE}partnership/Q11462-Q24826",
        "/partnership/Q11462-Q24826",
    ):
        answer = agent.call("read", thing=thing)
        check_answer(answer, lambda row: len(row["sources"]) == 1)
        assert answer["total"] == 3
    urls = {source["url"] for row in answer["rows"] for source in row["sources"]}
    assert urls == {row["values"]["url"] for row in answer["rows"]}


def test_anything_else_gives_its_properties_with_its_own_sources(agent):
    answer = agent.call("read", thing="claim/indonesia/F002")
    check_answer(answer, lambda row: row["sources"][0]["claim"] == f"{BASE}claim/indonesia/F002")
    said = {row["values"].get("propertyLabel"): row["values"]["value"] for row in answer["rows"]}
    assert said["recorded as"] == "MoU"


@pytest.mark.parametrize(("count", "shown"), [(49, 49), (50, 50), (51, 50)])
def test_at_the_limit_of_rows_an_answer_is_whole_or_says_that_it_is_not(agent, count, shown):
    answer = agent.call("run_query", query=numbers(count))
    check_answer(answer)
    assert (answer["total"], len(answer["rows"]), answer["left_out"]) == (count, shown, count - shown)
    assert answer["complete"] is (count == shown)
    assert (answer["cursor"] is None) is (count == shown)
    rows = agent.read_all("run_query", query=numbers(count))
    assert [row["values"]["n"] for row in rows] == [str(number) for number in range(count)]


@pytest.mark.parametrize("over", [-1, 0, 1])
def test_at_the_limit_of_bytes_too(app, over, monkeypatch):
    query = 'SELECT ?t { VALUES ?t { "aaaaaaaaaa" "bbbbbbbbbb" "cccccccccc" } }'
    agent = Agent(make_server(lambda: app.test_request_context("/mcp")))
    rows = agent.call("run_query", query=query)["rows"]
    size = sum(len(json.dumps(row, ensure_ascii=False).encode()) for row in rows)
    monkeypatch.setattr(answers, "MOST_BYTES", size - over)
    answer = agent.call("run_query", query=query)
    check_answer(answer)
    assert len(answer["rows"]) == (2 if over == 1 else 3)
    assert len(agent.read_all("run_query", query=query)) == 3


def test_a_row_over_the_limit_of_bytes_is_given_whole(app, monkeypatch):
    monkeypatch.setattr(answers, "MOST_BYTES", 10)
    agent = Agent(make_server(lambda: app.test_request_context("/mcp")))
    assert len(agent.read_all("run_query", query=numbers(3))) == 3
    assert len(agent.call("run_query", query=numbers(3))["rows"]) == 1


def test_a_cursor_is_for_its_own_call_and_its_own_release(agent):
    cursor = agent.call("run_query", query=numbers(60))["cursor"]
    assert cursor.startswith(f"{RELEASE}.50.")
    for query, given, told in (
        (numbers(61), cursor, "belongs to another call"),
        (numbers(60), "50", "is no cursor"),
        (numbers(60), cursor.replace(".50.", ".60."), "behind the last"),
        (numbers(60), cursor.replace(RELEASE, "2020-01-01-00000000"), "there is no release"),
    ):
        with pytest.raises(ToolFailed, match=told):
            agent.call("run_query", query=query, cursor=given)


def test_what_changes_each_time_has_no_pages(agent):
    with pytest.raises(ToolFailed, match="has no pages"):
        agent.call("run_query", query="SELECT ?s (RAND() AS ?r) { ?s ?p ?o }")
    assert agent.call("run_query", query="SELECT (RAND() AS ?r) {}")["total"] == 1


def test_a_count_says_what_it_is_computed_from(agent):
    answer = agent.call("run_query", query=PLACES + "SELECT (COUNT(*) AS ?n) { ?c a kk:Claim }")
    check_answer(answer)
    assert answer["rows"][0]["values"] == {"n": "24"}
    assert answer["computed_from"] == [
        {
            "collection": "indonesia",
            "title": "Indonesian places",
            "licence": "https://creativecommons.org/licenses/by/4.0/",
            "claims": 21,
        }
    ]


def test_a_query_is_checked_before_it_is_run(agent):
    checked = agent.call("check_query", query="SELECT ?p { ?p a kk:Partnershp ; wdt:P17 ?c }")
    assert checked["valid"] is False
    assert checked["missing_prefixes"] == ["kk", "wdt"]
    assert checked["put_before"] == "PREFIX kk: <https://w3id.org/kota-kembar/ontology#>"
    assert checked["unknown_terms"] == [
        "kk:Partnershp is no term of the ontology; did you mean kk:Partnership?"
    ]
    assert (checked["error"]["line"], checked["error"]["column"]) == (1, 18)
    sound = agent.call("check_query", query=PLACES + "SELECT ?p { ?p a kk:Partnership }")
    assert sound["valid"]
    assert sound["costs"]["rows"] == 6
    empty = agent.call("check_query", query="SELECT ?p { ?p a <https://example.org/None> }")
    assert empty["warnings"] == ["it matches nothing in this release"]
    assert (
        "closed here"
        in agent.call("check_query", query="SELECT * { SERVICE <http://x/> {} }")["error"]["detail"]
    )
    assert not agent.call("check_query", query="DROP ALL")["valid"]


def test_questions_are_listed_and_asked(agent):
    listed = {one["question"]: one for one in agent.call("list_questions")["questions"]}
    parameters = {one["name"]: one for one in listed["partners-of-a-city"]["parameters"]}
    assert (parameters["city"]["required"], parameters["city"]["example"]) == (True, "Q11462")
    answer = agent.call(
        "ask", question="evidence-for-a-pair", values={"city": "Surabaya", "partner": "Liverpool"}
    )
    check_answer(answer, lambda row: bool(row["sources"]))
    assert answer["beside"] == {"Claims among these that state no date": 0}
    assert answer["again"].startswith(
        f"{BASE}release/{RELEASE}/queries/evidence-for-a-pair.csv?city=Surabaya"
    )


HOSTILE = [
    ("find", {"text": "x" * 5000}),
    ("find", {"text": "", "kind": "nothing"}),
    ("find", {"text": " "}),
    ("find", {"text": 5}),
    ("find", {"text": "Surabaya", "kinds": "place"}),
    ("find", {}),
    ("find", {"text": "\ud800"}),
    ("read", {"thing": "> ?p ?o } #"}),
    ("read", {"thing": "https://example.org/> ; DROP ALL"}),
    ("read", {"thing": "place/../../etc/passwd"}),
    ("read", {"thing": ""}),
    ("read", {"thing": ["Q11462"]}),
    ("read", {"thing": "place/" + "Q" * 10_000}),
    ("ask", {"question": "../../etc/passwd", "values": {}}),
    ("ask", {"question": "partners-of-a-city", "values": {"city": '" } DROP ALL #'}}),
    ("ask", {"question": "partners-of-a-city", "values": {"nothing": "1"}}),
    ("ask", {"question": "partners-of-a-city"}),
    ("ask", {"question": "partners-of-a-city", "values": "Q11462"}),
    ("ask", {"question": "partners-of-a-city", "values": {"city": 11462}}),
    ("ask", {"question": "partners-of-a-city", "values": {"city": "Q11462", "limit": "1"}}),
    ("ask", {"question": "partners-of-a-city", "values": {"city": "Q11462"}, "cursr": "x"}),
    ("run_query", {"query": "DELETE WHERE { ?s ?p ?o }"}),
    ("run_query", {"query": "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"}),
    ("run_query", {"query": "(" * 100_000}),
    ("run_query", {"query": ""}),
    ("run_query", {"query": "SELECT * { ?s ?p ?o }", "cursor": "x" * 10_000}),
    ("describe_schema", {"term": "kk:> }"}),
    ("describe_schema", {"term": "nothing"}),
]


@pytest.mark.parametrize(("tool", "arguments"), HOSTILE)
def test_hostile_input_is_an_error_in_words_or_an_answer_without_rows(agent, tool, arguments):
    try:
        answer = agent.call(tool, **arguments)
    except ToolFailed as failure:
        assert "Traceback" not in str(failure)
        assert ": " in str(failure)
    except UnicodeEncodeError:
        assert "\ud800" in arguments["text"]
    else:
        assert answer["total"] == 0


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("find", {"text": " "}, "is empty"),
        ("find", {"text": "x" * 201}, "has more than 200 characters"),
        ("find", {"text": "Surabaya", "kinds": "place"}, "kinds"),
        ("ask", {"question": "partners-of-a-city", "values": {"city": "Q11462", "page": "2"}}, "page"),
    ],
)
def test_nothing_that_is_said_is_dropped_in_silence(agent, tool, arguments, told):
    with pytest.raises(ToolFailed, match=told):
        agent.call(tool, **arguments)


@pytest.mark.slow
def test_a_cursor_goes_on_in_its_release_when_another_is_current(tmp_path):
    def agent_of(app):
        return Agent(make_server(lambda: app.test_request_context("/mcp")))

    app = create_app(small_config(tmp_path), make_world_home(tmp_path))
    try:
        first = agent_of(app).call("run_query", query=numbers(60))
    finally:
        close_app(app)
    make_next_release(tmp_path)
    app = create_app(small_config(tmp_path), current_release(tmp_path))
    try:
        agent = agent_of(app)
        rest = agent.call("run_query", query=numbers(60), cursor=first["cursor"])
        check_answer(rest)
        assert (first["release"], rest["release"], len(rest["rows"])) == (RELEASE, RELEASE, 10)
        assert {row["release"] for row in rest["rows"]} == {RELEASE}
        assert agent.call("run_query", query=numbers(60))["release"] == NEXT
    finally:
        close_app(app)


def make_next_release(home):
    """Let the world be current under another id; the release before is kept."""
    folder = home / "releases" / NEXT
    triples = load_store(world_store(), folder / "store")
    counts = MANIFEST["counts"] | {"triples": triples}
    write_manifest(folder, MANIFEST | {"id": NEXT, "counts": counts})
    publish(home, NEXT)


HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


def post(app, message: object):
    """Return the answer to a message, or to a body that is none."""
    body = message if isinstance(message, str) else json.dumps(message)
    return run_apart(lambda: app.test_client().post("/mcp", data=body, headers=HEADERS))


def call(tool: str, **arguments: str) -> dict[str, object]:
    params = {"name": tool, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


def test_over_http_a_message_is_answered_without_a_session(app, client):
    message = call("find", text="Q11462")
    answer = post(app, message)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert "Mcp-Session-Id" not in answer.headers
    assert answer.json["result"]["structuredContent"]["rows"][0]["values"]["id"] == "Q11462"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert post(app, "{").status_code == 400
    assert post(app, [message] * 3).status_code == 400
    assert client.get("/mcp").status_code == 405


@pytest.mark.slow
def test_a_call_that_fails_counts_against_its_client_as_a_query_that_fails(tmp_path):
    app = create_app(small_config(tmp_path, client_errors_per_minute=1), make_world_home(tmp_path))
    try:
        failing = call("run_query", query="DROP ALL")
        assert [post(app, failing).status_code for _ in range(3)] == [200, 200, 429]
        assert post(app, call("find", text="Q11462")).status_code == 429
    finally:
        close_app(app)


def test_models_are_told_where_to_begin(client):
    told = client.get("/llms.txt")
    assert told.mimetype == "text/plain"
    assert told.text.startswith("# Kota Kembar\n\n> ")
    assert "(http://localhost/mcp)" in told.text
    assert "http://localhost/queries/partners-of-a-city.rq?city=Q11462" in told.text
    assert RELEASE in told.text


def test_a_service_without_the_extra_offers_no_door_and_says_how_to_get_one(client, monkeypatch):
    monkeypatch.setattr("endpoint.site.files.tools.agents.http.find_spec", lambda name: None)
    refused = client.post("/mcp", json={})
    assert refused.status_code == 404
    assert "pip install mcp" in refused.get_json()["detail"]
    assert "/mcp" not in client.get("/llms.txt").text

"""The service with an engine elsewhere: problems, tags, citable answers, a release that changes there."""

import re
from contextlib import contextmanager

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from endpoint.app import close_app, create_app
from endpoint.config import Config
from graph.engines.generations.names import mark_of
from graph.errors import DamagedRelease, ParameterError, ReleaseError
from tests.kit.http.elsewhere.release import MOST_ROWS, publish_at
from tests.kit.http.elsewhere.sparql_server import sparql_server
from tests.kit.http.engine import small_config
from tests.kit.http.protocol import problem
from tests.kit.http.site import RELEASE, make_world_home
from tests.kit.processes import wait_until

COUNT = "SELECT (COUNT(*) AS ?n) { ?s a <ontology#Place> }"
HTML = {"Accept": "text/html"}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server():
    with sparql_server() as made:
        yield made


@pytest.fixture(scope="module")
def release(server, tmp_path_factory):
    release = make_world_home(tmp_path_factory.mktemp("home"))
    publish_at(server.address, release)
    return release


@contextmanager
def application(server, release, **changes):
    changes = {"engine": server.address, "result_rows": MOST_ROWS} | changes
    config = small_config(release.path.parent.parent, **changes)
    app = create_app(config, release)
    try:
        yield app
    finally:
        close_app(app)


@pytest.fixture(scope="module")
def app(server, release):
    with application(server, release) as made:
        yield made


@pytest.fixture
def client(app):
    return app.test_client()


def ask(client, query=COUNT, address="/sparql", **headers):
    return client.get(address, query_string={"query": query, "format": "csv"}, headers=headers)


def asked(server, text):
    """Return how often the server was asked about something: it is asked for its mark every second too."""
    return sum(text in form["query"][0] for form in server.asked)


def test_the_engine_answers_with_the_tag_of_the_bytes_it_gave(server, client):
    first = ask(client)
    assert (first.status_code, first.data) == (200, b"n\r\n18\r\n")
    assert asked(server, COUNT) == 1
    assert ask(client).headers["ETag"] == first.headers["ETag"]
    assert ask(client, If_None_Match=first.headers["ETag"]).status_code == 304
    assert asked(server, COUNT) == 1, "the answer is kept"
    other = ask(client, f"{COUNT} # the same bytes")
    assert other.headers["ETag"] == first.headers["ETag"]


def test_citable_answers_come_from_the_release_itself(server, client):
    before = asked(server, COUNT)
    cited = ask(client, address=f"/release/{RELEASE}/sparql")
    assert (cited.status_code, cited.data) == (200, b"n\r\n18\r\n")
    assert "immutable" in cited.headers["Cache-Control"]
    assert asked(server, COUNT) == before


def test_problems_of_the_engine_are_problems_of_ours(server, client):
    server.about = "ontology#Claim"

    def lie(told):
        server.lie = told
        answer = ask(client, "SELECT ?s { ?s a <ontology#Claim> }")
        server.lie = None
        return answer.status_code, problem(answer)

    def with_status(status):
        return lambda answer: setattr(answer, "status", status)

    assert lie(with_status(500)) == (500, "engine")
    assert lie(with_status(502)) == (503, "engine")
    assert lie(with_status(503)) == (503, "overload")
    assert lie(with_status(504)) == (504, "timeout")
    assert lie(lambda answer: answer.send_raw()) == (503, "engine")
    assert lie(lambda answer: answer.replace(answer.body[:-1])) == (500, "engine")
    assert ask(client, "SELECT ?s { ?s a <ontology#Claim> }").status_code == 200


def test_what_cannot_be_promised_is_said(app, client):
    told = client.get("/limits.json").json
    assert told["engine"]["name"] == "oxigraph"
    assert told["engine"]["stops"] is False
    assert [one["name"] for one in told["deviations"]][:2] == ["lexical-forms", "large-numbers"]
    assert "may run on there" in client.get("/limits", headers=HTML).text
    assert "engine" not in str(client.get("/sparql?format=ttl").data).replace("#engine", "")


def test_pages_come_from_there(server, client):
    assert not asked(server, "place/Q11462")
    assert "Surabaya" in client.get("/place/Q11462.html", headers=HTML).text
    assert asked(server, "place/Q11462")


def test_a_release_that_is_not_there_or_changed_is_not_served(release):
    with sparql_server() as other:
        with pytest.raises(ReleaseError, match="is not in the engine"), application(other, release):
            pass
        publish_at(other.address, release)
        graph = NamedNode(f"{mark_of(release.id)}/graph/core")
        quad = next(iter(other.store.quads_for_pattern(None, None, None, graph)))
        other.store.remove(quad)
        other.store.add(Quad(quad.subject, quad.predicate, Literal("another"), graph))
        with pytest.raises(DamagedRelease, match="has other triples"), application(other, release):
            pass


def test_a_release_that_is_removed_there_is_not_answered_from(release):
    with sparql_server() as other:
        publish_at(other.address, release)
        with application(other, release) as app:
            client, switch = app.test_client(), app.extensions["kembar"]
            assert ask(client).status_code == 200
            other.store.remove_graph(NamedNode(mark_of(release.id)))
            switch.update()
            refused = ask(client)
            assert (refused.status_code, problem(refused)) == (503, "damaged")
            assert "was removed from the engine" in refused.json["detail"]
            publish_at(other.address, release)
            switch._failure.retry_at = 0
            switch.update()
            assert ask(client).status_code == 200


def test_a_release_that_changes_there_is_found_when_it_is_read_again(release):
    with sparql_server() as other:
        publish_at(other.address, release)
        with application(other, release) as app:
            client, switch = app.test_client(), app.extensions["kembar"]
            graph = NamedNode(f"{mark_of(release.id)}/graph/core")
            other.store.add(Quad(NamedNode("urn:s"), NamedNode("urn:p"), NamedNode("urn:o"), graph))
            switch._watch.read_again()
            switch.update()
            assert problem(ask(client)) == "damaged"


def test_an_engine_that_was_away_is_read_again_at_once(release):
    """It may come back with an older store, or one that is loaded by half."""
    with sparql_server() as other:
        publish_at(other.address, release)
        with application(other, release) as app:
            client, switch = app.test_client(), app.extensions["kembar"]
            other.about, other.lie = "ASK {", lambda answer: answer.send_raw()
            switch.update()
            graph = NamedNode(f"{mark_of(release.id)}/graph/core")
            other.store.remove(next(iter(other.store.quads_for_pattern(None, None, None, graph))))
            assert ask(client).status_code == 200
            other.lie = None
            wait_until(lambda: ask(client).status_code == 503)
            assert re.search(r"graph/core has \d+ triples, not", ask(client).json["detail"])


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"KEMBAR_ENGINE": "ftp://x/sparql"}, "is no address of the web"),
        ({"KEMBAR_ENGINE": "http://ann:s3cret@x/sparql"}, "KEMBAR_ENGINE_USER"),
        ({"KEMBAR_ENGINE": "http://x/", "KEMBAR_SERVICES": "http://y/"}, "must be empty"),
    ],
)
def test_an_address_must_be_one_and_hold_no_secret(settings, says):
    with pytest.raises(ParameterError, match=says) as error:
        Config.from_environ(settings)
    assert "s3cret" not in str(error.value)


def test_settings_do_not_show_secrets():
    given = {"KEMBAR_ENGINE_USER": "ann", "KEMBAR_ENGINE_PASSWORD": "s3cret", "KEMBAR_ENGINE_TOKEN": "t0ken"}
    config = Config.from_environ(given)
    assert (config.engine_user, config.engine_password, config.engine_token) == ("ann", "s3cret", "t0ken")
    assert not any(secret in repr(config) for secret in given.values())

"""`kembar publish`: what it sends, says, leaves and removes, and what it refuses."""

import pytest
from click.testing import CliRunner
from pyoxigraph import NamedNode, RdfFormat

from endpoint.cli.main import main
from graph.engines.generations.names import lines_of_mark, mark_of
from tests.kit.http.elsewhere.sparql_server import sparql_server
from tests.kit.http.site import RELEASE, make_world_home


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    make_world_home(folder)
    return folder


@pytest.fixture
def publish(home):
    def run(*arguments, **environment):
        given = {f"KEMBAR_{name}": value for name, value in environment.items()}
        return CliRunner().invoke(main, ["--home", str(home), "publish", *arguments], env=given)

    return run


@pytest.mark.slow
def test_a_release_is_published_and_again_left_as_it_is(publish):
    with sparql_server() as server:
        first = publish("--engine", server.address)
        assert (first.exit_code, first.stdout.splitlines()[-1]) == (0, RELEASE)
        states = [line.split()[-1] for line in first.stdout.splitlines() if "/graph/" in line]
        assert states == ["sent"] * len(states) != []
        again = publish(RELEASE[:10], ENGINE=server.address)
        assert again.exit_code == 0
        assert " sent" not in again.stdout
        older = NamedNode(mark_of("2020-01-01-00000000"))
        lines = b"".join(lines_of_mark("2020-01-01-00000000", ["urn:g"], whole=True))
        server.store.load(lines, RdfFormat.N_TRIPLES, to_graph=older)
        assert "removed: 2020-01-01-00000000" in publish("--engine", server.address, "--keep", "1").stderr
        assert older not in set(server.store.named_graphs())


def test_serving_without_the_release_there_is_refused_at_once(home):
    with sparql_server() as server:
        serve = ["--home", str(home), "serve", "--engine", server.address]
        refused = CliRunner().invoke(main, serve)
        assert refused.exit_code == 1
        assert "is not in the engine; run `kembar publish --engine" in refused.stderr
    assert "the connection to the engine failed" in CliRunner().invoke(main, serve).stderr


def test_what_fails_is_one_sentence_without_secrets(publish):
    assert "is missing; give the address of a SPARQL server" in publish().stderr
    assert publish().exit_code == 2
    refused = publish("--engine", "http://ann:s3cret@127.0.0.1/query")
    assert refused.exit_code == 2
    assert "s3cret" not in refused.output
    with sparql_server() as server:
        server.guard = lambda given: "Basic"
        closed = publish(ENGINE=server.address, ENGINE_USER="ann", ENGINE_PASSWORD="s3cret")
    assert (closed.exit_code, "does not let this service in" in closed.stderr) == (1, True)
    assert "s3cret" not in closed.output
    gone = publish("--engine", server.address)
    assert (gone.exit_code, "the connection to the engine failed" in gone.stderr) == (1, True)

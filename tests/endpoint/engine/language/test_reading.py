"""A stranger's query is tokenised once on its whole way, and our own are what they are declared to be."""

import shutil
from dataclasses import replace

import pytest
from click.testing import CliRunner

from endpoint.app import close_app, create_app
from endpoint.cli.main import main
from endpoint.engine.engine import Engine
from endpoint.engine.language import guard, tokens
from endpoint.engine.language.nesting import FLAT
from endpoint.sparql.request import FORM, QUERY
from graph.store.manifest import write_manifest
from graph.store.releases import current_release, publish
from queries import catalogue
from tests.kit.http.engine import RUNAWAY, reading_of, small_config
from tests.kit.http.protocol import BROWSER, CORE, COUNT
from tests.kit.http.site import RELEASE, make_world_home

OLDER = "2025-11-21-00000000"
DEEP = "SELECT * " + "{" * 101 + "?s ?p ?o" + "}" * 101
ROWS = "SELECT * { ?s ?p ?o } LIMIT 1001"
TRIPLES = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with the world as the current release, and as an older one with questions of its own."""
    home = tmp_path_factory.mktemp("home")
    current = make_world_home(home)
    older = current.path.with_name(OLDER)
    shutil.copytree(current.path, older)
    write_manifest(older, {**current.manifest, "id": OLDER})
    publish(home, OLDER)
    publish(home, RELEASE)
    return home


@pytest.fixture(scope="module")
def app(home):
    made = create_app(small_config(home, result_rows=1000), current_release(home))
    yield made
    close_app(made)


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def tokenised(monkeypatch):
    """How many texts were tokenised since the test began, as the length of a list.

    Not counted are our own texts with property paths, each of which is read once and remembered.
    """
    begun, rewrite_own = [], guard._rewrite_own

    class Counted(tokens._State):
        def __init__(self):
            super().__init__()
            begun.append(1)

    def uncounted(text):
        before, made = len(begun), rewrite_own(text)
        del begun[before:]
        return made

    monkeypatch.setattr(tokens, "_State", Counted)
    monkeypatch.setattr(guard, "_rewrite_own", uncounted)
    return begun


SYNTAX, OPEN_TEXT = "SELECT * WHER { ?s ?p ?o }", "SELECT * { ?s ?p 'a }"
QUERIES = [
    (COUNT, 200),
    ("SELECT (RAND() AS ?x) {}", 200),
    (TRIPLES, 200),
    (SYNTAX, 400),
    (OPEN_TEXT, 400),
    ("DROP ALL", 400),
    (DEEP, 400),
    (ROWS, 413),
]
WAYS = [
    lambda client, path, query, headers: client.get(path, query_string={"query": query}, headers=headers),
    lambda client, path, query, headers: client.post(path, data={"query": query}, headers=headers),
    lambda client, path, query, headers: client.post(path, data=query, content_type=QUERY, headers=headers),
]


@pytest.mark.parametrize(("query", "status"), QUERIES)
@pytest.mark.parametrize("way", WAYS, ids=["GET", FORM, QUERY])
@pytest.mark.parametrize("headers", [{}, BROWSER], ids=["program", "browser"])
def test_a_query_of_the_protocol_is_tokenised_once(client, tokenised, way, query, status, headers):
    for times in (1, 2):
        assert way(client, "/sparql", query, headers).status_code == status
        assert len(tokenised) == times


@pytest.mark.parametrize("release", [OLDER, RELEASE])
@pytest.mark.parametrize(("query", "status"), QUERIES)
def test_so_is_one_over_a_pinned_release(client, tokenised, release, query, status):
    assert client.get(f"/release/{release}/sparql", query_string={"query": query}).status_code == status
    assert len(tokenised) == 1


def test_so_is_one_that_is_stopped_or_not_modified(client, tokenised):
    assert client.get("/sparql", query_string={"query": RUNAWAY, "timeout": "0.2"}).status_code == 504
    assert len(tokenised) == 1
    tag = client.get("/sparql", query_string={"query": COUNT}).headers["ETag"]
    again = client.get("/sparql", query_string={"query": COUNT}, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert len(tokenised) == 3


@pytest.mark.slow
@pytest.mark.parametrize(("query", "code"), [(COUNT, 0), (TRIPLES, 0), (SYNTAX, 1), (OPEN_TEXT, 1)])
@pytest.mark.parametrize("options", [[], ["--format", "table"]])
def test_so_is_one_of_the_command_line(app, home, tokenised, query, code, options):
    result = CliRunner().invoke(main, ["--home", str(home), "sparql", query, *options])
    assert result.exit_code == code, result.stderr
    assert len(tokenised) == 1


def any_required(question):
    return any(parameter.required for parameter in question.parameters)


OURS = [
    "/",
    "/about",
    "/sparql",
    "/sources",
    "/sources.csv",
    "/wikidata",
    "/wikidata/quickstatements.txt",
    "/ontology.html",
    "/graph?default",
    f"/graph?graph={CORE}",
    "/graph/core.html",
    "/graph/core.ttl",
    *(f"/place/Q11462.{suffix}" for suffix in ("html", "ttl", "jsonld")),
    "/partnership/Q11462-Q24826.html",
    "/claim/indonesia/F003.html",
    "/vocab/domain.html",
    "/queries/partners-of-a-city?city=Surabaya",
    "/queries/partners-of-a-city.csv?city=Surabaya",
    f"/release/{OLDER}/queries/partners-of-a-city.csv?city=Surabaya",
    f"/release/{RELEASE}/queries/partners-of-a-city.csv?city=Surabaya",
    *(f"/queries/{slug}" for slug, question in catalogue().items() if not any_required(question)),
    '/reconcile?queries={"q":{"query":"Surabaya"}}',
    "/health",
]


@pytest.mark.parametrize("address", OURS)
def test_our_own_queries_are_not_tokenised_and_are_what_they_are_declared_to_be(
    client, tokenised, monkeypatch, address
):
    run, declared = Engine.run, []

    def note(engine, reading, *arguments, **options):
        declared.append(reading)
        return run(engine, reading, *arguments, **options)

    monkeypatch.setattr(Engine, "run", note)
    assert client.get(address, headers=BROWSER).status_code in (
        (200, 400) if "/queries/" in address else (200,)
    )
    assert len(tokenised) == 0
    for reading in declared:
        assert reading == replace(reading_of(reading.text), tokens=(), shape=FLAT)


@pytest.mark.slow
def test_nor_is_a_question_of_the_command_line(app, home, tokenised):
    command = ["--home", str(home), "query", "partners-of-a-city", "--city", "Surabaya"]
    assert CliRunner().invoke(main, command).exit_code == 0
    assert len(tokenised) == 0

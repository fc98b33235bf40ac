"""Real engines of others behind the service: the protocol, every question, pages, and what breaks."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from functools import partial

import pytest
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, RdfFormat, Store, parse_query_results

from benchmarks.peers.processes import find, run
from endpoint.app import close_app, create_app
from endpoint.config import MIB
from endpoint.engine.engine import Engine, Lane
from endpoint.engine.language.guard import QueryKind, trust
from endpoint.sparql.deviations import deviations_of
from graph.engines.generations.bulk import BULK_LOAD, write_for_bulk_load
from graph.engines.generations.digests import digest_in_engine, digest_release
from graph.engines.generations.loading import load_graph, remove_graph
from graph.engines.generations.opening import open_generation
from graph.engines.generations.publication import remove_older
from graph.engines.target import Addresses, reach
from graph.errors import DamagedRelease, EngineFailed, EngineUnreachable, QueryError, QueryTimeout, ResultCut
from graph.names.index.open import open_names
from graph.store.store import select
from ontology import BASE
from queries import catalogue
from queries.bind import fill
from queries.resolve import Resolver
from tests.kit.http.elsewhere.peers import PEERS, running_peer
from tests.kit.http.elsewhere.release import MOST_ROWS, publish_at
from tests.kit.http.engine import JSON, RUNAWAY, run_query, small_config
from tests.kit.http.site import make_world_home
from tests.kit.paths import ROOT

pytestmark = [pytest.mark.peer, pytest.mark.slow]
HTML = {"Accept": "text/html"}
PAGES = (
    *("/", "/places", "/agreements", "/network", "/wikidata", "/data/", "/place/Q11462.html"),
    *("/ontology.html", "/graph/core.html", "/vocab/level.html", "/queries/partners-of-a-city?city=Q11462"),
    *("/place/Q11462.ttl", "/partnership/Q11462-Q16520.html", "/world.svg", "/search?q=sura"),
)
LARGE = {"result_bytes": 64 * MIB, "memory_bytes": 1024 * MIB}
UNTAKEN = {
    "oxigraph": set(),
    "virtuoso": {
        *("cities-with-multiple-partners", "conflicting-dates", "country-pairs", "loi-without-mou"),
        *("panel-by-country", "domains-ranked", "missing-in-wikidata", "partnerships-by-domain"),
        "provinces-without-partner",
    },
}
"""The questions that an engine does not take, or is not asked: they are answered from the release."""

LITERALS = [
    *(
        Literal(text)
        for text in ("\u00e9", "e\u0301", "\U0001f600", "a\rb\r\n\tc", "\x01\x7f\ufffe", "\ufeffa", " a ")
    ),
    *(Literal("x" * 60_000), Literal('"\\'), Literal(""), Literal("", language="en")),
    *(Literal("x", language=tag) for tag in ("zh-hant-tw", "x-foo")),
    *(
        Literal(text, datatype=NamedNode(f"http://www.w3.org/2001/XMLSchema#{name}"))
        for name, texts in {
            "integer": ("-5", "9223372036854775807"),
            "decimal": ("112.75", "5", "0.000000000000000001"),
            "double": ("0.1", "10000000000", "INF", "NaN"),
            "date": ("0001-01-01", "1500-02-28", "1994-08-24Z"),
            "dateTime": ("1994-08-24T10:00:00", "1994-08-24T10:00:00Z", "1994-08-24T10:00:00.5+07:00"),
            "gYear": ("1994", "0094"),
            "gYearMonth": ("1994-08",),
            "duration": ("P1Y",),
        }.items()
        for text in texts
    ),
]
CHANGED = {
    "oxigraph": set(),
    "virtuoso": {
        *("9223372036854775807", "0.000000000000000001", "10000000000", "1994-08-24T10:00:00.5+07:00", "P1Y"),
    },
}
"""The literals that an engine gives back otherwise."""

TAG = "test_a_tag_holds_only_as_long_as_the_engine_is_asked_the_same"
OTHERWISE = {
    "oxigraph": {TAG},
    "virtuoso": {TAG, "test_paths_give_what_the_standard_says_wherever_they_are_asked"},
}
"""The tag is that of the bytes with an engine elsewhere; Virtuoso is not asked paths that go on."""


@pytest.fixture(scope="module", params=PEERS)
def peer(request, bundled, tmp_path_factory):
    """An engine with the bundled release in it."""
    with running_peer(request.param, tmp_path_factory.mktemp(request.param)) as running:
        publish_at(running.address, bundled.release, running.credentials)
        yield running


@contextmanager
def engine_over(peer, release, **changes):
    generation = open_generation(release, peer.address, peer.credentials, MOST_ROWS)
    config = small_config(release.path.parent.parent, **LARGE, **changes)
    with Engine(config, release.store_path, elsewhere=generation) as engine:
        yield engine


@pytest.fixture(scope="module")
def engine(peer, bundled):
    with engine_over(peer, bundled.release) as made:
        yield made


@pytest.fixture(scope="module")
def here(bundled):
    with Engine(small_config(bundled.home, **LARGE), bundled.release.store_path) as made:
        yield made


@pytest.fixture(scope="module")
def resolver(bundled):
    return Resolver(open_names(bundled.release, lambda: partial(select, bundled.store)))


def bag(body):
    """Return the rows of a result and how often each comes; the order within GROUP_CONCAT is free too."""
    found = parse_query_results(body, QueryResultsFormat.JSON)
    names = [variable.value for variable in found.variables]
    return Counter(tuple("; ".join(sorted(plain(row[name]).split("; "))) for name in names) for row in found)


def plain(term):
    return "" if term is None else str(term).strip('"')


def test_every_question_has_the_answer_of_the_embedded_engine(peer, engine, here, resolver):
    untaken = set()
    for slug, query in catalogue().items():
        filled = fill(query, query.examples, resolver)
        for text in (filled.text, filled.total):
            ours = trust(text, QueryKind.SELECT)
            there = engine.run(ours, JSON, lane=Lane.QUESTIONS).body
            assert bag(there) == bag(here.run(ours, JSON, lane=Lane.QUESTIONS).body), slug
        try:
            engine.run(trust(filled.text, QueryKind.SELECT), JSON, lane=Lane.FREE, cached=False)
        except EngineFailed as error:
            assert "does not take this query" in str(error)
            untaken.add(slug)
    assert untaken == UNTAKEN[peer.name]


def test_pages_are_those_of_the_embedded_engine(peer, bundled):
    """Lines are compared without their order: rows that are alike may stand in another one."""
    secrets = {"engine_user": peer.credentials.user, "engine_password": peer.credentials.password}
    elsewhere = small_config(bundled.home, queue=20, engine=peer.address, result_rows=MOST_ROWS, **secrets)
    apps = [
        create_app(config, bundled.release) for config in (elsewhere, small_config(bundled.home, queue=20))
    ]
    try:
        for address in PAGES:
            there, here = (app.test_client().get(address, headers=HTML) for app in apps)
            assert there.status_code == here.status_code == 200, address
            assert lines_of(there) == lines_of(here), address
    finally:
        for app in apps:
            close_app(app)


def lines_of(answer):
    """Return the lines, without the things that stand as examples: any would do."""
    return Counter(re.sub("as in <a .*?</a>", "", answer.text).splitlines())


def test_the_protocol_tests_pass_with_the_engine(peer, tmp_path):
    """All but those that OTHERWISE names."""
    publish_at(peer.address, make_world_home(tmp_path), peer.credentials)
    files = [f"tests/endpoint/sparql/test_{name}.py" for name in ("protocol", "answers", "graph_store")]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files]
    environment = os.environ | {"KEMBAR_TEST_ENGINE": peer.address}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    failed = {
        line.split("::")[1].split(" - ")[0] for line in done.stdout.splitlines() if line[:6] == "FAILED"
    }
    assert failed == OTHERWISE[peer.name], done.stdout[-3000:]


@pytest.mark.parametrize("name", PEERS)
def test_where_it_differs_is_said(engine, name):
    if engine.elsewhere.product != name:
        pytest.skip("the other engine")
    for deviation in deviations_of(engine):
        try:
            result = json.loads(run_query(engine, deviation.query, JSON, cached=False).body)
        except QueryError as error:
            assert deviation.given in ("400", "500"), (deviation.slug, error)
            continue
        if "boolean" in result:
            given = str(result["boolean"]).lower()
        else:
            (row,) = result["results"]["bindings"]
            given = next(iter(row.values()), {"value": ""})["value"]
        assert given == deviation.given, deviation.slug


def test_what_it_keeps_otherwise_is_seen(peer):
    changed = set()
    with reach(Addresses(peer.address), peer.credentials) as target:
        for literal in LITERALS:
            line = f"<urn:s> <urn:p> {literal} .\n".encode()
            load_graph(target, "urn:literals", [line])
            if digest_in_engine(target, "urn:literals") != digest_of(line):
                changed.add(literal.value)
        remove_graph(target, "urn:literals")
    assert changed == CHANGED[peer.name]


def digest_of(line):
    """Return the digest of a graph of one triple."""
    store = Store()
    store.load(line, RdfFormat.N_TRIPLES, to_graph=NamedNode("urn:literals"))
    return digest_release(store, "urn:literals")


def test_a_query_over_its_time_is_an_error_and_the_next_one_answered(engine):
    with pytest.raises(QueryTimeout):
        run_query(engine, RUNAWAY, JSON, seconds=1.0, cached=False)
    assert b"true" in run_query(engine, "ASK { ?s ?p ?o }", JSON, cached=False).body


def test_one_triple_changed_is_refused_and_published_anew(peer, bundled, tmp_path):
    release = make_world_home(tmp_path)
    publish_at(peer.address, release, peer.credentials)
    generation = open_generation(release, peer.address, peer.credentials, MOST_ROWS)
    name = generation.graphs[f"{BASE}graph/vocabulary"]
    with reach(Addresses(peer.address), peer.credentials) as target:
        load_graph(target, name, [b"<urn:s> <urn:p> <urn:o> .\n"])
    with pytest.raises(DamagedRelease, match="graph/vocabulary has 1 triples, not"):
        open_generation(release, peer.address, peer.credentials, MOST_ROWS)
    again = publish_at(peer.address, release, peer.credentials)
    assert [one.graph for one in again if one.was_loaded] == [f"{BASE}graph/vocabulary"]
    open_generation(release, peer.address, peer.credentials, MOST_ROWS)
    with reach(Addresses(peer.address), peer.credentials) as target:
        assert remove_older(bundled.home, bundled.release.id, target, 1) == [release.id]


def test_a_killed_engine_is_an_error_until_it_is_back(peer, bundled):
    with engine_over(peer, bundled.release) as engine:
        asked = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
        before = run_query(engine, asked, JSON, cached=False).body
        peer.kill()
        with pytest.raises(EngineUnreachable):
            run_query(engine, asked, JSON, cached=False)
        peer.start()
        assert run_query(engine, asked, JSON, cached=False).body == before
        open_generation(bundled.release, peer.address, peer.credentials, MOST_ROWS)


def test_virtuoso_loads_files_in_bulk_and_publishing_only_proves_them(tmp_path):
    release = make_world_home(tmp_path / "home")
    with running_peer("virtuoso", tmp_path / "virtuoso") as peer:
        folder = peer.folder / "bulk"
        with reach(Addresses(peer.address), peer.credentials) as target:
            files = write_for_bulk_load(release, target, folder)
        command = f"exec={BULK_LOAD.format(folder=folder)}"
        run([find("isql-vt", "it comes with Virtuoso"), peer.sql, "dba", "dba", command], peer.folder)
        published = publish_at(peer.address, release, peer.credentials)
        assert [one.was_loaded for one in published] == [False] * len(files)
        open_generation(release, peer.address, peer.credentials, MOST_ROWS)


def test_virtuoso_cuts_without_a_word_and_that_is_an_error(tmp_path):
    """The limit is found when the release is opened; it is over the largest graph of this world."""
    release = make_world_home(tmp_path / "home")
    with running_peer("virtuoso", tmp_path / "virtuoso", rows=5000) as peer:
        publish_at(peer.address, release, peer.credentials)
        with engine_over(peer, release) as engine:
            assert engine.elsewhere.row_limit == 5000
            with pytest.raises(ResultCut, match="5000 rows or more"):
                run_query(engine, "SELECT ?s ?p ?o { ?s ?p ?o }", JSON)
            assert b"bindings" in run_query(engine, "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 4999", JSON).body

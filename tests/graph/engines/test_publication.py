"""A release in an engine elsewhere: sent graph by graph, proven by reading it back, refused if it differs."""

import base64
import hashlib
import re

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat

from graph.engines.credentials import Credentials
from graph.engines.generations.digests import digest_release
from graph.engines.generations.names import lines_of_mark, mark_of
from graph.engines.generations.opening import open_generation
from graph.engines.generations.publication import remove_older
from graph.engines.products import WKT, product_named
from graph.engines.target import Addresses, reach
from graph.errors import DamagedRelease, EngineFailed, ReleaseError
from graph.store.files import write_json
from graph.store.history import HISTORY
from graph.store.store import open_store
from ontology import BASE
from tests.kit.http.elsewhere.release import MOST_ROWS, NOBODY, publish_at
from tests.kit.http.elsewhere.sparql_server import sparql_server
from tests.kit.http.site import make_world_home

CORE = BASE + "graph/core"


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    return make_world_home(tmp_path_factory.mktemp("home"))


@pytest.fixture
def server():
    with sparql_server() as made:
        yield made


def name_of(release, graph=CORE):
    return NamedNode(f"{BASE}release/{release.id}/{graph.removeprefix(BASE)}")


def open_there(server, release):
    return open_generation(release, server.address, NOBODY, MOST_ROWS)


@pytest.mark.slow
def test_every_graph_is_there_as_it_is_here_and_the_mark_comes_last(server, release):
    published = publish_at(server.address, release)
    here = open_store(release.store_path)
    assert {one.graph for one in published} == {graph.value for graph in here.named_graphs()}
    assert all(one.was_loaded for one in published)
    assert sum(one.digest.triples for one in published) == len(here)
    for one in published:
        lines = sorted(
            f"{q.triple} .\n" for q in here.quads_for_pattern(None, None, None, NamedNode(one.graph))
        )
        assert one.digest.sha256 == hashlib.sha256("".join(lines).encode()).hexdigest()
        there = server.store.quads_for_pattern(None, None, None, NamedNode(one.name))
        assert sorted(f"{quad.triple} .\n" for quad in there) == lines
    assert len(server.store) == len(here) + len(published) + 1
    assert open_there(server, release).graphs == {one.graph: one.name for one in published}


@pytest.mark.slow
def test_a_publication_goes_on_where_it_broke_off(server, release):
    publish_at(server.address, release)
    server.store.remove_graph(NamedNode(mark_of(release.id)))
    gone = next(iter(server.store.quads_for_pattern(None, None, None, name_of(release))))
    server.store.remove(gone)
    with pytest.raises(ReleaseError, match="is not in the engine; run `kembar publish"):
        open_there(server, release)
    again = publish_at(server.address, release)
    assert [one.graph for one in again if one.was_loaded] == [CORE]
    assert open_there(server, release).row_limit is None


def change_one(store, graph):
    quad = next(iter(store.quads_for_pattern(None, None, None, graph)))
    store.remove(quad)
    store.add(Quad(quad.subject, quad.predicate, Literal("changed"), graph))


def add_one(store, graph):
    store.add(Quad(NamedNode("urn:s"), NamedNode("urn:p"), NamedNode("urn:o"), graph))


def remove_one(store, graph):
    store.remove(next(iter(store.quads_for_pattern(None, None, None, graph))))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tamper", "says"),
    [
        (change_one, "graph/core has other triples"),
        (add_one, r"graph/core has \d+ triples, not"),
        (remove_one, r"graph/core has \d+ triples, not"),
    ],
)
def test_one_triple_changed_is_refused(server, release, tamper, says):
    publish_at(server.address, release)
    tamper(server.store, name_of(release))
    with pytest.raises(DamagedRelease, match=says) as error:
        open_there(server, release)
    assert "kembar publish --engine" in str(error.value)
    publish_at(server.address, release)
    open_there(server, release)


@pytest.mark.slow
def test_an_engine_that_loses_or_rounds_is_told_and_not_marked(server, release):
    """The third graph that is read back has another literal in it."""

    def round_off(answer):
        answer.replace(answer.body.replace(b'"POINT(112.7', b'"POINT(112.69999'))

    server.about, server.lie = "CONSTRUCT", round_off
    with pytest.raises(ReleaseError, match=r"does not keep a graph as it is: .*as many, but others"):
        publish_at(server.address, release)
    server.lie = None
    with pytest.raises(ReleaseError, match="is not in the engine"):
        open_there(server, release)


@pytest.mark.slow
def test_an_engine_that_cuts_what_is_read_back_is_told(server, release):
    publish_at(server.address, release)

    def cut(answer):
        answer.replace(answer.body[: answer.body.index(b"\n") + 1])

    server.about, server.lie = "CONSTRUCT", cut
    with pytest.raises(EngineFailed, match=r"gives 1 of the \d+ triples .*ResultSetMaxRows"):
        open_there(server, release)


@pytest.mark.slow
def test_updates_where_there_is_no_graph_store_protocol(release):
    with sparql_server("Unheard-of/1") as server:
        with pytest.raises(ReleaseError, match="--graph-store"):
            publish_at(server.address, release)
        update = server.address.replace("/query", "/update")
        assert all(one.was_loaded for one in publish_at(server.address, release, update=update))
        assert open_there(server, release).product == ""


@pytest.mark.slow
def test_virtuoso_keeps_points_under_another_datatype(release):
    with sparql_server("Virtuoso/07.20") as server:
        publish_at(server.address, release, graph_store=server.address.replace("/query", "/store"))
        datatypes = {quad.object.datatype.value for quad in server.store if isinstance(quad.object, Literal)}
        assert WKT not in datatypes
        assert product_named("virtuoso").datatypes[WKT] in datatypes
        assert open_there(server, release).product == "virtuoso"


@pytest.mark.slow
def test_older_generations_go_when_told_and_the_mark_goes_first(server, release, tmp_path):
    write_json(tmp_path / HISTORY, ["2026-01-01-00000001", "2026-01-02-00000002", release.id])
    publish_at(server.address, release)
    for name in ("2026-01-01-00000001", "2026-01-02-00000002", "2025-01-01-0000dead"):
        graph = f"{mark_of(name)}/graph/core"
        add_one(server.store, NamedNode(graph))
        lines = b"".join(lines_of_mark(name, [graph], whole=name < "2026"))
        server.store.load(lines, RdfFormat.N_TRIPLES, to_graph=NamedNode(mark_of(name)))
    add_one(server.store, NamedNode("urn:of-somebody-else"))
    with reach(Addresses(server.address), NOBODY) as target:
        assert remove_older(tmp_path, release.id, target, 2) == ["2025-01-01-0000dead", "2026-01-01-00000001"]
        assert remove_older(tmp_path, release.id, target, 1) == ["2026-01-02-00000002"]
    left = {graph.value for graph in server.store.named_graphs()}
    assert "urn:of-somebody-else" in left
    assert all(graph.startswith(("urn:", mark_of(release.id))) for graph in left)
    open_there(server, release)


def test_only_an_engine_that_asks_is_told_name_and_password(server):
    credentials = Credentials("ann", "s3cret")
    with reach(Addresses(server.address), credentials):
        assert "Authorization" not in server.seen[-1]
    expected = "Basic " + base64.b64encode(b"ann:s3cret").decode()
    server.guard = lambda given: "" if given == expected else 'Basic realm="x"'
    with reach(Addresses(server.address), credentials) as target:
        assert target.ask("ASK {}")
    server.guard = lambda given: "" if given == "Bearer t0ken" else "Bearer"
    with reach(Addresses(server.address), Credentials(token="t0ken")) as target:
        assert target.ask("ASK {}")
    refused = pytest.raises(EngineFailed, match=r"does not let this service in \(401\)")
    with refused as error, reach(Addresses(server.address), credentials):
        pass
    assert "s3cret" not in str(error.value)


def test_digest_is_answered_as_rfc_7616_has_it(server):
    challenge = 'Digest realm="SPARQL", nonce="n1", qop="auth", algorithm="MD5"'

    def is_right(given):
        said = dict(re.findall(r'(\w+)="?([^",]+)"?', given))
        first = hashlib.md5(b"dba:SPARQL:dba").hexdigest()
        second = hashlib.md5(b"POST:/query").hexdigest()
        whole = f"{first}:n1:{said.get('nc')}:{said.get('cnonce')}:auth:{second}"
        return said.get("response") == hashlib.md5(whole.encode()).hexdigest()

    server.guard = lambda given: "" if given.startswith("Digest ") and is_right(given) else challenge
    with reach(Addresses(server.address), Credentials("dba", "dba")) as target:
        assert target.ask("ASK {}")


def test_what_the_engine_sends_back_of_a_secret_is_told_to_nobody(server):
    def repeat(answer):
        answer.status = 400
        answer.replace(b"you sent Bearer t0ken and s3cret, which is wrong")

    server.lie = repeat
    credentials = Credentials("ann", "s3cret", "t0ken")
    refused = pytest.raises(EngineFailed, match=r"you sent Bearer \*\*\* and \*\*\*")
    with refused, reach(Addresses(server.address), credentials):
        pass
    assert "s3cret" not in repr(credentials)


def test_the_digest_of_a_graph_does_not_depend_on_the_order(release):
    store = open_store(release.store_path)
    assert digest_release(store, CORE) == digest_release(store, CORE)
    assert digest_release(store, CORE) != digest_release(store, BASE + "graph/vocabulary")

"""The network of partnerships: who is in it, when, and the files that other programs read back."""

from dataclasses import replace

import networkx as nx
import pytest
from click.testing import CliRunner
from pyoxigraph import NamedNode, Store

from endpoint.cli.commands.network import network_command
from endpoint.config import Config
from graph.model.dates import parse_date
from graph.network.files import FORMATS, serialize
from graph.network.network import Edge, Network, Node, network_of
from graph.network.read import read_network
from graph.reconcile.reconcile import reconcile
from graph.triples.model import build_quads
from loaders.collection import load_bundled
from ontology import BASE, KK
from tests.kit.graph.matching import country, curated, known
from tests.kit.http.site import make_world_home
from tests.kit.world import world_store

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model():
    return reconcile(load_bundled())


@pytest.fixture(scope="module")
def world():
    return read_network(world_store())


def edge(since="", until="", status=""):
    dates = (parse_date(text) if text else None for text in (since, until))
    return Edge("a", "b", "a-b", *dates, status=status)


def pairs(network):
    return [one.partnership for one in network.edges]


@pytest.mark.parametrize(
    ("since", "until", "as_of", "exists"),
    [
        ("1994-08-24", "", "1994-08-23", False),
        ("1994-08-24", "", "1994-08-24", True),
        ("1994-08-24", "", "1994-08", True),
        ("1994-08-24", "", "1994-07", False),
        ("1994-08-24", "", "1994", True),
        ("1994", "", "1994-01-01", True),
        ("1994", "", "1993-12-31", False),
        ("1994", "", "1993", False),
        ("1994-08", "", "1994-08-01", True),
        ("1994-08", "", "1994-07-31", False),
        ("1994", "2020", "2020-12-31", True),
        ("1994", "2020", "2021-01-01", False),
        ("1994", "2020-06", "2020-06-30", True),
        ("1994", "2020-06", "2020-07-01", False),
        ("1994", "2020-06-15", "2020-06-15", True),
        ("1994", "2020-06-15", "2020-06-16", False),
        ("1994", "2020-06-15", "2020", True),
        ("1994", "2020-06-15", "2021", False),
        ("", "", "2020", False),
        ("", "2020", "2019", False),
    ],
)
def test_a_partnership_exists_from_the_first_day_it_may_to_the_last(since, until, as_of, exists):
    assert edge(since, until).exists_at(parse_date(as_of)) is exists


def test_the_network_of_the_world(world):
    assert [node.id for node in world.nodes] == [
        "Q10389", "Q11462", "Q120730", "Q16520", "Q24826", "Q3630", "Q3741", "Q8684",
    ]  # fmt: skip
    assert world.nodes[2] == Node(
        id="Q120730",
        label="Kyoto Prefecture",
        label_id="Prefektur Kyoto",
        country="Q17",
        country_iso="JP",
        country_label="Japan",
        country_label_id="Jepang",
        level="province",
        city=False,
        latitude=35.02,
        longitude=135.76,
        qid="Q120730",
    )
    assert [node.id for node in world.nodes if not node.city] == ["Q120730", "Q3741"]
    first = ("Q11462", "Q16520", "Q11462-Q16520", parse_date("1994-08-24"), None)
    ended = ("Q8684", "Q10389", "Q8684-Q10389", parse_date("2016-11-03"), parse_date("2020"))
    assert world.edges[0] == Edge(*first, "active", "sister-city", False, 4)
    assert world.edges[4] == Edge(*ended, "terminated", "sister-city", False, 1)
    assert pairs(world)[1:4] == ["Q11462-Q24826", "Q3630-Q8684", "Q3741-Q120730"]


@pytest.mark.parametrize(
    ("as_of", "edges", "nodes"),
    [
        ("1983", [], 0),
        ("1984-01-01", ["Q3630-Q8684"], 2),
        ("1985", ["Q3630-Q8684", "Q3741-Q120730"], 4),
        ("1985-07-15", ["Q3630-Q8684"], 2),
        ("2017", ["Q11462-Q16520", "Q3630-Q8684", "Q3741-Q120730", "Q8684-Q10389"], 7),
        ("2021", ["Q11462-Q16520", "Q11462-Q24826", "Q3630-Q8684", "Q3741-Q120730"], 7),
    ],
)
def test_the_world_as_of_a_date(as_of, edges, nodes):
    network = read_network(world_store(), parse_date(as_of))
    assert (pairs(network), len(network.nodes)) == (edges, nodes)
    assert (network.as_of, network.undated, network.unended) == (parse_date(as_of), 0, 0)


def test_what_has_no_date_is_counted():
    store = world_store()
    for pair, name in (("Q3630-Q8684", "since"), ("Q8684-Q10389", "until")):
        (quad,) = store.quads_for_pattern(NamedNode(f"{BASE}partnership/{pair}"), NamedNode(KK[name]), None)
        store.remove(quad)
    network = read_network(store, parse_date("2024"))
    assert pairs(network) == ["Q11462-Q16520", "Q11462-Q24826", "Q3741-Q120730", "Q8684-Q10389"]
    assert (network.undated, network.unended) == (1, 1)
    assert replace(read_network(store), edges=(), nodes=()) == Network((), ())


def test_a_missing_indonesian_name_is_the_english_one():
    store = world_store()
    label = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    for local in ("Q120730", "Q17"):
        for quad in list(store.quads_for_pattern(NamedNode(f"{BASE}place/{local}"), label, None)):
            if quad.object.language == "id":
                store.remove(quad)
    node = next(node for node in read_network(store).nodes if node.id == "Q120730")
    assert (node.label_id, node.country_label_id) == ("Kyoto Prefecture", "Japan")


@pytest.mark.parametrize("as_of", [None, "1975", "1984", "2000-06", "2010-11-13", "2024-01-01"])
def test_the_model_and_its_store_give_the_same_network(bundled, model, as_of):
    date = parse_date(as_of) if as_of else None
    network = network_of(model, date)
    assert network == read_network(bundled.store, date)
    assert network.edges or as_of == "1975"


def test_a_country_that_is_a_party_lies_in_itself_in_both():
    lesotho = known("Q1013", "Lesotho", "", country="Q1013", is_country=True, codes=(("iso", "LS"),))
    indonesia = known(country("ID"), "Indonesia", "ID", is_country=True, codes=(("iso", "ID"),))
    places = (lesotho, known("Q11462", "Surabaya", "ID"), indonesia)
    model = reconcile([curated(*places, claims=[("Q1013", "Q11462")])])
    store = Store()
    store.bulk_extend(build_quads(model))
    assert network_of(model) == read_network(store)
    assert [node.country_iso for node in network_of(model).nodes] == ["LS", "ID"]


def test_the_bundled_network_is_the_accepted_pairs(model):
    network = network_of(model)
    accepted = [pair for pair in model.pairs if pair.outcome == "accepted"]
    assert pairs(network) == sorted(pair.id for pair in accepted)
    assert {node.id for node in network.nodes} == {party for pair in accepted for party in pair.parties}
    dated = [pair for pair in accepted if pair.since]
    now = network_of(model, parse_date("2026-11-21"))
    assert len(dated) - len(now.edges) == sum(
        pair.until is not None and pair.until.value.year < 2026 for pair in dated
    )
    assert now.undated == len(accepted) - len(dated)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    make_world_home(folder)
    return folder


@pytest.fixture
def run(home):
    def invoke(*arguments):
        return CliRunner().invoke(network_command, arguments, obj=Config(home=home))

    return invoke


@pytest.mark.parametrize("format_name", FORMATS)
def test_the_command_writes_the_current_release(run, world, format_name):
    result = run("--format", format_name)
    assert (result.exit_code, result.stderr) == (0, "8 places, 5 partnerships\n")
    assert result.stdout_bytes == serialize(world, format_name)


def test_the_command_writes_graphml_as_of_a_date_into_a_file(run, tmp_path):
    path = tmp_path / "partners.graphml"
    result = run("--as-of", "1990-02", "--output", str(path))
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "4 places, 2 partnerships as of 1990-02; 0 without a known start left out\n"
    assert sorted(nx.read_graphml(path)) == ["Q120730", "Q3630", "Q3741", "Q8684"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--as-of", "last year"), 2, "'last year' is not a date: write YYYY, YYYY-MM or YYYY-MM-DD"),
        (("--as-of", "2020-02-30"), 2, "day"),
        (("--format", "xlsx"), 2, "'xlsx' is not one of"),
        (("--output", "no-such-folder/a.graphml"), 1, "no-such-folder/a.graphml"),
    ],
)
def test_the_command_refuses_what_means_nothing(run, arguments, code, words):
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert words in result.stderr


def test_the_command_tells_partnerships_that_are_over_without_an_end(bundled):
    result = CliRunner().invoke(
        network_command, ["--as-of", "2026", "--format", "edges"], obj=Config(home=bundled.home)
    )
    network = read_network(bundled.store, parse_date("2026"))
    words = (
        f"{network.undated} without a known start left out, {network.unended} over without a known end kept"
    )
    assert network.unended == 2
    assert words in result.stderr

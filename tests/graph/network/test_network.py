"""The network of partnerships: who is in it, when, and the files that other programs read back."""

import csv
import io
import os
import subprocess
import sys
from dataclasses import fields, replace
from hashlib import sha256
from xml.etree import ElementTree

import networkx as nx
import pytest
from click.testing import CliRunner
from pyoxigraph import NamedNode

from endpoint.cli.commands.network import network_command
from endpoint.config import Config
from graph.model.dates import parse_date
from graph.network.files import FORMATS, serialize, to_graph, write_network
from graph.network.network import Edge, Network, Node, make_network, network_of
from graph.network.read import read_network
from graph.reconcile.reconcile import reconcile
from loaders.collection import load_bundled
from ontology import BASE, KK
from tests.kit.http.site import make_world_home
from tests.kit.paths import ROOT
from tests.kit.world import world_store

pytestmark = pytest.mark.slow

HARD = make_network(
    [
        Node("Q1", "L'Aquila", "L'Aquila", "Q38", "IT", "Italy", "Italia", "city", True, 42.35, 13.4, "Q1"),
        Node("Q2", 'Sa"int & <Cie>', "Nama baris", level="port", latitude=0.0, longitude=-179.99),
        Node("x-jp-kitakyushu-0a1b2c", "北九州市 \\ Kitakyūshū", ""),
    ],
    [
        Edge(
            "Q1", "Q2", "Q1-Q2", parse_date("1954-03"), parse_date("2001"), "expired", "friendship", False, 2
        ),
        Edge("Q2", "x-jp-kitakyushu-0a1b2c", "Q2-x-jp-kitakyushu-0a1b2c", status="unknown", domestic=True),
    ],
)
"""Names that a format could stumble over, coordinates at the edges, things not known."""


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


def read_back(body, format_name):
    """Return the nodes and the edges that networkx reads, without what only the format adds."""
    read = {"graphml": nx.read_graphml, "gexf": nx.read_gexf, "pajek": nx.read_pajek}[format_name]
    graph = nx.Graph(read(io.BytesIO(body)))
    timed = ("id", "start", "end")
    added = {"graphml": timed, "gexf": timed, "pajek": ("id", "x", "y", "shape", "weight")}[format_name]
    nodes = {n: {k: v for k, v in data.items() if k not in added} for n, data in graph.nodes(data=True)}
    edges = {
        frozenset((a, b)): {k: v for k, v in data.items() if k not in added}
        for a, b, data in graph.edges(data=True)
    }
    return nodes, edges


def as_text(value):
    """How Pajek, which has texts only, holds a value."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text.replace("\\", "/").replace('"', "'")


def expected_of(network, format_name):
    graph = to_graph(network)
    nodes = dict(graph.nodes(data=True))
    edges = {frozenset((a, b)): data for a, b, data in graph.edges(data=True)}
    if format_name != "pajek":
        return nodes, edges
    return tuple(
        {key: {name: as_text(value) for name, value in data.items()} for key, data in part.items()}
        for part in (nodes, edges)
    )


@pytest.mark.parametrize("format_name", ["graphml", "gexf", "pajek"])
@pytest.mark.parametrize("which", ["bundled", "hard", "as-of"])
def test_networkx_reads_back_the_same_nodes_edges_and_attributes(model, which, format_name):
    network = {
        "bundled": lambda: network_of(model),
        "hard": lambda: HARD,
        "as-of": lambda: network_of(model, parse_date("1990")),
    }[which]()
    nodes, edges = read_back(serialize(network, format_name), format_name)
    assert (nodes, edges) == expected_of(network, format_name)
    assert list(nodes) == [node.id for node in network.nodes]
    assert len(edges) == len(network.edges) > 0


def test_attributes_have_their_types_and_what_is_not_known_has_none():
    nodes, edges = read_back(serialize(HARD, "graphml"), "graphml")
    assert nodes["Q1"] == {
        "label": "L'Aquila",
        "label_id": "L'Aquila",
        "country": "Q38",
        "country_iso": "IT",
        "country_label": "Italy",
        "country_label_id": "Italia",
        "level": "city",
        "city": True,
        "latitude": 42.35,
        "longitude": 13.4,
        "qid": "Q1",
    }
    assert nodes["x-jp-kitakyushu-0a1b2c"] == {"label": "北九州市 \\ Kitakyūshū", "city": False}
    assert edges[frozenset(("Q1", "Q2"))] == {
        "partnership": "Q1-Q2",
        "since": "1954-03",
        "until": "2001",
        "status": "expired",
        "relation": "friendship",
        "domestic": False,
        "sources": 2,
    }


@pytest.mark.parametrize("format_name", ["graphml", "gexf"])
def test_edges_are_named_by_their_partnership_and_have_days_for_time_lines(format_name):
    root = ElementTree.fromstring(serialize(HARD, format_name))
    edges = [element for element in root.iter() if element.tag.endswith("}edge")]
    assert sorted(edge.attrib["id"] for edge in edges) == [edge.partnership for edge in HARD.edges]
    graph = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}[format_name](
        io.BytesIO(serialize(HARD, format_name))
    )
    days = {
        data["partnership"]: (data.get("start"), data.get("end")) for _, _, data in graph.edges(data=True)
    }
    assert days["Q1-Q2"] == ("1954-03-01", "2001-12-31")
    if format_name == "gexf":
        timed = next(element for element in root.iter() if element.tag.endswith("}graph"))
        assert (timed.attrib["mode"], timed.attrib["timeformat"]) == ("dynamic", "date")


def test_pajek_draws_places_where_they_are_on_a_map():
    graph = nx.read_pajek(io.BytesIO(serialize(HARD, "pajek")))
    assert [(node["x"], node["y"]) for node in graph.nodes.values()] == [
        (0.537222, 0.264722),
        (2.8e-05, 0.5),
        (0.0, 0.0),
    ]


@pytest.mark.parametrize(
    ("format_name", "kind", "rows"), [("nodes", Node, "nodes"), ("edges", Edge, "edges")]
)
def test_the_tables_hold_every_field(model, format_name, kind, rows):
    names = [field.name for field in fields(kind)]
    for network in (network_of(model), HARD):
        body = serialize(network, format_name).decode()
        assert "\r" not in body and body.endswith("\n")
        read = list(csv.DictReader(io.StringIO(body)))
        assert list(read[0]) == names
        assert read == [
            {
                name: "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
                for name in names
                for value in [getattr(one, name)]
            }
            for one in getattr(network, rows)
        ]


def test_a_file_says_of_which_date_it_is_and_what_is_left_out(model):
    network = network_of(model, parse_date("1990"))
    state = {"as_of": "1990", "undated": network.undated, "unended": 0}
    assert network.undated > 0
    graph = nx.read_graphml(io.BytesIO(serialize(network, "graphml")))
    assert graph.graph["name"] == "Kota Kembar"
    assert {name: graph.graph[name] for name in state} == state
    words = f"as_of 1990, undated {network.undated}, unended 0"
    assert words in serialize(network, "gexf").decode()
    assert "as_of" not in serialize(network_of(model), "graphml").decode()


def test_gexf_names_neither_the_day_nor_a_version():
    text = serialize(HARD, "gexf").decode()
    assert "lastmodifieddate" not in text
    assert nx.__version__ not in text and "NetworkX" not in text
    assert "<creator>Kota Kembar</creator>" in text


@pytest.mark.parametrize("format_name", FORMATS)
def test_an_empty_network_is_a_valid_file(format_name):
    body = serialize(Network((), ()), format_name)
    assert body.endswith(b"\n")
    if format_name in ("nodes", "edges"):
        assert list(csv.DictReader(io.StringIO(body.decode()))) == []
    else:
        assert read_back(body, format_name) == ({}, {})


def test_an_unknown_format_is_an_error():
    with pytest.raises(KeyError):
        serialize(HARD, "xlsx")


WRITE = """
import sys
from hashlib import sha256
from random import Random
from tests.graph.network.test_network import HARD
from graph.network.network import make_network, network_of
from graph.network.files import FORMATS, serialize
from graph.reconcile.reconcile import reconcile
from loaders.collection import load_bundled
whole = network_of(reconcile(load_bundled()))
for network in (whole, HARD):
    nodes, edges = list(network.nodes), list(network.edges)
    Random(int(sys.argv[1])).shuffle(nodes)
    Random(int(sys.argv[1])).shuffle(edges)
    for name in FORMATS:
        print(name, sha256(serialize(make_network(nodes, edges), name)).hexdigest())
"""


def test_the_bytes_are_the_same_in_every_process(model):
    expected = [
        f"{name} {sha256(serialize(network, name)).hexdigest()}"
        for network in (network_of(model), HARD)
        for name in FORMATS
    ]
    for seed, zone in (("0", "Asia/Jakarta"), ("4294967295", "America/New_York")):
        environment = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C", "PYTHONPATH": str(ROOT)}
        made = subprocess.run(
            [sys.executable, "-c", WRITE, seed],
            cwd=ROOT,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert made.stdout.splitlines() == expected


def test_the_files_of_a_release(tmp_path):
    files = write_network(HARD, tmp_path)
    assert [(file.name, file.media_type) for file in files] == [
        ("network.graphml", "application/graphml+xml"),
        ("network.gexf", "application/gexf+xml"),
        ("network.net", "text/plain"),
        ("network-nodes.csv", "text/csv"),
        ("network-edges.csv", "text/csv"),
    ]
    for file, name in zip(files, FORMATS, strict=True):
        body = (tmp_path / file.name).read_bytes()
        assert body == serialize(HARD, name)
        assert (file.kind, file.bytes, file.sha256) == ("network", len(body), sha256(body).hexdigest())


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

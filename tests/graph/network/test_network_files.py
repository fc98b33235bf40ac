"""The files of a network: what other programs read back, and the same bytes in every process."""

import csv
import io
import os
import subprocess
import sys
from dataclasses import fields
from hashlib import sha256
from xml.etree import ElementTree

import networkx as nx
import pytest

from graph.model.dates import parse_date
from graph.network.files import FORMATS, serialize, to_graph, write_network
from graph.network.network import Edge, Network, Node, make_network, network_of
from graph.reconcile.reconcile import reconcile
from loaders.collection import load_bundled
from tests.kit.paths import ROOT

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


def edge(since="", until="", status=""):
    dates = (parse_date(text) if text else None for text in (since, until))
    return Edge("a", "b", "a-b", *dates, status=status)


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
from tests.graph.network.test_network_files import HARD
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

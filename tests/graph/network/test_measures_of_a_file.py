"""The measures of a table of edges, however it is written, and the command that prints them."""

import csv
import io
import json
from dataclasses import asdict, fields

import networkx as nx
import pytest
from click.testing import CliRunner

from endpoint.cli.commands.network import measures_command
from graph.errors import TableError
from graph.network import betweenness
from graph.network.edges import read_edges
from graph.network.files import serialize
from graph.network.measures import (
    Measures,
    NetworkMeasures,
    PlaceMeasures,
    measure,
)
from graph.network.network import network_of
from graph.reconcile.reconcile import reconcile
from loaders.collection import load_bundled
from tests.kit.paths import ROOT

pytestmark = pytest.mark.slow


WIKIDATA = ROOT.parent / "shared" / "data" / "wikidata-p190-2016" / "relations.tsv"


def write(folder, text, name="edges.txt"):
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize(
    "text",
    [
        "a b\nb c\n", "a\tb\nb\tc\n", "a,b\nb,c", "a;b\nb;c\n", "a b\r\nb c\r\n", "\ufeffa b\nb c\n",
        "# from somewhere\n% sym unweighted\n\na b\nb c\n",
        "source,target\na,b\nb,c\n",
        "From\tTo\na\tb\nb\tc\n",
        "id,Source,Target,weight\n1,a,b,2\n2,b,c,1\n",
        '"a","b"\n"b","c"\n',
        "a b\nb a\nb c\nb b\na b\n",
        "source\ttarget\tnote\na\tb\t\nb\tc\tx\n",
        "  a b \n b c\n",
    ],
)  # fmt: skip
def test_an_edge_list_is_read_however_it_is_written(tmp_path, text):
    network = read_edges(write(tmp_path, text)).network
    assert [node.id for node in network.nodes] == ["a", "b", "c"]
    assert [(edge.source, edge.target) for edge in network.edges] == [("a", "b"), ("b", "c")]


def test_what_is_left_out_of_an_edge_list_is_counted(tmp_path):
    edges = read_edges(write(tmp_path, "a b\nb a\nb c\nb b\na b\n"))
    assert (edges.rows, edges.loops, edges.repeated, edges.header) == (5, 1, 2, ())


@pytest.mark.parametrize(
    ("text", "header", "taken", "rows"),
    [
        ("city\tpartner\nQ1\tQ2\n", None, ("city", "partner"), 1),
        ("Berlin\tParis\nQ1\tQ2\n", False, (), 2),
        ("Berlin,Paris\nRome,Oslo\n", None, (), 2),
        ("Berlin,Paris\nRome,Oslo\n", True, ("Berlin", "Paris"), 1),
        ("Berlin Paris\n", None, (), 1),
        ("1 2\n2 3\n", None, (), 2),
    ],
)
def test_a_header_is_guessed_unless_it_is_given(tmp_path, text, header, taken, rows):
    edges = read_edges(write(tmp_path, text), header)
    assert (edges.header, edges.rows) == (taken, rows)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", None, "it is empty"),
        ("# nothing\n\n", None, "it is empty"),
        ("a a\n", None, "there is no link between two places in it"),
        ("source,target\n", None, "there is no link between two places in it"),
        ("a b\n\nb c 5\n", 3, "there are 3 columns, not 2"),
        ("a,b\nb\n", 2, "there are 1 columns, not 2"),
        ("a,b\n,c\n", 2, "an end of the link is empty"),
        ("name,city,partner\nx,1,2\n", 1, "the columns name, city, partner do not say which two are linked"),
        ("\tb\tc\nd\te\tf\n", 1, "there are 3 columns, not 2"),
        (f"a,b\n{'x' * 140_000},c\n", 2, "it is not well-formed (field larger than field limit (131072))"),
        (b"\xff\xfe\x00a", None, "it is not text in UTF-8 (invalid start byte)"),
    ],
)
def test_what_is_no_edge_list_is_refused_with_its_line(tmp_path, text, line, what):
    with pytest.raises(TableError) as error:
        read_edges(write(tmp_path, text))
    assert (error.value.file, error.value.line, error.value.what) == ("edges.txt", line, what)


def test_our_own_table_of_edges_has_the_measures_of_our_network(tmp_path):
    bundled_network = network_of(reconcile(load_bundled()))
    path = write(tmp_path, serialize(bundled_network, "edges"), "network-edges.csv")
    ours, read = measure(bundled_network), measure(read_edges(path).network)
    assert read.places == ours.places
    assert isinstance(read, Measures)
    assert read.network.modularity == ours.network.modularity


@pytest.fixture
def karate_file(tmp_path):
    path = tmp_path / "karate.txt"
    nx.write_edgelist(nx.karate_club_graph(), path, data=False)
    return path


@pytest.fixture
def karate(karate_file):
    return measure(read_edges(karate_file).network)


STEPS = [
    "finding components and bridges",
    "finding communities",
    "measuring clustering and diameter",
    "finding betweenness",
]


def run(*arguments):
    return CliRunner().invoke(measures_command, [str(one) for one in arguments])


def test_the_command_prints_the_figures_of_the_karate_club(karate_file):
    result = run(karate_file)
    assert result.exit_code == 0
    assert result.stderr.splitlines() == ["78 rows, 0 loops and 0 repetitions left out", *STEPS]
    rows = dict(list(csv.reader(io.StringIO(result.stdout)))[1:])
    assert result.stdout.startswith("measure,value\nnodes,34\nedges,78\ndensity,0.139037\n")
    known = {"transitivity": "0.255682", "degree_assortativity": "-0.475613", "diameter": "5"}
    assert known.items() <= rows.items()
    assert not {"international", "country_assortativity", "median_distance_km"} & set(rows)


def test_the_command_says_when_betweenness_is_sampled(karate_file, monkeypatch):
    monkeypatch.setattr(betweenness, "EXACT_STEPS", 34 * (34 + 78) - 1)
    monkeypatch.setattr(betweenness, "PIVOT_STEPS", 10 * (34 + 78))
    words = "78 rows, 0 loops and 0 repetitions left out; betweenness is sampled, from 10 of 34 nodes"
    result = run(karate_file)
    assert result.stderr.splitlines()[0] == words
    assert "betweenness_pivots,10\n" in result.stdout


def test_the_command_prints_a_row_for_each_node(karate_file, karate):
    result = run(karate_file, "--nodes")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    (community,) = (str(place.community) for place in karate.places if place.id == "0")
    assert list(rows[0]) == [field.name for field in fields(PlaceMeasures)]
    assert list(rows[0].values()) == ["0", "16", "0.437635", "0.15", "1", community, "1"]
    assert len(rows) == 34


def test_the_command_prints_tables_and_json(karate_file, karate):
    table = run(karate_file, "--format", "table")
    assert ["average_clustering", "0.570638"] in [line.split() for line in table.stdout.splitlines()]
    figures = json.loads(run(karate_file, "--format", "json").stdout)
    assert figures == {name: v for name, v in asdict(karate.network).items() if name in figures}
    assert len(figures) == len(fields(NetworkMeasures)) - 5
    nodes = json.loads(run(karate_file, "--nodes", "--format", "json").stdout)
    assert nodes == [asdict(place) for place in karate.places]


def test_the_command_says_which_header_it_took_and_what_it_cannot_read(tmp_path):
    named = run(write(tmp_path, "city partner\n1 2\n"))
    assert named.stderr.startswith("the header city, partner; 1 rows, 0 loops and 0 repetitions left out\n")
    assert run(write(tmp_path, "Oslo Rome\nBonn Bath\n"), "--header").stdout.splitlines()[1] == "nodes,2"
    assert isinstance(run(write(tmp_path, "a\n")).exception, TableError)
    assert run(tmp_path / "none.txt").exit_code == 2


@pytest.mark.shared
@pytest.mark.skipif(not WIKIDATA.is_file(), reason="needs ../shared/data beside the project")
def test_wikidata_of_2016_is_one_component(monkeypatch):
    """PROVENANCE: 34,182 rows, 4 repeated, 624 one-way: (34182 - 4 - 624) / 2 + 624 links; one component."""
    monkeypatch.setattr(betweenness, "EXACT_STEPS", 0)
    monkeypatch.setattr(betweenness, "PIVOT_STEPS", 1_000_000)
    edges = read_edges(WIKIDATA)
    assert (edges.rows, edges.loops, edges.repeated) == (34182, 0, 34182 - 17401)
    whole = measure(edges.network).network
    assert (whole.nodes, whole.edges, whole.components) == (10055, 17401, 1)
    assert (whole.largest_component_share, whole.diameter, whole.bridges) == (1.0, 25, 5448)
    assert (whole.transitivity, whole.degree_assortativity) == (0.114223, 0.349762)

"""The measures of networks: against published figures, against networkx, as triples, on the command line."""

import os
import re
import subprocess
import sys
from dataclasses import asdict

import networkx as nx
import pytest
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store, parse

from graph.model.terms import decimal, decimal_text
from graph.network import betweenness
from graph.network import measures as graph_measures
from graph.network.measures import (
    assort_countries,
    measure,
)
from graph.network.network import Edge, Network, Node, make_network, network_of
from graph.network.read import read_network
from graph.reconcile.reconcile import reconcile
from graph.triples.measures import describe_measures
from loaders.collection import load_bundled
from ontology import BASE, KK, read_text
from queries import catalogue
from queries.bind import bind
from tests.kit.paths import ROOT
from tests.kit.world import WORLD, resolver_of, selector, world_store

pytestmark = pytest.mark.slow

KARATE = nx.karate_club_graph()
MEASURES_GRAPH = NamedNode(BASE + "graph/measures")


def network_from(graph, **countries):
    nodes = [Node(str(n), country=countries.get(str(n), "")) for n in graph]
    return make_network(nodes, [Edge(str(a), str(b), f"{a}-{b}") for a, b in graph.edges])


def of_places(measures, name):
    return {place.id: getattr(place, name) for place in measures.places}


@pytest.fixture(scope="module")
def karate():
    return measure(network_from(KARATE))


@pytest.fixture(scope="module")
def bundled_network():
    return network_of(reconcile(load_bundled()))


# The karate club: Zachary 1977; figures as in the Koblenz Network Collection and in textbooks.
def test_the_karate_club_has_its_known_figures(karate):
    whole = asdict(karate.network)
    assert 0.415 <= whole.pop("modularity") <= 0.4198  # 0.4198 is the best there is
    assert list(whole.values()) == [
        34, 78, 0.139037, 1, 34, 1.0, 5, 34, 0.570638, 0.255682, 4, 1, -0.475613, None, 0, 0, 0, None,
    ]  # fmt: skip
    assert list(whole)[:3] == ["nodes", "edges", "density"]
    assert list(whole)[8:13] == [
        "average_clustering", "transitivity", "communities", "bridges", "degree_assortativity",
    ]  # fmt: skip


def test_the_karate_club_has_its_known_places(karate):
    degree, betweenness = of_places(karate, "degree"), of_places(karate, "betweenness")
    assert [degree[n] for n in ("33", "0", "32", "2", "11")] == [17, 16, 12, 10, 1]
    assert [betweenness[n] for n in ("0", "33", "32", "2", "11")] == [
        0.437635,
        0.304075,
        0.145247,
        0.143657,
        0,
    ]
    assert [of_places(karate, "clustering")[n] for n in ("0", "33", "7", "11")] == [0.15, 0.110294, 1.0, 0.0]
    assert [link.id for link in karate.links if link.bridge] == ["0-11"]
    bridge_links = of_places(karate, "bridge_links")
    assert {n for n, count in bridge_links.items() if count} == {"0", "11"}
    assert set(of_places(karate, "component").values()) == {1}
    sizes = [list(of_places(karate, "community").values()).count(n) for n in (1, 2, 3, 4)]
    assert sizes == sorted(sizes, reverse=True) and sum(sizes) == 34


def test_all_agrees_with_networkx_on_a_graph_with_many_parts():
    graph = nx.gnm_random_graph(300, 330, seed=7)
    graph.remove_nodes_from(list(nx.isolates(graph)))
    countries = {str(n): f"Q{n % 5}" for n in graph}
    nx.set_node_attributes(graph, {n: countries[str(n)] for n in graph}, "country")
    measures = measure(network_from(graph, **countries))
    whole = measures.network
    parts = sorted(nx.connected_components(graph), key=len, reverse=True)
    assert len(parts) > 5
    assert (whole.nodes, whole.edges, whole.components) == (len(graph), 330, len(parts))
    assert whole.largest_component_share == pytest.approx(len(parts[0]) / len(graph), abs=1e-6)
    assert whole.diameter == nx.diameter(graph.subgraph(parts[0]))
    assert whole.degree_assortativity == pytest.approx(nx.degree_assortativity_coefficient(graph), abs=1e-6)
    by_country = nx.attribute_assortativity_coefficient(graph, "country")
    assert whole.country_assortativity == pytest.approx(by_country, abs=1e-6)
    assert whole.bridges == len(list(nx.bridges(graph)))
    for name, known in (
        ("betweenness", nx.betweenness_centrality(graph)),
        ("clustering", nx.clustering(graph)),
    ):
        assert of_places(measures, name) == pytest.approx({str(n): v for n, v in known.items()}, abs=1e-6)
    component = of_places(measures, "component")
    assert {frozenset(n for n in component if component[n] == c) for c in set(component.values())} == {
        frozenset(map(str, part)) for part in parts
    }


def test_components_are_numbered_by_size_then_by_the_smallest_id():
    graph = nx.Graph([("d", "e"), ("b", "c"), ("x", "y"), ("y", "z"), ("q", "a")])
    component = of_places(measure(network_from(graph)), "component")
    assert component == {"x": 1, "y": 1, "z": 1, "a": 2, "q": 2, "b": 3, "c": 3, "d": 4, "e": 4}
    assert graph_measures._largest_first([{5}, {2, 3}, {1}]) == [{2, 3}, {1}, {5}]


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        ((0.0, 0.0), (0.0, 1.0), 111.3),  # a degree of the equator, 2π · 6378.137 km / 360
        ((90.0, 0.0), (-90.0, 0.0), 20003.9),  # half a meridian of WGS 84
        ((0.0, 179.5), (0.0, -179.5), 111.3),  # across the date line
        ((-6.18, 106.83), (-6.18, 106.83), 0.0),
        ((-6.18, 106.83), (37.57, 126.98), 5275.7),
        ((None, None), (0.0, 0.0), None),
        ((0.0, 0.0), (0.0, None), None),
    ],
)
def test_distances_are_geodesics_in_km(one, other, km):
    nodes = [Node("a", latitude=one[0], longitude=one[1]), Node("b", latitude=other[0], longitude=other[1])]
    measures = measure(make_network(nodes, [Edge("a", "b", "a-b")]))
    assert measures.links[0].distance_km == km
    assert (measures.network.with_distance, measures.network.median_distance_km) == (int(km is not None), km)


def test_links_are_counted_by_country_within_and_between():
    edges = ["ab", "ac", "bc", "cd", "cg", "de", "ef"]
    countries = {"a": "Q2", "b": "Q2", "c": "Q10", "d": "Q2", "e": "Q2", "g": "Q10"}
    nodes = [
        Node(n, country=countries.get(n, ""), country_label=f"Land {countries.get(n)}") for n in "abcdefg"
    ]
    measures = measure(make_network(nodes, [Edge(a, b, f"{a}-{b}") for a, b in edges]))
    # Six links have a country at both ends, so twelve ends: Q2 has 7 of them, Q10 has 5.
    assert [(pair.countries, pair.links, pair.expected) for pair in measures.country_pairs] == [
        (("Q10", "Q10"), 1, 1.041667),  # 5² / 24
        (("Q2", "Q10"), 3, 2.916667),  # 7 · 5 / 12
        (("Q2", "Q2"), 2, 2.041667),  # 7² / 24
    ]
    assert [(one.id, one.label, one.international, one.domestic) for one in measures.countries] == [
        ("Q10", "Land Q10", 3, 1),
        ("Q2", "Land Q2", 3, 2),
    ]
    assert (measures.network.edges, measures.network.international, measures.network.domestic) == (7, 3, 3)
    assert measures.network.country_assortativity == -0.028571  # (1/2 - 74/144) / (1 - 74/144)


@pytest.mark.parametrize(
    ("pairs", "value"),
    [
        ([("A", "A"), ("B", "B")], 1.0),
        ([("A", "B")], -1.0),
        ([("A", "A"), ("A", "B"), ("A", "B"), ("B", "B")], 0.0),
        ([("A", "A")], None),
        ([], None),
    ],
)
def test_country_assortativity(pairs, value):
    assert assort_countries(pairs) == value


def test_degrees_that_are_all_the_same_have_no_assortativity():
    assert measure(network_from(nx.cycle_graph(5))).network.degree_assortativity is None


def test_an_empty_network_has_measures():
    empty = measure(Network((), ()))
    assert (empty.places, empty.links, empty.countries, empty.country_pairs) == ((), (), (), ())
    whole = empty.network
    assert (whole.nodes, whole.components, whole.communities, whole.betweenness_pivots) == (0, 0, 0, 0)
    assert (whole.density, whole.diameter, whole.modularity) == (0.0, None, None)
    assert NamedNode(KK["diameter"]) not in {triple[1] for triple in describe_measures(empty)}


def test_a_network_measured_from_pivots_says_so(monkeypatch):
    network = network_from(nx.barabasi_albert_graph(400, 2, seed=3))
    monkeypatch.setattr(betweenness, "EXACT_STEPS", 0)
    monkeypatch.setattr(betweenness, "PIVOT_STEPS", 100 * (400 + len(network.edges)))
    assert measure(network).network.betweenness_pivots == 100
    words = " ".join(str(triple[2]) for triple in describe_measures(measure(network)))
    assert "from 100 places drawn at random with seed 1;" in words
    assert "100 wilayah yang diambil acak dengan benih 1;" in words


def test_the_diameter_of_a_very_large_component_is_left_out(monkeypatch):
    monkeypatch.setattr(graph_measures, "LARGEST_FOR_DIAMETER", 33)
    assert measure(network_from(KARATE)).network.diameter is None


MEASURE = """
import sys
from hashlib import sha256
from random import Random
import networkx as nx
from graph.triples.measures import describe_measures
from graph.network.measures import measure
from graph.network.network import Edge, Node, make_network, network_of
from graph.reconcile.reconcile import reconcile
from loaders.collection import load_bundled
from graph.network import betweenness
whole = network_of(reconcile(load_bundled()))
random = nx.barabasi_albert_graph(500, 2, seed=3)
people = [Node(f"Q{n}", country="Q1") for n in random]
links = [Edge(f"Q{a}", f"Q{b}", f"Q{a}-Q{b}") for a, b in random.edges]
for exact, (nodes, edges) in enumerate([(people, links), (whole.nodes, whole.edges)]):
    betweenness.EXACT_STEPS = exact * 10**9
    betweenness.PIVOT_STEPS = 400_000
    nodes, edges = list(nodes), list(edges)
    if sys.argv[1:]:
        Random(int(sys.argv[1])).shuffle(nodes)
        Random(int(sys.argv[1])).shuffle(edges)
    triples = describe_measures(measure(make_network(nodes, edges)))
    print(sha256("".join(map(str, triples)).encode()).hexdigest())
"""


def test_the_measures_are_the_same_in_every_process_and_order():
    made = [
        subprocess.run(
            [sys.executable, "-c", MEASURE, *arguments],
            env=os.environ | {"PYTHONHASHSEED": seed, "LC_ALL": "C", "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for arguments, seed in (([], "0"), (["1"], "1"), (["2"], "4294967295"))
    ]
    assert len(made[0].split()) == 2
    assert made[0] == made[1] == made[2]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.5, "12.5"), (12.0, "12"), (100.0, "100"), (0.0, "0"), (-0.0, "0"), (-0.0000001, "0"),
        (0.000001, "0.000001"), (1e-7, "0"), (-0.387, "-0.387"), (20003.9, "20003.9"),
    ],
)  # fmt: skip
def test_a_decimal_is_what_the_store_gives_back(value, text):
    assert decimal_text(value) == text
    store, me = Store(), NamedNode("https://example.org/")
    store.add(Quad(me, me, decimal(value), me))
    (quad,) = store
    assert quad.object == decimal(value)


def world_measures():
    quads = (q for q in parse(WORLD.read_bytes(), RdfFormat.TRIG) if q.graph_name == MEASURES_GRAPH)
    return {quad.triple for quad in quads if not quad.predicate.value.endswith("#comment")}


def triples_of(measures):
    return [Quad(*triple).triple for triple in describe_measures(measures)]


def test_the_world_has_the_measures_counted_by_hand():
    triples = triples_of(measure(read_network(world_store())))
    comments = [triple for triple in triples if triple.predicate.value.endswith("#comment")]
    assert sorted(comment.object.language for comment in comments) == ["en", "id"]
    assert set(triples) - set(comments) == world_measures()
    assert len(triples) == len(set(triples))


def test_the_bundled_measures_come_back_from_a_store_as_they_were(bundled, bundled_network):
    triples = list(describe_measures(measure(bundled_network)))
    store = Store()
    store.bulk_extend(Quad(*triple, MEASURES_GRAPH) for triple in triples)
    assert {quad.triple for quad in store} == {Quad(*triple).triple for triple in triples}
    assert not [term for triple in triples for term in triple if isinstance(term, BlankNode)]
    core = {quad.triple for quad in bundled.store if quad.graph_name != MEASURES_GRAPH}
    assert core.isdisjoint(Quad(*triple).triple for triple in triples), "one triple, one graph"


def test_the_ontology_defines_the_measures_that_are_described_and_no_others(bundled_network):
    triples = list(describe_measures(measure(bundled_network)))
    terms = {p.value for _, p, _ in triples} | {o.value for _, p, o in triples if p.value.endswith("#type")}
    section = read_text("kembar.ttl").split("# ---- measures")[1].split("# ----")[0]
    defined = re.findall(r"^kk:(\w+) a owl:", section, re.MULTILINE)
    assert sorted(term.removeprefix(str(KK)) for term in terms if term in KK) == sorted(defined)


def test_every_place_and_partnership_of_the_network_is_described_once(bundled_network):
    triples = list(describe_measures(measure(bundled_network)))
    places = [s.value for s, p, _ in triples if p.value == str(KK.degree)]
    links = [s.value for s, p, _ in triples if p.value == str(KK.isBridge)]
    assert places == [f"{BASE}place/{node.id}" for node in bundled_network.nodes]
    assert links == [f"{BASE}partnership/{edge.partnership}" for edge in bundled_network.edges]
    located = {node.id for node in bundled_network.nodes if node.latitude is not None}
    both = [edge.partnership for edge in bundled_network.edges if {edge.source, edge.target} <= located]
    distances = [s.value for s, p, _ in triples if p.value == str(KK.distanceKm)]
    assert distances == [f"{BASE}partnership/{one}" for one in both]


def ask(store, slug, *columns, **given):
    select, query = selector(store), catalogue()[slug]
    rows = select(bind(query, given, resolver_of(store)))
    return [tuple(row.get(name, "") for name in columns) for row in rows]


def test_partnerships_without_a_distance_or_within_a_country_are_counted():
    store = world_store()
    pair = NamedNode(BASE + "partnership/Q3630-Q8684")
    (quad,) = store.quads_for_pattern(pair, NamedNode(KK["distanceKm"]), None)
    store.remove(quad)
    (quad,) = store.quads_for_pattern(
        NamedNode(BASE + "partnership/Q8684-Q10389"), NamedNode(KK["domestic"]), None
    )
    store.remove(quad)
    store.update(f"INSERT DATA {{ GRAPH <{BASE}graph/core> {{ {quad.subject} {quad.predicate} true }} }}")
    columns = ("bandLabel", "partnerships", "domestic", "fromKm")
    assert ask(store, "distance-distribution", *columns) == [
        ("5000 to 6000 km", "3", "1", "5000"),
        ("12000 to 13000 km", "1", "0", "12000"),
        ("not known", "1", "0", ""),
    ]

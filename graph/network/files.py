"""The files of a network that other programs read: GraphML, GEXF, Pajek, and tables of nodes and edges."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from xml.etree.ElementTree import SubElement

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter

from graph.model.dates import PartialDate
from graph.network.network import Edge, Network, Node
from graph.store.files import ReleaseFile, write_file

NAME = "Kota Kembar"

Value = str | int | float | bool


def to_graph(network: Network) -> nx.Graph[str]:
    """Return the network as a graph of networkx; what is not known has no attribute."""
    graph: nx.Graph[str] = nx.Graph()
    graph.graph.update(name=NAME, **_graph_attributes(network))
    for node in network.nodes:
        graph.add_node(node.id, **_attributes(node, "id"))
    for edge in network.edges:
        graph.add_edge(edge.source, edge.target, **_attributes(edge, "source", "target"))
    return graph


def _to_timed_graph(network: Network) -> nx.Graph[str]:
    """Return the same graph with what time lines need: an id, first and last day for each edge.

    A coarse date gets the benefit of the doubt, as in `Edge.exists_at`. Without a known end there is none.
    """
    graph = to_graph(network)
    for edge in network.edges:
        data = graph.edges[edge.source, edge.target]
        data["id"] = edge.partnership
        if edge.since is not None:
            data["start"] = edge.since.first_day.isoformat()
        if edge.until is not None:
            data["end"] = edge.until.last_day.isoformat()
    return graph


def _graph_attributes(network: Network) -> dict[str, Value]:
    """Return the attributes of the whole graph: its date, and how many partnerships that leaves out."""
    if network.as_of is None:
        return {}
    return {"as_of": str(network.as_of), "undated": network.undated, "unended": network.unended}


def _attributes(element: Node | Edge, *without: str) -> dict[str, Value]:
    kept = (field.name for field in fields(element) if field.name not in without)
    values = {name: getattr(element, name) for name in kept}
    plain = {name: str(v) if isinstance(v, PartialDate) else v for name, v in values.items()}
    return {name: value for name, value in plain.items() if value is not None and value != ""}


def _write_graphml(network: Network) -> bytes:
    body = io.BytesIO()
    graph = _to_timed_graph(network)
    nx.write_graphml_xml(graph, body, named_key_ids=True, edge_id_from_attribute="id")
    return body.getvalue() + b"\n"


def _write_gexf(network: Network) -> bytes:
    """Write GEXF 1.2; the day and the version that networkx puts into the head would change the bytes."""
    writer, body = GEXFWriter(version="1.2draft"), io.BytesIO()
    writer.add_graph(_to_timed_graph(network))
    meta = writer.xml.find("meta")
    meta.attrib.clear()
    meta.find("creator").text = NAME
    words = ", ".join(f"{name} {value}" for name, value in _graph_attributes(network).items())
    SubElement(meta, "description").text = f"Accepted partnerships of places. {words}".strip()
    writer.write(body)
    return body.getvalue() + b"\n"


def _write_pajek(network: Network) -> bytes:
    """Write Pajek; networkx reads it back, and would write names with an apostrophe so that it cannot."""
    return "".join(f"{line}\n" for line in _pajek_lines(network)).encode()


def _pajek_lines(network: Network) -> Iterator[str]:
    number = {node.id: n for n, node in enumerate(network.nodes, start=1)}
    yield f"*Vertices {len(network.nodes)}"
    for node in network.nodes:
        rest = _pajek_attributes(_attributes(node, "id"))
        yield f"{number[node.id]} {_quote(node.id)} {_pajek_position(node)} ellipse{rest}"
    yield "*Edges"
    for edge in network.edges:
        rest = _pajek_attributes(_attributes(edge, "source", "target"))
        yield f"{number[edge.source]} {number[edge.target]} 1{rest}"


def _pajek_position(node: Node) -> str:
    """Return where a node is drawn, from 0 to 1: as on a map, north above; in the corner when not known."""
    if node.longitude is None or node.latitude is None:
        return "0 0"
    return f"{(node.longitude + 180) / 360:.6f} {(90 - node.latitude) / 180:.6f}"


def _pajek_attributes(attributes: Mapping[str, Value]) -> str:
    return "".join(f" {name} {_quote(_cell(value))}" for name, value in attributes.items())


def _quote(text: str) -> str:
    """Return a text in quotation marks; the format has no way to write one inside them."""
    return '"' + text.replace("\\", "/").replace('"', "'") + '"'


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _write_nodes(network: Network) -> bytes:
    return _write_table(Node, network.nodes)


def _write_edges(network: Network) -> bytes:
    return _write_table(Edge, network.edges)


def _write_table(kind: type[Node] | type[Edge], rows: Iterable[Node | Edge]) -> bytes:
    text, names = io.StringIO(), [field.name for field in fields(kind)]
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_cell(getattr(row, name)) for name in names] for row in rows)
    return text.getvalue().encode()


@dataclass(frozen=True)
class NetworkFormat:
    """One way to write a network: the file of a release, its media type, and the function that writes it."""

    file: str
    media_type: str
    write: Callable[[Network], bytes]


FORMATS: Mapping[str, NetworkFormat] = {
    # http://graphml.graphdrawing.org/specification.html
    "graphml": NetworkFormat("network.graphml", "application/graphml+xml", _write_graphml),
    # https://gexf.net/1.2/
    "gexf": NetworkFormat("network.gexf", "application/gexf+xml", _write_gexf),
    # http://mrvar.fdv.uni-lj.si/pajek/ (the manual, "Data objects")
    "pajek": NetworkFormat("network.net", "text/plain", _write_pajek),
    # https://www.rfc-editor.org/rfc/rfc4180, with line feeds alone
    "nodes": NetworkFormat("network-nodes.csv", "text/csv", _write_nodes),
    "edges": NetworkFormat("network-edges.csv", "text/csv", _write_edges),
}
"""What `serialize` can write."""


def serialize(network: Network, format_name: str) -> bytes:
    """Return the network as the bytes of a file, the same for the same network on every machine.

    `format_name` is a key of FORMATS; raises KeyError when it is not.
    """
    return FORMATS[format_name].write(network)


def write_network(network: Network, folder: Path) -> list[ReleaseFile]:
    """Write the network in every format into `folder` and return the files."""
    return [
        write_file(folder, form.file, form.write(network), form.media_type, "network")
        for form in FORMATS.values()
    ]

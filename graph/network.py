"""The network of accepted partnerships, whole or as of a date, and the files that other programs read."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from xml.etree.ElementTree import SubElement

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter
from pyoxigraph import Store

from graph.claims import Place
from graph.dates import PartialDate, parse_date
from graph.files import ReleaseFile, write_file
from graph.iris import iri, order_pair
from graph.model import Model, Outcome, Pair
from graph.store import select
from ontology import PREFIXES

NAME = "Kota Kembar"
ENDED = frozenset({"expired", "terminated", "superseded"})
"""The statuses that say that a partnership is over."""

Value = str | int | float | bool


@dataclass(frozen=True)
class Node:
    """A place with an accepted partner; `label` is English, `label_id` Indonesian, `country` a place id.

    Coordinates are degrees of WGS 84, None when not known; other things not known are empty.
    """

    id: str
    label: str = ""
    label_id: str = ""
    country: str = ""
    country_iso: str = ""
    country_label: str = ""
    country_label_id: str = ""
    level: str = ""
    city: bool = False
    latitude: float | None = None
    longitude: float | None = None
    qid: str = ""


@dataclass(frozen=True)
class Edge:
    """An accepted partnership; `source` and `target` are its places in the order of its id, not a direction.

    `sources` is the number of sources that speak of it; `status` and `relation` are slugs.
    """

    source: str
    target: str
    partnership: str
    since: PartialDate | None = None
    until: PartialDate | None = None
    status: str = ""
    relation: str = ""
    domestic: bool = False
    sources: int = 0

    def exists_at(self, as_of: PartialDate) -> bool:
        """Return whether it may have existed at some moment of `as_of`; False when its start is not known.

        Coarse dates get the benefit of the doubt: a start known to the year counts from the first day of that
        year, an end known to the year until its last day. Without an end it still exists.
        """
        if self.since is None or _first_day(self.since) > _last_day(as_of):
            return False
        return self.until is None or _last_day(self.until) >= _first_day(as_of)


@dataclass(frozen=True)
class Network:
    """An undirected, simple network, nodes and edges in the order of their ids.

    `as_of` is the date that it shows, None for all partnerships there ever were. With a date, `undated`
    counts the accepted partnerships left out because their start is not known, and `unended` those kept that
    are over by their status without a known end.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    as_of: PartialDate | None = None
    undated: int = 0
    unended: int = 0


def _first_day(date: PartialDate) -> tuple[int, int, int]:
    return date.year, date.month or 1, date.day or 1


def _last_day(date: PartialDate) -> tuple[int, int, int]:
    return date.year, date.month or 12, date.day or 31


def make_network(nodes: Iterable[Node], edges: Iterable[Edge], as_of: PartialDate | None = None) -> Network:
    """Return the network of the edges that exist at `as_of` (all without it) and of the nodes they link."""
    given = sorted(edges, key=lambda edge: edge.partnership)
    kept = given if as_of is None else [edge for edge in given if edge.exists_at(as_of)]
    linked = {end for edge in kept for end in (edge.source, edge.target)}
    return Network(
        nodes=tuple(sorted((node for node in nodes if node.id in linked), key=lambda node: node.id)),
        edges=tuple(kept),
        as_of=as_of,
        undated=0 if as_of is None else sum(edge.since is None for edge in given),
        unended=0 if as_of is None else sum(edge.until is None and edge.status in ENDED for edge in kept),
    )


def network_of(model: Model, as_of: PartialDate | None = None) -> Network:
    """Return the network of a model's accepted pairs; the same as `read_network` gives of its release."""
    accepted = [pair for pair in model.pairs if pair.outcome is Outcome.ACCEPTED]
    parties = {party for pair in accepted for party in pair.parties}
    nodes = (_node_of(model.places[party], model) for party in parties)
    return make_network(nodes, (_edge_of(pair, model) for pair in accepted), as_of)


def _node_of(place: Place, model: Model) -> Node:
    country = None if place.is_country else model.places.get(place.country)
    return Node(
        id=place.id,
        label=place.label("en"),
        label_id=place.label("id"),
        country=country.id if country else "",
        country_iso=dict(country.codes).get("iso", "") if country else "",
        country_label=country.label("en") if country else "",
        country_label_id=country.label("id") if country else "",
        level=place.level,
        city=place.is_city,
        latitude=float(place.latitude) if place.latitude else None,
        longitude=float(place.longitude) if place.longitude else None,
        qid=place.qid,
    )


def _edge_of(pair: Pair, model: Model) -> Edge:
    first, second = pair.parties
    return Edge(
        source=first,
        target=second,
        partnership=pair.id,
        since=pair.since.value if pair.since else None,
        until=pair.until.value if pair.until else None,
        status=pair.status,
        relation=pair.relation.value if pair.relation else "",
        domestic=model.places[first].country == model.places[second].country,
        sources=len(pair.sources),
    )


_HEAD = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("kk", "rdfs", "geo"))
_NODES = """SELECT * {
  { SELECT DISTINCT ?place { ?place kk:partnerOf ?partner } }
  BIND(EXISTS { ?place a kk:City } AS ?city)
  OPTIONAL { ?place rdfs:label ?en FILTER(LANG(?en) = "en") }
  OPTIONAL { ?place rdfs:label ?id FILTER(LANG(?id) = "id") }
  OPTIONAL { ?place kk:country ?country
    OPTIONAL { ?country kk:isoCode ?iso }
    OPTIONAL { ?country rdfs:label ?countryEn FILTER(LANG(?countryEn) = "en") }
    OPTIONAL { ?country rdfs:label ?countryId FILTER(LANG(?countryId) = "id") } }
  OPTIONAL { ?place kk:level ?level }
  OPTIONAL { ?place kk:wikidataId ?qid }
  OPTIONAL { ?place geo:hasGeometry/geo:asWKT ?point }
}"""
_EDGES = """SELECT * {
  ?a kk:partnerOf ?b FILTER(STR(?a) < STR(?b))
  ?partnership kk:party ?a . ?partnership kk:party ?b ; a kk:Partnership .
  OPTIONAL { ?partnership kk:since ?since }
  OPTIONAL { ?partnership kk:until ?until }
  OPTIONAL { ?partnership kk:status ?status }
  OPTIONAL { ?partnership kk:relationType ?relation }
  OPTIONAL { ?partnership kk:domestic ?domestic }
  OPTIONAL { ?partnership kk:sourceCount ?sources }
}"""
_POINT = re.compile(r"POINT\((\S+) (\S+)\)")


def read_network(store: Store, as_of: PartialDate | None = None) -> Network:
    """Return the network of a release's store: the ends of kk:partnerOf and their kk:Partnership."""
    nodes = (_read_node(row) for row in select(store, _HEAD + _NODES))
    return make_network(nodes, (_read_edge(row) for row in select(store, _HEAD + _EDGES)), as_of)


def _read_node(row: Mapping[str, str]) -> Node:
    point = _POINT.fullmatch(row.get("point", ""))
    english, country = row.get("en", ""), row.get("countryEn", "")
    return Node(
        id=_place_id(row["place"]),
        label=english,
        label_id=row.get("id", english),
        country=_place_id(row.get("country", "")),
        country_iso=row.get("iso", ""),
        country_label=country,
        country_label_id=row.get("countryId", country),
        level=_slug(row.get("level", "")),
        city=row["city"] == "true",
        latitude=float(point[2]) if point else None,
        longitude=float(point[1]) if point else None,
        qid=row.get("qid", ""),
    )


def _read_edge(row: Mapping[str, str]) -> Edge:
    source, target = order_pair(_place_id(row["a"]), _place_id(row["b"]))
    return Edge(
        source=source,
        target=target,
        partnership=row["partnership"].removeprefix(iri("partnership", "")),
        since=parse_date(row["since"]) if "since" in row else None,
        until=parse_date(row["until"]) if "until" in row else None,
        status=_slug(row.get("status", "")),
        relation=_slug(row.get("relation", "")),
        domestic=row.get("domestic") == "true",
        sources=int(row.get("sources", 0)),
    )


def _place_id(place: str) -> str:
    return place.removeprefix(iri("place", ""))


def _slug(concept: str) -> str:
    return concept.rpartition("/")[2]


def to_graph(network: Network) -> nx.Graph[str]:
    """Return the network as a graph of networkx; what is not known has no attribute."""
    graph: nx.Graph[str] = nx.Graph()
    graph.graph.update(name=NAME, **_state(network))
    for node in network.nodes:
        graph.add_node(node.id, **_attributes(node, "id"))
    for edge in network.edges:
        graph.add_edge(edge.source, edge.target, **_attributes(edge, "source", "target"))
    return graph


def _state(network: Network) -> dict[str, Value]:
    """Return what the file as a whole says: the date that it shows, and how many that leaves out."""
    if network.as_of is None:
        return {}
    return {"as_of": str(network.as_of), "undated": network.undated, "unended": network.unended}


def _attributes(one: Node | Edge, *without: str) -> dict[str, Value]:
    values = {field.name: getattr(one, field.name) for field in fields(one) if field.name not in without}
    plain = {name: str(v) if isinstance(v, PartialDate) else v for name, v in values.items()}
    return {name: value for name, value in plain.items() if value is not None and value != ""}


def _write_graphml(network: Network) -> bytes:
    body = io.BytesIO()
    nx.write_graphml_xml(to_graph(network), body, named_key_ids=True)
    return body.getvalue() + b"\n"


def _write_gexf(network: Network) -> bytes:
    """Write GEXF 1.2; the day and the version that networkx puts into the head would change the bytes."""
    writer, body = GEXFWriter(version="1.2draft"), io.BytesIO()
    writer.add_graph(to_graph(network))
    meta = writer.xml.find("meta")
    meta.attrib.clear()
    meta.find("creator").text = NAME
    words = ", ".join(f"{name} {value}" for name, value in _state(network).items())
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
        write_file(folder, one.file, one.write(network), one.media_type, "network")
        for one in FORMATS.values()
    ]

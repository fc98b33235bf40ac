"""The network of accepted partnerships read from the store of a release."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import Store

from graph.model.dates import PartialDate, parse_date
from graph.model.iris import iri, order_pair
from graph.model.points import parse_point
from graph.network.network import Edge, Network, Node, make_network
from graph.store.store import select
from ontology import PREFIXES

_HEAD = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("kk", "rdfs", "geo"))
_NODES = """SELECT * {
  { SELECT DISTINCT ?place { ?place kk:partnerOf ?partner } }
  BIND(EXISTS { ?place a kk:City } AS ?city)
  OPTIONAL { ?place rdfs:label ?en FILTER(LANG(?en) IN ("en", "")) }
  OPTIONAL { ?place rdfs:label ?id FILTER(LANG(?id) = "id") }
  OPTIONAL { ?place kk:country ?country
    OPTIONAL { ?country kk:isoCode ?iso }
    OPTIONAL { ?country rdfs:label ?countryEn FILTER(LANG(?countryEn) IN ("en", "")) }
    OPTIONAL { ?country rdfs:label ?countryId FILTER(LANG(?countryId) = "id") } }
  OPTIONAL { ?place kk:level ?level }
  OPTIONAL { ?place kk:wikidataId ?qid }
  OPTIONAL { ?place geo:hasGeometry/geo:asWKT ?point }
}"""
_EDGES = """SELECT * {
  ?a kk:partnerOf ?b FILTER(STR(?a) < STR(?b))
  ?partnership kk:party ?a . ?partnership kk:party ?b ; a kk:Partnership .
  OPTIONAL { ?partnership kk:since ?since }
  OPTIONAL { ?partnership kk:sinceBasis ?basis }
  OPTIONAL { ?partnership kk:until ?until }
  OPTIONAL { ?partnership kk:status ?status }
  OPTIONAL { ?partnership kk:relationType ?relation }
  OPTIONAL { ?partnership kk:domestic ?domestic }
  OPTIONAL { ?partnership kk:sourceCount ?sources }
}"""


def read_network(store: Store, as_of: PartialDate | None = None) -> Network:
    """Return the network of a release's store: the ends of kk:partnerOf and their kk:Partnership."""
    nodes = (_read_node(row) for row in select(store, _HEAD + _NODES))
    return make_network(nodes, (_read_edge(row) for row in select(store, _HEAD + _EDGES)), as_of)


def _read_node(row: Mapping[str, str]) -> Node:
    latitude, longitude = parse_point(row.get("point", "")) or (None, None)
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
        latitude=latitude,
        longitude=longitude,
        qid=row.get("qid", ""),
    )


def _read_edge(row: Mapping[str, str]) -> Edge:
    source, target = order_pair(_place_id(row["a"]), _place_id(row["b"]))
    return Edge(
        source=source,
        target=target,
        partnership=row["partnership"].removeprefix(iri("partnership", "")),
        since=parse_date(row["since"]) if "since" in row else None,
        since_basis=_slug(row.get("basis", "")),
        until=parse_date(row["until"]) if "until" in row else None,
        status=_slug(row.get("status", "")),
        relation=_slug(row.get("relation", "")),
        domestic=row["domestic"] == "true" if "domestic" in row else None,
        sources=int(row.get("sources", 0)),
    )


def _place_id(place: str) -> str:
    return place.removeprefix(iri("place", ""))


def _slug(concept: str) -> str:
    return concept.rpartition("/")[2]

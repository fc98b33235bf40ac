"""network-nodes.csv and network-edges.csv: accepted partnerships; ``graph.network.files`` writes them."""

from __future__ import annotations

from pathlib import Path

from graph.downloads.tables.schema.columns import (
    NODES,
    PARTNERSHIPS,
    PLACES,
    Column,
    Kind,
    Table,
    date,
    integer,
    number,
    text,
)
from graph.downloads.tables.schema.parquet import write_typed
from graph.store.files import ReleaseFile

NODES_TABLE = Table(
    NODES,
    "the places with an accepted partner",
    (
        text("id", "the place", "Q11462", PLACES),
        text("label", "English name", "Surabaya"),
        text("label_id", "Indonesian name", "Kota Surabaya"),
        text("country", "the country", "Q252", PLACES),
        text("country_iso", "ISO 3166-1 alpha-2 of the country; NA is Namibia", "ID"),
        text("country_label", "its English name", "Indonesia"),
        text("country_label_id", "its Indonesian name", "Indonesia"),
        text("level", "administrative level (vocab/level)", "city"),
        Column("city", Kind.YES_NO, "whether it counts as a city", "true"),
        number("latitude", "degrees north, WGS 84", "-7.27"),
        number("longitude", "degrees east, WGS 84", "112.72"),
        text("qid", "item of Wikidata", "Q11462"),
    ),
)
EDGES_TABLE = Table(
    "network-edges",
    "accepted partnerships; the order of the two places is no direction",
    (
        text("source", "one place", "Q11462", NODES),
        text("target", "the other place", "Q24826", NODES),
        text("partnership", "the partnership", "Q11462-Q24826", PARTNERSHIPS),
        date("since", "its beginning", "1996-03"),
        date("until", "its end", "2013"),
        text("status", "how it stood when last heard of (vocab/status)", "active"),
        text("relation", "kind of relation (vocab/relation)", "sister-city"),
        Column("domestic", Kind.YES_NO, "both in one country; empty where one is not known", "false"),
        integer("sources", "independent sources", "9"),
        text("since_basis", "how `since` was worked out where no source states it", "from-report"),
    ),
    key="partnership",
)


def write_typed_network(folder: Path) -> list[ReleaseFile]:
    """Write nodes and edges, whose CSV is in `folder`, as Parquet."""
    return [write_typed(table, folder, "network") for table in (NODES_TABLE, EDGES_TABLE)]

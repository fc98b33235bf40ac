"""What is known of engines elsewhere, by the name that they give in ``Server``: what they do otherwise.

Each row was seen with the version in docs/engines.md; an engine that is not here is taken at the word of
the standard, and its answers are checked all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from ontology import BASE, PREFIXES

WKT = PREFIXES["geo"] + "wktLiteral"
_STAND_IN = BASE + "engine/wktLiteral"
Update = Literal["graph-store", "update"]


@dataclass(frozen=True)
class Product:
    """One kind of engine; ``name`` is what it calls itself in ``Server``, in lower case.

    ``datatypes``: those whose literals it does not give back as they were; they are kept there under another
    datatype, by which they are asked for too. ``stops``: it ends a query when nobody waits for it any more.
    ``closures``: it can be asked paths with ``*``, ``+`` and ``?``. ``describe`` is put before a DESCRIBE.
    ``like_embedded``: it is our engine, with the same deviations. ``graph_store`` and ``update`` are where it
    takes graphs and updates, as the ends of addresses that stand for that of its queries.
    """

    name: str
    datatypes: Mapping[str, str] = field(default_factory=dict)
    stops: bool = False
    closures: bool = True
    describe: str = ""
    like_embedded: bool = False
    graph_store: tuple[str, str] = ("", "")
    update: tuple[str, str] = ("", "")


UNKNOWN = Product("")
PRODUCTS = (
    Product(
        "oxigraph",
        like_embedded=True,
        graph_store=("/query", "/store"),
        update=("/query", "/update"),
    ),
    Product(
        "virtuoso",
        # It keeps points in single precision.
        datatypes={WKT: _STAND_IN},
        # Beside OPTIONAL it gives no rows where there are some, and says nothing of it.
        closures=False,
        # By itself it describes by all links to a thing too.
        describe='DEFINE sql:describe-mode "CBD"\n',
        graph_store=("/sparql", "/sparql-graph-crud-auth"),
        update=("/sparql", "/sparql-auth"),
    ),
)


def product_named(name: str) -> Product:
    """Return the kind of an engine by its header ``Server``, or by its name."""
    words = name.lower()
    return next((product for product in PRODUCTS if words.startswith(product.name)), UNKNOWN)


def address_for(address: str, ends: tuple[str, str]) -> str:
    """Return the address beside that of the queries for another purpose, nothing where it is not known."""
    parts, (end, other) = urlsplit(address), ends
    if not end or not parts.path.rstrip("/").endswith(end):
        return ""
    return urlunsplit(parts._replace(path=parts.path.rstrip("/").removesuffix(end) + other, query=""))

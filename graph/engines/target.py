"""One engine elsewhere: what it is, where it takes queries and graphs, and our own questions to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pyoxigraph import QueryBoolean, QuerySolutions

from graph.engines.answers import ACCEPT, read_answer
from graph.engines.connection import Body, Connection, Refusal
from graph.engines.credentials import Credentials
from graph.engines.products import Product, address_for, product_named
from graph.engines.remote import query_request
from graph.engines.triple_store import WHOLE, Dataset, Form
from graph.errors import EngineFailed

SECONDS = 600.0
"""How long an engine may be silent while a graph is loaded or read back."""
_MOST_BYTES = 1 << 26


@dataclass(frozen=True)
class Addresses:
    """Where an engine is asked and changed; to publish, one of the last two is needed.

    ``graph_store`` speaks the Graph Store Protocol, ``update`` takes SPARQL updates.
    """

    queries: str
    graph_store: str = ""
    update: str = ""


@dataclass(frozen=True)
class Target:
    """An engine that answers: its addresses, its kind, and the connection to it."""

    addresses: Addresses
    product: Product
    connection: Connection
    credentials: Credentials

    def ask(self, query: str, dataset: Dataset = WHOLE) -> bool:
        """Return the answer to an ASK of ours. Raises the QueryError tree."""
        found = self._read(query, "ask", dataset)
        assert isinstance(found, QueryBoolean)  # noqa: S101 - what an ASK is read as
        return bool(found)

    def select(self, query: str, dataset: Dataset = WHOLE) -> list[Mapping[str, str]]:
        """Return the rows of a SELECT of ours, whose variables are all bound, as plain texts.

        Raises the QueryError tree.
        """
        found = self._read(query, "select", dataset)
        assert isinstance(found, QuerySolutions)  # noqa: S101 - what a SELECT is read as
        names = [variable.value for variable in found.variables]
        try:
            return [{name: getattr(row[name], "value", "") for name in names} for row in found]
        except SyntaxError as exc:
            raise EngineFailed(f"the answer of the engine is no result ({exc})") from exc

    def fetch(self, query: str, accept: str, dataset: Dataset = WHOLE) -> Body:
        """Return the answer to a query of ours as it comes. Raises the QueryError tree."""
        with _explaining():
            request = query_request(self.addresses.queries, query, accept, dataset)
            return self.connection.fetch(request, _MOST_BYTES)

    def save(self, query: str, accept: str, dataset: Dataset, path: Path) -> Body:
        """Write the answer to a query of ours into a file. Raises the QueryError tree."""
        with _explaining():
            request = query_request(self.addresses.queries, query, accept, dataset)
            return self.connection.save(request, path)

    def _read(self, query: str, form: Form, dataset: Dataset) -> object:
        return read_answer(self.fetch(query, ACCEPT[form], dataset), form, None, {})


@contextmanager
def _explaining() -> Iterator[None]:
    try:
        yield
    except Refusal as exc:
        raise EngineFailed(f"the engine takes no query at the address that is given: {exc}") from exc


@contextmanager
def reach(addresses: Addresses, credentials: Credentials, seconds: float = SECONDS) -> Iterator[Target]:
    """Yield an engine once it has answered; addresses that are not given are those that its kind has.

    Raises the QueryError tree.
    """
    with Connection(credentials, seconds) as connection:
        target = Target(addresses, Product(""), connection, credentials)
        server = target.fetch("ASK {}", ACCEPT["ask"]).headers.get("Server", "")
        product, queries = product_named(server), addresses.queries
        found = Addresses(
            queries,
            addresses.graph_store or address_for(queries, product.graph_store),
            addresses.update or address_for(queries, product.update),
        )
        yield replace(target, addresses=found, product=product)

"""An engine elsewhere as what answers queries: the SPARQL protocol, and answers that are proven whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.engines.answers import ACCEPT, read_answer
from graph.engines.connection import Connection, Refusal
from graph.engines.credentials import Credentials
from graph.engines.products import product_named
from graph.engines.triple_store import Dataset, Query, Result
from graph.errors import QueryUntaken


@dataclass(frozen=True)
class Generation:
    """One release as an engine elsewhere holds it: where it is asked, and what was found of the engine.

    ``graphs`` maps the IRI of each graph to the name that it has in the engine. An answer of ``row_limit``
    rows may have been cut; None: the engine gives as many as a table may have here. ``product`` is a name
    of ``products``, empty for one that is not known.
    """

    address: str
    graphs: Mapping[str, str]
    product: str = ""
    row_limit: int | None = None
    credentials: Credentials = field(default_factory=Credentials)


def read_generation(fields: Mapping[str, Any]) -> Generation:
    """Return a generation from its fields as plain values, as `dataclasses.asdict` gives them."""
    given = {name: fields[name] for name in ("address", "graphs", "product", "row_limit")}
    return Generation(**given, credentials=Credentials(**fields["credentials"]))


class RemoteStore:
    """A server of SPARQL 1.1 that holds a release; the dataset of every query is named in the request."""

    def __init__(self, generation: Generation, seconds: float, most_bytes: int) -> None:
        """Take how long the engine may be silent, and how long an answer of it may be."""
        self._generation, self._seconds, self._most_bytes = generation, seconds, most_bytes
        self._datatypes = product_named(generation.product).datatypes
        self._connection = Connection(generation.credentials, seconds)

    def ask(self, query: Query) -> Result:
        """Return the whole result; the graphs of the dataset are those of the engine, all when none is given.

        Raises the QueryError tree.
        """
        graphs = tuple(self._generation.graphs.values())
        dataset = query.dataset if query.dataset.is_given else Dataset(graphs, graphs)
        asked = query_request(self._generation.address, query.text, ACCEPT[query.form], dataset)
        try:
            body = self._connection.fetch(asked, self._most_bytes)
        except Refusal as exc:
            raise QueryUntaken(str(exc)) from exc
        return read_answer(body, query.form, self._generation.row_limit, self._datatypes)


def query_request(address: str, query: str, accept: str, dataset: Dataset) -> Mapping[str, Any]:
    """Return the request for a query (https://www.w3.org/TR/sparql11-protocol/#query-via-post-urlencoded)."""
    form = {
        "query": query,
        "default-graph-uri": list(dataset.default_graphs),
        "named-graph-uri": list(dataset.named_graphs),
    }
    return {"method": "POST", "url": address, "data": form, "headers": {"Accept": accept}}

"""The embedded store as what answers queries: pyoxigraph over the folder of a release."""

from __future__ import annotations

from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, QueryTriples, Store

from graph.engines.triple_store import Query, TripleStore


class EmbeddedStore:
    """A store of pyoxigraph."""

    is_like_embedded: bool = True
    fallback: TripleStore | None = None

    def __init__(self, store: Store) -> None:
        """Take an open store."""
        self._store = store

    @classmethod
    def empty(cls) -> EmbeddedStore:
        """Return one without data, which judges what is SPARQL."""
        return cls(Store())

    def ask(self, query: Query) -> QuerySolutions | QueryBoolean | QueryTriples:
        """Return the result, of which nothing but an ASK is evaluated before it is read."""
        dataset = query.dataset
        if dataset.is_given:
            return self._store.query(
                query.text,
                base_iri=query.base,
                default_graph=[NamedNode(iri) for iri in dataset.default_graphs],
                named_graphs=[NamedNode(iri) for iri in dataset.named_graphs],
            )
        return self._store.query(
            query.text, base_iri=query.base, use_default_graph_as_union=not dataset.has_clause
        )

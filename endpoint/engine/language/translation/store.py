"""An engine elsewhere as the store of the release it holds: asked by its names, judged by our reading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from endpoint.engine.language.tokens import WORD, Kind, tokenize
from endpoint.engine.language.translation.closures import has_closure
from endpoint.engine.language.translation.graphs import Translation, translate_dataset, translate_graphs
from graph.engines.embedded import EmbeddedStore
from graph.engines.products import Product, product_named
from graph.engines.remote import RemoteStore, read_generation
from graph.engines.triple_store import Query, Result, TripleStore
from graph.errors import QueryUntaken

_NAMES = (Kind.IRI, Kind.NAME)


class TranslatingStore:
    """Asks an engine for a release whose graphs have other names there."""

    def __init__(
        self, engine: RemoteStore, product: Product, graphs: Mapping[str, str], fallback: TripleStore
    ) -> None:
        """Take the engine, what is known of it, the names of its graphs by ours, and the release here."""
        self._engine, self._product, self._graphs = engine, product, graphs
        self._judge = EmbeddedStore.empty()
        self.is_like_embedded = product.like_embedded
        self.fallback: TripleStore | None = fallback

    def ask(self, query: Query) -> Result:
        """Return the result of the engine. What is no SPARQL for the embedded engine never reaches it.

        Raises SyntaxError for that, QueryRefused, QueryUntaken for what the engine would get wrong, and what
        the engine raises.
        """
        self._judge.ask(query)
        if not self._product.closures and has_closure(tokenize(query.text)):
            raise QueryUntaken("it gives wrong rows for paths with *, + and ?, so it is not asked them")
        return self._engine.ask(translate_query(query, self._product, self._graphs))


def open_remote(settings: Mapping[str, Any], fallback: TripleStore) -> TripleStore:
    """Return the engine elsewhere that the settings of a worker name; `fallback` is the release here."""
    generation = read_generation(settings)
    remote = RemoteStore(generation, settings["seconds"], settings["most_bytes"])
    return TranslatingStore(remote, product_named(generation.product), generation.graphs, fallback)


def translate_query(query: Query, product: Product, graphs: Mapping[str, str]) -> Query:
    """Return what an engine is asked for a query that is SPARQL."""
    tokens = tokenize(query.text)
    asked = Translation(query.text, tokens, query.base or "")
    dataset = translate_dataset(asked, query.dataset, graphs)
    translate_graphs(asked, {ours: there for ours, there in graphs.items() if there in dataset.named_graphs})
    for datatype, stand_in in product.datatypes.items():
        local = re.split("[#/]", datatype)[-1]
        for token in tokens:
            may_be = token.kind in _NAMES and token.text.endswith((local, f"{local}>"))
            if may_be and asked.resolve(token) == datatype:
                asked.replace(token, f"<{stand_in}>")
    words = {token.text.upper() for token in tokens if token.kind is WORD and not token.depth}
    head = f"BASE <{query.base}>\n" if query.base and "BASE" not in words else ""
    describe = product.describe if "DESCRIBE" in words else ""
    return replace(query, text=describe + head + asked.result(), dataset=dataset)

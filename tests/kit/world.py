"""The world: a graph small enough to count by eye, as a store and as plain rows."""

from collections.abc import Callable
from functools import lru_cache

from pyoxigraph import NamedNode, RdfFormat, Store

from graph.names.index.ask import NameIndex
from graph.names.index.read import read_named
from ontology import BASE, read_text
from queries.resolve import Resolver
from tests.kit.paths import TESTS

WORLD = TESTS / "world" / "world.trig"


def load_world(store: Store) -> None:
    """Load the world and the vocabulary, each in its named graphs."""
    store.load(WORLD.read_bytes(), RdfFormat.TRIG)
    store.load(
        read_text("vocabulary.ttl").encode(), RdfFormat.TURTLE, to_graph=NamedNode(BASE + "graph/vocabulary")
    )


def world_store() -> Store:
    """Return a fresh store in memory that holds the world."""
    store = Store()
    load_world(store)
    return store


def selector(store: Store) -> Callable[[str], list[dict[str, str]]]:
    """Return a function from a SELECT to rows of plain texts as an index needs; unbound ones left out."""

    def select(query: str) -> list[dict[str, str]]:
        solutions = store.query(query, use_default_graph_as_union=True)
        names = [variable.value for variable in solutions.variables]
        return [{name: row[name].value for name in names if row[name] is not None} for row in solutions]

    return select


@lru_cache(maxsize=4)
def resolver_of(store: Store) -> Resolver:
    """Return a resolver of the names that a store holds now."""
    return Resolver(NameIndex.of(read_named(selector(store))))

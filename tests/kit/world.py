"""The world: a graph small enough to count by eye, as a store and as plain rows."""

from collections.abc import Callable

from pyoxigraph import NamedNode, RdfFormat, Store

from ontology import BASE, read_text
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
    """Return a function from a SELECT to rows of plain texts, as a Resolver needs; unbound ones left out."""

    def select(query: str) -> list[dict[str, str]]:
        solutions = store.query(query, use_default_graph_as_union=True)
        names = [variable.value for variable in solutions.variables]
        return [{name: row[name].value for name in names if row[name] is not None} for row in solutions]

    return select

"""A release in an engine elsewhere, opened to answer from: nothing is, unless every graph is as published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil

from pyoxigraph import NamedNode, Store

from graph.engines.answers import check_type
from graph.engines.connection import Connection
from graph.engines.credentials import Credentials
from graph.engines.generations.digests import count_triples, digest_in_engine, digest_release
from graph.engines.generations.names import is_marked, name_graphs
from graph.engines.products import product_named
from graph.engines.remote import Generation
from graph.engines.target import Addresses, Target, reach
from graph.engines.triple_store import Dataset
from graph.errors import DamagedRelease, EngineFailed, ReleaseError
from graph.store.releases import Release
from graph.store.store import open_store

_CSV = "text/csv"
_MEND = "Publish it anew (kembar publish --engine)"


def open_generation(release: Release, address: str, credentials: Credentials, most_rows: int) -> Generation:
    """Return a release as an engine holds it, after all its graphs were read back and found as they are here.

    `most_rows` is how many rows a result may have here; it is tried whether the engine gives so many.
    Raises ReleaseError when it is not there, DamagedRelease when it is another one than here, and the
    QueryError tree.
    """
    store = open_store(release.store_path)
    names = name_graphs(release.id, store)
    with reach(Addresses(address), credentials) as target:
        check_mark(target, release.id)
        if faults := list(_compare(target, store, names)):
            raise DamagedRelease(release.id, faults, _MEND)
        row_limit = find_row_limit(target, tuple(names.values()), most_rows, len(store))
        return Generation(address, names, target.product.name, row_limit, credentials)


def check_mark(target: Target, release_id: str) -> None:
    """Raise ReleaseError when an engine does not hold a release as a whole."""
    if not is_marked(target, release_id):
        mend = f"run `kembar publish --engine {target.addresses.queries}`"
        raise ReleaseError(f"release {release_id} is not in the engine; {mend}")


def is_there(generation: Generation, release_id: str, seconds: float) -> bool:
    """Return whether a generation has its mark still. Raises the QueryError tree."""
    with Connection(generation.credentials, seconds) as connection:
        product = product_named(generation.product)
        target = Target(Addresses(generation.address), product, connection, generation.credentials)
        return is_marked(target, release_id)


def find_damage(release: Release, generation: Generation) -> list[str]:
    """Return a sentence for each graph that the engine does not give back as it is in the release.

    Raises the QueryError tree.
    """
    store = open_store(release.store_path)
    with reach(Addresses(generation.address), generation.credentials) as target:
        return list(_compare(target, store, generation.graphs))


def find_row_limit(target: Target, graphs: tuple[str, ...], most_rows: int, triples: int) -> int | None:
    """Return the number of rows that the engine gives at most, None when that is more than `most_rows`.

    Some cut what is more, and say nothing. The data have so many `triples`; to try more rows, each is asked
    for several times. Raises EngineFailed when it gives more than that, and the QueryError tree.
    """
    asked = most_rows + 1
    times = " ".join(map(str, range(ceil(asked / triples))))
    query = f"SELECT (1 AS ?row) WHERE {{ VALUES ?time {{ {times} }} ?s ?p ?o }} LIMIT {asked}"
    body = target.fetch(query, _CSV, Dataset(graphs, graphs))
    check_type(body, _CSV)
    given = body.content.rstrip().count(b"\n")
    if given > asked:
        raise EngineFailed(f"the engine gives {given} rows where there are {asked} at most")
    return given if given < asked else None


def _compare(target: Target, store: Store, names: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each graph that the engine does not give back as it is in the release.

    All are counted first, which is soon: a store that is loaded by half need not be read.
    """
    if faults := list(_compare_counts(target, store, names)):
        yield from faults
        return
    for graph, name in names.items():
        expected, found = digest_release(store, graph), digest_in_engine(target, name)
        if expected != found:
            yield f"in the engine, {graph} has other triples (SHA-256 {found.sha256}, not {expected.sha256})"


def _compare_counts(target: Target, store: Store, names: Mapping[str, str]) -> Iterator[str]:
    for graph, name in names.items():
        expected = sum(1 for _ in store.quads_for_pattern(None, None, None, NamedNode(graph)))
        if (found := count_triples(target, name)) != expected:
            yield f"in the engine, {graph} has {found} triples, not {expected}"

"""The world in an engine elsewhere: published there, and asked from there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from endpoint.engine.engine import Engine
from graph.engines.credentials import Credentials
from graph.engines.generations.opening import open_generation
from graph.engines.generations.publication import PublishedGraph, publish_to_engine
from graph.engines.target import Addresses, reach
from graph.store.releases import Release
from tests.kit.http.elsewhere.sparql_server import SparqlServer
from tests.kit.http.engine import small_config

NOBODY = Credentials()
MOST_ROWS = 20_000
"""More than the triples of the world, and soon tried."""


def publish_at(
    address: str, release: Release, credentials: Credentials = NOBODY, **others: str
) -> list[PublishedGraph]:
    """Put a release into the engine at an address; `others` are its other addresses."""
    with reach(Addresses(address, **others), credentials) as target:
        return publish_to_engine(release, target)


@contextmanager
def engine_over(server: SparqlServer, release: Release, home: Path, **changes: object) -> Iterator[Engine]:
    """Yield an engine whose workers ask the server, which holds the release."""
    generation = open_generation(release, server.address, NOBODY, MOST_ROWS)
    with Engine(small_config(home, **changes), release.store_path, elsewhere=generation) as engine:
        yield engine

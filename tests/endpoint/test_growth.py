"""Nothing is kept of what requests say, but for what is bounded."""

import gc
import json
import tracemalloc
from functools import _lru_cache_wrapper
from itertools import chain, count
from urllib.parse import quote

import pytest

from endpoint.app import close_app, create_app
from tests.kit.http.engine import small_config
from tests.kit.http.site import HTML, make_world_home

pytestmark = pytest.mark.slow

WARM, MEASURED, ROUNDS = 40, 25, 3
LONG = "x" * 1500
"""What each request says anew is so long that keeping it shows."""
MOST_BYTES = 1000
"""How much memory each request may leave behind, on average, in the round that leaves least: buffers
of the libraries grow a little."""


def sparql(text):
    return "/sparql?query=" + quote(text)


def reconciled(n):
    return "/reconcile?queries=" + quote(json.dumps({"q0": {"query": f"n{n}{LONG[:150]}"}}))


# A request by its number: path and headers.
SHAPES = {
    "columns of a page": lambda n: (sparql(f"SELECT (1 AS ?c{n}{LONG}) {{}}"), HTML),
    "columns of a table": lambda n: (sparql(f"SELECT (1 AS ?c{n}{LONG}) {{}}"), {"Accept": "text/csv"}),
    "texts of a page": lambda n: (sparql(f'SELECT ("{n}{LONG}"@en AS ?c) {{}}'), HTML),
    "addresses of a page": lambda n: (sparql(f"SELECT (<http://x/{n}{LONG}> AS ?c) {{}}"), HTML),
    "properties of a page": lambda n: (
        sparql(f"CONSTRUCT {{ <a:a> <http://x/{n}{LONG}> 1 }} WHERE {{}}"), HTML,
    ),
    "a text that is no query": lambda n: (sparql(f"SELECTED {n}{LONG}"), HTML),
    "a comment": lambda n: (sparql(f"ASK {{}} # {n}{LONG}"), {}),
    "a place": lambda n: (f"/place/Q{n}{LONG}", HTML),
    "a document": lambda n: (f"/claim/x/{n}{LONG}.ttl", {}),
    "a graph": lambda n: (f"/graph?graph=http://x/{n}{LONG}", {}),
    "a value of a question": lambda n: (f"/queries/partners-of-a-city?city=n{n}{LONG[:150]}", HTML),
    "a question": lambda n: (f"/queries/n{n}{LONG}", HTML),
    "a release": lambda n: (f"/release/n{n}{LONG}/sparql?query=ASK%7B%7D", {}),
    "a file": lambda n: (f"/data/latest/n{n}{LONG}", HTML),
    "a static file": lambda n: (f"/static/n{n}{LONG}", {}),
    "a path": lambda n: (f"/n{n}/{LONG}", HTML),
    "a language": lambda n: ("/", {**HTML, "Accept-Language": f"x{n}-{LONG}"}),
    "a format": lambda n: ("/sparql?query=ASK%7B%7D", {"Accept": f"text/x{n}{LONG}, */*;q=0.1"}),
    "an encoding": lambda n: ("/limits.json", {"Accept-Encoding": f"x{n}{LONG}"}),
    "a tag": lambda n: ("/sparql?query=ASK%7B%7D", {"If-None-Match": f'"{n}{LONG}"'}),
    "a host": lambda n: ("/data.json", {"Host": f"h{n}.example"}),
    "a client": lambda n: ("/sparql?query=ASK%7B%7D", {"X-Forwarded-For": f"10.{n % 250}.{n // 250}.1"}),
    "a name to reconcile": lambda n: (reconciled(n), {}),
    "a name to suggest": lambda n: (f"/reconcile/suggest/entity?prefix=n{n}{LONG[:150]}", {}),
}  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    app = create_app(small_config(home, cache_bytes=1, queue=8, trusted_proxies=1), make_world_home(home))
    # Whoever goes through all objects takes tuples from other threads that they have not ended.
    app.extensions["kembar"].task.stop()
    yield app.test_client()
    close_app(app)


def bounded_caches():
    """All caches with a bound that the collector of garbage minds, ours and the libraries'."""
    found = (one for one in gc.get_objects() if type(one) is _lru_cache_wrapper)
    return [cache for cache in found if cache.cache_parameters()["maxsize"] is not None]


@pytest.fixture(scope="module")
def caches(client):
    """The caches that there are before the first request.

    All else that is there then, the merged world of other tests too, is kept out of the collector's way: no
    request made it, so it cannot be what one left behind.
    """
    gc.unfreeze()  # what was there before the tests is told too
    found = bounded_caches()
    gc.freeze()
    return found


def traced_bytes(caches):
    """The memory that is held now, but for that of caches with a bound, also those made meanwhile."""
    for cache in chain(caches, bounded_caches()):
        cache.cache_clear()
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_no_request_leaves_anything_behind(client, caches, shape):
    numbers = count()

    def ask(times):
        for _ in range(times):
            path, headers = shape(next(numbers))
            client.get(path, headers=headers, buffered=True)

    ask(WARM)
    tracemalloc.start()
    try:
        ask(WARM)
        grown = []
        for _ in range(ROUNDS):
            before = traced_bytes(caches)
            ask(MEASURED)
            grown.append(traced_bytes(caches) - before)
    finally:
        tracemalloc.stop()
    assert min(grown) / MEASURED < MOST_BYTES

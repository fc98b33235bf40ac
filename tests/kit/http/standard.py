"""A graph small enough to count by eye, and what a query process says of strangers' queries over it."""

from dataclasses import asdict

from pyoxigraph import RdfFormat, Store

from endpoint.engine.processes.wire import Request, Status
from endpoint.engine.processes.worker import answer
from graph.engines.embedded import EmbeddedStore
from tests.kit.http.engine import JSON, reading_of

BASE = "http://example.org/"
DATA = """
PREFIX : <http://example.org/>
:a :p :b ; :q :b, :c .  :b :p :c ; :r :d .  :c :q :a .  :d :p :d ; :v 1, 2 .  :e :v 1 .
:one { :x :p :y . :y :q :z . :a :r :x }
:two { :x :p :y . :y :p :w }
"""


def counted_store() -> EmbeddedStore:
    """Return a fresh store of the data."""
    store = Store()
    store.load(DATA.encode(), RdfFormat.TRIG)
    return EmbeddedStore(store)


def ask(
    store: EmbeddedStore, query: str, media_type: str = JSON, limit: int = 10_000, **dataset: tuple[str, ...]
) -> tuple[Status, bytes]:
    """Return status and body of a stranger's query; without a dataset, over the default graph of the data."""
    reading = reading_of(f"PREFIX : <{BASE}> {query}")
    instead = asdict(reading.rewriting) if reading.rewriting else {}
    if instead:
        instead["instead"] = instead.pop("text")
    request = Request(reading.text, media_type, limit, 9.0, True, base=BASE, **dataset, **instead)
    return answer(store, request, {})

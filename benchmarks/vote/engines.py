"""The engines that vote: each takes a slice, and gives the rows of a query as a bag, or abstains."""

from __future__ import annotations

import gc
import json
import logging
import signal
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from pathlib import Path

import rdflib
import rdflib.plugins.sparql.processor  # an import that the time limit breaks off is never made good
import rdflib.plugins.sparql.results.jsonresults
import sparq
from pyoxigraph import RdfFormat, Store
from pyparsing import ParserElement

from benchmarks.vote.slices import Slice
from endpoint.config import Config
from endpoint.engine.language.guard import read
from endpoint.engine.processes.wire import Request, Status
from endpoint.engine.processes.worker import answer
from graph.engines.embedded import EmbeddedStore
from graph.errors import QueryError
from ontology import BASE

Row = frozenset[tuple[str, str]]
Bag = Counter[Row]
"""Rows, each as its variables with their terms, and how often it comes."""

_JSON = "application/sparql-results+json"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_WHOLE = frozenset(_XSD + name for name in ("integer", "decimal", "double", "float"))
_DIGITS = 10
_NO_PREFIXES = {"": BASE}
"""None but one, or rdflib would declare all that it knows for each query."""
MOST_BYTES = 1 << 16
"""A query with a larger result is not put to the vote."""
RDFLIB_SECONDS = 0.06
"""How long it may compute: it takes minutes for what the others answer at once."""


class Abstains(Exception):
    """An engine does not answer this query; the message says why."""


class TooMuch(Abstains):
    """The result is larger than what is put to the vote."""


class Ours:
    """What a query process of the service gives, after the reading and rewriting of the query's text.

    ``change`` is applied to each text first: a fault to be found.
    """

    name = "ours"

    def __init__(self, data: Slice, change: Callable[[str], str] | None = None) -> None:
        """Load a slice; without spoiling, ``change`` is None."""
        self._store, self._change = Store(), change
        self._store.load(data.nquads().encode(), RdfFormat.N_QUADS)
        self._config = Config(Path())

    def ask(self, query: str) -> Bag:
        """Return the rows. Raises Abstains."""
        try:
            reading = read(self._change(query) if self._change else query, self._config)
        except QueryError as exc:
            raise Abstains(str(exc)) from exc
        instead = asdict(reading.rewriting) if reading.rewriting else {"text": ""}
        request = Request(
            reading.text,
            _JSON,
            MOST_BYTES,
            60.0,
            reading.has_dataset,
            base=BASE,
            instead=instead.pop("text"),
            **instead,
        )
        status, body = answer(EmbeddedStore(self._store), request, {})
        if status is Status.TOO_LARGE:
            raise TooMuch
        if status is not Status.ANSWER:
            raise Abstains(f"{status.name}: {bytes(body[:200]).decode(errors='replace')}")
        return _read_json(bytes(body).decode())


class Sparq:
    """sparq-rdf, an engine of its own in Rust."""

    name = "sparq"

    def __init__(self, data: Slice) -> None:
        """Load a slice, its union as the default graph."""
        self._graph = sparq.Graph.load(data.nquads(with_default=True), format="nquads")

    def ask(self, query: str) -> Bag:
        """Return the rows. Raises Abstains."""
        try:
            return _read_json(self._graph.query_json(query))
        except (ValueError, RuntimeError) as exc:
            raise Abstains(str(exc)) from exc


class Rdflib:
    """rdflib, the engine in Python that is read most."""

    name = "rdflib"

    def __init__(self, data: Slice) -> None:
        """Load a slice."""
        logging.getLogger("rdflib").setLevel(logging.CRITICAL)
        with _unwarned():
            self._graph = rdflib.Dataset(default_union=True)
            self._graph.parse(data=data.nquads(), format="nquads")

    def ask(self, query: str) -> Bag:
        """Return the rows. Raises Abstains."""
        try:
            with at_most(RDFLIB_SECONDS), _unwarned():
                result = self._graph.query(query, initNs=_NO_PREFIXES)
                return _read_json((result.serialize(format="json") or b"").decode())
        except Exception as exc:
            raise Abstains(f"{type(exc).__name__}: {exc}") from exc


@contextmanager
def _unwarned() -> Iterator[None]:
    """Let rdflib use what it calls deprecated itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def forget_comments() -> None:
    """Let rdflib look for no comments between any two words: half of its time to parse a query.

    For a process that does nothing but vote: nobody in it can read a query with comments any more.
    """
    waiting: list[object] = [rdflib.plugins.sparql.parser.QueryUnit]
    seen: set[int] = set()
    while waiting:
        expression = waiting.pop()
        if isinstance(expression, ParserElement) and id(expression) not in seen:
            seen.add(id(expression))
            expression.ignoreExprs = []
            waiting += [*getattr(expression, "exprs", ()), getattr(expression, "expr", None)]


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in what still computes after so long; only Python can be stopped so.

    It is raised again and again, since code that nobody waits for may swallow it; garbage is not collected
    meanwhile, which runs such code.
    """

    def stop(*_: object) -> None:
        raise TimeoutError

    before, collects = signal.signal(signal.SIGPROF, stop), gc.isenabled()
    gc.disable()
    signal.setitimer(signal.ITIMER_PROF, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        if collects:
            gc.enable()


def _read_json(text: str) -> Bag:
    result = json.loads(text)
    if "boolean" in result:
        return Counter([frozenset({("answer", str(result["boolean"]))})])
    rows = result["results"]["bindings"]
    return Counter(frozenset((name, _write(term)) for name, term in row.items()) for row in rows)


def _write(term: Mapping[str, str]) -> str:
    """Return a term as text; numbers of one value and type are one, however they are written."""
    value, datatype = str(term["value"]), term.get("datatype", "")
    if term["type"] == "bnode":
        return "_:"
    if term["type"] == "uri":
        return f"<{value}>"
    if datatype in _WHOLE:
        try:
            value = f"{Decimal(value):.{_DIGITS}g}"
        except InvalidOperation:
            value = value.lower()
    return (
        f'"{value}"@{term.get("xml:lang", "").lower()}^^{datatype.removeprefix(_XSD).replace("string", "")}'
    )

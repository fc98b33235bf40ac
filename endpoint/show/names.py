"""Names of things for pages: the index of the release of a request, and what a text may mean there."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from flask import Flask, current_app

from endpoint.engine.engine import Lane
from endpoint.engine.language.guard import QueryKind, trust
from endpoint.engine.release_engine import ReleaseEngine
from endpoint.serving.current import service
from endpoint.serving.releases.service import Service
from endpoint.show.addresses import language
from graph.names import suggest as index_suggest
from graph.names.index.ask import NameIndex
from graph.names.index.entry import KINDS, Thing
from graph.names.index.open import open_names
from graph.names.suggest import Candidate
from ontology import BASE
from queries import CannedQuery
from queries.bind import Filled, fill
from queries.resolve import Resolver

__all__ = ["KINDS", "Candidate", "IndexCache", "fill_in", "find", "install", "names", "open_index", "suggest"]

_EXTENSION = "kembar.names"


def install(app: Flask) -> None:
    """Give an application the indexes of the releases that it answers from."""
    app.extensions[_EXTENSION] = IndexCache()


def names() -> NameIndex:
    """Return the index of the release of this request. Raises the QueryError tree, and ReleaseError."""
    cache: IndexCache = current_app.extensions[_EXTENSION]
    return cache.get(service())


def fill_in(query: CannedQuery, values: Mapping[str, str], usual_rows: int | None = None) -> Filled:
    """Return `query` with `values` bound, by default a page of `usual_rows`; raises ParameterError."""
    return fill(query, values, Resolver(names(), language()), usual_rows)


def suggest(
    text: str, language: str, limit: int = 10, kinds: Collection[str] = KINDS, skip: int = 0
) -> list[Candidate]:
    """Return what a text may mean in the release of this request, the likeliest first; none for nonsense."""
    questions = [_as_thing(query) for query in service().questions.values()] if "question" in kinds else ()
    return index_suggest.suggest(text, names(), language, limit, kinds, questions, skip)


def find(text: str, language: str, kinds: Collection[str] = KINDS) -> Candidate | None:
    """Return the one thing that a text names exactly, None when it names none or several."""
    exact = [candidate for candidate in suggest(text, language, 2, kinds) if candidate.exact]
    return exact[0] if len(exact) == 1 else None


def _as_thing(query: CannedQuery) -> Thing:
    """Return a question as a thing with names: its summary and title, its slug, its tags."""
    facts = {f"summary-{language}": text for language, text in query.summary.items()}
    return Thing(
        f"{BASE}queries/{query.slug}",
        "question",
        query.title,
        (*query.summary.values(), query.slug, *query.tags),
        facts,
    )


@dataclass
class _Slot:
    """The index of one engine, not yet opened at first."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    index: NameIndex | None = None


class IndexCache:
    """The index of every release that is asked; each goes when its engine does. Safe for many threads."""

    def __init__(self, open_: Callable[[Service], NameIndex] | None = None) -> None:
        """Begin with none; `open_` gives the index of a service."""
        self._open = open_ or open_index
        self._slots: WeakKeyDictionary[ReleaseEngine, _Slot] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def get(self, asked: Service) -> NameIndex:
        """Return the index of a service's release, opened now when nobody asked before.

        Who asks meanwhile waits. Raises the QueryError tree, and ReleaseError; the next one tries again.
        """
        with self._lock:
            slot = self._slots.setdefault(asked.engine, _Slot())
        with slot.lock:
            if slot.index is None:
                slot.index = self._open(asked)
            return slot.index

    def __len__(self) -> int:
        """Return for how many engines there is an index."""
        return len(self._slots)


def open_index(asked: Service) -> NameIndex:
    """Return the index of a service's release. Raises the QueryError tree, and ReleaseError."""
    return open_names(asked.release, lambda: lambda query: _rows(asked.engine, query))


def _rows(engine: ReleaseEngine, query: str) -> Sequence[Mapping[str, str]]:
    """Return the rows of a SELECT as plain texts; CSV, since it is the shortest format to read.

    https://www.w3.org/TR/sparql11-results-csv-tsv/#csv
    """
    reading = trust(query, QueryKind.SELECT)
    answer = engine.run(reading, "text/csv", lane=Lane.PAGES, seconds=float("inf"), cached=False)
    rows = csv.DictReader(io.StringIO(answer.body.decode(), newline=""))
    return [{name: value for name, value in row.items() if value} for row in rows]

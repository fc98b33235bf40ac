"""The queries that every server is asked: five plain ones, and all canned questions, filled in."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from benchmarks.data import CITY, PARTNER, Dataset
from graph.names.index.open import open_names
from graph.store.releases import current_release
from graph.store.store import open_store, select
from ontology import BASE, PREFIXES
from queries import catalogue
from queries.bind import bind
from queries.canned import CannedQuery
from queries.resolve import Resolver

MEDIA_TYPES: Mapping[str, str] = {
    "json": "application/sparql-results+json",
    "csv": "text/csv",
    "turtle": "text/turtle",
}
ROWS_100, ROWS_10_000 = "100 rows", "10,000 rows"
_KK, _CITY = PREFIXES["kk"], f"<{BASE}place/{CITY}>"
_ROWS = "SELECT ?s ?p ?o WHERE {{ ?s ?p ?o }} LIMIT {}"


@dataclass(frozen=True)
class Question:
    """One query; ``whole`` when every right server gives the same rows, and not any of many."""

    name: str
    text: str
    formats: tuple[str, ...] = ("json", "csv")
    whole: bool = True
    canned: bool = False


def questions(dataset: Dataset) -> list[Question]:
    """Return all questions over the data, the canned ones with their default values."""
    release = current_release(dataset.home)
    store = open_store(release.store_path)
    resolver = Resolver(open_names(release, lambda: partial(select, store)))
    canned = [
        Question(slug, bind(query, _values_of(query), resolver), canned=True)
        for slug, query in sorted(catalogue().items())
    ]
    related = f"{{ ?pair <{_KK}party> {_CITY} ; ?p ?o }}"
    return [
        Question("ASK", f"ASK {{ {_CITY} <{_KK}partnerOf> ?partner }}", ("json",)),
        Question(ROWS_100, _ROWS.format(100), whole=False),
        Question(ROWS_10_000, _ROWS.format(10_000), whole=False),
        Question("DESCRIBE", f"DESCRIBE {_CITY}", ("turtle",), whole=False),
        Question("CONSTRUCT", f"CONSTRUCT {{ ?pair ?p ?o }} WHERE {related}", ("turtle",), whole=False),
        *canned,
    ]


def _values_of(query: CannedQuery) -> dict[str, str]:
    """Return the example values of a question, its places those that all data have."""
    values = query.examples
    places = {
        one.name for one in query.parameters if one.kind == "place" and values.get(one.name, CITY) != CITY
    }
    return {name: PARTNER if name in places else value for name, value in values.items()}


def rows(body: bytes, form: str) -> Counter[tuple[str, ...]]:
    """Return the rows of an answer with how often each comes; for graphs nothing, they are not compared."""
    if form == "turtle":
        return Counter()
    if form == "csv":
        table = list(csv.reader(io.StringIO(body.decode())))
        return Counter(tuple(row) for row in table[1:])
    result = json.loads(body)
    if "boolean" in result:
        return Counter({(str(result["boolean"]),): 1})
    names = result["head"]["vars"]
    return Counter(
        tuple(row[name]["value"] if name in row else "" for name in names)
        for row in result["results"]["bindings"]
    )


def agrees(question: Question, expected: Counter[tuple[str, ...]], found: Counter[tuple[str, ...]]) -> bool:
    """Return whether two answers are the same: the same rows, or as many where any will do."""
    return expected == found if question.whole else expected.total() == found.total()

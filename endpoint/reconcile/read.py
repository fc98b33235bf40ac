"""How the places of a release come into memory: once, when the first client asks, over the pages' lane."""

from __future__ import annotations

import csv
import io
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from endpoint.engine.engine import Engine, Lane
from endpoint.engine.language.guard import QueryKind, trust
from endpoint.reconcile.index import PLACE, PLACES, TYPES, Entry, PlaceIndex
from endpoint.show.lookup import prefix_lines
from graph.model.points import parse_point
from ontology import PREFIXES

_FACTS = ("country", "partOf", "level", "wikidataId", "isoCode", "kemendagriCode", "population")
_PARTNERS = """SELECT ?place ?partner ?year WHERE { ?pair a kk:Partnership ; kk:party ?place , ?partner .
  ?place kk:partnerOf ?partner . OPTIONAL { ?pair kk:sinceYear ?year } FILTER(?place != ?partner) }"""
_REPLACED = f"""SELECT ?old ?new WHERE {{ ?old dcterms:isReplacedBy ?new . ?new a kk:Place
  FILTER(STRSTARTS(STR(?old), "{PLACES}")) }}"""


@dataclass
class _Draft:
    """What is known so far of one place."""

    classes: set[str] = field(default_factory=lambda: {PLACE})
    labels: dict[str, str] = field(default_factory=dict)
    native_names: list[str] = field(default_factory=list)
    other_names: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    levels: set[str] = field(default_factory=set)
    point: tuple[float, float] | None = None
    partners: list[tuple[str, int | None]] = field(default_factory=list)

    def finish(self, place: str) -> Entry:
        return Entry(
            place,
            frozenset(self.classes),
            self.labels,
            tuple(sorted(self.native_names)),
            tuple(sorted(self.other_names)),
            self.facts,
            frozenset(self.levels),
            self.point,
            tuple(sorted(self.partners, key=_earliest_first)),
        )


_Drafts = defaultdict[str, _Draft]


def _earliest_first(partner: tuple[str, int | None]) -> tuple[bool, int, str]:
    place, year = partner
    return year is None, year or 0, place


def read_index(engine: Engine) -> PlaceIndex:
    """Return the places of the engine's release. Raises the QueryError tree."""
    drafts: _Drafts = defaultdict(_Draft)
    _read_names(engine, drafts)
    _read_facts(engine, drafts)
    for place, partner, year in _rows(engine, _PARTNERS):
        drafts[_local(place)].partners.append((_local(partner), int(year) if year else None))
    replaced = {_local(old): _local(new) for old, new in _rows(engine, _REPLACED)}
    return PlaceIndex((draft.finish(place) for place, draft in drafts.items()), replaced)


def _read_names(engine: Engine, drafts: _Drafts) -> None:
    for place, label, language in _rows(engine, _query_values("rdfs:label", "(LANG(?value) AS ?language)")):
        drafts[_local(place)].labels[language] = label
    for place, name in _rows(engine, _query_values("kk:nativeName")):
        drafts[_local(place)].native_names.append(name)
    for place, name in _rows(engine, _query_values("skos:altLabel")):
        drafts[_local(place)].other_names.append(name)


def _read_facts(engine: Engine, drafts: _Drafts) -> None:
    for name in TYPES:
        for (place,) in _rows(engine, f"SELECT ?place WHERE {{ ?place a kk:{name} }}"):
            drafts[_local(place)].classes.add(name)
    for name in _FACTS:
        for place, value in _rows(engine, _query_values(f"kk:{name}")):
            facts = drafts[_local(place)].facts
            facts[name] = min(_local(value), facts.get(name, _local(value)))
    for place, level in _rows(engine, _query_values("kk:comparableLevel")):
        drafts[_local(place)].levels.add(_local(level))
    for place, wkt in _rows(engine, _query_values("geo:hasGeometry/geo:asWKT")):
        drafts[_local(place)].point = parse_point(wkt)


def _query_values(path: str, more: str = "") -> str:
    return f"SELECT ?place ?value {more} WHERE {{ ?place a kk:Place ; {path} ?value }}"


def _rows(engine: Engine, query: str) -> Iterator[list[str]]:
    """Yield the rows of a SELECT as plain texts; CSV, since it is the shortest format to read.

    https://www.w3.org/TR/sparql11-results-csv-tsv/#csv
    """
    reading = trust(f"{prefix_lines(PREFIXES)}\n{query}", QueryKind.SELECT)
    answer = engine.run(reading, "text/csv", lane=Lane.QUESTIONS, seconds=float("inf"), cached=False)
    rows = csv.reader(io.StringIO(answer.body.decode(), newline=""))
    next(rows)
    return rows


def _local(iri: str) -> str:
    """Return the end of an IRI, its local name; a plain value as it is."""
    return iri.rpartition("/")[2]


@dataclass
class _Slot:
    """The index of one engine, not yet made at first."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    index: PlaceIndex | None = None


class IndexCache:
    """The index of every release that is asked; each goes when its engine does. Safe for many threads."""

    def __init__(self, read: Callable[[Engine], PlaceIndex] = read_index) -> None:
        """Begin with none; `read` makes the index of an engine."""
        self._read = read
        self._slots: WeakKeyDictionary[Engine, _Slot] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def get(self, engine: Engine) -> PlaceIndex:
        """Return the index of the engine's release, made now when nobody asked before.

        Who asks meanwhile waits for it. Raises the QueryError tree; the next one then tries again.
        """
        with self._lock:
            slot = self._slots.setdefault(engine, _Slot())
        with slot.lock:
            if slot.index is None:
                slot.index = self._read(engine)
            return slot.index

    def __len__(self) -> int:
        """Return for how many engines there is an index."""
        return len(self._slots)

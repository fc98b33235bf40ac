"""How the places of a release come into memory: once, when the first client asks, over the pages' lane."""

from __future__ import annotations

import csv
import io
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from endpoint.engine.engine import Engine, Lane
from endpoint.engine.language.guard import QueryKind, trust
from endpoint.reconcile.index import CITY, COUNTRY, LOCAL, PLACE, PLACES, Entry, PlaceIndex
from endpoint.show.lookup import prefix_lines
from ontology import PREFIXES

_NAMES = {"labels": "rdfs:label", "native_names": "kk:nativeName", "other_names": "skos:altLabel"}
_FACTS = {
    name: f"kk:{name}"
    for name in ("country", "partOf", "level", "wikidataId", "isoCode", "kemendagriCode", "population")
}
_PARTNERS = """SELECT ?place ?partner ?year WHERE { ?pair a kk:Partnership ; kk:party ?place , ?partner .
  ?place kk:partnerOf ?partner . OPTIONAL { ?pair kk:sinceYear ?year } FILTER(?place != ?partner) }"""
_POINT = re.compile(r"POINT\s*\((-?[\d.]+) (-?[\d.]+)\)")


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
        partners = sorted(self.partners, key=lambda one: (one[1] is None, one[1] or 0, one[0]))
        return Entry(
            place,
            frozenset(self.classes),
            self.labels,
            tuple(sorted(self.native_names)),
            tuple(sorted(self.other_names)),
            self.facts,
            frozenset(self.levels),
            self.point,
            tuple(partners),
        )


def read_index(engine: Engine) -> PlaceIndex:
    """Return the places of the engine's release. Raises the QueryError tree."""
    drafts: defaultdict[str, _Draft] = defaultdict(_Draft)
    for name in (CITY, LOCAL, COUNTRY, PLACE):
        for (place,) in _rows(engine, f"SELECT ?place WHERE {{ ?place a kk:{name} }}"):
            drafts[_local(place)].classes.add(name)
    for part, path in _NAMES.items():
        query = f"SELECT ?place ?name (LANG(?name) AS ?in) WHERE {{ ?place a kk:Place ; {path} ?name }}"
        for place, text, language in _rows(engine, query):
            _add_name(drafts[_local(place)], part, text, language)
    for name, path in _FACTS.items():
        for place, value in _values(engine, path):
            draft = drafts[_local(place)]
            draft.facts[name] = min(_local(value), draft.facts.get(name, _local(value)))
    for place, level in _values(engine, "kk:comparableLevel"):
        drafts[_local(place)].levels.add(_local(level))
    for place, wkt in _values(engine, "geo:hasGeometry/geo:asWKT"):
        if found := _POINT.search(wkt):
            drafts[_local(place)].point = (float(found[2]), float(found[1]))
    for place, partner, year in _rows(engine, _PARTNERS):
        drafts[_local(place)].partners.append((_local(partner), int(year) if year else None))
    replaced = {_local(old): _local(new) for old, new in _rows(engine, _REPLACED)}
    return PlaceIndex((draft.finish(place) for place, draft in drafts.items()), replaced)


_REPLACED = f"""SELECT ?old ?new WHERE {{ ?old dcterms:isReplacedBy ?new . ?new a kk:Place
  FILTER(STRSTARTS(STR(?old), "{PLACES}")) }}"""


def _add_name(draft: _Draft, part: str, text: str, language: str) -> None:
    if part == "labels":
        draft.labels[language] = text
    else:
        getattr(draft, part).append(text)


def _values(engine: Engine, path: str) -> Iterator[list[str]]:
    return _rows(engine, f"SELECT ?place ?value WHERE {{ ?place a kk:Place ; {path} ?value }}")


def _rows(engine: Engine, query: str) -> Iterator[list[str]]:
    """Yield the rows of a SELECT as plain texts; CSV, since it is the shortest format to read.

    https://www.w3.org/TR/sparql11-results-csv-tsv/#csv
    """
    reading = trust(f"{prefix_lines(PREFIXES)}\n{query}", QueryKind.SELECT)
    answer = engine.run(reading, "text/csv", lane=Lane.PAGES, seconds=float("inf"), cached=False)
    rows = csv.reader(io.StringIO(answer.body.decode(), newline=""))
    next(rows)
    return rows


def _local(iri: str) -> str:
    return iri.rpartition("/")[2]


@dataclass
class _Slot:
    """The index of one engine, not yet made at first."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    index: PlaceIndex | None = None


class Indexes:
    """The index of every release that is asked; each goes when its engine does. Safe for many threads."""

    def __init__(self, read: Callable[[Engine], PlaceIndex] = read_index) -> None:
        """Begin with none."""
        self._read = read
        self._slots: WeakKeyDictionary[Engine, _Slot] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def of(self, engine: Engine) -> PlaceIndex:
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

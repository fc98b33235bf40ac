"""The index of names of a release, written once: a SQLite file, the same bytes for the same release.

Keys are what names are compared by (entry.py). Things are numbered by kind and, within it, by how much they
are linked, so that the order of numbers is the order of importance.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from graph.matching.known.names import normalize_name
from graph.names.index.countries import names_of_countries
from graph.names.index.entry import (
    COUNTRY,
    IDENTIFIERS,
    KINDS,
    PLACES,
    REGIONS,
    Entry,
    Thing,
    full_key,
    name_keys,
)
from graph.names.index.read import Named, Select, read_named

VERSION = 3
"""Of the tables below; an index of another version is not read."""
FILE = f"names-{VERSION}.sqlite"
"""The name of the index in its folder of a release."""

_TABLES = """
CREATE TABLE thing (
  number INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, body BLOB NOT NULL
);
CREATE TABLE kind (kind TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE name (number INTEGER PRIMARY KEY, thing INTEGER NOT NULL, text TEXT NOT NULL);
CREATE INDEX name_of_thing ON name (thing);
CREATE TABLE key (
  key TEXT, thing INTEGER, full INTEGER NOT NULL, standing INTEGER NOT NULL, PRIMARY KEY (key, thing)
) WITHOUT ROWID;
CREATE TABLE identifier (text TEXT, thing INTEGER, PRIMARY KEY (text, thing)) WITHOUT ROWID;
CREATE TABLE region (region TEXT, thing INTEGER, PRIMARY KEY (region, thing)) WITHOUT ROWID;
CREATE TABLE region_name (key TEXT, country TEXT, PRIMARY KEY (key, country)) WITHOUT ROWID;
CREATE TABLE link (place INTEGER, partner INTEGER, PRIMARY KEY (place, partner)) WITHOUT ROWID;
CREATE TABLE replaced (old TEXT PRIMARY KEY, new TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(
  text, content = '', prefix = '1 2 3', tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* S* Co'"
);
"""
"""`key` is of places: `full` is 1 for a name as it is written, 0 for one without what is around it,
`standing` is one of the three below. `region_name` has what the states and provinces of a country are called.
`kind` has the numbers of the names of each kind, `words` the normalized names under these numbers, but for
hidden ones."""
STATED, FURTHER, HIDDEN = 0, 1, 2
"""A name that the release shows; another one of a country; one of a place that is only found by it."""


def write_names(select: Select, path: Path) -> None:
    """Write the index of the release that `select` asks, with the names of countries in all languages."""
    named = read_named(select)
    codes = {code for entry in named.places if (code := _country_code(entry))}
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    try:
        fill(connection, named, names_of_countries(codes))
        connection.execute("VACUUM")
    finally:
        connection.close()


def fill(
    connection: sqlite3.Connection, named: Named, country_names: Mapping[str, tuple[str, ...]] | None = None
) -> None:
    """Make the tables in an empty database; `country_names` are further names by ISO code."""
    connection.executescript(_TABLES)
    writer = _Writer(connection)
    writer.add_kind("place", _rank_places(named.places, country_names or {}), named.hidden)
    writer.add_links(named.places)
    writer.add_region_names(named.places)
    for kind in KINDS[1:]:
        things = sorted((t for t in named.things if t.kind == kind), key=lambda t: (-t.weight, t.iri))
        writer.add_kind(kind, ((thing, (*thing.labels.values(), *thing.names)) for thing in things))
    connection.executemany("INSERT INTO replaced VALUES (?, ?)", sorted(named.replaced.items()))
    connection.execute("INSERT INTO words (words) VALUES ('optimize')")
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.commit()


def _rank_places(
    places: Iterable[Entry], country_names: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[Entry, tuple[str, ...]]]:
    for entry in sorted(places, key=lambda entry: (-len(entry.partners), entry.id)):
        yield entry, (*entry.names, *country_names.get(_country_code(entry), ()))


def _country_code(entry: Entry) -> str:
    return entry.facts.get("isoCode", "") if COUNTRY in entry.classes else ""


class _Writer:
    """Writes things in their order, and counts them and their names."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._things = self._names = 0

    def add_kind(
        self,
        kind: str,
        things: Iterable[tuple[Entry | Thing, tuple[str, ...]]],
        hidden: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        """Write the things of a kind, each with all its names; `hidden` are those of places by their ids."""
        first = self._names + 1
        for thing, names in things:
            self._add(kind, thing, dict.fromkeys(names))
            if isinstance(thing, Entry):
                self._add_place(thing, names, (hidden or {}).get(thing.id, ()))
        self._connection.execute("INSERT INTO kind VALUES (?, ?, ?)", (kind, first, self._names))

    def add_links(self, places: Iterable[Entry]) -> None:
        """Write the partners of places that are written already, by their numbers."""
        numbers = dict(self._connection.execute("SELECT iri, number FROM thing"))
        links = sorted(
            (numbers[entry.iri], numbers[PLACES + partner])
            for entry in places
            for partner in {partner for partner, _ in entry.partners}
            if PLACES + partner in numbers
        )
        self._run("link (place, partner)", links)

    def add_region_names(self, places: Iterable[Entry]) -> None:
        """Write what the regions of the places are called, by country."""
        keys = {(key, entry.facts.get("country", "")) for entry in places for key in entry.region_keys}
        self._run("region_name (key, country)", sorted(keys))

    def _add(self, kind: str, thing: Entry | Thing, names: Iterable[str]) -> None:
        self._things += 1
        body = msgspec.json.encode(thing, order="deterministic")
        self._run("thing (number, iri, kind, body)", [(self._things, thing.iri, kind, body)])
        numbered = self._add_names(names)
        self._run("words (rowid, text)", [(number, normalize_name(name)) for number, name in numbered])

    def _add_names(self, names: Iterable[str]) -> list[tuple[int, str]]:
        """Write names of the last thing, and return them with their numbers."""
        numbered = list(enumerate(names, start=self._names + 1))
        self._names += len(numbered)
        self._run("name (number, thing, text)", [(number, self._things, name) for number, name in numbered])
        return numbered

    def _add_place(self, entry: Entry, names: Sequence[str], hidden: Sequence[str]) -> None:
        self._add_names(hidden)
        full = {full_key(name) for name in names} - {""}
        stated, known = name_keys(entry.names), full | name_keys(names)
        keys = [(k, self._things, int(k in full), STATED if k in stated else FURTHER) for k in sorted(known)]
        unknown = {full_key(name) for name in hidden} - known - {""}
        keys += [(key, self._things, 1, HIDDEN) for key in sorted(unknown)]
        self._run("key (key, thing, full, standing)", keys)
        identifiers = {entry.facts[name] for name in IDENTIFIERS if name in entry.facts}
        self._run("identifier (text, thing)", [(text, self._things) for text in sorted(identifiers)])
        regions = {entry.facts[name] for name in REGIONS if name in entry.facts}
        self._run("region (region, thing)", [(region, self._things) for region in sorted(regions)])

    def _run(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - ours

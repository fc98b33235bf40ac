"""The index of names of one release, asked: places by id, by name however it is written, by the place above.

It never changes, so many threads may use it. Lists of places have those with the most partners first.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import msgspec
from rapidfuzz import process
from rapidfuzz.distance import Indel

from graph.errors import ReleaseError
from graph.matching.known.names import normalize_name
from graph.names.index.address import read_place_id
from graph.names.index.countries import alpha_2
from graph.names.index.entry import COUNTRY, PLACES, Entry, Thing, full_key, name_keys
from graph.names.index.read import Named
from graph.names.index.write import HIDDEN, STATED, VERSION, fill

LEAST_SIMILAR = 0.7
_MOST_SIMILAR_KEYS = 40
_ENTRIES_KEPT = 4096
_MOST_OF_REGION = 100
_LAST = "\U0010ffff"
_MANY = 500

_entry_decoder = msgspec.json.Decoder(Entry)
_thing_decoder = msgspec.json.Decoder(Thing)


class NameIndex:
    """The names of a release, in a database of its own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take a connection that threads may share; the index closes it in the end."""
        self._connection = connection
        self._lock = threading.Lock()
        self._entry = lru_cache(maxsize=_ENTRIES_KEPT)(self._read_entry)

    @classmethod
    def open(cls, path: Path) -> NameIndex:
        """Return the index in a file. Raises ReleaseError when it is none, or of another version."""
        try:
            connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            version = connection.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.DatabaseError as exc:
            raise ReleaseError(f"{path} cannot be read: {exc}; run `kembar build --force`") from exc
        if version != VERSION:
            connection.close()
            raise ReleaseError(f"{path} is an index of version {version}, not {VERSION}; run `kembar build`")
        return cls(connection)

    @classmethod
    def of(cls, named: Named) -> NameIndex:
        """Return an index in memory; countries have the names that the release gives them, no others."""
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        fill(connection, named)
        return cls(connection)

    def close(self) -> None:
        """Let the file go; nothing can be asked any more."""
        self._connection.close()

    def _select(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows; one thread at a time, since a database in memory has one state."""
        known = [_storable(value) if isinstance(value, str) else value for value in values]
        with self._lock:
            return self._connection.execute(sql, known).fetchall()

    def _read_entry(self, iri: str) -> Entry | None:
        rows = self._select("SELECT body FROM thing WHERE iri = ? AND kind = 'place'", [iri])
        return _entry_decoder.decode(rows[0][0]) if rows else None

    def _entries(self, condition: str, values: Sequence[object], most: int = -1) -> list[Entry]:
        """Return the places whose numbers a subquery gives, the most linked first."""
        sql = f"SELECT body FROM thing WHERE number IN ({condition}) ORDER BY number LIMIT {most}"  # noqa: S608
        return [_entry_decoder.decode(body) for (body,) in self._select(sql, values)]

    # ---- by id

    def get(self, place: str) -> Entry | None:
        """Return the place with this id, None when there is none."""
        return self._entry(Entry(place).iri)

    def find(self, text: str) -> Entry | None:
        """Return the place of an id, a replaced id, or an address of either or of its Wikidata item."""
        place = read_place_id(text) or text.strip()
        replaced = self._select("SELECT new FROM replaced WHERE old = ?", [place])
        return self.get(str(replaced[0][0]) if replaced else place)

    def find_by_identifier(self, text: str) -> list[Entry]:
        """Return the places that this is the id of, else an identifier: of Wikidata, ISO 3166, Kemendagri."""
        found = self.find(text)
        if found is not None:
            return [found]
        return self._entries(
            "SELECT thing FROM identifier WHERE text = ?", [read_place_id(text) or text.strip()]
        )

    # ---- by name

    def find_by_full_name(self, keys: Iterable[str]) -> list[Entry]:
        """Return the places with a name that, as it is written, has one of these keys.

        Those that have it only among their hidden names come in question when no place shows it ("Kiev"), or
        when they have more partners than all that do: which one is meant is then not for us to say.
        """
        return self._find_by_key(keys, "AND full")

    def find_by_name(self, keys: Iterable[str]) -> list[Entry]:
        """Return the places with one of these keys, in full or without what is around the name.

        Of hidden names as in ``find_by_full_name``.
        """
        return self._find_by_key(keys, "")

    def _find_by_key(self, keys: Iterable[str], more: str) -> list[Entry]:
        wanted = [*keys]
        having = f"FROM key WHERE key IN ({', '.join('?' * len(wanted))}) {more}"
        shown = f"SELECT min(thing) {having} AND standing < {HIDDEN}"
        sql = f"SELECT thing {having} AND (standing < {HIDDEN} OR thing < coalesce(({shown}), thing + 1))"
        return self._entries(sql, [*wanted, *wanted])

    def find_similar(self, key: str) -> dict[str, float]:
        """Return the ids of places with keys most like this one; how like, from LEAST_SIMILAR to 1."""
        similar = process.extract(
            key,
            self._keys,
            scorer=Indel.normalized_similarity,
            processor=None,
            score_cutoff=LEAST_SIMILAR,
            limit=_MOST_SIMILAR_KEYS,
        )
        found: dict[str, float] = {}
        for similar_key, similarity, _ in similar:
            for entry in self.find_by_name([similar_key]):
                found.setdefault(entry.id, similarity)
        return found

    @cached_property
    def _keys(self) -> list[str]:
        sql = f"SELECT DISTINCT key FROM key WHERE standing = {STATED} ORDER BY key"  # noqa: S608 - a number
        return [str(key) for (key,) in self._select(sql)]

    def find_by_prefix(self, prefix: str, most: int = _MANY) -> list[Entry]:
        """Return the places with a name that begins so: exactly this name first, hidden names last."""
        keys = sorted(name_keys([prefix]))
        found = {entry.id: entry for entry in self.find_by_name(keys)}
        ranges = " OR ".join("key BETWEEN ? AND ?" for _ in keys) or "FALSE"
        ends = [end for key in keys for end in (key, key + _LAST)]
        begun = f"SELECT thing FROM key WHERE ({ranges}) AND standing"  # noqa: S608 - our own words
        for standing in (f"< {HIDDEN}", f"= {HIDDEN}"):
            if len(found) < most:
                found |= {entry.id: entry for entry in self._entries(f"{begun} {standing}", ends, most)}
        return list(found.values())

    # ---- by region

    def find_in_region(self, region: str, most: int = _MOST_OF_REGION) -> list[Entry]:
        """Return the best linked places of a country, or next below another place; -1 for all."""
        return self._entries("SELECT thing FROM region WHERE region = ?", [region], most)

    def countries_of_region(self, text: str) -> frozenset[str]:
        """Return the ids of the countries that have a state or province of this name, code or short form."""
        rows = self._select("SELECT country FROM region_name WHERE key = ?", [full_key(text)])
        return frozenset(str(country) for (country,) in rows)

    def find_country_ids(self, text: str) -> frozenset[str]:
        """Return the ids of the countries that a text may mean: an id, an address, an ISO code, a name."""
        code = alpha_2(re.sub(r"[\W_]", "", text))
        coded = self.find_by_identifier(text) or self.find_by_identifier(code)
        found = coded or self.find_by_name(name_keys([text]))
        return frozenset(entry.id for entry in found if COUNTRY in entry.classes)

    def find_place_ids(self, text: str) -> frozenset[str]:
        """Return the ids of all places that a text may mean: an id, an address, a code, a name."""
        found = self.find_by_identifier(text) or self.find_by_name(name_keys([text]))
        return frozenset(entry.id for entry in found) or self.find_country_ids(text)

    def ancestors(self, entry: Entry) -> Iterator[str]:
        """Yield the ids of the places that a place is part of, from the next one upwards."""
        seen = {entry.id}
        while (above := entry.facts.get("partOf", "")) and above not in seen:
            seen.add(above)
            yield above
            if (found := self.get(above)) is None:
                return
            entry = found

    # ---- by partners

    def find_chain(self, starts: Collection[str], ends: Collection[str]) -> list[tuple[str, str]]:
        """Return the hops of a shortest chain of partners from one of some places to one of others, as ids.

        Of several the one whose places have the most partners, as far as one choice at a time tells. It is
        empty when there is none, or when both have a place in common.
        """
        numbers = {entry: number for number, entry in self._places.items()}
        goal = {numbers[place] for place in ends if place in numbers}
        before = {numbers[place]: 0 for place in starts if place in numbers}
        if not goal.isdisjoint(before):
            return []
        frontier = sorted(before)
        while frontier:
            frontier = self._spread(frontier, before)
            if (reached := min(goal.intersection(frontier), default=0)) > 0:
                return self._trace(reached, before)
        return []

    def _spread(self, frontier: list[int], before: dict[int, int]) -> list[int]:
        """Return the places one hop further, noting for each the one before it."""
        further: dict[int, int] = {}
        for number in frontier:
            for partner in self._links.get(number, ()):
                if partner not in before:
                    further.setdefault(partner, number)
        before.update(further)
        return sorted(further)

    def _trace(self, number: int, before: Mapping[int, int]) -> list[tuple[str, str]]:
        hops = []
        while (earlier := before[number]) > 0:
            hops.append((self._places[earlier], self._places[number]))
            number = earlier
        return hops[::-1]

    @cached_property
    def _places(self) -> dict[int, str]:
        rows = self._select("SELECT number, iri FROM thing WHERE kind = 'place'")
        return {int(str(number)): str(iri).removeprefix(PLACES) for number, iri in rows}

    @cached_property
    def _links(self) -> dict[int, list[int]]:
        links: defaultdict[int, list[int]] = defaultdict(list)
        for place, partner in self._select("SELECT place, partner FROM link ORDER BY place, partner"):
            links[int(str(place))].append(int(str(partner)))
        return dict(links)

    # ---- other things

    def find_things(self, text: str, kind: str, most: int) -> list[tuple[Entry | Thing, str]]:
        """Return things of a kind with a name that has all words of a text, each maybe only begun.

        With each comes the first name that has them; the most linked come first.
        """
        words = normalize_name(text).split()
        if not words:
            return []
        wanted = " ".join(f'"{word}"*' for word in words)
        rows = self._select(
            "SELECT thing.body, name.text FROM kind JOIN words JOIN name ON name.number = words.rowid"
            " JOIN thing ON thing.number = name.thing WHERE kind.kind = ? AND words MATCH ?"
            " AND words.rowid BETWEEN kind.first AND kind.last ORDER BY words.rowid LIMIT ?",
            [kind, wanted, _MANY],
        )
        decoder = _entry_decoder if kind == "place" else _thing_decoder
        found: dict[str, tuple[Entry | Thing, str]] = {}
        for body, name in rows:
            thing = decoder.decode(body)
            found.setdefault(thing.iri, (thing, str(name)))
            if len(found) == most:
                break
        return list(found.values())

    def find_thing(self, iri: str) -> Thing | None:
        """Return a thing that is no place by its IRI."""
        rows = self._select("SELECT body FROM thing WHERE iri = ? AND kind <> 'place'", [iri])
        return _thing_decoder.decode(rows[0][0]) if rows else None

    def names_of(self, iri: str) -> list[str]:
        """Return all names of a thing as they are written, also those that no release states."""
        sql = (
            "SELECT text FROM name JOIN thing ON thing.number = name.thing WHERE iri = ? ORDER BY name.number"
        )
        return [str(text) for (text,) in self._select(sql, [iri])]

    def concepts(self, scheme: str) -> list[Thing]:
        """Return the concepts of a scheme by its slug, in the order of their IRIs."""
        return [term for term in self._terms if term.facts.get("scheme") == scheme]

    @cached_property
    def _terms(self) -> list[Thing]:
        rows = self._select("SELECT body FROM thing WHERE kind = 'term' ORDER BY iri")
        return [_thing_decoder.decode(body) for (body,) in rows]


def _storable(text: str) -> str:
    """Return a text with half a surrogate pair, which UTF-8 has not, as the character for what is unknown."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

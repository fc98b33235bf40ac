"""The places of one release in memory, found by id, by name however it is written, and by the place above.

Names are compared by their keys: normalized, without spaces (graph/matching/known/names.py).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice

from rapidfuzz import process
from rapidfuzz.distance import Indel

from graph.matching.known.names import name_forms, normalize_name, squeeze
from ontology import BASE, WIKIDATA

PLACES = BASE + "place/"
CITY, LOCAL, COUNTRY, PLACE = "City", "LocalGovernment", "Country", "Place"
TYPES = (CITY, LOCAL, COUNTRY, PLACE)
"""Our classes of places, a narrower one before a broader one."""
IDENTIFIERS = ("wikidataId", "isoCode", "kemendagriCode")
"""The facts that only one place should have."""
REGIONS = ("country", "partOf")
"""The facts that name a place above."""

LEAST_SIMILAR = 0.7
_MOST_SIMILAR_KEYS = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """One place. `facts` holds its single values by the names of our properties, places and levels as ids.

    `labels` are by language, `levels` those it is on a par with, `point` is latitude and longitude in
    degrees, `partners` are ids with the year since which, the earliest first and the undated last.
    """

    id: str
    classes: frozenset[str] = frozenset({PLACE})
    labels: Mapping[str, str] = field(default_factory=dict)
    native_names: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    levels: frozenset[str] = frozenset()
    point: tuple[float, float] | None = None
    partners: tuple[tuple[str, int | None], ...] = ()

    def label(self, language: str) -> str:
        """Return the label in a language, else the English one, that of no language, any name, the id."""
        known = (self.labels.get(tag) for tag in (language, "en", ""))
        return next(filter(None, known), "") or next(iter(self.names), self.id)

    @property
    def names(self) -> tuple[str, ...]:
        """Return all names as they are written, each once."""
        return tuple(dict.fromkeys((*self.labels.values(), *self.native_names, *self.other_names)))

    @property
    def types(self) -> tuple[str, ...]:
        """Return its classes, the narrowest first."""
        return tuple(name for name in TYPES if name in self.classes)


class PlaceIndex:
    """All places of a release. It never changes, so many threads may use it.

    Lists of places have those with the most partners first.
    """

    def __init__(self, entries: Iterable[Entry], replaced: Mapping[str, str] | None = None) -> None:
        """Take the places, and the id of today for each id of an earlier release."""
        self.entries = {entry.id: entry for entry in entries}
        self._replaced = dict(replaced or {})
        self._by_full_key: defaultdict[str, list[str]] = defaultdict(list)
        self._by_key: defaultdict[str, list[str]] = defaultdict(list)
        self._by_identifier: defaultdict[str, list[str]] = defaultdict(list)
        self._by_region: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in sorted(self.entries.values(), key=_by_partners):
            self._add(entry)
        self._keys = sorted(self._by_key)

    def _add(self, entry: Entry) -> None:
        for key in {full_key(name) for name in entry.names}:
            self._by_full_key[key].append(entry.id)
        for key in name_keys(entry.names):
            self._by_key[key].append(entry.id)
        for name in IDENTIFIERS:
            if identifier := entry.facts.get(name):
                self._by_identifier[identifier].append(entry.id)
        for region in {entry.facts[name] for name in REGIONS if name in entry.facts}:
            self._by_region[region].append(entry)

    def _collect(self, ids: Mapping[str, list[str]], keys: Iterable[str]) -> list[Entry]:
        """Return the places under these keys, each once."""
        found = chain.from_iterable(ids.get(key, ()) for key in keys)
        return [self.entries[place] for place in dict.fromkeys(found)]

    def find(self, text: str) -> Entry | None:
        """Return the place of an id, a replaced id, or the IRI of either or of its Wikidata item."""
        local = text.strip().removeprefix(PLACES).removeprefix(str(WIKIDATA))
        return self.entries.get(self._replaced.get(local, local))

    def find_by_identifier(self, text: str) -> list[Entry]:
        """Return the places that this is the id of, else an identifier: of Wikidata, ISO 3166, Kemendagri."""
        found = self.find(text)
        return self._collect(self._by_identifier, [text.strip()]) if found is None else [found]

    def find_by_full_name(self, keys: Iterable[str]) -> list[Entry]:
        """Return the places with a name that, as it is written, has one of these keys."""
        return self._collect(self._by_full_key, keys)

    def find_by_name(self, keys: Iterable[str]) -> list[Entry]:
        """Return the places with one of these keys, in full or without what is around the name."""
        return self._collect(self._by_key, keys)

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
            for place in self._by_key[similar_key]:
                found.setdefault(place, similarity)
        return found

    def find_by_prefix(self, prefix: str) -> list[Entry]:
        """Return the places with a name that begins so, first those with exactly this name."""
        keys = sorted(name_keys([prefix]))
        exact = self.find_by_name(keys)
        longer_keys = chain.from_iterable(self._keys_with_prefix(key) for key in keys)
        longer = sorted(self.find_by_name(longer_keys), key=_by_partners)
        known = {entry.id for entry in exact}
        return exact + [entry for entry in longer if entry.id not in known]

    def _keys_with_prefix(self, prefix: str) -> Iterator[str]:
        for key in islice(self._keys, bisect_left(self._keys, prefix), None):
            if not key.startswith(prefix):
                return
            yield key

    def find_in_region(self, region: str) -> list[Entry]:
        """Return the places of a country, or next below another place."""
        return self._by_region.get(region, [])

    def find_country_ids(self, text: str) -> frozenset[str]:
        """Return the ids of the countries that a text may mean: an id, an IRI, an ISO code, a name."""
        coded = self.find_by_identifier(text) or self.find_by_identifier(text.upper())
        found = coded or self.find_by_name(name_keys([text]))
        return frozenset(entry.id for entry in found if COUNTRY in entry.classes)

    def find_place_ids(self, text: str) -> frozenset[str]:
        """Return the ids of all places that a text may mean: an id, an IRI, a code, a name."""
        found = self.find_by_identifier(text) or self.find_by_name(name_keys([text]))
        return frozenset(entry.id for entry in found)

    def ancestors(self, entry: Entry) -> Iterator[str]:
        """Yield the ids of the places that a place is part of, from the next one upwards."""
        seen = {entry.id}
        while (above := entry.facts.get("partOf", "")) and above not in seen:
            seen.add(above)
            yield above
            if (found := self.entries.get(above)) is None:
                return
            entry = found


def full_key(name: str) -> str:
    """Return the key of a name as it is written."""
    return squeeze(normalize_name(name))


def name_keys(names: Iterable[str]) -> frozenset[str]:
    """Return the keys of names in all their forms, in full and without what is around them."""
    return frozenset(squeeze(form) for form in name_forms(names) if form)


def _by_partners(entry: Entry) -> tuple[int, str]:
    return -len(entry.partners), entry.id

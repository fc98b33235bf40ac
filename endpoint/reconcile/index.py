"""The places of one release in memory, found by id, by name however it is written, and by country."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import Indel

from graph.matching.known.names import name_forms, normalize_name, squeeze
from ontology import BASE, WIKIDATA

PLACES = BASE + "place/"
CITY, LOCAL, COUNTRY, PLACE = "City", "LocalGovernment", "Country", "Place"
TYPES = (CITY, LOCAL, COUNTRY, PLACE)
"""Our classes of places, a narrower one before a broader one."""

LEAST_SIMILAR = 0.7
_CODES = ("wikidataId", "isoCode", "kemendagriCode")
_SIMILAR_KEYS = 40


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
    """All places of a release. It never changes, so many threads may use it."""

    def __init__(self, entries: Iterable[Entry], replaced: Mapping[str, str] | None = None) -> None:
        """Take the places, and which id stands today for an id of former times."""
        self.entries = {entry.id: entry for entry in entries}
        self._replaced = dict(replaced or {})
        self._full: dict[str, list[str]] = {}
        self._forms: dict[str, list[str]] = {}
        self._codes: dict[str, list[str]] = {}
        self._within: dict[str, list[Entry]] = {}
        for entry in sorted(self.entries.values(), key=_by_partners):
            self._add(entry)
        self._keys = sorted(self._forms)

    def _add(self, entry: Entry) -> None:
        for key in {squeeze(normalize_name(name)) for name in entry.names}:
            self._full.setdefault(key, []).append(entry.id)
        for key in keys_of(entry.names):
            self._forms.setdefault(key, []).append(entry.id)
        for name in _CODES:
            if code := entry.facts.get(name):
                self._codes.setdefault(code, []).append(entry.id)
        for name in ("country", "partOf"):
            if above := entry.facts.get(name):
                self._within.setdefault(above, []).append(entry)

    def find(self, text: str) -> Entry | None:
        """Return the place of an id, a former id, or the IRI of either or of its Wikidata item."""
        local = text.strip().removeprefix(PLACES).removeprefix(str(WIKIDATA))
        return self.entries.get(self._replaced.get(local, local))

    def identified(self, text: str) -> list[Entry]:
        """Return the places that this is the id or a code of: Wikidata's, ISO 3166, Kemendagri."""
        if (found := self.find(text)) is not None:
            return [found]
        return [self.entries[one] for one in self._codes.get(text.strip(), ())]

    def fully_named(self, keys: Iterable[str]) -> list[Entry]:
        """Return the places one of whose names, as it is written, has one of these keys."""
        found = dict.fromkeys(one for key in keys for one in self._full.get(key, ()))
        return [self.entries[one] for one in found]

    def named(self, keys: Iterable[str]) -> list[Entry]:
        """Return the places that have one of these keys, in full or without what is around the name."""
        return [
            self.entries[one] for one in dict.fromkeys(one for k in keys for one in self._forms.get(k, ()))
        ]

    def similar(self, key: str) -> dict[str, float]:
        """Return the places with keys most like this one by id, and how like, from LEAST_SIMILAR to 1."""
        alike = process.extract(
            key,
            self._keys,
            scorer=Indel.normalized_similarity,
            processor=None,
            score_cutoff=LEAST_SIMILAR,
            limit=_SIMILAR_KEYS,
        )
        found: dict[str, float] = {}
        for name, similarity, _ in alike:
            for one in self._forms[name]:
                found.setdefault(one, similarity)
        return found

    def beginning_with(self, prefix: str) -> list[Entry]:
        """Return the places with a name that begins so: first those with this very name, then by partners."""
        keys = sorted(keys_of([prefix]))
        exact = self.named(keys)
        longer = {one for key in keys for name in self._longer(key) for one in self._forms[name]}
        longer.difference_update(entry.id for entry in exact)
        return exact + sorted((self.entries[one] for one in longer), key=_by_partners)

    def _longer(self, key: str) -> Iterator[str]:
        """Yield the keys that begin with this one."""
        for name in islice(self._keys, bisect_left(self._keys, key), None):
            if not name.startswith(key):
                return
            yield name

    def within(self, place: str) -> list[Entry]:
        """Return the places of a country, or next below another place, the best linked first."""
        return self._within.get(place, [])

    def countries(self, text: str) -> frozenset[str]:
        """Return the ids of the countries that a text may mean: an id, an IRI, an ISO code, a name."""
        coded = self.identified(text) or self.identified(text.upper())
        return frozenset(one.id for one in coded or self.named(keys_of([text])) if COUNTRY in one.classes)

    def places(self, text: str) -> frozenset[str]:
        """Return the ids of all places that a text may mean: an id, an IRI, a code, a name."""
        return frozenset(one.id for one in self.identified(text) or self.named(keys_of([text])))

    def above(self, entry: Entry) -> Iterator[str]:
        """Yield the ids of the places that a place is part of, from the next one upwards."""
        seen = {entry.id}
        while (above := entry.facts.get("partOf", "")) and above not in seen:
            seen.add(above)
            yield above
            if (found := self.entries.get(above)) is None:
                return
            entry = found


def keys_of(names: Iterable[str]) -> frozenset[str]:
    """Return what names are compared by: their normalized forms without spaces."""
    return frozenset(squeeze(form) for form in name_forms(names) if form)


def _by_partners(entry: Entry) -> tuple[int, str]:
    return -len(entry.partners), entry.id

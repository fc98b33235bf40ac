"""Parties: whom records and tables speak of. Matching is finding out which of them are one place."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from graph.matching.gazetteer.readings import UNKNOWN, Reading
from graph.matching.known.names import name_forms, normalize_name, read_name, squeeze
from graph.matching.known.points import Point
from graph.matching.scores import Evidence
from graph.model.iris import is_qid
from graph.model.matches import PossiblePlace

_NO_WORDS: frozenset[str] = frozenset()

Key = tuple[str, ...]
"""Puts parties in an order that does not depend on the order of the records."""


@dataclass(slots=True, eq=False)
class Party:
    """One place, as far as is known by now.

    `place` is its id, empty until somebody decides; `names` are as written, the best first; `partners` are
    the numbers of other parties. `regions` are parts of the country as they are written, `region_codes` those
    that the gazetteer knows. `reading` is what the gazetteer says. `points` are those that can be trusted
    to be its own. `is_large`: known to be more than a city, a province or a county, by its `level`. `lists`
    are the collections whose mentions it is.
    """

    number: int
    key: Key
    place: str = ""
    country: str = ""
    is_large: bool = False
    level: str = ""
    names: dict[str, None] = field(default_factory=dict)
    where: frozenset[str] = _NO_WORDS
    regions: frozenset[str] = _NO_WORDS
    region_codes: frozenset[str] = _NO_WORDS
    points: tuple[Point, ...] = ()
    partners: set[int] = field(default_factory=set)
    reading: Reading = UNKNOWN
    lists: frozenset[str] = _NO_WORDS

    @property
    def is_foreign(self) -> bool:
        """Return whether nothing in its country goes by its name, and a place of note elsewhere does."""
        return bool(self.country and self.reading.only and not self.reading.bearers)

    @property
    def credible_country(self) -> str:
        """Return its country, unless it is foreign there."""
        return "" if self.is_foreign else self.country

    @property
    def has_qid(self) -> bool:
        """Return whether it is a Wikidata item, so that it can be no other one."""
        return is_qid(self.place)


@dataclass(frozen=True, slots=True)
class Merge:
    """That a party is another one: the evidence, and the places that came into question, best first."""

    into: int
    evidence: Evidence
    candidates: tuple[PossiblePlace, ...] = ()


class Parties:
    """All parties, the names they go by, and who is partner of whom."""

    def __init__(self) -> None:
        """Start without any."""
        self._parties: list[Party] = []
        self._root: list[int] = []
        self._by_form: dict[str, list[int]] = defaultdict(list)
        self._by_bearer: dict[int, list[int]] = defaultdict(list)
        self.merges: dict[int, Merge] = {}

    def __getitem__(self, number: int) -> Party:
        """Return the party that a number stands for by now, after all merges."""
        return self._parties[self.find(number)]

    def as_named(self, number: int) -> Party:
        """Return the party of a number as it was before it was merged into another one."""
        return self._parties[number]

    def __iter__(self) -> Iterator[Party]:
        """Return those that were not merged into another one, in the order of their keys."""
        left = (party for party in self._parties if party.number not in self.merges)
        return iter(sorted(left, key=lambda party: party.key))

    def find(self, number: int) -> int:
        """Return the number of the party that this one is by now."""
        while self._root[number] != number:
            self._root[number] = self._root[self._root[number]]
            number = self._root[number]
        return number

    def add(self, key: Key, names: Iterable[str], country: str = "", place: str = "") -> Party:
        """Add a party and return it."""
        party = Party(len(self._parties), key, place, country)
        self._parties.append(party)
        self._root.append(party.number)
        self.add_names(party, names)
        return party

    def add_names(self, party: Party, names: Iterable[str]) -> None:
        """Let a party go by more names."""
        new = dict.fromkeys(name for name in names if normalize_name(name) and name not in party.names)
        party.names |= new
        party.where = one_set(party.where.union(*(read_name(name).where for name in new)))
        for form in _index_forms(new):
            self._by_form[form].append(party.number)

    def read(self, party: Party, reading: Reading) -> None:
        """Let a party be what the gazetteer says of it."""
        party.reading = reading
        for bearer in reading.bearers:
            self._by_bearer[bearer].append(party.number)

    def link(self, a: int, b: int) -> None:
        """Let two parties be partners."""
        a, b = self.find(a), self.find(b)
        if a != b:
            self._parties[a].partners.add(b)
            self._parties[b].partners.add(a)

    def named_like(self, names: Iterable[str]) -> set[int]:
        """Return the numbers of the parties that share a form of a name with these."""
        return {self.find(number) for form in _index_forms(names) for number in self._by_form.get(form, ())}

    def alike(self, party: Party) -> set[int]:
        """Return the numbers of the other parties that may be named like one, by form or by bearer."""
        chosen = party.reading.chosen
        by_bearer = self._by_bearer.get(chosen.id, ()) if chosen else ()
        alike = self.named_like(party.names) | {self.find(number) for number in by_bearer}
        return alike - {party.number}

    def of_bearer(self, bearer: int) -> list[Party]:
        """Return the parties that are one place of the gazetteer, in the order of their keys."""
        found = {self.find(number) for number in self._by_bearer.get(bearer, ())}
        parties = (self._parties[number] for number in found)
        return sorted((one for one in parties if _is_bearer(one, bearer)), key=lambda one: one.key)

    def sharing_partners(self, party: Party) -> Mapping[int, int]:
        """Return the parties that have partners in common with this one, and how many."""
        counts = Counter(chain.from_iterable(self._parties[number].partners for number in party.partners))
        counts.pop(party.number, None)
        return counts

    def merge(self, party: Party, merge: Merge) -> None:
        """Let a party be another one, which takes over all that is known of it."""
        into = self._parties[merge.into]
        self.merges[party.number] = merge
        self._root[party.number] = into.number
        for number in party.partners:
            self._parties[number].partners.discard(party.number)
            if number != into.number:
                self._parties[number].partners.add(into.number)
        into.partners |= party.partners
        into.partners -= {party.number, into.number}
        into.country = into.country or party.credible_country
        into.place = into.place or party.place
        into.regions = one_set(into.regions | party.regions)
        into.region_codes = one_set(into.region_codes | party.region_codes)
        into.lists = one_set(into.lists | party.lists)
        into.points = tuple(sorted({*into.points, *party.points}))
        self.add_names(into, party.names)
        self.read(into, into.reading + party.reading)

    def history(self, number: int) -> list[Merge]:
        """Return by which merges a party became what it is, the first one first."""
        found = []
        while number in self.merges:
            found.append(self.merges[number])
            number = found[-1].into
        return found


@lru_cache(maxsize=1 << 12)
def one_set(words: frozenset[str]) -> frozenset[str]:
    """Return one object for the same words: of thousands of parties most have none, or those of others."""
    return words


def _is_bearer(party: Party, bearer: int) -> bool:
    return party.reading.chosen is not None and party.reading.chosen.id == bearer


def _index_forms(names: Iterable[str]) -> set[str]:
    forms = name_forms(names)
    return {*forms, *map(squeeze, forms)}

"""Parties: whom records and tables speak of. Matching is finding out which of them are one place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from graph.matching.known.exonyms import english_names
from graph.matching.known.names import name_forms, normalize_name, read_name, squeeze
from graph.matching.known.points import Point
from graph.matching.scores import Evidence
from graph.model.iris import is_qid

Key = tuple[str, ...]
"""Puts parties in an order that does not depend on the order of the records."""


@dataclass(slots=True, eq=False)
class Party:
    """One place, as far as is known by now.

    `place` is its id, empty until somebody decides; `names` are as written, the best first; `partners` are
    the numbers of other parties. `large` means that it is known to be more than a city: a province, a county.
    """

    number: int
    key: Key
    place: str = ""
    country: str = ""
    large: bool = False
    names: dict[str, None] = field(default_factory=dict)
    where: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    points: tuple[Point, ...] = ()
    partners: set[int] = field(default_factory=set)

    @property
    def has_qid(self) -> bool:
        """Return whether it is a Wikidata item, so that it can be no other one."""
        return is_qid(self.place)


@dataclass(frozen=True, slots=True)
class Join:
    """That a party is another one: the evidence, and the places that came into question, best first."""

    into: int
    evidence: Evidence
    candidates: tuple[tuple[str, float], ...] = ()


class Parties:
    """All parties, the names they go by, and who is partner of whom."""

    def __init__(self) -> None:
        """Start without any."""
        self._parties: list[Party] = []
        self._root: list[int] = []
        self._by_form: dict[str, set[int]] = defaultdict(set)
        self.joins: dict[int, Join] = {}

    def __getitem__(self, number: int) -> Party:
        """Return the party that a number stands for by now, after all joins."""
        return self._parties[self.find(number)]

    def __iter__(self) -> Iterator[Party]:
        """Return those that did not join another one, in the order of their keys."""
        return iter(
            sorted((one for one in self._parties if one.number not in self.joins), key=lambda p: p.key)
        )

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
        """Let a party go by more names, and by their English forms where they are known."""
        given = [name for name in names if normalize_name(name)]
        english = [also for name in given for also in english_names(name)]
        new = dict.fromkeys(name for name in (*given, *english) if name not in party.names)
        party.names |= new
        party.where |= frozenset(note for name in new for note in read_name(name).where)
        for form in _index_forms(new):
            self._by_form[form].add(party.number)

    def link(self, a: int, b: int) -> None:
        """Let two parties be partners."""
        a, b = self.find(a), self.find(b)
        if a != b:
            self._parties[a].partners.add(b)
            self._parties[b].partners.add(a)

    def named_like(self, names: Iterable[str]) -> set[int]:
        """Return the numbers of the parties that share a form of a name with these."""
        return {self.find(number) for form in _index_forms(names) for number in self._by_form.get(form, ())}

    def around(self, party: Party) -> Mapping[int, int]:
        """Return the parties that have partners in common with this one, and how many."""
        counts: dict[int, int] = defaultdict(int)
        for partner in party.partners:
            for number in self._parties[partner].partners:
                counts[number] += 1
        counts.pop(party.number, None)
        return counts

    def join(self, party: Party, join: Join) -> None:
        """Let a party be another one, which takes over all that is known of it."""
        into = self._parties[join.into]
        self.joins[party.number] = join
        self._root[party.number] = into.number
        for partner in party.partners:
            self._parties[partner].partners.discard(party.number)
            if partner != into.number:
                self._parties[partner].partners.add(into.number)
        into.partners |= party.partners
        into.partners -= {party.number, into.number}
        into.country = into.country or party.country
        into.place = into.place or party.place
        into.regions |= party.regions
        into.points = tuple(sorted({*into.points, *party.points}))
        self.add_names(into, party.names)

    def history(self, number: int) -> list[Join]:
        """Return by which joins a party became what it is, the first one first."""
        found = []
        while number in self.joins:
            found.append(self.joins[number])
            number = found[-1].into
        return found


def _index_forms(names: Iterable[str]) -> set[str]:
    forms = name_forms(names)
    return {*forms, *map(squeeze, forms)}

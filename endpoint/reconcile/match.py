"""Which places a name and what is stated beside it may mean: candidates with their scores and reasons.

A score is 0 to 100: the likeness of the names, weighed with what is stated (reconciliation_properties.py).
What agrees raises it, what does not lowers it, what we do not know draws it halfway. A candidate is a match
only when it is certain; what that needs is written at `_is_certain`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz.distance import Indel

from endpoint.reconcile.comparisons import Meaning
from endpoint.reconcile.index import CITY, COUNTRY, Entry, PlaceIndex, keys_of
from endpoint.reconcile.properties import Property
from graph.matching.known import names
from graph.matching.known.names import Name, normalize_name, read_name, squeeze

ANY, ALL, SHOULD = "any", "all", "should"
"""Must a place be of one of the types, of all, or does it only count for it? The last is usual."""

DEFAULT_LIMIT = 10
_FULLY, _PARED, _REDUCED, _LIKE = 1.0, 0.98, 0.97, 0.95
"""What a name gives at most: as written; what is asked for pared of "Kota" and the like; both; only alike."""
_OTHER_KIND = 0.85
_LEAST_IDENTIFIED = 0.6
"""How like a name must be at least when an id that is stated beside it decides."""
_TYPE_WEIGHT, _WHERE_WEIGHT = 0.3, 0.5
_UNKNOWN = 0.5
_MOST_OF_COUNTRY = 100

_KINDS = {
    "city": {names.CITY, names.MUNICIPALITY},
    "regency": {names.DISTRICT, names.MUNICIPALITY},
    "province": {names.PROVINCE},
    "borough": {names.BOROUGH, names.DISTRICT},
    "metro-region": {names.CITY, names.MUNICIPALITY, names.PROVINCE},
    "village": {names.MUNICIPALITY, names.CITY},
}
"""What kind of place a name may call a place of a level (graph/names.py)."""


@dataclass(frozen=True)
class Stated:
    """What is stated of a place: a property, and the values that may be meant."""

    property: Property
    values: tuple[str, ...]


@dataclass(frozen=True)
class Query:
    """One reconciliation query; `types` are classes of ours, `strict` is ANY, ALL or SHOULD."""

    text: str = ""
    types: tuple[str, ...] = ()
    strict: str = SHOULD
    limit: int = DEFAULT_LIMIT
    stated: tuple[Stated, ...] = ()

    @cached_property
    def name(self) -> Name:
        """Return the text taken apart as a name."""
        return read_name(self.text)

    @cached_property
    def full_key(self) -> str:
        """Return the key of the whole text."""
        return squeeze(normalize_name(self.text))


@dataclass(frozen=True)
class Candidate:
    """A place that a query may mean; `features` are what the score was made of, and its partners."""

    entry: Entry
    score: float
    match: bool
    features: tuple[tuple[str, bool | float], ...]


@dataclass
class _Judged:
    """A place under judgement; `agreements` are 0 to 1, None where nothing is known, with their weights."""

    entry: Entry
    likeness: float = 0.0
    full: bool = False
    exact: bool = False
    agreements: dict[str, tuple[float, float | None]] = field(default_factory=dict)

    @property
    def contradicted(self) -> bool:
        return any(agreement == 0.0 for _, agreement in self.agreements.values())

    def agrees(self, name: str) -> bool:
        return self.agreements.get(name, (0.0, None))[1] == 1.0

    @property
    def identified(self) -> bool:
        """Return whether an id that is stated beside the name is its own."""
        return any(self.agrees(name) for name in ("wikidataId", "kemendagriCode", "isoCode"))

    @property
    def is_rival(self) -> bool:
        """Return whether it may be what is meant just as well as any other."""
        named = self.exact or (self.identified and self.likeness >= _LEAST_IDENTIFIED)
        return named and not self.contradicted

    def score(self, with_name: bool) -> float:
        """Return the score from 0 to 100."""
        parts = [(1.0, self.likeness)] if with_name else []
        parts += [(weight, _UNKNOWN if a is None else a) for weight, a in self.agreements.values()]
        total = sum(weight for weight, _ in parts)
        return round(100 * sum(weight * part for weight, part in parts) / total, 1) if total else 0.0


def find_candidates(query: Query, index: PlaceIndex) -> list[Candidate]:
    """Return the places that a query may mean, the best first, not more than its limit."""
    meanings = [(one.property, _read(one, index)) for one in query.stated]
    where = _read_where(query, index)
    judged = [_judge(one, query, meanings, where, index) for one in _pool(query, meanings, index)]
    if query.text and not any(one.is_rival for one in judged):
        known = {one.entry.id for one in judged}
        alike = [one for one in _alike(query, index) if one.entry.id not in known]
        judged += [_judge(one, query, meanings, where, index) for one in alike]
    kept = [one for one in judged if _is_of_type(one.entry, query)]
    rivals = sum(one.is_rival for one in kept)
    named = bool(query.text)
    kept.sort(key=lambda one: (-one.score(named), -len(one.entry.partners), one.entry.id))
    return [
        Candidate(one.entry, one.score(named), rivals == 1 and _is_certain(one, query), _features(one, named))
        for one in kept[: query.limit]
    ]


def _is_certain(one: _Judged, query: Query) -> bool:
    """Return whether a place is certainly what is meant, given that no other one may be just as well.

    Nothing that is stated contradicts it, and either an id that is stated is its own, or it has exactly the
    name, and each country and each region that is stated is its own. A name that had to be reduced ("Kota
    X", "X, Japan") is certain only together with a country.
    """
    if not one.is_rival:
        return False
    if one.identified:
        return True
    stated = {stated.property.id for stated in query.stated}
    if any(not one.agrees(name) for name in ("country", "partOf") if name in stated):
        return False
    if "where" in one.agreements and not one.agrees("where"):
        return False
    return one.full or "country" in stated or "where" in one.agreements


# ---- which places come into question


def _pool(query: Query, meanings: Sequence[tuple[Property, Meaning]], index: PlaceIndex) -> list[_Judged]:
    """Return the places with exactly the name or a stated id; without a name, those of a stated country."""
    found: dict[str, _Judged] = {}
    for one in _exactly_named(query, index) if query.text else ():
        found.setdefault(one.entry.id, one)
    for entry in _with_stated_ids(query, index):
        found.setdefault(entry.id, _Judged(entry, _likeness(query, entry) if query.text else _FULLY))
    if not query.text and not found:
        found = {entry.id: _Judged(entry) for entry in _in_stated_places(meanings, index)}
    return list(found.values())


def _exactly_named(query: Query, index: PlaceIndex) -> Iterator[_Judged]:
    """Yield the places that the text is an id or a name of, the best name first, a place maybe again.

    When the text as it is written names a place ("Frankfurt am Main"), those that it only names without a
    part of it (Frankfurt on the Oder) are no rivals.
    """
    keys, whole = keys_of([query.text]), [query.full_key]
    full = [*index.identified(query.text), *index.fully_named(whole)]
    yield from (_Judged(entry, _FULLY, full=True, exact=True) for entry in full)
    yield from (_Judged(entry, _REDUCED, exact=True) for entry in index.named(whole))
    yield from (_Judged(entry, _PARED, exact=not full) for entry in index.fully_named(keys))
    yield from (_Judged(entry, _REDUCED, exact=not full) for entry in index.named(keys))


def _with_stated_ids(query: Query, index: PlaceIndex) -> list[Entry]:
    """Return the places whose id or code is stated."""
    return [
        found
        for one in query.stated
        if one.property.id in ("wikidataId", "kemendagriCode", "isoCode")
        for value in one.values
        for found in index.identified(value)
    ]


def _in_stated_places(meanings: Iterable[tuple[Property, Meaning]], index: PlaceIndex) -> list[Entry]:
    within = [
        one
        for stated, meaning in meanings
        if stated.id in ("country", "partOf") and isinstance(meaning, frozenset)
        for place in sorted(meaning)
        for one in index.within(place)[:_MOST_OF_COUNTRY]
    ]
    return list({one.id: one for one in within}.values())


def _alike(query: Query, index: PlaceIndex) -> list[_Judged]:
    """Return the places whose names are like the one asked for, in whole or without what is around it."""
    best: dict[str, float] = {}
    for key in keys_of([query.text]):
        for place, likeness in index.similar(key).items():
            best[place] = max(likeness, best.get(place, 0.0))
    return [_Judged(index.entries[place], _LIKE * likeness) for place, likeness in best.items()]


def _likeness(query: Query, entry: Entry) -> float:
    asked = keys_of([query.text])
    pairs = ((a, b) for a in asked for b in keys_of(entry.names))
    return _LIKE * max((Indel.normalized_similarity(a, b) for a, b in pairs), default=0.0)


# ---- how well a place fits


def _judge(
    one: _Judged,
    query: Query,
    meanings: Sequence[tuple[Property, Meaning]],
    where: Sequence[Meaning],
    index: PlaceIndex,
) -> _Judged:
    for stated, meaning in meanings:
        constraint = stated.constraint
        if constraint is not None:
            agreement = None if meaning is None else constraint.agrees(meaning, one.entry, index)
            one.agreements[stated.id] = (constraint.weight, agreement)
    if query.types:
        one.agreements["type"] = (_TYPE_WEIGHT, float(not one.entry.classes.isdisjoint(query.types)))
    if where and not one.full:
        one.agreements["where"] = (_WHERE_WEIGHT, _is_there(where, one.entry, index))
    if not one.full and _is_other_kind(query.name, one.entry):
        one.likeness *= _OTHER_KIND
        one.exact = False
    return one


def _read(stated: Stated, index: PlaceIndex) -> Meaning:
    """Return what all the values of a stated property mean together, None when none means anything."""
    constraint = stated.property.constraint
    read = [constraint.read(value, index) for value in stated.values] if constraint else []
    known = [meaning for meaning in read if meaning is not None]
    if not known or isinstance(known[0], tuple):
        return known[0] if known else None
    return frozenset().union(*(meaning for meaning in known if isinstance(meaning, frozenset)))


def _read_where(query: Query, index: PlaceIndex) -> list[Meaning]:
    """Return what is meant by each remark in the name on where it is: "Varna, Bulgaria"."""
    return [index.places(note) or None for note in sorted(query.name.where)] if query.text else []


def _is_there(where: Iterable[Meaning], entry: Entry, index: PlaceIndex) -> float | None:
    """Return whether a place is in all that the name says it is in; None when that cannot be told."""
    told = [_is_in(meaning, entry, index) for meaning in where]
    return 0.0 if 0.0 in told else None if None in told else 1.0


def _is_in(meaning: Meaning, entry: Entry, index: PlaceIndex) -> float | None:
    if not isinstance(meaning, frozenset):
        return None
    country = entry.facts.get("country")
    if country in meaning or not meaning.isdisjoint(index.above(entry)):
        return 1.0
    are_countries = all(COUNTRY in index.entries[place].classes for place in meaning)
    return 0.0 if "partOf" in entry.facts or (country and are_countries) else None


def _is_other_kind(name: Name, entry: Entry) -> bool:
    """Return whether a name says that it is of another kind: "Kabupaten Bandung" is no city."""
    if not name.kinds:
        return False
    kinds = {kind for level in entry.levels for kind in _KINDS.get(level, ())}
    kinds |= _KINDS["city"] if CITY in entry.classes else set()
    return bool(kinds) and kinds.isdisjoint(name.kinds)


def _is_of_type(entry: Entry, query: Query) -> bool:
    if not query.types or query.strict == SHOULD:
        return True
    among = [kind in entry.classes for kind in query.types]
    return all(among) if query.strict == ALL else any(among)


def _features(one: _Judged, named: bool) -> tuple[tuple[str, bool | float], ...]:
    """Return what the score was made of; what is unknown is left out."""
    of_name: list[tuple[str, bool | float]] = [
        ("name", round(100 * one.likeness, 1)),
        ("exactName", one.full),
    ]
    known = [(name, a) for name, (_, a) in one.agreements.items() if a is not None]
    stated = [(name, a if 0 < a < 1 else bool(a)) for name, a in known]
    return (*(of_name if named else ()), *stated, ("partnerCount", len(one.entry.partners)))

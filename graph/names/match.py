"""Which places a query may mean: candidates with their scores and features.

A score is 0 to 100: the likeness of the names, weighed with what the query states (comparisons.py). What
agrees raises it, what does not lowers it, what is unknown draws it halfway. A candidate is a match only when
it is certain; what that needs is written at `Assessment.is_certain`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from rapidfuzz.distance import Indel

from graph.matching.known.names import Name, read_name, squeeze
from graph.names.comparisons import (
    Comparison,
    Meaning,
    Remark,
    compare_where,
    is_of_other_kind,
    is_of_this_kind,
    read_where,
)
from graph.names.index.ask import NameIndex
from graph.names.index.entry import IDENTIFIERS, REGIONS, Entry, full_key, name_keys

ANY, ALL, SHOULD = "any", "all", "should"
"""Must a candidate be of one of the types, of all, or does a type only count for it? The last is usual."""

DEFAULT_LIMIT = 10
_AS_WRITTEN, _QUERY_REDUCED, _PLACE_REDUCED, _SIMILAR = 1.0, 0.98, 0.97, 0.95
"""What a name gives at most: as written; the query's without "Kota" and the like; the place's; only alike."""
_OTHER_KIND = 0.85
_LEAST_IDENTIFIED = 0.6
"""How like a name must be at least when an identifier that is stated beside it decides."""
_TYPE_WEIGHT, _WHERE_WEIGHT = 0.3, 0.5
_UNKNOWN = 0.5


@dataclass(frozen=True)
class Condition:
    """A property that a query states, by its id, with the values that may be meant: one at least."""

    id: str
    comparison: Comparison
    values: tuple[str, ...]


@dataclass(frozen=True)
class Query:
    """A reconciliation query; `types` are classes of ours, `type_strict` is ANY, ALL or SHOULD.

    https://reconciliation-api.github.io/specs/0.2/#structure-of-a-reconciliation-query
    """

    text: str = ""
    types: tuple[str, ...] = ()
    type_strict: str = SHOULD
    limit: int = DEFAULT_LIMIT
    conditions: tuple[Condition, ...] = ()

    @cached_property
    def name(self) -> Name:
        """Return the text taken apart as a name."""
        return read_name(self.text)

    def allows(self, entry: Entry) -> bool:
        """Return whether a place is of the types that a candidate must have."""
        if not self.types or self.type_strict == SHOULD:
            return True
        has = [kind in entry.classes for kind in self.types]
        return all(has) if self.type_strict == ALL else any(has)


@dataclass(frozen=True)
class Candidate:
    """A reconciliation candidate: a place, its score from 0 to 100, and whether it is certainly meant.

    `features` are the matching features: the parts of the score, and the number of partners.
    https://reconciliation-api.github.io/specs/0.2/#reconciliation-query-responses
    """

    entry: Entry
    score: float
    match: bool
    features: tuple[tuple[str, bool | float], ...]


@dataclass(frozen=True)
class _Named:
    """A place and how like its names are to the query's, 0 to 1; None for a query without a name.

    `full` is a name exactly as it is written, `exact` also one that had to be reduced.
    """

    entry: Entry
    likeness: float | None
    full: bool = False
    exact: bool = False

    def weigh_kind(self, name: Name) -> _Named:
        """Return the same with less likeness when the name says that the place is of another kind."""
        if self.full or self.likeness is None or not is_of_other_kind(name, self.entry):
            return self
        return replace(self, likeness=self.likeness * _OTHER_KIND, exact=False)


@dataclass(frozen=True)
class Assessment:
    """How a place fits a query: `agreements` are weights, and 0 to 1 or None where nothing is known.

    Their names are ids of properties that the query states, "type", and "where" for what its name says.
    """

    named: _Named
    agreements: Mapping[str, tuple[float, float | None]]

    @property
    def entry(self) -> Entry:
        """Return the place."""
        return self.named.entry

    def agrees(self, name: str) -> bool:
        """Return whether the place wholly agrees with what is stated under a name."""
        return self.agreements.get(name, (0.0, None))[1] == 1.0

    @property
    def is_identified(self) -> bool:
        """Return whether an identifier that is stated is its own."""
        return any(self.agrees(name) for name in IDENTIFIERS)

    @property
    def is_possible(self) -> bool:
        """Return whether it may be what is meant as well as any other: named so, and not contradicted."""
        if any(agreement == 0.0 for _, agreement in self.agreements.values()):
            return False
        likeness = self.named.likeness
        return self.named.exact or (
            self.is_identified and (likeness is None or likeness >= _LEAST_IDENTIFIED)
        )

    @property
    def is_certain(self) -> bool:
        """Return whether it is certainly what is meant, given that no other place is possible.

        Nothing that is stated contradicts it, and either an identifier that is stated is its own, or it has
        exactly the name, and each country and each region that is stated is its own. A name that had to be
        reduced ("Kota X", "X, Japan") is certain only together with a country.
        """
        if not self.is_possible:
            return False
        if self.is_identified:
            return True
        stated = [name for name in (*REGIONS, "where") if name in self.agreements]
        if not all(self.agrees(name) for name in stated):
            return False
        return self.named.full or "country" in stated or "where" in stated

    @property
    def is_as_written(self) -> bool:
        """Return whether one of its names is exactly the text, but for accents, case, spaces."""
        return self.named.full and self.is_possible

    def is_meant(self, name: Name) -> bool:
        """Return whether it bears the name that is left of a text without what says where and what it is.

        All that the text says beside the name must be known to hold: "Kota X" needs a city, "X, Japan" a
        place in Japan. A place whose own name has such words ("Oblast Leningrad") is not meant without them.
        """
        if not self.is_possible or not is_of_this_kind(name, self.entry):
            return False
        return self.agrees("where") if name.where else self.bears(name)

    def bears(self, name: Name) -> bool:
        """Return whether what is left of a name is a name of the place as it is written."""
        return any(full_key(own) in {full_key(name.core), full_key(name.part)} for own in self.entry.names)

    def is_namesake(self, name: Name, partners: int) -> bool:
        """Return whether a name of the place is the text, but for what says where the place is.

        "Frankfurt (Oder)" and "Washington, D.C." are namesakes of what is called so without the remark;
        "Newcastle upon Tyne" is one if it has more than so many partners. What the text itself says on where
        and what it is must hold for them too.
        """
        if not self.is_possible or not is_of_this_kind(name, self.entry):
            return False
        if "where" in self.agreements and not self.agrees("where"):
            return False
        own = [read_name(text) for text in self.entry.names]
        bare = [one.part for one in own if one.inside]
        if len(self.entry.partners) > partners:
            bare += [one.core for one in own if one.where and not one.kinds]
        return squeeze(name.part) in map(squeeze, bare)

    @property
    def score(self) -> float:
        """Return the score from 0 to 100, to one decimal."""
        parts = [(1.0, self.named.likeness)] if self.named.likeness is not None else []
        parts += [(weight, _UNKNOWN if a is None else a) for weight, a in self.agreements.values()]
        total = sum(weight for weight, _ in parts)
        return round(100 * sum(weight * part for weight, part in parts) / total, 1) if total else 0.0

    @property
    def features(self) -> tuple[tuple[str, bool | float], ...]:
        """Return what the score was made of, without what is unknown, and the number of partners."""
        features: list[tuple[str, bool | float]] = []
        if self.named.likeness is not None:
            features = [("name", round(100 * self.named.likeness, 1)), ("exactName", self.named.full)]
        known = [(name, a) for name, (_, a) in self.agreements.items() if a is not None]
        features += [(name, a if 0 < a < 1 else bool(a)) for name, a in known]
        return (*features, ("partnerCount", len(self.entry.partners)))


@dataclass(frozen=True)
class _Search:
    """A query over the places of a release: what each condition and each remark in the name means there."""

    query: Query
    index: NameIndex
    meanings: Sequence[tuple[Condition, Meaning]]
    where: Sequence[Remark]

    def assess(self, named: _Named) -> Assessment:
        agreements = {}
        for condition, meaning in self.meanings:
            compare = condition.comparison.compare
            agreement = None if meaning is None else compare(meaning, named.entry, self.index)
            agreements[condition.id] = (condition.comparison.weight, agreement)
        if self.query.types:
            is_of_type = not named.entry.classes.isdisjoint(self.query.types)
            agreements["type"] = (_TYPE_WEIGHT, float(is_of_type))
        if self.where and not named.full:
            agreements["where"] = (_WHERE_WEIGHT, compare_where(self.where, named.entry, self.index))
        return Assessment(named.weigh_kind(self.query.name), agreements)


def find_candidates(query: Query, index: NameIndex) -> list[Candidate]:
    """Return the places that a query may mean, the best first, not more than its limit."""
    found = assess_places(query, index)
    is_only = sum(assessment.is_possible for assessment in found) == 1
    return [Candidate(a.entry, a.score, is_only and a.is_certain, a.features) for a in found[: query.limit]]


def assess_places(query: Query, index: NameIndex) -> list[Assessment]:
    """Return how each place that a query may mean fits it, the best first; those named alike if none fits."""
    conditions = query.conditions
    meanings = [
        (condition, condition.comparison.read_all(condition.values, index)) for condition in conditions
    ]
    search = _Search(query, index, meanings, read_where(query.name, index))
    found = [search.assess(named) for named in _find_exact(search)]
    if query.text and not any(assessment.is_possible for assessment in found):
        known = {assessment.entry.id for assessment in found}
        similar = _find_similar(query, index)
        found += [search.assess(named) for named in similar if named.entry.id not in known]
    allowed = [assessment for assessment in found if query.allows(assessment.entry)]
    return sorted(allowed, key=lambda a: (-a.score, -len(a.entry.partners), a.entry.id))


# ---- which places come into question


def _find_exact(search: _Search) -> list[_Named]:
    """Return the places with exactly the name or a stated identifier; without a name, of a stated region."""
    query, index = search.query, search.index
    found: dict[str, _Named] = {}
    identified = (_Named(entry, _likeness(query, entry)) for entry in _find_identified(query, index))
    for named in chain(_find_named(query, index) if query.text else (), identified):
        found.setdefault(named.entry.id, named)
    if not query.text and not found:
        return [_Named(entry, None) for entry in _find_in_regions(search)]
    return list(found.values())


def _find_named(query: Query, index: NameIndex) -> Iterator[_Named]:
    """Yield the places that the text is an id or a name of, the best name first, a place maybe again.

    When the text as it is written names a place ("Frankfurt am Main"), those that it only names without a
    part of it (Frankfurt on the Oder) are not exactly named.
    """
    whole, keys = [full_key(query.text)], name_keys([query.text])
    full = [*index.find_by_identifier(query.text), *index.find_by_full_name(whole)]
    yield from (_Named(entry, _AS_WRITTEN, full=True, exact=True) for entry in full)
    yield from (_Named(entry, _PLACE_REDUCED, exact=True) for entry in index.find_by_name(whole))
    yield from (_Named(entry, _QUERY_REDUCED, exact=not full) for entry in index.find_by_full_name(keys))
    yield from (_Named(entry, _PLACE_REDUCED, exact=not full) for entry in index.find_by_name(keys))


def _find_identified(query: Query, index: NameIndex) -> Iterator[Entry]:
    """Yield the places that a stated identifier finds."""
    for condition in query.conditions:
        if condition.id in IDENTIFIERS:
            yield from chain.from_iterable(map(index.find_by_identifier, condition.values))


def _find_in_regions(search: _Search) -> Iterable[Entry]:
    """Return the best linked places of the stated countries and regions, each once."""
    found: dict[str, Entry] = {}
    for condition, meaning in search.meanings:
        if condition.id in REGIONS and isinstance(meaning, frozenset):
            for region in sorted(meaning):
                entries = search.index.find_in_region(region)
                found |= {entry.id: entry for entry in entries}
    return found.values()


def _find_similar(query: Query, index: NameIndex) -> list[_Named]:
    """Return the places whose names are like the query's, in whole or without what is around it."""
    best: dict[str, float] = {}
    for key in name_keys([query.text]):
        for place, similarity in index.find_similar(key).items():
            best[place] = max(similarity, best.get(place, 0.0))
    found = ((index.get(place), similarity) for place, similarity in best.items())
    return [_Named(entry, _SIMILAR * similarity) for entry, similarity in found if entry is not None]


def _likeness(query: Query, entry: Entry) -> float | None:
    """Return how like the most like name of a place is to the query's; None for a query without a name."""
    if not query.text:
        return None
    keys = name_keys(entry.names)
    similar = (Indel.normalized_similarity(key, other) for key in name_keys([query.text]) for other in keys)
    return _SIMILAR * max(similar, default=0.0)

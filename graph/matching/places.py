"""The places of a build: what curated tables and knowledge bases say of them, completed by what lists say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.matching.known.names import normalize_name
from graph.matching.known.points import FAR_KM, Point, distance_km, point_of
from graph.model.claims import Place
from graph.model.iris import is_qid
from graph.model.matches import Mention
from graph.model.records import ListedCollection

MOST_NAMES = 20
"""How many further names of a place are kept."""


CURATED = -1
"""The trust of curated tables, which is above that of any source (R11)."""


@dataclass
class CountryVotes:
    """Which countries sources give to a place: how many records say so, by rank of trust."""

    votes: Counter[tuple[int, str]] = field(default_factory=Counter)

    def add(self, country: str, trust: int, records: int = 1) -> None:
        """Count what a source says, unless it says nothing."""
        if country:
            self.votes[trust, country] += records

    def choose(self) -> str:
        """Return the country that the most trusted sources give most often; empty when there is none."""
        return min(self.votes, key=lambda vote: (vote[0], -self.votes[vote], vote[1]), default=(0, ""))[1]


@dataclass
class Profile:
    """What lists say of one place, each counted: (language, name), and (rank of trust, point), 0 the most."""

    names: Counter[tuple[str, str]] = field(default_factory=Counter)
    points: Counter[tuple[int, Point]] = field(default_factory=Counter)

    def add(self, mention: Mention, language: str, trust: int, point: Point | None) -> None:
        """Add one mention of the place; `point` is None when the mention's is not this place's."""
        if mention.name:
            self.names[language, mention.name] += 1
        for name in mention.other_names:
            self.names["", name] += 0
        if point is not None:
            self.points[trust, point] += 1

    def count_names(self, language: str = "") -> Counter[str]:
        """Return how often each name is used in a language, without one in all together."""
        counts: Counter[str] = Counter()
        for (spoken, name), count in self.names.items():
            counts[name] += count if language in {"", spoken} else 0
        return counts

    def best_name(self, language: str) -> str:
        """Return the name that most records use in a language, else in any; empty when there is none."""
        for counts in (self.count_names(language), self.count_names()):
            best = min(counts, key=lambda name: (-counts[name], len(name), name), default="")
            if counts[best]:
                return best
        return ""

    def is_named_in(self, language: str) -> bool:
        """Return whether a name in a language is known."""
        return any(spoken == language for spoken, _ in self.names)

    def best_point(self) -> Point | None:
        """Return the point of the most trusted source; None when sources of the same trust disagree."""
        if not self.points:
            return None
        most = min(trust for trust, _ in self.points)
        counts = {point: count for (trust, point), count in self.points.items() if trust == most}
        best = min(counts, key=lambda point: (-counts[point], point))
        return best if all(distance_km(best, point) <= FAR_KM for point in counts) else None


def merge_places(listed: Iterable[ListedCollection]) -> dict[str, Place]:
    """Return the places that lists describe, by id; where several describe one, the first list counts."""
    merged: dict[str, Place] = {}
    for collection in listed:
        for place in collection.places:
            merged.setdefault(place.id, place)
    return merged


def complete_place(place: Place, profile: Profile, country: str, replaces: tuple[str, ...]) -> Place:
    """Return what a table or knowledge base says of a place, with names it lacks and its former ids.

    Of a place that is known by its id and name only, an English name in a list is the label, and its point is
    the place's.
    """
    if not (place.country or place.level or place.latitude):
        described = describe_place(place.id, profile, country, replaces)
        labels = described.labels if profile.is_named_in("en") else place.labels
        place = replace(described, labels=labels, other_names=tuple(name for _, name in place.labels))
    return replace(
        place,
        country=place.country or country,
        other_names=_other_names(place, profile),
        replaces=tuple(sorted({*place.replaces, *replaces} - {place.id})),
    )


def describe_place(place_id: str, profile: Profile, country: str, replaces: tuple[str, ...]) -> Place:
    """Return all that lists say of a place that only they know; degrees are given to two decimals."""
    label = profile.best_name("en") or place_id
    point = profile.best_point()
    place = Place(
        id=place_id,
        country=country,
        labels=(("en", label), ("id", label)),
        qid=place_id if is_qid(place_id) else "",
        longitude=f"{point.longitude:.2f}" if point else "",
        latitude=f"{point.latitude:.2f}" if point else "",
        replaces=tuple(former for former in replaces if former != place_id),
    )
    return replace(place, other_names=_other_names(place, profile))


def _other_names(place: Place, profile: Profile) -> tuple[str, ...]:
    """Return the further names of a place, its own first, then those of lists, the most used first."""
    known = {normalize_name(name) for _, name in (*place.labels, *place.native_names)}
    found = dict.fromkeys(name for name in place.other_names if normalize_name(name) not in known)
    known |= {normalize_name(name) for name in found}
    counts = profile.count_names()
    for name in sorted(counts, key=lambda name: (-counts[name], name)):
        form = normalize_name(name)
        if form and form not in known:
            known.add(form)
            found[name] = None
    return tuple(found)[: max(MOST_NAMES, len(place.other_names))]


def add_parents(chosen: Iterable[str], known: Mapping[str, Place]) -> list[str]:
    """Return ids of places, each followed by those known places that it is part of or succeeds."""
    found: dict[str, None] = {}
    waiting = list(chosen)[::-1]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            place = known.get(name)
            parents = (place.part_of, place.succeeds) if place else ()
            waiting += [parent for parent in parents if parent in known]
    return list(found)


def drop_dangling_links(places: Sequence[Place], known: Iterable[str]) -> tuple[Place, ...]:
    """Return the places, without links to wholes and predecessors that are no `known` places."""
    there = {*known}
    return tuple(
        replace(
            place,
            part_of=place.part_of if place.part_of in there else "",
            succeeds=place.succeeds if place.succeeds in there else "",
        )
        for place in places
    )


def trusted_point(mention: Mention, reasons: Iterable[str]) -> Point | None:
    """Return the point of a mention, None when it spoke against the match or is not for all records."""
    return None if {"far", "several-candidates"} & {*reasons} else point_of(mention)

"""The places of a build: what curated tables and knowledge bases say of them, completed by what lists say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.matching.known.names import normalize_name
from graph.matching.known.points import FAR_KM, Point, point_of
from graph.model.claims import Place
from graph.model.iris import is_qid
from graph.model.matches import Mention
from graph.model.points import distance_km

MOST_NAMES = 20
"""How many further names of a place are kept."""


@dataclass
class Heard:
    """What lists say of one place: names by language, points by trust (0 the most), each counted."""

    names: Counter[tuple[str, str]] = field(default_factory=Counter)
    points: Counter[tuple[int, Point]] = field(default_factory=Counter)

    def in_language(self, language: str) -> bool:
        """Return whether a name in a language is among them."""
        return any(spoken == language for spoken, _ in self.names)

    def best_name(self, language: str) -> str:
        """Return the name that most records use in a language, else in any; empty when there is none."""
        for chosen in (language, ""):
            own: Counter[str] = Counter()
            for (spoken, name), count in self.names.items():
                own[name] += count if chosen in {"", spoken} else 0
            best = min(own, key=lambda name: (-own[name], len(name), name), default="")
            if own[best]:
                return best
        return ""

    def point(self) -> Point | None:
        """Return the point of the most trusted source; None when sources of the same trust disagree."""
        if not self.points:
            return None
        trust = min(trust for trust, _ in self.points)
        counts = {point: count for (one, point), count in self.points.items() if one == trust}
        best = min(counts, key=lambda point: (-counts[point], point))
        return best if all(distance_km(*best, *other) <= FAR_KM for other in counts) else None


class Hearsay:
    """Collects what lists say of places, mention by mention."""

    def __init__(self) -> None:
        """Start without any."""
        self._heard: dict[str, Heard] = defaultdict(Heard)

    def __getitem__(self, place: str) -> Heard:
        """Return what was said of a place."""
        return self._heard[place]

    def hear(self, place: str, mention: Mention, language: str, trust: int, where: Point | None) -> None:
        """Take in one mention of a place; `where` is None when its point is not this place's."""
        heard = self._heard[place]
        if mention.name:
            heard.names[language, mention.name] += 1
        for name in mention.other_names:
            heard.names["", name] += 0
        if where is not None:
            heard.points[trust, where] += 1


def complete_place(place: Place, heard: Heard, country: str, replaces: tuple[str, ...]) -> Place:
    """Return what a table or knowledge base says of a place, with names it lacks and its former ids.

    Of a place that is known by its id and name only, an English name in a list is the label, and its point is
    the place's.
    """
    if not (place.country or place.level or place.latitude):
        told = describe_place(place.id, heard, country, replaces)
        own = tuple(name for _, name in place.labels)
        place = replace(
            told, labels=told.labels if heard.in_language("en") else place.labels, other_names=own
        )
    return replace(
        place,
        country=place.country or country,
        other_names=_other_names(place, heard),
        replaces=tuple(sorted({*place.replaces, *replaces} - {place.id})),
    )


def describe_place(name: str, heard: Heard, country: str, replaces: tuple[str, ...]) -> Place:
    """Return all that lists say of a place that only they know; `name` is its id."""
    label = heard.best_name("en") or name
    point = heard.point()
    place = Place(
        id=name,
        country=country,
        labels=(("en", label), ("id", label)),
        qid=name if is_qid(name) else "",
        longitude=f"{point.longitude:.2f}" if point else "",
        latitude=f"{point.latitude:.2f}" if point else "",
        replaces=tuple(one for one in replaces if one != name),
    )
    return replace(place, other_names=_other_names(place, heard))


def _other_names(place: Place, heard: Heard) -> tuple[str, ...]:
    known = {normalize_name(name) for _, name in (*place.labels, *place.native_names)}
    counts: Counter[str] = Counter()
    for (_, name), count in heard.names.items():
        counts[name] += count
    found = dict.fromkeys(name for name in place.other_names if normalize_name(name) not in known)
    known |= {normalize_name(name) for name in found}
    for name in sorted(counts, key=lambda one: (-counts[one], one)):
        form = normalize_name(name)
        if form and form not in known:
            known.add(form)
            found[name] = None
    return tuple(found)[: max(MOST_NAMES, len(place.other_names))]


def with_parents(chosen: Iterable[str], known: Mapping[str, Place]) -> list[str]:
    """Return ids of places, each followed by those known places that it is part of or succeeds."""
    found: dict[str, None] = {}
    waiting = list(chosen)[::-1]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            place = known.get(name)
            parents = (place.part_of, place.succeeds) if place else ()
            waiting += [one for one in parents if one in known]
    return list(found)


def without_strangers(places: Sequence[Place], known: Iterable[str]) -> tuple[Place, ...]:
    """Return places whose links to other places lead to places that there are."""
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

"""What the index knows of a place, and of other things that have a name; the keys that names are found by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graph.matching.known.names import name_forms, normalize_name, squeeze
from ontology import BASE

PLACES = BASE + "place/"
CITY, LOCAL, COUNTRY, PLACE = "City", "LocalGovernment", "Country", "Place"
TYPES = (CITY, LOCAL, COUNTRY, PLACE)
"""Our classes of places, a narrower one before a broader one."""
IDENTIFIERS = ("wikidataId", "isoCode", "kemendagriCode")
"""The facts that only one place should have."""
REGIONS = ("country", "partOf")
"""The facts that name a place above."""

KINDS = ("place", "partnership", "source", "question", "term")
"""Kinds of things that have names, in the order in which they are suggested."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One place. `facts` holds its single values by the names of our properties, places and levels as ids.

    `labels` are by language, `levels` those it is on a par with, `point` is latitude and longitude in
    degrees, `partners` are ids with the year since which, the earliest first and the undated last. `regions`
    are names and codes of the state or province that it lies in, first that of ISO 3166-2 if it is there,
    those written out before codes.
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
    regions: tuple[str, ...] = ()

    def label(self, language: str) -> str:
        """Return the label in a language, else the English one, that of no language, any name, the id."""
        return best_label(self.labels, language) or next(iter(self.names), self.id)

    @property
    def iri(self) -> str:
        """Return its IRI."""
        return PLACES + self.id

    @property
    def names(self) -> tuple[str, ...]:
        """Return all names as they are written, each once."""
        return tuple(dict.fromkeys((*self.labels.values(), *self.native_names, *self.other_names)))

    @property
    def region_keys(self) -> frozenset[str]:
        """Return the keys of what the state or province that it lies in is called."""
        return frozenset(full_key(name) for name in self.regions)

    @property
    def types(self) -> tuple[str, ...]:
        """Return its classes, the narrowest first."""
        return tuple(name for name in TYPES if name in self.classes)


@dataclass(frozen=True, slots=True)
class Thing:
    """Another thing with a name, of one of KINDS; `labels` are by language, `weight` is how much it is used.

    `names` are further names, `facts` what tells it from others: the publisher of a source, the year since
    which a partnership is, the scheme of a term.
    """

    iri: str
    kind: str
    labels: Mapping[str, str]
    names: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    weight: int = 0

    def label(self, language: str) -> str:
        """Return the label in a language, else the English one, that of no language, any, the IRI."""
        return best_label(self.labels, language) or next(iter(self.labels.values()), self.iri)


def best_label(labels: Mapping[str, str], language: str) -> str:
    """Return the label in a language, else the English one, else that of no language, else an empty text."""
    return labels.get(best_language(labels, language), "")


def best_language(labels: Mapping[str, str], language: str) -> str:
    """Return the language of the label that `best_label` gives."""
    return next((tag for tag in (language, "en", "") if labels.get(tag)), "")


def full_key(name: str) -> str:
    """Return the key of a name as it is written: normalized, without spaces."""
    return squeeze(normalize_name(name))


def name_keys(names: Iterable[str]) -> frozenset[str]:
    """Return the keys of names in all their forms, in full and without what is around them."""
    return frozenset(squeeze(form) for form in name_forms(names) if form)

"""A place of the gazetteer, how it bears a name, and which bearers of a name are of note."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from graph.matching.known.names import normalize_name, squeeze
from graph.matching.known.points import Point

SIGNIFICANT_PEOPLE, SIGNIFICANT_SHARE = 15_000, 1 / 50
"""So many people, or such a share of the largest's, a bearer must have to make a name ambiguous."""

LARGE_PEOPLE = 100_000
"""So many people a town has that is looked for within a name by any of its names.

Of fewer some go by words: "Saint" is a name of Sète, and "Lake" one of Lake in the Hills.
"""

FURTHER_NAME = 0.1
"""So much of a place's people counts where its further name is the own name of another one."""

UNKNOWN_PEOPLE = 2_000
"""What is taken for the people of a place when they are unknown: it can well be the town of a list."""

_LATIN = re.compile("[a-z]")


class NameKind(IntEnum):
    """How a place bears a name, the surest first.

    Its own name, another, its own without what says where it is ("Halle" of Halle (Saale)), and another
    script in Latin letters, as a machine puts it ("hongcheon").
    """

    OWN = 0
    ALTERNATIVE = 1
    CORE = 2
    ROMANIZED = 3


class WrittenName(NamedTuple):
    """A name as written, and the ISO 15924 code of its script."""

    text: str
    script: str


class Bearer(NamedTuple):
    """A place of the gazetteer; `id` is its GeoNames id, `kind` how it bears the name that was looked up.

    `country` is an ISO 3166-1 code of two letters, `region` GeoNames' code of the state or province, empty
    when unknown. Degrees are WGS 84. `population` is 0 when unknown.
    """

    id: int
    name: str
    country: str
    region: str
    latitude: float
    longitude: float
    population: int
    kind: NameKind = NameKind.OWN

    @property
    def point(self) -> Point:
        """Return where it is."""
        return Point(self.latitude, self.longitude)


def form_of(name: str) -> str:
    """Return the form by which names are looked up: normalized, without spaces."""
    return squeeze(normalize_name(name))


def is_romanized(name: str) -> bool:
    """Return whether a name that GeoNames lists is a machine's romanization, which has no capital letter."""
    return name.islower() and _LATIN.search(name) is not None


def significant_bearers(bearers: Iterable[Bearer]) -> tuple[Bearer, ...]:
    """Return those bearers of a name that a list may mean by it, in their order.

    Two or more: the bare name is ambiguous. Hamlets that share the name of a town are not among them.
    """
    people = weigh_people(bearers)
    least = min(SIGNIFICANT_PEOPLE, max(people.values(), default=0) * SIGNIFICANT_SHARE)
    return tuple(bearer for bearer, number in people.items() if number >= least)


def weigh_people(bearers: Iterable[Bearer]) -> dict[Bearer, float]:
    """Return the people of the bearers of a name, in their order.

    A tenth counts of a place that has it as a further name, where it is another's own: few who write
    "Scranton" mean Pass Christian, and few mean Kalbe by "Calbe".
    """
    found = [*bearers]
    is_owned = any(bearer.kind is NameKind.OWN for bearer in found)
    shares = {bearer: FURTHER_NAME if is_owned and bearer.kind > NameKind.OWN else 1.0 for bearer in found}
    return {bearer: share * (bearer.population or UNKNOWN_PEOPLE) for bearer, share in shares.items()}

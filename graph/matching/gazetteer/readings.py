"""What the gazetteer says of a party, by one of its names or by all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graph.matching.gazetteer.bearer import Bearer

NEAR, QUALIFIER, ONLY_BEARER, STATED = "near", "qualifier", "only-bearer", "stated-id"
"""Why a bearer was chosen: slugs of the scheme `match-reason`."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the gazetteer says of a party.

    `bearers` are the places that go by its name, by id, and `chosen` the one that it is, with the reasons.
    `only` is the one place of note in the world that goes by it, where its country is unknown or has no
    bearer. `choices` says how many places of note in its country, else in the world, bear the bare name
    (`is_abroad`: none of them is in its country), and `is_shared` that the name alone would not tell it from
    others; `is_lopsided` that one of the places that bear it has far more people than the others. `around`
    are places that it may be a part of, or another name of. `is_region`: it is the name of a state or
    province there, and no town's.
    """

    bearers: Mapping[int, Bearer] = field(default_factory=dict)
    chosen: Bearer | None = None
    reasons: tuple[str, ...] = ()
    only: Bearer | None = None
    choices: int = 0
    is_shared: bool = False
    around: tuple[Bearer, ...] = ()
    is_lopsided: bool = False
    is_abroad: bool = False
    is_region: bool = False

    @property
    def is_ambiguous(self) -> bool:
        """Return whether the name is that of several places of note, and nothing decides."""
        return self.chosen is None and self.choices > 1

    @property
    def is_shared_here(self) -> bool:
        """Return whether it is ambiguous in its country, and not only abroad."""
        return self.is_ambiguous and not self.is_abroad

    @property
    def is_open(self) -> bool:
        """Return whether it is ambiguous there, and not only beside a town far larger than the others."""
        return self.is_shared_here and not self.is_lopsided

    @property
    def likely(self) -> Bearer | None:
        """Return the place that it is, or else the only one in the world."""
        return self.chosen or self.only

    def __add__(self, other: Reading) -> Reading:
        """Return what is said of one place by two names or parties; of two choices the surer one stays."""
        first, second = sorted((self, other), key=_sureness)
        bearers = {**second.bearers}
        for number, one in first.bearers.items():
            bearers[number] = min(one, bearers.get(number, one), key=lambda bearer: bearer.kind)
        onlys = {one.id: one for one in (self.only, other.only) if one}
        return Reading(
            bearers,
            first.chosen,
            first.reasons,
            next(iter(onlys.values())) if len(onlys) == 1 else None,
            max(self.choices, other.choices),
            self.is_shared or other.is_shared,
            first.around or second.around,
            all(one.is_lopsided for one in (self, other) if one.choices > 1),
            all(one.is_abroad for one in (self, other) if one.choices > 1),
            (self.is_region or other.is_region) and not (bearers or onlys),
        )


UNKNOWN = Reading()


def _sureness(reading: Reading) -> tuple[float, ...]:
    """Return what puts readings in order: what is stated, then what a point says; then the better name."""
    chosen = reading.chosen
    if chosen is None:
        return (3.0,)
    basis = 0.0 if STATED in reading.reasons else 1.0 if NEAR in reading.reasons else 2.0
    return (basis, float(chosen.kind), -chosen.population, chosen.id)

"""Which place of the gazetteer a party means: by its point, by what it says of itself, or as the only one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, reduce
from operator import add

from babel import Locale

from graph.matching.known.gazetteer import (
    SIGNIFICANT_PEOPLE,
    Bearer,
    Gazetteer,
    NameKind,
    significant_bearers,
    weigh_people,
)
from graph.matching.known.names import RURAL, is_large, normalize_name, read_name
from graph.matching.known.points import FAIR_KM, NEAR_KM, Point
from graph.model.points import distance_km

DISPUTED = (
    {"Q212", "Q159"}, {"Q219060", "Q801"}, {"Q1246", "Q403"}, {"Q6250", "Q1028"}, {"Q229", "Q43"},
    {"Q865", "Q148"}, {"Q399", "Q227"}, {"Q230", "Q159"},
)  # fmt: skip
"""Countries that sources give to the same places: Ukraine and Russia (Crimea), Palestine and Israel, Kosovo
and Serbia, Western Sahara and Morocco, Cyprus and Turkey, Taiwan and China, Armenia and Azerbaijan, Georgia
and Russia.
"""

LANGUAGES = ("en", "id", "de", "fr", "es", "it", "nl", "pl", "pt", "sv", "da", "nb", "fi", "cs", "hu", "tr")
"""The languages in which the name of its country may stand beside that of a place."""

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
    are places that it may be a part of, or another name of.
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
            onlys.popitem()[1] if len(onlys) == 1 else None,
            max(self.choices, other.choices),
            self.is_shared or other.is_shared,
            first.around or second.around,
            all(one.is_lopsided for one in (self, other) if one.choices > 1),
            all(one.is_abroad for one in (self, other) if one.choices > 1),
        )


UNKNOWN = Reading()


def _sureness(reading: Reading) -> tuple[float, ...]:
    """Return what puts readings in order: what is stated, then what a point says; then the better name."""
    chosen = reading.chosen
    if chosen is None:
        return (3.0,)
    basis = 0.0 if STATED in reading.reasons else 1.0 if NEAR in reading.reasons else 2.0
    return (basis, float(chosen.kind), -chosen.population, chosen.id)


class BearerFinder:
    """Reads names with a gazetteer at hand."""

    knows_bearers = True
    """Whether it can tell how many places go by a name."""

    def __init__(self, gazetteer: Gazetteer, iso_codes: Mapping[str, str], states: Mapping[str, str]) -> None:
        """Take the ISO codes of countries by id, and the states that territories belong to."""
        self._gazetteer = gazetteer
        self._iso_codes = iso_codes
        self._countries = {iso: country for country, iso in iso_codes.items()}
        self._kin = _find_kin(states)

    def country_at(self, point: Point) -> str:
        """Return the id of the country that the places around a point lie in; empty when that is not sure."""
        return self._countries.get(self._gazetteer.country_at(point), "")

    def is_within(self, points: Iterable[Point], country: str) -> bool:
        """Return whether a point lies in a country, by the places around it."""
        return any(self.country_at(point) == country for point in points)

    def country_of(self, bearer: Bearer) -> str:
        """Return the id of the country of a bearer, empty when it is none of ours."""
        return self._countries.get(bearer.country, "")

    def bearer(self, geonames_id: str) -> Bearer | None:
        """Return the place with a GeoNames id, None when the gazetteer has no such place."""
        return self._gazetteer.find(int(geonames_id)) if geonames_id.isdecimal() else None

    def names_of(self, bearer: Bearer) -> list[str]:
        """Return the names of a place, its own first."""
        return [name.text for name in self._gazetteer.names_of(bearer.id)]

    def is_ambiguous(self, name: str, country: str) -> bool:
        """Return whether several places of note in a country bear a name that does not say where it is."""
        is_bare = not read_name(name).where
        return is_bare and len(significant_bearers(_one_each(self._look_up(name, country)))) > 1

    def is_borne(self, names: Iterable[str], country: str) -> bool:
        """Return whether any place in a country goes by one of the names."""
        return any(self._look_up(name, country) for name in names)

    def region_codes(self, region: str, country: str) -> frozenset[str]:
        """Return what a part of a country is known by, however it is written; empty when nobody knows it."""
        return self._gazetteer.region_codes(region, self._iso_codes.get(country, ""))

    def split_names(self, name: str, country: str) -> tuple[str, ...]:
        """Return both names when a slash stands between two of one place ("Biel/Bienne"), else the name."""
        parts = name.split("/")
        if len(parts) > 1:
            bearers = [{one.id for one in self._look_up(part, country)} for part in parts]
            if set.intersection(*bearers):
                return (" ".join(parts), *parts)
        return (name,)

    def find(self, geonames_id: str, names: Iterable[str], country: str) -> Reading:
        """Return the reading of a place whose GeoNames id is stated; UNKNOWN when the gazetteer lacks it."""
        found = self.bearer(geonames_id)
        if found is None:
            return UNKNOWN
        borne = (one for name in names for one in self._look_up(name, country))
        return Reading({found.id: found, **{one.id: one for one in borne}}, found, (STATED,))

    def read(
        self,
        names: Iterable[str],
        country: str,
        regions: Sequence[str] = (),
        points: Sequence[Point] = (),
        *,
        is_telling: bool = True,
    ) -> Reading:
        """Return what the names of a party say together; of two choices that of the first name stays.

        `points` that are not telling were looked up by name: they do not choose between bearers of a name.
        """
        read = (self._read(name, country, regions, points, is_telling) for name in names)
        return reduce(add, read, UNKNOWN)

    def find_near(self, points: Iterable[Point], km: float = NEAR_KM) -> list[Bearer]:
        """Return the places around some points."""
        return [one for point in points for one in self._gazetteer.near(point, km)]

    def find_one_letter_apart(self, names: Iterable[str], country: str) -> list[Bearer]:
        """Return the places in a country that go by a name but for one letter."""
        iso = self._iso_codes.get(country, "")
        return [one for name in names for one in self._gazetteer.one_letter_apart(name, iso)]

    def _read(
        self, text: str, country: str, regions: Sequence[str], points: Sequence[Point], is_telling: bool
    ) -> Reading:
        text = self._split_region(text, country) or text
        found = self._look_up(text, country)
        if country and not found:
            abroad = self._read(text, "", (), points, is_telling)
            return replace(abroad, bearers={}, chosen=None, reasons=(), is_shared=False, is_abroad=True)
        towns = _one_each(found)
        for region in regions:
            found = self._within(found, region)
        own = self._iso_codes.get(country)
        where = {one for one in read_name(text).where if own is None or _countries_named().get(one) != own}
        if where:
            return self._read_qualified(text, where, found, points, is_telling)
        is_shared = len(significant_bearers(towns)) > 1 or bool(towns and not found)
        towns = _one_each(found)
        near, significant = _near(towns, points), significant_bearers(towns)
        reading = Reading({one.id: one for one in found}, choices=len(significant), is_shared=is_shared)
        reading = replace(reading, is_lopsided=any(_stands_out(one, towns) for one in significant))
        if len(near) == 1 and (is_telling or _stands_out(near[0], towns)):
            return replace(reading, chosen=near[0], reasons=(NEAR,))
        if len(significant) != 1 or (country and self._is_elsewhere(points, significant[0], is_telling)):
            return reading
        if _is_hardly_called(significant[0]):
            return reading
        if not country:
            return replace(reading, only=significant[0])
        return replace(reading, chosen=significant[0], reasons=(ONLY_BEARER,))

    def _read_qualified(
        self,
        text: str,
        where: Iterable[str],
        found: Sequence[Bearer],
        points: Sequence[Point],
        is_telling: bool,
    ) -> Reading:
        """Return the reading of a name that says where its place is: no place that is elsewhere can be it.

        Those whose whole name it is fit, however it is written ("Halle/Saale" is Halle an der Saale), else
        those in what the name says beside itself. Of the others, where that is unknown, one that lies at the
        point may be it; not one that is what stands beside the name, for a part of a town lies there too
        ("Minhang (Shanghai)", which GeoNames has among the names of Shanghai).
        """
        isos = {one.country for one in found}
        whole = {one.id for iso in isos for one in self._gazetteer.bearers([text], iso)}
        whole |= {one.id for one in found if self._gazetteer.is_called(one, read_name(text))}
        fits = {one: one.id in whole if whole else self._fits(one, where) for one in found}
        fitting = _one_each(one for one in found if fits[one])
        unclear = _one_each(one for one in found if fits[one] is None and not _are_far(points, one))
        around = [one for one in unclear if normalize_name(one.name) in where]
        others = [one for one in unclear if one not in around]
        possible = (*fitting, *others)
        reading = Reading({one.id: one for one in possible}, around=tuple(around))
        near, significant = _near(fitting or others, points), significant_bearers(fitting)
        if len(near) == 1:
            return replace(reading, chosen=near[0], reasons=(QUALIFIER, NEAR) if fitting else (NEAR,))
        is_clear = len(significant) == 1 and not unclear
        if is_clear and not self._is_elsewhere(points, significant[0], is_telling):
            return replace(reading, chosen=significant[0], reasons=(QUALIFIER,))
        return replace(reading, only=possible[0] if len(possible) == 1 else None)

    def _is_elsewhere(self, points: Sequence[Point], town: Bearer, is_telling: bool) -> bool:
        """Return whether points say that another place than a town is meant.

        Those that were looked up by name are mistaken when they lie in another country; a hamlet that the
        gazetteer lacks may well be at one in the town's own country.
        """
        if not _are_far(points, town):
            return False
        return is_telling or any(self._gazetteer.country_at(point) == town.country for point in points)

    def _look_up(self, text: str, country: str) -> tuple[Bearer, ...]:
        """Return the bearers of a name in a country, else in one that it is bound to; empty: in the world.

        A county or province is no town of its name, nor is the land around a town; of a name that a province
        goes by, a town is one only if its own name is that of the province too ("Goa" is not Mormugao).
        """
        if country and country not in self._iso_codes:
            return ()
        kin = (self._iso_codes[one] for one in self._kin.get(country, ()) if one in self._iso_codes)
        isos = (self._iso_codes.get(country, ""), *kin)
        return next(filter(None, (self._bear(text, iso) for iso in isos)), ())

    def _split_region(self, text: str, country: str) -> str:
        """Return a name with a comma before the state or province that it ends with, empty when it has none.

        "Newcastle NSW", "Campinas - SP" and "Rochester N.Y." are read so where nothing goes by the whole.
        """
        words, iso = text.split(), self._iso_codes.get(country, "")
        says_where = bool(read_name(text).where) and not {"-", "–", "—"} & {*words}
        if not iso or len(words) < 2 or says_where or self._gazetteer.bearers([text], iso):
            return ""
        for count in range(len(words) - 1, 0, -1):
            head, tail = " ".join(words[:count]).rstrip(" ,-–—/"), " ".join(words[count:])
            if head and "," not in head and self.region_codes(tail, country):
                return f"{head}, {tail}"
        return ""

    def _bear(self, text: str, iso: str) -> tuple[Bearer, ...]:
        name = read_name(text)
        found = self._gazetteer.bearers([text], iso)
        if regions := self._gazetteer.region_codes(text, iso):
            found = tuple(one for one in found if self._gazetteer.region_codes(one.name, iso) & regions)
        if is_large(name) or RURAL in name.kinds:
            return tuple(one for one in found if one.kind is NameKind.OWN)
        if name.where or (name.kinds and not found):
            return self._gazetteer.bearers([text, name.part], iso) or self._gazetteer.bearers(
                [name.core], iso
            )
        return found

    def _fits(self, bearer: Bearer, where: Iterable[str]) -> bool | None:
        """Return whether all that a name says beside itself fits a place, None when that is unknown."""
        said = {self._fits_one(bearer, one) for one in where}
        return False if False in said else True if True in said else None

    def _fits_one(self, bearer: Bearer, written: str) -> bool | None:
        said = {self._gazetteer.qualified_by(bearer, written), self._is_country(bearer, written)}
        return True if True in said else False if False in said else None

    def _is_country(self, bearer: Bearer, written: str) -> bool | None:
        """Return whether a text names the country of a place, None when it names none."""
        country = _countries_named().get(written)
        return None if country is None else country == bearer.country

    def _within(self, bearers: Sequence[Bearer], region: str) -> tuple[Bearer, ...]:
        """Return the bearers in a region; all when nobody knows it."""
        fits = {one: self._gazetteer.qualified_by(one, region) for one in bearers}
        is_unknown = True not in fits.values() and None in fits.values()
        return tuple(one for one in bearers if is_unknown or fits[one])


class UninformedFinder(BearerFinder):
    """Reads names without a gazetteer: each may be that of several places, and alone decides nothing."""

    knows_bearers = False

    def __init__(self, iso_codes: Mapping[str, str], states: Mapping[str, str]) -> None:
        """Take the ISO codes of countries by id, and the states that territories belong to."""
        super().__init__(Gazetteer.empty(), iso_codes, states)

    def is_ambiguous(self, name: str, country: str) -> bool:
        """Return whether a name does not say where it is: several places may bear it."""
        return not read_name(name).where

    def read(
        self,
        names: Iterable[str],
        country: str,
        regions: Sequence[str] = (),
        points: Sequence[Point] = (),
        *,
        is_telling: bool = True,
    ) -> Reading:
        """Return that two places or more may go by the names."""
        return Reading(choices=2, is_shared=True)


def _find_kin(states: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return, by country, the territories of its state, its state, and those that claim the same places."""
    kin: dict[str, set[str]] = defaultdict(set)
    for territory, state in states.items():
        kin[territory].add(state)
        kin[state].add(territory)
    for a, b in DISPUTED:
        kin[a].add(b)
        kin[b].add(a)
    return {country: (*sorted(others),) for country, others in kin.items()}


def _one_each(bearers: Iterable[Bearer]) -> list[Bearer]:
    """Return the bearers, each town once: with its own name, then the larger; it has the people of all."""
    kept: dict[tuple[str, str], list[Bearer]] = defaultdict(list)
    for one in sorted(bearers, key=lambda one: (one.kind, -one.population, one.id)):
        around = kept[one.country, one.region]
        for index, town in enumerate(around):
            if distance_km(*town.point, *one.point) <= NEAR_KM:
                around[index] = replace(town, population=max(town.population, one.population))
                break
        else:
            around.append(one)
    return [town for towns in kept.values() for town in towns]


def _stands_out(town: Bearer, towns: Iterable[Bearer]) -> bool:
    """Return whether a town has far more people than any other bearer of its name.

    Five times as many where the others have fewer than 15,000, else twenty times: who looks a name up gets
    such a town, and means it.
    """
    people = weigh_people(towns)
    own = people.pop(town)
    return all(number * (5 if number < SIGNIFICANT_PEOPLE else 20) <= own for number in people.values())


def _is_hardly_called(town: Bearer) -> bool:
    """Return whether a name alone is not enough to mean a town: a further one of a small town.

    GeoNames lists so many names of villages that another place may well be meant (Lund for Lundamo).
    """
    return town.kind in {NameKind.ALTERNATIVE, NameKind.ROMANIZED} and town.population < SIGNIFICANT_PEOPLE


def _near(towns: Iterable[Bearer], points: Iterable[Point]) -> list[Bearer]:
    return [one for one in towns if any(distance_km(*one.point, *point) <= NEAR_KM for point in points)]


def _are_far(points: Sequence[Point], town: Bearer) -> bool:
    """Return whether there are points, and all are too far for a town."""
    return bool(points) and all(distance_km(*town.point, *point) > FAIR_KM for point in points)


@cache
def _countries_named() -> dict[str, str]:
    """Return ISO codes by the names of countries in sixteen languages, and by the codes in small letters."""
    named: dict[str, str] = {}
    for language in LANGUAGES:
        for iso, name in Locale(language).territories.items():
            if len(iso) == 2:
                named |= {normalize_name(name): iso, iso.casefold(): iso}
    return named

"""Which place of the gazetteer a party means: by its point, by what it says of itself, or as the only one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import add

from graph.matching.gazetteer.bearer import Bearer, significant_bearers
from graph.matching.gazetteer.countries import countries_named
from graph.matching.gazetteer.index import Gazetteer
from graph.matching.gazetteer.lookup import NameLookup
from graph.matching.gazetteer.qualified import is_elsewhere, read_qualified, within
from graph.matching.gazetteer.readings import NEAR, ONLY_BEARER, STATED, UNKNOWN, Reading
from graph.matching.gazetteer.towns import is_hardly_called, near, one_each, stands_out
from graph.matching.known.names import is_large, normalize_name, read_name, split_at_hyphens
from graph.matching.known.points import NEAR_KM, Point


class BearerFinder:
    """Reads names with a gazetteer at hand."""

    knows_bearers = True
    """Whether it can tell how many places go by a name."""

    def __init__(self, gazetteer: Gazetteer, iso_codes: Mapping[str, str], states: Mapping[str, str]) -> None:
        """Take the ISO codes of countries by id, and the states that territories belong to."""
        self._gazetteer = gazetteer
        self._iso_codes = iso_codes
        self._countries = {iso: country for country, iso in iso_codes.items()}
        self._lookup = NameLookup(gazetteer, iso_codes, states)

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
        return is_bare and len(significant_bearers(one_each(self._lookup.look_up(name, country)))) > 1

    def is_borne(self, names: Iterable[str], country: str) -> bool:
        """Return whether any place in a country goes by one of the names."""
        return any(self._lookup.look_up(name, country) for name in names)

    def towns_named(self, name: str, country: str = "") -> tuple[Bearer, ...]:
        """Return the places that go by a name as it is, in a country or in the world."""
        if country and country not in self._iso_codes:
            return ()
        return self._gazetteer.bearers([name], self._iso_codes.get(country, ""))

    def is_country(self, name: str, country: str) -> bool:
        """Return whether a name is that of a country itself."""
        return countries_named().get(normalize_name(name)) == self._iso_codes.get(country, "")

    def region_codes(self, region: str, country: str) -> frozenset[str]:
        """Return what a part of a country is known by, however it is written; empty when nobody knows it."""
        return self._lookup.region_codes(region, country)

    def split_names(self, name: str, country: str) -> tuple[str, ...]:
        """Return both names when a mark stands between two of one place, else the name.

        A slash ("Biel/Bienne"), or a hyphen in what is no name itself ("Cochin-Kochi").
        """
        halves = name.split("/") if "/" in name else split_at_hyphens(name)
        is_hyphened = "/" not in name and len({normalize_name(half) for half in halves}) == len(halves) == 2
        if "/" not in name and not (is_hyphened and not self.towns_named(name, country)):
            return (name,)
        bearers = [{one.id for one in self._lookup.look_up(half, country)} for half in halves]
        return (" ".join(halves), *halves) if set.intersection(*bearers) else (name,)

    def find(self, geonames_id: str, names: Iterable[str], country: str) -> Reading:
        """Return the reading of a place whose GeoNames id is stated; UNKNOWN when the gazetteer lacks it."""
        found = self.bearer(geonames_id)
        if found is None:
            return UNKNOWN
        borne = (one for name in names for one in self._lookup.look_up(name, country))
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

    def find_spelled_alike(self, names: Iterable[str], country: str) -> list[Bearer]:
        """Return the places in a country that go by a name but for a letter, an article, or half a name."""
        iso = self._iso_codes.get(country, "")
        alike = (self._gazetteer.one_letter_apart, self._gazetteer.but_for_article, self._gazetteer.halves)
        towns = [name for name in names if not is_large(read_name(name))]
        return [one for name in towns for find in alike for one in find(name, iso)]

    def _read(
        self, written: str, country: str, regions: Sequence[str], points: Sequence[Point], is_telling: bool
    ) -> Reading:
        text = self._lookup.split_region(written, country) or written
        country = self._lookup.territory(text, country) or country
        found = self._lookup.look_up(text, country)
        if country and not found:
            return self._read_abroad(text, country, points, is_telling)
        towns = one_each(found)
        for region in regions:
            found = within(self._gazetteer, found, region)
        own = self._iso_codes.get(country)
        where = {one for one in read_name(text).where if own is None or countries_named().get(one) != own}
        if where:
            reading = read_qualified(self._gazetteer, text, where, found, points, is_telling)
            is_name = all(self._is_called(reading.likely, note, country) for note in where)
            is_open = is_name and len(significant_bearers(towns)) > 1
            return self._beside_namesakes(reading, where, country, regions) if is_open else reading
        is_shared = len(significant_bearers(towns)) > 1 or bool(towns and not found)
        reading = self._read_bare(text, country, found, points, is_telling)
        return replace(self._beside_namesakes(reading, (text,), country, regions), is_shared=is_shared)

    def _is_called(self, town: Bearer | None, name: str, country: str) -> bool:
        return town is not None and any(one.id == town.id for one in self._lookup.look_up(name, country))

    def _beside_namesakes(
        self, reading: Reading, names: Iterable[str], country: str, regions: Iterable[str]
    ) -> Reading:
        """Return a reading without its choice where names in foreign scripts may mean another town too."""
        town = reading.likely
        if town is None or NEAR in reading.reasons:
            return reading
        found = [self._lookup.find_namesakes(name, country, town) for name in names]
        others = found[0] if all(found) else ()
        for region in regions:
            others = within(self._gazetteer, others, region)
        if not others:
            return reading
        borne = {one.id: one._replace(kind=town.kind) for one in others}
        return Reading({**borne, **reading.bearers}, choices=1 + len(others))

    def _read_abroad(self, text: str, country: str, points: Sequence[Point], is_telling: bool) -> Reading:
        """Return the reading of a name that no place in its country goes by; a province there may."""
        abroad = self._read(text, "", (), points, is_telling)
        town, reading = abroad.likely, replace(abroad, bearers={}, chosen=None, reasons=(), is_shared=False)
        reading = replace(reading, is_abroad=True, around=())
        if not self.region_codes(text, country):
            return reading
        is_there = town is not None and town.country == self._iso_codes[country]
        return reading if is_there else replace(reading, only=None, is_region=True)

    def _read_bare(
        self, text: str, country: str, found: Sequence[Bearer], points: Sequence[Point], is_telling: bool
    ) -> Reading:
        """Return the reading of a name that does not say where its place is; `found` are its bearers."""
        towns = one_each(found)
        there, significant = near(towns, points), significant_bearers(towns)
        reading = Reading(
            {one.id: one for one in found},
            choices=len(significant),
            is_lopsided=any(stands_out(one, towns) for one in significant),
        )
        if len(there) == 1 and (is_telling or stands_out(there[0], towns)):
            return replace(reading, chosen=there[0], reasons=(NEAR,))
        if len(significant) != 1:
            return reading
        (town,) = significant
        if country and is_elsewhere(self._gazetteer, points, town, is_telling):
            return reading
        if is_hardly_called(town, text) or self._lookup.is_beside_region(text, town):
            return reading
        if rivals := self._lookup.find_rivals(text, country, town):
            return replace(reading, around=rivals)
        if not country:
            return replace(reading, only=town)
        return replace(reading, chosen=town, reasons=(ONLY_BEARER,))


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

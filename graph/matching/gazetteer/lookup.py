"""The bearers of a name in a country: in it, else in one that it is bound to."""

from __future__ import annotations

import re
from collections.abc import Mapping

from graph.matching.gazetteer.bearer import (
    SIGNIFICANT_PEOPLE,
    Bearer,
    NameKind,
    significant_bearers,
)
from graph.matching.gazetteer.countries import countries_named, find_kin
from graph.matching.gazetteer.index import Gazetteer
from graph.matching.gazetteer.scripts import script_of, scripts_of_country
from graph.matching.gazetteer.towns import one_each
from graph.matching.known.names import RURAL, is_large, normalize_name, read_name, says_kind_only

_CODE_BEHIND = re.compile(r"(?P<head>.*\w)-(?P<code>[A-Z]{2,3})")
"""A name and a code of a state with a hyphen between them ("Palmas-TO")."""


class NameLookup:
    """Looks up names as lists write them, with the countries that they state."""

    def __init__(self, gazetteer: Gazetteer, iso_codes: Mapping[str, str], states: Mapping[str, str]) -> None:
        """Take the ISO codes of countries by id, and the states that territories belong to."""
        self._gazetteer = gazetteer
        self._iso_codes = iso_codes
        self._countries = {iso: country for country, iso in iso_codes.items()}
        self._kin = find_kin(states)

    def region_codes(self, region: str, country: str) -> frozenset[str]:
        """Return what a part of a country is known by, however it is written; empty when nobody knows it."""
        return self._gazetteer.region_codes(region, self._iso_codes.get(country, ""))

    def look_up(self, text: str, country: str) -> tuple[Bearer, ...]:
        """Return the bearers of a name in a country, else in one that it is bound to; empty: in the world.

        A county or province is no town of its name, nor is the land around a town; of a name that a province
        goes by, a town is one only if its own name is that of the province too ("Goa" is not Mormugao), and
        no town of a territory is ("Normandie" is not in New Caledonia).
        """
        if country and country not in self._iso_codes:
            return ()
        kin = (self._iso_codes[one] for one in self._kin.get(country, ()) if one in self._iso_codes)
        isos = (self._iso_codes.get(country, ""), *kin)
        if country and self.region_codes(text, country):
            isos = isos[:1]
        return next(filter(None, (self._bear(text, iso) for iso in isos)), ())

    def territory(self, text: str, country: str) -> str:
        """Return the territory of a country that a name says it lies in ("Saint-Denis (Réunion)")."""
        named = (countries_named().get(note, "") for note in read_name(text).inside)
        territories = (self._countries.get(iso, "") for iso in named)
        return next((one for one in territories if one and one in self._kin.get(country, ())), "")

    def is_beside_region(self, text: str, town: Bearer) -> bool:
        """Return whether a small town's name is that of a state or province that it is not in.

        Who writes "Espírito Santo" may well mean the state.
        """
        regions = self._gazetteer.region_codes(text, town.country)
        return bool(regions) and town.region not in regions and town.population < SIGNIFICANT_PEOPLE

    def find_rivals(self, text: str, country: str, town: Bearer) -> tuple[Bearer, ...]:
        """Return the larger towns of a town's name in territories of its country, or in their state.

        A list of American towns may well mean San Juan in Puerto Rico, and no town in Texas.
        """
        kin = (self._iso_codes.get(one, "") for one in self._kin.get(country, ()))
        there = [one for iso in kin if iso not in {"", town.country} for one in self._bear(text, iso)]
        people = max(SIGNIFICANT_PEOPLE, town.population)
        return tuple(one for one in there if one.kind is NameKind.OWN and one.population >= people)

    def find_namesakes(self, text: str, country: str, town: Bearer) -> tuple[Bearer, ...]:
        """Return the other towns that a name in a script of other countries may mean as well as a town.

        GeoNames lists such names of some places only: "フランクフルト" is that of Frankfurt (Oder),
        "Мюльхайм" that of Müllheim and not of Mülheim. So it means what the town's own name means there, and
        may mean a larger town that is called so but for a letter.
        """
        own = read_name(town.name)
        bare = own.core if own.where else town.name
        is_longer = len(normalize_name(text).split()) > len(normalize_name(bare).split())
        if is_longer or script_of(text) in {"Latn", "", *scripts_of_country(town.country)}:
            return ()
        alike = self._gazetteer.one_letter_apart(town.name, town.country)
        people = max(SIGNIFICANT_PEOPLE, town.population)
        larger = (one for one in alike if one.kind is NameKind.OWN and one.population >= people)
        namesakes = significant_bearers(one_each(self._bear(bare, town.country)))
        found = {one.id: one for one in (*namesakes, *larger, *self.find_rivals(bare, country, town))}
        return tuple(one for one in found.values() if one.id != town.id)

    def split_region(self, text: str, country: str) -> str:
        """Return a name with a comma before the state or province that it ends with, empty when it has none.

        "Newcastle NSW", "Campinas - SP", "Palmas-TO" and "Rochester N.Y." are read so where nothing goes by
        the whole; not "Stadt Hamburg".
        """
        behind = _CODE_BEHIND.fullmatch(text)
        words, iso = list(behind.groups()) if behind else text.split(), self._iso_codes.get(country, "")
        says_where = bool(read_name(text).where) and not {"-", "–", "—"} & {*words}
        if not iso or len(words) < 2 or says_where or self._gazetteer.bearers([text], iso):
            return ""
        for count in range(len(words) - 1, 0, -1):
            head, tail = " ".join(words[:count]).rstrip(" ,-–—/"), " ".join(words[count:])
            is_name = head and "," not in head and not says_kind_only(head)
            if is_name and self.region_codes(tail, country):
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

"""The parties of a row: names, countries, coordinates and ids as a list writes them, without guessing."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graph.model.claims import Place
from graph.model.iris import is_qid
from graph.model.matches import Mention
from loaders.lists.countries import CountryReading, country_after_comma, read_country

NEAR_KM = 25.0
"""Two coordinates this near can be of one place; farther apart, one name stands for two places."""

_EARTH_KM = 6371.0


class RowFault(ValueError):
    """A row that cannot become a record: the slug of the issue, and a sentence."""

    def __init__(self, kind: str, reason: str) -> None:
        """Keep both."""
        self.kind, self.reason = kind, reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a row; `remark` tells what was left out of it."""

    mention: Mention
    remark: str = ""
    population: int | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """Return what tells parties of a list apart: the Wikidata id, or the name and where it is."""
        told = self.mention
        return (told.qid,) if told.qid else (told.name, told.country or told.stated_country, told.region)

    def can_be(self, other: Party) -> bool:
        """Return whether both can be one place: they are named alike, and not told to lie far apart."""
        return self.key == other.key and (bool(self.mention.qid) or _is_near(self.mention, other.mention))


@dataclass
class PartyReader:
    """Reads parties; one that is there again is the same object, so that long lists stay small.

    `countries` are the readings that the list states itself, `names` the names of places by Wikidata id.
    """

    countries: Mapping[str, CountryReading]
    names: Mapping[str, str]
    _read: dict[tuple[str, ...], Party] = field(default_factory=dict)

    def read(self, cells: Sequence[str]) -> Party:
        """Return the party that the cells tell, in the order of table_settings.PARTY_FIELDS.

        Raises RowFault when it has no name, no country that is known, or an id of another form.
        """
        key = tuple(cells)
        if key not in self._read:
            self._read[key] = self._party(*key)
        return self._read[key]

    def _party(
        self,
        name: str,
        country: str,
        region: str,
        latitude: str,
        longitude: str,
        written_qid: str,
        people: str,
    ) -> Party:
        qid = _qid(written_qid)
        known_as = self.names.get(qid, "")
        called = name or known_as or qid
        if not called:
            raise RowFault("party-unnamed", "a party has no name")
        if "\n" in called or "\r" in called:
            raise RowFault(
                "unreadable-row", f"the name {called[:40]!r} runs over a line: is a quotation mark open?"
            )
        reading = self._country(called, country)
        if reading is None and not qid:
            raise RowFault("unknown-country", _why_unknown(called, country))
        degrees, remark = _degrees(called, latitude, longitude)
        mention = Mention(
            name=called,
            country=reading.country if reading else "",
            stated_country=country,
            region=region or (reading.region if reading else ""),
            qid=qid,
            latitude=degrees[0] if degrees else None,
            longitude=degrees[1] if degrees else None,
            other_names=(known_as,) if known_as not in {"", called} else (),
        )
        population, doubt = _people(called, people)
        return Party(mention, " ".join(filter(None, (remark, doubt))), population)

    def _country(self, name: str, written: str) -> CountryReading | None:
        if not written:
            return country_after_comma(name)
        return self.countries.get(written) or read_country(written)

    def places(self) -> tuple[Place, ...]:
        """Return the places with a Wikidata id among all parties read so far, in the order of reading."""
        by_qid: dict[str, list[Party]] = {}
        for party in self._read.values():
            if party.mention.qid:
                by_qid.setdefault(party.mention.qid, []).append(party)
        return tuple(_place(qid, parties) for qid, parties in by_qid.items())


def _place(qid: str, parties: Sequence[Party]) -> Place:
    """Return what a list tells of one place: the first of each thing, and all names."""
    told = [party.mention for party in parties]
    names = list(dict.fromkeys(name for one in told for name in (one.name, *one.other_names)))
    where = next((one for one in told if one.latitude is not None), None)
    return Place(
        id=qid,
        country=next((one.country for one in told if one.country), ""),
        labels=(("en", names[0]), ("id", names[0])),
        qid=qid,
        latitude=f"{where.latitude:.2f}" if where else "",
        longitude=f"{where.longitude:.2f}" if where else "",
        population=next((party.population for party in parties if party.population is not None), None),
        other_names=tuple(names[1:]),
    )


def _why_unknown(name: str, country: str) -> str:
    if country:
        return (
            f"the country {country!r} of {name!r} is unknown, or names several: say it in [table.countries]"
        )
    return f"no country is stated for {name!r}"


def _qid(written: str) -> str:
    """Return a Wikidata id, also out of its address; raises RowFault for anything else."""
    qid = written.rpartition("/")[2]
    if qid and not is_qid(qid):
        raise RowFault("unreadable-row", f"{written!r} is no Wikidata id")
    return qid


def _people(name: str, written: str) -> tuple[int | None, str]:
    """Return a number of people, or a remark when it is written as anything but a whole number."""
    if written and not re.fullmatch("[0-9]{1,10}", written):
        return None, f"The population of {name} ({written!r}) is no whole number and was left out."
    return (int(written) if written else None), ""


def _degrees(name: str, latitude: str, longitude: str) -> tuple[tuple[float, float] | None, str]:
    """Return latitude and longitude, and a remark instead when they cannot be those of a place."""
    if not latitude and not longitude:
        return None, ""
    try:
        north, east = (float(cell.replace(",", ".")) for cell in (latitude, longitude))
    except ValueError:
        return (
            None,
            f"The coordinates of {name} ({latitude!r}, {longitude!r}) are no degrees and were left out.",
        )
    if (north, east) == (0, 0):
        return None, f"The coordinates of {name} (0, 0) mean that they are unknown and were left out."
    if not (abs(north) <= 90 and abs(east) <= 180):
        return None, f"The coordinates of {name} ({latitude}, {longitude}) are on no globe and were left out."
    return (north, east), ""


def _is_near(one: Mention, other: Mention) -> bool:
    """Return whether the coordinates of both can be of one place; unknown ones can."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return True
    north, east, north2, east2 = map(
        math.radians, (one.latitude, one.longitude, other.latitude, other.longitude)
    )
    arc = math.sin((north2 - north) / 2) ** 2
    arc += math.cos(north) * math.cos(north2) * math.sin((east2 - east) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(arc)) <= NEAR_KM

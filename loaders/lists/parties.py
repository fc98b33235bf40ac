"""The parties of a row: names, countries, coordinates and ids as a list writes them, without guessing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graph.matching.known.points import point_of
from graph.model.claims import Place
from graph.model.iris import is_qid
from graph.model.matches import Mention
from graph.model.points import distance_km
from loaders.lists.countries import CountryReading, country_after_comma, read_country

NEAR_KM = 25.0
"""Two coordinates this near can be of one place; farther apart, one name stands for two places."""


class RowFault(ValueError):
    """A row that cannot become a record: the slug of the issue, and a sentence."""

    def __init__(self, kind: str, reason: str) -> None:
        """Keep both."""
        self.kind, self.reason = kind, reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class ListedParty:
    """One side of a row; `remark` tells what was left out of it."""

    mention: Mention
    remark: str = ""
    population: int | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """Return what tells parties of a list apart: the Wikidata id, or the name and where it is."""
        mention = self.mention
        if mention.qid:
            return (mention.qid,)
        return (mention.name, mention.country or mention.stated_country, mention.region)

    def can_be(self, other: ListedParty) -> bool:
        """Return whether both can be one place: they are named alike, and not said to lie far apart."""
        return self.key == other.key and (bool(self.mention.qid) or _is_near(self.mention, other.mention))


@dataclass
class PartyReader:
    """Reads parties; one that is there again is the same object, so that long lists stay small.

    `countries` are the readings that the list states itself, `names` the names of places by Wikidata id.
    """

    countries: Mapping[str, CountryReading]
    names: Mapping[str, str]
    _parties: dict[tuple[str, ...], ListedParty] = field(default_factory=dict)

    def read(self, cells: Sequence[str]) -> ListedParty:
        """Return the party that the cells tell, in the order of `loaders.lists.settings.PARTY_FIELDS`.

        Raises RowFault when it has no name, no country that is known, or an id of another form.
        """
        key = tuple(cells)
        if key not in self._parties:
            self._parties[key] = self._make_party(*key)
        return self._parties[key]

    def _make_party(
        self,
        name: str,
        country: str,
        region: str,
        latitude: str,
        longitude: str,
        written_qid: str,
        people: str,
    ) -> ListedParty:
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
        population, doubt = _population(called, people)
        return ListedParty(mention, " ".join(filter(None, (remark, doubt))), population)

    def _country(self, name: str, written: str) -> CountryReading | None:
        if not written:
            return country_after_comma(name)
        return self.countries.get(written) or read_country(written)

    def places(self) -> tuple[Place, ...]:
        """Return the places with a Wikidata id among all parties read so far, in the order of reading."""
        by_qid: dict[str, list[ListedParty]] = {}
        for party in self._parties.values():
            if party.mention.qid:
                by_qid.setdefault(party.mention.qid, []).append(party)
        return tuple(_describe_place(qid, parties) for qid, parties in by_qid.items())


def _describe_place(qid: str, parties: Sequence[ListedParty]) -> Place:
    """Return what a list tells of one place: the first of each thing, and all names."""
    mentions = [party.mention for party in parties]
    names = list(dict.fromkeys(name for mention in mentions for name in (mention.name, *mention.other_names)))
    located = next((mention for mention in mentions if mention.latitude is not None), None)
    return Place(
        id=qid,
        country=next((mention.country for mention in mentions if mention.country), ""),
        labels=(("en", names[0]), ("id", names[0])),
        qid=qid,
        latitude=f"{located.latitude:.2f}" if located else "",
        longitude=f"{located.longitude:.2f}" if located else "",
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


def _population(name: str, written: str) -> tuple[int | None, str]:
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


def _is_near(mention: Mention, other: Mention) -> bool:
    """Return whether the coordinates of both can be of one place; unknown ones can."""
    point, other_point = point_of(mention), point_of(other)
    return point is None or other_point is None or distance_km(*point, *other_point) <= NEAR_KM

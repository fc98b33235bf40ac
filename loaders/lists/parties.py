"""The parties of a row: names, countries, coordinates and ids as a list writes them, without guessing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from graph.matching.known.points import point_of
from graph.model.claims import Place
from graph.model.matches import Mention
from graph.model.points import distance_km, write_degrees
from loaders.lists.countries import (
    CountryReading,
    country_at_end,
    is_region,
    load_states,
    normalize_code,
    read_code,
    read_country,
)
from loaders.lists.words.cells import quote, read_geonames_id, read_item, strip_marks
from loaders.lists.words.no_names import find_no_name
from loaders.lists.words.points import Degrees, read_degrees, read_point

PARTY_FIELDS = (
    "party", "country", "region", "latitude", "longitude", "point", "qid", "geonames", "iso", "population",
)  # fmt: skip
"""What a column can say about one party; in [table.columns] with _a or _b behind it."""

NEAR_KM = 25.0
"""Two coordinates this near can be of one place; farther apart, one name stands for two places."""
LONGEST_NAME = 200
"""How many letters of a name are kept; the longest name of a place, the full one of Bangkok, has 168."""


class RowFault(ValueError):
    """A row that cannot become a record: the slug of the issue, and a sentence."""

    def __init__(self, kind: str, reason: str) -> None:
        """Keep both."""
        self.kind, self.reason = kind, reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class ListedParty:
    """One side of a row; `stated` is its name as written, `remark` tells what was left out of it."""

    mention: Mention
    stated: str
    remark: str = ""
    population: int | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """Return what tells parties of a list apart: its id, or the name and where it is."""
        mention = self.mention
        if mention.qid or mention.geonames:
            return (mention.qid or mention.geonames,)
        return (mention.name, mention.country or mention.stated_country, mention.region)

    def can_be(self, other: ListedParty) -> bool:
        """Return whether both can be one place: they are named alike, and not said to lie far apart."""
        is_stated = bool(self.mention.qid or self.mention.geonames)
        return self.key == other.key and (is_stated or _is_near(self.mention, other.mention))


@dataclass
class PartyReader:
    """Reads parties; one that is there again is the same object, so that long lists stay small.

    `countries` are the readings that the list states itself, `names` the names of places by Wikidata id,
    `language` is that of its names, empty when nobody states it.
    """

    countries: Mapping[str, CountryReading]
    names: Mapping[str, str]
    language: str = ""
    _parties: dict[tuple[str, ...], ListedParty] = field(default_factory=dict)

    def read(self, cells: Sequence[str]) -> ListedParty:
        """Return the party that the cells tell, in the order of PARTY_FIELDS.

        Without a country that is known, it has a point or an id, and its country is empty. Raises RowFault
        when it has none of them, when it has no name, and when a code contradicts country or region.
        """
        key = tuple(cells)
        if key not in self._parties:
            self._parties[key] = self._make_party(dict(zip(PARTY_FIELDS, key, strict=True)))
        return self._parties[key]

    def _make_party(self, cells: Mapping[str, str]) -> ListedParty:
        qid, no_qid = _read_id(cells["qid"], read_item, "no Wikidata id")
        geonames, no_geonames = _read_id(cells["geonames"], read_geonames_id, "no GeoNames id")
        known_as = self.names.get(qid, "")
        written = cells["party"] or known_as or qid
        name, too_long = _read_name(written)
        if (qid or geonames) and find_no_name(name):
            name = known_as or qid or geonames
        if fault := find_no_name(name):
            raise RowFault("party-unnamed", fault)
        if not name:
            kind = "unreadable-row" if no_qid else "party-unnamed"
            raise RowFault(kind, no_qid or "a party has no name")
        degrees, no_degrees = _degrees(name, cells)
        country, reading, no_code = self._where(name, cells)
        if reading is None and not (qid or geonames or degrees):
            told = (_why_unknown(name, country), no_degrees, no_code)
            raise RowFault("unknown-country", " ".join(filter(None, told)))
        mention = Mention(
            name=name,
            country=reading.country if reading else "",
            stated_country=country,
            region=strip_marks(cells["region"]) or (reading.region if reading else ""),
            qid=qid,
            latitude=degrees[0] if degrees else None,
            longitude=degrees[1] if degrees else None,
            other_names=(known_as,) if known_as not in {"", name} else (),
            geonames=geonames,
        )
        population, no_number = _population(name, cells["population"])
        no_ids = (f"{told}." for told in (no_qid, no_geonames) if told)
        remarks = (too_long, *no_ids, no_code, no_degrees, no_number)
        return ListedParty(mention, written[:LONGEST_NAME], " ".join(filter(None, remarks)), population)

    def _where(self, name: str, cells: Mapping[str, str]) -> tuple[str, CountryReading | None, str]:
        """Return the country as written, what it and the code of ISO 3166 mean, and a remark on the code."""
        country, region, code = (strip_marks(cells[field]) for field in ("country", "region", "iso"))
        named = self._country(name, country)
        coded = read_code(code) if code else None
        if coded is None:
            return country, named, f"{quote(code)} is no code of ISO 3166." if code else ""
        if not _agree(code, coded, named, region):
            told = " ".join(filter(None, (region, country)))
            raise RowFault(
                "id-conflict", f"the code {quote(code)} of {quote(name)} contradicts {quote(told)}"
            )
        is_finer = bool(coded.region) or named is None
        return country or code, coded if is_finer else named, ""

    def _country(self, name: str, written: str) -> CountryReading | None:
        if not written:
            return country_at_end(name)
        return self.countries.get(written) or read_country(written)

    def places(self) -> tuple[Place, ...]:
        """Return the places with a Wikidata id among all parties read so far, in the order of reading."""
        by_qid: dict[str, list[ListedParty]] = {}
        for party in self._parties.values():
            if party.mention.qid:
                by_qid.setdefault(party.mention.qid, []).append(party)
        return tuple(_describe_place(qid, parties, self.language) for qid, parties in by_qid.items())


def _describe_place(qid: str, parties: Sequence[ListedParty], language: str) -> Place:
    """Return what a list tells of one place: the first of each thing, and all names.

    Its label is in the language of the list, in none when nobody states it.
    """
    mentions = [party.mention for party in parties]
    names = list(dict.fromkeys(name for mention in mentions for name in (mention.name, *mention.other_names)))
    point = next(filter(None, map(point_of, mentions)), None)
    latitude, longitude = write_degrees(*point) if point else ("", "")
    return Place(
        id=qid,
        country=next((mention.country for mention in mentions if mention.country), ""),
        labels=((language, names[0]),),
        qid=qid,
        latitude=latitude,
        longitude=longitude,
        population=next((party.population for party in parties if party.population is not None), None),
        other_names=tuple(names[1:]),
    )


def _why_unknown(name: str, country: str) -> str:
    if country:
        told = f"the country {quote(country)} of {quote(name)} is unknown, or names several"
        return f"{told}: say it in [table.countries]"
    return f"no country is stated for {quote(name)}"


def _read_name(written: str) -> tuple[str, str]:
    """Return a name without footnote marks and line ends, and a remark when it was too long to be one.

    A mark that would part it from another name is left out at its ends ("Mainz;").

    Raises RowFault for a name over several lines, which a quotation mark that is left open makes.
    """
    if "\n" in written or "\r" in written:
        told = f"the name {quote(written[:40])} runs over a line: is a quotation mark open?"
        raise RowFault("unreadable-row", told)
    name = strip_marks(written).strip(" ;,|")
    if len(name) <= LONGEST_NAME:
        return name, ""
    told = f"A name of {len(name)} letters ({quote(name[:40])}) was cut to {LONGEST_NAME}."
    return name[:LONGEST_NAME].strip(), told


def _read_id(written: str, read: Callable[[str], str], what: str) -> tuple[str, str]:
    """Return an id, also out of its address, or what is wrong with it."""
    found = read(strip_marks(written))
    return found, "" if found or not written else f"{quote(written)} is {what}"


def _degrees(name: str, cells: Mapping[str, str]) -> tuple[Degrees | None, str]:
    """Return the point that the cells tell, in two columns or one, and a remark instead when it is none."""
    if cells["point"]:
        return read_point(name, strip_marks(cells["point"]))
    return read_degrees(name, strip_marks(cells["latitude"]), strip_marks(cells["longitude"]))


def _agree(code: str, coded: CountryReading, named: CountryReading | None, region: str) -> bool:
    """Return whether a code can be that of a place in the country and region that are named."""
    states = load_states()
    if named and coded.country != named.country:
        return named.country == states.get(coded.country) or coded.country == states.get(named.country)
    part = region or (named.region if named else "")
    return not (part and coded.region) or is_region(part, normalize_code(code)) is not False


def _population(name: str, written: str) -> tuple[int | None, str]:
    """Return a number of people, or a remark when it is written as anything but a whole number."""
    if written and not re.fullmatch("[0-9]{1,10}", written):
        return None, f"The population of {name} ({quote(written)}) is no whole number and was left out."
    return (int(written) if written else None), ""


def _is_near(mention: Mention, other: Mention) -> bool:
    """Return whether the coordinates of both can be of one place; unknown ones can."""
    point, other_point = point_of(mention), point_of(other)
    return point is None or other_point is None or distance_km(*point, *other_point) <= NEAR_KM

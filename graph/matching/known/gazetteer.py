"""The bearers of a name, found by name, by point or by id in the index that ``loaders.gazetteer`` makes."""

from __future__ import annotations

import json
import math
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from string import ascii_lowercase
from typing import NamedTuple

from graph.matching.known.names import Name, normalize_name, read_name, squeeze
from graph.matching.known.points import FAR_KM, Point
from graph.matching.known.scripts import script_of
from graph.model.points import distance_km

SCHEMA = """
CREATE TABLE made_from (fingerprint TEXT NOT NULL, version TEXT NOT NULL);
CREATE TABLE place (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, region TEXT NOT NULL,
  latitude REAL NOT NULL, longitude REAL NOT NULL, population INTEGER NOT NULL, names TEXT NOT NULL
);
CREATE TABLE name (
  form TEXT NOT NULL, place INTEGER NOT NULL, kind INTEGER NOT NULL, PRIMARY KEY (form, place)
) WITHOUT ROWID;
CREATE TABLE region (
  country TEXT NOT NULL, form TEXT NOT NULL, code TEXT NOT NULL, rank INTEGER NOT NULL, name TEXT NOT NULL,
  PRIMARY KEY (country, form, code)
) WITHOUT ROWID;
"""
"""`place.names` has a line for each name as written, the place's own first; `name.form` is as of `form_of`,
`region.form` too; `region.rank` is the place of `region.name` among the names of the region."""

SIGNIFICANT_PEOPLE, SIGNIFICANT_SHARE = 15_000, 1 / 50
"""So many people, or such a share of the largest's, a bearer must have to make a name ambiguous."""

FURTHER_NAME = 0.1
"""So much of a place's people counts where its further name is the own name of another one."""

UNKNOWN_PEOPLE = 2_000
"""What is taken for the people of a place when they are unknown: it can well be the town of a list."""

WITHIN_KM = 25.0
"""So near its centre lies what a town contains."""

_LONG_ENOUGH = 5
_WRITTEN_OUT = 4
_LATIN = re.compile("[a-z]")
_WITNESSES = 4
_WITNESS_KM = (10.0, 30.0, 100.0)
_KM_PER_DEGREE = 110.0
"""No degree of latitude is shorter."""
_PLACE = "SELECT id, name, country, region, latitude, longitude, population FROM place"


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


@dataclass(frozen=True, slots=True)
class Bearer:
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


class Gazetteer:
    """Looks up places in an index, which it only reads; leaving its context closes it."""

    def __init__(self, index: Path) -> None:
        """Open an index; raises sqlite3.OperationalError when there is no such file."""
        self._index = sqlite3.connect(f"{index.absolute().as_uri()}?mode=ro&immutable=1", uri=True)

    @classmethod
    def empty(cls) -> Gazetteer:
        """Return a gazetteer that knows no place."""
        made = cls.__new__(cls)
        made._index = sqlite3.connect(":memory:")
        made._index.executescript(SCHEMA)
        return made

    @property
    def version(self) -> str:
        """Return the version of the package that it was made from; empty for an empty one."""
        row = self._index.execute("SELECT version FROM made_from").fetchone()
        return str(row[0]) if row else ""

    def __enter__(self) -> Gazetteer:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the index."""
        self.close()

    def close(self) -> None:
        """Close the index; nothing can be looked up any more."""
        self._index.close()

    def bearers(self, names: Iterable[str], country: str = "") -> tuple[Bearer, ...]:
        """Return the places that bear any of the names, in one country or in all, the most people first.

        Case, accents, punctuation and spaces make no difference. Each place is there once, by the surest
        kind; romanized names count only where no place bears the name otherwise.
        """
        forms = sorted({form_of(name) for name in names} - {""})
        rows = self._index.execute(
            "SELECT id, name, country, region, latitude, longitude, population, min(kind)"
            " FROM name AS borne JOIN place ON id = place"
            " WHERE form IN (SELECT value FROM json_each(?)) AND ? IN (country, '')"
            " GROUP BY id ORDER BY population DESC, id",
            (json.dumps(forms), country),
        )
        found = tuple(Bearer(*(*place, NameKind(kind))) for *place, kind in rows)
        return tuple(one for one in found if one.kind < NameKind.ROMANIZED) or found

    def one_letter_apart(self, name: str, country: str) -> tuple[Bearer, ...]:
        """Return the places in a country that bear a name but for one letter, the most people first.

        A name of fewer than five letters, or of letters other than Latin ones, has none.
        """
        form = form_of(name)
        if len(form) < _LONG_ENOUGH or not form.isascii():
            return ()
        halves = [(form[:at], form[at:]) for at in range(len(form) + 1)]
        forms = {a + b[1:] for a, b in halves if b}
        for letter in ascii_lowercase:
            forms |= {a + letter + b for a, b in halves} | {a + letter + b[1:] for a, b in halves if b}
        return self.bearers(forms - {form}, country)

    def find(self, geonames_id: int) -> Bearer | None:
        """Return the place with a GeoNames id, None when the gazetteer has no such place."""
        row = self._index.execute(f"{_PLACE} WHERE id = ?", (geonames_id,)).fetchone()
        return Bearer(*row) if row else None

    def names_of(self, geonames_id: int) -> tuple[WrittenName, ...]:
        """Return the names of a place, its own first, without romanized ones; empty for an unknown id."""
        own, *others = self._written(geonames_id) or [""]
        kept = (own, *(name for name in others if not is_romanized(name)))
        return tuple(WrittenName(name, script_of(name)) for name in kept if name)

    def near(self, point: Point, km: float) -> tuple[Bearer, ...]:
        """Return the places within a distance of a point, the nearest first."""
        (latitude, longitude), height = point, km / _KM_PER_DEGREE
        farthest = math.cos(math.radians(min(90.0, abs(latitude) + height)))
        width = min(180.0, height / farthest) if farthest > 0 else 180.0
        west, east = longitude - width, longitude + width
        rows = self._index.execute(
            f"{_PLACE} WHERE latitude BETWEEN ? AND ?"
            " AND (longitude BETWEEN ? AND ? OR longitude >= ? OR longitude <= ?)",
            (latitude - height, latitude + height, west, east, west + 360, east - 360),
        )
        places = (Bearer(*row) for row in rows)
        apart = sorted((distance_km(*point, *place.point), place.id, place) for place in places)
        return tuple(place for far, _, place in apart if far <= km)

    def country_at(self, point: Point) -> str:
        """Return the ISO code of the country of a point, by the four places nearest to it.

        Empty when they do not agree, or fewer than four are known within 100 km.
        """
        for km in _WITNESS_KM:
            witnesses = self.near(point, km)[:_WITNESSES]
            if len(witnesses) == _WITNESSES:
                countries = {one.country for one in witnesses}
                return countries.pop() if len(countries) == 1 else ""
        return ""

    def qualified_by(self, bearer: Bearer, qualifier: str) -> bool | None:
        """Return whether what a list writes beside a name fits a place: False contradicts, None is unknown.

        A qualifier fits that is the code or a name of its region ("IL", "Illinois"), stands in another name
        of the place ("Saale" in Halle an der Saale), or is a town within 25 km. It contradicts when the
        place's own name says otherwise where it is, or when it is another region, or only towns over 100 km
        away. Unknown is whether its own name beside another means the place ("Breslau (Wrocław)") or a part
        of it ("Panyu (Guangzhou)").
        """
        said = normalize_name(qualifier)
        if not said:
            return None
        regions = self.region_codes(qualifier, bearer.country)
        if bearer.kind is not NameKind.OWN and squeeze(said) == form_of(bearer.name):
            return None
        if bearer.region in regions:
            return True
        is_short_form = bool(regions) and len(said) < _WRITTEN_OUT
        names = [] if is_short_form else self._written(bearer.id)
        if any(f" {said} " in f" {normalize_name(name)} " for name in names):
            return True
        if "/" not in bearer.name and read_name(bearer.name).where:
            return False
        towns = (one for one in self.bearers([said], bearer.country) if one.population >= SIGNIFICANT_PEOPLE)
        nearest = min((distance_km(*bearer.point, *one.point) for one in towns), default=math.inf)
        if nearest <= WITHIN_KM:
            return True
        return False if regions or FAR_KM < nearest < math.inf else None

    def is_called(self, bearer: Bearer, name: Name) -> bool:
        """Return whether a name of a place is the same name, and says where it is in the same words."""
        read = (read_name(written) for written in self._written(bearer.id))
        return any(one.core == name.core and one.where == name.where for one in read)

    def region_codes(self, name: str, country: str) -> frozenset[str]:
        """Return the codes of the states and provinces of a country that go by a name or code."""
        query = "SELECT code FROM region WHERE country = ? AND form = ?"
        return frozenset(code for (code,) in self._index.execute(query, (country, form_of(name))))

    def names_of_region(self, country: str, code: str) -> tuple[str, ...]:
        """Return the names of a state or province, written out ones before codes and short forms."""
        query = "SELECT name FROM region WHERE country = ? AND code = ? ORDER BY rank"
        names = [str(name) for (name,) in self._index.execute(query, (country, code))]
        return tuple(sorted(names, key=lambda name: len(name) < _WRITTEN_OUT))

    def _written(self, geonames_id: int) -> list[str]:
        """Return all names of a place as GeoNames lists them, its own first."""
        row = self._index.execute("SELECT names FROM place WHERE id = ?", (geonames_id,)).fetchone()
        return str(row[0]).split("\n") if row else []

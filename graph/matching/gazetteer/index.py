"""The bearers of a name, found by name, by point or by id in the index that ``loaders.gazetteer`` makes."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterable
from itertools import starmap
from pathlib import Path
from string import ascii_lowercase

from graph.matching.gazetteer.bearer import (
    LARGE_PEOPLE,
    SIGNIFICANT_PEOPLE,
    UNKNOWN_PEOPLE,
    Bearer,
    NameKind,
    WrittenName,
    form_of,
    is_romanized,
)
from graph.matching.gazetteer.scripts import script_of
from graph.matching.known.names import Name, normalize_name, read_name, split_at_hyphens, squeeze
from graph.matching.known.points import FAR_KM, NEAR_KM, Point
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

WITHIN_KM = 25.0
"""So near its centre lies what a town contains."""

_METROPOLIS = 1000
"""So many times the people of a village a metropolis has, by whose name its districts are told."""
_LONG_ENOUGH = 5
_ARTICLES = ("le", "la", "les", "el", "los", "las", "al", "the")
_WRITTEN_OUT = 4
_SHORTEST_OF_REGION = 3
_LAST = "\uffff"
"""No letter comes after it."""
_WITNESSES = 4
_WITNESS_KM = (10.0, 30.0, 100.0)
_KM_PER_DEGREE = 110.0
"""No degree of latitude is shorter."""
_PLACE = "SELECT id, name, country, region, latitude, longitude, population FROM place"


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

    def but_for_article(self, name: str, country: str) -> tuple[Bearer, ...]:
        """Return the places in a country that bear a name with an article before it, or without its own."""
        words = normalize_name(name).split()
        without = ["".join(words[1:])] if words and words[0] in _ARTICLES else []
        return self.bearers([f"{article} {name}" for article in _ARTICLES] + without, country)

    def halves(self, name: str, country: str) -> tuple[Bearer, ...]:
        """Return the places in a country whose own name begins with a name and a hyphen, or the reverse.

        The reverse holds of towns of 15,000 people or more: "Garmisch" and Garmisch-Partenkirchen,
        "Cherbourg-Octeville" and Cherbourg; by a further name, of 100,000: "Nürnberg-Langwasser".
        """
        form, first = form_of(name), split_at_hyphens(name)[0]
        rows = self._index.execute(
            "SELECT DISTINCT id, name, country, region, latitude, longitude, population"
            " FROM name AS borne JOIN place ON id = place WHERE form BETWEEN ? AND ? AND country = ?",
            (form, f"{form}{_LAST}", country),
        )
        longer = starmap(Bearer, rows if len(form) >= _LONG_ENOUGH else ())
        whole = [one for one in longer if form == form_of(split_at_hyphens(one.name)[0]) != form_of(one.name)]
        shorter = self.bearers([first], country) if first != name else ()
        return (*whole, *filter(_is_first_half, shorter))

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

    def qualified_by(
        self, bearer: Bearer, qualifier: str, *, is_short: bool = False, is_joined: bool = False
    ) -> bool | None:
        """Return whether what a list writes beside a name fits a place: False contradicts, None is unknown.

        A qualifier fits that is the code or a name of its region ("IL", "Illinois"), stands in another name
        of the place ("Saale" in Halle an der Saale), or is a town within 25 km. It contradicts when the
        place's own name says otherwise where it is, or when it is another region, or only towns over 100 km
        away. One that is cut short is a region when the name of only one begins so. Unknown is whether its
        own name beside another means the place ("Breslau (Wrocław)") or a part of it ("Panyu (Guangzhou)").
        So it is whether a village in the province of a metropolis is meant, or a part of that which GeoNames
        lacks ("Kadıköy, Istanbul"), and whether a town nearby that is joined to the
        name (`is_joined`) says where the place is, for both may be meant ("Minneapolis – Saint Paul").
        """
        said = normalize_name(qualifier)
        if not said:
            return None
        regions = self.region_codes(qualifier, bearer.country)
        if is_short and not regions:
            regions = self._regions_beginning(said, bearer.country)
        if bearer.kind is not NameKind.OWN and squeeze(said) == form_of(bearer.name):
            return None
        towns = [one for one in self.bearers([said], bearer.country) if one.population >= SIGNIFICANT_PEOPLE]
        nearest = min(towns, key=lambda one: distance_km(*bearer.point, *one.point), default=None)
        km = distance_km(*bearer.point, *nearest.point) if nearest else math.inf
        if bearer.region in regions:
            return None if km > WITHIN_KM and self._may_be_district(bearer, towns) else True
        is_short_form = bool(regions) and len(said) < _WRITTEN_OUT
        names = [] if is_short_form else self._written(bearer.id)
        if any(f" {said} " in f" {normalize_name(name)} " for name in names):
            return True
        if "/" not in bearer.name and read_name(bearer.name).where:
            return False
        if nearest and km <= WITHIN_KM:
            return None if is_joined else True
        return False if regions or FAR_KM < km < math.inf else None

    def _may_be_district(self, bearer: Bearer, towns: Iterable[Bearer]) -> bool:
        """Return whether a village of a common name is in the province of a metropolis of another name.

        Then the name is as likely that of a district of the metropolis.
        """
        people = _METROPOLIS * (bearer.population or UNKNOWN_PEOPLE)
        is_under = any(
            one.kind is NameKind.OWN and one.region == bearer.region and one.population >= people
            for one in towns
        )
        return is_under and len(self.bearers([bearer.name], bearer.country)) > 1

    def is_beside(self, bearer: Bearer, qualifier: str) -> bool:
        """Return whether what a list writes beside a name is a smaller town at the place, or a part of it.

        Then nobody knows whether the place, that part or both are meant: "Tokyo (Shinjuku)", "Ulm/Neu-Ulm".
        """
        said = self.bearers([qualifier], bearer.country)
        if any(one.id == bearer.id for one in said) or self.region_codes(qualifier, bearer.country):
            return False
        towns = [one for one in said if distance_km(*bearer.point, *one.point) <= NEAR_KM]
        most = max((one.population for one in towns), default=0)
        return SIGNIFICANT_PEOPLE <= most < bearer.population

    def is_called(self, bearer: Bearer, name: Name) -> bool:
        """Return whether a name of a place is the same name, and says where it is in the same words.

        Of words that are cut short the beginning is enough.
        """
        read = (read_name(written) for written in self._written(bearer.id))
        same = (one for one in read if one.core == name.core and one.where)
        return any(one.where == name.where or _is_short_for(name, one) for one in same)

    def region_codes(self, name: str, country: str) -> frozenset[str]:
        """Return the codes of the states and provinces of a country that go by a name or code."""
        query = "SELECT code FROM region WHERE country = ? AND form = ?"
        return frozenset(code for (code,) in self._index.execute(query, (country, form_of(name))))

    def _regions_beginning(self, short: str, country: str) -> frozenset[str]:
        """Return the code of the only state or province of which a name begins so; empty when it is none."""
        if len(short) < _SHORTEST_OF_REGION:
            return frozenset()
        query = "SELECT DISTINCT code FROM region WHERE country = ? AND form BETWEEN ? AND ?"
        form = squeeze(short)
        found = frozenset(code for (code,) in self._index.execute(query, (country, form, f"{form}{_LAST}")))
        return found if len(found) == 1 else frozenset()

    def names_of_region(self, country: str, code: str) -> tuple[str, ...]:
        """Return the names of a state or province, written out ones before codes and short forms."""
        query = "SELECT name FROM region WHERE country = ? AND code = ? ORDER BY rank"
        names = [str(name) for (name,) in self._index.execute(query, (country, code))]
        return tuple(sorted(names, key=lambda name: len(name) < _WRITTEN_OUT))

    def _written(self, geonames_id: int) -> list[str]:
        """Return all names of a place as GeoNames lists them, its own first."""
        row = self._index.execute("SELECT names FROM place WHERE id = ?", (geonames_id,)).fetchone()
        return str(row[0]).split("\n") if row else []


def _is_first_half(town: Bearer) -> bool:
    """Return whether a town is meant by the first half of a name: a larger one, a large one by another name.

    Not one whose own name has a hyphen: "Clermont-Créans" is no part of Clermont-Ferrand.
    """
    if town.kind is NameKind.OWN:
        return town.population >= SIGNIFICANT_PEOPLE
    is_plain = town.kind is not NameKind.ROMANIZED and len(split_at_hyphens(town.name)) == 1
    return is_plain and town.population >= LARGE_PEOPLE


def _is_short_for(name: Name, full: Name) -> bool:
    """Return whether what one name says beside itself, cut short, is what another one says in full."""
    words = [word for note in full.where for word in note.split()]
    return bool(name.where) and all(
        note in full.where or (note in name.short and any(word.startswith(note) for word in words))
        for note in name.where
    )

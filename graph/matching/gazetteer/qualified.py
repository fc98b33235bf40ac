"""Names that say where their place is: which bearers that fits, and which it speaks against."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from graph.matching.gazetteer.bearer import Bearer, significant_bearers
from graph.matching.gazetteer.countries import countries_named
from graph.matching.gazetteer.index import Gazetteer
from graph.matching.gazetteer.readings import NEAR, QUALIFIER, Reading
from graph.matching.gazetteer.towns import are_far, near, one_each
from graph.matching.known.names import Name, normalize_name, read_name
from graph.matching.known.points import Point

REMOTE_KM = 300.0
"""So far from a point in an empty part of a country, or at its border, the nearest place may lie."""


def read_qualified(
    gazetteer: Gazetteer,
    text: str,
    where: Collection[str],
    found: Sequence[Bearer],
    points: Sequence[Point],
    is_telling: bool,
) -> Reading:
    """Return the reading of a name that says where its place is: no place that is elsewhere can be it.

    Those whose whole name it is fit, however it is written ("Halle/Saale" is Halle an der Saale), else
    those in what the name says beside itself. Of the others, where that is unknown, one that lies at the
    point may be it; not one that is what stands beside the name, for a part of a town lies there too
    ("Minhang (Shanghai)", which GeoNames has among the names of Shanghai), nor one beside whose name such a
    part stands, or a neighbour ("Tokyo (Shinjuku)", "Ulm/Neu-Ulm").
    """
    isos = {one.country for one in found}
    whole = {one.id for iso in isos for one in gazetteer.bearers([text], iso)}
    whole |= {one.id for one in found if gazetteer.is_called(one, read_name(text))}
    name = read_name(text)
    fits = {one: one.id in whole if whole else _fits(gazetteer, one, where, name) for one in found}
    fitting = one_each(one for one in found if fits[one])
    unclear = one_each(one for one in found if fits[one] is None and not are_far(points, one))
    beside = {one for one in unclear if any(gazetteer.is_beside(one, note) for note in where)}
    around = [one for one in unclear if one in beside or normalize_name(one.name) in where]
    others = [one for one in unclear if one not in around]
    possible = (*fitting, *others)
    reading = Reading({one.id: one for one in possible}, around=tuple(around))
    there, significant = near(fitting or others, points), significant_bearers(fitting)
    if len(there) == 1:
        return replace(reading, chosen=there[0], reasons=(QUALIFIER, NEAR) if fitting else (NEAR,))
    is_clear = len(significant) == 1 and not unclear
    if is_clear and not is_elsewhere(gazetteer, points, significant[0], is_telling):
        return replace(reading, chosen=significant[0], reasons=(QUALIFIER,))
    return replace(reading, only=fitting[0] if len(possible) == len(fitting) == 1 else None)


def is_elsewhere(gazetteer: Gazetteer, points: Sequence[Point], town: Bearer, is_telling: bool) -> bool:
    """Return whether points say that another place than a town is meant.

    Those that were looked up by name are mistaken when they lie in another country; a hamlet that the
    gazetteer lacks may well be at one in the town's own country.
    """
    if not are_far(points, town):
        return False
    return is_telling or any(_is_in_country(gazetteer, point, town.country) for point in points)


def _is_in_country(gazetteer: Gazetteer, point: Point, iso: str) -> bool:
    """Return whether a point lies in a country, by the places around it, or the nearest of a few."""
    if found := gazetteer.country_at(point):
        return found == iso
    nearest = gazetteer.near(point, REMOTE_KM)[:1]
    return any(one.country == iso for one in nearest)


def _fits(gazetteer: Gazetteer, bearer: Bearer, where: Iterable[str], name: Name) -> bool | None:
    """Return whether all that a name says beside itself fits a place, None when that is unknown.

    Unknown is it too beside a part of the place, or a neighbour.
    """
    beside = [one for one in where if gazetteer.is_beside(bearer, one)]
    said = {_fits_one(gazetteer, bearer, one, name) for one in where if one not in beside}
    return False if False in said else True if True in said and not beside else None


def _fits_one(gazetteer: Gazetteer, bearer: Bearer, written: str, name: Name) -> bool | None:
    is_short, is_joined = written in name.short, written in name.beside
    fits = gazetteer.qualified_by(bearer, written, is_short=is_short, is_joined=is_joined)
    said = {fits, _is_country(bearer, written)}
    return True if True in said else False if False in said else None


def _is_country(bearer: Bearer, written: str) -> bool | None:
    """Return whether a text names the country of a place, None when it names none."""
    country = countries_named().get(written)
    return None if country is None else country == bearer.country


def within(gazetteer: Gazetteer, bearers: Sequence[Bearer], region: str) -> tuple[Bearer, ...]:
    """Return the bearers in a region; all when nobody knows it."""
    fits = {one: gazetteer.qualified_by(one, region) for one in bearers}
    is_unknown = True not in fits.values() and None in fits.values()
    return tuple(one for one in bearers if is_unknown or fits[one])

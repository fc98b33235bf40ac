"""Several places in one cell: "Mainz; Bonn", "Mainz and Bonn", "Paris / Lyon" are no one place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from itertools import product, starmap

from graph.matching.gazetteer.bearer import SIGNIFICANT_PEOPLE, Bearer
from graph.matching.gazetteer.finder import BearerFinder
from graph.matching.gazetteer.towns import may_name_one
from graph.matching.known.names import HYPHENS, normalize_name
from graph.matching.known.points import FAR_KM
from graph.matching.mentions.districts import AND, is_district
from graph.model.points import distance_km

_MARKS = re.compile(r"[;|¦؛、\\•→↔]|\s·\s")
"""What stands in no name of a place, but between two."""
_BESIDE = re.compile(rf"\s*[/⁄∕]\s*|\s[{HYPHENS}]\s|[,،]")
"""What joins two names, or a name and what says where it is."""
_DASH = re.compile(rf"\s[{HYPHENS}]\s")
_CLOSE = re.compile(rf"(?<=\w)[·{HYPHENS}](?=\w)")
"""What joins two names more closely, most often those of one place ("Winston-Salem")."""


def find_several(
    name: str, country: str, finder: BearerFinder, *, is_located: bool = False
) -> tuple[str, ...]:
    """Return the names of the places that one cell names; empty when it is, or may be, the name of one.

    A semicolon and its like always part two. "And" and its like do where each part is a place in the country
    and nothing goes by the whole, unless it is the name of a district, or may be: it has a point
    (`is_located`), and the parts are smaller towns side by side. Slashes, commas and hyphens with
    spaces do where no part can say where another one is; not such hyphens in a name that has a point,
    for "Suzhou – Wujiang" is a part of Suzhou. A hyphen alone parts larger towns over 100 km
    from each other only: Sittard-Geleen is one.
    """
    text = unicodedata.normalize("NFKC", name)
    if marked := _split(_MARKS, [text]):
        return marked
    joined, beside, close = (_split(mark, [text]) for mark in (AND, _BESIDE, _CLOSE))
    if not (joined or beside or close) or not country or finder.towns_named(name, country):
        return ()
    if joined:
        parts = _split(_BESIDE, joined) or joined
        return _find_joined(text, parts, country, finder, is_located=is_located)
    if beside:
        is_part = is_located and _DASH.search(text)
        return () if is_part else _find_beside(name, beside, country, finder)
    towns = [_larger(finder.towns_named(part, country)) for part in close]
    is_apart = len(close) == 2 and _are_towns(towns) and not _are_near(towns[0], towns[1], FAR_KM)
    return close if is_apart else ()


def _find_joined(
    text: str, parts: tuple[str, ...], country: str, finder: BearerFinder, *, is_located: bool
) -> tuple[str, ...]:
    """Return the names that "and" joins: each is of a town or a region, there or a larger one elsewhere.

    None where the point of the name may be that of one place called by both.
    """
    towns = [
        finder.towns_named(part, country) or _larger(finder.towns_named(part))
        for part in parts
        if not finder.region_codes(part, country)
    ]
    is_clear = all(towns) and (len(towns) < 2 or _are_towns(towns))
    if not is_clear or is_district(text):
        return ()
    if is_located and len(towns) == len(parts) == 2 and any(starmap(may_name_one, product(*towns))):
        return ()
    return parts


def _find_beside(name: str, parts: tuple[str, ...], country: str, finder: BearerFinder) -> tuple[str, ...]:
    """Return the names of towns of which none can say where another one is."""
    towns = [finder.towns_named(part, country) for part in parts]
    if not _are_towns(towns) or any(finder.region_codes(part, country) for part in parts):
        return ()
    reading = finder.read([name], country)
    return () if reading.bearers or reading.around else parts


def _split(mark: re.Pattern[str], texts: Iterable[str]) -> tuple[str, ...]:
    """Return the names between marks; empty when there are not two."""
    parts = tuple(part.strip() for text in texts for part in mark.split(text) if normalize_name(part))
    return parts if len(parts) > 1 else ()


def _are_towns(towns: Sequence[Collection[Bearer]]) -> bool:
    """Return whether each of two names or more is that of a place, and no place goes by two of them."""
    ids = [one.id for of_one in towns for one in of_one]
    return len(towns) > 1 and all(towns) and len({*ids}) == len(ids)


def _larger(towns: Iterable[Bearer]) -> list[Bearer]:
    """Return the larger towns among the places that go by a name."""
    return [one for one in towns if one.population >= SIGNIFICANT_PEOPLE]


def _are_near(towns: Iterable[Bearer], others: Collection[Bearer], km: float) -> bool:
    return any(distance_km(*a.point, *b.point) <= km for a in towns for b in others)

"""Reviews: a table of the mentions that nobody decided, which a person fills in and the next build reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from graph.matching.gazetteer.bearer import Bearer
from graph.matching.gazetteer.index import Gazetteer
from graph.matching.known.points import Point, point_of
from graph.matching.known.reviews import GEONAMES, NEW, NONE, MentionKey, Review, mention_key
from graph.model.claims import GeoNamesEntry, Place
from graph.model.iris import is_name, is_qid
from graph.model.matches import Decision, Match, PossiblePlace
from graph.model.points import distance_km
from loaders.folders import REGIONS
from loaders.tables.table import Row, read_table, write_table

REVIEWS = "place_reviews.csv"
"""In the folder of a collection, and in the home."""
MOST_CANDIDATES = 8
_MENTION = ("collection", "name", "country", "stated_country", "region", "latitude", "longitude", "qid")
_GEONAMES = "geonames"
"""The column of the GeoNames id that the list states; tables without it are read too."""
_CANDIDATES = tuple(f"candidate_{number}" for number in range(1, MOST_CANDIDATES + 1))
_HELP = ("records", *_CANDIDATES, "reason")
COLUMNS = (*_MENTION, _GEONAMES, *_HELP, "place")
_PAGE = re.compile(r"wikidata\.org/\S*?\b(?P<qid>Q[1-9]\d*)|geonames\.org/(?P<geonames>[1-9]\d*)")
"""The address of an item or of a place of GeoNames, with what follows its id: "…/2911522/halle.html"."""
_ITEM = re.compile(r"\bQ[1-9]\d*\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?:geonames(?::| ) ?)?(\d+)", re.IGNORECASE)
"""The number of a place of GeoNames, also as issues tell it ("GeoNames 2911522")."""
_GEONAMES_ID = re.compile(rf"{GEONAMES}[1-9][0-9]*")
_DEGREES = re.compile(r"[-+]?[0-9]{1,3}(\.[0-9]*)?(e-?[0-9]{1,3})?", re.IGNORECASE)
_ANSWER = "Write a Wikidata id, a GeoNames id such as geonames:2911522, a minted id, new or none."


def read_reviews(path: Path) -> list[Review]:
    """Return what persons decided, none when there is no such file; rows with an empty `place` wait.

    Raises TableError for a place that is neither a Wikidata, GeoNames or minted id, `new` nor `none`, for a
    coordinate that is no number, and for a mention that is decided twice in different ways.
    """
    found: dict[MentionKey, Review] = {}
    for row in _read(path) if path.exists() else []:
        if not row["place"]:
            continue
        review = _review(row)
        if found.setdefault(review.key, review).place != review.place:
            raise row.fault(f"{review.name} is decided twice", "Keep one of the rows.")
    return list(found.values())


def _read(path: Path) -> list[Row]:
    return read_table(path, (*_MENTION, "place"), (_GEONAMES, *_HELP))


def _review(row: Row) -> Review:
    place = _read_place(row["place"])
    is_minted = place.startswith("x-") and is_name(place)
    if not (is_qid(place) or is_minted or _GEONAMES_ID.fullmatch(place) or place in {NEW, NONE}):
        raise row.fault(f"place {place!r} is no place", _ANSWER)
    if row["country"] and not is_qid(row["country"]):
        raise row.fault(
            f"country {row['country']!r} is no Wikidata id", "Leave the column as it was written."
        )
    return Review(
        collection=row.needed("collection"),
        name=row["name"],
        place=place,
        country=row["country"],
        region=row["region"],
        latitude=row.read("latitude", _read_degrees),
        longitude=row.read("longitude", _read_degrees),
        qid=row["qid"],
        geonames=row.values.get(_GEONAMES, ""),
    )


def _read_degrees(cell: str) -> float:
    if not _DEGREES.fullmatch(cell):
        raise ValueError(f"{cell!r} is no number of degrees")
    return float(cell)


def _read_place(written: str) -> str:
    """Return the place that a person wrote: an id may stand alone, in its address, or before its name.

    Two ids are none: the text is returned as it is.
    """
    if len({number.upper() for number in _ITEM.findall(written.split(",")[0])}) > 1:
        return written
    if page := _PAGE.search(written):
        return page["qid"] or f"{GEONAMES}{page['geonames']}"
    place = written.split(",")[0].strip().rstrip("/").rpartition("/")[2]
    if number := _NUMBER.fullmatch(place):
        return f"{GEONAMES}{number[1]}"
    known = next((one for one in (place.lower(), place.upper()) if one in {NEW, NONE} or is_qid(one)), "")
    return known or place


def write_review(
    matches: Iterable[Match],
    places: Mapping[str, Place],
    gazetteer: Gazetteer | None,
    path: Path,
    *,
    all_matches: bool = False,
) -> int:
    """Write the undecided mentions, or with `all_matches` all that no source stated; return how many.

    Those of the most records come first. `places` are known by id, and give the names of candidates. What was
    filled in before stays, also for mentions that are decided by now. Raises TableError when the table there
    cannot be read.
    """
    before = {_row_key(row): row for row in (_read(path) if path.exists() else [])}
    filled = {
        key: {column: "" for column in COLUMNS} | row.values for key, row in before.items() if row["place"]
    }
    shown = [
        match
        for match in matches
        if match.decision is Decision.UNDECIDED or (all_matches and match.decision is not Decision.STATED)
    ]
    rows: dict[MentionKey, dict[str, str]] = {}
    for match in sorted(shown, key=lambda one: (-one.records, mention_key(one.collection, one.mention))):
        key = mention_key(match.collection, match.mention)
        row = _as_row(match, places, gazetteer)
        rows.setdefault(key, row)["place"] = filled.get(key, {}).get("place", "")
    kept = {key: row for key, row in filled.items() if key not in rows}
    write_table(path, COLUMNS, [*rows.values(), *(kept[key] for key in sorted(kept))])
    return len(rows)


def _row_key(row: Row) -> MentionKey:
    return _review(Row(row.file, row.line, {**row.values, "place": row["place"] or NONE})).key


def _as_row(match: Match, places: Mapping[str, Place], gazetteer: Gazetteer | None) -> dict[str, str]:
    mention = match.mention
    point = point_of(mention)
    known = [_show_place(one, places, point) for one in match.candidates]
    there = {entry.id for one in match.candidates if (entry := _geonames(one, places))}
    found = [gazetteer.find(number) for number in match.bearers if number not in there] if gazetteer else []
    candidates = [*known, *(_show_bearer(bearer, point) for bearer in found if bearer)]
    return {
        "collection": match.collection,
        "name": mention.name,
        "country": mention.country,
        "stated_country": mention.stated_country,
        "region": mention.region,
        "latitude": repr(point.latitude) if point else "",
        "longitude": repr(point.longitude) if point else "",
        "qid": mention.qid,
        _GEONAMES: mention.geonames,
        "records": str(match.records),
        **dict.fromkeys(_CANDIDATES, ""),
        **dict(zip(_CANDIDATES, candidates, strict=False)),
        "reason": "; ".join(match.reasons),
    }


def _geonames(candidate: PossiblePlace, places: Mapping[str, Place]) -> GeoNamesEntry | None:
    known = places.get(candidate.place)
    return known.geonames if known else None


def _show_place(candidate: PossiblePlace, places: Mapping[str, Place], point: Point | None) -> str:
    """Return a place for people to read: id, label, country, distance, partners in common, score."""
    known = places.get(candidate.place)
    country = places.get(known.country) if known else None
    names = [known.label("en") if known else "", country.label("en") if country else ""]
    there = Point(float(known.latitude), float(known.longitude)) if known and known.latitude else None
    shared = f"{candidate.common} partners in common" if candidate.common else ""
    told = (candidate.place, *names, _tell_distance(point, there), shared, f"score {candidate.score:.2f}")
    return ", ".join(filter(None, told))


def _show_bearer(bearer: Bearer, point: Point | None) -> str:
    """Return a place of the gazetteer for people to read: id, name, region, country, people, distance."""
    region = _regions().get((bearer.country, bearer.region), bearer.region)
    people = f"{bearer.population:,} people".replace(",", " ") if bearer.population else ""
    told = (f"{GEONAMES}{bearer.id}", bearer.name, region, bearer.country, people)
    return ", ".join(filter(None, (*told, _tell_distance(point, bearer.point))))


def _tell_distance(point: Point | None, there: Point | None) -> str:
    return f"{distance_km(*point, *there):.0f} km" if point and there else ""


@cache
def _regions() -> dict[tuple[str, str], str]:
    """Return the names of states and provinces by country and by GeoNames' code."""
    rows = read_table(REGIONS, ("iso2", "code", "names"))
    return {(row["iso2"], row["code"]): row.items("names")[0] for row in rows}

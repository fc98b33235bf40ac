"""Reviews: a table of the mentions that nobody decided, which a person fills in and the next build reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from graph.matching.known.points import point_of
from graph.matching.known.reviews import NEW, NONE, MentionKey, Review, mention_key
from graph.model.claims import Place
from graph.model.iris import is_qid
from graph.model.matches import Decision, Match
from loaders.tables.table import Row, read_table, write_table

REVIEWS = "place_reviews.csv"
"""In the folder of a collection, and in the home."""
_MENTION = ("collection", "name", "country", "stated_country", "region", "latitude", "longitude", "qid")
_HELP = ("records", "candidate_1", "candidate_2", "candidate_3", "reason")
COLUMNS = (*_MENTION, *_HELP, "place")


def read_reviews(path: Path) -> list[Review]:
    """Return what persons decided, none when there is no such file; rows with an empty `place` wait.

    Raises TableError for a place that is neither a Wikidata id, a minted id, `new` nor `none`, for a
    coordinate that is no number, and for a mention that is decided twice in different ways.
    """
    found: dict[MentionKey, Review] = {}
    for row in read_table(path, COLUMNS) if path.exists() else []:
        if not row["place"]:
            continue
        review = _review(row)
        if found.setdefault(review.key, review).place != review.place:
            raise row.fault(f"{review.name} is decided twice", "Keep one of the rows.")
    return list(found.values())


def _review(row: Row) -> Review:
    place = row["place"]
    if not (is_qid(place) or place.startswith("x-") or place in {NEW, NONE}):
        raise row.fault(f"place {place!r} is no place", "Write a Wikidata id, a minted id, new or none.")
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
        latitude=row.read("latitude", float),
        longitude=row.read("longitude", float),
        qid=row["qid"],
    )


def write_review(
    matches: Iterable[Match], places: Mapping[str, Place], path: Path, *, all_matches: bool = False
) -> int:
    """Write the undecided mentions, or with `all_matches` all that no source stated; return how many.

    `places` gives the names of candidates by id. What was filled in before stays, also for mentions that
    are decided by now. Raises TableError when the table there cannot be read.
    """
    before = {_row_key(row): row for row in (read_table(path, COLUMNS) if path.exists() else [])}
    filled = {key: row.values for key, row in before.items() if row["place"]}
    rows: dict[MentionKey, dict[str, str]] = {}
    for match in matches:
        if match.decision is Decision.UNDECIDED or (all_matches and match.decision is not Decision.STATED):
            key = mention_key(match.collection, match.mention)
            rows.setdefault(key, _as_row(match, places))["place"] = filled.get(key, {}).get("place", "")
    kept = {key: row for key, row in filled.items() if key not in rows}
    write_table(path, COLUMNS, [*(rows[key] for key in sorted(rows)), *(kept[key] for key in sorted(kept))])
    return len(rows)


def _row_key(row: Row) -> MentionKey:
    return _review(Row(row.file, row.line, {**row.values, "place": row["place"] or NONE})).key


def _as_row(match: Match, places: Mapping[str, Place]) -> dict[str, str]:
    mention = match.mention
    point = point_of(mention)
    shown = [_show(one.place, one.score, places) for one in match.candidates[:3]]
    return {
        "collection": match.collection,
        "name": mention.name,
        "country": mention.country,
        "stated_country": mention.stated_country,
        "region": mention.region,
        "latitude": repr(point.latitude) if point else "",
        "longitude": repr(point.longitude) if point else "",
        "qid": mention.qid,
        "records": str(match.records),
        **{f"candidate_{number}": text for number, text in enumerate(shown, start=1)},
        "reason": "; ".join(match.reasons),
    }


def _show(place: str, score: float, places: Mapping[str, Place]) -> str:
    """Return a candidate for people to read: id, label, country, score."""
    known = places.get(place)
    country = places.get(known.country) if known else None
    names = [known.label("en") if known else "", country.label("en") if country else ""]
    return ", ".join([place, *filter(None, names), f"{score:.2f}"])

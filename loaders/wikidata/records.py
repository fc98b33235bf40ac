"""From what Wikidata says to the terms of the graph: a place for an item, records for a twinning."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from graph.model.claims import Assertion, Claim, DateRole, Place, RowIssue, Source
from graph.model.dates import PartialDate, UnsoundDate, check_years
from graph.model.matches import Mention
from graph.model.points import write_degrees
from graph.model.records import Record
from loaders.folders import REFERENCE
from loaders.tables.table import Row, read_map
from loaders.wikidata.model import (
    END,
    POINT_IN_TIME,
    RANKS,
    START,
    TWINNED,
    Item,
    Reference,
    Twinning,
    item_iri,
    statement_iri,
)

RELATION, ENDED = "sister-city", "terminated"

_TIERS = ("country", "province", "metro-region", "city", "regency", "borough", "village", "port")
"""Which level an item with classes of several levels has: the first of these."""
_ADDRESS = re.compile(r"https?://\S")
_UNSAFE = re.compile(r"""[\x00-\x20<>"{}|\\^`]""")
"""What an IRI cannot hold (RFC 3987, 2.2) and an address of Wikidata may."""


def load_wikidata_levels() -> dict[str, Row]:
    """Return the reviewed table of what a class of Wikidata (P31) says of a place's level, by class."""
    columns = ("qid", "label", "level", "is_city", "level_with", "note")
    return read_map(REFERENCE / "wikidata_levels.csv", "qid", columns)


def make_place(item: Item, countries: Mapping[str, Place], levels: Mapping[str, Row]) -> Place:
    """Return the place that an item is; a country is that of `countries` (by ISO code).

    Its country is the one that the item states with the best rank, unknown where several are equally good;
    a class that is not in `levels` gives no level.
    """
    by_qid = {country.id: country for country in countries.values()}
    if item.qid in by_qid:
        return by_qid[item.qid]
    rows = [levels[qid] for qid in item.instance_of if qid in levels]
    level_with = {level for row in rows for level in row.concepts("level_with", "level")}
    stated = {row.concept("level", "level") for row in rows}
    latitude, longitude = "", ""
    if item.latitude is not None and item.longitude is not None:
        latitude, longitude = write_degrees(item.latitude, item.longitude)
    return Place(
        id=item.qid,
        country=_choose_country(item, by_qid),
        labels=_choose_labels(item),
        level=next((tier for tier in _TIERS if tier in stated), ""),
        level_with=tuple(tier for tier in _TIERS if tier in level_with),
        is_city=any(row.yes("is_city") for row in rows),
        native_names=item.native,
        part_of=item.part_of[0] if len(item.part_of) == 1 else "",
        qid=item.qid,
        codes=tuple((kind, code) for kind in ("kemendagri", "iso") if (code := getattr(item, kind))),
        longitude=longitude,
        latitude=latitude,
        population=item.population,
        other_names=item.aliases,
    )


def _choose_country(item: Item, countries: Mapping[str, Place]) -> str:
    known = [(qid, rank) for qid, rank in item.countries if qid in countries]
    best_rank = min((rank for _, rank in known), key=RANKS.index, default="")
    best = [qid for qid, rank in known if rank == best_rank]
    return best[0] if len(best) == 1 else ""


def _choose_labels(item: Item) -> tuple[tuple[str, str], ...]:
    """Return the English label, which stands for the Indonesian one too, else those that there are (R11).

    Its id is the label of an item without any, in no language.
    """
    labels = dict(item.labels)
    if english := labels.get("en"):
        return (("en", english), ("id", labels.get("id") or english))
    return item.labels or (("", item.qid),)


def make_records(
    twinning: Twinning, collection: str, source: Source, places: Mapping[str, Place], file: str
) -> tuple[list[Record], RowIssue | None]:
    """Return what one P190 statement states as records, and why it states nothing, or not all that it says.

    A start makes it a since-claim; else it is a continuation, as of its point in time where it has one. An
    end is a further claim ``<id>-end``, and the only one where there is no start; an end after the day of the
    source only limits its term. A time that cannot be true is left out, with an issue (R10). `places` are
    those of items by id; one that is unknown goes by its id.
    """
    row = twinning.statement
    if fault := _find_fault(twinning, places):
        return [], RowIssue(collection, row, file, twinning.line, *fault)
    parties = (_mention(twinning.subject, places), _mention(twinning.object, places))
    sound = _leave_out_years(_leave_out_future(twinning, source), source)
    records = [
        Record(claim, parties, file, twinning.line, listed_by=0, row=row)
        for claim in _make_claims(sound, collection, source, parties)
    ]
    if not sound.doubts:
        return records, None
    reason = f"{'; '.join(sound.doubts)}. The pair is kept without what is unsound."
    return records, RowIssue(collection, row, file, twinning.line, "unsound-date", reason)


def _leave_out_future(twinning: Twinning, source: Source) -> Twinning:
    """Return the twinning without a start and a point in time that lie after the day of the source."""
    start, point = (
        time if time and source.issued and source.issued.is_before(time) else None
        for time in (twinning.start, twinning.point_in_time)
    )
    ahead = [f"{name} {time}" for name, time in (("start", start), ("point in time", point)) if time]
    doubts = [f"its {told} is after the day of the source, {source.issued}" for told in ahead]
    return replace(
        twinning,
        start=None if start else twinning.start,
        point_in_time=None if point else twinning.point_in_time,
        remark="; ".join([*filter(None, [twinning.remark]), *(f"{told} given" for told in ahead)]),
        doubts=(*twinning.doubts, *doubts),
    )


def _leave_out_years(twinning: Twinning, source: Source) -> Twinning:
    """Return the twinning without times of years that no partnership can have; a term may end in any."""
    times = {"start": twinning.start, "point in time": twinning.point_in_time}
    if twinning.end and not _ends_later(twinning, source):
        times["end"] = twinning.end
    doubts = {name: doubt for name, time in times.items() if time and (doubt := _doubt_years(time))}
    return replace(
        twinning,
        start=None if "start" in doubts else twinning.start,
        end=None if "end" in doubts else twinning.end,
        point_in_time=None if "point in time" in doubts else twinning.point_in_time,
        remark="; ".join(
            [*filter(None, [twinning.remark]), *(f"{name} {times[name]} given" for name in doubts)]
        ),
        doubts=(*twinning.doubts, *(f"its {name} {doubt}" for name, doubt in doubts.items())),
    )


def _doubt_years(time: PartialDate) -> str:
    try:
        check_years(time)
    except UnsoundDate as exc:
        return str(exc)
    return ""


def _ends_later(twinning: Twinning, source: Source) -> bool:
    """Return whether an end lies after the day of the source."""
    return twinning.end is not None and source.issued is not None and twinning.end > source.issued


def _find_fault(twinning: Twinning, places: Mapping[str, Place]) -> tuple[str, str] | None:
    if twinning.rank == RANKS[-1]:
        return "deprecated-statement", f"Wikidata marks it as deprecated: {_describe_pair(twinning, places)}"
    if not twinning.object:
        return "no-value", f"{_name(twinning.subject, places)} names no partner: {twinning.remark}"
    if _id(twinning.subject, places) == _id(twinning.object, places):
        return "self-link", f"{_name(twinning.subject, places)} is listed as its own partner"
    return None


def _describe_pair(twinning: Twinning, places: Mapping[str, Place]) -> str:
    partner = _name(twinning.object, places) if twinning.object else "no partner"
    return f"{_name(twinning.subject, places)} with {partner}"


def _id(qid: str, places: Mapping[str, Place]) -> str:
    return places[qid].id if qid in places else qid


def _name(qid: str, places: Mapping[str, Place]) -> str:
    return places[qid].label("en") if qid in places else qid


def _mention(qid: str, places: Mapping[str, Place]) -> Mention:
    place = places.get(qid)
    if place is None:
        return Mention(name=qid, qid=qid)
    return Mention(
        name=place.label("en"),
        country=place.country,
        qid=place.id,
        latitude=float(place.latitude) if place.latitude else None,
        longitude=float(place.longitude) if place.longitude else None,
        other_names=place.other_names,
    )


def _make_claims(
    twinning: Twinning, collection: str, source: Source, parties: tuple[Mention, Mention]
) -> list[Claim]:
    subject, partner = parties
    listed = f"Wikidata lists {partner.name} as a twinned administrative body of {subject.name}"
    addresses, unusable = _addresses(twinning.references)
    remarks = [twinning.remark, *_remark_on_merged(twinning, parties), *unusable]
    base = Claim(
        id=f"{collection}/{twinning.statement}",
        collection=collection,
        source=source,
        assertion=Assertion.LISTING,
        recorded_as=TWINNED,
        recorded_in="",
        description=f"{listed}.",
        relation=RELATION,
        retrieved_on=max((cited.retrieved for cited in twinning.references if cited.retrieved), default=None),
        remark="; ".join(filter(None, remarks)),
        statement=statement_iri(twinning.statement),
        references=addresses,
    )
    ends_later = _ends_later(twinning, source)
    claims = []
    if twinning.start is not None or not twinning.ended or ends_later:
        limit = twinning.end if ends_later else None
        claims.append(replace(_listing(base, twinning, listed), valid_until=limit))
    if twinning.ended and not ends_later:
        claims.append(_ending(base, twinning.end, listed))
    return claims


def _listing(base: Claim, twinning: Twinning, listed: str) -> Claim:
    """Return the claim that two places are partners, since a day, as of a day, or without a date."""
    if twinning.start is not None:
        return replace(
            base,
            assertion=Assertion.SINCE,
            recorded_as=f"{TWINNED}, {START}",
            description=f"{listed} since {twinning.start}.",
            date=twinning.start,
            date_role=DateRole.SINCE,
        )
    if twinning.point_in_time is not None:
        return replace(
            base,
            recorded_as=f"{TWINNED}, {POINT_IN_TIME}",
            description=f"{listed}, as of {twinning.point_in_time}.",
            date=twinning.point_in_time,
            date_role=DateRole.AS_OF,
        )
    return base


def _ending(base: Claim, end: PartialDate | None, listed: str) -> Claim:
    return replace(
        base,
        id=f"{base.id}-end",
        assertion=Assertion.ENDING,
        recorded_as=f"{TWINNED}, {END}",
        description=f"{listed} until {end or 'an unknown day'}.",
        status=ENDED,
        date=end,
        date_role=DateRole.UNTIL if end else None,
    )


def _remark_on_merged(twinning: Twinning, parties: tuple[Mention, Mention]) -> list[str]:
    """Return a remark for each party that Wikidata has merged into another item since."""
    stated = (twinning.subject, twinning.object)
    pairs = zip(stated, parties, strict=True)
    return [f"stated of {qid}, now a part of {party.qid}" for qid, party in pairs if qid != party.qid]


def _addresses(references: tuple[Reference, ...]) -> tuple[tuple[str, ...], list[str]]:
    """Return what is cited as IRIs, each once, and a remark for each address that is none."""
    urls = [reference.url for reference in references if reference.url]
    works = [item_iri(reference.stated_in) for reference in references if reference.stated_in]
    usable = [_UNSAFE.sub(lambda match: quote(match[0]), url) for url in urls if _ADDRESS.match(url)]
    unusable = [f"cites {url}" for url in urls if not _ADDRESS.match(url)]
    return tuple(dict.fromkeys([*usable, *works])), unusable

"""A collection of what Wikidata says: the section [wikidata] of collection.toml, and the files it names."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from graph.errors import CollectionError
from graph.model.claims import CollectionInfo, Place, RowIssue, Source
from graph.model.dates import PartialDate
from graph.model.iris import source_id
from graph.model.records import ListedCollection, Record
from loaders.tables.places import load_countries
from loaders.wikidata import entity_json as wikidata_json
from loaders.wikidata.files import JSON, N_TRIPLES, TURTLE, form_of
from loaders.wikidata.item import merge_items
from loaders.wikidata.model import TWINNED, Item, Twinning, Unreadable, is_minted, item_iri
from loaders.wikidata.rdf import reader as wikidata_rdf
from loaders.wikidata.records import load_wikidata_levels, place_of, records_of

Found = Item | Twinning | Unreadable

DEFAULT_URL = "https://www.wikidata.org/wiki/Property:P190"
WIKIDATA_ITEM = "Q2013"

_KEYS = {"files", "only_with", "snapshot", "url"}
_MEND = "See docs/wikidata.md."
_READERS: Mapping[str, Callable[[Path, str], Iterator[Found]]] = {
    JSON: wikidata_json.read_entities,
    N_TRIPLES: wikidata_rdf.read_entities,
    TURTLE: wikidata_rdf.read_entities,
}
"""How a file is read, by its form."""


@dataclass(frozen=True)
class WikidataSettings:
    """What the section [wikidata] says: which files, which items of them, of what day, from where."""

    files: tuple[str, ...]
    snapshot: dt.date
    only_with: str = ""
    url: str = DEFAULT_URL


@dataclass
class _Gathered:
    """What the files say: items by id, twinnings with their file, and what could not be read."""

    items: dict[str, Item] = field(default_factory=dict)
    twinnings: list[tuple[str, Twinning]] = field(default_factory=list)
    unreadable: list[tuple[str, Unreadable]] = field(default_factory=list)

    def add(self, file: str, found: Found) -> None:
        """Add one thing; an item that comes again only adds what is not known of it."""
        if isinstance(found, Item):
            known = self.items.get(found.qid)
            self.items[found.qid] = merge_items(known, found) if known else found
        elif isinstance(found, Twinning):
            self.twinnings.append((file, found))
        else:
            self.unreadable.append((file, found))


def load_wikidata(folder: Path, info: CollectionInfo, stated: Mapping[str, Any]) -> ListedCollection:
    """Return what the files of a collection say; `stated` is its collection.toml with a section [wikidata].

    Each P190 statement is a row, and so is each part of a file that cannot be read; a row ends as records or
    as an issue. Only the places that the records name are given. Raises CollectionError for a setting that is
    wrong, and for a pattern that no file has.
    """
    settings = _read_settings(info, stated.get("wikidata", {}))
    gathered = _Gathered()
    for path in _find_files(folder, info, settings):
        for found in _read(path, info, settings):
            gathered.add(_name(folder, path), found)
    places = _places(gathered.items.values())
    records, issues = _sort_rows(gathered, info, _source(info, settings), places)
    return ListedCollection(
        info=info,
        records=tuple(records),
        places=_named_places(records, places),
        issues=tuple(issues),
        rows=len(gathered.twinnings) + len(gathered.unreadable),
    )


def _read_settings(info: CollectionInfo, section: Mapping[str, Any]) -> WikidataSettings:
    files, snapshot = section.get("files", []), section.get("snapshot", info.compiled)
    texts = {key: section[key] for key in ("only_with", "url") if key in section}
    wrong = {
        f"unknown keys: {', '.join(sorted({*section} - _KEYS))}": bool({*section} - _KEYS),
        "files is no list of file names": not (
            isinstance(files, list) and files and all(isinstance(one, str) and one for one in files)
        ),
        "snapshot is no day such as 2026-11-21": not isinstance(snapshot, dt.date)
        or isinstance(snapshot, dt.datetime),
        f"{', '.join(texts)} must be texts": not all(isinstance(one, str) for one in texts.values()),
    }
    if told := "; ".join(text for text, is_wrong in wrong.items() if is_wrong):
        raise CollectionError(info.name, f"collection.toml, [wikidata]: {told}", _MEND)
    return WikidataSettings(tuple(files), snapshot, **texts)


def _find_files(folder: Path, info: CollectionInfo, settings: WikidataSettings) -> list[Path]:
    """Return the files and harvest folders that the patterns name, each once, by pattern and name."""
    found: dict[Path, None] = {}
    for pattern in settings.files:
        anchor = Path(pattern).anchor
        base = Path(anchor) if anchor else folder
        matching = sorted(base.glob(pattern.removeprefix(anchor)))
        if not matching:
            raise CollectionError(info.name, f"there is no file {pattern}", f"Mend [wikidata] files. {_MEND}")
        found.update(dict.fromkeys(matching))
    return list(found)


def _read(path: Path, info: CollectionInfo, settings: WikidataSettings) -> Iterator[Found]:
    if path.is_dir():
        from loaders.wikidata.harvested import read_harvest

        return read_harvest(path)
    reader = _READERS.get(form_of(path))
    if reader is None:
        known = ", ".join(_READERS)
        raise CollectionError(info.name, f"{path.name} is none of {known}, also compressed", _MEND)
    return reader(path, settings.only_with)


def _name(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name


def _source(info: CollectionInfo, settings: WikidataSettings) -> Source:
    day = settings.snapshot
    return Source(
        id=source_id(f"{settings.url}#{day}"),
        url=settings.url,
        title=f"Wikidata, twinned administrative bodies ({TWINNED}), as of {day}",
        publisher="Wikidata",
        language="en",
        source_type="knowledge-base",
        issued=PartialDate(day.year, day.month, day.day),
        part_of=item_iri(WIKIDATA_ITEM),
    )


def _places(items: Iterable[Item]) -> dict[str, Place]:
    """Return the places of the items by id; an item that was merged goes by the place it was merged into."""
    countries, levels = load_countries(), load_wikidata_levels()
    places = {}
    for item in items:
        place = place_of(item, countries, levels)
        places.update(dict.fromkeys((item.qid, *item.redirects), place))
    return places


def _sort_rows(
    gathered: _Gathered, info: CollectionInfo, source: Source, places: Mapping[str, Place]
) -> tuple[list[Record], list[RowIssue]]:
    """Return the records and the issues of all rows, in the order of the files."""
    records: list[Record] = []
    issues = [
        RowIssue(info.name, f"{file}-L{one.line}", file, one.line, "unreadable-row", one.reason)
        for file, one in gathered.unreadable
    ]
    seen = Counter[str]()
    full = {(one.subject, one.object) for _, one in gathered.twinnings if not is_minted(one.statement)}
    for file, one in gathered.twinnings:
        seen[one.statement] += 1
        is_told = is_minted(one.statement) and (one.subject, one.object) in full
        if seen[one.statement] > 1 or is_told:
            reason = "the same statement was read before" if not is_told else "it is there with its statement"
            issues.append(RowIssue(info.name, one.statement, file, one.line, "repeated-row", reason))
            continue
        result = records_of(one, info.name, source, places, file)
        if isinstance(result, RowIssue):
            issues.append(result)
        else:
            records += result
    return records, issues


def _named_places(records: Iterable[Record], places: Mapping[str, Place]) -> tuple[Place, ...]:
    """Return the places of the records by number; one that no file describes goes by its id.

    A place is only part of another one that is among them.
    """
    named = {one.qid for record in records for one in record.parties}
    in_order = sorted(named, key=lambda qid: int(qid[1:]))
    found = [places.get(qid) or Place(id=qid, country="", labels=_unnamed(qid), qid=qid) for qid in in_order]
    return tuple(place if place.part_of in named else replace(place, part_of="") for place in found)


def _unnamed(qid: str) -> tuple[tuple[str, str], ...]:
    return (("en", qid), ("id", qid))

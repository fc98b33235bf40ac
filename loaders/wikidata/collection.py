"""A collection of what Wikidata says: the section [wikidata] of collection.toml, and the files it names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

from graph.errors import CollectionError
from graph.model.claims import CollectionInfo, Place, RowIssue, Source
from graph.model.dates import PartialDate
from graph.model.iris import source_id
from graph.model.records import ListedCollection, Record
from loaders.harvest.queries import number_of
from loaders.tables.places import load_countries
from loaders.wikidata import entity_json
from loaders.wikidata.files import JSON, N_TRIPLES, TURTLE, detect_form, is_empty
from loaders.wikidata.harvested import read_harvest
from loaders.wikidata.item import merge_items
from loaders.wikidata.model import TWINNED, Found, Item, Twinning, Unreadable, is_minted, item_iri
from loaders.wikidata.rdf import reader as rdf
from loaders.wikidata.records import load_wikidata_levels, make_place, make_records

DEFAULT_URL = "https://www.wikidata.org/wiki/Property:P190"
WIKIDATA_ITEM = "Q2013"

_KEYS = {"files", "only_with", "snapshot", "url"}
_MEND = "See docs/wikidata.md."
_READERS: Mapping[str, Callable[[Path, str], Iterator[Found]]] = {
    JSON: entity_json.read_entities,
    N_TRIPLES: rdf.read_entities,
    TURTLE: rdf.read_entities,
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
class _Contents:
    """What the files say: twinnings with their file, what could not be read, and items that were merged."""

    twinnings: list[tuple[str, Twinning]] = field(default_factory=list)
    unreadable: list[tuple[str, Unreadable]] = field(default_factory=list)
    merged: dict[str, str] = field(default_factory=dict)

    def add(self, file: str, found: Found) -> None:
        """Add one thing; of an item only which others were merged into it: a dump has millions."""
        if isinstance(found, Item):
            self.merged.update(dict.fromkeys(found.redirects, found.qid))
        elif isinstance(found, Twinning):
            self.twinnings.append((file, found))
        else:
            self.unreadable.append((file, found))

    def named_items(self) -> set[str]:
        """Return the items that twinnings name, and those that they were merged into."""
        named = {qid for _, twinning in self.twinnings for qid in (twinning.subject, twinning.object)}
        further = named
        while further := {self.merged[qid] for qid in further if qid in self.merged} - named:
            named |= further
        return named


def load_wikidata(folder: Path, info: CollectionInfo, stated: Mapping[str, Any]) -> ListedCollection:
    """Return what the files of a collection say; `stated` is its collection.toml with a section [wikidata].

    Each P190 statement is a row, and so is each part of a file that cannot be read; a row ends as records or
    as an issue, as both where one of its times cannot be true. Only the places that the records name are
    given. A file that may hold any items is read twice, so that those that nobody names need no memory.
    Raises CollectionError for a setting that is wrong, and for a pattern that no file has.
    """
    settings = _read_settings(info, stated.get("wikidata", {}))
    contents = _Contents()
    items: list[Iterable[Found]] = []
    for path in _find_files(folder, info, settings):
        is_selection = path.is_dir() or settings.only_with == TWINNED
        kept: list[Found] = []
        if not path.is_dir() and is_empty(path):
            empty = Unreadable(1, "the file is empty: fetch it again, or take it out of [wikidata] files")
            contents.add(_name(folder, path), empty)
        for found in _read(path, info, settings):
            contents.add(_name(folder, path), found)
            if is_selection and isinstance(found, Item):
                kept.append(found)
        items.append(kept if is_selection else _read(path, info, settings))
    places = _places(_choose_items(chain.from_iterable(items), contents.named_items()).values())
    records, issues = _make_records(contents, info, _source(info, settings), places)
    return ListedCollection(
        info=info,
        records=tuple(records),
        places=_named_places(records, places),
        issues=tuple(issues),
        rows=len(contents.twinnings) + len(contents.unreadable),
    )


def find_wikidata_files(folder: Path, info: CollectionInfo, stated: Mapping[str, Any]) -> list[Path]:
    """Return the files and harvest folders that `load_wikidata` reads, also those outside of the folder."""
    return _find_files(folder, info, _read_settings(info, stated.get("wikidata", {})))


def _read_settings(info: CollectionInfo, section: Mapping[str, Any]) -> WikidataSettings:
    files, snapshot = section.get("files", []), section.get("snapshot", info.compiled)
    texts = {key: section[key] for key in ("only_with", "url") if key in section}
    wrong = {
        f"unknown keys: {', '.join(sorted({*section} - _KEYS))}": bool({*section} - _KEYS),
        "files is no list of file names": not (
            isinstance(files, list) and files and all(isinstance(name, str) and name for name in files)
        ),
        "snapshot is no day such as 2026-11-21": not isinstance(snapshot, dt.date)
        or isinstance(snapshot, dt.datetime),
        f"{', '.join(texts)} must be texts": not all(isinstance(text, str) for text in texts.values()),
    }
    if faults := "; ".join(text for text, is_wrong in wrong.items() if is_wrong):
        raise CollectionError(info.name, f"collection.toml, [wikidata]: {faults}", _MEND)
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
        return read_harvest(path)
    reader = _READERS.get(detect_form(path))
    if reader is None:
        known = ", ".join(_READERS)
        raise CollectionError(info.name, f"{path.name} is none of {known}, also compressed", _MEND)
    return reader(path, settings.only_with)


def _choose_items(found: Iterable[Found], named: set[str]) -> dict[str, Item]:
    """Return the items with these ids; one that comes again only adds what is not known of it."""
    items: dict[str, Item] = {}
    for item in found:
        if isinstance(item, Item) and item.qid in named:
            known = items.get(item.qid)
            items[item.qid] = merge_items(known, item) if known else item
    return items


def _name(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name


def _source(info: CollectionInfo, settings: WikidataSettings) -> Source:
    day = settings.snapshot
    return Source(
        id=source_id(f"{settings.url}#{day}"),
        url=settings.url,
        title=f"Wikidata, twinned administrative bodies ({TWINNED}), as of {day}",
        publisher="Wikidata",
        language="mul",
        source_type="knowledge-base",
        issued=PartialDate(day.year, day.month, day.day),
        part_of=item_iri(WIKIDATA_ITEM),
    )


def _places(items: Iterable[Item]) -> dict[str, Place]:
    """Return the places of the items by id; an item that was merged goes by the place it was merged into."""
    countries, levels = load_countries(), load_wikidata_levels()
    places = {}
    for item in items:
        place = make_place(item, countries, levels)
        places.update(dict.fromkeys((item.qid, *item.redirects), place))
    return places


def _make_records(
    contents: _Contents, info: CollectionInfo, source: Source, places: Mapping[str, Place]
) -> tuple[list[Record], list[RowIssue]]:
    """Return the records and the issues of all rows, in the order of the files."""
    records: list[Record] = []
    issues = [
        RowIssue(info.name, f"{file}-L{part.line}", file, part.line, "unreadable-row", part.reason)
        for file, part in contents.unreadable
    ]
    read: set[str] = set()
    twinnings = [twinning for _, twinning in contents.twinnings]
    full = {(stated.subject, stated.object) for stated in twinnings if not is_minted(stated.statement)}
    for file, twinning in contents.twinnings:
        statement = twinning.statement
        is_truthy = is_minted(statement) and (twinning.subject, twinning.object) in full
        if is_truthy or statement in read:
            reason = "it is there with its statement" if is_truthy else "the same statement was read before"
            issues.append(RowIssue(info.name, statement, file, twinning.line, "repeated-row", reason))
        else:
            made, issue = make_records(twinning, info.name, source, places, file)
            records += made
            issues += [issue] if issue else []
        read.add(statement)
    return records, issues


def _named_places(records: Iterable[Record], places: Mapping[str, Place]) -> tuple[Place, ...]:
    """Return the places of the records by number; one that no file describes goes by its id.

    A place is only part of another one that is among them.
    """
    named = {mention.qid for record in records for mention in record.parties}
    unknown = {qid: Place(qid, "", (("", qid),), qid=qid) for qid in named - places.keys()}
    found = [places.get(qid) or unknown[qid] for qid in sorted(named, key=number_of)]
    return tuple(place if place.part_of in named else replace(place, part_of="") for place in found)

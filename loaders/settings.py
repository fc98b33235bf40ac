"""collection.toml: what a collection is, who made it, when, under which licence, and what kind it is."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from graph.errors import CollectionError
from graph.model.claims import CollectionInfo, LoadedCollection
from graph.model.dates import LATEST_YEAR
from graph.model.terms import address, find_control
from graph.reading import read_text
from loaders.folders import check_links
from loaders.section import Section

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_RESERVED = {"core", "assessments", "measures", "vocabulary", "ontology", "questions", "void"}
"""Names of graphs that are no collection's."""
_NEEDED = ("licence", "creator", "compiled", "title")
_KEYS = {"name", *_NEEDED, "description", "assertions", "source"}
UNKNOWN_LICENCE = "http://rightsstatements.org/vocab/CNE/1.0/"
"""What "unknown" means as a licence: nobody has evaluated what may be done with it (RightsStatements.org)."""
_MOST_BYTES = 1 << 20
_EARLIEST = 1900
"""The year of the oldest list that anybody could have put together of sister cities."""
_CHECKS = {"rows", "min_claims", "max_issues"}


class Kind(StrEnum):
    """What kind of collection it is: the section that says how to read it; a curated one needs none."""

    CURATED = "curated"
    GEONAMES = "geonames"
    TABLE = "table"
    WIKIDATA = "wikidata"
    REGIONS = "regions"

    @property
    def is_list(self) -> bool:
        """Return whether such a collection names places as it pleases, so that they have to be found."""
        return self not in {Kind.CURATED, Kind.GEONAMES}


@dataclass(frozen=True)
class Settings:
    """What collection.toml says: the collection itself, how to read it, what must be true of its numbers."""

    info: CollectionInfo
    kind: Kind
    stated: Mapping[str, Any]
    assertions: Mapping[str, int]

    def check(self, loaded: LoadedCollection) -> None:
        """Raise CollectionError when the numbers of the collection are not as asserted."""
        rows, claims, issues = sum(loaded.tally.values()), len(loaded.claims), loaded.tally.get("issue", 0)
        asserted = self.assertions
        wrong = {
            f"{rows} rows, not {asserted.get('rows')}": rows != asserted.get("rows", rows),
            f"{claims} claims, fewer than {asserted.get('min_claims')}": claims
            < asserted.get("min_claims", 0),
            f"{issues} issues, more than {asserted.get('max_issues')}": issues
            > asserted.get("max_issues", issues),
        }
        if faults := "; ".join(text for text, is_wrong in wrong.items() if is_wrong):
            mend = "Mend the tables, or change [assertions] in collection.toml on purpose."
            raise CollectionError(self.info.name, faults, mend)


def read_settings(folder: Path) -> Settings:
    """Return what collection.toml says; raises CollectionError for a missing or unknown key or bad value.

    So it does for a table in the folder that lies elsewhere.
    """
    check_links(folder)
    try:
        stated = tomllib.loads(read_text(folder / "collection.toml", _MOST_BYTES))
        _check_numbers(stated)
        return _settings(folder.name, stated)
    except (OSError, ValueError, RecursionError) as exc:
        raise CollectionError(folder.name, f"collection.toml: {exc}", "See docs/collections.md.") from exc


def _check_numbers(stated: object) -> None:
    """Raise ValueError for a number that has more than the 64 bits of TOML: nothing here counts so far."""
    if isinstance(stated, int) and not -(1 << 63) <= stated < 1 << 63:
        raise ValueError("a number has more than 64 bits")
    if isinstance(stated, (dict, list)):
        for value in stated.values() if isinstance(stated, dict) else stated:
            _check_numbers(value)


def _settings(folder_name: str, stated: dict[str, Any]) -> Settings:
    """Return the settings; raises ValueError with what is wrong."""
    kinds = [kind for kind in Kind if kind in stated]
    asserted = Section("assertions", stated.get("assertions", {}))
    assertions = {check: asserted.count(check) for check in _CHECKS if check in stated.get("assertions", {})}
    asserted.done()
    unknown = {*stated} - _KEYS - {*Kind}
    missing = [key for key in _NEEDED if key not in stated]
    if unknown or missing:
        faults = {"unknown": sorted(unknown), "missing": missing}
        raise ValueError("; ".join(f"{what}: {', '.join(keys)}" for what, keys in faults.items() if keys))
    if len(kinds) > 1:
        raise ValueError(f"it has {' and '.join(f'[{kind}]' for kind in kinds)}; a collection is of one kind")
    kind = kinds[0] if kinds else Kind.CURATED
    section = Section(kind, stated.get(kind, {}))
    if kind is Kind.GEONAMES:
        section.done()
    info = CollectionInfo(
        name=_name(stated.get("name", folder_name)),
        title=_texts("title", stated["title"]),
        description=_texts("description", stated.get("description", stated["title"])),
        licence=_licence(_text("licence", stated["licence"]).strip()),
        creator=_text("creator", stated["creator"]),
        compiled=_day("compiled", stated["compiled"]),
    )
    return Settings(info, kind, stated, assertions)


def _name(value: object) -> str:
    name = _text("name", value)
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise ValueError(f"name {name!r} is reserved, or not lower-case letters, digits and single hyphens")
    return name


def _text(key: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{key} is {value!r}, not a text")
    if control := find_control(value):
        raise ValueError(f"{key} has the control character {control}: take it out")
    return value


def _licence(stated: str) -> str:
    """Return the address of a licence; that of copyright not evaluated when it is unknown."""
    if stated.casefold() == "unknown":
        return UNKNOWN_LICENCE
    if address(stated) is None:
        raise ValueError(f'licence is {stated!r}, not an address; write "unknown" when nobody knows it')
    return stated


def _texts(key: str, value: object) -> tuple[tuple[str, str], ...]:
    """Return a text in both languages; one text stands for both."""
    if isinstance(value, dict):
        if {*value} != {"en", "id"}:
            raise ValueError(f"{key} has {', '.join(value) or 'nothing'}, not en and id")
        return tuple((language, _text(f"{key}.{language}", value[language])) for language in ("en", "id"))
    return tuple((language, _text(key, value)) for language in ("en", "id"))


def _day(key: str, value: object) -> dt.date:
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise ValueError(f"{key} is {value!r}, not a day such as 2026-11-21 without quotation marks")
    if not _EARLIEST <= value.year <= LATEST_YEAR:
        raise ValueError(f"{key} is {value}, and no data are of that year: write the day of the data")
    return value

"""What [table] and [source] of a collection.toml say: which files, how written, which column is what."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from graph.errors import CollectionError, TableError
from graph.model.claims import CollectionInfo, Source
from loaders.folders import find_inside
from loaders.lists.countries import CountryReading, read_country
from loaders.lists.files.cells import FORMATS, read_cells
from loaders.lists.files.layout import CellTable, Layout
from loaders.lists.parties import PARTY_FIELDS
from loaders.lists.source import read_source
from loaders.lists.words.cells import clean_cell, read_item
from loaders.lists.words.dates import EXCEL
from loaders.section import Section
from ontology import concepts

FIELDS = (
    *(f"{field}_{side}" for side in "ab" for field in PARTY_FIELDS),
    "id", "date", "until", "as_of", "kind", "domain", "source_url", "source_title", "description", "remark",
)  # fmt: skip
"""What a column can be."""

_MOST_NAMED = 40
"""More columns than that are not named in a message."""
_LISTERS = {"": None, "a": 0, "b": 1}


@dataclass(frozen=True)
class TableSettings:
    """How to read a list.

    `columns` are fields by the name or the number of the column (from 1). Of the fields in `fill_down` an
    empty cell means what the row above says. `nothing` are words for nothing beside the usual ones. `source`
    is the list as a whole; its `url` is empty when every row must name its own. `compiled` is its day.
    """

    files: tuple[Path, ...]
    layout: Layout
    columns: Mapping[str, str | int]
    ignore: frozenset[str | int]
    constants: Mapping[str, str]
    kinds: Mapping[str, str]
    domains: Mapping[str, tuple[str, ...]]
    countries: Mapping[str, CountryReading]
    names: Mapping[str, str]
    date_formats: tuple[str, ...]
    nothing: frozenset[str]
    fill_down: frozenset[str]
    lister: int | None
    recorded_as: str
    source: Source
    compiled: dt.date

    def find_columns(self, table: CellTable) -> dict[str, int]:
        """Return the index of the column of each field in one file.

        A column that bears the name of a field is that field without being mapped. Raises ValueError for a
        mapped column that is not there, and for a column that is neither mapped nor ignored.
        """
        unmapped = {name: name for name in table.columns if name in FIELDS and name not in self.ignore}
        wanted = {**unmapped, **self.columns}
        found = {field: _index(table, column) for field, column in wanted.items()}
        known = {*found.values()} | {_index(table, column) for column in self.ignore}
        left = [column for index, column in enumerate(_describe_columns(table)) if index not in known]
        if left:
            raise ValueError(f"{table.name}: columns are neither mapped nor in ignore: {_list(left)}")
        fields = {*found, *self.constants}
        _check_fields(fields)
        if not self.source.url and "source_url" not in fields:
            raise ValueError("[source] url is missing: say where the list is, or map a column to source_url")
        return found


def _describe_columns(table: CellTable) -> list[str]:
    """Return the columns of a file as people would write them: by name, or else by number."""
    return [name or str(number) for number, name in enumerate(table.columns, start=1)]


def _list(columns: list[str]) -> str:
    """Return columns in a line that a person can read: the first, and how many more."""
    more = len(columns) - _MOST_NAMED
    return ", ".join([*columns[:_MOST_NAMED], *([f"and {more} more"] if more > 0 else [])])


def _index(table: CellTable, column: str | int) -> int:
    if isinstance(column, int) and 1 <= column <= len(table.columns):
        return column - 1
    matches = [index for index, name in enumerate(table.columns) if name == column and name]
    if len(matches) != 1:
        what = f"{len(matches)} columns are named" if matches else "there is no column"
        raise ValueError(f"{table.name}: {what} {column!r}; there are {_list(_describe_columns(table))}")
    return matches[0]


def _check_fields(fields: set[str]) -> None:
    """Raise ValueError unless the fields name two parties, and none stands without the one it belongs to."""
    for side in "ab":
        if not {f"party_{side}", f"qid_{side}"} & fields:
            raise ValueError(f"no column is party_{side} or qid_{side}")
        if (f"latitude_{side}" in fields) != (f"longitude_{side}" in fields):
            raise ValueError(f"only one of latitude_{side} and longitude_{side} is mapped")
        if {f"point_{side}", f"latitude_{side}"} <= fields:
            raise ValueError(f"point_{side} and latitude_{side} are both mapped; put one in ignore")
        if f"population_{side}" in fields and f"qid_{side}" not in fields:
            what = "only places with a Wikidata id keep one"
            raise ValueError(f"population_{side} is mapped without qid_{side}: {what}; put it in ignore")


def read_table_settings(folder: Path, info: CollectionInfo, stated: Mapping[str, Any]) -> TableSettings:
    """Return the settings of a list; raises CollectionError for what is unknown, missing or contradictory."""
    try:
        return _settings(folder, info, stated)
    except ValueError as exc:
        raise CollectionError(info.name, f"collection.toml: {exc}", "See docs/your-own-list.md.") from exc


def _settings(folder: Path, info: CollectionInfo, stated: Mapping[str, Any]) -> TableSettings:
    section = Section("table", stated["table"])
    layout = _layout(section)
    lister = section.text("lister")
    if lister not in _LISTERS:
        raise ValueError(f'[table] lister is {lister!r}, not "a", "b" or ""')
    columns, unnamed = _columns(section.table_or_list("columns"))
    ignored = frozenset(section.texts_or_counts("ignore")) | unnamed
    numbers = [column for column in (*columns.values(), *ignored) if isinstance(column, int)]
    settings = TableSettings(
        files=_files(folder, section),
        layout=replace(layout, columns=max(numbers, default=0)),
        columns=columns,
        ignore=ignored,
        constants=_constants(section.table("constants")),
        kinds=_kinds(section.table("kinds")),
        domains=_domains(section.table("domains")),
        countries=_countries(section.table("countries")),
        names=_names(folder, layout, section.table("names")),
        date_formats=_date_formats(section),
        nothing=frozenset(section.texts("nothing")),
        fill_down=_fill_down(section.texts("fill_down")),
        lister=_LISTERS[lister],
        recorded_as=section.text("recorded_as"),
        source=read_source(info, Section("source", stated.get("source", {}))),
        compiled=info.compiled,
    )
    section.done()
    if twice := {*settings.columns} & {*settings.constants}:
        raise ValueError(f"both a column and a constant: {', '.join(sorted(twice))}")
    return settings


def _files(folder: Path, section: Section) -> tuple[Path, ...]:
    patterns = section.texts("files") + section.texts("file")
    found: dict[Path, None] = {}
    for pattern in patterns:
        try:
            found |= dict.fromkeys(find_inside(folder, pattern))
        except ValueError as exc:
            raise ValueError(f"[{section.name}] {exc}") from exc
    if not found:
        raise ValueError(f"[{section.name}] file is missing: name the file of the list")
    if len({path.stem for path in found}) < len(found):
        raise ValueError(f"[{section.name}] two files have the same name but for the suffix: rename one")
    return tuple(found)


def _layout(section: Section, given: Layout | None = None) -> Layout:
    """Return how files are written; what a section does not say is as in `given`."""
    base = given or Layout()
    layout = Layout(
        format=section.text("format", base.format),
        encodings=section.texts("encoding", base.encodings),
        delimiter=section.character("delimiter", base.delimiter),
        quote=section.character("quote", base.quote),
        sheet=section.text("sheet"),
        header=section.flag("header", base.header),
        skip_rows=section.count("skip_rows"),
    )
    if layout.format and layout.format not in FORMATS:
        raise ValueError(f"[{section.name}] format is {layout.format!r}, not {', '.join(FORMATS)}")
    if layout.delimiter and layout.delimiter in {layout.quote, "\n", "\r", "\0"}:
        raise ValueError(f"[{section.name}] delimiter {layout.delimiter!r} ends lines, or is the quote too")
    if layout.quote and layout.quote in "\n\r\0":
        raise ValueError(f"[{section.name}] quote {layout.quote!r} ends lines")
    for encoding in layout.encodings:
        try:
            with suppress(UnicodeError):
                b"ab".decode(encoding)
        except LookupError as exc:
            raise ValueError(f"[{section.name}] encoding {encoding!r} is unknown, or none of text") from exc
    return layout


def _check_keys(name: str, stated: Mapping[str, Any], known: Sequence[str]) -> None:
    if unknown := [key for key in stated if key not in known]:
        raise ValueError(f"[table.{name}] has {', '.join(unknown)}; known are {', '.join(known)}")


def _columns(stated: Mapping[str, Any] | list[Any]) -> tuple[dict[str, str | int], frozenset[str | int]]:
    """Return the columns by field, and those to ignore: empty texts in a list that tells them in order."""
    if isinstance(stated, list):
        if not all(isinstance(field, str) for field in stated):
            raise ValueError(f"[table] columns is {stated!r}, not the names of fields in order")
        numbered = [(field, number) for number, field in enumerate(stated, start=1)]
        fields = {field: number for field, number in numbered if field}
        unnamed = frozenset(number for field, number in numbered if not field)
        if len(fields) + len(unnamed) < len(stated):
            raise ValueError("[table] columns has a field twice")
        return _columns(fields)[0], unnamed
    _check_keys("columns", stated, FIELDS)
    for field, column in stated.items():
        if isinstance(column, bool) or not isinstance(column, (str, int)):
            raise ValueError(f"[table.columns] {field} is {column!r}, not the name or number of a column")
    return dict(stated), frozenset()


def _constants(stated: Mapping[str, Any]) -> dict[str, str]:
    _check_keys("constants", stated, FIELDS)
    return {field: str(value) for field, value in stated.items()}


def _kinds(stated: Mapping[str, Any]) -> dict[str, str]:
    known = concepts("relation")
    for written, slug in stated.items():
        if slug not in known:
            raise ValueError(f"[table.kinds] {written!r} is {slug!r}, not one of {', '.join(sorted(known))}")
    return dict(stated)


def _domains(stated: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    known = concepts("domain")
    section = Section("table.domains", stated)
    found = {written: section.texts(written) for written in stated}
    for written, slugs in found.items():
        if unknown := [slug for slug in slugs if slug not in known]:
            raise ValueError(f"[table.domains] {written!r} is {', '.join(unknown)}: no concept of the scheme")
    return found


def _countries(stated: Mapping[str, Any]) -> dict[str, CountryReading]:
    section = Section("table.countries", stated)
    found = {}
    for written in stated:
        means = section.text(written)
        reading = read_country(means)
        if reading is None:
            raise ValueError(f"[table.countries] {written!r} is {means!r}, which names no country")
        found[written] = reading
    return found


def _names(folder: Path, layout: Layout, stated: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of places by Wikidata id, out of the file that [table.names] tells."""
    if not stated:
        return {}
    columns = {"qid": stated.get("qid", "qid"), "name": stated.get("name", "name")}
    section = Section("table.names", {key: value for key, value in stated.items() if key not in columns})
    layout = _layout(section, replace(layout, format="", delimiter=""))
    paths = _files(folder, section)
    section.done()
    names: dict[str, str] = {}
    for table in (read_cells(path, layout) for path in paths):
        at, named = (_index(table, columns[key]) for key in ("qid", "name"))
        for row in table.rows:
            qid = "" if row.fault else read_item(row.cells[at])
            if not qid:
                what = row.fault or f"{row.cells[at]!r} is no Wikidata id"
                raise TableError(table.name, row.line, what, "Mend the file of names.")
            names[qid] = clean_cell(row.cells[named])
    return names


def _date_formats(section: Section) -> tuple[str, ...]:
    formats = section.texts("date_format")
    for form in formats:
        if "%Y" not in form and form != EXCEL:
            raise ValueError(f"[table] date_format {form!r} has no %Y, a year of four digits")
        try:
            dt.datetime.strptime(dt.date(2000, 1, 31).strftime(form), form)
        except (ValueError, re.error) as exc:
            raise ValueError(f"[table] date_format {form!r} is none: {exc}") from exc
    return formats


def _fill_down(fields: Sequence[str]) -> frozenset[str]:
    if unknown := [field for field in fields if field not in FIELDS]:
        raise ValueError(f"[table] fill_down has {', '.join(unknown)}; known are {', '.join(FIELDS)}")
    return frozenset(fields)

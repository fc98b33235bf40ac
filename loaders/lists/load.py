"""Any table becomes records: collection.toml says which column is what; each row is a record or an issue."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.errors import CollectionError
from graph.model.claims import Claim, CollectionInfo, RowIssue
from graph.model.iris import slug
from graph.model.records import ListedCollection, Record
from loaders.lists.files.cells import read_cells
from loaders.lists.files.layout import CellRow, CellTable
from loaders.lists.parties import PARTY_FIELDS, ListedParty, PartyReader, RowFault
from loaders.lists.row_claims import ClaimReader, RowClaims, Values
from loaders.lists.settings import TableSettings, read_table_settings
from loaders.lists.words.cells import ERRORS, clean_cell, is_nothing, quote

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def load_table(folder: Path, info: CollectionInfo, stated: Mapping[str, Any]) -> ListedCollection:
    """Return what a list states; `stated` is its collection.toml, with [table] and [source].

    Every row that is not blank is in records (one or more) or in issues (one); a row whose date is unsound is
    in both. Raises CollectionError or TableError when the list as a whole cannot be read.
    """
    settings = read_table_settings(folder, info, stated)
    reader = TableReader(info.name, settings)
    rows = 0
    for path in settings.files:
        table = read_cells(path, settings.layout)
        prefix = f"{slug(path.stem)}-" if len(settings.files) > 1 else ""
        try:
            columns = settings.find_columns(table)
        except ValueError as exc:
            mend = "Mend [table] columns or ignore, or skip_rows if the header stands further down;"
            mend += " see docs/your-own-list.md."
            raise CollectionError(info.name, str(exc), mend) from exc
        reader.read(table, columns, prefix)
        rows += len(table.rows)
    return ListedCollection(info, tuple(reader.records), reader.parties.places(), tuple(reader.issues), rows)


@dataclass
class TableReader:
    """Reads the files of one list one after the other; records and issues stand in the order of the rows."""

    collection: str
    settings: TableSettings
    records: list[Record] = field(default_factory=list)
    issues: list[RowIssue] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Start without anything read."""
        settings = self.settings
        self.parties = PartyReader(settings.countries, settings.names, settings.source.language)
        self._claims = ClaimReader(self.collection, settings)
        self._admitted = _Admitted(is_directed=settings.lister is not None)
        self._above: dict[str, str] = {}

    def read(self, table: CellTable, columns: Mapping[str, int], prefix: str) -> None:
        """Add the rows of one file; `columns` are the indexes of the fields, `prefix` begins ids of rows."""
        self._above = {}
        for row, number in zip(table.rows, _number_in_line(table.rows), strict=True):
            line_id = f"{prefix}L{row.line}" if number == 1 else f"{prefix}L{row.line}-{number}"
            try:
                self._add_row(table.name, row, columns, line_id)
            except RowFault as fault:
                self._add_issue(table.name, row, line_id, fault.kind, fault.reason)

    def _add_issue(self, file: str, row: CellRow, line_id: str, kind: str, reason: str) -> None:
        self.issues.append(RowIssue(self.collection, line_id, file, row.line, kind, reason))

    def _add_row(self, file: str, row: CellRow, columns: Mapping[str, int], line_id: str) -> None:
        if row.fault:
            self._above = {}
            raise RowFault("unreadable-row", row.fault)
        values, remarks = self._values(row, columns)
        try:
            parties = (self._party(values, "a"), self._party(values, "b"))
        except RowFault as fault:
            reasons = (fault.reason, *(remark.rstrip(".") for remark in remarks))
            raise RowFault(fault.kind, "; ".join(reasons)) from fault
        if parties[0].can_be(parties[1]):
            raise RowFault("self-link", f"both parties are {quote(parties[0].mention.name)}")
        name, no_id = self._admitted.choose_id(values.get("id", ""), line_id)
        found = self._claims.read(name, values, parties, [*remarks, no_id], row.first_day)
        self._admitted.add(found, parties, values.get("description", ""), f"{file}, line {row.line}")
        mentions, lister = (parties[0].mention, parties[1].mention), self.settings.lister
        self.records += [Record(claim, mentions, file, row.line, lister, line_id) for claim in found.claims]
        if doubts := "; ".join(found.dates.doubts):
            told = f"{doubts}. The pair is kept without what is unsound."
            self._add_issue(file, row, line_id, "unsound-date", told)

    def _values(self, row: CellRow, columns: Mapping[str, int]) -> tuple[dict[str, str], list[str]]:
        """Return the cells of a row by field, and what to remark of them."""
        values, remarks = dict(self.settings.constants), []
        for name, index in columns.items():
            cell = clean_cell(row.cells[index])
            if cell in ERRORS:
                remarks.append(f"The cell {name} holds {ERRORS[cell]}.")
                cell = ""
            values[name] = "" if is_nothing(cell, name[:-2], self.settings.nothing) else cell
        for name in self.settings.fill_down & columns.keys():
            if not values[name] and (above := self._above.get(name)):
                values[name] = above
                remarks.append(f"The cell {name} is empty and means what stands above it.")
            self._above[name] = values[name]
        return values, sorted(remarks)

    def _party(self, values: Values, side: str) -> ListedParty:
        return self.parties.read([values.get(f"{name}_{side}", "") for name in PARTY_FIELDS])


@dataclass
class _Admitted:
    """What the rows so far have said, so that a row that says it again is told."""

    is_directed: bool
    _ids: dict[str, str] = field(default_factory=dict)
    _rows: dict[tuple[object, ...], list[tuple[tuple[ListedParty, ListedParty], str]]] = field(
        default_factory=dict
    )

    def choose_id(self, stated: str, line_id: str) -> tuple[str, str]:
        """Return the id that a row states, or with a remark that of its line; it goes into an IRI."""
        if not stated:
            return line_id, ""
        if not _ID.fullmatch(stated):
            return line_id, f"The id {quote(stated)} cannot be part of an address."
        if stated in self._ids:
            return line_id, f"The id {quote(stated)} stands already at {self._ids[stated]}."
        return stated, ""

    def add(
        self, found: RowClaims, parties: tuple[ListedParty, ListedParty], description: str, where: str
    ) -> None:
        """Remember a row; raises RowFault when an earlier one has the same content, or a claim with its id.

        What is told about the places (coordinates, population) does not make a row another one, unless they
        lie far apart: Salisbury has partners in Maryland and North Carolina that are both called Salisbury.
        """
        content = (description, *found.dates.remarks, *map(_content, found.claims))
        pair = parties if self.is_directed else _in_order(parties)
        same = self._rows.setdefault((pair[0].key, pair[1].key, *content), [])
        for (first, second), earlier in same:
            if pair[0].can_be(first) and pair[1].can_be(second):
                raise RowFault("repeated-row", f"{earlier} says the same of the same parties")
        names = [claim.id.partition("/")[2] for claim in found.claims]
        for name in names:
            if name in self._ids:
                raise RowFault("unreadable-row", f"the id {name!r} stands already at {self._ids[name]}")
        same.append((pair, where))
        self._ids.update(dict.fromkeys(names, where))


def _number_in_line(rows: Iterable[CellRow]) -> Iterator[int]:
    """Yield which of the rows of its line each row is: JSON may have all of them in one."""
    seen: Counter[int] = Counter()
    for row in rows:
        seen[row.line] += 1
        yield seen[row.line]


def _content(claim: Claim) -> tuple[object, ...]:
    """Return what a claim says of its pair."""
    kind, domains = claim.relation or claim.recorded_as, claim.domains or claim.stated_domains
    return (claim.assertion, claim.date, claim.date_role, kind, domains, claim.source.id)


def _in_order(parties: tuple[ListedParty, ListedParty]) -> tuple[ListedParty, ListedParty]:
    first, second = sorted(parties, key=lambda party: (party.key, party.mention.latitude or 0.0))
    return first, second

"""Any table becomes records: collection.toml says which column is what; each row is a record or an issue."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.errors import CollectionError
from graph.model.claims import Claim, CollectionInfo, RowIssue
from graph.model.iris import slug
from graph.model.records import ListedCollection, Record
from loaders.lists.cells import CellRow, CellTable, read_cells
from loaders.lists.parties import ListedParty, PartyReader, RowFault
from loaders.lists.row_claims import ClaimReader, Values
from loaders.lists.settings import PARTY_FIELDS, TableSettings, read_table_settings

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def load_table(folder: Path, info: CollectionInfo, stated: Mapping[str, Any]) -> ListedCollection:
    """Return what a list states; `stated` is its collection.toml, with [table] and [source].

    Every row that is not blank is either in records (one or more) or in issues (one). Raises CollectionError
    or TableError when the list as a whole cannot be read.
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
            mend = "Mend [table] columns or ignore; see docs/your-own-list.md."
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
        self.parties = PartyReader(self.settings.countries, self.settings.names)
        self._claims = ClaimReader(self.collection, self.settings)
        self._admitted = _Admitted(is_directed=self.settings.lister is not None)

    def read(self, table: CellTable, columns: Mapping[str, int], prefix: str) -> None:
        """Add the rows of one file; `columns` are the indexes of the fields, `prefix` begins ids of rows."""
        for row in table.rows:
            line_id = f"{prefix}L{row.line}"
            try:
                self.records += self._read_row(table.name, row, columns, line_id)
            except RowFault as fault:
                issue = RowIssue(self.collection, line_id, table.name, row.line, fault.kind, fault.reason)
                self.issues.append(issue)

    def _read_row(self, file: str, row: CellRow, columns: Mapping[str, int], line_id: str) -> list[Record]:
        if row.fault:
            raise RowFault("unreadable-row", row.fault)
        values = {**self.settings.constants, **{name: row.cells[index] for name, index in columns.items()}}
        parties = (self._party(values, "a"), self._party(values, "b"))
        if parties[0].can_be(parties[1]):
            raise RowFault("self-link", f"both parties are {parties[0].mention.name!r}")
        claims = self._claims.read(_row_id(values, line_id), values, parties)
        content = (values.get("description", ""), *map(_content, claims))
        self._admitted.add(claims, parties, content, f"{file}, line {row.line}")
        mentions = (parties[0].mention, parties[1].mention)
        return [Record(claim, mentions, file, row.line, self.settings.lister) for claim in claims]

    def _party(self, values: Values, side: str) -> ListedParty:
        return self.parties.read([values.get(f"{name}_{side}", "") for name in PARTY_FIELDS])


def _row_id(values: Values, line_id: str) -> str:
    """Return the id that a row states, or else the one of its line; it becomes part of an IRI."""
    name = values.get("id", line_id)
    if not _ID.fullmatch(name):
        what = "it must be of letters, digits, points, hyphens and underscores"
        raise RowFault("unreadable-row", f"the id {name!r} cannot be part of an address: {what}")
    return name


@dataclass
class _Admitted:
    """What the rows so far have said, so that a row that says it again is told."""

    is_directed: bool
    _ids: dict[str, str] = field(default_factory=dict)
    _rows: dict[tuple[object, ...], list[tuple[tuple[ListedParty, ListedParty], str]]] = field(
        default_factory=dict
    )

    def add(
        self,
        claims: Sequence[Claim],
        parties: tuple[ListedParty, ListedParty],
        content: tuple[object, ...],
        where: str,
    ) -> None:
        """Remember a row; raises RowFault when an earlier one has the same content, or a claim with its id.

        What is told about the places (coordinates, population) does not make a row another one, unless they
        lie far apart: Salisbury has partners in Maryland and North Carolina that are both called Salisbury.
        """
        pair = parties if self.is_directed else _in_order(parties)
        same = self._rows.setdefault((pair[0].key, pair[1].key, *content), [])
        for (first, second), earlier in same:
            if pair[0].can_be(first) and pair[1].can_be(second):
                raise RowFault("repeated-row", f"{earlier} says the same of the same parties")
        for claim in claims:
            if claim.id in self._ids:
                reason = f"the id {claim.id!r} stands already at {self._ids[claim.id]}"
                raise RowFault("unreadable-row", reason)
        same.append((pair, where))
        self._ids.update((claim.id, where) for claim in claims)


def _content(claim: Claim) -> tuple[object, ...]:
    """Return what a claim says of its pair."""
    return (claim.date, claim.date_role, claim.relation, claim.domains, claim.source.id)


def _in_order(parties: tuple[ListedParty, ListedParty]) -> tuple[ListedParty, ListedParty]:
    first, second = sorted(parties, key=lambda party: (party.key, party.mention.latitude or 0.0))
    return first, second

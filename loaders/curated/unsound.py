"""R10 in curated tables: a date that cannot be read, or cannot be true, is an issue and no fault."""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.model.claims import RowIssue
from graph.model.dates import PartialDate, check_years, parse_date
from loaders.tables.table import Row


@dataclass
class TableDates:
    """Reads the dates of the tables of one collection; `issues` are those left out, each once."""

    collection: str
    _issues: dict[tuple[str, int, str], RowIssue] = field(default_factory=dict)

    @property
    def issues(self) -> tuple[RowIssue, ...]:
        """Return what was left out so far, in the order of reading."""
        return tuple(self._issues.values())

    def read(self, row: Row, column: str, key: str = "id") -> PartialDate | None:
        """Return a date as precise as it is written, None for an empty cell and for one that is an issue.

        `key` is the column that names the row.
        """
        if not row[column]:
            return None
        try:
            date = parse_date(row[column])
            check_years(date)
        except ValueError as exc:
            reason = f"{column} {row[column]!r}: {exc}. What it is the date of is kept without it."
            issue = RowIssue(self.collection, row[key], row.file, row.line, "unsound-date", reason)
            self._issues.setdefault((row.file, row.line, column), issue)
            return None
        return date

"""R1: what a claim asserts. Every event value maps, in a table of the data, to one assertion; no default."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from graph.model.claims import Assertion, DateRole
from graph.model.dates import PartialDate
from graph.reconcile.agreements import FAMILIES
from loaders.curated.unsound import TableDates
from loaders.tables.table import Row, read_map

PER_ROW = "per-row"
_SHARED = ("assertion", "document_type", "family", "event_type", "status", "date_role", "relation", "note")


@dataclass(frozen=True)
class Reading:
    """What a statement asserts, which document or event it names, and what its date is the date of."""

    assertion: Assertion
    document_type: str
    family: str
    event_type: str
    status: str
    relation: str
    date_role: DateRole | None
    term_years: int | None = None
    valid_until: PartialDate | None = None
    founds: bool = False


class EventMap:
    """The tables event_map.csv and readings.csv of one collection."""

    def __init__(self, folder: Path, dates: TableDates) -> None:
        """Read both tables; raises TableError for an unknown slug, assertion or family."""
        columns = ("event", *_SHARED, "term_years", "valid_until")
        self._events = read_map(folder / "event_map.csv", "event", columns)
        path, of_statements = folder / "readings.csv", ("statement", *_SHARED, "founds")
        self._readings = read_map(path, "statement", of_statements) if path.exists() else {}
        self._used: set[str] = set()
        self._dates = dates

    def read_event(self, row: Row, statement: str, event: str) -> Reading:
        """R1: return what a statement asserts, by its own reading or else by its event; no default."""
        if statement in self._readings:
            self._used.add(statement)
            return self._read(self._readings[statement])
        if event not in self._events:
            raise row.fault(f"event {event!r} is not mapped", "Add it to event_map.csv.")
        mapped = self._events[event]
        if mapped["assertion"] == PER_ROW:
            raise row.fault(f"event {event!r} is read row by row", f"Add {statement} to readings.csv.")
        return self._read(mapped)

    def unused(self) -> list[Row]:
        """Return the readings that no statement asked for."""
        return [row for key, row in self._readings.items() if key not in self._used]

    def _read(self, row: Row) -> Reading:
        """Return what a row says; the end of a term that no calendar has is an issue (R10)."""
        return replace(_reading(row), valid_until=self._dates.read(row, "valid_until", "event"))


def _reading(row: Row) -> Reading:
    family = row["family"]
    if family and (family not in FAMILIES or not row["document_type"]):
        raise row.fault(f"family {family!r} is unknown or has no document type", "Mend the row.")
    assertion = row.choice("assertion", Assertion)
    if assertion is None:
        raise row.fault("assertion is empty", "Say what it asserts (R1).")
    if assertion in {Assertion.ENDING, Assertion.STATUS} and not row["status"]:
        raise row.fault(f"an assertion {assertion} needs a status", "Fill in status.")
    return Reading(
        assertion=assertion,
        document_type=row.concept("document_type", "document"),
        family=row.concept("family", "family"),
        event_type=row.concept("event_type", "event"),
        status=row.concept("status", "status"),
        relation=row.concept("relation", "relation"),
        date_role=row.choice("date_role", DateRole),
        term_years=row.number("term_years", least=1),
        founds=row.yes("founds"),
    )

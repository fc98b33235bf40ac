"""R12: what a row says of its date: stated, worked out, or the day of the report."""

from __future__ import annotations

from dataclasses import dataclass

from graph.model.claims import REPORT_DAY, DateRole
from graph.model.dates import PartialDate
from loaders.curated.unsound import TableDates
from loaders.tables.table import Row


@dataclass(frozen=True)
class Dating:
    """The date of a row as its source states it, the one that was worked out, of what, and on which basis.

    `unsound` are those cells of the two that were left out, as they are written.
    """

    date: PartialDate | None
    derived: PartialDate | None
    basis: str
    role: DateRole | None
    unsound: tuple[str, ...] = ()


def read_dating(row: Row, event: str, role: DateRole | None, dates: TableDates, key: str = "id") -> Dating:
    """Return the columns date, derived and basis of a row whose event has a date of the given role.

    A date that cannot be read or be true is left out, and its basis with it (R10). Raises TableError where
    they do not go together: a date of nothing, a basis without a date that needs one, a worked-out date
    without its basis or beside a stated one that contradicts it, and the day of a report given for the day
    of a deed.
    """
    date, derived = dates.read(row, "date", key), dates.read(row, "derived", key)
    basis = row.concept("basis", "date-basis")
    left_out = {"date": row["date"] if not date else "", "derived": row["derived"] if not derived else ""}
    if left_out["date" if basis == REPORT_DAY else "derived"]:
        basis = ""
    if (date or derived) and role is None:
        raise row.fault(f"event {event!r} has a date but no date_role", "Say what it is the date of.")
    if derived and (not basis or basis == REPORT_DAY):
        raise row.fault("a date that was worked out needs its basis", "Say how in the column basis.")
    if date and derived and not date.contains(derived):
        raise row.fault(f"{derived} is no finer date within {date}", "Keep the stated one, or mend a cell.")
    if basis and not derived and not (date and basis == REPORT_DAY):
        raise row.fault(f"basis {basis!r} goes with no date", "Fill in derived, or remove the basis.")
    if basis == REPORT_DAY and role is not DateRole.AS_OF:
        raise row.fault("the day of the report is the day of no deed", "Leave date empty.")
    unsound = tuple(filter(None, left_out.values()))
    return Dating(date, derived, basis, role if date or derived else None, unsound)

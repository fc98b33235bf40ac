"""The statements of a collection become claims; every row is a claim, a note on the practice, or an issue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from graph.errors import TableError
from graph.model.claims import Claim, CollectionInfo, RowIssue, Signatory, Source
from graph.model.dates import PartialDate
from loaders.curated.ahead import leave_out_dates, list_ahead, remark_on_dates, take_as_term
from loaders.curated.dating import read_dating
from loaders.curated.readings import EventMap
from loaders.curated.sources import load_sources
from loaders.curated.unsound import TableDates
from loaders.tables.place_index import PlaceIndex
from loaders.tables.table import Row, read_map, read_table
from ontology import BASE

TALLY = ("pair", "place", "practice", "issue")
"""What a row of statements.csv can become: claims about a pair, one place, the practice; or an issue."""

_REQUIRED = (
    "id", "party_a", "country_a", "party_b", "country_b", "event", "date", "venue",
    "signatory_a", "signatory_b", "domains", "statement", "source", "remark",
)  # fmt: skip
_OPTIONAL = (
    "stated_a", "stated_b", "listed_by", "about", "activities", "benefits", "challenges", "motives",
    "stages", "provider", "recipient", "count", "derived", "basis", "readings",
)  # fmt: skip


def read_readings(text: str) -> int:
    """Return how often a source was read; raises ValueError for anything but 1 and 2."""
    if text not in {"1", "2"}:
        raise ValueError(f"{text!r} is no number of readings: write 1 or 2")
    return int(text)


@dataclass(frozen=True)
class Statements:
    """What the statements of one collection became; `tally` counts each row once, by TALLY."""

    claims: tuple[Claim, ...]
    issues: tuple[RowIssue, ...]
    tally: dict[str, int]


class StatementReader:
    """Reads statements.csv with the tables beside it; every fault is a TableError with its line.

    But a date that cannot be read or be true, as one after the day of the collection, is an issue (R10).
    """

    def __init__(self, info: CollectionInfo, folder: Path, index: PlaceIndex) -> None:
        """Read the tables that the statements refer to."""
        self._collection = info.name
        self._compiled = PartialDate(info.compiled.year, info.compiled.month, info.compiled.day)
        self._folder = folder
        self._index = index
        self._dates = TableDates(info.name)
        self._events = EventMap(folder, self._dates)
        self._sources = load_sources(folder, self._dates)
        self._domains = read_map(folder / "domain_map.csv", "written", ("written", "domains", "note"))
        self._persons = read_map(folder / "persons.csv", "written", ("written", "person", "name", "role"))
        self._keys = self._map("agreement_keys.csv", ("statement", "key"))
        self._exclusions = self._map("exclusions.csv", ("statement", "kind", "reason"))
        columns = ("statement", "part", "party_a", "country_a", "party_b", "country_b", "event", "note")
        self._parts = self._list("parts.csv", columns)
        self._also = self._list("also.csv", ("statement", "event", "date", "note"), ("derived", "basis"))

    def _map(self, name: str, columns: tuple[str, ...]) -> dict[str, Row]:
        path = self._folder / name
        return read_map(path, columns[0], columns) if path.exists() else {}

    def _list(
        self, name: str, columns: tuple[str, ...], optional: tuple[str, ...] = ()
    ) -> dict[str, list[Row]]:
        path = self._folder / name
        found: dict[str, list[Row]] = {}
        for row in read_table(path, columns, optional) if path.exists() else []:
            found.setdefault(row["statement"], []).append(row)
        return found

    def read(self) -> Statements:
        """Return all claims and issues of the collection, in the order of the rows."""
        rows = read_map(self._folder / "statements.csv", "id", _REQUIRED, _OPTIONAL)
        self._check_references(rows)
        claims: list[Claim] = []
        issues: list[RowIssue] = []
        tally: Counter[str] = Counter()
        for row in rows.values():
            row.name("id")
            kind = self._kind(row)
            tally[kind] += 1
            if kind == "issue":
                issues.append(self._issue(row))
            else:
                of_row = [take_as_term(claim, self._compiled) for claim in self._claims(row)]
                found = [(claim, list_ahead(claim, self._compiled)) for claim in of_row]
                claims += [leave_out_dates(claim, ahead) if ahead else claim for claim, ahead in found]
                issues += [self._unsound(row, ahead) for ahead in dict.fromkeys(a for _, a in found) if ahead]
        for unused in self._events.unused():
            raise unused.fault(f"no statement {unused['statement']} uses it", "Remove the row.")
        self._check_ids(claims)
        issues += self._dates.issues
        return Statements(tuple(claims), tuple(issues), {kind: tally[kind] for kind in TALLY})

    def _check_references(self, rows: Mapping[str, Row]) -> None:
        several = [row for table in (self._parts, self._also) for about in table.values() for row in about]
        for row in (*self._exclusions.values(), *several):
            if row["statement"] not in rows:
                raise row.fault(f"there is no statement {row['statement']}", "Mend the id.")
        for row in several:
            if row["statement"] in self._exclusions:
                what = f"{row['statement']} is excluded, so nobody would read this row"
                raise row.fault(what, "Remove it here or from exclusions.csv.")

    def _check_ids(self, claims: Iterable[Claim]) -> None:
        """Raise TableError for an id of two claims, which would be one, and for a key of none."""
        counted = Counter(claim.id.partition("/")[2] for claim in claims)
        for name, count in counted.items():
            if count > 1:
                what = f"{count} claims would have the id {self._collection}/{name}"
                mend = "Give each row of statements.csv and each part of parts.csv an id of its own."
                raise TableError(f"{self._folder.name}/statements.csv", None, what, mend)
        for name, row in self._keys.items():
            if name not in counted:
                raise row.fault(
                    f"there is no claim {name}", "Mend the id; that of a part ends with its part."
                )

    def _kind(self, row: Row) -> str:
        if row["id"] in self._exclusions:
            return "issue"
        if row["id"] in self._parts or row["party_b"]:
            return "pair"
        if row["about"]:
            return "practice"
        if row["party_a"]:
            return "place"
        raise row.fault("it names no party and is about nothing", "Fill in parties or about, or exclude it.")

    def _issue(self, row: Row) -> RowIssue:
        why = self._exclusions[row["id"]]
        kind = why.concept("kind", "issue")
        return RowIssue(self._collection, row["id"], row.file, row.line, kind, why.needed("reason"))

    def _unsound(self, row: Row, ahead: Sequence[PartialDate]) -> RowIssue:
        told = f"{' and '.join(map(str, ahead))} is after the day of the collection, {self._compiled}."
        reason = f"{told} The claim is kept without it."
        return RowIssue(self._collection, row["id"], row.file, row.line, "unsound-date", reason)

    def _claims(self, row: Row) -> list[Claim]:
        if parts := self._parts.get(row["id"]):
            claims = [
                self._claim(row, f"{row['id']}-{part.name('part')}", part["event"], part) for part in parts
            ]
        else:
            claims = [self._claim(row, row["id"], row["event"], row)]
        return claims + [
            self._also_claim(row, f"{row['id']}-also{number}", more)
            for number, more in enumerate(self._also.get(row["id"], []), start=1)
        ]

    def _also_claim(self, row: Row, name: str, more: Row) -> Claim:
        """Return a further claim of the same record about the same parties: another event, another date."""
        full = self._claim(row, name, more["event"], row, more)
        remark = full.remark.removeprefix(row["remark"]).strip()
        bare = replace(full, domains=(), stated_domains="", signatories=(), venue="", remark=remark)
        return replace(bare, description=more.needed("note"))

    def _claim(self, row: Row, name: str, event: str, parties: Row, dated: Row | None = None) -> Claim:
        reading = self._events.read_event(row, name, event)
        dating = read_dating(
            dated or row, event, reading.date_role, self._dates, "statement" if dated else "id"
        )
        places = self._find_parties(parties)
        return Claim(
            id=f"{self._collection}/{name}",
            collection=self._collection,
            source=self._source(row),
            assertion=reading.assertion,
            recorded_as=event,
            description=row.needed("statement"),
            parties=places,
            about=tuple(BASE + thing for thing in row.paths("about")),
            stated_parties=tuple(written for written in (row["stated_a"], row["stated_b"]) if written),
            listed_by=self._check_place(row, "listed_by"),
            date=dating.date,
            date_role=dating.role,
            derived=dating.derived,
            date_basis=dating.basis,
            document_type=reading.document_type,
            family=reading.family,
            event_type=reading.event_type,
            status=reading.status,
            relation=reading.relation,
            term_years=reading.term_years,
            valid_until=reading.valid_until,
            venue=row["venue"],
            signatories=self._signatories(row, parties, places),
            domains=self._map_domains(row),
            stated_domains=row["domains"],
            activities=row.concepts("activities", "activity"),
            benefits=row.concepts("benefits", "benefit"),
            challenges=row.concepts("challenges", "challenge"),
            motives=row.concepts("motives", "motive"),
            stages=row.concepts("stages", "stage"),
            provider=self._check_place(row, "provider"),
            recipient=self._check_place(row, "recipient"),
            # a count is of the partners of a place or of the practice, never of one pair of a list
            stated_count=row.number("count") if len(places) < 2 else None,
            agreement_key=self._keys[name]["key"] if name in self._keys else "",
            founds=reading.founds,
            remark=remark_on_dates(row["remark"], dating.unsound),
            readings=row.read("readings", read_readings) or 0,
        )

    def _find_parties(self, row: Row) -> tuple[str, ...]:
        """Return the places of the parties that a row names: two, one or none."""
        found = []
        for side in ("a", "b"):
            name, country = row[f"party_{side}"], row[f"country_{side}"]
            if country and not name:
                raise row.fault(
                    f"country_{side} is given and party_{side} is not", "Fill it in, or empty both."
                )
            if name:
                place = self._index.match(name, country)
                if not place:
                    raise row.fault(f"no place goes by {name!r} in {country}", "Add it to place_names.csv.")
                found.append(place)
        if row["party_b"] and not row["party_a"]:
            raise row.fault("party_b is given and party_a is not", "Write the only party as party_a.")
        if len(found) == 2 and found[0] == found[1]:
            raise row.fault(f"both parties are {found[0]}", "Mend a name, or exclude the row.")
        return tuple(found)

    def _check_place(self, row: Row, column: str) -> str:
        if row[column] and row[column] not in self._index.places:
            raise row.fault(f"column {column}: there is no place {row[column]}", "Write the id of a place.")
        return row[column]

    def _source(self, row: Row) -> Source:
        if row["source"] not in self._sources:
            raise row.fault(f"there is no source {row['source']!r}", "Add it to sources.csv.")
        return self._sources[row["source"]]

    def _signatories(self, row: Row, parties: Row, places: tuple[str, ...]) -> tuple[Signatory, ...]:
        """Return who signed for the places of a claim, whose `parties` may be those of a part of the row."""
        found = []
        for side in ("a", "b"):
            party = row[f"party_{side}"]
            if row[f"signatory_{side}"] and party != parties[f"party_{side}"]:
                what = f"signatory_{side} signed for {party!r}, which is no party_{side} of the part"
                raise parties.fault(
                    what, "Name the parties in the order of the statement, or empty the cell."
                )
        for place, side in zip(places, ("a", "b"), strict=False):
            for written in row.items(f"signatory_{side}"):
                if written not in self._persons:
                    raise row.fault(f"signatory {written!r} is unknown", "Add it to persons.csv.")
                person = self._persons[written]
                if person["person"]:
                    person.name("person")
                role = person.concept("role", "role")
                found.append(Signatory(place, person["person"], person["name"], role))
        return tuple(found)

    def _map_domains(self, row: Row) -> tuple[str, ...]:
        found: list[str] = []
        for written in row.items("domains"):
            if written not in self._domains:
                raise row.fault(f"domain {written!r} is not mapped", "Add it to domain_map.csv.")
            found += self._domains[written].concepts("domains", "domain")
        return tuple(dict.fromkeys(found))

"""The plan of a harvest: which questions are asked of an endpoint, in which order and in which portions.

First which items have P190 statements, and how many; then all that is known of these statements, in portions
of about the same size; then the places that they name. A portion that is too much for the endpoint is split.
What was answered is kept, so a harvest that was stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from graph.errors import FetchError
from graph.model.iris import is_qid
from loaders.harvest.fetch import Fetcher
from loaders.harvest.queries import (
    PREFIXES,
    What,
    names_query,
    number_of,
    places_query,
    statements_query,
    subjects_query,
)
from loaders.harvest.store import HarvestStore, Page, Row

_STATEMENTS_AT_ONCE = 1000
_ITEMS_AT_ONCE = 200
_DIGITS = "0123456789"
_LONGEST_ENDING = 3
_QUERIES = {"statements": statements_query, "places": places_query, "names": names_query}


@dataclass(frozen=True)
class Part:
    """One question: its kind, and the items (or for subjects the end of their ids) that it is about."""

    kind: str
    keys: tuple[str, ...]

    def query(self, countries: Sequence[str]) -> str:
        """Return its SPARQL."""
        if self.kind == "subjects":
            return subjects_query(self.keys[0], countries)
        return _QUERIES[self.kind](self.keys)

    def split(self) -> list[Part]:
        """Return smaller parts that together ask for the same; none when it cannot be smaller."""
        if self.kind == "subjects":
            return [Part(self.kind, (ending,)) for ending in _longer_endings(self.keys[0])]
        middle = len(self.keys) // 2
        halves = [self.keys[:middle], self.keys[middle:]]
        return [Part(self.kind, half) for half in halves] if middle else []


@dataclass(frozen=True)
class Progress:
    """How far a harvest is: parts done of the parts known so far, statements read of those that are listed.

    `seconds_left` is an estimate, None as long as there is nothing to base it on; `asked` is False for a part
    that was there already.
    """

    kind: str
    done: int
    total: int
    statements: int
    listed: int
    asked: bool
    seconds_left: float | None


@dataclass(frozen=True)
class Summary:
    """What a harvest gave: `asked` counts the questions of this run, `kept` those answered before.

    `counts` has statements, subjects, places, and missing: statements that were listed and then not given.
    """

    counts: Mapping[str, int]
    asked: int
    kept: int
    finished: date


class Harvest:
    """One run through the plan."""

    def __init__(
        self, fetcher: Fetcher, store: HarvestStore, progress: Callable[[Progress], None] = lambda step: None
    ) -> None:
        """Ask by `fetcher`, keep in `store`, and tell `progress` of each part."""
        self._fetcher, self._store, self._progress = fetcher, store, progress
        self._pages: list[Page] = []
        self._asked = self._known = self._later = self._listed = 0
        self._seconds = 0.0
        self._statements: set[str] = set()

    def run(self) -> Summary:
        """Ask for all that is not there yet, complete the store, and return what there is.

        Raises FetchError when the endpoint gives no answer, or none that has P190 statements.
        """
        subjects = self._list_subjects()
        self._listed = sum(subjects.values())
        wanted = self._read_statements(subjects)
        places = self._read_places(wanted)
        counts = {
            "statements": len(self._statements),
            "subjects": len(subjects),
            "places": places,
            "missing": max(0, self._listed - len(self._statements)),
        }
        finished = self._store.finish(self._pages, counts)
        return Summary(counts, self._asked, len(self._pages) - self._asked, finished)

    def _list_subjects(self) -> dict[str, int]:
        """Return the items with P190 statements, by number, and how many each has."""
        found: dict[str, int] = {}
        for rows in self._work([Part("subjects", (digit,)) for digit in _DIGITS]):
            found |= {row.item: int(row.value) for row in rows if is_qid(row.item)}
        if not found:
            within = f" in {', '.join(countries)}" if (countries := self._store.manifest.countries) else ""
            mend = "Is it an endpoint with the model of Wikidata, and the country right?"
            raise FetchError(self._fetcher.url, f"it knows no item with a P190 statement{within}", mend)
        return dict(sorted(found.items(), key=lambda pair: number_of(pair[0])))

    def _read_statements(self, subjects: Mapping[str, int]) -> set[str]:
        """Read all statements and return the items that they name, their subjects with them."""
        named = set(subjects)
        self._later = len(subjects) // _ITEMS_AT_ONCE + 1
        for rows in self._work([Part("statements", items) for items in portions(subjects)]):
            named |= {item for row in rows if row.what == What.VALUE and (item := _item(row.value))}
        self._later = 0
        return named

    def _read_places(self, wanted: set[str]) -> int:
        """Read the places, those that they were merged into, and names; return how many places there are."""
        asked: set[str] = set()
        nameless = set(wanted)
        merged: dict[str, str] = {}
        while wanted:
            asked |= wanted
            for rows in self._work([Part("places", batch) for batch in _batches(wanted)]):
                merged |= {row.item: _item(row.value) for row in rows if row.what == What.REDIRECT}
                nameless -= {row.item for row in rows if row.what in (What.LABEL, What.REDIRECT)}
            wanted = {item for item in merged.values() if item} - asked
            nameless |= wanted
        for _ in self._work([Part("names", batch) for batch in _batches(nameless)]):
            continue
        return len(asked - {*merged})

    def _work(self, parts: Sequence[Part]) -> Iterator[list[Row]]:
        """Yield the rows of each part, in order; a part that is too much at once is split."""
        waiting = list(reversed(parts))
        self._known += len(parts)
        while waiting:
            part = waiting.pop()
            before = self._asked
            page = self._answer(part)
            if page is None:
                waiting += reversed(part.split())
                self._known += len(part.split()) - 1
                continue
            self._pages.append(page)
            rows = self._store.read(page)
            self._statements |= {row.statement for row in rows if row.what == What.RANK}
            self._report(part, asked=self._asked > before)
            yield rows

    def _answer(self, part: Part) -> Page | None:
        """Return the page that answers a part, asking if need be; None when it must be split."""
        query = part.query(self._store.manifest.countries)
        if self._store.is_slow(part.kind, query):
            return None
        if page := self._store.find(part.kind, query):
            return page
        started = self._fetcher.clock.now()
        try:
            body = self._fetcher.ask(query)
        except FetchError as exc:
            if not exc.too_slow or not part.split():
                raise
            self._store.mark_slow(part.kind, query)
            return None
        ended = self._fetcher.clock.now()
        self._asked += 1
        self._seconds += (ended - started).total_seconds()
        return self._store.keep(part.kind, query, body, ended.date())

    def _report(self, part: Part, *, asked: bool) -> None:
        done, total = len(self._pages), self._known + self._later
        left = self._seconds / self._asked * (total - done) if self._asked and self._listed else None
        self._progress(Progress(part.kind, done, total, len(self._statements), self._listed, asked, left))


def portions(subjects: Mapping[str, int]) -> Iterator[tuple[str, ...]]:
    """Yield the subjects in their order, so many at once that about as many statements are asked for."""
    portion: list[str] = []
    statements = 0
    for item, count in subjects.items():
        if portion and (statements + count > _STATEMENTS_AT_ONCE or len(portion) == _ITEMS_AT_ONCE):
            yield tuple(portion)
            portion, statements = [], 0
        portion.append(item)
        statements += count
    if portion:
        yield tuple(portion)


def _longer_endings(ending: str) -> list[str]:
    """Return the endings that together are the same items; none for a whole id, or when it is long enough."""
    if ending.startswith("Q") or len(ending) == _LONGEST_ENDING:
        return []
    return [*(digit + ending for digit in _DIGITS), f"Q{ending}"]


def _batches(items: Iterable[str]) -> Iterator[tuple[str, ...]]:
    ordered = sorted(items, key=number_of)
    for start in range(0, len(ordered), _ITEMS_AT_ONCE):
        yield tuple(ordered[start : start + _ITEMS_AT_ONCE])


def _item(iri: str) -> str:
    """Return the id of an item, an empty text for anything else (an unknown value)."""
    name = iri.removeprefix(PREFIXES["wd"])
    return name if is_qid(name) else ""

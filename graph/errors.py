"""Every error of the project, in one tree; each carries the values it speaks of.

::

    KembarError
    ├── InputError            something given to us is wrong: file, row, parameter
    │   ├── TableError        a table of a collection (file, line, what, what to do)
    │   ├── CollectionError   a collection.toml, or a collection as a whole
    │   ├── FetchError        a server elsewhere does not give what it was asked for
    │   └── ParameterError    a parameter of a canned query
    ├── MeasureError          a measure of the network could not be computed
    ├── ReleaseError          a release is missing, broken or cannot be made
    │   ├── DamagedRelease    its files are not as they were published (release, faults)
    │   ├── UnprovenRelease   what came from elsewhere is not what its id names
    │   └── RefusedRelease    the rules do not hold; nothing was published
    └── QueryError            a query was not answered
        ├── QuerySyntaxError  it is not SPARQL (line, column)
        ├── QueryRefused      it asks for something that is closed here (update, SERVICE)
        │   ├── FormatTooNarrow  the format that was asked for cannot hold its result
        │   ├── QueryTooLong     its text is over the limit (bytes)
        │   └── QueryTooComplex  it is too deep, too long a chain, or joins too many patterns
        ├── QueryTimeout      it ran out of time
        │   └── EngineTimeout    the engine elsewhere ended it, by a time limit of its own
        ├── ResultTooLarge    its result is over the size limit
        │   └── ResultCut        the engine elsewhere gives no more than so many rows
        ├── EngineOverloaded  too many queries wait
        ├── QueryAbandoned    who asked it went away, so it was stopped
        └── EngineFailed      the worker died (memory, depth) or reported a fault
            ├── QueryUntaken       the engine elsewhere does not take a query, although it is SPARQL
            └── EngineUnreachable  the engine elsewhere does not answer now
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the ontology takes its time to import, and the errors are needed by every command
    from ontology import Breach


_FAULTS_TOLD = 3
"""How many damaged files an error names."""
_RESTORE = "Restore its folder from a copy; if it is the newest one, `kembar build` makes it again"


class KembarError(Exception):
    """The root: catch this to catch all that this project raises on purpose."""

    def __reduce__(self) -> tuple[Callable[..., KembarError], tuple[Any, ...]]:
        """Return how another process makes the same error: of its text and values, not by its constructor."""
        return _restore, (type(self), self.args, self.__dict__)


def _restore(kind: type[KembarError], args: tuple[Any, ...], values: Mapping[str, Any]) -> KembarError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(values)
    return error


class InputError(KembarError):
    """Something that was given to us is wrong."""


class TableError(InputError):
    """A row or a column of a table cannot be read."""

    def __init__(self, file: str, line: int | None, what: str, mend: str) -> None:
        """Name the file, the line (1 is the header; None: the whole file), the fault and the mend."""
        self.file, self.line, self.what, self.mend = file, line, what, mend
        where = f"{file}, line {line}" if line is not None else file
        super().__init__(f"{where}: {what}. {mend}")


class CollectionError(InputError):
    """A collection as a whole is wrong: its settings, its counts, or its name."""

    def __init__(self, collection: str, what: str, mend: str) -> None:
        """Name the collection, the fault and the mend."""
        self.collection, self.what, self.mend = collection, what, mend
        super().__init__(f"collection {collection}: {what}. {mend}")


class FetchError(InputError):
    """A server elsewhere was asked, as often as is polite, and did not give an answer that can be used."""

    def __init__(self, url: str, what: str, mend: str, *, too_slow: bool = False) -> None:
        """Name the address, the fault and the mend; `too_slow`: a question for less may well be answered."""
        self.url, self.what, self.mend, self.too_slow = url, what, mend, too_slow
        super().__init__(f"{url}: {what}. {mend}")


class ParameterError(InputError):
    """A value given for a parameter of a canned query means nothing to it."""

    def __init__(self, parameter: str, value: str, what: str, **details: object) -> None:
        """Name the parameter, the value as given, and what would be right: with ``details`` in its braces."""
        self.parameter, self.value, self.said, self.details = parameter, value, what, details
        self.what = what.format(**details) if details else str(what)
        super().__init__(f"parameter {parameter}: {value!r} {self.what}")


class MeasureError(KembarError):
    """The process that computes a measure of the network failed or was killed."""

    def __init__(self, measure: str, code: int, complaint: str) -> None:
        """Name the measure, the return code (negative for a signal) and the last line of its complaint."""
        self.measure, self.code, self.complaint = measure, code, complaint
        why = complaint or "out of memory or killed"
        super().__init__(f"{measure} was not computed, its process ended with {code}: {why}; try again")


class ReleaseError(KembarError):
    """A release is missing, broken, or could not be made."""


class DamagedRelease(ReleaseError):
    """A release is not on disk as it was published, so nothing is answered from it."""

    def __init__(self, release: str, faults: Sequence[str], mend: str = _RESTORE) -> None:
        """Carry the id of the release, a sentence for each file that is missing or changed, and the mend."""
        self.release, self.faults = release, tuple(faults)
        more = f"; and {len(faults) - _FAULTS_TOLD} more files" if len(faults) > _FAULTS_TOLD else ""
        what = "; ".join(faults[:_FAULTS_TOLD]) + more
        super().__init__(f"release {release} is damaged: {what}. {mend}")


class UnprovenRelease(ReleaseError):
    """What came from elsewhere is not what its id names, so it is no release."""


class RefusedRelease(ReleaseError):
    """The rules do not hold, so nothing was published; `current` is as it was."""

    def __init__(self, breaches: Sequence[Breach]) -> None:
        """Carry the fatal breaches, one for each rule that is broken."""
        self.breaches = tuple(breaches)
        names = ", ".join(breach.rule.name for breach in breaches)
        super().__init__(f"the release is refused, these rules do not hold: {names}")


class QueryError(KembarError):
    """A query was not answered."""


class QuerySyntaxError(QueryError):
    """The text is not SPARQL."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        """Carry a sentence for people, and the line and column (from 1) where known."""
        self.message, self.line, self.column = message, line, column
        where = f" (line {line}, column {column})" if line is not None else ""
        super().__init__(message + where)


class QueryRefused(QueryError):
    """The query asks for something that is closed here."""

    def __init__(self, what: str, mend: str) -> None:
        """Name what is refused and what to do instead."""
        self.what, self.mend = what, mend
        super().__init__(f"{what}. {mend}")


class FormatTooNarrow(QueryRefused):
    """The result holds what the format that was asked for cannot."""

    def __init__(self, what: str, available: Sequence[str]) -> None:
        """Say what it cannot hold, and carry the media types that can."""
        self.available = tuple(available)
        super().__init__(what, f"Ask for {' or '.join(available)}")


class QueryTooLong(QueryRefused):
    """The text of the query is over the limit."""

    def __init__(self, length: int, limit: int) -> None:
        """Carry the length and the limit in bytes."""
        self.length, self.limit = length, limit
        super().__init__(
            f"the query has {length} bytes, more than the {limit} that are read here",
            "Split it, or put long lists of values into several queries",
        )


class QueryTooComplex(QueryRefused):
    """The query is nested too deeply, chained too long, or joins too many patterns."""

    def __init__(
        self, limited: str, what: str, value: int, limit: int, position: tuple[int, int], mend: str
    ) -> None:
        """Carry which limit it is, as on /limits, its value, and the line and column where it is reached."""
        self.limited, self.limit = limited, limit
        self.line, self.column = position
        where = f"line {self.line}, column {self.column}"
        super().__init__(f"the query {what}: {value}, more than {limit} ({where})", mend)


class QueryTimeout(QueryError):
    """The query did not end within its time."""

    def __init__(self, seconds: float) -> None:
        """Carry the limit in seconds."""
        self.limit: float | None = seconds
        super().__init__(f"the query did not end within {seconds:g} seconds")


class EngineTimeout(QueryTimeout):
    """The engine elsewhere ended the query before its time was over here; how soon is not told."""

    def __init__(self) -> None:
        """Carry no limit: it is not ours."""
        self.limit = None
        QueryError.__init__(
            self, "the engine ended the query by a time limit of its own, which can be raised where it runs"
        )


class ResultTooLarge(QueryError):
    """The result is over the size limit; no part of it is given."""

    def __init__(self, limit: int) -> None:
        """Carry the limit in bytes."""
        self.limit = limit
        super().__init__(f"the result is larger than {limit} bytes")


class ResultCut(ResultTooLarge):
    """The result may have more rows than the engine elsewhere gives; it does not say that it cuts."""

    limited = "result-rows"

    def __init__(self, limit: int) -> None:
        """Carry the limit in rows."""
        super().__init__(limit)
        self.args = (f"the result has {limit} rows or more, and the engine gives no more than that",)


class EngineOverloaded(QueryError):
    """Too many queries are waiting, or another one of the same client is in the way."""

    def __init__(self, retry_after: int, why: str = "too many queries are waiting") -> None:
        """Carry the seconds after which trying again makes sense."""
        self.retry_after = retry_after
        super().__init__(why)


class QueryAbandoned(QueryError):
    """Who asked the query went away, so it was stopped; nobody is there to read this."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__("the client went away, and the query was stopped")


class EngineFailed(QueryError):
    """The worker process died, or the engine reported a fault that is not the syntax of the query."""


class QueryUntaken(EngineFailed):
    """The engine elsewhere does not take a query, although it is SPARQL."""

    def __init__(self, said: str) -> None:
        """Carry what the engine said."""
        super().__init__(f"the engine does not take this query, although it is SPARQL: {said}")


class EngineUnreachable(EngineFailed):
    """The engine elsewhere does not answer now: no connection, one that broke off, or an error of its own."""

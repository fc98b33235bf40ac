"""What the engine reports of its work, to whoever counts it; it knows of no metrics and no log itself."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from graph import errors


class Lane(StrEnum):
    """Who asks: strangers with their own queries, questions with values, pages. None can starve another.

    ``HEALTH`` is for the probe alone, which must not stand behind anybody. ``SERVICES`` takes what asks
    other endpoints too, where any is allowed; the engine sees to that.
    """

    FREE = "free"
    QUESTIONS = "questions"
    PAGES = "pages"
    HEALTH = "health"
    SERVICES = "services"


class Outcome(StrEnum):
    """How a query ended: with an answer (the first three), or with an error of this kind."""

    EVALUATED = "evaluated"
    CACHED = "cached"
    SHARED = "shared"
    SYNTAX = "syntax"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    TOO_LARGE = "too-large"
    OVERLOADED = "overloaded"
    ABANDONED = "abandoned"
    FAILED = "failed"


class StopReason(StrEnum):
    """Why a worker process ended."""

    CLOSED = "closed"
    TIMEOUT = "timeout"
    ABANDONED = "abandoned"
    DIED = "died"
    FAULT = "fault"
    WORN = "worn"
    YIELDED = "yielded"


class QueryEnd(NamedTuple):
    """One query that came to its end; ``seconds`` from the question to the answer, the wait included.

    ``worked`` is what a query process took for it, in seconds: 0 for what came from memory, or from what
    it did for another request.
    """

    lane: Lane
    outcome: Outcome
    seconds: float
    query: str
    worked: float = 0.0


class Observer:
    """Is called on what happens, by the thread in which it happens; this one pays no attention."""

    def query_ended(self, end: QueryEnd) -> None:
        """Take note of a query."""

    def worker_started(self) -> None:
        """Take note of a new worker process."""

    def worker_stopped(self, reason: StopReason) -> None:
        """Take note of the end of a worker process."""


_OUTCOMES: tuple[tuple[type[errors.QueryError], Outcome], ...] = (
    (errors.QuerySyntaxError, Outcome.SYNTAX),
    (errors.QueryRefused, Outcome.REFUSED),
    (errors.QueryTimeout, Outcome.TIMEOUT),
    (errors.ResultTooLarge, Outcome.TOO_LARGE),
    (errors.EngineOverloaded, Outcome.OVERLOADED),
    (errors.QueryAbandoned, Outcome.ABANDONED),
)


def outcome_of(error: errors.QueryError) -> Outcome:
    """Return the outcome that an error is."""
    return next((outcome for kind, outcome in _OUTCOMES if isinstance(error, kind)), Outcome.FAILED)

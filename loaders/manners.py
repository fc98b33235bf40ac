"""How servers elsewhere are asked: they learn who asks, are waited for, and are given up after some tries.

https://foundation.wikimedia.org/wiki/Policy:Wikimedia_Foundation_User-Agent_Policy
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from random import SystemRandom
from typing import TypeVar

from graph.errors import FetchError
from ontology import BASE

PASSING = {429, 500, 502, 503, 504}
"""The statuses of answers that may be others in a while."""

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Clock:
    """What asking needs of time and chance: the time in UTC, a sleep in seconds, a number from 0 to 1."""

    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = field(default=SystemRandom().random)


@dataclass(frozen=True)
class Manners:
    """How often and how long to ask; all times are in seconds.

    `seconds` is how long one answer may take (the Wikidata Query Service stops at 60), `first_pause` the wait
    after the first failure, doubled by each further one up to `longest_pause`. After a refusal (429) without
    a time it is `refused_pause` at least. A server that wants more than `patience` is not waited for.
    An answer, decompressed, has `most_bytes` at most: a few bytes of gzip can become any number.
    A question that ran out of time is asked `slow_tries` times only: a smaller one should be asked instead.
    """

    tries: int = 6
    slow_tries: int = 2
    seconds: float = 90.0
    first_pause: float = 2.0
    longest_pause: float = 120.0
    refused_pause: float = 60.0
    patience: float = 900.0
    most_bytes: int = 256 << 20


@dataclass(frozen=True)
class Failure:
    """One try that failed: what happened, and how the server wants to be asked again.

    `wait` is the seconds it asks for, None when it does not say. `progress`: it gave a part that is kept, so
    that the next try asks for less.
    """

    what: str
    refused: bool = False
    too_slow: bool = False
    wait: float | None = None
    progress: bool = False


@dataclass(frozen=True)
class Persistence:
    """Asks one server again and again; `mend` is told with the error when it gives up."""

    url: str
    mend: str
    manners: Manners
    clock: Clock
    on_wait: Callable[[str], None]

    def ask(self, attempt: Callable[[], Answer | Failure]) -> Answer:
        """Return what an attempt gives that is no Failure, with a pause after each that is one.

        Raises FetchError after the last try; its `too_slow` says that the server had no time for so much.
        """
        tries = slow = 0
        while True:
            answer = attempt()
            if not isinstance(answer, Failure):
                return answer
            tries = 1 if answer.progress else tries + 1
            slow += answer.too_slow
            is_slow = slow == self.manners.slow_tries
            if is_slow and answer.wait is not None:  # what is asked instead waits too
                self._wait(answer, tries)
            if is_slow or tries == self.manners.tries:
                what = f"{answer.what} (asked {tries} times)"
                raise FetchError(self.url, what, self.mend, too_slow=is_slow)
            self._wait(answer, tries)

    def _wait(self, failure: Failure, tries: int) -> None:
        """Sleep before the next try; raises FetchError when the server wants more patience than there is."""
        if failure.wait is not None and failure.wait > self.manners.patience:
            minutes = f"{failure.wait / 60:.0f}"
            raise FetchError(self.url, f"{failure.what}, come back in {minutes} minutes", self.mend)
        pause = self._pause(failure, tries)
        self.on_wait(f"{failure.what}; asking again in {pause:.0f} s (try {tries + 1})")
        self.clock.sleep(pause)

    def _pause(self, failure: Failure, tries: int) -> float:
        """Return the seconds to wait: what the server says, else twice as long each time; a bit is chance."""
        manners = self.manners
        doubled = min(manners.first_pause * 2.0 ** (tries - 1), manners.longest_pause)
        backoff: float = doubled * (1 + self.clock.chance() / 2)
        if failure.wait is not None:
            return failure.wait + self.clock.chance()
        return max(backoff, manners.refused_pause) if failure.refused else backoff


def user_agent(contact: str) -> str:
    """Return the User-Agent: the project, its version and address, who to write to if told, the library."""
    who = "; ".join(filter(None, (BASE, contact)))
    return f"kota-kembar/{version('kota-kembar')} ({who}) python-httpx/{version('httpx')}"


def read_retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for (RFC 9110, 10.2.3), None when it says nothing."""
    if re.fullmatch(r"[ \t]*[0-9]{1,18}[ \t]*", value):
        return float(value)
    with suppress(ValueError, OverflowError):
        when = parsedate_to_datetime(value)
        return max(0.0, ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds())
    return None

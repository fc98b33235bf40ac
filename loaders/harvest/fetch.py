"""Asking SPARQL endpoints politely: the only module with a network, one request at a time.

It says who asks, waits as long as it is told to, longer each time it is refused, and gives up after some
tries (https://foundation.wikimedia.org/wiki/Policy:Wikimedia_Foundation_User-Agent_Policy).
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from random import SystemRandom
from types import TracebackType
from typing import Any, Self

import httpx

from graph.errors import FetchError
from ontology import BASE

JSON_RESULTS = "application/sparql-results+json"
"""https://www.w3.org/TR/sparql11-results-json/"""

_LONGEST_GET = 1500
_PASSING = {429, 500, 502, 503, 504}
_SLOW = re.compile(r"time[d -]*out|deadline|cancell?ed", re.IGNORECASE)
_MENDS: dict[int, str] = {
    403: "Say who asks by --contact, and read what the answer says.",
    404: "Give the address of a SPARQL endpoint as --endpoint.",
}
_ODD = "Is it an endpoint with the model of Wikidata?"
_RESUME = "What was fetched is kept: run the same command (without --refresh) again later."


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

    `wait` is the seconds it asks for, None when it does not say.
    """

    what: str
    refused: bool = False
    too_slow: bool = False
    wait: float | None = None


def user_agent(contact: str) -> str:
    """Return the User-Agent: the project, its version and address, who to write to, the library."""
    project = f"kota-kembar/{version('kota-kembar')} ({BASE}; {contact})"
    return f"{project} python-httpx/{httpx.__version__}"


class Fetcher:
    """Asks one SPARQL endpoint, one question after another; a context manager that closes the connection."""

    def __init__(
        self,
        url: str,
        contact: str,
        *,
        manners: Manners | None = None,
        clock: Clock | None = None,
        on_wait: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        """Ask `url` in the name of `contact`, a mail or web address; `on_wait` gets a sentence each time."""
        self.url = url
        self.clock = clock or Clock()
        self._manners = manners or Manners()
        self._on_wait = on_wait
        headers = {
            "User-Agent": user_agent(contact),
            "Accept": JSON_RESULTS,
            "Accept-Encoding": "gzip",
        }
        self._http = httpx.Client(headers=headers, timeout=self._manners.seconds)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self._http.close()

    def ask(self, query: str) -> bytes:
        """Return the answer to a SELECT query: whole, and proven to be SPARQL results in JSON.

        Raises FetchError when the server refuses the query, or after the last try; its `too_slow` says that
        the server had no time for so much.
        """
        attempt = slow = 0
        while True:
            attempt += 1
            answer = self._try(query)
            if isinstance(answer, bytes):
                return answer
            slow += answer.too_slow
            is_slow = slow == self._manners.slow_tries
            if is_slow or attempt == self._manners.tries:
                what = f"{answer.what} (asked {attempt} times)"
                raise FetchError(self.url, what, _RESUME, too_slow=is_slow)
            self._wait(answer, attempt)

    def _try(self, query: str) -> bytes | Failure:
        """Ask once; return the answer, or how it failed if it may pass; raises FetchError if it will not."""
        try:
            status, headers, body = self._send(query)
        except httpx.ReadTimeout:
            return Failure(f"no whole answer within {self._manners.seconds:g} seconds", too_slow=True)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as exc:
            raise FetchError(self.url, str(exc).rstrip("."), "Give a whole address as --endpoint.") from exc
        except httpx.TransportError as exc:
            return Failure(f"the connection failed ({exc})")
        except httpx.DecodingError as exc:
            return Failure(f"the answer is damaged ({exc})")
        if status != httpx.codes.OK:
            return self._refusal(status, headers, body)
        return body if is_whole(body) else _cut_off(body)

    def _send(self, query: str) -> tuple[int, httpx.Headers, bytes]:
        """Return status, headers and body; the whole answer must come in time, not only each piece of it."""
        started = self.clock.now()
        with self._http.stream(**_request(self.url, query)) as response:
            pieces, length = [], 0
            for piece in response.iter_bytes():
                pieces.append(piece)
                length += len(piece)
                if length > self._manners.most_bytes:
                    raise FetchError(
                        self.url, f"an answer has more than {self._manners.most_bytes} bytes", _ODD
                    )
                if (self.clock.now() - started).total_seconds() > self._manners.seconds:
                    raise httpx.ReadTimeout("the answer trickles")
            return response.status_code, response.headers, b"".join(pieces)

    def _refusal(self, status: int, headers: httpx.Headers, body: bytes) -> Failure:
        """Return the failure of an answer that may change; raises FetchError for one that will not."""
        wait = read_retry_after(headers.get("Retry-After", ""), self.clock.now())
        if status in _PASSING:
            slow = status == httpx.codes.GATEWAY_TIMEOUT or (wait is None and _SLOW.search(_text(body)))
            # QLever answers 429 to a query that it cancelled, without a time to come back.
            refused = status == httpx.codes.TOO_MANY_REQUESTS and not slow
            return Failure(_name(status), refused=refused, too_slow=bool(slow), wait=wait)
        if httpx.codes.is_redirect(status):
            what = f"it has moved to {headers.get('Location', 'somewhere else')}"
            raise FetchError(self.url, what, "Give the new address as --endpoint.")
        what = f"{_name(status)}: {_excerpt(body)}"
        raise FetchError(self.url, what, _MENDS.get(status, _ODD))

    def _wait(self, failure: Failure, attempt: int) -> None:
        """Sleep before the next try; raises FetchError when the server wants more patience than there is."""
        if failure.wait is not None and failure.wait > self._manners.patience:
            raise FetchError(
                self.url, f"{failure.what}, come back in {failure.wait / 60:.0f} minutes", _RESUME
            )
        pause = self._pause(failure, attempt)
        self._on_wait(f"{failure.what}; asking again in {pause:.0f} s (try {attempt + 1})")
        self.clock.sleep(pause)

    def _pause(self, failure: Failure, attempt: int) -> float:
        """Return the seconds to wait: what the server says, else twice as long each time; a bit is chance."""
        manners = self._manners
        doubled = min(manners.first_pause * 2.0 ** (attempt - 1), manners.longest_pause)
        backoff: float = doubled * (1 + self.clock.chance() / 2)
        if failure.wait is not None:
            return failure.wait + self.clock.chance()
        return max(backoff, manners.refused_pause) if failure.refused else backoff


def read_retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for (RFC 9110, 10.2.3), None when it says nothing."""
    if re.fullmatch(r"[ \t]*[0-9]{1,18}[ \t]*", value):
        return float(value)
    with suppress(ValueError, OverflowError):
        when = parsedate_to_datetime(value)
        return max(0.0, ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds())
    return None


def is_whole(body: bytes) -> bool:
    """Return whether an answer is one whole JSON document with results of a SELECT query.

    The Wikidata Query Service that runs out of time in the middle ends a 200 with a Java stack trace.
    """
    try:
        bindings = json.loads(body)["results"]["bindings"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    return isinstance(bindings, list)


def _request(url: str, query: str) -> dict[str, Any]:
    """Return the request: a GET as long as proxies can take the address, else a POST of a form."""
    if len(query) <= _LONGEST_GET:
        return {"method": "GET", "url": url, "params": {"query": query}}
    return {"method": "POST", "url": url, "data": {"query": query}}


def _cut_off(body: bytes) -> Failure:
    """Return the failure of a 200 that is no whole document; its end tells whether time ran out."""
    slow = _SLOW.search(_text(body[-4000:]))
    return Failure("the answer is cut off" if body else "the answer is empty", too_slow=bool(slow))


def _name(status: int) -> str:
    return f"it answers {status} {httpx.codes.get_reason_phrase(status)}".rstrip()


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")


def _excerpt(body: bytes) -> str:
    """Return the first words of an answer on one line, without markup."""
    return " ".join(re.sub(r"<[^>]*>", " ", _text(body[:2000])).split())[:160].rstrip(".") or "no words"

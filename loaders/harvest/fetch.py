"""Asking SPARQL endpoints politely, one request at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Self

import httpx

from graph.errors import FetchError
from loaders.harvest.answers import is_whole, read_exception
from loaders.manners import PASSING, Clock, Failure, Manners, Persistence, read_retry_after, user_agent

JSON_RESULTS = "application/sparql-results+json"
"""https://www.w3.org/TR/sparql11-results-json/"""

_LONGEST_GET = 1500
_TOO_MUCH = re.compile(r"time[d -]*out|deadline|cancell?ed|tried to allocate", re.IGNORECASE)
"""How servers say that a question took too much time, or (QLever) too much memory."""
_MENDS: dict[int, str] = {
    403: "Say who asks by --contact, and read what the answer says.",
    404: "Give the address of a SPARQL endpoint as --endpoint.",
}
_ODD = "Is it an endpoint with the model of Wikidata?"
_RESUME = "What was fetched is kept: run the same command (without --refresh) again later."


class _BrokenOff(httpx.TransportError):
    """The connection ended in the middle of an answer."""


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
        persistence = Persistence(self.url, _RESUME, self._manners, self.clock, self._on_wait)
        return persistence.ask(lambda: self._try(query))

    def _try(self, query: str) -> bytes | Failure:
        """Ask once; return the answer, or how it failed if it may pass; raises FetchError if it will not."""
        try:
            status, headers, body = self._send(query)
        except httpx.ReadTimeout:
            return Failure(f"no whole answer within {self._manners.seconds:g} seconds", too_slow=True)
        except _BrokenOff:
            # QLever ends the connection when time runs out: https://github.com/ad-freiburg/qlever/issues/1420
            return Failure("the answer breaks off", too_slow=True)
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
            for piece in _pieces(response):
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
        said = read_exception(body)
        if status in PASSING:
            # QLever answers 429 to a query that it cancelled; before it a gateway may add Retry-After.
            too_much = (said or wait is None) and _TOO_MUCH.search(said or _text(body))
            slow = bool(status == httpx.codes.GATEWAY_TIMEOUT or too_much)
            refused = status == httpx.codes.TOO_MANY_REQUESTS and not slow
            return Failure(_name(status), refused=refused, too_slow=slow, wait=wait)
        if httpx.codes.is_redirect(status):
            what = f"it has moved to {headers.get('Location', 'somewhere else')}"
            raise FetchError(self.url, what, "Give the new address as --endpoint.")
        what = f"{_name(status)}: {_excerpt(said or _text(body[:2000]))}"
        raise FetchError(self.url, what, _MENDS.get(status, _ODD))


def _pieces(response: httpx.Response) -> Iterator[bytes]:
    """Yield the body of an answer; raises _BrokenOff where the connection ends before it does."""
    try:
        yield from response.iter_bytes()
    except httpx.RemoteProtocolError as exc:
        raise _BrokenOff(str(exc)) from exc


def _request(url: str, query: str) -> dict[str, Any]:
    """Return the request: a GET as long as proxies can take the address, else a POST of a form."""
    if len(query) <= _LONGEST_GET:
        return {"method": "GET", "url": url, "params": {"query": query}}
    return {"method": "POST", "url": url, "data": {"query": query}}


def _cut_off(body: bytes) -> Failure:
    """Return the failure of a 200 that is no whole document; its end tells whether time ran out."""
    slow = _TOO_MUCH.search(_text(body[-4000:]))
    return Failure("the answer is cut off" if body else "the answer is empty", too_slow=bool(slow))


def _name(status: int) -> str:
    return f"it answers {status} {httpx.codes.get_reason_phrase(status)}".rstrip()


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")


def _excerpt(text: str) -> str:
    """Return the first words of an answer on one line, without markup."""
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())[:160].rstrip(".") or "no words"

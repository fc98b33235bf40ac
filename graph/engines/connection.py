"""Asking an engine elsewhere over HTTP: whole bodies come back, or an error that says how they failed."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import httpx

from graph.engines.credentials import Credentials
from graph.errors import (
    EngineFailed,
    EngineOverloaded,
    EngineTimeout,
    EngineUnreachable,
    QueryTimeout,
    ResultTooLarge,
)

CONNECT_SECONDS = 5.0
SLOWEST = 16 << 10
"""Bytes a second, over a whole answer: an engine that gives less is as good as silent."""
_RETRY_SECONDS = 5
_MOST_TOLD = 1 << 16
"""So much is read, in bytes, of what an engine says beside results."""
_MARKUP = re.compile(r"<[^>]*>")
_SLOW = re.compile(r"time[d -]*out|time limit|deadline|exceeds? the limit of|cancell?ed", re.IGNORECASE)
_BUSY = {httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE}
_REFUSED = {httpx.codes.BAD_REQUEST, httpx.codes.NOT_FOUND, httpx.codes.INTERNAL_SERVER_ERROR}
_MEND_ACCESS = "Set KEMBAR_ENGINE_USER and KEMBAR_ENGINE_PASSWORD, or KEMBAR_ENGINE_TOKEN"


class Refusal(Exception):
    """The engine answers 400, 404 or 500: who is at fault knows the asker; ``words`` is what it says."""

    def __init__(self, status: int, words: str) -> None:
        """Carry the status and the first words."""
        self.status, self.words = status, words
        super().__init__(f"it answers {status}: {words}")


@dataclass(frozen=True)
class Body:
    """A whole answer that tells of success, read to its end."""

    status: int
    content: bytes
    media_type: str
    headers: Mapping[str, str]
    is_marked: bool
    """Whether its end was marked, by a length or by chunks, and not only by the end of the connection."""
    credentials: Credentials

    @property
    def words(self) -> str:
        """What it says first, for people, without our secrets."""
        return excerpt(self.content, self.credentials)

    def header(self, name: str) -> str:
        """Return a header without our secrets, empty where there is none."""
        return self.credentials.redact(self.headers.get(name, ""))


class Connection:
    """Requests to the addresses of one engine; a context manager. Redirections are not followed."""

    def __init__(self, credentials: Credentials, seconds: float) -> None:
        """Take how long an engine may be silent, in seconds."""
        self._seconds, self._credentials = seconds, credentials
        self._http = httpx.Client(
            auth=credentials.as_auth(),
            timeout=httpx.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
            headers={
                "User-Agent": f"kota-kembar/{version('kota-kembar')}",
                "Accept-Encoding": "identity",
            },
            trust_env=False,
        )

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self._http.close()

    def fetch(self, request: Mapping[str, Any], most_bytes: int) -> Body:
        """Return the whole answer to a request, given as httpx takes it.

        Raises ResultTooLarge over `most_bytes`, and what `_send` raises.
        """
        with self._send(request) as response:
            content = bytearray()
            for piece in self._pieces(response):
                content += piece
                if len(content) > most_bytes:
                    raise ResultTooLarge(most_bytes)
        return self._body(response, bytes(content))

    def save(self, request: Mapping[str, Any], path: Path) -> Body:
        """Write an answer of any size into a file, and return the rest of it. Raises what `_send` raises."""
        with self._send(request) as response, path.open("wb") as file:
            for piece in self._pieces(response):
                file.write(piece)
        return self._body(response, b"")

    @contextmanager
    def _send(self, request: Mapping[str, Any]) -> Iterator[httpx.Response]:
        """Yield an answer that tells of success, in no coding: in one, an end that is missing is not seen.

        Raises Refusal for 400, 404 and 500, and the QueryError tree.
        """
        try:
            with self._http.stream(**request) as response:
                if not response.is_success:
                    _refuse(response, excerpt(self._begin(response), self._credentials))
                if response.headers.get("Content-Encoding", "identity") != "identity":
                    raise EngineFailed("the answer of the engine comes compressed, which was not asked for")
                yield response
        except httpx.TimeoutException as exc:
            if isinstance(exc, httpx.ConnectTimeout):
                raise EngineUnreachable("the engine takes no connection") from exc
            raise QueryTimeout(self._seconds) from exc
        except (httpx.TransportError, httpx.StreamError) as exc:
            words = self._credentials.redact(str(exc))
            raise EngineUnreachable(f"the connection to the engine failed ({words})") from exc

    def _pieces(self, response: httpx.Response) -> Iterator[bytes]:
        """Yield the bytes of an answer as they come; raises ReadTimeout when they trickle."""
        began, size = time.monotonic(), 0
        for piece in response.iter_raw():
            yield piece
            size += len(piece)
            if time.monotonic() - began > self._seconds + size / SLOWEST:
                raise httpx.ReadTimeout("the answer trickles")

    def _begin(self, response: httpx.Response) -> bytes:
        """Return the beginning of an answer, however long it is."""
        content = bytearray()
        for piece in self._pieces(response):
            content += piece
            if len(content) >= _MOST_TOLD:
                break
        return bytes(content)

    def _body(self, response: httpx.Response, content: bytes) -> Body:
        media_type, marked = _media_type(response), _is_marked(response)
        return Body(response.status_code, content, media_type, response.headers, marked, self._credentials)


def _refuse(response: httpx.Response, words: str) -> None:
    """Raise what an answer without success tells."""
    status = response.status_code
    if response.is_redirect:
        raise EngineFailed(f"the engine answers {status}, a redirection, which is not followed")
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        raise EngineFailed(f"the engine does not let this service in ({status}). {_MEND_ACCESS}")
    if status == httpx.codes.GATEWAY_TIMEOUT or _SLOW.search(words):
        raise EngineTimeout
    if status in _BUSY:
        raise EngineOverloaded(_retry_after(response))
    if status in _REFUSED:
        raise Refusal(status, words)
    raise EngineUnreachable(f"the engine answers {status}: {words}")


def _retry_after(response: httpx.Response) -> int:
    said = cast("str", response.headers.get("Retry-After", ""))
    return int(said) if said.isascii() and said.isdigit() and len(said) < 5 else _RETRY_SECONDS


def _media_type(response: httpx.Response) -> str:
    return cast("str", response.headers.get("Content-Type", "")).partition(";")[0].strip().lower()


def _is_marked(response: httpx.Response) -> bool:
    return "Content-Length" in response.headers or "Transfer-Encoding" in response.headers


def excerpt(body: bytes, credentials: Credentials) -> str:
    """Return the first words of a body on one line, without markup, our secrets and the query."""
    plain = credentials.redact(body[:_MOST_TOLD].decode("utf-8", "replace"))[:2000]
    text = _MARKUP.sub(" ", plain).partition("SPARQL query:")[0]
    return " ".join(text.split())[:300].rstrip(".") or "no words"

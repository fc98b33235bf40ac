"""Asking an engine elsewhere over HTTP: whole bodies come back, or an error that says how they failed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

import httpx

from graph.engines.credentials import Credentials
from graph.errors import EngineFailed, EngineOverloaded, EngineUnreachable, QueryTimeout, ResultTooLarge

CONNECT_SECONDS = 5.0
_RETRY_SECONDS = 5
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
    """A whole answer with the status 200, read to its marked end."""

    content: bytes
    media_type: str
    headers: Mapping[str, str]
    is_marked: bool
    """Whether its end was marked, by a length or by chunks, and not only by the end of the connection."""


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
            for piece in response.iter_bytes():
                content += piece
                if len(content) > most_bytes:
                    raise ResultTooLarge(most_bytes)
        return Body(bytes(content), _media_type(response), response.headers, _is_marked(response))

    def save(self, request: Mapping[str, Any], path: Path) -> Body:
        """Write an answer of any size into a file, and return the rest of it. Raises what `_send` raises."""
        with self._send(request) as response, path.open("wb") as file:
            _copy(response, file)
        return Body(b"", _media_type(response), response.headers, _is_marked(response))

    @contextmanager
    def _send(self, request: Mapping[str, Any]) -> Iterator[httpx.Response]:
        """Yield an answer that tells of success.

        Raises Refusal for 400, 404 and 500, and the QueryError tree.
        """
        try:
            with self._http.stream(**request) as response:
                if not response.is_success:
                    words = self._credentials.redact(excerpt(response.read()))
                    _refuse(response, words, self._seconds)
                yield response
        except httpx.TimeoutException as exc:
            if isinstance(exc, httpx.ConnectTimeout):
                raise EngineUnreachable("the engine takes no connection") from exc
            raise QueryTimeout(self._seconds) from exc
        except httpx.DecodingError as exc:
            raise EngineFailed(f"the answer of the engine is damaged ({exc})") from exc
        except (httpx.TransportError, httpx.StreamError) as exc:
            raise EngineUnreachable(f"the connection to the engine failed ({exc})") from exc


def _copy(response: httpx.Response, file: IO[bytes]) -> None:
    for piece in response.iter_bytes():
        file.write(piece)


def _refuse(response: httpx.Response, words: str, seconds: float) -> None:
    """Raise what an answer without success tells."""
    status = response.status_code
    if response.is_redirect:
        raise EngineFailed(f"the engine answers {status}, a redirection, which is not followed")
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        raise EngineFailed(f"the engine does not let this service in ({status}). {_MEND_ACCESS}")
    if status == httpx.codes.GATEWAY_TIMEOUT or _SLOW.search(words):
        raise QueryTimeout(seconds)
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


def excerpt(body: bytes) -> str:
    """Return the first words of a body on one line, without markup and without the query, if it says it."""
    text = _MARKUP.sub(" ", body[:2000].decode("utf-8", "replace")).partition("SPARQL query:")[0]
    return " ".join(text.split())[:300].rstrip(".") or "no words"

"""Asking another service for lists and files, one after another; what was fetched of a file is gone on with.

Nothing is believed: no more bytes are taken than were stated, and a file counts when it has its SHA-256.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import httpx

from graph.errors import FetchError
from graph.store.files import hash_file
from graph.store.manifest import StatedFile
from loaders.manners import PASSING, Clock, Failure, Manners, Persistence, read_retry_after, user_agent

MOST_BYTES = 64 << 20
"""A list of releases or a manifest is no longer than this."""
SLOWEST = 16 << 10
"""Bytes a second, over a whole answer: a server that gives less is asked again."""
PROGRESS = 1 << 20
"""What must have come of a file, in bytes, for a broken answer to be no failure but a rest."""

_RESUME = "What is whole is kept: the same command goes on where it was."
_REFUSED = "Nothing of it was taken over."
_TELLING = {httpx.codes.OK, httpx.codes.PARTIAL_CONTENT, httpx.codes.NOT_MODIFIED}
_Taken = TypeVar("_Taken")


@dataclass(frozen=True)
class Document:
    """A whole answer and its ETag, empty when it has none."""

    body: bytes
    tag: str


class Upstream:
    """Another service; a context manager that closes the connection."""

    def __init__(
        self,
        address: str,
        contact: str = "",
        *,
        manners: Manners | None = None,
        clock: Clock | None = None,
        on_wait: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        """Ask the service at `address`; `on_wait` gets a sentence each time it has to be waited for."""
        self._address = address.rstrip("/")
        self.address = re.sub(r"(?<=//)[^/@]*@", "", self._address)  # without a password, for messages
        self._clock, self._manners = clock or Clock(), manners or Manners()
        self._persistence = Persistence(self.address, _RESUME, self._manners, self._clock, on_wait)
        headers = {"User-Agent": user_agent(contact), "Accept-Encoding": "identity"}
        self._http = httpx.Client(headers=headers, timeout=self._manners.seconds)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self._http.close()

    def read(self, path: str, tag: str = "") -> Document | None:
        """Return what is at a path, None when it is still what had the ETag `tag`.

        Raises FetchError when the server refuses, sends too much, or after the last try.
        """
        headers = {"Accept": "application/json"} | ({"If-None-Match": tag} if tag else {})
        return self._persistence.ask(
            lambda: self._try(path, headers, partial(self._take_document, path)),
        )

    def save(self, path: str, stated: StatedFile, target: Path) -> None:
        """Let `target` be the stated file at a path; half of it is kept beside it, and gone on with.

        Raises FetchError as `read` does, and for other bytes than stated; of those nothing is left.
        """
        part = target.with_name(f".{target.name}.part")
        target.parent.mkdir(parents=True, exist_ok=True)
        self._persistence.ask(lambda: self._try_save(path, stated, part))
        if (found := hash_file(part)) != stated.sha256:
            part.unlink()
            raise self.refuse(f"{path} has the SHA-256 {found}, not {stated.sha256}")
        part.replace(target)

    def refuse(self, what: str) -> FetchError:
        """Return the error for an answer that is none to what was asked."""
        return FetchError(self.address, what, _REFUSED)

    def _try(
        self, path: str, headers: dict[str, str], take: Callable[[httpx.Response], _Taken]
    ) -> _Taken | Failure:
        """Ask once; return what is taken of the answer, or how it failed if that may pass."""
        try:
            with self._http.stream("GET", self._address + path, headers=headers) as response:
                return self._judge(path, response) or take(response)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as exc:
            mend = "Give the whole address of a service."
            raise FetchError(self.address, str(exc).rstrip("."), mend) from exc
        except httpx.TimeoutException:
            return Failure(f"{path}: nothing came for {self._manners.seconds:g} seconds")
        except httpx.TransportError as exc:
            return Failure(f"{path}: the connection failed ({exc})")

    def _judge(self, path: str, response: httpx.Response) -> Failure | None:
        """Return the failure of an answer that may be another one later; raises FetchError for a refusal."""
        status, headers = response.status_code, response.headers
        told = f"{path}: it answers {status} {httpx.codes.get_reason_phrase(status)}".rstrip()
        if status in PASSING:
            refused = status == httpx.codes.TOO_MANY_REQUESTS
            wait = read_retry_after(headers.get("Retry-After", ""), self._clock.now())
            return Failure(told, refused=refused, wait=wait)
        if status not in _TELLING:
            what = f"{told}, to {headers['Location']}" if "Location" in headers else told
            raise FetchError(self.address, what, "Is it the address of a service of this version?")
        if headers.get("Content-Encoding", "identity") != "identity":
            raise self.refuse(f"{path} comes compressed, which was not asked for")
        return None

    def _take_document(self, path: str, response: httpx.Response) -> Document | Failure | None:
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return None
        pieces, size = [], 0
        for piece in self._pieces(response):
            pieces.append(piece)
            if (size := size + len(piece)) > MOST_BYTES:
                raise self.refuse(f"{path} is longer than {MOST_BYTES} bytes")
        return Document(b"".join(pieces), response.headers.get("ETag", ""))

    def _try_save(self, path: str, stated: StatedFile, part: Path) -> Failure | None:
        """Fetch what is missing of a file; return how that failed, None when it has its length."""
        begun = part.stat().st_size if part.exists() else 0
        if begun > stated.bytes:
            part.unlink()
            begun = 0
        if part.exists() and begun == stated.bytes:
            return None
        headers = {"Range": f"bytes={begun}-", "If-Range": f'"{stated.sha256}"'} if begun else {}
        take = partial(self._take_file, path, stated, part, begun)
        failure: Failure | None = self._try(path, headers, take)
        if failure and part.exists() and part.stat().st_size - begun >= PROGRESS:
            return Failure(failure.what, failure.refused, wait=failure.wait, progress=True)
        return failure

    def _take_file(
        self, path: str, stated: StatedFile, part: Path, begun: int, response: httpx.Response
    ) -> Failure | None:
        """Write an answer to the end of what there is, or anew when it is the whole file."""
        begins_at = begun if response.status_code == httpx.codes.PARTIAL_CONTENT else 0
        self._check_length(path, stated, begins_at, part, response)
        size = begins_at
        with part.open("ab" if begins_at else "wb") as file:
            for piece in self._pieces(response):
                if (size := size + len(piece)) > stated.bytes:
                    break
                file.write(piece)
                file.flush()  # a kill leaves what has come
        if size > stated.bytes:
            part.unlink()
            raise self.refuse(f"{path} is longer than the {stated.bytes} bytes that are stated")
        return None if size == stated.bytes else Failure(f"{path}: the answer is cut off")

    def _check_length(
        self, path: str, stated: StatedFile, begins_at: int, part: Path, response: httpx.Response
    ) -> None:
        """Raise FetchError, and remove what there is, for an answer that says that it is another one."""
        headers = response.headers
        expected = f"bytes {begins_at}-{stated.bytes - 1}/{stated.bytes}"
        if begins_at and headers.get("Content-Range") != expected:
            part.unlink(missing_ok=True)
            raise self.refuse(f"{path} has the range {headers.get('Content-Range')}, not {expected}")
        left = stated.bytes - begins_at
        if (length := headers.get("Content-Length", str(left))) != str(left):
            part.unlink(missing_ok=True)
            raise self.refuse(f"{path} has {length} bytes, not {left}")

    def _pieces(self, response: httpx.Response) -> Iterator[bytes]:
        """Yield the bytes of an answer as they come; raises ReadTimeout when they trickle."""
        began, size = self._clock.now(), 0
        for piece in response.iter_raw():
            yield piece
            size += len(piece)
            if _seconds(began, self._clock.now()) > self._manners.seconds + size / SLOWEST:
                raise httpx.ReadTimeout("the answer trickles")


def _seconds(began: datetime, now: datetime) -> float:
    return (now - began).total_seconds()

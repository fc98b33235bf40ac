"""Conditions and ranges of requests (RFC 9110, 13 and 14), decided in one place for all answers.

Answers have strong tags and no date of a last change, so a condition on a date is never met, and never a
reason to refuse. Only GET and HEAD have conditions here; a query that is posted is answered.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Request, Response, request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException, PreconditionFailed, RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from endpoint import errors

FOREVER = "public, max-age=31536000, immutable"
"""What caches are told of what never changes: files and answers of a release that the address names."""
# https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3
_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\U0010ffff]*)"')
# https://www.rfc-editor.org/rfc/rfc9110#section-14.1.1, one range of bytes
_RANGE = re.compile(r"bytes=[ \t]*(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))[ \t]*", re.IGNORECASE)
_ABOUT_THE_BODY = ("Content-Type", "Content-Length", "Content-Disposition", "Content-Language")


@dataclass(frozen=True)
class Verdict:
    """What a request gets of an answer that would be 200: its status, and the bytes of 206, last one out."""

    status: HTTPStatus
    first: int = 0
    end: int = 0


WHOLE = Verdict(HTTPStatus.OK)


def judge(method: str, headers: Mapping[str, str] | Headers, tag: str, length: int | None = None) -> Verdict:
    """Return what conditions and a range make of an answer with this strong tag.

    ``length`` is that of the answer in bytes where ranges of it are served. The order is that of RFC 9110,
    13.2.2; what is no range, several ranges and other units get the whole.
    """
    if method not in ("GET", "HEAD"):
        return WHOLE
    if "If-Match" in headers and not _names(headers["If-Match"], tag, strongly=True):
        return Verdict(HTTPStatus.PRECONDITION_FAILED)
    if "If-None-Match" in headers and _names(headers["If-None-Match"], tag):
        return Verdict(HTTPStatus.NOT_MODIFIED)
    if (
        method == "GET"
        and length
        and "Range" in headers
        and headers.get("If-Range", f'"{tag}"') == f'"{tag}"'
    ):
        return _judge_range(headers["Range"], length)
    return WHOLE


def knows(request: Request, tag: str) -> bool:
    """Return whether a request names this very tag: it has the answer already, none need be made.

    ``*`` is no tag: whether there is an answer at all is seen when it is made.
    """
    said = request.environ.get("HTTP_IF_NONE_MATCH", "")
    return (
        said.strip() not in ("", "*")
        and judge(request.method, request.headers, tag).status == HTTPStatus.NOT_MODIFIED
    )


def _names(said: str, tag: str, strongly: bool = False) -> bool:
    """Return whether a list of tags holds this one, compared weakly unless ``strongly``; ``*`` is any."""
    if said.strip() == "*":
        return True
    return any(found[2] == tag and not (strongly and found[1]) for found in _TAG.finditer(said))


def _judge_range(said: str, length: int) -> Verdict:
    found = _RANGE.fullmatch(said.strip())
    if not found or (found[2] and int(found[2]) < int(found[1])):
        return WHOLE
    first = max(length - int(found[3]), 0) if found[3] else int(found[1])
    end = min(int(found[2]) + 1, length) if found[2] else length
    if first >= length:
        return Verdict(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
    return Verdict(HTTPStatus.PARTIAL_CONTENT, first, end)


def apply(response: Response, file: Path | None = None) -> Response:
    """Return an answer as the conditions of the current request have it: whole, 304, or a part of a file.

    Raises PreconditionFailed and RequestedRangeNotSatisfiable.
    """
    tag, is_weak = response.get_etag()
    if response.status_code != HTTPStatus.OK or tag is None or is_weak:
        return response
    length = None if file is None else response.content_length
    if length is not None:
        response.headers["Accept-Ranges"] = "bytes"
    verdict = judge(request.method, request.headers, tag, length)
    if verdict.status == HTTPStatus.OK:
        return response
    response.close()
    if verdict.status == HTTPStatus.PRECONDITION_FAILED:
        raise PreconditionFailed("the answer has another tag than those in If-Match")
    if verdict.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        raise RequestedRangeNotSatisfiable(length, "bytes", "the range begins after the end of the file")
    if verdict.status == HTTPStatus.PARTIAL_CONTENT and file is not None:
        return _take_part(response, file, verdict, length or 0)
    response.response, response.direct_passthrough = [], False
    response.status_code = HTTPStatus.NOT_MODIFIED
    for name in _ABOUT_THE_BODY:
        response.headers.pop(name, None)
    return response


def _take_part(response: Response, file: Path, part: Verdict, length: int) -> Response:
    """Return a part of a file that is opened now."""
    response.response = wrap_file(request.environ, FilePart(file, part.first, part.end))
    response.direct_passthrough = True
    response.status_code = HTTPStatus.PARTIAL_CONTENT
    response.headers["Content-Range"] = f"bytes {part.first}-{part.end - 1}/{length}"
    response.content_length = part.end - part.first
    return response


class FilePart(io.FileIO):
    """A part of a file as if it were one of its own."""

    def __init__(self, path: Path, first: int, end: int) -> None:
        """Open it at its first byte."""
        super().__init__(path)
        self._first, self._end = first, end
        super().seek(first)

    def read(self, size: int | None = -1) -> bytes:
        """Return at most so many bytes of the part."""
        left = self._end - super().tell()
        return super().read(left if size is None or size < 0 else min(size, left)) or b""

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place of the part."""
        base = {io.SEEK_SET: self._first, io.SEEK_CUR: super().tell(), io.SEEK_END: self._end}[whence]
        return super().seek(base + offset) - self._first

    def tell(self) -> int:
        """Return the place in the part."""
        return super().tell() - self._first


def install(app: Flask) -> None:
    """Let an application keep the conditions of every request, whatever view answers it."""
    app.after_request(_apply_to_answer)


def _apply_to_answer(response: Response) -> Response:
    try:
        return apply(response)
    except HTTPException as refusal:
        return errors.answer_http(refusal)

"""Answers compressed as Accept-Encoding allows: zstd (RFC 8878) and gzip, each with an ETag of its own.

What is sent compressed bears the tag of the plain answer with the name of the encoding behind it. A request
that brings such a tag back is asked with the plain one inside, so no other part needs to know.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from http import HTTPStatus

import zstandard
from flask import Flask, Request, Response, g, request
from werkzeug.datastructures import Headers
from werkzeug.http import quote_etag, unquote_etag

LEAST_BYTES = 1024
"""A smaller body is sent as it is."""

_GZIP_LEVEL = 5
_ZSTD_LEVEL = 3


def _zstd(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(_ZSTD_LEVEL).compress(body)


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, _GZIP_LEVEL, mtime=0)


ENCODERS: dict[str, Callable[[bytes], bytes]] = {"zstd": _zstd, "gzip": _gzip}
"""What there is; of two that a client likes alike, the first."""

# https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3: an entity tag, weak or strong
_TAG = re.compile(rf'((?:W/)?"[^"]*?)-({"|".join(ENCODERS)})"')
_COMPRESSIBLE = re.compile(
    r"text/|application/(?:(?:[\w.\-]+\+)?(?:json|xml)|n-triples|n-quads|trig|javascript)(?:;|$)|image/svg"
)
_BODILESS = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED, HTTPStatus.PARTIAL_CONTENT}


def choose_encoding(request: Request) -> str | None:
    """Return the encoding that the client of a request likes best, None when it likes none of ours."""
    if "HTTP_ACCEPT_ENCODING" not in request.environ:
        return None
    accepted = request.accept_encodings
    quality = {name: accepted.quality(name) for name in ENCODERS}
    best = max(ENCODERS, key=lambda name: quality[name])
    plain = accepted.quality("identity") if "identity" in accepted.values() else 0
    return best if quality[best] > 0 and quality[best] >= plain else None


def _take_tags() -> None:
    """Give the views the tags that they know; remember which encoded ones the client may be told again."""
    for header in ("If-Match", "If-None-Match"):
        given = request.headers.get(header, "")
        known = {
            f'{tag[1]}"': tag[0] for tag in _TAG.finditer(given) if request.accept_encodings.quality(tag[2])
        }
        if known:
            g.encoded_tags = known
            request.environ[f"HTTP_{header.upper().replace('-', '_')}"] = ", ".join([given, *known])


def _encode_answer(response: Response) -> Response:
    return encode(request, response)


def encode(request: Request, response: Response) -> Response:
    """Compress an answer that is worth it, and let each encoding have its own tag."""
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        _restore_tag(response)
    elif _may_be_encoded(response):
        body = response.get_data()
        if (encoded := compress(request, response.headers, body)) is not body:
            response.set_data(encoded)
    return response


def compress(request: Request, headers: Headers, body: bytes) -> bytes:
    """Return the body of an answer as it is to be sent, and say in its headers how that is."""
    if not _is_worth_it(headers, len(body)):
        return body
    _vary(headers)
    encoding = choose_encoding(request)
    if not encoding:
        return body
    headers["Content-Encoding"] = encoding
    tag, weak = unquote_etag(headers.get("ETag"))
    if tag:
        headers["ETag"] = quote_etag(f"{tag}-{encoding}", bool(weak))
    return ENCODERS[encoding](body)


def _may_be_encoded(response: Response) -> bool:
    """Return whether the body of an answer is here, and all of it."""
    return (
        not response.direct_passthrough and not response.is_streamed and response.status_code not in _BODILESS
    )


def _is_worth_it(headers: Headers, size: int) -> bool:
    return (
        size >= LEAST_BYTES
        and "Content-Encoding" not in headers
        and _COMPRESSIBLE.match(headers.get("Content-Type", "")) is not None
    )


def _vary(headers: Headers) -> None:
    """Let caches keep the answer for each Accept-Encoding apart."""
    others = headers.get("Vary")
    headers["Vary"] = f"{others}, Accept-Encoding" if others else "Accept-Encoding"


def _restore_tag(response: Response) -> None:
    """Let a 304 say the tag that the client has; it depends on what encodings that client takes."""
    _vary(response.headers)
    tag = response.headers.get("ETag", "")
    if tag in g.get("encoded_tags", {}):
        response.headers["ETag"] = g.encoded_tags[tag]


def install(app: Flask) -> None:
    """Let an application compress its answers; a second time does nothing."""
    if "kembar.encoding" not in app.extensions:
        app.extensions["kembar.encoding"] = True
        app.before_request(_take_tags)
        app.after_request(_encode_answer)

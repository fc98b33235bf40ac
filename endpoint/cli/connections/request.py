"""The head of a request by the book (RFC 9110, RFC 9112), and limits on what is read of it."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser, ParsingError, TransferEncodingNotImplemented
from waitress.utilities import BadRequest, Error, RequestEntityTooLarge, RequestHeaderFieldsTooLarge
from werkzeug.sansio.utils import host_is_trusted

from endpoint.cli.connections.memory import KeptAnswer, key_of

if TYPE_CHECKING:
    from endpoint.engine.cache import Key

REQUEST_LINE_BYTES = 64 * 1024
FIELD_BYTES = 8 * 1024
MOST_FIELDS = 100
HEAD_BYTES = REQUEST_LINE_BYTES + 4 * FIELD_BYTES
"""What a line, a header and the whole head of a request may have."""

KNOWN_FIELDS, KNOWN_BYTES = 256, 2048
"""How many blocks of headers are known by heart, and how long one of them may be."""

# A target of which there is nothing to decode, and that all who read it take apart at the same places.
_PLAIN_LINE = re.compile(rb"GET (/[\w.~/-]*)(?:\?([!\"$-~]*))? HTTP/1\.1")
_CODED_TWICE = re.compile(rb"^(transfer-encoding:)(?:[^\r\n]*,|(?s:.*)^\1)", re.I | re.M)
_SEVERAL_HOSTS = re.compile(rb"^host:(?s:.*)^host:", re.I | re.M)


class RequestLineTooLong(Error):
    """The address is longer than any that is read here."""

    code = 414
    reason = "URI Too Long"


class RequestParser(HTTPRequestParser):
    """Reads a request; what can be read in two ways is refused: a proxy before us might read it otherwise."""

    error: Any
    empty: bool
    kept: KeptAnswer | None = None

    @cached_property
    def key(self) -> Key | None:
        """Return what its answer is kept under, found out once; only for a request that is read."""
        return key_of(self)

    def received(self, data: bytes) -> int:
        """Take what came and return how many bytes of it belong to this request."""
        before = self.header_plus
        consumed: int = super().received(data)
        if isinstance(self.error, RequestHeaderFieldsTooLarge) and b"\n" not in before + data:
            self.error = RequestLineTooLong(f"a request line has at most {REQUEST_LINE_BYTES} bytes")
        if isinstance(self.error, RequestEntityTooLarge):
            self._leave_body()
        if self.completed:
            self.expect_continue = False  # there is no body to wait for, or none that is read
        if self.empty:
            self.empty, self.error = False, BadRequest("a request begins with its line, not with blank ones")
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head. Raises ParsingError for what is refused with 400."""
        line, _, fields = header_plus.partition(b"\r\n")
        if len(line) > REQUEST_LINE_BYTES:
            self.error = RequestLineTooLong(f"a request line has at most {REQUEST_LINE_BYTES} bytes")
        elif fields.count(b"\r\n") > MOST_FIELDS or max(map(len, fields.split(b"\r\n"))) > FIELD_BYTES:
            self.error = RequestHeaderFieldsTooLarge(
                f"a request has at most {MOST_FIELDS} headers of at most {FIELD_BYTES} bytes"
            )
        if self.error:
            self.completed = True
        elif (found := _PLAIN_LINE.fullmatch(line)) and (headers := _known(fields, self.adj)) is not None:
            self._take(line, found, headers)
        else:
            self.read_head(header_plus)

    def read_head(self, header_plus: bytes) -> None:
        """Read a head that is within the limits. Raises ParsingError for what is refused with 400."""
        fields = header_plus.partition(b"\r\n")[2]
        if _CODED_TWICE.search(fields):
            raise ParsingError("a body is coded once, as chunked")
        try:
            super().parse_header(header_plus)
        except ValueError as exc:  # of an address such as http://[::1
            raise ParsingError(f"the address is none: {exc}") from exc
        self._check_frame()
        self._check_host(fields)

    def _take(self, line: bytes, found: re.Match[bytes], headers: dict[str, str]) -> None:
        """Become what ``read_head`` would make of a plain line with these headers."""
        self.first_line, self.command, self.version = line, "GET", "1.1"
        self.path, self.query = found[1].decode(), (found[2] or b"").decode()
        self.request_uri = line[len("GET ") : -len(" HTTP/1.1")].decode()
        self.proxy_scheme = self.proxy_netloc = self.fragment = ""
        self.url_scheme, self.headers = self.adj.url_scheme, headers.copy()

    def _check_frame(self) -> None:
        """Refuse what tells the length of the body in two ways, and versions that are not spoken here."""
        if self.version not in ("1.0", "1.1"):
            raise ParsingError("HTTP/1.1 and HTTP/1.0 are spoken here")
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            raise ParsingError("a body has a length or comes in chunks, not both")
        if self.version == "1.0" and "TRANSFER_ENCODING" in self.headers:
            raise ParsingError("HTTP/1.0 knows no chunks")

    def _check_host(self, fields: bytes) -> None:
        """Let Host be what the address names, if it does, else one host; RFC 9112, 3.2.

        What the framework takes for no host is refused here: it would make links without one.
        """
        if self.proxy_netloc:
            self.headers["HOST"] = self.proxy_netloc
        host = self.headers.get("HOST")
        if host is None and self.version == "1.0":
            return
        if host is None or _SEVERAL_HOSTS.search(fields) or not host_is_trusted(host):
            raise ParsingError("Host must name one host, and a port from 1 to 65535 if need be")

    def _leave_body(self) -> None:
        """Let the application refuse a body that is too long, by its length, and read no more of it."""
        self.error, self.body_rcv = None, None
        self.headers["CONNECTION"] = "close"
        if self.chunked:
            self.headers["CONTENT_LENGTH"] = str(self.body_bytes_received)


def _known(fields: bytes, adjustments: Adjustments) -> dict[str, str] | None:
    """Return what is to be known of a block of headers; None when it is to be read with its line."""
    return _read_fields(fields, adjustments) if len(fields) <= KNOWN_BYTES else None


@lru_cache(KNOWN_FIELDS)
def _read_fields(fields: bytes, adjustments: Adjustments) -> dict[str, str] | None:
    """Return the headers below the line of a plain request: a program sends the same with all of them.

    None for what is wrong with them, and for those that say more: of a body, or of the connection.
    """
    request = RequestParser(adjustments)
    try:
        request.read_head(b"GET / HTTP/1.1\r\n" + fields)
    except (ParsingError, TransferEncodingNotImplemented):
        return None
    says_more = request.body_rcv is not None or request.expect_continue or request.connection_close
    return None if says_more else request.headers

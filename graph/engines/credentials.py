"""Who we are to an engine elsewhere: a name and a password, or a token; they are shown to nobody else."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Generator
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

import httpx

from graph.errors import EngineFailed


@dataclass(frozen=True)
class Credentials:
    """What the engine asks for; empty where it asks for nothing."""

    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def as_auth(self) -> httpx.Auth | None:
        """Return how requests are signed: with the token, or as the engine asks once it refuses one."""
        if self.token:
            return _Bearer(self.token)
        return _AsAsked(self.user, self.password) if self.user else None

    def redact(self, text: str) -> str:
        """Return a text of the engine without what only we may know, which it may have sent back.

        It is the whole text, as it came: of a part, a part of a secret may be left.
        """
        basic = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        secrets = filter(None, (self.token, self.password, basic if self.user else ""))
        written = {write(secret) for secret in secrets for write in _WRITTEN}
        for secret in sorted(written, key=len, reverse=True):
            text = text.replace(secret, "***")
        return text


_WRITTEN = (
    str,
    html.escape,
    quote,
    quote_plus,
    lambda secret: json.dumps(secret)[1:-1],
    lambda secret: " ".join(secret.split()),
    lambda secret: repr(secret.encode())[2:-1],
)
"""How a text may write what was sent: as it is, in a page, an address, JSON, on one line, in Python."""


class _Bearer(httpx.Auth):
    """https://www.rfc-editor.org/rfc/rfc6750#section-2.1."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


class _AsAsked(httpx.Auth):
    """Basic or Digest (https://www.rfc-editor.org/rfc/rfc7617, rfc7616), whichever the engine names first.

    An engine that asks for nothing is told nothing.
    """

    def __init__(self, user: str, password: str) -> None:
        self._user, self._password = user, password
        self._chosen: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        if self._chosen is None:
            response = yield request
            if response.status_code != httpx.codes.UNAUTHORIZED:
                return
            scheme = response.headers.get("WWW-Authenticate", "").partition(" ")[0].lower()
            of_scheme = httpx.DigestAuth if scheme == "digest" else httpx.BasicAuth
            self._chosen = of_scheme(self._user, self._password)
        try:
            yield from self._chosen.auth_flow(request)
        except (KeyError, NotImplementedError, UnicodeEncodeError) as exc:
            raise EngineFailed(
                "the engine asks for a kind of Digest, or for letters in it, that cannot be sent"
            ) from exc

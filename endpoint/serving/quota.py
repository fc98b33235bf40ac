"""What one client may ask of the free lane: queries at a time, query time, and failed queries.

A client is an address (an IPv6 network of 64 bits), kept only as a hash whose key dies with the process, and
only as long as there is something to remember. Pages, questions and downloads are not counted here: they have
a lane of their own and are answered from memory for the most part.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask, current_app, g, request

from endpoint.config import Config
from endpoint.errors import RateLimited, is_own_doing
from endpoint.serving.access_log import current_visit

METERED = frozenset({"sparql.answer", "sparql.answer_pinned", "graph_store.answer"})
"""The endpoints, by Flask's names, whose queries are a stranger's own."""

BURST_MINUTES = 2
"""How many minutes' worth a client may take at once."""
MOST_CLIENTS = 20_000
RETRY_SECONDS = 1


@dataclass
class Bucket:
    """A bucket that leaks ``per_minute`` and is full at the double; 0 a minute: it never fills."""

    per_minute: float
    level: float = 0.0
    at: float = 0.0

    def fill(self, amount: float, now: float) -> None:
        """Put something in, over the brim if need be."""
        self.level = self._level(now) + amount
        self.at = now

    def wait(self, now: float, room: float = 0.0) -> float:
        """Return the seconds until there is so much room, 0 when there is now."""
        over = self._level(now) + room - BURST_MINUTES * self.per_minute
        if not self.per_minute or over <= 0:
            return 0.0
        return max(over * 60 / self.per_minute, RETRY_SECONDS)

    def is_empty(self, now: float) -> bool:
        """Return whether nothing is in it."""
        return not self._level(now)

    def _level(self, now: float) -> float:
        return max(0.0, self.level - (now - self.at) * self.per_minute / 60)


@dataclass
class _Client:
    seconds: Bucket
    errors: Bucket
    queries: int = 0

    def is_idle(self, now: float) -> bool:
        return not self.queries and self.seconds.is_empty(now) and self.errors.is_empty(now)


@dataclass
class Quota:
    """The clients that are remembered. Safe for many threads."""

    config: Config
    clock: Callable[[], float] = time.monotonic
    _clients: OrderedDict[bytes, _Client] = field(default_factory=OrderedDict)
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def name(self, address: str) -> bytes:
        """Return what a client is called here: a keyed hash of its network."""
        return hashlib.blake2b(network_of(address).encode(), key=self._key, digest_size=16).digest()

    def enter(self, client: bytes) -> None:
        """Let a query begin; ``leave`` must follow. Raises RateLimited with the seconds to wait."""
        with self._lock:
            self._refuse(self._clients.get(client))
            self._find(client).queries += 1

    def leave(self, client: bytes, seconds: float, failed: bool) -> None:
        """Take note of the end of a query, the seconds it took, and whether it failed by its own fault."""
        with self._lock:
            now, one = self.clock(), self._find(client)
            one.queries -= 1
            one.seconds.fill(seconds, now)
            one.errors.fill(float(failed), now)

    def __len__(self) -> int:
        """Return how many clients are remembered."""
        return len(self._clients)

    def _refuse(self, one: _Client | None) -> None:
        config = self.config
        if one is None:
            return
        if config.client_queries and one.queries >= config.client_queries:
            raise RateLimited("client-queries", config.client_queries, RETRY_SECONDS)
        now = self.clock()
        if wait := one.seconds.wait(now):
            raise RateLimited("client-seconds", config.client_seconds_per_minute, math.ceil(wait))
        if wait := one.errors.wait(now, room=1):
            raise RateLimited("client-errors", config.client_errors_per_minute, math.ceil(wait))

    def _find(self, client: bytes) -> _Client:
        one = self._clients.get(client)
        if one is None:
            self._forget()
            one = self._clients[client] = _Client(
                Bucket(self.config.client_seconds_per_minute), Bucket(self.config.client_errors_per_minute)
            )
        self._clients.move_to_end(client)
        return one

    def _forget(self) -> None:
        """Make room: forget who was here longest ago, as long as nothing is held against them."""
        now = self.clock()
        while self._clients:
            oldest = next(iter(self._clients))
            if not self._clients[oldest].is_idle(now) and len(self._clients) < MOST_CLIENTS:
                return
            if self._clients[oldest].queries:
                self._clients.move_to_end(oldest)
                return
            del self._clients[oldest]


def network_of(address: str) -> str:
    """Return the network that counts as one client: an IPv4 address, or 64 bits of an IPv6 address."""
    try:
        ip = ipaddress.ip_address(address.strip())
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is None:
            return str(ipaddress.ip_network((int(ip), 64), strict=False))
        return str(ip.ipv4_mapped)
    return str(ip)


def client_address(connection: str, forwarded: str, trusted_proxies: int) -> str:
    """Return the address of the client: of the connection, or what the outermost trusted proxy saw.

    ``forwarded`` is X-Forwarded-For, to which each proxy appends; what stands before the entries of the
    trusted ones is the client's own word and is never used.
    """
    hops = [hop.strip() for hop in forwarded.split(",")]
    if not trusted_proxies or len(hops) < trusted_proxies:
        return connection
    return hops[-trusted_proxies] or connection


def asking_address(trusted_proxies: int) -> str:
    """Return the address of the client of the current request."""
    forwarded = request.headers.get("X-Forwarded-For", "") if trusted_proxies else ""
    return client_address(request.remote_addr or "", forwarded, trusted_proxies)


def install(app: Flask) -> None:
    """Let an application keep these limits; a second time does nothing."""
    if "kembar.quota" not in app.extensions:
        app.extensions["kembar.quota"] = Quota(app.extensions["kembar"].config)
        app.before_request(_enter)
        app.teardown_request(_leave)


def _quota() -> Quota:
    quota: Quota = current_app.extensions["kembar.quota"]
    return quota


def _enter() -> None:
    if request.endpoint not in METERED or request.method == "OPTIONS":
        return
    quota = _quota()
    client = quota.name(asking_address(quota.config.trusted_proxies))
    quota.enter(client)
    g.quota_client = client


def _leave(_: BaseException | None) -> None:
    client = g.pop("quota_client", None)
    if client is not None:
        visit = current_visit()
        _quota().leave(client, visit.query_seconds, is_own_doing(visit.status))

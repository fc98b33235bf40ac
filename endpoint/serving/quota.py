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
from endpoint.serving.access_log import current_record

METERED = frozenset({"sparql.answer", "sparql.answer_pinned", "graph_store.answer"})
"""The endpoints, by Flask's names, whose queries are a stranger's own."""

BURST_MINUTES = 2
"""How many minutes' worth a client may take at once."""
MOST_CLIENTS = 20_000
RETRY_SECONDS = 1


@dataclass
class LeakyBucket:
    """A bucket that leaks ``per_minute`` and is full at the double; 0 a minute: it never fills."""

    per_minute: float
    level: float = 0.0
    at: float = 0.0

    def fill(self, amount: float, now: float) -> None:
        """Put something in, over the brim if need be."""
        self.level = self._level(now) + amount
        self.at = now

    def wait_seconds(self, now: float, room: float = 0.0) -> float:
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
class _Usage:
    seconds: LeakyBucket
    errors: LeakyBucket
    queries: int = 0

    def is_idle(self, now: float) -> bool:
        return not self.queries and self.seconds.is_empty(now) and self.errors.is_empty(now)


@dataclass
class Quota:
    """What each client has used lately. Safe for many threads."""

    config: Config
    clock: Callable[[], float] = time.monotonic
    _usages: OrderedDict[bytes, _Usage] = field(default_factory=OrderedDict)
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def client_key(self, address: str) -> bytes:
        """Return the name of a client: a keyed hash of its network."""
        return hashlib.blake2b(network_of(address).encode(), key=self._key, digest_size=16).digest()

    def begin_query(self, client: bytes) -> None:
        """Let a query begin; ``end_query`` must follow. Raises RateLimited with the seconds to wait."""
        with self._lock:
            self._check(self._usages.get(client))
            self._usage_of(client).queries += 1

    def end_query(self, client: bytes, seconds: float, failed: bool) -> None:
        """Take note of the end of a query, the seconds it took, and whether it failed by its own fault."""
        with self._lock:
            now, usage = self.clock(), self._usage_of(client)
            usage.queries -= 1
            usage.seconds.fill(seconds, now)
            usage.errors.fill(float(failed), now)

    def _check(self, usage: _Usage | None) -> None:
        config = self.config
        if usage is None:
            return
        if config.client_queries and usage.queries >= config.client_queries:
            raise RateLimited("client-queries", config.client_queries, RETRY_SECONDS)
        now = self.clock()
        if wait := usage.seconds.wait_seconds(now):
            raise RateLimited("client-seconds", config.client_seconds_per_minute, math.ceil(wait))
        if wait := usage.errors.wait_seconds(now, room=1):
            raise RateLimited("client-errors", config.client_errors_per_minute, math.ceil(wait))

    def _usage_of(self, client: bytes) -> _Usage:
        usage = self._usages.get(client)
        if usage is None:
            self._evict()
            seconds = LeakyBucket(self.config.client_seconds_per_minute)
            errors = LeakyBucket(self.config.client_errors_per_minute)
            usage = self._usages[client] = _Usage(seconds, errors)
        self._usages.move_to_end(client)
        return usage

    def _evict(self) -> None:
        """Make room: forget who was here longest ago, as long as nothing is held against them."""
        now = self.clock()
        while self._usages:
            oldest = next(iter(self._usages))
            if not self._usages[oldest].is_idle(now) and len(self._usages) < MOST_CLIENTS:
                return
            if self._usages[oldest].queries:
                self._usages.move_to_end(oldest)
                return
            del self._usages[oldest]


def network_of(address: str) -> str:
    """Return the network that counts as one client: an IPv4 address, or 64 bits of an IPv6 address."""
    if ":" not in address:
        return address.strip()
    try:
        ip = ipaddress.IPv6Address(address.strip())
    except ValueError:
        return address
    return str(ip.ipv4_mapped or ipaddress.ip_network((int(ip), 64), strict=False))


def client_address(connection: str, forwarded: str, trusted_proxies: int) -> str:
    """Return the address of the client: of the connection, or what the outermost trusted proxy saw.

    ``forwarded`` is X-Forwarded-For, to which each proxy appends; what stands before the entries of the
    trusted ones is the client's own word and is never used.
    """
    hops = [hop.strip() for hop in forwarded.split(",")]
    if not trusted_proxies or len(hops) < trusted_proxies:
        return connection
    return hops[-trusted_proxies] or connection


def request_address(trusted_proxies: int) -> str:
    """Return the address of the client of the current request."""
    forwarded = request.headers.get("X-Forwarded-For", "") if trusted_proxies else ""
    return client_address(request.remote_addr or "", forwarded, trusted_proxies)


def install(app: Flask) -> None:
    """Let an application keep these limits; a second time does nothing."""
    if "kembar.quota" not in app.extensions:
        app.extensions["kembar.quota"] = Quota(app.extensions["kembar"].config)
        app.before_request(_begin_query)
        app.teardown_request(_end_query)


def _quota() -> Quota:
    quota: Quota = current_app.extensions["kembar.quota"]
    return quota


def _begin_query() -> None:
    if request.endpoint not in METERED or request.method == "OPTIONS":
        return
    quota = _quota()
    client = quota.client_key(request_address(quota.config.trusted_proxies))
    quota.begin_query(client)
    g.quota_client = client


def _end_query(_: BaseException | None) -> None:
    client = g.pop("quota_client", None)
    if client is not None:
        record = current_record()
        _quota().end_query(client, record.query_seconds, is_own_doing(record.status))

"""What one client may ask: queries at a time, time of all processes, failed queries, answers on their way.

A client is an address (an IPv6 network of 64 bits), kept only as a hash whose key dies with the process, and
only as long as there is something to remember. Time is what query processes worked for it, and what its
requests took of this process; waiting costs nothing. It is counted for all but health, metrics and the
style sheet; queries at a time and failures for what a stranger wrote.
"""

from __future__ import annotations

import hashlib
import math
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask, Request, Response, current_app, g, request

from endpoint.config import Config
from endpoint.errors import RateLimited, answer_error, is_own_doing
from endpoint.serving.clients import current_client, network_of, request_address
from endpoint.serving.connection import KEEP, AnswersInFlight, cutter, waited_seconds
from endpoint.serving.records.access_log import current_record
from graph.errors import EngineOverloaded

NEVER_METERED = frozenset(
    {"health.report_ready", "health.report_live", "metrics.report", "assets.send_asset", "assets.send_icon"}
)
METERED = frozenset({"sparql.answer", "sparql.answer_pinned", "graph_store.answer", "agents.answer"})
"""The endpoints, by Flask's names, whose queries are a stranger's own."""

_PAGE_CLOCK, _QUERY_CLOCK = time.thread_time, time.perf_counter
"""What a request takes of this process: the processor time of its thread. To ask for that takes longer than a
small query on some systems, so for queries it is all time but that of the query, which is little more.
"""
BURST_MINUTES = 2
"""How many minutes' worth a client may take at once."""
MOST_CLIENTS = 20_000
RETRY_SECONDS = 1
SMALL_BYTES = 1 << 20
"""An answer up to this size is sent however much is on its way to its client."""


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

    def begin_request(self, client: bytes, is_query: bool) -> None:
        """Let a request begin; ``end_request`` must follow. Raises RateLimited with the seconds to wait."""
        with self._lock:
            self._check(self._usages.get(client), is_query)
            self._usage_of(client).queries += is_query

    def end_request(self, client: bytes, seconds: float, failed: bool, is_query: bool) -> None:
        """Take note of the end of a request, the seconds it took, and whether it failed by its own fault."""
        with self._lock:
            now, usage = self.clock(), self._usage_of(client)
            usage.queries -= is_query
            usage.seconds.fill(seconds, now)
            usage.errors.fill(float(failed), now)

    def _check(self, usage: _Usage | None, is_query: bool) -> None:
        config = self.config
        if usage is None:
            return
        if is_query and config.client_queries and usage.queries >= config.client_queries:
            raise RateLimited("client-queries", config.client_queries, RETRY_SECONDS)
        now = self.clock()
        if wait := usage.seconds.wait_seconds(now):
            raise RateLimited("client-seconds", config.client_seconds_per_minute, math.ceil(wait))
        if is_query and (wait := usage.errors.wait_seconds(now, room=1)):
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


def install(app: Flask, quota: Quota) -> None:
    """Let an application keep these limits."""
    app.extensions["kembar.quota"] = quota
    app.extensions["kembar.answers"] = AnswersInFlight(quota.config.sending_bytes)
    app.before_request(_begin_request)
    app.after_request(_begin_answer)
    app.teardown_request(_end_request)


def _quota() -> Quota:
    quota: Quota = current_app.extensions["kembar.quota"]
    return quota


def _answers() -> AnswersInFlight:
    answers: AnswersInFlight = current_app.extensions["kembar.answers"]
    return answers


def _begin_request() -> None:
    """Refuse a client that has used up its share, or has waited too long for a thread."""
    if request.endpoint not in NEVER_METERED and request.method != "OPTIONS":
        begin(request, is_query=request.endpoint in METERED)


def begin(request: Request, is_query: bool) -> None:
    """Let a request begin; ``end`` must follow when it may. Raises RateLimited, and EngineOverloaded."""
    quota = _quota()
    config = quota.config
    client = g.client = quota.client_key(request_address(request, config.trusted_proxies))
    if waited_seconds(request) > config.queue_seconds:
        raise EngineOverloaded(math.ceil(config.queue_seconds))
    quota.begin_request(client, is_query)
    g.metered_since = (_QUERY_CLOCK if is_query else _PAGE_CLOCK)()


def _begin_answer(response: Response) -> Response:
    try:
        begin_answer(request, response)
    except RateLimited as error:
        return answer_error(error)
    return response


def begin_answer(request: Request, response: Response) -> None:
    """Count the bytes of an answer as ``begin_sending`` does, which says what it raises."""
    if response.direct_passthrough:
        return
    try:
        sent = begin_sending(request, response.calculate_content_length() or 0)
    except RateLimited:
        response.close()
        raise
    response.call_on_close(sent)


def begin_sending(request: Request, size: int) -> Callable[[], None]:
    """Count the bytes of an answer until they are sent, where the server says when that is: by a call.

    A client that takes its answers too slowly is refused another large one, and never a small one: this
    raises RateLimited.
    """
    if (cut := cutter(request)) is None:
        return _do_nothing
    client, most = current_client(), _quota().config.sending_bytes
    if size > SMALL_BYTES and _answers().bytes_of(client) + size > most // 2:
        request.environ.pop(KEEP, None)
        raise RateLimited("client-bytes", most // 2, RETRY_SECONDS)
    return _answers().begin(client, size, cut)


def _do_nothing() -> None:
    """Take note of nothing: nobody says when answers are sent."""


def _end_request(_: BaseException | None) -> None:
    end(is_query=request.endpoint in METERED)


def end(is_query: bool) -> None:
    """Take note of the end of the current request, if it could begin."""
    since = g.pop("metered_since", None)
    if since is not None:
        record = current_record()
        now, elsewhere = (_QUERY_CLOCK, record.query_seconds) if is_query else (_PAGE_CLOCK, 0.0)
        spent = record.worked_seconds + max(now() - since - elsewhere, 0.0)
        failed = is_query and is_own_doing(g.pop("failed_status", record.status))
        _quota().end_request(g.client, spent, failed, is_query=is_query)

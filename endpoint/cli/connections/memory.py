"""Answers from memory before the framework does its work: whole ones, and 304 for who has them.

What is kept is what the application marked (``KEEP``): stable answers of the current release to GET. Another
release empties the memory. Hits are counted and logged as the application does.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from endpoint.engine.observer import Lane, Outcome, QueryEnd
from endpoint.serving.clients import client_address
from endpoint.serving.records.access_log import RequestRecord

if TYPE_CHECKING:
    from flask import Flask

    from endpoint.engine.cache import Key

Headers = list[tuple[str, str]]

SHARE = 4
"""The memory takes this part of what the answers of a release may take, and an answer this part of that."""
_CHOOSES = ("HOST", "ACCEPT", "ACCEPT_ENCODING", "ACCEPT_LANGUAGE", "X_FORWARDED_PROTO")
"""The headers that an answer may depend on."""
_BEYOND = frozenset({"IF_MATCH", "RANGE", "CONTENT_LENGTH", "EXPECT"})
"""With one of these the application decides."""
_ABOUT_THE_BODY = ("content-type", "content-encoding", "content-language")


@dataclass(frozen=True)
class KeptAnswer:
    """One answer as it was sent, with its headers but for length, date and connection.

    Its head is written when it is given again, which becomes of few.
    """

    release: str
    tag: str
    headers: Headers
    body: bytes
    record: RequestRecord
    lane: Lane

    @cached_property
    def head(self) -> bytes:
        """Return the lines of its head."""
        return _lines([*self.headers, ("Content-Length", str(len(self.body)))])

    @cached_property
    def head_unchanged(self) -> bytes:
        """Return the lines of the head of a 304."""
        return _lines([pair for pair in self.headers if pair[0].lower() not in _ABOUT_THE_BODY])


class AnswerMemory:
    """The answers that were asked for last, as bytes. Safe for many threads."""

    def __init__(self, app: Flask, trusted_proxies: int) -> None:
        """Start with none, for the answers of this application."""
        self._switch, self._metrics = app.extensions["kembar"], app.extensions["kembar.metrics"]
        self._log, self._trusted_proxies = app.extensions["kembar.log"], trusted_proxies
        self._most_bytes = self._switch.config.cache_bytes // SHARE
        self._answers: OrderedDict[Key, KeptAnswer] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def find(self, request: Any) -> KeptAnswer | None:
        """Return the answer to a request of waitress, None when it is not here or not to be decided here."""
        key = request.key
        if key is None:
            return None
        with self._lock:
            found = self._answers.get(key)
            if found is None or self._switch.refusal or found.release != self._switch.service.release.id:
                return None
            self._answers.move_to_end(key)
            return found

    def keep(self, request: Any, status: str, headers: Headers, body: bytes, mark: Any) -> None:
        """Keep an answer of the application as it marked it, unless it is too large to be worth others."""
        record, lane = mark
        key, tag = request.key, next((value for name, value in headers if name.lower() == "etag"), "")
        if key is None or not status.startswith("200") or not tag:
            return
        given = [pair for pair in headers if pair[0].lower() != "content-length"]
        answer = KeptAnswer(record.release, tag, given, body, record, lane)
        size = _size(key, answer)
        if size > self._most_bytes // SHARE:
            return
        with self._lock:
            self._forget_others(record.release)
            old = self._answers.pop(key, None)
            self._bytes += size - (0 if old is None else _size(key, old))
            self._answers[key] = answer
            while self._bytes > self._most_bytes:
                self._bytes -= _size(*self._answers.popitem(last=False))

    def note(self, answer: KeptAnswer, request: Any, address: str, status: HTTPStatus, since: float) -> None:
        """Count and log an answer that was sent from here."""
        seconds = time.perf_counter() - since
        size = len(answer.body) if status == HTTPStatus.OK else 0
        record = replace(
            answer.record, start=since, seconds=seconds, query_seconds=0.0, status=status.value, bytes=size
        )
        if status == HTTPStatus.OK:
            record.queries = record.from_memory = 1
            self._metrics.query_ended(QueryEnd(answer.lane, Outcome.CACHED, seconds, ""))
        else:
            record.queries = record.from_memory = 0
        self._metrics.request_ended(record)
        if self._log.is_open:
            forwarded = request.headers.get("X_FORWARDED_FOR", "")
            client = client_address(address, forwarded, self._trusted_proxies)
            parameters = dict(parse_qsl(request.query, keep_blank_values=True, errors="replace"))
            self._log.write(record, client, parameters)

    def _forget_others(self, release: str) -> None:
        """Forget the answers of another release."""
        if self._answers and next(reversed(self._answers.values())).release != release:
            self._answers.clear()
            self._bytes = 0


def has_it_already(request: Any, answer: KeptAnswer) -> bool:
    """Return whether a request names the tag of an answer, so that 304 tells it all."""
    said = request.headers.get("IF_NONE_MATCH", "").split(",")
    return any(tag.strip().removeprefix("W/") in (answer.tag, "*") for tag in said)


def key_of(request: Any) -> Key | None:
    """Return what a request of waitress is kept under, None when the application decides on it each time."""
    headers = request.headers
    if request.command != "GET" or not _BEYOND.isdisjoint(headers):
        return None
    return (request.request_uri, *[headers.get(name, "") for name in _CHOOSES])


def _lines(headers: Headers) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode("latin-1")


def _size(key: Key, answer: KeptAnswer) -> int:
    return len(answer.body) + 4 * sum(map(len, key)) + 2048

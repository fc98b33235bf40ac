"""One query in one format on every server: first, new, asked again, and unchanged (304)."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.data import Dataset
from benchmarks.peers import load
from benchmarks.peers.client import Reply, Request
from benchmarks.peers.load import Driver, Failed, Timing, take_turns
from benchmarks.peers.processes import Unavailable
from benchmarks.peers.report import MANY_304, MANY_AGAIN, MANY_NEW, ONE_304, ONE_AGAIN, ONE_NEW, Key, Results
from benchmarks.peers.servers import GIVE_UP_SECONDS, Server
from benchmarks.questions import MEDIA_TYPES, Question, agrees, rows

CONNECTIONS = 8
MOST_REQUESTS = 2_000
SLOW_MS = 1_000
"""A query that takes longer than this one at a time is not asked eight at a time."""
MOST_SECONDS = 10.0


def print_progress(text: str) -> None:
    """Print a line about progress to stderr."""
    print(text, file=sys.stderr, flush=True)


@dataclass
class _Asked:
    """One server that answered a query, with the request and the tag of its answer."""

    server: Server
    key: Key
    request: Request
    etag: str


@dataclass
class Bench:
    """The servers with the data, how long and how often each is measured, and where results go."""

    dataset: Dataset
    folder: Path
    servers: Sequence[Server]
    seconds: float
    rounds: int
    results: Results
    unanswered: set[tuple[str, str]] = field(default_factory=set)

    def ask_all(self, question: Question, form: str) -> None:
        """Measure one query in one format on every server, and compare the answers."""
        print_progress(f"{self.dataset.name}: {question.name}, {form}")
        expected: Counter[tuple[str, ...]] | None = None
        asked = []
        for server in self.servers:
            key = (server.name, question.name, form)
            reply = self._ask_first(server, question, key)
            if reply is None:
                continue
            found = rows(reply.body, form)
            expected = found if expected is None else expected
            if not agrees(question, expected, found):
                self.results.differing.add(key)
            self.results.sizes[key] = found.total(), len(reply.body)
            request = server.target.request(question.text, MEDIA_TYPES[form])
            asked.append(_Asked(server, key, request, reply.header("etag")))
        self._measure(asked, ONE_NEW, MANY_NEW)
        if form != "csv":
            self._measure(asked, ONE_AGAIN, MANY_AGAIN)
        known = [replace(a, request=a.request.if_changed(a.etag)) for a in asked if a.etag]
        self._measure(known, ONE_304, MANY_304)
        for (mode, key), fault in self.results.faults.items():
            if key[1:] == (question.name, form):
                print_progress(f"  {key[0]}, {mode}: {fault}")

    def _ask_first(self, server: Server, question: Question, key: Key) -> Reply | None:
        """Return the first answer of a server, or None when it gives none."""
        self.results.questions.append(key)
        if (server.name, question.name) in self.unanswered:
            self.results.note(f"over {GIVE_UP_SECONDS:g} s", key, ONE_NEW, MANY_NEW)
            return None
        request = server.target.request(question.text, MEDIA_TYPES[key[2]])
        try:
            reply, self.results.first[key] = load.first(server.target, request, GIVE_UP_SECONDS)
        except Failed as exc:
            self._note(exc, server, key, ONE_NEW, MANY_NEW)
            return None
        return reply

    def _measure(self, asked: Sequence[_Asked], one: str, many: str) -> None:
        """Measure one at a time, all servers in turn, then eight at a time, one server after the other."""
        fresh, expect = one == ONE_NEW, 304 if one == ONE_304 else 200
        drivers = [
            Driver(a.server.target, a.request.new if fresh else a.request.same, expect, GIVE_UP_SECONDS)
            for a in asked
        ]
        before = {this.key: this.server.spent() for this in asked}
        take_turns(drivers, self.seconds, MOST_REQUESTS)
        quick = []
        for this, driver in zip(asked, drivers, strict=True):
            try:
                self.results.timings[one, this.key] = timing = driver.timing()
                work = this.server.spent() - before[this.key]
                self.results.work[one, this.key] = 1000 * work / timing.count
            except Failed as exc:
                self._note(exc, this.server, this.key, one, many)
            else:
                quick += [(this, timing)] if timing.median < SLOW_MS else []
        found: dict[Key, list[Timing]] = {this.key: [] for this, _ in quick}
        for turn in range(self.rounds):
            for place in range(len(quick)):
                this, timing = quick[(place + turn) % len(quick)]
                seconds = max(self.seconds, min(MOST_SECONDS, timing.median * CONNECTIONS / 500))
                try:
                    rate = load.side_by_side(this.server.target, this.request, fresh, CONNECTIONS, seconds)
                    found[this.key].append(rate)
                except Failed as exc:
                    self._note(exc, this.server, this.key, many)
        for key, timings in found.items():
            if len(timings) == self.rounds:
                ordered = sorted(timings, key=lambda timing: timing.rate)
                self.results.timings[many, key] = ordered[len(ordered) // 2]

    def _note(self, fault: Failed, server: Server, key: Key, *modes: str) -> None:
        """Keep what went wrong; a server that may still be at a query is started anew."""
        self.results.note(str(fault), key, *modes)
        if not fault.is_timeout:
            return
        self.unanswered.add((server.name, key[1]))
        print_progress(f"  {server.name}: started anew, its query would go on")
        try:
            server.restart(self.dataset, self.folder)
        except Unavailable as exc:
            print_progress(f"  {server.name}: {exc}")
            self.servers = [kept for kept in self.servers if kept is not server]

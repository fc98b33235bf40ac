"""An hour of chaos: sixteen clients ask while processes are killed, files damaged and releases switched.

    python -m benchmarks.neighbours.chaos --minutes 60

Each answer is compared with the known one: it must be right, or refused, or broken off for the client to see.
Told is what was done, the share of right answers outside the seconds of a disturbance (99.9 % are expected),
and what the service holds at the end beside the start. Exit code 1 when an answer was wrong, when fewer were
right, or when memory, descriptors or processes have grown.
"""

from __future__ import annotations

import argparse
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.neighbours.answers import PATIENCE, Got, KnownAnswers, Worth, get, learn, wait_for
from benchmarks.neighbours.mischief import HARMS, Disturbance, Mischief
from benchmarks.neighbours.notes import UNMETERED, free_port
from graph.store.releases import Release, list_releases, switch_current

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "loaders" / "collections" / "EXAMPLE"
CLIENTS = {"steady": 8, "new": 4, "slow": 2, "silent": 1, "hostile": 1}
EXPECTED = 0.999
FEW = 3
"""So many requests that were not right say nothing of the share: in half a minute there are a thousand."""
PATIENT = {"KEMBAR_QUERY_SECONDS": "30", "KEMBAR_QUEUE_SECONDS": "60"}
"""Settings with which nothing is late although much else runs on the machine."""
GROWTH = 1.5
"""How much more memory than at the start is no growth: the caches fill."""
THREADS = 10
"""How many descriptors more of a process that answers are no growth: threads come when many ask at once."""
_HALVES = (b"", b"GET /spa", b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nq")
_HOSTILE = (
    b"\x16\x03\x01\x02\x00",
    b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"\r\n\r\n" * 4000,
    b"GET /sparql?query=" + b"%7B" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
)


@dataclass
class Holding:
    """What a service holds: resident bytes and descriptors of the processes that answer, their children."""

    resident: int
    descriptors: int
    processes: int
    answering: int = 1
    """How many processes answer."""

    @classmethod
    def of(cls, serving: Sequence[psutil.Process]) -> Holding:
        """Return that of all serving processes now."""
        return cls(
            sum(one.memory_info().rss for one in serving),
            sum(one.num_fds() for one in serving),
            sum(len(one.children()) for one in serving),
            len(serving),
        )


@dataclass
class Report:
    """What came of the chaos."""

    got: list[Got]
    disturbances: Sequence[Disturbance]
    before: Holding
    after: Holding
    faults: list[str] = field(default_factory=list)

    def outside(self) -> list[Got]:
        """Return the requests that nothing disturbed."""
        spans = [(one.began, one.ended) for one in self.disturbances if one.ended > one.began]
        return [one for one in self.got if not any(b < one.ended and one.began < e for b, e in spans)]

    def share(self) -> float:
        """Return the share of right answers among those that nothing disturbed."""
        worths = Counter(one.worth for one in self.outside())
        return worths[Worth.RIGHT] / max(1, worths.total())

    def wrong(self) -> list[Got]:
        """Return the answers that were wrong, but those from a file in use before its damage was found."""
        damaged = [(one.began, one.ended) for one in self.disturbances if one.damages]
        wrong = [one for one in self.got if one.worth is Worth.WRONG]
        return [one for one in wrong if not any(b < one.ended and one.began < e for b, e in damaged)]

    def problems(self) -> list[str]:
        """Return what is not as it should be."""
        found = [*self.faults, *(f"wrong: {one.path}: {one.why}" for one in self.wrong()[:5])]
        others = [one for one in self.outside() if one.worth is not Worth.RIGHT]
        if self.share() < EXPECTED and len(others) > FEW:
            told = "; ".join(map(self._tell, others[:5]))
            found.append(f"{self.share():.4%} right outside of disturbances: {told}")
        if self.after.resident > GROWTH * self.before.resident:
            found.append("memory has grown")
        if self.after.descriptors > self.before.descriptors + THREADS * self.before.answering:
            found.append("descriptors have grown")
        if self.after.processes > self.before.processes:
            found.append("processes have grown")
        return found

    def _tell(self, one: Got) -> str:
        """Return what a request got, and what had been done before it."""
        before = [disturbance for disturbance in self.disturbances if disturbance.began < one.ended]
        last = max(before, key=lambda disturbance: disturbance.began, default=None)
        after = f", {one.ended - last.began:.1f} s after {last.what!r} began" if last else ""
        return f"{one.worth}: {one.path[:60]}: {one.why[:60]}{after}"

    def rows(self) -> Iterator[str]:
        """Yield the table, in Markdown."""
        yield "| what was done | times | seconds disturbed |"
        yield "| --- | --- | --- |"
        for name in HARMS:
            those = [one for one in self.disturbances if one.what == name]
            yield f"| {name} | {len(those)} | {sum(one.ended - one.began for one in those):.0f} |"
        yield ""
        yield "| requests | right | refused | broken off | wrong |"
        yield "| --- | --- | --- | --- | --- |"
        for name, those in (("all", self.got), ("outside of disturbances", self.outside())):
            worths = Counter(one.worth for one in those)
            yield f"| {name}: {len(those)} | " + " | ".join(str(worths[worth]) for worth in Worth) + " |"
        yield ""
        yield f"right outside of disturbances: {self.share():.4%}"
        for name, held in (("at the start", self.before), ("at the end", self.after)):
            megabytes = held.resident >> 20
            yield f"{name}: {megabytes} MB, {held.descriptors} descriptors, {held.processes} children"


class Client(threading.Thread):
    """One client, which asks until it is told to stop."""

    def __init__(self, kind: str, port: int, known: KnownAnswers, seed: int, over: threading.Event) -> None:
        """Be of a kind of CLIENTS."""
        super().__init__(name=f"{kind}-{seed}", daemon=True)
        self._kind, self._port, self._known, self._over = kind, port, known, over
        self._rng, self._numbers = random.Random(seed), count(seed * 10**6)
        self._heard = 0.0
        self._link: HTTPConnection | None = None
        self.got: list[Got] = []

    def run(self) -> None:
        """Ask."""
        while not self._over.is_set():
            if self._kind == "silent":
                self._say(self._rng.choice(_HALVES))
            elif self._kind == "hostile":
                self._say(self._rng.choice(_HOSTILE))
            else:
                self._ask_some()

    def leave(self) -> None:
        """Stop, once it is over; a slow one hangs up on an answer that would take it long yet."""
        if self._kind == "slow" and self._link and (sock := self._link.sock):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self.join(2 * PATIENCE)

    def _ask_some(self) -> None:
        """Ask some paths over one connection, which ends when an answer is broken off."""
        link = self._link = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        self._heard = time.monotonic()
        if self._kind == "slow":
            with suppress(OSError):
                link.connect()
                link.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        for _ in range(20):
            if self._over.is_set() or not self._ask(link):
                break
        link.close()

    def _ask(self, link: HTTPConnection) -> bool:
        path = self._rng.choice(self._known.paths)
        is_new = self._kind == "new" and "query=" in path
        began = time.monotonic()
        try:
            answer = get(link, path, f"{path}%20%23{next(self._numbers)}" if is_new else path)
            worth, why = self._known.judge(path, *answer)
        except ConnectionError as exc:
            # it may have ended at any time since the last answer on it
            began, worth, why = self._heard, Worth.BROKEN, repr(exc)
        except (OSError, HTTPException) as exc:
            worth, why = Worth.BROKEN, repr(exc)
        self._heard = time.monotonic()
        if worth is Worth.BROKEN and self._kind == "slow" and self._over.is_set():
            return False  # by itself
        self.got.append(Got(path, began, time.monotonic(), worth, why))
        if worth is not Worth.RIGHT:
            self._over.wait(0.2)
        return worth is not Worth.BROKEN

    def _say(self, what: bytes) -> None:
        """Say something that is no request, and stay a little."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), PATIENCE) as link:
            link.sendall(what)
            self._over.wait(self._rng.uniform(0, 2))
        self._over.wait(0.05)


def run_chaos(home: Path, seconds: float, seed: int = 1, settings: dict[str, str] | None = None) -> Report:
    """Return what came of so many seconds of chaos over a home with two releases or more."""
    releases = list(reversed(list_releases(home)))
    with _serving(home, settings or {}) as (port, process):
        known = learn(port, home, releases)
        mischief = Mischief(process, port, home, releases, random.Random(seed))
        kinds = [kind for kind, number in CLIENTS.items() for _ in range(number)]
        before = _rest(mischief, known, kinds, seed)
        over = threading.Event()
        clients = [Client(kind, port, known, seed + number, over) for number, kind in enumerate(kinds)]
        for client in clients:
            client.start()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(mischief.rng.uniform(1, 4))
            mischief.do_something()
        over.set()
        for client in clients:
            client.leave()
        switch_current(home, releases[-1].id)
        after = _rest(mischief, known, kinds, seed)
        got = [one for client in clients for one in client.got]
        return Report(got, mischief.done, before, after, mischief.faults)


def _rest(mischief: Mischief, known: KnownAnswers, kinds: Sequence[str], seed: int) -> Holding:
    """Return what the service holds after some undisturbed seconds of these clients, when nobody asks."""
    wait_for(mischief.port, mischief.releases[-1].id)
    over = threading.Event()
    clients = [Client(kind, mischief.port, known, seed + number, over) for number, kind in enumerate(kinds)]
    for client in clients:
        client.start()
    time.sleep(_WARM_SECONDS)
    over.set()
    for client in clients:
        client.leave()
    wait_for(mischief.port, mischief.releases[-1].id)
    time.sleep(_IDLE_SECONDS)
    return Holding.of(mischief.all_serving())


_WARM_SECONDS, _IDLE_SECONDS = 8.0, 4.0


@contextmanager
def _serving(home: Path, settings: dict[str, str]) -> Iterator[tuple[int, psutil.Process]]:
    """Yield the port and the process of a service that follows the home and keeps an access log in it."""
    port = free_port()
    command = [sys.executable, "-m", "endpoint.cli.main", "--home", str(home), "serve", "--port", str(port)]
    given = (
        dict.fromkeys(UNMETERED, "0") | PATIENT | {"KEMBAR_ACCESS_LOG": str(home / "access.log")} | settings
    )
    with (home / "serve.log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | given, stderr=log, stdout=log)
    try:
        wait_for(port)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def make_home(home: Path) -> list[Release]:
    """Return the releases of a new home: the bundled collections, and those with a list more."""
    kembar = [sys.executable, "-m", "endpoint.cli.main", "--home", str(home), "build"]
    lists = home / "lists" / "example"
    lists.mkdir(parents=True)
    (lists / "collection.toml").write_bytes((EXAMPLE / "collection.toml.example").read_bytes())
    (lists / "list.csv").write_bytes((EXAMPLE / "list.csv").read_bytes())
    for more in ([], ["--collections", str(lists.parent)]):
        subprocess.run([*kembar, *more], cwd=ROOT, check=True, stdout=sys.stderr)
    return list_releases(home)


def main() -> None:
    """Print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", default="1", help="how many answer, as of `kembar serve`")
    parser.add_argument("--home", type=Path, help="a home of two releases or more, which may be written")
    given = parser.parse_args()
    with TemporaryDirectory() as scratch:
        home = given.home or Path(scratch)
        if not given.home:
            make_home(home)
        settings = {"KEMBAR_PROCESSES": given.processes}
        report = run_chaos(home.resolve(), 60 * given.minutes, given.seed, settings)
    print("\n".join(report.rows()))
    for problem in (problems := report.problems()):
        print(problem, file=sys.stderr)
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()

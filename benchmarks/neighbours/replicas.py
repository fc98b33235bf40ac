"""What clients notice of three replicas behind HAProxy that are killed, and of a new release between.

Sixteen clients ask without a pause: pinned answers, answers of the current release, questions, a page, by GET
and POST. A replica is killed by SIGKILL every ten seconds and started again; half-way the builder publishes a
new release, which the replicas take over. Each answer must be whole, and the one that its release gives.
``python -m benchmarks.neighbours.replicas --seconds 120``.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import re
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote, urlencode

from benchmarks.neighbours.fleet import Fleet, running_fleet, wait_until

CLIENTS = 16
_KK = "PREFIX kk: <https://w3id.org/kota-kembar/ontology#> "
QUERIES = (
    _KK + "SELECT (COUNT(*) AS ?claims) { ?claim a kk:Claim }",
    _KK + "SELECT ?a ?b { ?a kk:partnerOf ?b }",
    _KK + "CONSTRUCT { ?p kk:since ?since } WHERE { ?p kk:since ?since }",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
)
PAGES = ("/sources.csv", "/", "/queries/hubs-and-bridges.csv", "/.well-known/void", "/data/latest/issues.csv")
_ID = re.compile(rb"\d{4}-\d\d-\d\d-[0-9a-f]{8}")
_TIMEOUT = 60.0


@dataclass(frozen=True)
class Request:
    """One request; `pinned` is the release that its address names."""

    path: str
    body: bytes | None = None
    pinned: str = ""


@dataclass
class Found:
    """What all clients got: `answers` are hashes of bodies by request and release. Safe for many threads."""

    failures: list[str] = field(default_factory=list)
    answers: dict[tuple[Request, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    releases: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, request: Request, release: str, body: bytes, seconds: float) -> None:
        """Take note of a whole answer."""
        with self._lock:
            self.answers[request, release].add(hashlib.sha256(body).hexdigest())
            self.releases[release] += 1
            self.seconds.append(seconds)

    def fail(self, what: str) -> None:
        """Take note of a request without the answer that it should have."""
        with self._lock:
            self.failures.append(what)

    @property
    def count(self) -> int:
        """Return how many answers were whole."""
        return len(self.seconds)

    def mixed(self) -> list[str]:
        """Return the requests that had two answers from one release."""
        return [f"{request} {release}" for (request, release), all_ in self.answers.items() if len(all_) > 1]


class Client(threading.Thread):
    """A client with a connection of its own, which asks in turn whatever `requests` holds now."""

    def __init__(self, port: int, number: int, requests: list[Request], found: Found, over: threading.Event):
        """Ask until it is over."""
        super().__init__(daemon=True)
        self.port, self.number, self.requests, self.found, self.over = port, number, requests, found, over

    def run(self) -> None:
        """Ask one request after the other."""
        source = (f"127.0.0.{100 + self.number}", 0)
        link = HTTPConnection("127.0.0.1", self.port, timeout=_TIMEOUT, source_address=source)
        for turn in itertools.count(self.number):
            if self.over.is_set():
                break
            request = self.requests[turn % len(self.requests)]
            try:
                self._ask(link, request)
            except (OSError, HTTPException) as exc:
                self.found.fail(f"{request.path[:80]}: {type(exc).__name__} {exc}")
                link.close()
        link.close()

    def _ask(self, link: HTTPConnection, request: Request) -> None:
        began = time.monotonic()
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if request.body else {}
        link.request("POST" if request.body else "GET", request.path, request.body, kind)
        response = link.getresponse()
        body, release = response.read(), response.headers.get("X-Kembar-Release", "")
        if response.status not in (200, 307):
            self.found.fail(f"{request.path[:80]}: {response.status} {body[:200]!r}")
        elif request.pinned and release != request.pinned:
            self.found.fail(f"{request.path[:80]}: the answer is of {release}")
        else:
            self.found.note(request, release, body, time.monotonic() - began)


def list_requests(release: str) -> list[Request]:
    """Return what is asked of the current release, and of one by its id."""
    asked = [f"query={quote(query)}" for query in QUERIES]
    pinned = [Request(f"/release/{release}/sparql?{query}", pinned=release) for query in asked]
    current = [Request(f"/sparql?{query}") for query in asked]
    posted = [Request("/sparql", urlencode({"query": query}).encode()) for query in QUERIES]
    questions = [Request(f"/release/{release}/queries/hubs-and-bridges.csv", pinned=release)]
    return [*pinned, *current, *posted, *questions, *map(Request, PAGES)]


@dataclass
class Run:
    """One run of clients against a fleet."""

    fleet: Fleet
    found: Found = field(default_factory=Found)
    requests: list[Request] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    clients: list[Client] = field(default_factory=list)

    def begin(self, release: str) -> None:
        """Let all clients begin to ask."""
        self.requests += list_requests(release)
        self.clients += [
            Client(self.fleet.port, number, self.requests, self.found, self.over) for number in range(CLIENTS)
        ]
        for client in self.clients:
            client.start()

    def go_on(self, answers: int) -> None:
        """Return when so many more requests were answered or failed."""
        until = self.found.count + len(self.found.failures) + answers
        wait_until(lambda: self.found.count + len(self.found.failures) >= until, "no more answers")

    def replace(self, number: int, *, kill: bool = True) -> None:
        """Kill a replica, or tell it to stop, and start it again; return when it answers."""
        replica = self.fleet.replicas[number % len(self.fleet.replicas)]
        if kill:
            replica.kill()
        else:
            replica.stop()
        replica.start()
        wait_until(replica.is_well, "a replica does not come back")

    def publish(self, folder: Path) -> None:
        """Publish a release, and return when it is current in every home; it is pinned from then on."""
        self.fleet.publish(folder)
        wait_until(lambda: set(self.fleet.current()) == {folder.name}, "the replicas do not follow")
        self.requests += list_requests(folder.name)

    def end(self) -> Found:
        """Let all clients end, and return what they found."""
        self.over.set()
        for client in self.clients:
            client.join(_TIMEOUT)
        return self.found


def main() -> None:
    """Print what the clients noticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120, help="how long the clients ask")
    parser.add_argument("--pause", type=float, default=10, help="seconds from one kill to the next")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        releases = build_two(Path(folder) / "made")
        home = Path(folder) / "builder"
        with running_fleet(Path(folder), put_home(home, releases[0])) as fleet:
            run = Run(fleet)
            run.begin(releases[0].name)
            kills = drive(run, given.seconds, given.pause, releases[1])
            found = run.end()
            wait_until(lambda: all(one.is_well() for one in fleet.replicas), "a replica is ill")
            equal = compare_homes(fleet)
    report(found, kills, equal)
    sys.exit(bool(found.failures or found.mixed()))


def build_two(home: Path) -> Sequence[Path]:
    """Return the folders of two releases: the bundled collections without one of them, and all."""
    from graph.pipeline.build import build
    from loaders.collection import load_bundled
    from queries import query_texts

    collections = load_bundled()
    fewer = [one for one in collections if one.info.name != "geonames"]
    loads = (lambda: fewer, lambda: collections)
    return [build(load, home, force=True, questions=query_texts()).release.path for load in loads]


def put_home(home: Path, release: Path) -> Path:
    """Make a home with one release of another one, and return it."""
    from graph.store.releases import publish

    shutil.copytree(release, home / "releases" / release.name)
    publish(home, release.name)
    return home


def drive(run: Run, seconds: float, pause: float, new: Path) -> int:
    """Kill a replica every so often, publish half-way; return how many were killed."""
    began, kills, published = time.monotonic(), 0, False
    while (spent := time.monotonic() - began) < seconds:
        if spent > seconds / 2 and not published:
            run.publish(new)
            published = True
        due = began + (kills + 1) * pause
        time.sleep(max(0.0, due - time.monotonic()))
        run.replace(kills)
        kills += 1
        print(f"{time.monotonic() - began:.0f} s, {run.found.count} answers", file=sys.stderr)
    return kills


def compare_homes(fleet: Fleet) -> bool:
    """Return whether all homes keep the same releases with the same content and the same quads."""
    from graph.store.quads import sort_quads
    from graph.store.releases import list_releases
    from graph.store.store import open_store

    homes = (fleet.builder.home, *(replica.home for replica in fleet.replicas))
    digests = []
    with tempfile.TemporaryDirectory() as folder:
        for home in homes:
            kept = [
                (
                    one.id,
                    one.manifest["sha256"],
                    sort_quads(iter(open_store(one.store_path)), Path(folder) / "q").sha256,
                )
                for one in list_releases(home)
            ]
            digests.append(kept)
    return all(one == digests[0] for one in digests)


def report(found: Found, kills: int, equal: bool) -> None:
    """Print the table."""
    spent = sorted(found.seconds)
    print("| what | number |")
    print("| --- | --- |")
    print(f"| answers | {found.count} |")
    for release, times in sorted(found.releases.items()):
        print(f"| of release {release} | {times} |")
    print(f"| replicas killed | {kills} |")
    print(f"| failed requests | {len(found.failures)} |")
    print(f"| answers of one release that differ | {len(found.mixed())} |")
    print(f"| homes equal by digest | {'yes' if equal else 'no'} |")
    high = spent[round(0.99 * (len(spent) - 1))]
    print(
        f"| ms, median, 99th percentile, longest | {1000 * statistics.median(spent):.0f}, {1000 * high:.0f}, "
        f"{1000 * spent[-1]:.0f} |"
    )
    for failure, times in Counter(found.failures).most_common(10):
        print(f"failed {times} times: {failure}", file=sys.stderr)
    for mixed in found.mixed():
        print(f"differs: {mixed}", file=sys.stderr)


if __name__ == "__main__":
    main()

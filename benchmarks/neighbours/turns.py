"""What one client's pages and the health probe notice of another client that hammers with questions.

Eight threads of one address ask expensive questions with values that nobody asked before; another address
asks pages of places that nobody asked before, and the probe. Then four more addresses ask queries without an
end, one after the other, and after a second again where they are refused. It begins once the release is
prepared. Give folders of checkouts to compare, and the home of a large release (``benchmarks/world.py`` makes
one): ``python -m benchmarks.neighbours.turns --home HOME /some/base .``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from urllib.parse import quote

from benchmarks.neighbours.notes import PATIENCE, UNMETERED, Notes, ask, free_port

ROOT = Path(__file__).parents[2]
HAMMERS = 8
LOUD, QUIET = "127.0.0.2", "127.0.0.3"
"""Addresses of this machine's own network, so that the service takes them for two clients."""
RUNAWAYS = ("127.0.0.5", "127.0.0.6", "127.0.0.7", "127.0.0.8")
REFUSED = (429, 503)
QUESTIONS = (
    "/queries/cities-with-multiple-partners.csv?min={small}&limit={number}",
    "/queries/country-pairs.csv?min={small}",
    "/queries/one-source-only.csv?limit={number}",
    "/queries/hubs-and-bridges.csv?limit={number}",
    "/queries/lapsed-or-dormant.csv?limit={number}",
)
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?c) = STR(?i)) }"
PLACES = "SELECT ?place { ?place a <https://w3id.org/kota-kembar/ontology#Place> }"


def get(port: int, address: str, path: str) -> tuple[int, bytes]:
    """Return the status and the body of one answer to a browser, 0 when there is none."""
    link = HTTPConnection("127.0.0.1", port, timeout=PATIENCE, source_address=(address, 0))
    with suppress(OSError, HTTPException):
        link.request("GET", path, headers={"Accept": "text/html", "Connection": "close"})
        response = link.getresponse()
        return response.status, response.read()
    return 0, b""


class Hammer(threading.Thread):
    """A thread of the loud client; ``statuses`` is what it got."""

    def __init__(self, port: int, numbers: count[int], over: threading.Event) -> None:
        """Take a number for each question, until it is over."""
        super().__init__(daemon=True)
        self.port, self.numbers, self.over = port, numbers, over
        self.statuses: Counter[int] = Counter()

    def run(self) -> None:
        """Ask one question after the other, each with another value."""
        while not self.over.is_set():
            number = next(self.numbers)
            path = QUESTIONS[number % len(QUESTIONS)].format(number=1 + number % 9999, small=1 + number % 97)
            self.statuses[get(self.port, LOUD, path)[0]] += 1


def note(port: int, paths: list[str], seconds: float) -> Notes:
    """Return what the quiet client notices for so long."""
    notes, end = Notes(), time.monotonic() + seconds
    while time.monotonic() < end and paths:
        begin = time.monotonic()
        status = get(port, QUIET, paths.pop())[0]
        if status == 200:
            notes.seconds.append(time.monotonic() - begin)
        else:
            notes.missing += 1
    return notes


def note_beside_long(port: int, pages: list[str], seconds: float) -> tuple[Notes, Notes]:
    """Return what the quiet client's small queries take, and its pages, beside queries without an end."""
    over = threading.Event()

    def run_away(address: str) -> None:
        for number in count():
            status, _ = get(port, address, f"/sparql?query={quote(f'{ENDLESS} # {address} {number}')}")
            if over.is_set() or (status in REFUSED and over.wait(1)):
                return

    loud = [threading.Thread(target=run_away, args=(address,), daemon=True) for address in RUNAWAYS]
    for thread in loud:
        thread.start()
    time.sleep(2)
    small = [f"/sparql?query={quote(f'ASK {{}} # {n}')}&format=json" for n in range(9999)]
    notes = note(port, small, seconds), note(port, pages, seconds)
    over.set()
    return notes


def measure(checkout: Path, home: Path, seconds: float, metered: bool) -> list[str]:
    """Return the rows of the table for one checkout."""
    kembar = [sys.executable, "-m", "endpoint.cli.main", "--home", str(home)]
    settings = os.environ | {"PYTHONPATH": str(checkout)}
    settings |= {} if metered else dict.fromkeys(UNMETERED, "0")
    port = free_port()
    process = subprocess.Popen([*kembar, "serve", "--port", str(port)], cwd=checkout, env=settings)
    try:
        while ask(port, 0) is None or b"is being prepared" in get(port, QUIET, "/health")[1]:
            time.sleep(0.1)
        rows = json.loads(get(port, "127.0.0.4", f"/sparql?format=json&query={quote(PLACES)}")[1])
        places = [row["place"]["value"].rsplit("/", 1)[1] for row in rows["results"]["bindings"]]
        random.Random(1).shuffle(places)
        pages = [f"/place/{quote(place)}.html" for place in places]
        found = {"pages alone": note(port, pages, seconds / 2)}
        over, numbers = threading.Event(), count()
        hammers = [Hammer(port, numbers, over) for _ in range(HAMMERS)]
        for hammer in hammers:
            hammer.start()
        time.sleep(2)
        found["pages beside"] = note(port, pages, seconds)
        found["/health/ready beside"] = note(port, ["/health/ready"] * 400, seconds / 2)
        over.set()
        statuses = sum((hammer.statuses for hammer in hammers), Counter())
        small, beside = note_beside_long(port, pages, seconds / 2)
        found |= {"small queries beside four long ones": small, "pages beside four long ones": beside}
    finally:
        process.terminate()
        process.wait()
    kind = "metered" if metered else "without limits"
    told = ", ".join(f"{times} × {status}" for status, times in sorted(statuses.items()))
    rows = [f"| {checkout.name}, {kind} | {name} | {notes.row()} |" for name, notes in found.items()]
    return [*rows, f"| {checkout.name}, {kind} | the loud client got | {told} | | |"]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkouts", nargs="*", type=Path, default=[ROOT], help="folders of checkouts")
    parser.add_argument("--home", type=Path, required=True, help="the home of a large release")
    parser.add_argument("--seconds", type=float, default=30, help="how long the pages are asked")
    given = parser.parse_args()
    print("| checkout | what | median ms | p95 ms | no answer |")
    print("| --- | --- | --- | --- | --- |")
    for metered in (True, False):
        for checkout in given.checkouts:
            for row in measure(checkout.resolve(), given.home.resolve(), given.seconds, metered):
                print(row, flush=True)


if __name__ == "__main__":
    main()

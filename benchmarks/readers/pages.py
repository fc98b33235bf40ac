"""What the first reader of a page waits for: each kind of page asked once, of a service that just started.

``python -m benchmarks.readers.pages HOME``: first what is prepared (the pages of the site, every question),
after the service says that it is ready, then pages of places, partnerships and claims, picked at random, that
nobody has asked. ``--at-once`` does not wait, so that nothing is prepared.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import statistics
import time
from pathlib import Path
from urllib.parse import quote, urlencode

from benchmarks.neighbours.notes import serving

ROOT = Path(__file__).parents[2]
PATIENCE = 600.0
SITE = ("/", "/world.svg", "/places", "/places/Q183", "/agreements", "/agreements?year=2018", "/network")
SITE += (
    "/wikidata",
    "/sources",
    "/data/",
    "/ontology.html",
    "/about",
    "/limits",
    "/sparql",
    "/search?q=surab",
)
KINDS = ("City", "Country", "Partnership", "Agreement", "Claim", "Source")
OF_A_KIND = "SELECT ?thing {{ ?thing a <https://w3id.org/kota-kembar/ontology#{}> }}"
HEAD = """\
| first answers | pages | median, ms | longest, ms | over 300 ms |
| --- | ---: | ---: | ---: | ---: |"""
BASE = "https://w3id.org/kota-kembar"


class Reader:
    """Asks one page after the other over new connections, as a browser does."""

    def __init__(self, port: int) -> None:
        """Ask the service at a port."""
        self.port = port

    def read(self, path: str, accept: str = "text/html") -> tuple[int, float, bytes]:
        """Return status, milliseconds and body of an answer."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        began = time.perf_counter()
        link.request("GET", path, headers={"Accept": accept, "Connection": "close"})
        response = link.getresponse()
        body = response.read()
        return response.status, 1000 * (time.perf_counter() - began), body

    def wait_until_prepared(self) -> float:
        """Return how many seconds passed until the release had its answers ready, or its time was over."""
        began = time.monotonic()
        while "is being prepared" in json.loads(self.read("/health")[2]).get("preparation", ""):
            time.sleep(0.5)
        return time.monotonic() - began

    def list_questions(self) -> list[str]:
        """Return the path of every question, with its example values."""
        questions = json.loads(self.read("/queries.json", "application/json")[2])
        return [f"/queries/{one['slug']}?{urlencode(_examples(one))}" for one in questions]

    def pick(self, kind: str, count: int, seed: int) -> list[str]:
        """Return the paths of so many things of a kind, at random, the same for the same seed."""
        path = f"/sparql?query={quote(OF_A_KIND.format(kind))}"
        _, *iris = sorted(self.read(path, "text/csv")[2].decode().split())
        chosen = random.Random(seed).sample(iris, min(count, len(iris)))
        return [iri.removeprefix(BASE) + ".html" for iri in chosen]


def _examples(question: dict[str, object]) -> dict[str, str]:
    parameters = question["parameters"]
    assert isinstance(parameters, list)
    return {one["name"]: one["example"] for one in parameters if one["example"]}


def row(name: str, times: list[float]) -> str:
    """Return a row of the table: how many pages, median, longest, how many took over 300 ms."""
    slow = sum(ms > 300 for ms in times)
    return f"| {name} | {len(times)} | {statistics.median(times):.0f} | {max(times):.0f} | {slow} |"


def main() -> None:
    """Print a row for each group of pages, then every page that took over 300 ms."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path, help="a home folder with a release")
    parser.add_argument("--count", type=int, default=20, help="things of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", action="store_true", help="do not wait until the release is prepared")
    chosen = parser.parse_args()
    with serving(ROOT, chosen.home.resolve()) as (port, _):
        reader = Reader(port)
        seconds = 0.0 if chosen.at_once else reader.wait_until_prepared()
        print(f"prepared in {seconds:.0f} s\n\n{HEAD}")
        groups = {"site": list(SITE), "questions": reader.list_questions()}
        groups |= {kind: reader.pick(kind, chosen.count, chosen.seed) for kind in KINDS}
        slow = []
        for name, paths in groups.items():
            times = [reader.read(path)[1] for path in paths]
            print(row(name, times), flush=True)
            slow += [(ms, path) for ms, path in zip(times, paths, strict=True) if ms > 300]
        print("\n" + "\n".join(f"{ms:.0f} ms {path}" for ms, path in sorted(slow, reverse=True)))


if __name__ == "__main__":
    main()

"""Requests a second of one service with one process that answers, and with several, in one run.

    python -m benchmarks.neighbours.fronts --home HOME --processes 1,2 [CHECKOUT ...]

What is asked: a query whose answer is kept, the same for who has it already (304), and a small query that
nobody asked before. All services run at once and are driven in turn, `--rounds` times, so that what else the
machine does slows all alike; told are the medians, and the processor time of a request by process. A checkout
before there was `--processes` takes part with one.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.neighbours.notes import UNMETERED, ask, free_port
from benchmarks.peers.client import Connection, Request, Target
from benchmarks.peers.load import side_by_side

ROOT = Path(__file__).parents[2]
CONNECTIONS = 16
_PATIENCE = 60.0
_KEPT, _TINY = "SELECT * { ?s ?p ?o } LIMIT 100", "ASK { ?s ?p ?o }"
_JSON = "application/sparql-results+json"


@dataclass
class Service:
    """A service that runs, and what it gave: requests a second, milliseconds of processors for a request."""

    name: str
    target: Target
    process: psutil.Process
    rates: dict[str, list[float]] = field(default_factory=dict)
    costs: dict[str, list[dict[str, float]]] = field(default_factory=dict)

    def drive(self, what: str, request: Request, fresh: bool, seconds: float) -> None:
        """Ask for so many seconds and note what came of it."""
        before = self._spent()
        timing = side_by_side(self.target, request, fresh, CONNECTIONS, seconds)
        after = self._spent()
        self.rates.setdefault(what, []).append(timing.rate)
        cost = {part: 1000 * (after[part] - before[part]) / timing.count for part in after}
        self.costs.setdefault(what, []).append(cost)

    def _spent(self) -> dict[str, float]:
        """Return the processor time so far: of fronts, of the process with the queries, of its children."""
        spent = {"fronts": 0.0, "engine": 0.0, "queries": 0.0}
        serving = self.process.children()
        for one in serving:
            queries = one.children()
            part = "engine" if queries and len(serving) > 1 else "fronts"
            spent[part] += _seconds(one)
            spent["queries"] += sum(map(_seconds, queries))
        return spent


def _seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:  # a query process that was replaced meanwhile
        return 0.0
    return float(times.user + times.system)


@contextmanager
def serving(checkout: Path, home: Path, processes: int) -> Iterator[Service]:
    """Yield a service of a checkout."""
    port = free_port()
    command = [sys.executable, "-m", "endpoint.cli.main", "--home", str(home), "serve", "--port", str(port)]
    settings = {
        "PYTHONPATH": str(checkout),
        "KEMBAR_PROCESSES": str(processes),
        "KEMBAR_PREPARE_SECONDS": "0",
    }
    given = os.environ | dict.fromkeys(UNMETERED, "0") | settings
    process = subprocess.Popen(command, cwd=checkout, env=given, stderr=subprocess.DEVNULL)
    try:
        while ask(port, 0) is None:
            if process.poll() is not None:
                raise RuntimeError("the service did not start")
            time.sleep(0.1)
        yield Service(
            f"{checkout.name}, {processes}", Target("127.0.0.1", port, "/sparql"), psutil.Process(process.pid)
        )
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def requests(target: Target) -> dict[str, tuple[Request, bool]]:
    """Return what is asked, and whether each time as another query."""
    kept, tiny = target.request(_KEPT, _JSON), target.request(_TINY, _JSON)
    with Connection(target, _PATIENCE) as connection:
        tag = connection.ask(kept).header("etag")
    return {"kept": (kept, False), "304": (kept.if_changed(tag), False), "tiny, new": (tiny, True)}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--processes", default="1,2", help="numbers to compare, of the first checkout")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("checkouts", nargs="*", type=Path, default=[ROOT])
    given = parser.parse_args()
    numbers = [int(number) for number in given.processes.split(",")]
    ways = [(given.checkouts[0], number) for number in numbers]
    ways += [(checkout, 1) for checkout in given.checkouts[1:]]
    with ExitStack() as stack:
        home = given.home.resolve()
        services = [stack.enter_context(serving(one.resolve(), home, number)) for one, number in ways]
        for turn in range(given.rounds):
            for what in requests(services[0].target):
                for place in range(len(services)):
                    service = services[(place + turn) % len(services)]
                    request, fresh = requests(service.target)[what]
                    service.drive(what, request, fresh, given.seconds)
                    print(service.name, what, f"{service.rates[what][-1]:.0f}", file=sys.stderr)
        print("| service | asked | requests a second | ms of fronts | of the engine process | of queries |")
        print("| --- | --- | --- | --- | --- | --- |")
        for service in services:
            for what, rates in service.rates.items():
                cost = [
                    f"{statistics.median(one[part] for one in service.costs[what]):.2f}"
                    for part in ("fronts", "engine", "queries")
                ]
                print(f"| {service.name} | {what} | {statistics.median(rates):,.0f} | {' | '.join(cost)} |")


if __name__ == "__main__":
    main()

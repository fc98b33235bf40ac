"""Driving servers: one request after another from here, and several connections at a time with wrk.

wrk takes the many connections, because a client in Python would be the slowest part; without wrk threads do
it, and rates over some thousands a second are then the client's.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.peers.client import Connection, Reply, Request, Target

_LUA = """
local number, fresh = %(start)d, %(fresh)s
local before, after = %(before)s, %(after)s
function request()
  if not fresh then return before .. after end
  number = number + 1
  return before .. string.format("%%%%0A%%%%23%%.0f%%%%0A", number) .. after
end
function done(summary, latency, requests)
  local e = summary.errors
  local form = '"count": %%d, "seconds": %%.6f, "median": %%d, "p95": %%d, "errors": %%d'
  io.write(string.format('RESULT {' .. form .. '}\\n', summary.requests, summary.duration / 1e6,
    latency:percentile(50), latency:percentile(95), e.connect + e.read + e.write + e.status + e.timeout))
end
"""


class Failed(Exception):
    """A request was not answered as it should be; the message says how."""

    def __init__(self, what: str, is_timeout: bool = False) -> None:
        """Carry what happened, and whether no answer came in time: then the server may still be at it."""
        self.is_timeout = is_timeout
        super().__init__(what)


@dataclass(frozen=True)
class Timing:
    """How long answers took (milliseconds) and how many came in a second."""

    count: int
    median: float
    p95: float
    rate: float


def first(target: Target, request: Request, seconds: float) -> tuple[Reply, float]:
    """Return one answer and its milliseconds; raises Failed when it is no 200 or none comes."""
    try:
        with Connection(target, seconds) as connection:
            started = time.perf_counter()
            reply = connection.ask(request)
            spent = time.perf_counter() - started
    except TimeoutError as exc:
        raise Failed(f"over {seconds:g} s", is_timeout=True) from exc
    except (OSError, EOFError) as exc:
        raise Failed(type(exc).__name__) from exc
    if reply.status != 200:
        raise Failed(f"{reply.status}: {reply.body[:200].decode(errors='replace')}")
    return reply, spent * 1000


@dataclass
class Driver:
    """Sends one request after another to one server, each time what ``make`` gives."""

    target: Target
    make: Callable[[], bytes]
    expect: int = 200
    patience: float = 60.0
    spent: list[float] = field(default_factory=list)
    fault: Failed | None = None
    _connection: Connection | None = None

    def ask(self) -> None:
        """Send one request and keep how long the answer took, or what went wrong."""
        try:
            self._connection = self._connection or Connection(self.target, self.patience)
            begin = time.perf_counter()
            status = self._connection.ask(self.make()).status
            self.spent.append(time.perf_counter() - begin)
        except (OSError, EOFError) as exc:
            self.fault = Failed(type(exc).__name__, isinstance(exc, TimeoutError))
        else:
            self.fault = Failed(str(status)) if status != self.expect else None

    def is_done(self, seconds: float, most: int) -> bool:
        """Return whether it has had so many seconds or requests, or met an error."""
        return self.fault is not None or sum(self.spent) >= seconds or len(self.spent) >= most

    def timing(self) -> Timing:
        """Close the connection and return the times; raises Failed when there was an error."""
        if self._connection is not None:
            self._connection.close()
        if self.fault is not None:
            raise self.fault
        ordered = sorted(self.spent)
        p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        rate = len(ordered) / sum(ordered)
        return Timing(len(ordered), statistics.median(ordered) * 1000, p95 * 1000, rate)


def take_turns(drivers: Sequence[Driver], seconds: float, most: int) -> None:
    """Let each driver send one request in turn, the order rotating, until each has had its share.

    What else the machine does meanwhile then slows all of them alike.
    """
    turn = 0
    while waiting := [driver for driver in drivers if not driver.is_done(seconds, most)]:
        turn += 1
        for place in range(len(waiting)):
            waiting[(place + turn) % len(waiting)].ask()


def side_by_side(target: Target, request: Request, fresh: bool, connections: int, seconds: float) -> Timing:
    """Return the times with several connections at once; raises Failed when an answer is an error."""
    drive = _with_wrk if shutil.which("wrk") else _with_threads
    return drive(target, request, fresh, connections, seconds)


def _with_wrk(target: Target, request: Request, fresh: bool, connections: int, seconds: float) -> Timing:
    script = _LUA % {
        "start": time.time_ns() // 1000,
        "fresh": str(fresh).lower(),
        "before": json.dumps(request.before),
        "after": json.dumps(request.after),
    }
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "60s"]
        command += ["-s", file.name, f"http://{target.host}:{target.port}/"]
        output = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 120).stdout
    line = next((line for line in output.splitlines() if line.startswith("RESULT ")), None)
    if line is None:
        raise Failed("wrk gave no result")
    result = json.loads(line.removeprefix("RESULT "))
    if result["errors"] or not result["count"]:
        raise Failed(f"{result['errors']} errors of {result['count']}")
    return Timing(
        result["count"], result["median"] / 1000, result["p95"] / 1000, result["count"] / result["seconds"]
    )


def _with_threads(target: Target, request: Request, fresh: bool, connections: int, seconds: float) -> Timing:
    found: list[Timing] = []
    faults: list[Failed] = []
    make = request.new if fresh else request.same

    def drive() -> None:
        try:
            driver = Driver(target, make)
            take_turns([driver], seconds, 1_000_000)
            found.append(driver.timing())
        except Failed as exc:
            faults.append(exc)

    threads = [threading.Thread(target=drive) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return Timing(
        sum(timing.count for timing in found),
        statistics.median(timing.median for timing in found),
        max(timing.p95 for timing in found),
        sum(timing.rate for timing in found),
    )

"""Rounds in processes: the engines compute side by side, and what does not end is ended from here."""

from __future__ import annotations

import math
import multiprocessing
import signal
import time
from collections.abc import Iterator
from itertools import count
from multiprocessing.connection import Connection, wait

from benchmarks.vote.engines import forget_comments
from benchmarks.vote.rounds import QUERIES_OF_A_ROUND, Plan, Tally, vote_on_slice
from benchmarks.vote.slices import Slicer

MOST_SECONDS = 60.0
"""How long a query and its smaller ones may take: only the end of its process stops two of the engines."""
_SECONDS_BETWEEN_LOOKS = 1.0


class Rounds:
    """The tallies of rounds from the ``first`` on, until so many queries or seconds are spent or it stops.

    How many rounds there are for a number of queries does not depend on time; those that are under way when
    time is up are waited for.
    """

    def __init__(self, plan: Plan, processes: int, *, seconds: float, queries: int, first: int = 0) -> None:
        """Begin nothing yet; without ``queries`` there is no end of rounds."""
        self._plan, self._processes = plan, processes
        self._end = time.monotonic() + seconds
        last = first - (-queries // QUERIES_OF_A_ROUND)
        self._numbers = iter(range(first, last)) if queries else count(first)

    def stop(self) -> None:
        """Begin no further round; may be called by the handler of a signal."""
        self._end = -math.inf

    def __iter__(self) -> Iterator[Tally]:
        """Yield the tally of each round as it ends."""
        begun = (_Worker(self._plan) for _ in range(self._processes))
        workers = [worker for worker in begun if worker.begin(self._numbers)]
        try:
            while workers:
                wait([worker.connection for worker in workers], _SECONDS_BETWEEN_LOOKS)
                for worker in tuple(workers):
                    tally = worker.look()
                    if tally is None:
                        continue
                    yield tally
                    workers.remove(worker)
                    if time.monotonic() >= self._end:
                        worker.end()
                        continue
                    following = _Worker(self._plan) if worker.is_over else worker
                    if following.begin(self._numbers):
                        workers.append(following)
        finally:
            for worker in workers:
                worker.end()


class _Worker:
    """A process that votes on one round after the other."""

    def __init__(self, plan: Plan) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.is_over = False
        self._asked, self._since = "", time.monotonic()
        self._process = context.Process(target=_serve, args=(plan, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def begin(self, numbers: Iterator[int]) -> bool:
        """Begin the next round, or end when there is none; returns whether there is one."""
        number = next(numbers, None)
        if number is None:
            self.end()
            return False
        self._asked, self._since = f"round {number}", time.monotonic()
        self.connection.send(number)
        return True

    def look(self) -> Tally | None:
        """Return the tally of the round when it is over, also when its process had to be ended or died."""
        try:
            while self.connection.poll():
                message = self.connection.recv()
                if isinstance(message, Tally):
                    return message
                self._asked, self._since = message, time.monotonic()
        except EOFError:
            return self._give_up("its process died")
        if time.monotonic() > self._since + MOST_SECONDS:
            return self._give_up("it did not end")
        return None

    def _give_up(self, why: str) -> Tally:
        self.end()
        return Tally(lost=[f"{why}: {self._asked}"])

    def end(self) -> None:
        """End the process."""
        self.is_over = True
        self._process.kill()
        self._process.join()
        self.connection.close()


def _serve(plan: Plan, connection: Connection) -> None:
    """Send each query before it is asked and the tally after the last one, for each number that comes.

    A Ctrl-C is for the process that began this one: the round is voted on to its end.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    forget_comments()
    slicer = Slicer(plan.store_path)
    while True:
        try:
            number = connection.recv()
        except EOFError:
            return
        for tally in vote_on_slice(slicer, plan, number):
            connection.send(tally if tally.asked is None else str(tally.asked))

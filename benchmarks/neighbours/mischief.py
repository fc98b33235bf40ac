"""What a bad day brings to a service: processes killed and stopped, damaged files, no room on the disk.

Each does one thing, waits until the service is well again, and says from when to when it disturbed.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.neighbours.answers import wait_for
from graph.store.releases import Release, current_id, switch_current

_STOPPED_SECONDS = 2.0
AFTERMATH_SECONDS = 1.0
"""How long after the service is ready again a request may still meet what was broken."""
_SMALL_FILE = 4096
"""What a file may have where the disk is full."""


@dataclass(frozen=True)
class Disturbance:
    """Something that was done, and the monotonic seconds between which answers may be refused.

    `damages`: it changed a file in use, so what is answered before that is found may be wrong.
    """

    what: str
    began: float
    ended: float
    damages: bool = False


@dataclass
class Mischief:
    """Does harm to one service over a home with two releases or more, all of it mended at once."""

    process: psutil.Process
    port: int
    home: Path
    releases: Sequence[Release]
    rng: random.Random
    done: list[Disturbance] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _deck: list[str] = field(default_factory=list)

    def do_something(self) -> None:
        """Do the next thing, each once before any comes again, and note it."""
        if not self._deck:
            self._deck = self.rng.sample(sorted(HARMS), len(HARMS))
        name = self._deck.pop()
        began = time.monotonic()
        HARMS[name](self)
        ended = wait_for(self.port) + AFTERMATH_SECONDS
        is_quiet = name in QUIET
        damages = name == "a file in use is damaged"
        self.done.append(Disturbance(name, began, began if is_quiet else ended, damages))

    def all_serving(self) -> list[psutil.Process]:
        """Return the processes that answer, and the one that they ask, if there are several."""
        while not (found := self.process.children()):
            time.sleep(0.05)
        return found

    def serving(self) -> psutil.Process:
        """Return one of those processes."""
        return self.rng.choice(self.all_serving())

    def _query_process(self) -> psutil.Process | None:
        with suppress(psutil.Error):
            workers = [worker for serving in self.all_serving() for worker in serving.children()]
            return self.rng.choice(workers) if workers else None
        return None

    def kill_query_process(self) -> None:
        """Kill one of the processes that evaluate."""
        if worker := self._query_process():
            with suppress(psutil.Error):
                worker.kill()

    def kill_serving_process(self) -> None:
        """Kill the process that answers; gunicorn starts another one."""
        serving = self.serving()
        serving.kill()
        with suppress(psutil.Error):
            serving.wait(10)

    def stop_query_process(self) -> None:
        """Let a query process stand still for a while."""
        if worker := self._query_process():
            _hold(worker)

    def stop_serving_process(self) -> None:
        """Let the process that answers stand still for a while."""
        _hold(self.serving())

    def switch_release(self) -> None:
        """Let `current` point to another release."""
        current = current_id(self.home)
        switch_current(self.home, self.rng.choice([one.id for one in self.releases if one.id != current]))
        time.sleep(2)

    def damage_file_not_in_use(self) -> None:
        """Flip a byte in a release that does not answer, for a while."""
        current = current_id(self.home)
        self._flip(self.rng.choice([one for one in self.releases if one.id != current]))

    def damage_file_in_use(self) -> None:
        """Flip a byte in the release that answers, for a while."""
        current = current_id(self.home)
        self._flip(next(one for one in self.releases if one.id == current))

    def _flip(self, release: Release) -> None:
        path = self.rng.choice(sorted(path for path in release.path.rglob("*") if path.is_file()))
        found, place = path.stat(), self.rng.randrange(max(1, path.stat().st_size))
        _change(path, place)
        time.sleep(4)
        _change(path, place)
        os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))

    def fill_disk(self) -> None:
        """Let the service find no room for its access log, and a build none for a release."""
        pid = self.serving().pid
        before = resource.prlimit(pid, resource.RLIMIT_FSIZE, (_SMALL_FILE, resource.RLIM_INFINITY))
        self._build(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (_SMALL_FILE, _SMALL_FILE)), None)
        with suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, before)

    def kill_build(self) -> None:
        """Kill a build in the middle."""
        self._build(lambda: None, self.rng.uniform(0.5, 4))

    def _build(self, prepare: Callable[[], None], seconds: float | None) -> None:
        """Build in the home; note a build that worked although it could not, or failed without a sentence."""
        command = [sys.executable, "-m", "endpoint.cli.main", "--home", str(self.home), "build"]
        (self.home / "inputs.json").unlink(missing_ok=True)
        with subprocess.Popen(
            command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, preexec_fn=prepare, text=True
        ) as build:
            try:
                said = build.communicate(timeout=seconds)[1]
            except subprocess.TimeoutExpired:
                build.kill()
                return
        if seconds is None and (build.returncode != 1 or "Traceback" in said):
            self.faults.append(f"a build without room ended with {build.returncode}: {said[-300:]}")


def _hold(process: psutil.Process) -> None:
    with suppress(psutil.Error):
        process.send_signal(signal.SIGSTOP)
        time.sleep(_STOPPED_SECONDS)
        process.send_signal(signal.SIGCONT)


def _change(path: Path, place: int) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)
        file.seek(place)
        file.write(bytes([byte[0] ^ 1]) if byte else b"")


HARMS: dict[str, Callable[[Mischief], None]] = {
    "a query process is killed": Mischief.kill_query_process,
    "the serving process is killed": Mischief.kill_serving_process,
    "a query process stands still": Mischief.stop_query_process,
    "the serving process stands still": Mischief.stop_serving_process,
    "another release becomes current": Mischief.switch_release,
    "a file not in use is damaged": Mischief.damage_file_not_in_use,
    "a file in use is damaged": Mischief.damage_file_in_use,
    "the disk is full": Mischief.fill_disk,
    "a build is killed": Mischief.kill_build,
}
QUIET = {"another release becomes current", "the disk is full", "a build is killed"}
"""What nobody who asks may notice."""

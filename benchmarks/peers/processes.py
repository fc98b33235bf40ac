"""Processes that we start: found again with all their children, weighed, and ended by their ids."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

Command = Sequence[str | Path]
START_SECONDS = 600.0
"""How long loading and starting may take."""

_BIN = Path(sys.executable).parent


class Unavailable(Exception):
    """A server that cannot be had here; the message says why and what would help."""


def find(program: str, advice: str) -> Path:
    """Return the path of a program, beside our interpreter or on the PATH; raises Unavailable."""
    beside = _BIN / program
    found = beside if beside.exists() else shutil.which(program)
    if found is None:
        raise Unavailable(f"{program} is not installed: {advice}")
    return Path(found)


def run(command: Command, folder: Path) -> None:
    """Run a program to its end; raises Unavailable with its words when it fails or takes too long."""
    words = [str(word) for word in command]
    try:
        subprocess.run(
            words,
            cwd=folder,
            check=True,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=START_SECONDS,
        )
    except subprocess.CalledProcessError as exc:
        raise Unavailable(f"{words[0]} failed: {exc.stderr.decode(errors='replace')[-300:]}") from exc
    except subprocess.TimeoutExpired as exc:
        raise Unavailable(f"{words[0]} did not end within {START_SECONDS:g} s") from exc


def launch(command: Command, folder: Path, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, so that Ctrl-C reaches us alone; output goes to output.log."""
    with (folder / "output.log").open("wb") as log:
        return subprocess.Popen(
            [str(word) for word in command],
            cwd=folder,
            env={**os.environ, **settings},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def stop(process: subprocess.Popen[bytes], patience: float = 15.0) -> None:
    """End a process that we started: politely, then by force, with every descendant that it left."""
    members = {pid: _started(pid) for pid in family(process.pid)}
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    for pid, mark in members.items():
        if mark and _started(pid) == mark:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    process.wait()


def family(pid: int) -> list[int]:
    """Return a process id and those of all its living descendants."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            children.setdefault(int(_fields(stat)[1]), []).append(int(stat.parent.name))
    found = [pid]
    for ancestor in found:
        found.extend(children.get(ancestor, []))
    return found


def resident(pid: int) -> int:
    """Return the resident memory of one process in bytes, 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def spent(pid: int) -> float:
    """Return the seconds of processor time that a process and its ended children have taken."""
    try:
        ticks = _fields(Path(f"/proc/{pid}/stat"))[11:15]
    except (OSError, IndexError):
        return 0.0
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """Return a port of 127.0.0.1 that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _fields(stat: Path) -> list[str]:
    """Return the fields of /proc/<pid>/stat from the third, the state."""
    return stat.read_text().rsplit(")", 1)[1].split()


def _started(pid: int) -> str:
    """Return when a process was started, as a mark that tells it from a later one of the same id."""
    try:
        state, *rest = _fields(Path(f"/proc/{pid}/stat"))
    except (OSError, IndexError):
        return ""
    return "" if state == "Z" else rest[18]

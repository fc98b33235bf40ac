"""Waiting for what happens, however slow the machine is, and the processes that tests start and end."""

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from typing import TypeVar

import psutil

PATIENCE = 120.0
"""Seconds after which a wait has failed: far more than anything takes, so that no busy machine decides."""

Found = TypeVar("Found")


def wait_until(condition: Callable[[], Found]) -> Found:
    """Return what `condition` returns as soon as that is true; AssertionError when it never is."""
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, f"it did not come to be within {PATIENCE:g} s"
        time.sleep(0.01)
    return found


def wait_until_at_work(pids: Collection[int]) -> None:
    """Return once the processes, idle so far, have taken some processor time from now on."""
    before = processor_seconds(pids)
    wait_until(lambda: processor_seconds(pids) > before + 0.015)


def living(pids: Collection[int]) -> set[int]:
    """Return those of the processes that have not ended."""
    states = _tell(pids, lambda process: (process.pid, process.status()))
    return {pid for pid, state in states if state != psutil.STATUS_ZOMBIE}


def children(pid: int, command: str = "") -> set[int]:
    """Return the living processes that another one has started, with `command` in their command line."""
    started = {child.pid for found in _tell({pid}, psutil.Process.children) for child in found}
    lines = _tell(living(started), lambda process: (process.pid, process.cmdline()))
    return {child for child, line in lines if command in " ".join(line)}


def processor_seconds(pids: Collection[int]) -> float:
    """Return the processor time that processes have taken so far, without those that have ended."""
    times = _tell(pids, psutil.Process.cpu_times)
    return sum(one.user + one.system for one in times)


def resident_bytes(pids: Collection[int]) -> int:
    """Return the memory that processes have to themselves or share, counted once a process."""
    return sum(memory.rss for memory in _tell(pids, psutil.Process.memory_info))


def _tell(pids: Collection[int], question: Callable[[psutil.Process], Found]) -> Iterator[Found]:
    """Yield what each process answers; one that ends before it can answer says nothing."""
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            yield question(psutil.Process(pid))

"""Steps of a build side by side: in threads for a small release, in processes for a large one.

A process costs a second before it does anything, and a thread waits for its turn whenever another one runs
Python. A step is a function of a module with arguments that can be pickled, and tells its result or its error
as if it had been called here.
"""

from __future__ import annotations

import logging
import os
import signal
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from ctypes import CDLL
from functools import partial
from logging.handlers import QueueHandler
from multiprocessing import get_context
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread
from typing import NoReturn, ParamSpec, TypeVar

from graph.errors import ReleaseError
from graph.processes import end_with_parent

LARGE = 300_000
"""From how many quads on a release is written in processes."""
_MOST = 4
"""How many processes there are at most: more would have nothing to do before the longest step ends."""
_THREADS = 2
_M_ARENA_MAX = -8  # https://www.gnu.org/software/libc/manual/html_node/Malloc-Tunable-Parameters.html

_P = ParamSpec("_P")
_T = TypeVar("_T")


def count_processes(quads: int) -> int:
    """Return in how many processes a release of so many quads is written, 0 for threads of this one."""
    cores = os.cpu_count() or 1
    return min(cores, _MOST) if quads >= LARGE and cores > 1 else 0


class Workers:
    """What runs steps; all of them end with the context of `start_workers`."""

    def __init__(self, executor: Executor) -> None:
        """Run steps in an executor."""
        self._executor = executor

    def start(self, step: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> Callable[[], _T]:
        """Start a step; what is returned waits for its result, or raises its error.

        Raises ReleaseError when its process was killed.
        """
        try:
            future = _translate(self._executor.submit, step, *args, **kwargs)
        except OSError:
            # One was killed while the next was being started, perhaps: then nothing can be started any more.
            _translate(self._executor.submit, int)
            raise
        return lambda: _translate(future.result)


def _translate(call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    try:
        return call(*args, **kwargs)
    except BrokenProcessPool as exc:
        raise _killed() from exc


def _killed() -> ReleaseError:
    what = "a process that wrote the release was killed, perhaps for want of memory"
    return ReleaseError(f"{what}; nothing was replaced, build again")


def run_apart(step: Callable[..., _T], *args: object, progress: Callable[[str], None]) -> _T:
    """Return what a step returns that runs in a process of its own, with which all its memory goes.

    It is given what to call with its progress after its other arguments; what it logs is logged here. The
    process ends with the call, however that ends. Raises what the step raises, with a note of where, and
    ReleaseError when the process was killed.
    """
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run_and_tell, args=(theirs, os.getpid(), logging.root.level))
    process.start()
    theirs.close()
    try:
        # Not with the process: one that dies before it has read that would be waited for without end.
        _unless_killed(partial(ours.send, (step, args)))
        while not callable(message := _unless_killed(ours.recv)):
            if isinstance(message, logging.LogRecord):
                logging.getLogger(message.name).handle(message)
            else:
                progress(message)
    finally:
        process.kill()
        process.join()
        ours.close()
    result: _T = message()
    return result


def _unless_killed(transfer: Callable[[], _T]) -> _T:
    try:
        return transfer()
    except (EOFError, ConnectionError) as exc:
        raise _killed() from exc


class _LogTeller(QueueHandler):
    """Tells each record that is logged, made ready to travel, in place of putting it into a queue."""

    def __init__(self, tell: Callable[[logging.LogRecord], None]) -> None:
        super().__init__(SimpleQueue())
        self._tell = tell

    def enqueue(self, record: logging.LogRecord) -> None:
        self._tell(record)


def _run_and_tell(link: Connection, parent: int, level: int) -> None:
    """Run the step that comes.

    Tells its progress as texts, what it logs as records, and last what gives its result or raises its error.
    """
    end_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.root.addHandler(_LogTeller(link.send))
    logging.root.setLevel(level)
    step, args = link.recv()
    try:
        link.send(partial(_return, step(*args, link.send)))
    except Exception as exc:  # noqa: BLE001 - whatever it is, it is raised where the step was called
        exc.add_note(traceback.format_exc())  # the frames stay in this process
        link.send(partial(_raise, exc))


def _return(result: _T) -> _T:
    return result


def _raise(error: Exception) -> NoReturn:
    raise error


@contextmanager
def start_workers(processes: int) -> Iterator[Workers]:
    """Start so many processes, or threads when there are none to be.

    When the context ends early, with an error or on Ctrl-C, processes end at once, and threads with the step
    that they are at. Processes also end with the one that started them, however that ends.
    """
    if not processes:
        with ThreadPoolExecutor(_THREADS) as threads, _cancelling(threads):
            yield Workers(threads)
        return
    context = get_context("spawn")
    ending, held = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(processes, context, _follow, (ending,))
    with ending, held, pool, _cancelling(pool, held.close):
        yield Workers(pool)


@contextmanager
def _cancelling(executor: Executor, end: Callable[[], None] = lambda: None) -> Iterator[None]:
    """When the context ends early, call `end`, and let nothing begin that waits in the executor."""
    try:
        yield
    except BaseException:
        end()
        executor.shutdown(wait=False, cancel_futures=True)
        raise


def _follow(ending: Connection) -> None:
    """Let this process end when the other end of a pipe is closed, and leave Ctrl-C to who holds that.

    Its threads share one arena of memory: the engine gives little of it back to one that has several, and
    where the rules are checked that would be 70 MB.
    """
    if mallopt := getattr(CDLL(None), "mallopt", None):  # glibc has it
        mallopt(_M_ARENA_MAX, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=(ending,), daemon=True).start()


def _end_with(ending: Connection) -> None:
    try:
        ending.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)

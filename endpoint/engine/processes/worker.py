"""One query process: ``python -m endpoint.engine.processes.worker <file descriptor of a socket>``.

The engine cannot be interrupted, a small query can take all memory, and a deep one ends its process; so
every query runs in a process like this, which the pool may kill at any moment. It opens the release
read-only, takes a deep stack, gives up all it does not need (memory, new files and sockets, core dumps) and
answers one request at a time. It imports nothing of the web framework, so that a new one is ready in 40 ms.
Where another engine is asked in place of the store, the end of this process closes the connection to it.
"""

from __future__ import annotations

import json
import math
import os
import resource
import socket
import sys
import threading
import time
from collections.abc import Mapping

from pyoxigraph import Store

from endpoint.engine.processes.evaluation import ResultOverflow, UnfitFormat, Unwritten, evaluate
from endpoint.engine.processes.wire import Request, Settings, Status, receive, send
from graph import errors
from graph.engines.embedded import EmbeddedStore
from graph.engines.triple_store import TripleStore
from graph.processes import end_with_parent

STACK_BYTES = 512 << 20
CPU_GRACE_SECONDS = 2
MOST_SOCKETS = 64
"""How many files and sockets a worker may have open that asks other endpoints."""
# prctl(2)
_PR_SET_NO_NEW_PRIVS = 38


def answer(
    store: TripleStore, request: Request, prefixes: Mapping[str, str]
) -> tuple[Status, bytes | bytearray]:
    """Return the status and payload for one request; a fault of the engine is a status, not an exception."""
    try:
        return Status.ANSWER, evaluate(store, request, prefixes)
    except errors.QueryError as exc:
        return _classify_failure(exc)
    except SyntaxError as exc:
        return Status.SYNTAX, str(exc).encode()
    except ResultOverflow:
        return Status.TOO_LARGE, b""
    except MemoryError:
        return Status.OUT_OF_MEMORY, b""
    except UnfitFormat as exc:
        return Status.FORMAT, str(exc).encode()
    except Unwritten as exc:
        return Status.UNWRITTEN, str(exc).encode()
    except (OSError, RuntimeError, ValueError) as exc:
        return _classify_error(str(exc)), str(exc).encode()


def _classify_failure(error: errors.QueryError) -> tuple[Status, bytes]:
    """Return the status for an error of an engine elsewhere; its payload is its text, or its number."""
    match error:
        case errors.QueryRefused():
            return Status.REFUSED, error.what.encode()
        case errors.EngineTimeout():
            return Status.ENGINE_TIMEOUT, b""
        case errors.QueryTimeout():
            return Status.TIMEOUT, b""
        case errors.ResultCut():
            return Status.CUT, str(error.limit).encode()
        case errors.ResultTooLarge():
            return Status.TOO_LARGE, b""
        case errors.EngineOverloaded():
            return Status.BUSY, str(error.retry_after).encode()
        case errors.EngineUnreachable():
            return Status.UNREACHABLE, str(error).encode()
    return Status.ENGINE_FAILED, str(error).encode()


def _classify_error(message: str) -> Status:
    """Return the status for an error of the engine, which is known by its words alone."""
    if "custom function" in message:
        return Status.REFUSED
    return Status.FORMAT if "does not support RDF 1.2" in message else Status.FAULT


def serve(sock: socket.socket, store: TripleStore, settings: Settings) -> None:
    """Limit what this process may use, then answer requests until the other side is gone."""
    statm = os.open("/proc/self/statm", os.O_RDONLY) if sys.platform == "linux" else None
    limit_resources(settings.memory_bytes, _memory(statm)[0], settings.network)
    send(sock, Status.READY, b"", _memory(statm)[1])
    nice = most_cpu = 0
    while True:
        try:
            request = Request(*json.loads(receive(sock).payload))
        except EOFError:
            return
        nice = _lower_priority(nice, request.nice)
        most_cpu = _limit_cpu(most_cpu, request.seconds)
        status, payload = answer(store, request, settings.prefixes)
        if settings.network and not settings.engine and status is Status.FAULT:
            status = Status.SERVICE_FAILED
        send(sock, status, payload, _memory(statm)[1])


def _lower_priority(now: int, wanted: int) -> int:
    """Return how nice this thread is after making it nicer, if need be; it cannot be made less so."""
    if wanted > now:
        os.nice(wanted - now)
    return max(now, wanted)


def _memory(statm: int | None) -> tuple[int, int]:
    """Return the bytes of address space and of resident memory (0, 0 where there is no /proc)."""
    if statm is None:
        return 0, 0
    pages = os.pread(statm, 100, 0).split()
    return int(pages[0]) * resource.getpagesize(), int(pages[1]) * resource.getpagesize()


def limit_resources(memory_bytes: int, now: int, network: bool = False) -> None:
    """Take away what a query may not have: memory over the limit, core dumps, and every new file or socket.

    The last one is what keeps SERVICE from the network, whatever the guard overlooked; a worker that is to
    ask other endpoints keeps files and sockets, a few at a time.
    """
    if now:
        resource.setrlimit(resource.RLIMIT_AS, (now + memory_bytes, now + memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 2)
    os.close(devnull)
    files = MOST_SOCKETS if network else 0
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))


def _limit_cpu(now: int, seconds: float) -> int:
    """Return the processor seconds after which the system ends this process when the pool did not: SIGXCPU.

    They are those until now, those of the query, and a grace; most short queries have the limit of the last.
    """
    soft = math.ceil(time.process_time() + seconds) + CPU_GRACE_SECONDS
    if soft != now:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    return soft


def gain_no_privileges() -> None:
    """Let no program that this process might start be more than it is (Linux; elsewhere nothing happens)."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def main(descriptor: int) -> None:
    """Read the settings from the socket, open the store, and serve in a thread with a deep stack."""
    with socket.socket(fileno=descriptor) as sock:
        settings = Settings(*json.loads(receive(sock).payload))
        end_with_parent(settings.parent)
        gain_no_privileges()
        try:
            store = open_store(settings)
        except (OSError, RuntimeError) as exc:
            send(sock, Status.FAULT, f"no store could be opened at {settings.store}: {exc}".encode())
            return
        threading.stack_size(STACK_BYTES)
        thread = threading.Thread(target=_serve_or_report, args=(sock, store, settings))
        thread.start()
        thread.join()


def open_store(settings: Settings) -> TripleStore:
    """Return what answers queries: the store at the path, or the engine elsewhere that the settings name.

    Raises OSError and RuntimeError.
    """
    store = EmbeddedStore(Store.read_only(settings.store))
    if not settings.engine:
        return store
    # An HTTP client takes its time to import, and only these workers need one.
    from endpoint.engine.language.translation.store import open_remote

    return open_remote(settings.engine, store)


def _serve_or_report(sock: socket.socket, store: TripleStore, settings: Settings) -> None:
    try:
        serve(sock, store, settings)
    except BaseException as exc:
        send(sock, Status.FAULT, f"{type(exc).__name__}: {exc}".encode())
        raise


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""The servers that are compared: each loads the data in a folder of its own and listens on loopback."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.data import Dataset
from benchmarks.peers.client import Connection, Target
from benchmarks.peers.processes import (
    START_SECONDS,
    Command,
    Unavailable,
    family,
    find,
    free_port,
    launch,
    resident,
    run,
    spent,
    stop,
)

OURS, OXIGRAPH = "kembar", "oxigraph"
GIVE_UP_SECONDS = 15.0
"""After so long a query counts as not answered; servers that have a limit of their own get the same."""

_VIRTUOSO_PACKAGE = "virtuoso-opensource-7-bin"
_VIRTUOSO_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DirsAllowed = {folder}, {data}
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
MaxClientConnections = 20
ServerThreads = 20
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 20
MaxKeepAlives = 20
KeepAliveTimeout = 60
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryExecutionTime = {seconds:.0f}
"""
_VIRTUOSO_LOAD = "ld_dir('{data}', '{name}', ''); rdf_loader_run(); checkpoint; exit;"


@dataclass
class Server:
    """A server that answers at ``target``; ``seconds`` is how long loading and starting took."""

    name: str
    target: Target
    process: subprocess.Popen[bytes]
    seconds: float = 0.0

    def resident(self) -> int:
        """Return the resident memory of the process and all its descendants, in bytes."""
        return sum(resident(pid) for pid in family(self.process.pid))

    def spent(self) -> float:
        """Return the seconds of processor time that the process and all its descendants have taken."""
        return sum(spent(pid) for pid in family(self.process.pid))

    def processes(self) -> int:
        """Return how many processes it has now."""
        return len(family(self.process.pid))

    def restart(self, dataset: Dataset, folder: Path) -> None:
        """Start it anew, the only way to end a query that it does not end itself; raises Unavailable."""
        stop(self.process, patience=0.0)
        fresh = _start(self.name, dataset, folder)
        self.target, self.process = fresh.target, fresh.process


@contextmanager
def running(name: str, dataset: Dataset, folder: Path) -> Iterator[Server]:
    """Yield a started server that has loaded the data; it and its children are gone after the block.

    Raises Unavailable when it is not installed or does not start.
    """
    server = _start(name, dataset, folder)
    try:
        yield server
    finally:
        stop(server.process)
        shutil.rmtree(_place(name, dataset, folder), ignore_errors=True)


def _place(name: str, dataset: Dataset, folder: Path) -> Path:
    return folder / f"{name}-{dataset.name}"


def _start(name: str, dataset: Dataset, folder: Path) -> Server:
    place = _place(name, dataset, folder)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    started = time.monotonic()
    server = STARTERS[name](dataset, place)
    with _ended_with_failure(server):
        _wait_ready(server, place)
        server.seconds = time.monotonic() - started
        if name.startswith(OURS):
            _wait_prepared(server)
    return server


@contextmanager
def _ended_with_failure(server: Server) -> Iterator[None]:
    """End the server when what is done with it fails, or when we are told to stop."""
    try:
        yield
    except BaseException:
        stop(server.process)
        raise


def _wait_ready(server: Server, place: Path) -> None:
    """Return when the server answers. Raises Unavailable when it does not."""
    request = server.target.request("ASK {}", "application/sparql-results+json")
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.process.poll() is not None:
            output = (place / "output.log").read_text(errors="replace")[-500:]
            raise Unavailable(f"it ended with {server.process.returncode} before it answered: {output}")
        with suppress(OSError, EOFError), Connection(server.target, 5.0) as connection:
            if connection.ask(request).status == 200:
                return
        time.sleep(0.1)
    raise Unavailable(f"it did not answer within {START_SECONDS:g} s")


def _wait_prepared(server: Server) -> None:
    """Return when ours has asked itself what first readers ask, which takes processor time of its own.

    Raises Unavailable when it does not end: what is measured beside it would be another thing.
    """
    request = f"GET /health HTTP/1.1\r\nHost: {server.target.host}\r\n\r\n".encode()
    end = time.monotonic() + START_SECONDS
    with Connection(server.target, START_SECONDS) as connection:
        while b"is being prepared" in connection.ask(request).raw:
            if time.monotonic() >= end:
                raise Unavailable(f"it was not prepared within {START_SECONDS:g} s")
            time.sleep(0.1)


def _serve(name: str, command: Command, port: int, path: str, folder: Path, **settings: str) -> Server:
    return Server(name, Target("127.0.0.1", port, path), launch(command, folder, settings))


def _our_settings(dataset: Dataset) -> dict[str, str]:
    """Return settings that let one client send as much as it can; time and size limits stay on."""
    seconds = f"{GIVE_UP_SECONDS:.0f}"
    return {
        "KEMBAR_HOME": str(dataset.home),
        "KEMBAR_QUERY_SECONDS": seconds,
        "KEMBAR_QUEUE_SECONDS": seconds,
        "KEMBAR_CLIENT_QUERIES": "0",
        "KEMBAR_CLIENT_SECONDS_PER_MINUTE": "0",
        "KEMBAR_CLIENT_ERRORS_PER_MINUTE": "0",
    }


def _start_ours(dataset: Dataset, folder: Path) -> Server:
    port = free_port()
    command: Command = [find("kembar", "make the environment first"), "serve", "--port", str(port)]
    return _serve(OURS, command, port, "/sparql", folder, **_our_settings(dataset))


def _start_granian(dataset: Dataset, folder: Path) -> Server:
    port = free_port()
    options = f"--interface wsgi --host 127.0.0.1 --port {port} --no-ws --workers 1 --blocking-threads 16"
    program = find("granian", "pip install granian, only to measure with it")
    command: Command = [program, *options.split(), "--factory", "endpoint.cli.wsgi:application"]
    return _serve("kembar-granian", command, port, "/sparql", folder, **_our_settings(dataset))


def _start_oxigraph(dataset: Dataset, folder: Path) -> Server:
    program = find("oxigraph", "pip install oxigraph")
    port, store = free_port(), folder / "store"
    run([program, "load", "--location", store, "--file", dataset.quads], folder)
    run([program, "optimize", "--location", store], folder)
    command: Command = [program, "serve-read-only", "--location", store, "--bind", f"127.0.0.1:{port}"]
    return _serve(OXIGRAPH, [*command, "--union-default-graph"], port, "/query", folder)


def _start_virtuoso(dataset: Dataset, folder: Path) -> Server:
    program = find("virtuoso-t", f"apt-get install --no-install-recommends {_VIRTUOSO_PACKAGE}")
    client = find("isql-vt", f"it comes with {_VIRTUOSO_PACKAGE}")
    port, sql_port, data = free_port(), free_port(), dataset.quads.parent
    settings = _VIRTUOSO_INI.format(
        folder=folder, data=data, port=port, sql_port=sql_port, seconds=GIVE_UP_SECONDS
    )
    (folder / "virtuoso.ini").write_text(settings, encoding="utf-8")
    command: Command = [program, "+foreground", "+configfile", folder / "virtuoso.ini"]
    server = _serve("virtuoso", command, port, "/sparql", folder)
    load = _VIRTUOSO_LOAD.format(data=data, name=dataset.quads.name)
    with _ended_with_failure(server):
        _wait_ready(server, folder)
        run([client, f"127.0.0.1:{sql_port}", "dba", "dba", f"exec={load}"], folder)
    return server


def _start_rdflib(dataset: Dataset, folder: Path) -> Server:
    port, python = free_port(), _scratch_python(folder.parent)
    command: Command = [python, "-m", "rdflib_endpoint", "serve", "--host", "127.0.0.1", "--port", str(port)]
    return _serve("rdflib-endpoint", [*command, dataset.quads], port, "/", folder)


def _scratch_python(folder: Path) -> Path:
    """Return the interpreter of an environment with rdflib-endpoint, made on the first call."""
    home = folder / "rdflib-env"
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        run([sys.executable, "-m", "venv", "--clear", home], folder)
        run([python, "-m", "pip", "install", "--quiet", "rdflib-endpoint[web,cli]"], folder)
        (home / "ready").touch()
    return python


STARTERS: Mapping[str, Callable[[Dataset, Path], Server]] = {
    OURS: _start_ours,
    OXIGRAPH: _start_oxigraph,
    "virtuoso": _start_virtuoso,
    "rdflib-endpoint": _start_rdflib,
    "kembar-granian": _start_granian,
}
"""How each server is started, ours first; the last one is ours on another WSGI server."""

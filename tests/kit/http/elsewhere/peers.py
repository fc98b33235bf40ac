"""Real engines of others on loopback, started for tests and ended with them: Oxigraph's server, Virtuoso."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from benchmarks.peers.processes import Unavailable, find, launch, stop
from graph.engines.credentials import Credentials
from tests.kit.http.server import free_port
from tests.kit.processes import wait_until

VIRTUOSO = """
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
DirsAllowed = {folder}
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
MaxClientConnections = 20
ServerThreads = 20
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 20
MaxKeepAlives = 20
KeepAliveTimeout = 60
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryExecutionTime = {seconds}
"""
_SECONDS = 30
"""What Virtuoso takes for a query at most: it goes on with those that nobody waits for any more."""


@dataclass
class Peer:
    """A running engine: `address` takes queries, `sql` commands (where it has such a door).

    `command` starts it again over the same data.
    """

    name: str
    address: str
    folder: Path
    command: list[str | Path]
    credentials: Credentials = field(default_factory=Credentials)
    process: subprocess.Popen | None = None
    sql: str = ""

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.process = launch(self.command, self.folder, {})
        wait_until(self._answers)

    def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        self.process.wait()
        (self.folder / "virtuoso.lck").unlink(missing_ok=True)

    def _answers(self) -> bool:
        log = (self.folder / "output.log").read_text(errors="replace")
        assert self.process.poll() is None, f"{self.name} ended: {log[-500:]}"
        with suppress(httpx.HTTPError):
            return httpx.get(self.address, params={"query": "ASK {}"}, timeout=5).is_success
        return False


def _oxigraph(folder: Path, rows: int) -> Peer:
    port = free_port()
    command = [find("oxigraph", "pip install oxigraph"), "serve", "--location", folder / "store"]
    address = f"http://127.0.0.1:{port}/query"
    return Peer("oxigraph", address, folder, [*command, "--bind", f"127.0.0.1:{port}"])


def _virtuoso(folder: Path, rows: int) -> Peer:
    port, sql_port = free_port(), free_port()
    program = find("virtuoso-t", "apt-get install --no-install-recommends virtuoso-opensource-7-bin")
    settings = VIRTUOSO.format(folder=folder, port=port, sql_port=sql_port, rows=rows, seconds=_SECONDS)
    (folder / "virtuoso.ini").write_text(settings)
    command = [program, "+foreground", "+configfile", folder / "virtuoso.ini"]
    address = f"http://127.0.0.1:{port}/sparql"
    return Peer("virtuoso", address, folder, command, Credentials("dba", "dba"), sql=f"127.0.0.1:{sql_port}")


PEERS: dict[str, Callable[[Path, int], Peer]] = {"oxigraph": _oxigraph, "virtuoso": _virtuoso}


@contextmanager
def running_peer(name: str, folder: Path, rows: int = 2_000_000) -> Iterator[Peer]:
    """Yield an engine without data, which gives at most so many `rows`; skip where it is not installed."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        peer = PEERS[name](folder, rows)
    except Unavailable as exc:
        pytest.skip(str(exc))
    try:
        peer.start()
        yield peer
    finally:
        if peer.process:
            stop(peer.process)

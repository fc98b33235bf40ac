"""Serving with several processes: gunicorn keeps them all, and each finds its part when it starts.

The first that takes the lock is the engine process; the lock is free again when that process has ended,
however it did, and the next one that gunicorn starts takes it. All others are fronts.
"""

from __future__ import annotations

import fcntl
import gc
import logging
import math
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from endpoint.app import Parts, close_app, make_app
from endpoint.cli import wsgi
from endpoint.cli.wsgi import LOOP_SECONDS, Application, ConnectionWorker
from endpoint.config import Config
from endpoint.serving.fronts.calls import Caller, CallServer
from endpoint.serving.fronts.engine import FrontPinned
from endpoint.serving.fronts.engine_process import EngineProcess
from endpoint.serving.fronts.front import RETRY_SECONDS, FrontQuota, FrontSwitch
from endpoint.serving.records.access_log import AccessLog
from endpoint.serving.records.metrics import Metrics
from graph.errors import KembarError
from graph.store.releases import Release

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)

ALONE_SECONDS = 5.0
"""How long nobody takes the place of an engine process that has ended, before a front does: it ends too."""
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it


@dataclass(frozen=True)
class Common:
    """What all processes of a service share, made before any of them: a folder, and the names of clients."""

    folder: Path
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    @property
    def socket_path(self) -> Path:
        """Return where the engine process listens."""
        return self.folder / "engine.sock"

    @property
    def lock_path(self) -> Path:
        """Return the file that the engine process has locked, with its process id in it."""
        return self.folder / "engine.lock"

    def take_lock(self) -> IO[str] | None:
        """Return the lock, which the end of this process gives back; None when another one has it."""
        lock = self.lock_path.open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        return lock

    def metrics(self) -> Metrics:
        """Return the numbers of all processes; memory and processor time are those of the engine process."""
        return Metrics(self.folder, lambda: self.lock_path.read_text() or "none")


def serve(config: Config, release: Release, host: str, port: int) -> None:
    """Serve until told to stop (SIGTERM, SIGINT); does not return, the process exits."""
    settings = wsgi.options(config, host, port)
    settings |= {"worker_class": SharingWorker, "workers": config.processes + 1}
    with _common() as common:
        _SharedApplication(config, release, settings, common).run()


@contextmanager
def _common() -> Iterator[Common]:
    """Yield what processes share; the folder is gone afterwards."""
    owner = os.getpid()
    parent = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="kembar-", dir=parent))
    try:
        yield Common(folder)
    finally:
        if os.getpid() == owner:  # processes leave through here too
            shutil.rmtree(folder, ignore_errors=True)


class _SharedApplication(Application):
    def __init__(self, config: Config, release: Release, settings: dict[str, object], common: Common) -> None:
        self.common = common
        super().__init__(config, release, settings)

    def metrics(self) -> Metrics:
        return self.common.metrics()


def make_front(config: Config, common: Common) -> Flask:
    """Return the application of a front, over the release that the engine process has.

    Raises EngineProcessGone, and what reading a release raises.
    """
    caller = Caller(common.socket_path)
    own = replace(
        config,
        queue=math.ceil(config.queue / config.processes),
        sending_bytes=math.ceil(config.sending_bytes / config.processes),
    )
    switch, counters = FrontSwitch(own, caller), common.metrics()
    quota = FrontQuota(own, caller, common.key)
    app = make_app(Parts(switch, FrontPinned(own, caller), quota, counters, AccessLog(own, common.key)))
    counters.observe(lambda: switch.condition().states)
    gc.freeze()
    return app


class SharingWorker(ConnectionWorker):
    """One of the processes: the engine process, or a front."""

    app: _SharedApplication
    wsgi: Any = None
    _lock: IO[str] | None = None

    def load_wsgi(self) -> None:
        """Make the application of the engine process, or that of a front once there is one to ask.

        Raises SystemExit when told to stop before that.
        """
        while self.alive and self.ppid == os.getppid():
            self.notify()
            self._lock = self.app.common.take_lock()
            if self._lock:
                self.wsgi = self.app.load()
                return
            try:
                self.wsgi = make_front(self.app.config, self.app.common)
                return
            except KembarError as error:
                log.debug("a front waits: %s", error)
                time.sleep(RETRY_SECONDS)
        raise SystemExit(0)

    def notify(self) -> None:
        """Let gunicorn know that this process lives; a front that has nobody to ask makes room for who is."""
        super().notify()
        if self._lock is None and self.wsgi and self._is_alone():
            log.warning("there is no engine process, and nobody who would become one")
            self.alive = False

    def _is_alone(self) -> bool:
        switch: FrontSwitch = self.wsgi.extensions["kembar"]
        if switch.gone_seconds() < ALONE_SECONDS or (lock := self.app.common.take_lock()) is None:
            return False
        lock.close()
        return True

    def run(self) -> None:
        """Serve until told to stop."""
        if self._lock is None:
            super().run()
        else:
            self._run_engine_process()

    def _run_engine_process(self) -> None:
        """Answer fronts until told to stop, then until the last of them has gone, or the time is over."""
        process = EngineProcess(self.wsgi)
        server = CallServer(self.app.common.socket_path, process.serve)
        while self.alive and self.ppid == os.getppid():
            self.notify()
            server.run_once(LOOP_SECONDS)
        self._end_in_time()
        while process.connections and time.monotonic() < self._ends_at:
            self.notify()
            server.run_once(LOOP_SECONDS)
        close_app(self.wsgi)

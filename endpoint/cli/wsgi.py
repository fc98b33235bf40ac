"""Serving: gunicorn keeps the one process that answers, which runs the loop of ``connections``."""

from __future__ import annotations

import gc
import logging
import os
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication
from gunicorn.workers.base import Worker

from endpoint.app import close_app, create_app
from endpoint.cli.connections.connection import STALLED_SECONDS
from endpoint.cli.connections.server import Server
from endpoint.config import Config
from endpoint.serving.records.metrics import Metrics
from graph.errors import ReleaseError
from graph.store.releases import Release, served_release

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)

CLOSING_SECONDS = 5
"""What is left, after the grace period, to tell those who still wait that their query was ended."""
LOOP_SECONDS = 0.25
"""How often the loop looks whether it is told to stop, and the process that keeps this one hears of it."""


def application() -> Flask:
    """Return the application over the current release, set up by the environment.

    For a server of your own, without ``--preload``:
    ``gunicorn --worker-class endpoint.cli.wsgi.ConnectionWorker 'endpoint.cli.wsgi:application()'``.
    Raises ReleaseError when nothing was built yet, ParameterError for a bad setting.
    """
    config = Config.from_environ()
    return create_app(config, served_release(config.home))


def serve(config: Config, release: Release, host: str, port: int) -> None:
    """Serve until told to stop (SIGTERM, SIGINT); does not return, the process exits."""
    Application(config, release, options(config, host, port)).run()


def check_address(host: str, port: int) -> None:
    """Raise OSError or UnicodeError when nothing can listen there: it is taken, or not of this machine.

    A socket that is handed over (by systemd, by an older process) listens already.
    """
    if not {"LISTEN_FDS", "GUNICORN_FD"}.isdisjoint(os.environ):
        return
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tried.bind(address)


def options(config: Config, host: str, port: int) -> dict[str, object]:
    """Return the settings of gunicorn."""
    return {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "worker_class": ConnectionWorker,
        "workers": 1,
        "graceful_timeout": int(config.grace_seconds) + CLOSING_SECONDS,
        "control_socket_disable": True,
    }


class ConnectionWorker(Worker):
    """The process that answers; what still runs when the grace period is over ends with an error."""

    alive: bool
    _ends_at = 0.0
    """When it ends, whatever is still to be sent."""

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Take no more connections, let the running queries end, and end them when their time is over."""
        self._end(self.cfg.graceful_timeout - CLOSING_SECONDS)

    def handle_quit(self, sig: int, frame: Any) -> None:
        """Take no more connections, and end the running queries at once."""
        self._end(0)

    def _end_in_time(self) -> None:
        """Let what runs end, where nobody has said so yet: the process that keeps this one has ended."""
        if self.alive:
            self._end(self.cfg.graceful_timeout - CLOSING_SECONDS)

    def _end(self, seconds: float) -> None:
        ends_at = time.monotonic() + seconds + CLOSING_SECONDS
        if not self.alive and ends_at >= self._ends_at:
            return  # gunicorn says it again and again to those that it replaces
        self.alive, self._ends_at = False, ends_at
        timer = threading.Timer(seconds, close_app, [self.wsgi])
        timer.daemon = True
        timer.start()

    def run(self) -> None:
        """Serve until told to stop, then until the last answer is on its way, or the time is over."""
        config: Config = self.wsgi.extensions["kembar"].config
        server = Server(self.wsgi, self._listener(), config.queue, config.trusted_proxies)
        while self.alive and self.ppid == os.getppid():
            self.notify()
            server.run_for(LOOP_SECONDS)
        server.stop_listening()
        self._end_in_time()
        while server.is_at_work() and time.monotonic() < self._ends_at:
            self.notify()
            server.run_once(LOOP_SECONDS)
        close_app(self.wsgi)

    def _listener(self) -> socket.socket:
        """Return the socket to listen at; connections whose client is gone without a word will be cut."""
        (listener,) = self.sockets
        found: socket.socket = listener.sock
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            milliseconds = int(1000 * STALLED_SECONDS)
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
        return found


class Application(BaseApplication):
    """What gunicorn serves."""

    def __init__(self, config: Config, release: Release, settings: dict[str, object]) -> None:
        """Serve a release with these settings of gunicorn."""
        self.config, self._release, self._settings = config, release, settings
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn its settings."""
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application over the release that is current now, which its parent may have outlived."""
        try:
            release = served_release(self.config.home)
        except ReleaseError as exc:
            log.warning("release %s is served: %s", self._release.id, exc)
            release = self._release
        app = create_app(self.config, release, self.metrics())
        gc.freeze()  # what is here now stays: the collector need not look through it again and again
        return app

    def metrics(self) -> Metrics:
        """Return what counts, at zero."""
        return Metrics()

"""Serving with gunicorn: one process with threads, since the work is done in the query processes."""

from __future__ import annotations

import gc
import logging
import socket
import threading
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.http import message  # type: ignore[import-untyped]

from endpoint.app import close_app, create_app
from endpoint.cli.connections import ConnectionWorker
from endpoint.config import Config
from graph.errors import ReleaseError
from graph.store.releases import Release, current_release

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)

REQUEST_LINE_BYTES = 64 * 1024
KEEP_ALIVE_SECONDS = 75
"""Longer than a proxy keeps its connections (nginx: 60), so that it is not the service who closes first."""
CLOSING_SECONDS = 5
"""What is left, after the grace period, to tell those who still wait that their query was ended."""
STALLED_SECONDS = 30
"""How long a client may refuse to take more of its answer before its connection is cut (tcp(7))."""


def application() -> Flask:
    """Return the application over the current release, set up by the environment.

    For a server of your own, without ``--preload``:
    ``gunicorn --threads 16 'endpoint.cli.wsgi:application()'``.
    Raises ReleaseError when nothing was built yet, ParameterError for a bad setting.
    """
    config = Config.from_environ()
    return create_app(config, current_release(config.home))


def serve(config: Config, release: Release, host: str, port: int) -> None:
    """Serve until told to stop (SIGTERM, SIGINT); does not return, the process exits."""
    # gunicorn cuts every limit over this constant down to it (8,190), and 0 means no limit at all.
    message.MAX_REQUEST_LINE = REQUEST_LINE_BYTES
    _Server(config, release, options(config, host, port)).run()


def options(config: Config, host: str, port: int) -> dict[str, object]:
    """Return the settings of gunicorn: threads for all workers, for who waits, and some more.

    In each lane ``queue`` requests may wait for a worker, and as many for what another one evaluates.
    """
    return {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "worker_class": GracefulWorker,
        "workers": 1,
        "threads": config.workers + config.page_workers + 4 * config.queue + 8,
        "limit_request_line": REQUEST_LINE_BYTES,
        "keepalive": KEEP_ALIVE_SECONDS,
        "graceful_timeout": int(config.grace_seconds) + CLOSING_SECONDS,
        "control_socket_disable": True,
    }


class GracefulWorker(ConnectionWorker):
    """The threads of gunicorn; what still runs when the grace period is over ends with an error."""

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Take no more connections, let the running queries end, and end them when their time is over."""
        super().handle_exit(sig, frame)
        timer = threading.Timer(self.cfg.graceful_timeout - CLOSING_SECONDS, close_app, [self.wsgi])
        timer.daemon = True
        timer.start()

    def init_process(self) -> None:
        """Start to serve; connections whose client takes nothing for STALLED_SECONDS will be cut."""
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            for listener in self.sockets:
                listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1000 * STALLED_SECONDS)
        super().init_process()


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, config: Config, release: Release, settings: dict[str, object]) -> None:
        self._config, self._release, self._settings = config, release, settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application over the release that is current now, which its parent may have outlived."""
        try:
            release = current_release(self._config.home)
        except ReleaseError as exc:
            log.warning("release %s is served: %s", self._release.id, exc)
            release = self._release
        app = create_app(self._config, release)
        gc.freeze()  # what is here now stays: the collector need not look through it again and again
        return app

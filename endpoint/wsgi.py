"""Serving with gunicorn: one process with threads, since the work is done in the query processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.http import message  # type: ignore[import-untyped]

from endpoint.app import create_app
from endpoint.config import Config
from graph.release import Release, current_release

if TYPE_CHECKING:
    from flask import Flask

REQUEST_LINE_BYTES = 64 * 1024


def application() -> Flask:
    """Return the application over the current release, set up by the environment.

    For a server of your own: ``gunicorn --threads 16 'endpoint.wsgi:application()'``, without ``--preload``.
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
    """Return the settings of gunicorn: threads for all workers, for who waits, and some more."""
    return {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "worker_class": "gthread",
        "workers": 1,
        "threads": config.workers + 2 * config.queue + 8,
        "limit_request_line": REQUEST_LINE_BYTES,
        "graceful_timeout": int(config.max_query_seconds) + 5,
        "control_socket_disable": True,
    }


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, config: Config, release: Release, settings: dict[str, object]) -> None:
        self._config, self._release, self._settings = config, release, settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app(self._config, self._release)

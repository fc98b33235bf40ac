"""The service and the command line: a release in, answers out.

A query goes through ``sparql`` (the protocol), ``engine.language`` (read once: what it is, and whether it may
be asked) and ``engine`` (worker processes that may be killed) and comes back whole, or as an error that
``errors`` writes. ``app`` puts the parts together; ``cli.wsgi`` serves them. Begin with ``app``.

This module imports nothing of the web framework, so that a query process starts quickly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from endpoint.config import Config
    from graph.store.releases import Release

__all__ = ["create_app"]


def create_app(config: Config, release: Release) -> Flask:
    """Return the web application for one release; see ``endpoint.app.create_app``."""
    from endpoint.app import create_app as create

    return create(config, release)
